// Functions that are told the types of their arguments, as numbers of the session's TypeTable:
// conversions, choices by value, complex types.
#include <sqlite3.h>

#include "local/maxcompute/sql/convert_cell.h"
#include "local/maxcompute/sql/functions.h"

namespace otsstream::local {

using maxcompute::Cell;
using maxcompute::ColumnType;
using maxcompute::TypeKind;

namespace {

const ColumnType& type_at(const SqlCall& call, int argument) {
  return call.session.types.at(static_cast<size_t>(call.integer(argument)));
}

// mc_cast(value, from, to): what does not fit is NULL.
void cast(const SqlCall& call) {
  if (call.at(0).null()) return call.null();
  const ColumnType& from = type_at(call, 1);
  const ColumnType& to = type_at(call, 2);
  auto cell = to_cell(call.at(0), from);
  if (!cell) return call.error(cell.error().message);
  auto converted = convert_cell(*cell, from, to, call.session.zone, Conversion::kCast);
  if (!converted) return call.null();
  give_cell(call.context, converted->cell, to);
}

// mc_coalesce: SQLite's own needs two arguments at least.
void coalesce(const SqlCall& call) {
  for (int i = 0; i < call.count; ++i) {
    if (!call.at(i).null()) return sqlite3_result_value(call.context, call.values[i]);
  }
  call.null();
}

// mc_greatest(type, value, …)
void extreme(const SqlCall& call, int sign) {
  const bool decimal = type_at(call, 0).kind == TypeKind::kDecimal;
  int best = 1;
  for (int i = 2; i < call.count; ++i) {
    if (compare_values(call.at(i), call.at(best), decimal) * sign > 0) best = i;
  }
  sqlite3_result_value(call.context, call.values[best]);
}

// mc_to_json(value, type)
void to_json(const SqlCall& call) {
  auto cell = to_cell(call.at(0), type_at(call, 1));
  if (!cell) return call.error(cell.error().message);
  // As the one element of an array, whose brackets go.
  ColumnType array;
  array.kind = TypeKind::kArray;
  array.children = {type_at(call, 1)};
  Cell list;
  list.null = false;
  list.items.push_back(std::move(*cell));
  std::string text;
  maxcompute::append_text(text, list, array, call.session.zone);
  give_text(call.context, std::string_view(text).substr(1, text.size() - 2));
}

// mc_from_json(text, type)
void from_json(const SqlCall& call) {
  const ColumnType& type = type_at(call, 1);
  auto parsed = maxcompute::parse_text(call.text(0), type, call.session.zone);
  if (!parsed) return call.null();
  give_cell(call.context, parsed->cell, type);
}

// mc_size(value, type)
void size(const SqlCall& call) {
  const ColumnType& type = type_at(call, 1);
  auto cell = to_cell(call.at(0), type);
  if (!cell) return call.error(cell.error().message);
  const size_t count = cell->items.size();
  give_integer(call.context, static_cast<int64_t>(type.kind == TypeKind::kMap ? count / 2 : count));
}

// mc_element(value, type, index or key): NULL when there is none.
void element(const SqlCall& call) {
  const ColumnType& type = type_at(call, 1);
  auto cell = to_cell(call.at(0), type);
  if (!cell) return call.error(cell.error().message);
  if (type.kind == TypeKind::kMap) {
    auto key = to_cell(call.at(2), type.children[0]);
    if (!key) return call.null();
    for (size_t i = 0; i + 1 < cell->items.size(); i += 2) {
      const Cell& candidate = cell->items[i];
      if (candidate.number == key->number && candidate.nanos == key->nanos &&
          candidate.real == key->real && candidate.text == key->text) {
        return give_cell(call.context, cell->items[i + 1], type.children[1]);
      }
    }
    return call.null();
  }
  const int64_t index = call.integer(2);
  if (index < 0 || index >= static_cast<int64_t>(cell->items.size())) return call.null();
  const auto at = static_cast<size_t>(index);
  give_cell(call.context, cell->items[at], type.children[type.kind == TypeKind::kArray ? 0 : at]);
}

// mc_complex(type, item, …): array, map or struct of values that have their types already.
void complex(const SqlCall& call) {
  const ColumnType& type = type_at(call, 0);
  Cell out;
  out.null = false;
  for (int i = 1; i < call.count; ++i) {
    const auto at = static_cast<size_t>(i - 1);
    const size_t child = type.kind == TypeKind::kArray ? 0
                         : type.kind == TypeKind::kMap ? at % 2
                                                       : at;
    auto item = to_cell(call.at(i), type.children[child]);
    if (!item) return call.error(item.error().message);
    out.items.push_back(std::move(*item));
  }
  give_cell(call.context, out, type);
}

constexpr ScalarFunction kFunctions[] = {
    {"mc_cast", 3, cast, true},
    {"mc_coalesce", -1, coalesce, true},
    {"mc_isnull", 1, [](const SqlCall& c) { give_integer(c.context, c.at(0).null()); }, true},
    {"mc_isnotnull", 1, [](const SqlCall& c) { give_integer(c.context, !c.at(0).null()); }, true},
    {"mc_greatest", -1, [](const SqlCall& c) { extreme(c, 1); }},
    {"mc_least", -1, [](const SqlCall& c) { extreme(c, -1); }},
    {"mc_to_json", 2, to_json},
    {"mc_from_json", 2, from_json},
    {"mc_size", 2, size},
    {"mc_element", 3, element},
    {"mc_complex", -1, complex, true},
};

}  // namespace

Status register_typed_functions(sqlite3* db, SqlSession& session) {
  return register_scalars(db, session, kFunctions, std::size(kFunctions));
}

}  // namespace otsstream::local
