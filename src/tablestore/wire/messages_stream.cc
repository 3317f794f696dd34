// Stream operations: types <-> protobuf (tablestore-protocol.md 2.5). The pages themselves:
// stream_page.cc.

#include "ots.pb.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/protobuf_io.h"

namespace otsstream::tablestore {

std::string encode(const ListStreamRequest& from) {
  pb::ListStreamRequest m;
  if (from.table) m.set_table_name(*from.table);
  return write_message(m);
}

Status decode(const SharedBuffer& in, ListStreamRequest& to) {
  pb::ListStreamRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {};
  if (m.has_table_name()) to.table = m.table_name();
  return {};
}

std::string encode(const ListStreamResponse& from) {
  pb::ListStreamResponse m;
  for (const StreamInfo& stream : from.streams) {
    auto* s = m.add_streams();
    s->set_stream_id(stream.stream_id);
    s->set_table_name(stream.table_name);
    s->set_creation_time(stream.creation_time);
  }
  return write_message(m);
}

Status decode(const SharedBuffer& in, ListStreamResponse& to) {
  pb::ListStreamResponse m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {};
  for (const auto& s : m.streams())
    to.streams.push_back({s.stream_id(), s.table_name(), s.creation_time()});
  return {};
}

std::string encode(const DescribeStreamRequest& from) {
  pb::DescribeStreamRequest m;
  m.set_stream_id(from.stream_id);
  if (from.inclusive_start_shard_id) m.set_inclusive_start_shard_id(*from.inclusive_start_shard_id);
  if (from.shard_limit) m.set_shard_limit(*from.shard_limit);
  if (from.support_timeseries) m.set_support_timeseries_data_table(*from.support_timeseries);
  return write_message(m);
}

Status decode(const SharedBuffer& in, DescribeStreamRequest& to) {
  pb::DescribeStreamRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {};
  to.stream_id = m.stream_id();
  if (m.has_inclusive_start_shard_id()) to.inclusive_start_shard_id = m.inclusive_start_shard_id();
  if (m.has_shard_limit()) to.shard_limit = m.shard_limit();
  if (m.has_support_timeseries_data_table())
    to.support_timeseries = m.support_timeseries_data_table();
  return {};
}

std::string encode(const DescribeStreamResponse& from) {
  pb::DescribeStreamResponse m;
  m.set_stream_id(from.stream_id);
  m.set_expiration_time(from.expiration_hours);
  m.set_table_name(from.table);
  m.set_creation_time(from.creation_time);
  m.set_stream_status(static_cast<pb::StreamStatus>(from.status));
  for (const StreamShard& shard : from.shards) {
    auto* s = m.add_shards();
    s->set_shard_id(shard.shard_id);
    // Roots have neither parent; empty strings must not be sent (4).
    if (!shard.parent_id.empty()) s->set_parent_id(shard.parent_id);
    if (!shard.parent_sibling_id.empty()) s->set_parent_sibling_id(shard.parent_sibling_id);
  }
  if (!from.next_shard_id.empty()) m.set_next_shard_id(from.next_shard_id);
  if (from.is_timeseries) m.set_is_timeseries_data_table(*from.is_timeseries);
  return write_message(m);
}

Status decode(const SharedBuffer& in, DescribeStreamResponse& to) {
  pb::DescribeStreamResponse m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {};
  to.stream_id = m.stream_id();
  to.expiration_hours = m.expiration_time();
  to.table = m.table_name();
  to.creation_time = m.creation_time();
  to.status = static_cast<StreamStatus>(m.stream_status());
  for (const auto& s : m.shards())
    to.shards.push_back({s.shard_id(), s.parent_id(), s.parent_sibling_id()});
  to.next_shard_id = m.next_shard_id();
  if (m.has_is_timeseries_data_table()) to.is_timeseries = m.is_timeseries_data_table();
  return {};
}

std::string encode(const GetShardIteratorRequest& from) {
  pb::GetShardIteratorRequest m;
  m.set_stream_id(from.stream_id);
  m.set_shard_id(from.shard_id);
  if (from.timestamp) m.set_timestamp(*from.timestamp);
  if (!from.token.empty()) m.set_token(from.token);
  return write_message(m);
}

Status decode(const SharedBuffer& in, GetShardIteratorRequest& to) {
  pb::GetShardIteratorRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {};
  to.stream_id = m.stream_id();
  to.shard_id = m.shard_id();
  if (m.has_timestamp()) to.timestamp = m.timestamp();
  to.token = m.token();
  return {};
}

std::string encode(const GetShardIteratorResponse& from) {
  pb::GetShardIteratorResponse m;
  m.set_shard_iterator(from.iterator);
  if (!from.next_token.empty()) m.set_next_token(from.next_token);
  return write_message(m);
}

Status decode(const SharedBuffer& in, GetShardIteratorResponse& to) {
  pb::GetShardIteratorResponse m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {m.shard_iterator(), m.next_token()};
  return {};
}

std::string encode(const GetStreamRecordRequest& from) {
  pb::GetStreamRecordRequest m;
  m.set_shard_iterator(from.iterator);
  if (from.limit) m.set_limit(*from.limit);
  if (from.table) m.set_table_name(*from.table);
  return write_message(m);
}

Status decode(const SharedBuffer& in, GetStreamRecordRequest& to) {
  pb::GetStreamRecordRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {};
  to.iterator = m.shard_iterator();
  if (m.has_limit()) to.limit = m.limit();
  if (m.has_table_name()) to.table = m.table_name();
  return {};
}

}  // namespace otsstream::tablestore
