// Table operations and Error: types <-> protobuf (tablestore-protocol.md 2.1, 2.2).

#include "ots.pb.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"
#include "tablestore/wire/protobuf_io.h"

namespace otsstream::tablestore {
namespace {

void write(const CapacityUnit& from, pb::CapacityUnit* to) {
  to->set_read(from.read);
  to->set_write(from.write);
}

CapacityUnit read(const pb::CapacityUnit& from) { return {from.read(), from.write()}; }

void write(const KeySchema& from, pb::PrimaryKeySchema* to) {
  to->set_name(from.name);
  to->set_type(static_cast<pb::PrimaryKeyType>(from.type));
  if (from.auto_increment) to->set_option(pb::AUTO_INCREMENT);
}

KeySchema read(const pb::PrimaryKeySchema& from) {
  return {from.name(), static_cast<KeyType>(from.type()),
          from.has_option() && from.option() == pb::AUTO_INCREMENT};
}

void write(const DefinedColumn& from, pb::DefinedColumnSchema* to) {
  to->set_name(from.name);
  to->set_type(static_cast<pb::DefinedColumnType>(from.type));
}

DefinedColumn read(const pb::DefinedColumnSchema& from) {
  return {from.name(), static_cast<DefinedColumnType>(from.type())};
}

void write(const TableMeta& from, pb::TableMeta* to) {
  to->set_table_name(from.name);
  for (const KeySchema& key : from.primary_key) write(key, to->add_primary_key());
  for (const DefinedColumn& column : from.defined_columns) write(column, to->add_defined_column());
}

TableMeta read(const pb::TableMeta& from) {
  TableMeta to;
  to.name = from.table_name();
  for (const auto& key : from.primary_key()) to.primary_key.push_back(read(key));
  for (const auto& column : from.defined_column()) to.defined_columns.push_back(read(column));
  return to;
}

void write(const TableOptions& from, pb::TableOptions* to) {
  if (from.time_to_live) to->set_time_to_live(*from.time_to_live);
  if (from.max_versions) to->set_max_versions(*from.max_versions);
  if (from.max_version_deviation)
    to->set_deviation_cell_version_in_sec(*from.max_version_deviation);
  if (from.allow_update) to->set_allow_update(*from.allow_update);
  if (from.update_full_row) to->set_update_full_row(*from.update_full_row);
}

TableOptions read(const pb::TableOptions& from) {
  TableOptions to;
  if (from.has_time_to_live()) to.time_to_live = from.time_to_live();
  if (from.has_max_versions()) to.max_versions = from.max_versions();
  if (from.has_deviation_cell_version_in_sec())
    to.max_version_deviation = from.deviation_cell_version_in_sec();
  if (from.has_allow_update()) to.allow_update = from.allow_update();
  if (from.has_update_full_row()) to.update_full_row = from.update_full_row();
  return to;
}

void write(const ThroughputDetails& from, pb::ReservedThroughputDetails* to) {
  write(from.unit, to->mutable_capacity_unit());
  to->set_last_increase_time(from.last_increase_time);
  if (from.last_decrease_time) to->set_last_decrease_time(*from.last_decrease_time);
}

ThroughputDetails read(const pb::ReservedThroughputDetails& from) {
  ThroughputDetails to;
  to.unit = read(from.capacity_unit());
  to.last_increase_time = from.last_increase_time();
  if (from.has_last_decrease_time()) to.last_decrease_time = from.last_decrease_time();
  return to;
}

void write(const StreamSpec& from, pb::StreamSpecification* to) {
  to->set_enable_stream(from.enable);
  if (from.expiration_hours) to->set_expiration_time(*from.expiration_hours);
  for (const std::string& column : from.columns_to_get) to->add_columns_to_get(column);
}

StreamSpec read(const pb::StreamSpecification& from) {
  StreamSpec to;
  to.enable = from.enable_stream();
  if (from.has_expiration_time()) to.expiration_hours = from.expiration_time();
  to.columns_to_get = copy_strings(from.columns_to_get());
  return to;
}

// An id, hours or a time of zero mean "not known" and are not sent.
void write(const StreamDetails& from, pb::StreamDetails* to) {
  to->set_enable_stream(from.enable);
  if (!from.stream_id.empty()) to->set_stream_id(from.stream_id);
  if (from.expiration_hours != 0) to->set_expiration_time(from.expiration_hours);
  if (from.last_enable_time != 0) to->set_last_enable_time(from.last_enable_time);
  for (const std::string& column : from.columns_to_get) to->add_columns_to_get(column);
}

StreamDetails read(const pb::StreamDetails& from) {
  StreamDetails to;
  to.enable = from.enable_stream();
  to.stream_id = from.stream_id();
  to.expiration_hours = from.expiration_time();
  to.last_enable_time = from.last_enable_time();
  to.columns_to_get = copy_strings(from.columns_to_get());
  return to;
}

void write(const SseSpec& from, pb::SSESpecification* to) {
  to->set_enable(from.enable);
  if (from.key_type && pb::SSEKeyType_IsValid(*from.key_type))
    to->set_key_type(static_cast<pb::SSEKeyType>(*from.key_type));
  if (!from.key_id.empty()) to->set_key_id(from.key_id);
  if (!from.role_arn.empty()) to->set_role_arn(from.role_arn);
}

SseSpec read(const pb::SSESpecification& from) {
  SseSpec to;
  to.enable = from.enable();
  if (from.has_key_type()) to.key_type = from.key_type();
  to.key_id = from.key_id();
  to.role_arn = from.role_arn();
  return to;
}

Result<CellValue> partition_bound(const std::string& bytes, const char* field) {
  auto value = read_bare_value(bytes);
  if (!value)
    return wire_error(
        fmt::format("CreateTableRequest: partitions.{}: {}", field, value.error().message));
  return value;
}

std::string table_name_message(const std::string& table) {
  pb::DescribeTableRequest m;  // DeleteTableRequest has the same single field
  m.set_table_name(table);
  return write_message(m);
}

}  // namespace

std::string encode(const ErrorMessage& from) {
  pb::Error m;
  m.set_code(from.code);
  m.set_message(from.message);
  return write_message(m);
}

Status decode(const SharedBuffer& in, ErrorMessage& to) {
  pb::Error m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {m.code(), m.message()};
  return {};
}

std::string encode(const CreateTableRequest& from) {
  pb::CreateTableRequest m;
  write(from.meta, m.mutable_table_meta());
  write(from.reserved, m.mutable_reserved_throughput()->mutable_capacity_unit());
  write(from.options, m.mutable_table_options());
  for (const auto& [begin, end] : from.partitions) {
    auto* p = m.add_partitions();
    append_bare_value(*p->mutable_begin(), begin);
    append_bare_value(*p->mutable_end(), end);
  }
  if (from.stream) write(*from.stream, m.mutable_stream_spec());
  if (from.sse) write(*from.sse, m.mutable_sse_spec());
  if (from.enable_local_transaction) m.set_enable_local_txn(*from.enable_local_transaction);
  return write_message(m);
}

Status decode(const SharedBuffer& in, CreateTableRequest& to) {
  pb::CreateTableRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {};
  to.meta = read(m.table_meta());
  to.reserved = read(m.reserved_throughput().capacity_unit());
  to.options = read(m.table_options());
  for (const auto& p : m.partitions()) {
    OTS_TRY(CellValue begin, partition_bound(p.begin(), "begin"));
    OTS_TRY(CellValue end, partition_bound(p.end(), "end"));
    to.partitions.emplace_back(std::move(begin), std::move(end));
  }
  if (m.has_stream_spec()) to.stream = read(m.stream_spec());
  if (m.has_sse_spec()) to.sse = read(m.sse_spec());
  to.has_indexes = m.index_metas_size() > 0;
  if (m.has_enable_local_txn()) to.enable_local_transaction = m.enable_local_txn();
  return {};
}

Status decode(const SharedBuffer& in, CreateTableResponse&) {
  pb::CreateTableResponse m;
  return parse_message(in.view(), m);
}

std::string encode(const ListTableRequest&) { return {}; }

Status decode(const SharedBuffer& in, ListTableRequest&) {
  pb::ListTableRequest m;
  return parse_message(in.view(), m);
}

std::string encode(const ListTableResponse& from) {
  pb::ListTableResponse m;
  for (const std::string& table : from.tables) m.add_table_names(table);
  return write_message(m);
}

Status decode(const SharedBuffer& in, ListTableResponse& to) {
  pb::ListTableResponse m;
  OTS_CHECK(parse_message(in.view(), m));
  to.tables = copy_strings(m.table_names());
  return {};
}

std::string encode(const DeleteTableRequest& from) { return table_name_message(from.table); }

Status decode(const SharedBuffer& in, DeleteTableRequest& to) {
  pb::DeleteTableRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to.table = m.table_name();
  return {};
}

Status decode(const SharedBuffer& in, DeleteTableResponse&) {
  pb::DeleteTableResponse m;
  return parse_message(in.view(), m);
}

std::string encode(const DescribeTableRequest& from) { return table_name_message(from.table); }

Status decode(const SharedBuffer& in, DescribeTableRequest& to) {
  pb::DescribeTableRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to.table = m.table_name();
  return {};
}

std::string encode(const DescribeTableResponse& from) {
  pb::DescribeTableResponse m;
  write(from.meta, m.mutable_table_meta());
  write(from.throughput, m.mutable_reserved_throughput_details());
  write(from.options, m.mutable_table_options());
  m.set_table_status(pb::TableStatus_IsValid(from.status)
                         ? static_cast<pb::TableStatus>(from.status)
                         : pb::ACTIVE);
  if (from.stream) write(*from.stream, m.mutable_stream_details());
  for (const SharedBuffer& split : from.shard_splits)
    m.add_shard_splits(split.data(), split.size());
  if (from.sse) write(*from.sse, m.mutable_sse_details());
  if (from.creation_time) m.set_creation_time(*from.creation_time);
  return write_message(m);
}

Status decode(const SharedBuffer& in, DescribeTableResponse& to) {
  pb::DescribeTableResponse m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {};
  to.meta = read(m.table_meta());
  to.throughput = read(m.reserved_throughput_details());
  to.options = read(m.table_options());
  if (m.has_table_status()) to.status = m.table_status();
  if (m.has_stream_details()) to.stream = read(m.stream_details());
  for (auto& split : *m.mutable_shard_splits()) to.shard_splits.push_back(take_bytes(&split));
  if (m.has_sse_details()) to.sse = read(m.sse_details());
  if (m.has_creation_time()) to.creation_time = m.creation_time();
  return {};
}

std::string encode(const UpdateTableRequest& from) {
  pb::UpdateTableRequest m;
  m.set_table_name(from.table);
  if (from.reserved)
    write(*from.reserved, m.mutable_reserved_throughput()->mutable_capacity_unit());
  if (from.options) write(*from.options, m.mutable_table_options());
  if (from.stream) write(*from.stream, m.mutable_stream_spec());
  return write_message(m);
}

Status decode(const SharedBuffer& in, UpdateTableRequest& to) {
  pb::UpdateTableRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {};
  to.table = m.table_name();
  if (m.has_reserved_throughput()) to.reserved = read(m.reserved_throughput().capacity_unit());
  if (m.has_table_options()) to.options = read(m.table_options());
  if (m.has_stream_spec()) to.stream = read(m.stream_spec());
  return {};
}

std::string encode(const UpdateTableResponse& from) {
  pb::UpdateTableResponse m;
  write(from.throughput, m.mutable_reserved_throughput_details());
  write(from.options, m.mutable_table_options());
  if (from.stream) write(*from.stream, m.mutable_stream_details());
  return write_message(m);
}

Status decode(const SharedBuffer& in, UpdateTableResponse& to) {
  pb::UpdateTableResponse m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {};
  to.throughput = read(m.reserved_throughput_details());
  to.options = read(m.table_options());
  if (m.has_stream_details()) to.stream = read(m.stream_details());
  return {};
}

std::string encode(const AddDefinedColumnRequest& from) {
  pb::AddDefinedColumnRequest m;
  m.set_table_name(from.table);
  for (const DefinedColumn& column : from.columns) write(column, m.add_columns());
  return write_message(m);
}

Status decode(const SharedBuffer& in, AddDefinedColumnRequest& to) {
  pb::AddDefinedColumnRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {m.table_name(), {}};
  for (const auto& column : m.columns()) to.columns.push_back(read(column));
  return {};
}

std::string encode(const DeleteDefinedColumnRequest& from) {
  pb::DeleteDefinedColumnRequest m;
  m.set_table_name(from.table);
  for (const std::string& column : from.columns) m.add_columns(column);
  return write_message(m);
}

Status decode(const SharedBuffer& in, DeleteDefinedColumnRequest& to) {
  pb::DeleteDefinedColumnRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {m.table_name(), copy_strings(m.columns())};
  return {};
}

std::string encode(const ComputeSplitPointsBySizeRequest& from) {
  pb::ComputeSplitPointsBySizeRequest m;
  m.set_table_name(from.table);
  m.set_split_size(from.split_size);
  if (from.unit_bytes) m.set_split_size_unit_in_byte(*from.unit_bytes);
  if (from.point_limit) m.set_split_point_limit(*from.point_limit);
  return write_message(m);
}

Status decode(const SharedBuffer& in, ComputeSplitPointsBySizeRequest& to) {
  pb::ComputeSplitPointsBySizeRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {m.table_name(), m.split_size(), {}, {}};
  if (m.has_split_size_unit_in_byte()) to.unit_bytes = m.split_size_unit_in_byte();
  if (m.has_split_point_limit()) to.point_limit = m.split_point_limit();
  return {};
}

std::string encode(const ComputeSplitPointsBySizeResponse& from) {
  pb::ComputeSplitPointsBySizeResponse m;
  write(from.consumed, m.mutable_consumed()->mutable_capacity_unit());
  for (const KeySchema& key : from.schema) write(key, m.add_schema());
  for (const SharedBuffer& point : from.points) m.add_split_points(point.data(), point.size());
  for (const auto& location : from.locations) {
    auto* l = m.add_locations();
    l->set_location(location.location);
    l->set_repeat(location.repeat);
  }
  return write_message(m);
}

Status decode(const SharedBuffer& in, ComputeSplitPointsBySizeResponse& to) {
  pb::ComputeSplitPointsBySizeResponse m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {};
  to.consumed = read(m.consumed().capacity_unit());
  for (const auto& key : m.schema()) to.schema.push_back(read(key));
  for (auto& point : *m.mutable_split_points()) to.points.push_back(take_bytes(&point));
  for (const auto& location : m.locations())
    to.locations.push_back({location.location(), location.repeat()});
  return {};
}

}  // namespace otsstream::tablestore
