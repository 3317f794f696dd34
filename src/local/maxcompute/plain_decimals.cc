#include "local/maxcompute/plain_decimals.h"

#include <algorithm>
#include <deque>

#include "local/maxcompute/block_check.h"
#include "maxcompute/wire/cell.h"
#include "maxcompute/wire/decimal_text.h"
#include "maxcompute/wire/record_cursor.h"
#include "maxcompute/wire/record_stream_writer.h"

namespace otsstream::local {

using maxcompute::Cell;
using maxcompute::Column;
using maxcompute::ColumnType;
using maxcompute::EncodedCell;
using maxcompute::TypeKind;

namespace {

bool holds_decimals(const ColumnType& type) {
  return type.kind == TypeKind::kDecimal ||
         std::any_of(type.children.begin(), type.children.end(), holds_decimals);
}

// The type of items[i] of a complex value.
const ColumnType& item_type(const ColumnType& type, size_t i) {
  if (type.kind == TypeKind::kArray) return type.children[0];
  return type.children[type.kind == TypeKind::kMap ? i % 2 : i];
}

// Gives whether anything changed; new texts live in `texts`.
bool make_plain(Cell& cell, const ColumnType& type, std::deque<std::string>& texts) {
  if (cell.null) return false;
  if (type.kind == TypeKind::kDecimal) {
    if (cell.text.find_first_of("eE") == std::string_view::npos) return false;
    auto plain = maxcompute::plain_decimal(cell.text);
    if (!plain) return false;
    cell.text = texts.emplace_back(std::move(*plain));
    return true;
  }
  bool changed = false;
  for (size_t i = 0; i < cell.items.size(); ++i) {
    changed |= make_plain(cell.items[i], item_type(type, i), texts);
  }
  return changed;
}

}  // namespace

Result<std::optional<std::string>> with_plain_decimals(std::string_view stream,
                                                       const std::vector<Column>& columns) {
  std::vector<bool> decimal(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) decimal[i] = holds_decimals(columns[i].type);
  if (std::find(decimal.begin(), decimal.end(), true) == decimal.end()) return std::nullopt;

  maxcompute::RecordCursor cursor(stream, columns);
  maxcompute::RecordStreamWriter out(stream.size());
  std::vector<EncodedCell> cells(columns.size());
  bool changed = false;
  std::string encoded;
  while (true) {
    OTS_TRY(bool more, cursor.next(cells));
    if (!more) break;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (cells[i].null) continue;
      const auto number = static_cast<uint32_t>(i + 1);
      std::string_view bytes = cells[i].bytes;
      // What is too long is left to check_block, which refuses it.
      if (decimal[i] && bytes.size() <= kMaxFieldSize) {
        OTS_TRY(Cell cell, decode_cell(bytes, columns[i].type));
        std::deque<std::string> texts;
        if (make_plain(cell, columns[i].type, texts)) {
          encoded.clear();
          OTS_CHECK(append_encoded(encoded, cell, columns[i].type));
          bytes = encoded;
          changed = true;
        }
      }
      out.add_encoded(number, columns[i].type, bytes);
    }
    out.end_record();
  }
  if (!changed) return std::nullopt;
  return out.finish();
}

}  // namespace otsstream::local
