#include "reader/start_position.h"

#include <fmt/format.h>

#include <set>

#include "reader/many_requests.h"
#include "reader/retention.h"

namespace otsstream::reader {
namespace {

constexpr int64_t kSeekMarginMs = 600'000;  // 6.1

StartCheckpoints incomplete(std::string why) {
  StartCheckpoints none;
  none.why_not = std::move(why);
  return none;
}

// Checks 1 to 4: "" when all hold.
std::string what_is_missing(const std::optional<JobDescription>& description,
                            const std::optional<int64_t>& legacy_count,
                            const std::vector<CheckpointRow>& rows, const std::string& stream_id) {
  if (!description) {
    if (!legacy_count) return "no earlier run ended there";
    if (*legacy_count == static_cast<int64_t>(rows.size())) return "";
    return fmt::format("the shard count row says {} shards, there are {} checkpoints",
                       *legacy_count, rows.size());
  }
  if (description->stream_id != stream_id) {
    return fmt::format("the earlier run read another Stream ({})", description->stream_id);
  }
  if (description->shard_ids.size() != rows.size()) {
    return fmt::format("the earlier run had {} shards and left {} checkpoints",
                       description->shard_ids.size(), rows.size());
  }
  std::set<std::string_view> written;
  for (const CheckpointRow& row : rows) {
    if (row.version == description->version) written.insert(row.shard_id);
  }
  for (const std::string& shard : description->shard_ids) {
    if (!written.contains(shard))
      return fmt::format("the earlier run left no checkpoint of shard {}", shard);
  }
  return "";
}

}  // namespace

StartCheckpoints judge_start(const std::optional<JobDescription>& description,
                             const std::optional<int64_t>& legacy_count,
                             const std::vector<CheckpointRow>& rows, const std::string& stream_id,
                             const std::vector<tablestore::StreamShard>& listing) {
  if (std::string missing = what_is_missing(description, legacy_count, rows, stream_id);
      !missing.empty()) {
    return incomplete(std::move(missing));
  }
  std::set<std::string_view> listed;
  for (const auto& shard : listing) listed.insert(shard.shard_id);

  StartCheckpoints found;
  found.complete = true;
  for (const CheckpointRow& row : rows) {
    if (listed.contains(row.shard_id)) {
      found.rows.emplace(row.shard_id, row);
    } else if (row.checkpoint != kShardEnd) {
      found.gone.push_back(row.shard_id);
    }
  }
  return found;
}

Result<StartCheckpoints> find_start(StatusTable& status, const std::string& stream_id,
                                    int64_t start_ms,
                                    const std::vector<tablestore::StreamShard>& listing) {
  OTS_TRY(auto rows, status.checkpoints(stream_id, start_ms));
  auto description = status.job_description(stream_id, start_ms);
  if (!description) {
    // A damaged description proves nothing; the positions can still be found by time.
    if (!is_damaged_row(description.error())) return fail(std::move(description).error());
    return incomplete(description.error().message);
  }
  std::optional<int64_t> legacy_count;
  if (!*description) {
    OTS_TRY(legacy_count, status.legacy_shard_count(stream_id, start_ms));
  }
  return judge_start(*description, legacy_count, rows, stream_id, listing);
}

std::optional<int64_t> seek_time_us(int64_t start_ms) {
  const int64_t time_ms = start_ms - kSeekMarginMs;
  if (time_ms <= 0) return std::nullopt;
  return time_ms * 1000;
}

Result<std::vector<std::string>> ask_positions(tablestore::Client& client,
                                               const std::string& stream_id,
                                               std::vector<PositionQuestion> questions) {
  return ask_many<std::string>(
      client.caller().executor(), questions.size(), [&](size_t i, auto reply) {
        const PositionQuestion& question = questions[i];
        client.get_shard_iterator_async(
            stream_id, question.shard_id, question.timestamp_us,
            [reply, shard_id = question.shard_id](Result<std::string> position) {
              if (position) return reply(std::move(position));
              // Listed a moment ago, gone now: closed, and everything in it has expired.
              if (is_trimmed(position.error())) return reply(std::string());
              reply(fail(
                  wrap_error(std::move(position).error(),
                             fmt::format("the position in shard {} cannot be found", shard_id))));
            });
      });
}

}  // namespace otsstream::reader
