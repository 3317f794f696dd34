// Aggregates. Those of one running state (sum, avg, variance …) work over window frames too.
#include <sqlite3.h>

#include <algorithm>
#include <cmath>

#include "local/maxcompute/sql/decimal.h"
#include "local/maxcompute/sql/functions.h"
#include "local/maxcompute/sqlite_db.h"

namespace otsstream::local {

using maxcompute::Cell;
using maxcompute::ColumnType;

namespace {

// The state of a group: made by its first row, gone with its last.
template <class State>
State& state_of(sqlite3_context* context) {
  auto** slot = static_cast<State**>(sqlite3_aggregate_context(context, sizeof(State*)));
  if (*slot == nullptr) *slot = new State;
  return **slot;
}
template <class State>
State* peek_state(sqlite3_context* context) {
  auto** slot = static_cast<State**>(sqlite3_aggregate_context(context, 0));
  return slot == nullptr ? nullptr : *slot;
}

// ---- one running state

// Integers, doubles and decimals side by side; a column holds one of them only.
struct Running {
  int64_t count = 0;
  int64_t integers = 0;
  int64_t integer_sum = 0;
  bool overflow = false;
  int64_t nans = 0;
  int64_t infinities[2] = {0, 0};
  double sum = 0;
  double square_sum = 0;
  Decimal decimal_sum;
  int64_t decimals = 0;

  void add(const SqlValue& value, int sign) {
    if (value.null()) return;
    count += sign;
    if (value.form == SqlForm::kInteger) {
      integers += sign;
      overflow =
          overflow || (sign > 0 ? __builtin_add_overflow(integer_sum, value.integer, &integer_sum)
                                : __builtin_sub_overflow(integer_sum, value.integer, &integer_sum));
    } else if (value.form == SqlForm::kText) {
      if (auto number = Decimal::parse(value.bytes)) {
        decimals += sign;
        decimal_sum = sign > 0 ? decimal_sum.plus(*number) : decimal_sum.minus(*number);
        return;
      }
    }
    const double number = value.as_double();
    if (std::isnan(number)) {
      nans += sign;
    } else if (std::isinf(number)) {
      infinities[number < 0 ? 1 : 0] += sign;
    } else {
      sum += sign * number;
      square_sum += sign * number * number;
    }
  }
  double total() const {
    if (nans > 0 || (infinities[0] > 0 && infinities[1] > 0)) return std::nan("");
    if (infinities[0] > 0) return INFINITY;
    if (infinities[1] > 0) return -INFINITY;
    return sum;
  }
};

using Give = void (*)(sqlite3_context* context, const Running& running);

void give_sum(sqlite3_context* context, const Running& running) {
  if (running.count == 0) return sqlite3_result_null(context);
  if (running.decimals > 0) return give_text(context, running.decimal_sum.text());
  if (running.integers < running.count) return give_double(context, running.total());
  if (running.overflow) return sqlite3_result_error(context, "the sum is outside BIGINT", -1);
  give_integer(context, running.integer_sum);
}

void give_average(sqlite3_context* context, const Running& running) {
  if (running.count == 0) return sqlite3_result_null(context);
  give_double(context, running.total() / static_cast<double>(running.count));
}

template <bool kSample, bool kRoot>
void give_spread(sqlite3_context* context, const Running& running) {
  const auto n = static_cast<double>(running.count);
  if (running.count == 0 || (kSample && running.count < 2)) return sqlite3_result_null(context);
  const double mean = running.total() / n;
  double variance = (running.square_sum - n * mean * mean) / (kSample ? n - 1 : n);
  // Rounding may leave a little less than nothing.
  if (variance < 0) variance = 0;
  give_double(context, kRoot ? std::sqrt(variance) : variance);
}

template <int kSign>
void running_step(sqlite3_context* context, int, sqlite3_value** values) {
  state_of<Running>(context).add(value_of(values[0]), kSign);
}
template <Give kGive>
void running_value(sqlite3_context* context) {
  const Running* running = peek_state<Running>(context);
  kGive(context, running != nullptr ? *running : Running{});
}
template <Give kGive>
void running_final(sqlite3_context* context) {
  Running* running = peek_state<Running>(context);
  kGive(context, running != nullptr ? *running : Running{});
  delete running;
}

template <Give kGive>
int add_running(sqlite3* db, const char* name) {
  return sqlite3_create_window_function(db, name, 1, SQLITE_UTF8, nullptr, running_step<1>,
                                        running_final<kGive>, running_value<kGive>,
                                        running_step<-1>, nullptr);
}

// ---- count_if

template <int kSign>
void count_step(sqlite3_context* context, int, sqlite3_value** values) {
  auto* count = static_cast<int64_t*>(sqlite3_aggregate_context(context, sizeof(int64_t)));
  if (value_of(values[0]).integer != 0) *count += kSign;
}
void count_value(sqlite3_context* context) {
  const auto* count = static_cast<int64_t*>(sqlite3_aggregate_context(context, sizeof(int64_t)));
  give_integer(context, *count);
}

// ---- all values of the group

void median_step(sqlite3_context* context, int, sqlite3_value** values) {
  const SqlValue value = value_of(values[0]);
  if (!value.null()) state_of<std::vector<double>>(context).push_back(value.as_double());
}
void median_final(sqlite3_context* context) {
  auto* values = peek_state<std::vector<double>>(context);
  if (values == nullptr) return sqlite3_result_null(context);
  std::sort(values->begin(), values->end(),
            [](double a, double b) { return !std::isnan(a) && (std::isnan(b) || a < b); });
  const size_t n = values->size();
  const double middle = (*values)[n / 2];
  give_double(context, n % 2 == 1 ? middle : ((*values)[n / 2 - 1] + middle) / 2);
  delete values;
}

struct Joined {
  std::string text;
  bool any = false;
};
void concat_step(sqlite3_context* context, int, sqlite3_value** values) {
  const SqlValue separator = value_of(values[0]);
  const SqlValue value = value_of(values[1]);
  if (value.null() || separator.null()) return;
  auto& joined = state_of<Joined>(context);
  if (joined.any) joined.text += separator.bytes;
  joined.text += value.bytes;
  joined.any = true;
  const auto* session = static_cast<const SqlSession*>(sqlite3_user_data(context));
  if (joined.text.size() > session->max_bytes) sqlite3_result_error_toobig(context);
}
void concat_final(sqlite3_context* context) {
  auto* joined = peek_state<Joined>(context);
  if (joined == nullptr) return sqlite3_result_null(context);
  give_text(context, joined->text);
  delete joined;
}

// mc_collect_list(value, array type): encodings of the elements, in the order of the rows.
struct Collected {
  std::vector<std::string> elements;
  size_t bytes = 0;
  size_t type = 0;
};
template <bool kDistinct>
void collect_step(sqlite3_context* context, int, sqlite3_value** values) {
  const auto* session = static_cast<const SqlSession*>(sqlite3_user_data(context));
  auto& collected = state_of<Collected>(context);
  collected.type = static_cast<size_t>(value_of(values[1]).integer);
  const SqlValue value = value_of(values[0]);
  if (value.null()) return;
  const ColumnType& element = session->types.at(collected.type).children[0];
  std::string bytes;
  auto cell = to_cell(value, element);
  Status done = cell ? maxcompute::append_encoded(bytes, *cell, element)
                     : Status(fail(std::move(cell.error())));
  if (!done) return sqlite3_result_error(context, done.error().message.c_str(), -1);
  auto& all = collected.elements;
  if (kDistinct && std::find(all.begin(), all.end(), bytes) != all.end()) return;
  collected.bytes += bytes.size() + sizeof(std::string);
  all.push_back(std::move(bytes));
  if (collected.bytes > session->max_bytes) sqlite3_result_error_toobig(context);
}
void collect_final(sqlite3_context* context) {
  const auto* session = static_cast<const SqlSession*>(sqlite3_user_data(context));
  auto* collected = peek_state<Collected>(context);
  if (collected == nullptr) return sqlite3_result_null(context);  // no row at all
  const ColumnType& type = session->types.at(collected->type);
  Cell list;
  list.null = false;
  for (const std::string& bytes : collected->elements) {
    if (auto cell = maxcompute::decode_cell(bytes, type.children[0])) {
      list.items.push_back(std::move(*cell));
    }
  }
  give_cell(context, list, type);
  delete collected;
}

// mc_max_by(value, order, decimal order?): the value of the row whose order is the largest.
struct Best {
  sqlite3_value* value = nullptr;
  sqlite3_value* order = nullptr;
};
template <int kSign>
void best_step(sqlite3_context* context, int, sqlite3_value** values) {
  const SqlValue order = value_of(values[1]);
  if (order.null()) return;
  auto& best = state_of<Best>(context);
  const bool decimal = value_of(values[2]).integer != 0;
  if (best.order != nullptr) {
    const int compared = compare_values(order, value_of(best.order), decimal);
    if (compared * kSign <= 0) return;
  }
  sqlite3_value_free(best.value);
  sqlite3_value_free(best.order);
  best.value = sqlite3_value_dup(values[0]);
  best.order = sqlite3_value_dup(values[1]);
}
void best_final(sqlite3_context* context) {
  auto* best = peek_state<Best>(context);
  if (best == nullptr) return sqlite3_result_null(context);
  if (best->value != nullptr) sqlite3_result_value(context, best->value);
  sqlite3_value_free(best->value);
  sqlite3_value_free(best->order);
  delete best;
}

}  // namespace

Status register_aggregates(sqlite3* db, SqlSession& session) {
  auto plain = [&](const char* name, int arguments, auto step, auto final_step) {
    return sqlite3_create_function_v2(db, name, arguments, SQLITE_UTF8, &session, nullptr, step,
                                      final_step, nullptr);
  };
  const int results[] = {
      add_running<give_sum>(db, "mc_sum"),
      add_running<give_average>(db, "mc_avg"),
      add_running<give_spread<false, true>>(db, "mc_stddev"),
      add_running<give_spread<true, true>>(db, "mc_stddev_samp"),
      add_running<give_spread<false, false>>(db, "mc_variance"),
      add_running<give_spread<true, false>>(db, "mc_var_samp"),
      sqlite3_create_window_function(db, "mc_count_if", 1, SQLITE_UTF8, nullptr, count_step<1>,
                                     count_value, count_value, count_step<-1>, nullptr),
      plain("mc_median", 1, median_step, median_final),
      plain("mc_wm_concat", 2, concat_step, concat_final),
      plain("mc_collect_list", 2, collect_step<false>, collect_final),
      plain("mc_collect_set", 2, collect_step<true>, collect_final),
      plain("mc_max_by", 3, best_step<1>, best_final),
      plain("mc_min_by", 3, best_step<-1>, best_final),
  };
  for (int result : results) {
    if (result != SQLITE_OK) return fail(sqlite_error(db, "preparing the functions of a query"));
  }
  return {};
}

}  // namespace otsstream::local
