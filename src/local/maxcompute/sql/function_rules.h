#pragma once
// The functions that a statement may call: what MaxCompute calls them, what they take and give, and
// what SQLite is told to do. A name that is not here is refused by name.

#include <cstddef>
#include <span>
#include <string_view>

namespace otsstream::local {

// How arguments are converted before the call, one letter each; the last one repeats up to
// max_arguments: s string, i bigint, n double, m number as it is, b boolean, t datetime, a as it
// is, c all of these to their common type, l literal text of a type or unit.
//
// Result: S string, I bigint, D double, B boolean, T datetime, d date, Y binary, 0 and 1: the type
// of that argument, C the common type of the 'c' arguments, N the first argument's if it is a
// number else double, L array of the first argument's type.
struct FunctionRule {
  std::string_view name;  // lower case
  std::string_view parameters;
  size_t min_arguments;
  size_t max_arguments;
  char result;
  std::string_view sqlite;  // empty: the same name
  enum Kind { kScalar, kAggregate, kWindow } kind = kScalar;
};

const FunctionRule* find_function(std::string_view lower_name);
std::span<const FunctionRule> all_functions();

}  // namespace otsstream::local
