#pragma once
// GetStreamRecord answers made by hand.

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_writer.h"
#include "tablestore/wire/stream_page.h"

namespace otsstream::reader::test {

using tablestore::ActionType;
using tablestore::Cell;
using tablestore::CellOp;
using tablestore::CellValue;

inline Cell written(std::string name, CellValue value, int64_t version) {
  return {std::move(name), CellOp::kPut, std::move(value), version};
}

struct TestRecord {
  ActionType action = ActionType::kUpdate;
  tablestore::PrimaryKey key;
  std::vector<Cell> cells;
  tablestore::SequenceInfo sequence;
  std::vector<Cell> old_cells = {};  // previous values; empty: the record carries none
};

// An UPDATE of one cell at `time_ms`.
inline TestRecord record_at(int64_t time_ms, int32_t row_index = 0) {
  return {ActionType::kUpdate,
          {{"id", CellValue::of_string("k" + std::to_string(time_ms))}},
          {written("c", CellValue::of_integer(time_ms), time_ms)},
          {0, time_ms * 1000 + 999, row_index}};
}

inline std::string encode_record(const TestRecord& record) {
  tablestore::Row row;
  row.primary_key = record.key;
  row.cells = record.cells;
  row.sequence = record.sequence;
  return tablestore::encode_row(row);
}

inline std::string encode_origin(const TestRecord& record) {
  if (record.old_cells.empty()) return {};
  tablestore::Row row;
  row.primary_key = record.key;
  row.cells = record.old_cells;
  return tablestore::encode_row(row);
}

// `more` absent: a server that does not send the flag.
inline tablestore::StreamPage make_page(const std::vector<TestRecord>& records,
                                        const std::optional<std::string>& next,
                                        std::optional<bool> more = true) {
  std::string body;
  for (const TestRecord& record : records) {
    tablestore::append_stream_record(body, record.action, encode_record(record),
                                     encode_origin(record));
  }
  if (more) {
    body += tablestore::encode_stream_page_tail(next, std::nullopt, *more);
  } else if (next) {
    body += '\x12';  // next_shard_iterator, field 2
    put_varint(body, next->size());
    body += *next;
  }
  return *tablestore::StreamPage::skim(SharedBuffer(std::move(body)));
}

}  // namespace otsstream::reader::test
