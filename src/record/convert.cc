#include "record/convert.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstring>

#include "record/shown.h"
#include "record/text_forms.h"

namespace otsstream {
namespace {

using text_forms::Range;

constexpr size_t kMaxLongText = 20;  // "-9223372036854775808"

tl::unexpected<Error> not_convertible(const Value& v, std::string_view target) {
  return fail(
      ErrorKind::kCorrupt, "Common-01",
      fmt::format("{} {} cannot be converted to {}", to_string(v.type()), shown(v), target));
}

tl::unexpected<Error> overflow(const Value& v, std::string_view target) {
  return fail(
      ErrorKind::kCorrupt, "Common-02",
      fmt::format("{} {} is out of the range of {}", to_string(v.type()), shown(v), target));
}

bool equals_word(std::string_view text, std::string_view lower_word) {
  if (text.size() != lower_word.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c != lower_word[i]) return false;
  }
  return true;
}

}  // namespace

void append_double_text(std::string& out, double v) {
  if (std::isnan(v)) {
    out += "NaN";
    return;
  }
  if (std::isinf(v)) {
    out += v < 0 ? "-Infinity" : "Infinity";
    return;
  }
  if (v == 0) {
    out += "0.0";  // minus zero as well: DataX goes through a decimal, which has none
    return;
  }
  if (v < 0) out += '-';
  // Shortest digits as d.ddde±xx: taken apart into digits and exponent.
  char buffer[32];
  char* end =
      std::to_chars(buffer, buffer + sizeof buffer, std::fabs(v), std::chars_format::scientific)
          .ptr;
  char* e = static_cast<char*>(std::memchr(buffer, 'e', static_cast<size_t>(end - buffer)));
  int exponent = 0;
  std::from_chars(e[1] == '+' ? e + 2 : e + 1, end, exponent);
  // The digits without their point. Java writes at least one digit after the first one, so a
  // decimal made of its text keeps that digit: "1.0", "0.000010".
  char digit_buffer[32] = {buffer[0], '0'};
  const bool single = e - buffer <= 2;
  if (!single) std::memcpy(digit_buffer + 1, buffer + 2, static_cast<size_t>(e - buffer - 2));
  std::string_view digits(digit_buffer, single ? 2 : static_cast<size_t>(e - buffer - 1));
  const int whole = exponent + 1;  // digits before the point
  const int count = static_cast<int>(digits.size());
  if (whole <= 0) {
    out.append("0.").append(static_cast<size_t>(-whole), '0');
    // Plain from 0.001 on: there Java writes the digits without the added zero.
    if (exponent >= -3 && single) digits.remove_suffix(1);
    out += digits;
  } else if (whole >= count) {
    out.append(digits).append(static_cast<size_t>(whole - count), '0');
    if (exponent < 7) out += ".0";
  } else {
    out.append(digits.substr(0, static_cast<size_t>(whole)))
        .append(".")
        .append(digits.substr(static_cast<size_t>(whole)));
  }
}

Result<int64_t> to_long(const Value& v) {
  switch (v.type()) {
    case ValueType::kLong:
      return v.as_long();
    case ValueType::kDate:
      return v.as_date_ms();
    case ValueType::kBool:
      return v.as_bool() ? 1 : 0;
    case ValueType::kDouble: {
      double real = v.as_double();
      if (!std::isfinite(real)) return not_convertible(v, "Long");
      real = std::trunc(real);
      if (real < -0x1p63 || real >= 0x1p63) return overflow(v, "Long");
      return static_cast<int64_t>(real);
    }
    case ValueType::kString: {
      auto whole = text_forms::parse_whole(v.as_view());
      if (!whole) return not_convertible(v, "Long");
      if (whole->range == Range::kOverflow) return overflow(v, "Long");
      return whole->value;
    }
    case ValueType::kNull:
    case ValueType::kBytes:
      break;
  }
  return not_convertible(v, "Long");
}

Result<double> to_double(const Value& v) {
  switch (v.type()) {
    case ValueType::kLong:
      return static_cast<double>(v.as_long());
    case ValueType::kDouble:
      return v.as_double();
    case ValueType::kBool:
      return v.as_bool() ? 1.0 : 0.0;
    case ValueType::kString: {
      auto real = text_forms::parse_real(v.as_view());
      if (!real) return not_convertible(v, "Double");
      if (real->range == Range::kOverflow) return overflow(v, "Double");
      return real->value;
    }
    case ValueType::kNull:
    case ValueType::kDate:
    case ValueType::kBytes:
      break;
  }
  return not_convertible(v, "Double");
}

Result<bool> to_bool(const Value& v) {
  switch (v.type()) {
    case ValueType::kLong:
      return v.as_long() != 0;
    case ValueType::kBool:
      return v.as_bool();
    case ValueType::kString:
      if (equals_word(v.as_view(), "true")) return true;
      if (equals_word(v.as_view(), "false")) return false;
      break;
    case ValueType::kNull:
    case ValueType::kDouble:
    case ValueType::kDate:
    case ValueType::kBytes:
      break;
  }
  return not_convertible(v, "Bool");
}

Result<int64_t> to_date_ms(const Value& v, const ConvertOptions& options) {
  switch (v.type()) {
    case ValueType::kDate:
      return v.as_date_ms();
    case ValueType::kLong:
      return v.as_long();
    case ValueType::kString:
      if (auto ms = options.times->read(v.as_view(), options.zone)) return *ms;
      break;
    case ValueType::kNull:
    case ValueType::kDouble:
    case ValueType::kBool:
    case ValueType::kBytes:
      break;
  }
  return not_convertible(v, "Date");
}

Result<std::string_view> to_text(const Value& v, const ConvertOptions& options,
                                 std::string& scratch) {
  switch (v.type()) {
    case ValueType::kString:
      return v.as_view();
    case ValueType::kBool:
      return v.as_bool() ? "true" : "false";
    case ValueType::kBytes: {
      auto replaced = text_forms::replace_bad_utf8(v.as_view());
      if (!replaced) return v.as_view();
      scratch = *std::move(replaced);
      return scratch;
    }
    case ValueType::kLong:
      scratch.resize(kMaxLongText);
      scratch.resize(static_cast<size_t>(
          std::to_chars(scratch.data(), scratch.data() + scratch.size(), v.as_long()).ptr -
          scratch.data()));
      return scratch;
    case ValueType::kDouble:
      scratch.clear();
      append_double_text(scratch, v.as_double());
      return scratch;
    case ValueType::kDate:
      scratch.clear();
      options.times->append(scratch, v.as_date_ms(), options.zone);
      return scratch;
    case ValueType::kNull:
      break;
  }
  return not_convertible(v, "String");
}

}  // namespace otsstream
