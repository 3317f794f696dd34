#include "tablestore/wire/types.h"

#include <algorithm>
#include <cstring>

namespace otsstream::tablestore {
namespace {

// Place of a type in the order of key values; types that no key holds come last but for INF_MAX, so
// that the order stays total.
int key_rank(CellType type) {
  switch (type) {
    case CellType::kInfMin:
      return 0;
    case CellType::kInteger:
      return 1;
    case CellType::kString:
      return 2;
    case CellType::kBlob:
      return 3;
    case CellType::kInfMax:
      return 100;
    default:
      return 10 + static_cast<int>(type);
  }
}

std::strong_ordering compare_bytes(std::string_view a, std::string_view b) {
  return a.compare(b) <=> 0;  // char_traits<char> compares as unsigned bytes
}

}  // namespace

CellValue::CellValue(const CellValueView& view) : type(view.type) {
  switch (view.type) {
    case CellType::kInteger:
      integer = view.integer;
      break;
    case CellType::kBoolean:
      integer = view.boolean ? 1 : 0;
      break;
    case CellType::kDouble:
      real = view.real;
      break;
    case CellType::kString:
    case CellType::kBlob:
      bytes = view.bytes;
      break;
    default:
      break;
  }
}

CellValueView CellValue::view() const {
  CellValueView v;
  v.type = type;
  switch (type) {
    case CellType::kInteger:
      v.integer = integer;
      break;
    case CellType::kBoolean:
      v.boolean = integer != 0;
      break;
    case CellType::kDouble:
      v.real = real;
      break;
    case CellType::kString:
    case CellType::kBlob:
      v.bytes = bytes;
      break;
    default:
      break;
  }
  return v;
}

std::strong_ordering compare_key(const CellValue& a, const CellValue& b) {
  if (auto by_type = key_rank(a.type) <=> key_rank(b.type); by_type != 0) return by_type;
  if (auto by_integer = a.integer <=> b.integer; by_integer != 0) return by_integer;
  return compare_bytes(a.bytes, b.bytes);
}

std::strong_ordering compare_key(const PrimaryKey& a, const PrimaryKey& b) {
  size_t common = std::min(a.size(), b.size());
  for (size_t i = 0; i < common; ++i) {
    if (auto order = compare_key(a[i].value, b[i].value); order != 0) return order;
  }
  return a.size() <=> b.size();
}

Row to_row(const RowView& view) {
  Row row;
  row.primary_key.reserve(view.primary_key.size());
  for (const CellView& key : view.primary_key)
    row.primary_key.push_back({std::string(key.name), CellValue(key.value)});
  row.cells.reserve(view.cells.size());
  for (const CellView& from : view.cells) {
    Cell& to = row.cells.emplace_back();
    to.name = from.name;
    to.op = from.op;
    if (from.has_value) to.value.emplace(from.value);
    if (from.has_timestamp) to.timestamp = from.timestamp;
  }
  row.delete_marker = view.delete_marker;
  row.sequence = view.sequence;
  return row;
}

}  // namespace otsstream::tablestore
