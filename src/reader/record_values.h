#pragma once
// Values of a stream record as values of rows; what both shapes share.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/value.h"
#include "tablestore/wire/types.h"

namespace otsstream::reader {

ValueType column_type(tablestore::KeyType type);

// False for what no stored cell can hold. Inline, as every cell passes here.
inline bool to_value(const tablestore::CellValueView& cell, Value& out) {
  using tablestore::CellType;
  switch (cell.type) {
    case CellType::kInteger:
      out = Value::from_long(cell.integer);
      return true;
    case CellType::kDouble:
      out = Value::from_double(cell.real);
      return true;
    case CellType::kBoolean:
      out = Value::from_bool(cell.boolean);
      return true;
    case CellType::kString:
      out = Value::from_string(cell.bytes);
      return true;
    case CellType::kBlob:
      out = Value::from_bytes(cell.bytes);
      return true;
    default:
      return false;
  }
}

// kCorrupt "Stream-Record": a record that no service may send.
tl::unexpected<Error> bad_record(std::string message);

tl::unexpected<Error> bad_cell(std::string_view name);

// The value of a written cell, which must have a version.
inline Status to_written_value(const tablestore::CellView& cell, Value& out) {
  if (cell.has_value && cell.has_timestamp && to_value(cell.value, out)) return {};
  return bad_cell(cell.name);
}

// The primary key of `row` in schema order.
Status shape_key(const tablestore::RowView& row, const std::vector<tablestore::KeySchema>& schema,
                 std::vector<Value>& key);

// Previous values of a record's row, where the Stream carries them.
class OldValues {
 public:
  // Opens the record's origin_record; empty: nothing is known of the row before.
  Status open(std::string_view origin);
  // The newest version of the column, or nullptr.
  const tablestore::CellView* find(std::string_view name) const;
  // All cells; of several versions of a column each is there.
  const std::vector<tablestore::CellView>& cells() const { return row_.cells; }

 private:
  tablestore::RowView row_;
};

}  // namespace otsstream::reader
