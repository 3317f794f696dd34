#include "sync/unit.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace otsstream::sync {

namespace {

using reader::ShardPlan;
using reader::ShardResult;
using tablestore::SequenceInfo;

void write_sequence(JsonOut& out, std::string_view name,
                    const std::optional<SequenceInfo>& sequence) {
  if (!sequence) return;
  out.key(name).begin_array();
  out.value(sequence->epoch).value(sequence->timestamp).value(sequence->row_index);
  out.end_array();
}

Result<std::optional<SequenceInfo>> read_sequence(const JsonNode& object, std::string_view name) {
  const JsonNode* node = object.find(name);
  if (node == nullptr) return std::optional<SequenceInfo>();
  const auto& items = node->items();
  if (items.size() != 3)
    return fail(ErrorKind::kCorrupt, "Sync-Json", node->where() + ": a sequence has three numbers");
  OTS_TRY(int64_t epoch, items[0]->as_int64());
  OTS_TRY(int64_t timestamp, items[1]->as_int64());
  OTS_TRY(int64_t row_index, items[2]->as_int64());
  return std::optional<SequenceInfo>(
      SequenceInfo{static_cast<int32_t>(epoch), timestamp, static_cast<int32_t>(row_index)});
}

void write_shard(JsonOut& out, const ShardPlan& plan) {
  out.begin_object();
  out.member("shard", plan.shard.shard_id);
  if (!plan.shard.parent_id.empty()) out.member("parent", plan.shard.parent_id);
  if (!plan.shard.parent_sibling_id.empty())
    out.member("parentSibling", plan.shard.parent_sibling_id);
  out.member("generation", plan.generation);
  out.member("source", reader::to_string(plan.source));
  out.member("iterator", plan.iterator);
  out.member("skipCount", plan.skip_count);
  out.member("dropBeforeStart", plan.drop_before_start);
  out.end_object();
}

Result<std::string> text_member(const JsonNode& object, std::string_view name) {
  OTS_TRY(const JsonNode* node, object.require(name));
  return node->as_string();
}

Result<int64_t> number_member(const JsonNode& object, std::string_view name) {
  OTS_TRY(const JsonNode* node, object.require(name));
  return node->as_int64();
}

std::string optional_text(const JsonNode& object, std::string_view name) {
  const JsonNode* node = object.find(name);
  return node == nullptr ? std::string() : node->text();
}

// The enum value whose to_string is `word`.
template <class E>
Result<E> enum_of(const JsonNode& object, std::string_view name, std::initializer_list<E> all) {
  OTS_TRY(std::string word, text_member(object, name));
  for (E value : all)
    if (reader::to_string(value) == word) return value;
  return fail(ErrorKind::kCorrupt, "Sync-Json",
              object.where() + ": unknown " + std::string(name) + " " + word);
}

Result<ShardPlan> read_shard(const JsonNode& node) {
  using reader::StartSource;
  ShardPlan plan;
  OTS_TRY(plan.shard.shard_id, text_member(node, "shard"));
  plan.shard.parent_id = optional_text(node, "parent");
  plan.shard.parent_sibling_id = optional_text(node, "parentSibling");
  OTS_TRY(int64_t generation, number_member(node, "generation"));
  plan.generation = static_cast<int>(generation);
  OTS_TRY(plan.source, enum_of(node, "source",
                               {StartSource::kCheckpoint, StartSource::kNearest, StartSource::kSeek,
                                StartSource::kOldest, StartSource::kNone}));
  OTS_TRY(plan.iterator, text_member(node, "iterator"));
  OTS_TRY(plan.skip_count, number_member(node, "skipCount"));
  OTS_TRY(const JsonNode* drop, node.require("dropBeforeStart"));
  OTS_TRY(plan.drop_before_start, drop->as_bool());
  return plan;
}

void write_shard(JsonOut& out, const ShardResult& result) {
  out.begin_object();
  out.member("shard", result.shard_id);
  out.member("end", reader::to_string(result.end));
  out.member("checkpoint", result.checkpoint);
  out.member("records", result.records);
  out.member("rows", result.rows);
  out.member("checksum", checksum_text(result.checksum));
  out.member("dropped", result.dropped);
  out.member("requests", result.requests);
  out.member("bytes", result.bytes);
  if (result.last_seen_ms) out.member("lastSeen", *result.last_seen_ms);
  if (!result.gaps.empty()) {
    out.key("gaps").begin_array();
    for (const reader::Gap& gap : result.gaps)
      out.begin_object().member("from", gap.from_ms).member("to", gap.to_ms).end_object();
    out.end_array();
  }
  write_sequence(out, "first", result.first);
  write_sequence(out, "last", result.last);
  out.key("timeCheckpoints").begin_array();
  for (const auto& hint : result.time_checkpoints) {
    out.begin_object();
    out.member("time", hint.time_ms).member("iterator", hint.iterator);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

Result<ShardResult> read_shard_result(const JsonNode& node) {
  using reader::EndKind;
  ShardResult result;
  OTS_TRY(result.shard_id, text_member(node, "shard"));
  OTS_TRY(result.end,
          enum_of(node, "end", {EndKind::kAllRead, EndKind::kReachedEnd, EndKind::kClosed}));
  OTS_TRY(result.checkpoint, text_member(node, "checkpoint"));
  OTS_TRY(result.records, number_member(node, "records"));
  OTS_TRY(result.rows, number_member(node, "rows"));
  OTS_TRY(std::string checksum, text_member(node, "checksum"));
  OTS_TRY(result.checksum, read_checksum(checksum));
  OTS_TRY(result.dropped, number_member(node, "dropped"));
  OTS_TRY(result.requests, number_member(node, "requests"));
  OTS_TRY(int64_t bytes, number_member(node, "bytes"));
  result.bytes = static_cast<uint64_t>(bytes);
  if (const JsonNode* seen = node.find("lastSeen")) {
    OTS_TRY(result.last_seen_ms, seen->as_int64());
  }
  if (const JsonNode* gaps = node.find("gaps")) {
    for (const JsonNode* item : gaps->items()) {
      reader::Gap gap{result.shard_id, 0, 0};
      OTS_TRY(gap.from_ms, number_member(*item, "from"));
      OTS_TRY(gap.to_ms, number_member(*item, "to"));
      result.gaps.push_back(std::move(gap));
    }
  }
  OTS_TRY(result.first, read_sequence(node, "first"));
  OTS_TRY(result.last, read_sequence(node, "last"));
  OTS_TRY(const JsonNode* hints, node.require("timeCheckpoints"));
  for (const JsonNode* hint : hints->items()) {
    reader::ShardTimeCheckpoint checkpoint;
    OTS_TRY(checkpoint.time_ms, number_member(*hint, "time"));
    OTS_TRY(checkpoint.iterator, text_member(*hint, "iterator"));
    result.time_checkpoints.push_back(std::move(checkpoint));
  }
  return result;
}

Result<std::vector<int>> read_places(const JsonNode& list) {
  std::vector<int> places;
  for (const JsonNode* item : list.items()) {
    OTS_TRY(int64_t place, item->as_int64());
    places.push_back(static_cast<int>(place));
  }
  return places;
}

}  // namespace

std::vector<Unit> make_units(const std::vector<ShardPlan>& shards, int max_units,
                             int staging_places) {
  std::vector<const ShardPlan*> to_read;
  for (const ShardPlan& shard : shards)
    if (shard.action == reader::ShardAction::kRead) to_read.push_back(&shard);
  if (to_read.empty()) return {};

  size_t count = std::min(to_read.size(), static_cast<size_t>(std::max(1, max_units)));
  if (staging_places > 0) count = std::min(count, static_cast<size_t>(staging_places));
  const int places = staging_places / static_cast<int>(count);
  std::vector<Unit> units(count);
  size_t next = 0;
  for (size_t i = 0; i < count; ++i) {
    Unit& unit = units[i];
    unit.number = static_cast<int>(i);
    unit.first_place = static_cast<int>(i) * places;
    unit.places = places;
    const size_t size = to_read.size() / count + (i < to_read.size() % count ? 1 : 0);
    for (size_t k = 0; k < size; ++k) unit.shards.push_back(*to_read[next++]);
  }
  return units;
}

void write_parts(JsonOut& out, const std::vector<writer::StagedPart>& parts) {
  out.key("parts").begin_array();
  for (const writer::StagedPart& part : parts) {
    out.begin_object().member("staging", part.staging);
    if (!part.target.empty()) out.member("target", part.target);
    out.key("places").begin_array();
    for (int place : part.places) out.value(place);
    out.end_array().end_object();
  }
  out.end_array();
}

Result<std::vector<writer::StagedPart>> read_parts(const JsonNode& list) {
  std::vector<writer::StagedPart> parts;
  for (const JsonNode* item : list.items()) {
    writer::StagedPart part;
    OTS_TRY(part.staging, text_member(*item, "staging"));
    part.target = optional_text(*item, "target");
    OTS_TRY(const JsonNode* places, item->require("places"));
    OTS_TRY(part.places, read_places(*places));
    parts.push_back(std::move(part));
  }
  return parts;
}

std::string checksum_text(uint64_t checksum) { return fmt::format("{:016x}", checksum); }

Result<uint64_t> read_checksum(std::string_view text) {
  uint64_t checksum = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), checksum, 16);
  if (text.size() == 16 && problem == std::errc() && end == text.data() + text.size())
    return checksum;
  return fail(ErrorKind::kCorrupt, "Sync-Json",
              "a checksum has 16 hex digits, not \"" + std::string(text) + "\"");
}

void write_json(JsonOut& out, const Unit& unit) {
  out.begin_object();
  out.member("unit", unit.number);
  out.member("firstPlace", unit.first_place);
  out.member("places", unit.places);
  out.key("shards").begin_array();
  for (const ShardPlan& shard : unit.shards) write_shard(out, shard);
  out.end_array();
  out.end_object();
}

void write_json(JsonOut& out, const Manifest& manifest) {
  out.begin_object();
  out.member("unit", manifest.unit);
  out.key("shards").begin_array();
  for (const ShardResult& shard : manifest.shards) write_shard(out, shard);
  out.end_array();
  out.key("channel").begin_object();
  write_parts(out, manifest.channel.parts);
  out.member("rows", manifest.channel.rows);
  out.member("dirty", manifest.channel.dirty);
  out.member("bytes", manifest.channel.bytes);
  out.member("checksum", manifest.channel.checksum);
  out.end_object();
  out.end_object();
}

Result<Unit> read_unit(const JsonNode& node) {
  Unit unit;
  OTS_TRY(int64_t number, number_member(node, "unit"));
  OTS_TRY(int64_t first_place, number_member(node, "firstPlace"));
  OTS_TRY(int64_t places, number_member(node, "places"));
  unit.number = static_cast<int>(number);
  unit.first_place = static_cast<int>(first_place);
  unit.places = static_cast<int>(places);
  OTS_TRY(const JsonNode* shards, node.require("shards"));
  for (const JsonNode* item : shards->items()) {
    OTS_TRY(ShardPlan shard, read_shard(*item));
    unit.shards.push_back(std::move(shard));
  }
  return unit;
}

Result<Manifest> read_manifest(const JsonNode& node) {
  Manifest manifest;
  OTS_TRY(int64_t unit, number_member(node, "unit"));
  manifest.unit = static_cast<int>(unit);
  OTS_TRY(const JsonNode* shards, node.require("shards"));
  for (const JsonNode* item : shards->items()) {
    OTS_TRY(ShardResult shard, read_shard_result(*item));
    manifest.shards.push_back(std::move(shard));
  }
  OTS_TRY(const JsonNode* channel, node.require("channel"));
  if (const JsonNode* blocks = channel->find("blocks")) {  // reports of the first version
    writer::StagedPart part;
    OTS_TRY(part.places, read_places(*blocks));
    manifest.channel.parts.push_back(std::move(part));
  } else {
    OTS_TRY(const JsonNode* parts, channel->require("parts"));
    OTS_TRY(manifest.channel.parts, read_parts(*parts));
  }
  OTS_TRY(manifest.channel.rows, number_member(*channel, "rows"));
  OTS_TRY(manifest.channel.dirty, number_member(*channel, "dirty"));
  OTS_TRY(int64_t bytes, number_member(*channel, "bytes"));
  OTS_TRY(int64_t checksum, number_member(*channel, "checksum"));
  manifest.channel.bytes = static_cast<uint64_t>(bytes);
  manifest.channel.checksum = static_cast<uint32_t>(checksum);
  return manifest;
}

}  // namespace otsstream::sync
