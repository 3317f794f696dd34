// Functions over numbers. NaN is a number here: it comes and goes as sql_value.h says. What has no
// result (a division by zero, the root of a negative number) is NULL.
#include <cmath>
#include <numbers>
#include <optional>

#include "local/maxcompute/sql/decimal.h"
#include "local/maxcompute/sql/functions.h"

namespace otsstream::local {

namespace {

std::optional<double> apply(char operation, double a, double b) {
  switch (operation) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b == 0) return std::nullopt;
      return a / b;
    default:
      if (b == 0) return std::nullopt;
      return std::fmod(a, b);
  }
}

// mc_arithmetic('+-*', a, b, c, d): from left to right, in double.
void arithmetic(const SqlCall& call) {
  const std::string_view operations = call.text(0);
  double result = call.number(1);
  for (int i = 2; i < call.count; ++i) {
    auto next = apply(operations[static_cast<size_t>(i - 2)], result, call.number(i));
    if (!next) return call.null();
    result = *next;
  }
  give_double(call.context, result);
}

// The same with +, - and * on decimals: exact.
void decimal_arithmetic(const SqlCall& call) {
  const std::string_view operations = call.text(0);
  auto result = Decimal::parse(call.text(1));
  for (int i = 2; i < call.count && result; ++i) {
    const auto operand = Decimal::parse(call.text(i));
    if (!operand) return call.null();
    const char operation = operations[static_cast<size_t>(i - 2)];
    result = operation == '+'   ? result->plus(*operand)
             : operation == '-' ? result->minus(*operand)
                                : result->times(*operand);
    if (!call.fits(result->text().size())) return;
  }
  if (!result) return call.null();
  give_text(call.context, result->text());
}

void negate(const SqlCall& call) {
  const SqlValue value = call.at(0);
  if (value.form == SqlForm::kInteger && value.integer != INT64_MIN) {
    return give_integer(call.context, -value.integer);
  }
  if (auto decimal = value.form == SqlForm::kText ? Decimal::parse(value.bytes) : std::nullopt) {
    return give_text(call.context, decimal->negated().text());
  }
  give_double(call.context, -value.as_double());
}

void absolute(const SqlCall& call) {
  const SqlValue value = call.at(0);
  if (value.form == SqlForm::kInteger && value.integer != INT64_MIN) {
    return give_integer(call.context, std::abs(value.integer));
  }
  if (auto decimal = value.form == SqlForm::kText ? Decimal::parse(value.bytes) : std::nullopt) {
    return give_text(call.context,
                     value.bytes.starts_with('-') ? decimal->negated().text() : decimal->text());
  }
  give_double(call.context, std::fabs(value.as_double()));
}

// A DOUBLE as BIGINT; NULL where there is no such number.
void give_whole(const SqlCall& call, double value) {
  if (!(value >= -9223372036854775808.0 && value < 9223372036854775808.0)) return call.null();
  give_integer(call.context, static_cast<int64_t>(value));
}

// To `places` digits behind the point, half away from zero; negative places round before it.
void round_to(const SqlCall& call, double (*rounding)(double)) {
  const double value = call.number(0);
  const auto places = static_cast<double>(call.integer(1, 0));
  const double factor = std::pow(10.0, places);
  const double scaled = rounding(value * factor) / factor;
  give_double(call.context, std::isfinite(scaled) ? scaled : value);
}

template <double (*F)(double)>
void real(const SqlCall& call) {
  give_double(call.context, F(call.number(0)));
}
template <double (*F)(double)>
void positive(const SqlCall& call) {
  if (call.number(0) <= 0) return call.null();
  give_double(call.context, F(call.number(0)));
}

void pmod(const SqlCall& call) {
  const int64_t divisor = call.integer(1);
  if (divisor == 0) return call.null();
  if (divisor == -1) return give_integer(call.context, 0);  // of INT64_MIN too
  const int64_t rest = call.integer(0) % divisor;
  give_integer(call.context, rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest);
}

double square_root(double v) { return std::sqrt(v); }

constexpr ScalarFunction kFunctions[] = {
    {"mc_arithmetic", -1, arithmetic},
    {"mc_decimal_arithmetic", -1, decimal_arithmetic},
    {"mc_negate", 1, negate},
    {"mc_abs", 1, absolute},
    {"mc_ceil", 1, [](const SqlCall& c) { give_whole(c, std::ceil(c.number(0))); }},
    {"mc_floor", 1, [](const SqlCall& c) { give_whole(c, std::floor(c.number(0))); }},
    {"mc_round", -1, [](const SqlCall& c) { round_to(c, std::round); }},
    {"mc_trunc", -1, [](const SqlCall& c) { round_to(c, std::trunc); }},
    {"mc_sign", 1,
     [](const SqlCall& c) { give_integer(c.context, (c.number(0) > 0) - (c.number(0) < 0)); }},
    {"mc_sqrt", 1,
     [](const SqlCall& c) {
       if (c.number(0) < 0) return c.null();
       give_double(c.context, square_root(c.number(0)));
     }},
    {"mc_cbrt", 1, real<std::cbrt>},
    {"mc_exp", 1, real<std::exp>},
    {"mc_ln", 1, positive<std::log>},
    {"mc_log2", 1, positive<std::log2>},
    {"mc_log10", 1, positive<std::log10>},
    {"mc_log", 2,
     [](const SqlCall& c) {
       if (c.number(0) <= 0 || c.number(1) <= 0 || c.number(0) == 1) return c.null();
       give_double(c.context, std::log(c.number(1)) / std::log(c.number(0)));
     }},
    {"mc_pow", 2,
     [](const SqlCall& c) { give_double(c.context, std::pow(c.number(0), c.number(1))); }},
    {"mc_sin", 1, real<std::sin>},
    {"mc_cos", 1, real<std::cos>},
    {"mc_tan", 1, real<std::tan>},
    {"mc_pi", 0, [](const SqlCall& c) { give_double(c.context, std::numbers::pi); }},
    {"mc_isnan", 1,
     [](const SqlCall& c) { give_integer(c.context, std::isnan(c.number(0)) ? 1 : 0); }},
    {"mc_pmod", 2, pmod},
};

}  // namespace

Status register_number_functions(sqlite3* db, SqlSession& session) {
  return register_scalars(db, session, kFunctions, std::size(kFunctions));
}

}  // namespace otsstream::local
