#include "local/tablestore/row_filter.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <compare>
#include <optional>

#include "local/tablestore/rejection.h"
#include "tablestore/wire/limits.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

// VariantType (2.4).
enum class Variant { kInteger = 0, kDouble = 1, kString = 3 };

int count_conditions(const Filter& filter) {
  if (filter.kind != Filter::Kind::kComposite) return 1;
  int count = 0;
  for (const Filter& part : filter.parts) count += count_conditions(part);
  return count;
}

bool holds_pagination(const Filter& filter) {
  return filter.kind == Filter::Kind::kPagination ||
         std::any_of(filter.parts.begin(), filter.parts.end(), holds_pagination);
}

const Filter* pagination_in(const Filter& filter) {
  if (filter.kind == Filter::Kind::kPagination) return &filter;
  if (filter.kind == Filter::Kind::kComposite && filter.combinator == LogicalOperator::kAnd) {
    for (const Filter& part : filter.parts) {
      if (const Filter* found = pagination_in(part)) return found;
    }
  }
  return nullptr;
}

// nullopt: values of different types have no order.
std::optional<std::partial_ordering> compare(const CellValue& a, const CellValue& b) {
  if (a.type != b.type) return std::nullopt;
  switch (a.type) {
    case CellType::kDouble:
      return a.real <=> b.real;
    case CellType::kString:
    case CellType::kBlob:
      return a.bytes.compare(b.bytes) <=> 0;
    default:
      return a.integer <=> b.integer;
  }
}

bool satisfies(Comparator comparator, const CellValue& stored, const CellValue& wanted) {
  std::optional<std::partial_ordering> order = compare(stored, wanted);
  if (!order) return comparator == Comparator::kNotEqual;
  switch (comparator) {
    case Comparator::kEqual:
      return *order == 0;
    case Comparator::kNotEqual:
      return *order != 0;
    case Comparator::kGreaterThan:
      return *order > 0;
    case Comparator::kGreaterEqual:
      return *order >= 0;
    case Comparator::kLessThan:
      return *order < 0;
    case Comparator::kLessEqual:
      return *order <= 0;
    case Comparator::kExist:
      return true;
    case Comparator::kNotExist:
      return false;
  }
  return false;
}

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Result<RowFilter> RowFilter::open(Filter filter, const LimitRules& limits) {
  OTS_CHECK(limits.check(LimitName::kFilterConditions, count_conditions(filter)));
  RowFilter out(std::move(filter));
  OTS_CHECK(out.prepare(out.filter_));
  return out;
}

Status RowFilter::prepare(const Filter& part) {
  if (part.offset < 0 || part.limit < 0)
    return reject_parameter("Offset and limit of a pagination filter must not be negative.");
  for (const Filter& inner : part.parts) OTS_CHECK(prepare(inner));
  if (!part.transfer_rule) return {};
  const Filter::TransferRule& rule = *part.transfer_rule;
  switch (static_cast<Variant>(rule.cast_type.value_or(static_cast<int>(Variant::kString)))) {
    case Variant::kInteger:
    case Variant::kDouble:
    case Variant::kString:
      break;
    default:
      return reject_parameter(
          fmt::format("value_trans_rule of column '{}': a value is cast to INTEGER, DOUBLE or "
                      "STRING, not to type {}.",
                      part.column, *rule.cast_type));
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxRegexBytes);
  auto pattern = std::make_shared<const re2::RE2>(rule.regex, options);
  if (!pattern->ok())
    return reject_parameter(fmt::format("value_trans_rule of column '{}': invalid regex: {}.",
                                        part.column, pattern->error()));
  patterns_.emplace(rule.regex, std::move(pattern));
  return {};
}

bool RowFilter::has_pagination() const { return holds_pagination(filter_); }

std::optional<CellValue> RowFilter::transferred(const Filter& filter,
                                                const CellValue& stored) const {
  if (!filter.transfer_rule) return stored;
  if (stored.type != CellType::kString) return std::nullopt;
  const re2::RE2& pattern = *patterns_.find(filter.transfer_rule->regex)->second;
  // The first group, or all of the match when the expression has none.
  re2::StringPiece groups[2];
  int wanted = std::min(pattern.NumberOfCapturingGroups(), 1);
  if (!pattern.Match(stored.bytes, 0, stored.bytes.size(), re2::RE2::UNANCHORED, groups,
                     wanted + 1))
    return std::nullopt;
  std::string_view text(groups[wanted].data(), groups[wanted].size());
  switch (static_cast<Variant>(
      filter.transfer_rule->cast_type.value_or(static_cast<int>(Variant::kString)))) {
    case Variant::kInteger:
      if (auto number = whole_number<int64_t>(text)) return CellValue::of_integer(*number);
      return std::nullopt;
    case Variant::kDouble:
      if (auto number = whole_number<double>(text)) return CellValue::of_double(*number);
      return std::nullopt;
    default:
      return CellValue::of_string(text);
  }
}

bool RowFilter::single_passes(const Filter& filter, const Row& row) const {
  bool found = false;
  bool passed = false;
  auto look_at = [&](const CellValue& stored) {
    std::optional<CellValue> value = transferred(filter, stored);
    if (!value) return;  // as if the column were missing
    found = true;
    passed = passed || satisfies(filter.comparator, *value, filter.value);
  };
  for (const KeyColumn& column : row.primary_key) {
    if (column.name == filter.column) look_at(column.value);
  }
  for (const Cell& cell : row.cells) {
    if (cell.name != filter.column) continue;
    look_at(*cell.value);
    if (filter.latest_version_only) break;
  }
  if (filter.comparator == Comparator::kExist) return found;
  if (filter.comparator == Comparator::kNotExist) return !found;
  return found ? passed : !filter.filter_if_missing;
}

bool RowFilter::passes(const Filter& filter, const Row& row) const {
  auto part_passes = [&](const Filter& part) { return passes(part, row); };
  switch (filter.kind) {
    case Filter::Kind::kSingleColumn:
      return single_passes(filter, row);
    case Filter::Kind::kPagination:
      return true;
    case Filter::Kind::kComposite:
      break;
  }
  switch (filter.combinator) {
    case LogicalOperator::kNot:
      return !passes(filter.parts.front(), row);
    case LogicalOperator::kAnd:
      return std::all_of(filter.parts.begin(), filter.parts.end(), part_passes);
    case LogicalOperator::kOr:
      return std::any_of(filter.parts.begin(), filter.parts.end(), part_passes);
  }
  return false;
}

void RowFilter::paginate(Row& row) const {
  const Filter* page = pagination_in(filter_);
  if (!page) return;
  int64_t column = -1;
  std::string name;
  std::erase_if(row.cells, [&](const Cell& cell) {
    if (column < 0 || cell.name != name) {
      ++column;
      name = cell.name;
    }
    return column < page->offset || column >= int64_t{page->offset} + page->limit;
  });
}

}  // namespace otsstream::local
