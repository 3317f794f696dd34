#include "local/maxcompute/download_stream.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/record_stream_reader.h"
#include "maxcompute/wire/record_stream_writer.h"

namespace otsstream::local {

using maxcompute::Column;
using maxcompute::RecordStreamReader;
using maxcompute::RecordStreamWriter;
using maxcompute::TypeKind;
using maxcompute::ascii::lower;
using maxcompute::ascii::trim;

namespace {

constexpr int64_t kMsPerDay = 86'400'000;

bool parse_number(std::string_view text, uint64_t& number) {
  text = trim(text);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

// `number` is the column's place in the request (T11).
void add_value(RecordStreamWriter& out, uint32_t number, const Value& value, TypeKind kind) {
  switch (value.type()) {
    case ValueType::kNull:
      return;
    case ValueType::kLong:
      return out.add_bigint(number, value.as_long());
    case ValueType::kDouble:
      return out.add_double(number, value.as_double());
    case ValueType::kBool:
      return out.add_boolean(number, value.as_bool());
    case ValueType::kString:
    case ValueType::kBytes:
      return out.add_text(number, value.as_view());
    case ValueType::kDate:
      // DATETIME and DATE are integers on the wire: milliseconds, days.
      return out.add_bigint(
          number, kind == TypeKind::kDate ? value.as_date_ms() / kMsPerDay : value.as_date_ms());
  }
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

Result<SharedBuffer> read_records(const DownloadState& session, RowRange range,
                                  const std::vector<size_t>& columns, const BlockStore& blocks) {
  const std::vector<Column>& all = session.schema.columns;
  const uint64_t total = session.records();
  uint64_t skip = std::min(range.start, total);
  uint64_t left = std::min(range.count, total - skip);
  RecordStreamWriter out;
  std::vector<Value> row(all.size());
  for (const StoredBlock& block : session.blocks) {
    if (left == 0) break;
    if (skip >= block.records) {
      skip -= block.records;
      continue;
    }
    OTS_TRY(auto bytes, blocks.get(block.blob));
    if (skip == 0 && left == block.records && out.records() == 0 && is_all(columns, all.size())) {
      return bytes;
    }
    for (size_t column : columns) {
      if (all[column].type.kind != TypeKind::kFloat) continue;
      return fail(ErrorKind::kUnsupported, "NotImplemented",
                  "the local MaxCompute cannot cut FLOAT column " + all[column].name,
                  "read whole blocks, or the other columns");
    }
    RecordStreamReader reader(bytes.view(), all);
    while (left > 0) {
      OTS_TRY(bool more, reader.next(row));
      if (!more) break;
      if (skip > 0) {
        --skip;
        continue;
      }
      for (size_t i = 0; i < columns.size(); ++i) {
        add_value(out, static_cast<uint32_t>(i + 1), row[columns[i]], all[columns[i]].type.kind);
      }
      out.end_record();
      --left;
    }
  }
  return SharedBuffer(out.finish());
}

bool accepts_deflate(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const size_t end = std::min(accept_encoding.find(','), accept_encoding.size());
    std::string item = lower(accept_encoding.substr(0, end));
    std::erase_if(item, maxcompute::ascii::is_blank);
    if (item == "deflate" ||
        (item.starts_with("deflate;q=") && item.find_first_of("123456789") != std::string::npos)) {
      return true;
    }
    accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
  }
  return false;
}

}  // namespace otsstream::local
