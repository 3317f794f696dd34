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

// False for what no stored cell can hold.
bool to_value(const tablestore::CellValueView& cell, Value& out);

// kCorrupt "Stream-Record": a record that no service may send.
tl::unexpected<Error> bad_record(std::string message);

// The value of a written cell, which must have a version.
Status to_written_value(const tablestore::CellView& cell, Value& out);

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
