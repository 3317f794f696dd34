// Row operations: types <-> protobuf (tablestore-protocol.md 2.3). Those on many rows are in
// messages_batch.cc.

#include "ots.pb.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/protobuf_io.h"

namespace otsstream::tablestore {
namespace {

void write(const CapacityUnit& from, pb::ConsumedCapacity* to) {
  to->mutable_capacity_unit()->set_read(from.read);
  to->mutable_capacity_unit()->set_write(from.write);
}

CapacityUnit read(const pb::ConsumedCapacity& from) {
  return {from.capacity_unit().read(), from.capacity_unit().write()};
}

void write(const Condition& from, pb::Condition* to) {
  to->set_row_existence(static_cast<pb::RowExistenceExpectation>(from.row_existence));
  if (!from.column_condition.empty())
    to->set_column_condition(from.column_condition.data(), from.column_condition.size());
}

Condition read(pb::Condition* from) {
  return {static_cast<RowExistence>(from->row_existence()),
          take_bytes(from->mutable_column_condition())};
}

void write(const ReturnContent& from, pb::ReturnContent* to) {
  if (from.type) to->set_return_type(static_cast<pb::ReturnType>(*from.type));
  for (const std::string& column : from.columns) to->add_return_column_names(column);
}

ReturnContent read(const pb::ReturnContent& from) {
  ReturnContent to;
  if (from.has_return_type()) to.type = static_cast<ReturnType>(from.return_type());
  to.columns = copy_strings(from.return_column_names());
  return to;
}

// GetRowRequest, GetRangeRequest and TableInBatchGetRowRequest name these fields alike, under
// different numbers.
template <class Message>
void write_read_options(const ReadOptions& from, Message* to) {
  for (const std::string& column : from.columns_to_get) to->add_columns_to_get(column);
  if (from.time_range) {
    auto* range = to->mutable_time_range();
    if (from.time_range->start) range->set_start_time(*from.time_range->start);
    if (from.time_range->end) range->set_end_time(*from.time_range->end);
    if (from.time_range->specific) range->set_specific_time(*from.time_range->specific);
  }
  if (from.max_versions) to->set_max_versions(*from.max_versions);
  if (!from.filter.empty()) to->set_filter(from.filter.data(), from.filter.size());
  if (from.start_column) to->set_start_column(*from.start_column);
  if (from.end_column) to->set_end_column(*from.end_column);
}

template <class Message>
ReadOptions read_read_options(Message& from) {
  ReadOptions to;
  to.columns_to_get = copy_strings(from.columns_to_get());
  if (from.has_time_range()) {
    const auto& range = from.time_range();
    to.time_range.emplace();
    if (range.has_start_time()) to.time_range->start = range.start_time();
    if (range.has_end_time()) to.time_range->end = range.end_time();
    if (range.has_specific_time()) to.time_range->specific = range.specific_time();
  }
  if (from.has_max_versions()) to.max_versions = from.max_versions();
  to.filter = take_bytes(from.mutable_filter());
  if (from.has_start_column()) to.start_column = from.start_column();
  if (from.has_end_column()) to.end_column = from.end_column();
  return to;
}

// What Put, Update and Delete have in common; `row` is the field that each names its own way.
template <class Message>
std::string write_change(const WriteRowRequest& from, Message& m, std::string* row) {
  m.set_table_name(from.table);
  row->assign(from.row.view());
  write(from.condition, m.mutable_condition());
  if (from.return_content) write(*from.return_content, m.mutable_return_content());
  if (!from.transaction_id.empty()) m.set_transaction_id(from.transaction_id);
  return write_message(m);
}

template <class Message>
void read_change(Message& m, std::string* row, WriteRowRequest& to) {
  to = {};
  to.table = m.table_name();
  to.row = take_bytes(row);
  to.condition = read(m.mutable_condition());
  if (m.has_return_content()) to.return_content = read(m.return_content());
  to.transaction_id = m.transaction_id();
}

}  // namespace

std::string encode(const GetRowRequest& from) {
  pb::GetRowRequest m;
  m.set_table_name(from.table);
  m.set_primary_key(from.primary_key.data(), from.primary_key.size());
  write_read_options(from.read, &m);
  if (!from.transaction_id.empty()) m.set_transaction_id(from.transaction_id);
  return write_message(m);
}

Status decode(const SharedBuffer& in, GetRowRequest& to) {
  pb::GetRowRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {};
  to.table = m.table_name();
  to.primary_key = take_bytes(m.mutable_primary_key());
  to.read = read_read_options(m);
  to.transaction_id = m.transaction_id();
  return {};
}

std::string encode(const GetRowResponse& from) {
  pb::GetRowResponse m;
  write(from.consumed, m.mutable_consumed());
  m.set_row(from.row.data(), from.row.size());
  return write_message(m);
}

Status decode(const SharedBuffer& in, GetRowResponse& to) {
  pb::GetRowResponse m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {read(m.consumed()), take_bytes(m.mutable_row())};
  return {};
}

std::string encode_put(const WriteRowRequest& from) {
  pb::PutRowRequest m;
  return write_change(from, m, m.mutable_row());
}

std::string encode_update(const WriteRowRequest& from) {
  pb::UpdateRowRequest m;
  return write_change(from, m, m.mutable_row_change());
}

std::string encode_delete(const WriteRowRequest& from) {
  pb::DeleteRowRequest m;
  return write_change(from, m, m.mutable_primary_key());
}

Status decode_put(const SharedBuffer& in, WriteRowRequest& to) {
  pb::PutRowRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  read_change(m, m.mutable_row(), to);
  return {};
}

Status decode_update(const SharedBuffer& in, WriteRowRequest& to) {
  pb::UpdateRowRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  read_change(m, m.mutable_row_change(), to);
  return {};
}

Status decode_delete(const SharedBuffer& in, WriteRowRequest& to) {
  pb::DeleteRowRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  read_change(m, m.mutable_primary_key(), to);
  return {};
}

std::string encode(const WriteRowResponse& from) {
  pb::WriteRowResponse m;
  write(from.consumed, m.mutable_consumed());
  if (!from.row.empty()) m.set_row(from.row.data(), from.row.size());
  return write_message(m);
}

Status decode(const SharedBuffer& in, WriteRowResponse& to) {
  pb::WriteRowResponse m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {read(m.consumed()), take_bytes(m.mutable_row())};
  return {};
}

std::string encode(const GetRangeRequest& from) {
  pb::GetRangeRequest m;
  m.set_table_name(from.table);
  m.set_direction(static_cast<pb::Direction>(from.direction));
  write_read_options(from.read, &m);
  if (from.limit) m.set_limit(*from.limit);
  m.set_inclusive_start_primary_key(from.inclusive_start.data(), from.inclusive_start.size());
  m.set_exclusive_end_primary_key(from.exclusive_end.data(), from.exclusive_end.size());
  if (!from.transaction_id.empty()) m.set_transaction_id(from.transaction_id);
  if (from.block_type_hint)
    m.set_data_block_type_hint(static_cast<pb::DataBlockType>(*from.block_type_hint));
  return write_message(m);
}

Status decode(const SharedBuffer& in, GetRangeRequest& to) {
  pb::GetRangeRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {};
  to.table = m.table_name();
  to.direction = static_cast<Direction>(m.direction());
  to.read = read_read_options(m);
  if (m.has_limit()) to.limit = m.limit();
  to.inclusive_start = take_bytes(m.mutable_inclusive_start_primary_key());
  to.exclusive_end = take_bytes(m.mutable_exclusive_end_primary_key());
  to.transaction_id = m.transaction_id();
  if (m.has_data_block_type_hint())
    to.block_type_hint = static_cast<DataBlockType>(m.data_block_type_hint());
  return {};
}

std::string encode(const GetRangeResponse& from) {
  pb::GetRangeResponse m;
  write(from.consumed, m.mutable_consumed());
  m.set_rows(from.rows.data(), from.rows.size());
  // Present means "go on there"; an empty one would not be understood (trap 11).
  if (!from.next_start.empty())
    m.set_next_start_primary_key(from.next_start.data(), from.next_start.size());
  if (from.block_type) m.set_data_block_type(static_cast<pb::DataBlockType>(*from.block_type));
  return write_message(m);
}

Status decode(const SharedBuffer& in, GetRangeResponse& to) {
  pb::GetRangeResponse m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {read(m.consumed()),
        take_bytes(m.mutable_rows()),
        take_bytes(m.mutable_next_start_primary_key()),
        {}};
  if (m.has_data_block_type()) to.block_type = static_cast<DataBlockType>(m.data_block_type());
  return {};
}

std::string encode(const BatchGetRowRequest& from) {
  pb::BatchGetRowRequest m;
  for (const auto& table : from.tables) {
    auto* t = m.add_tables();
    t->set_table_name(table.table);
    for (const SharedBuffer& key : table.keys) t->add_primary_key(key.data(), key.size());
    write_read_options(table.read, t);
  }
  return write_message(m);
}

Status decode(const SharedBuffer& in, BatchGetRowRequest& to) {
  pb::BatchGetRowRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {};
  for (auto& t : *m.mutable_tables()) {
    auto& table = to.tables.emplace_back();
    table.table = t.table_name();
    for (auto& key : *t.mutable_primary_key()) table.keys.push_back(take_bytes(&key));
    table.read = read_read_options(t);
  }
  return {};
}

std::string encode(const BulkExportRequest& from) {
  pb::BulkExportRequest m;
  m.set_table_name(from.table);
  for (const std::string& column : from.columns_to_get) m.add_columns_to_get(column);
  m.set_inclusive_start_primary_key(from.inclusive_start.data(), from.inclusive_start.size());
  m.set_exclusive_end_primary_key(from.exclusive_end.data(), from.exclusive_end.size());
  if (!from.filter.empty()) m.set_filter(from.filter.data(), from.filter.size());
  if (from.block_type_hint)
    m.set_data_block_type_hint(static_cast<pb::DataBlockType>(*from.block_type_hint));
  return write_message(m);
}

Status decode(const SharedBuffer& in, BulkExportRequest& to) {
  pb::BulkExportRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {m.table_name(),
        copy_strings(m.columns_to_get()),
        take_bytes(m.mutable_inclusive_start_primary_key()),
        take_bytes(m.mutable_exclusive_end_primary_key()),
        take_bytes(m.mutable_filter()),
        {}};
  if (m.has_data_block_type_hint())
    to.block_type_hint = static_cast<DataBlockType>(m.data_block_type_hint());
  return {};
}

std::string encode(const BulkExportResponse& from) {
  pb::BulkExportResponse m;
  write(from.consumed, m.mutable_consumed());
  m.set_rows(from.rows.data(), from.rows.size());
  if (!from.next_start.empty())
    m.set_next_start_primary_key(from.next_start.data(), from.next_start.size());
  m.set_data_block_type(static_cast<pb::DataBlockType>(from.block_type));
  return write_message(m);
}

Status decode(const SharedBuffer& in, BulkExportResponse& to) {
  pb::BulkExportResponse m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {read(m.consumed()), take_bytes(m.mutable_rows()),
        take_bytes(m.mutable_next_start_primary_key()),
        static_cast<DataBlockType>(m.data_block_type())};
  return {};
}

}  // namespace otsstream::tablestore
