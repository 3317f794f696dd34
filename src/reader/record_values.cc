#include "reader/record_values.h"

#include <fmt/format.h>

#include "tablestore/wire/plain_buffer_reader.h"

namespace otsstream::reader {

using tablestore::CellView;
using tablestore::KeyType;

ValueType column_type(KeyType type) {
  switch (type) {
    case KeyType::kInteger:
      return ValueType::kLong;
    case KeyType::kString:
      return ValueType::kString;
    case KeyType::kBinary:
      return ValueType::kBytes;
  }
  return ValueType::kNull;
}

tl::unexpected<Error> bad_record(std::string message) {
  return fail(ErrorKind::kCorrupt, "Stream-Record", std::move(message));
}

tl::unexpected<Error> bad_cell(std::string_view name) {
  return bad_record(fmt::format("written cell {} has no version or no value", name));
}

Status shape_key(const tablestore::RowView& row, const std::vector<tablestore::KeySchema>& schema,
                 std::vector<Value>& key) {
  if (row.primary_key.size() != schema.size()) {
    return bad_record(fmt::format("its key has {} columns, the table's has {}",
                                  row.primary_key.size(), schema.size()));
  }
  key.resize(schema.size());
  for (size_t i = 0; i < key.size(); ++i) {
    const CellView& cell = row.primary_key[i];
    if (cell.name != schema[i].name) {
      return bad_record(fmt::format("key column {} is called {}, in the table {}", i + 1, cell.name,
                                    schema[i].name));
    }
    const ValueType type = column_type(schema[i].type);
    if (!to_value(cell.value, key[i]) || key[i].type() != type) {
      return bad_record(
          fmt::format("key column {} does not hold a {}", cell.name, to_string(type)));
    }
  }
  return {};
}

Status OldValues::open(std::string_view origin) {
  row_.clear();
  if (origin.empty()) return {};
  if (Status read = tablestore::read_single_row(origin, row_); !read)
    return bad_record("its previous values cannot be read: " + read.error().message);
  for (const CellView& cell : row_.cells) {
    Value value;
    if (!cell.has_value || !to_value(cell.value, value))
      return bad_record(fmt::format("its previous cell {} has no value", cell.name));
  }
  return {};
}

const CellView* OldValues::find(std::string_view name) const {
  const CellView* newest = nullptr;
  for (const CellView& cell : row_.cells)
    if (cell.name == name && (!newest || cell.timestamp > newest->timestamp)) newest = &cell;
  return newest;
}

}  // namespace otsstream::reader
