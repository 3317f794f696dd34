#include <fmt/format.h>

#include <algorithm>

#include "local/tablestore/handlers/handlers.h"
#include "local/tablestore/rejection.h"
#include "local/tablestore/row_rules.h"
#include "local/tablestore/shard_iterator.h"
#include "tablestore/wire/messages.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

tl::unexpected<Error> unknown_iterator() {
  return reject("OTSTrimmedDataAccess",
                "Requested stream data is already trimmed or does not exist.");
}

constexpr int64_t kHourUs = 3600LL * 1000 * 1000;

// How long an iterator of this table's Stream is good, by the switches; 0: for ever.
int64_t iterator_life_us(const StreamSettings& settings, const StoredTable& table) {
  if (settings.iterator_life_ms != StreamSettings::kWithRetention)
    return settings.iterator_life_ms * 1000;
  const std::optional<StreamDetails> stream = table.describe().stream;
  return stream ? stream->expiration_hours * kHourUs : 0;
}

std::string new_iterator(const HandlerContext& context, const StoredTable& table,
                         std::string stream_id, std::string shard_id, uint64_t position) {
  const int64_t life_us = iterator_life_us(context.streams.settings(), table);
  return to_text(ShardIterator{std::move(stream_id), std::move(shard_id), position,
                               born_at(context.clock.now_us(), life_us)});
}

}  // namespace

Result<Answer> list_stream(HandlerContext& context, const SharedBuffer& message) {
  ListStreamRequest request;
  OTS_CHECK(decode(message, request));
  std::vector<std::shared_ptr<StoredTable>> tables;
  if (request.table) {
    OTS_TRY(auto table, context.tables.find(*request.table));
    tables.push_back(std::move(table));
  } else {
    tables = context.tables.tables();
  }
  ListStreamResponse response;
  for (const auto& table : tables) {
    TableDescription description = table->describe();
    if (!description.stream || !description.stream->enable) continue;
    response.streams.push_back(
        {description.stream->stream_id, table->name(), description.stream->last_enable_time});
  }
  return Answer(encode(response));
}

Result<Answer> describe_stream(HandlerContext& context, const SharedBuffer& message) {
  DescribeStreamRequest request;
  OTS_CHECK(decode(message, request));
  if (request.shard_limit && *request.shard_limit < 1)
    return reject_parameter(
        fmt::format("Invalid shard limit {}: at least 1.", *request.shard_limit));
  OTS_TRY(auto table, context.tables.find_stream(request.stream_id));
  OTS_TRY(StreamDescription stream, table->describe_stream(request.stream_id));

  auto first = stream.shards.begin();
  if (request.inclusive_start_shard_id && !request.inclusive_start_shard_id->empty()) {
    first = std::find_if(stream.shards.begin(), stream.shards.end(), [&](const StreamShard& shard) {
      return shard.shard_id == *request.inclusive_start_shard_id;
    });
    if (first == stream.shards.end())
      return reject("OTSObjectNotExist", fmt::format("Requested shard does not exist: '{}'.",
                                                     *request.inclusive_start_shard_id));
  }
  auto page =
      std::min<ptrdiff_t>(request.shard_limit.value_or(context.streams.settings().describe_page),
                          stream.shards.end() - first);

  DescribeStreamResponse response;
  response.stream_id = std::move(stream.stream_id);
  response.expiration_hours = stream.expiration_hours;
  response.table = std::move(stream.table);
  response.creation_time = stream.created_us;
  if (first + page != stream.shards.end()) response.next_shard_id = (first + page)->shard_id;
  response.shards.assign(first, first + page);
  if (request.support_timeseries) response.is_timeseries = false;
  return Answer(encode(response));
}

Result<Answer> get_shard_iterator(HandlerContext& context, const SharedBuffer& message) {
  GetShardIteratorRequest request;
  OTS_CHECK(decode(message, request));
  OTS_TRY(auto table, context.tables.find_stream(request.stream_id));
  GetShardIteratorResponse response;
  if (!request.timestamp) {
    OTS_TRY(uint64_t position, table->oldest_position(request.stream_id, request.shard_id));
    response.iterator =
        new_iterator(context, *table, request.stream_id, request.shard_id, position);
    return Answer(encode(response));
  }

  SeekToken token{request.shard_id, *request.timestamp, 0};
  if (!request.token.empty()) {
    auto sent = parse_seek_token(request.token);
    if (!sent || sent->shard_id != request.shard_id || sent->timestamp_us != *request.timestamp)
      return reject_parameter("The token does not belong to this shard and timestamp.");
    token = std::move(*sent);
  }
  OTS_TRY(std::optional<uint64_t> position,
          table->seek(request.stream_id, request.shard_id, *request.timestamp));
  if (token.steps_done < context.streams.settings().seek_token_steps) {
    ++token.steps_done;
    response.next_token = to_text(token);
  } else if (position) {
    response.iterator =
        new_iterator(context, *table, request.stream_id, request.shard_id, *position);
  }
  return Answer(encode(response));
}

Result<Answer> get_stream_record(HandlerContext& context, const SharedBuffer& message) {
  GetStreamRecordRequest request;
  OTS_CHECK(decode(message, request));
  if (request.limit && *request.limit < 1)
    return reject_parameter(fmt::format("Invalid limit {}: at least 1.", *request.limit));
  auto iterator = parse_shard_iterator(request.iterator);
  if (!iterator) return unknown_iterator();
  auto table = context.tables.find_stream(iterator->stream_id);
  if (!table) return unknown_iterator();
  if (request.table && *request.table != (*table)->name())
    return reject_parameter(
        fmt::format("The iterator does not belong to table '{}'.", *request.table));

  const StreamSettings settings = context.streams.settings();
  const int64_t life_us = iterator_life_us(settings, **table);
  const int64_t now_us = context.clock.now_us();
  if (life_us > 0 && now_us - iterator->born_us > life_us) return unknown_iterator();

  std::optional<size_t> limit;
  if (request.limit) limit = static_cast<size_t>(*request.limit);
  if (settings.page_records > 0)
    limit = std::min(limit.value_or(SIZE_MAX), static_cast<size_t>(settings.page_records));
  auto page =
      (*table)->read_log(iterator->stream_id, iterator->shard_id, iterator->position, limit);
  if (!page) {
    // The Stream was switched off since the table was found: the same as an iterator of an older
    // Stream.
    if (page.error().code == "OTSObjectNotExist") return unknown_iterator();
    return fail(std::move(page).error());
  }

  iterator->born_us = born_at(now_us, life_us);
  Answer answer;
  if (context.streams.take_empty_page()) {
    answer.body.append(SharedBuffer(
        encode_stream_page_tail(to_text(*iterator), CapacityUnit{capacity_units(0), 0}, true)));
    return answer;
  }
  for (SharedBuffer& part : page->parts) answer.body.append(std::move(part));
  answer.first_part_md5 = std::move(page->first_part_md5);
  std::optional<std::string> next;
  if (!page->closed_and_read) {
    iterator->position = page->next_position;
    next = to_text(*iterator);
  }
  CapacityUnit consumed{capacity_units(page->bytes), 0};
  answer.body.append(SharedBuffer(encode_stream_page_tail(next, consumed, !page->at_end)));
  return answer;
}

}  // namespace otsstream::local
