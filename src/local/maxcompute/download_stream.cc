#include "local/maxcompute/download_stream.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/record_cursor.h"
#include "maxcompute/wire/record_stream_writer.h"

namespace otsstream::local {

using maxcompute::Column;
using maxcompute::EncodedCell;
using maxcompute::RecordCursor;
using maxcompute::RecordStreamWriter;
using maxcompute::ascii::lower;
using maxcompute::ascii::trim;

namespace {

bool parse_number(std::string_view text, uint64_t& number) {
  text = trim(text);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

bool is_all(const std::vector<size_t>& columns, size_t count) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] != i) return false;
  }
  return columns.size() == count;
}

}  // namespace

Result<RowRange> parse_row_range(std::string_view text) {
  std::string_view inner = trim(text);
  RowRange range;
  if (inner.size() > 2 && inner.front() == '(' && inner.back() == ')') {
    inner = inner.substr(1, inner.size() - 2);
    size_t comma = inner.find(',');
    if (comma != std::string_view::npos && parse_number(inner.substr(0, comma), range.start) &&
        parse_number(inner.substr(comma + 1), range.count)) {
      return range;
    }
  }
  return fail(ErrorKind::kConfig, "InvalidRowRange",
              "rowrange '" + std::string(text) + "' is not of the form (start,count)");
}

Result<std::vector<size_t>> parse_columns(std::string_view text,
                                          const maxcompute::TableSchema& schema) {
  std::vector<size_t> columns;
  if (trim(text).empty()) {
    columns.resize(schema.columns.size());
    std::iota(columns.begin(), columns.end(), size_t{0});
    return columns;
  }
  while (true) {
    const size_t end = std::min(text.find(','), text.size());
    const std::string name = lower(trim(text.substr(0, end)));
    auto found = std::find_if(schema.columns.begin(), schema.columns.end(),
                              [&](const Column& column) { return column.name == name; });
    const auto position = static_cast<size_t>(found - schema.columns.begin());
    if (found == schema.columns.end() ||
        std::find(columns.begin(), columns.end(), position) != columns.end()) {
      return fail(ErrorKind::kConfig, "InvalidColumnSpec",
                  "columns: '" + name + "' is no data column of table " + schema.table +
                      " or occurs twice");
    }
    columns.push_back(position);
    if (end == text.size()) return columns;
    text.remove_prefix(end + 1);
  }
}

Result<SharedBuffer> read_records(const std::vector<StoredBlock>& stored,
                                  const std::vector<Column>& schema, RowRange range,
                                  const std::vector<size_t>& columns, const BlockStore& blocks) {
  uint64_t skip = range.start;
  uint64_t left = range.count;
  RecordStreamWriter out;
  std::vector<EncodedCell> row(schema.size());
  for (const StoredBlock& block : stored) {
    if (left == 0) break;
    if (skip >= block.records) {
      skip -= block.records;
      continue;
    }
    OTS_TRY(auto bytes, blocks.get(block.blob));
    const bool rest_is_this_block = skip == 0 && &block == &stored.back() && left >= block.records;
    if (out.records() == 0 && is_all(columns, schema.size()) &&
        (rest_is_this_block || (skip == 0 && left == block.records))) {
      return bytes;
    }
    RecordCursor cursor(bytes.view(), schema);
    while (left > 0) {
      OTS_TRY(bool more, cursor.next(row));
      if (!more) break;
      if (skip > 0) {
        --skip;
        continue;
      }
      // The tag is the column's place in the request (T11).
      for (size_t i = 0; i < columns.size(); ++i) {
        const EncodedCell& cell = row[columns[i]];
        if (cell.null) continue;
        out.add_encoded(static_cast<uint32_t>(i + 1), schema[columns[i]].type, cell.bytes);
      }
      out.end_record();
      --left;
    }
  }
  return SharedBuffer(out.finish());
}

}  // namespace otsstream::local
