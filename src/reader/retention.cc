#include "reader/retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/log.h"
#include "reader/many_requests.h"
#include "reader/read_plan.h"
#include "reader/shard_cursor.h"
#include "reader/status_rows.h"

namespace otsstream::reader {
namespace {

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kHourMs = 60 * kMinuteMs;
// A position this much older than the window's end is fresh enough; and it still takes in changes
// that came into the log so much too late.
constexpr int64_t kFreshMs = 10 * kMinuteMs;
// Changes younger than this may still be on their way into the log (section 3).
constexpr int64_t kSettledMs = 5 * kMinuteMs;
constexpr size_t kListedGaps = 20;

}  // namespace

bool is_trimmed(const Error& error) { return error.code == "OTSTrimmedDataAccess"; }

int64_t server_now_ms(const tablestore::Client& client) {
  return client.caller().executor().clock().wall_ms() + client.caller().clock_difference_ms();
}

int64_t horizon_ms(int64_t server_now_ms, int32_t expiration_hours) {
  return server_now_ms - expiration_hours * kHourMs;
}

std::optional<Gap> gap_since(std::string_view shard_id, int64_t from_ms, int64_t horizon_ms,
                             const Window& window) {
  const int64_t to_ms = std::min(horizon_ms, window.end_ms);
  if (from_ms >= to_ms) return std::nullopt;
  return Gap{std::string(shard_id), from_ms, to_ms};
}

std::vector<Gap> merged(const std::vector<Gap>& gaps) {
  std::map<std::string, Gap> by_shard;
  for (const Gap& gap : gaps) {
    auto [at, is_new] = by_shard.emplace(gap.shard_id, gap);
    if (is_new) continue;
    at->second.from_ms = std::min(at->second.from_ms, gap.from_ms);
    at->second.to_ms = std::max(at->second.to_ms, gap.to_ms);
  }
  std::vector<Gap> all;
  for (auto& [shard, gap] : by_shard) all.push_back(std::move(gap));
  return all;
}

std::string to_string(const Gap& gap, const Zone& zone) {
  return fmt::format("shard {}: {} … {} {} ({} … {} ms)", gap.shard_id,
                     format_local(gap.from_ms, zone), format_local(gap.to_ms, zone), zone.name(),
                     gap.from_ms, gap.to_ms);
}

std::string list_of(const std::vector<Gap>& gaps, const Zone& zone) {
  std::string text;
  for (size_t i = 0; i < gaps.size() && i < kListedGaps; ++i)
    text += (i == 0 ? "" : "; ") + to_string(gaps[i], zone);
  if (gaps.size() > kListedGaps) text += fmt::format("; and {} more", gaps.size() - kListedGaps);
  return text;
}

Error data_gone(const std::vector<Gap>& gaps, const Zone& zone) {
  return make_error(ErrorKind::kDataLost, std::string(kDataGone),
                    "the Stream no longer holds changes of this window: " + list_of(gaps, zone),
                    "set onGap to continue to export what is left; the report then lists what is "
                    "missing");
}

Result<std::vector<Gap>> find_gaps(tablestore::Client& client, const ReadPlan& plan,
                                   int64_t horizon_ms) {
  const Window& window = plan.settings.window;
  std::vector<const ShardPlan*> asked;
  for (const ShardPlan& shard : plan.shards) {
    const bool carried =
        shard.action == ShardAction::kRead &&
        (shard.source == StartSource::kCheckpoint || shard.source == StartSource::kNearest);
    if (carried && gap_since(shard.shard.shard_id, window.start_ms, horizon_ms, window))
      asked.push_back(&shard);
  }
  auto held = ask_many<bool>(client.caller().executor(), asked.size(), [&](size_t i, auto reply) {
    client.get_stream_record_async(
        asked[i]->iterator, 1,
        [reply](Result<tablestore::StreamPage> page) {
          if (!page && !is_trimmed(page.error())) return reply(fail(std::move(page).error()));
          reply(page.has_value());
        },
        plan.settings.table_of_reads());
  });
  if (!held) return fail(std::move(held).error());
  std::vector<Gap> gaps;
  for (size_t i = 0; i < asked.size(); ++i) {
    if (!(*held)[i])
      gaps.push_back(*gap_since(asked[i]->shard.shard_id, window.start_ms, horizon_ms, window));
  }
  return gaps;
}

// All records up to the end position have been seen (kAllRead), none of them at or behind the time
// given here: with records in this run, the time lies behind the last of them; without, behind
// everything that the runs before had read, which ends at the window's start. What comes later has
// a later time, except what the log takes in more than kFreshMs too late.
std::optional<int64_t> refresh_time_ms(const ShardResult& result, const Window& window,
                                       int64_t server_now_ms) {
  if (result.end != EndKind::kAllRead || result.checkpoint == kTrimHorizon) return std::nullopt;
  const int64_t settled_ms = std::min(window.end_ms, server_now_ms - kSettledMs);
  const int64_t fresh_ms = settled_ms - kFreshMs;
  if (result.last_seen_ms && *result.last_seen_ms >= fresh_ms) return std::nullopt;
  const int64_t time_ms =
      std::max(fresh_ms, result.last_seen_ms ? *result.last_seen_ms + 1 : window.start_ms);
  if (time_ms > settled_ms) return std::nullopt;
  return time_ms;
}

Result<int> refresh_positions(tablestore::Client& client, const ReadPlan& plan,
                              const std::vector<ShardResult*>& results) {
  const Window& window = plan.settings.window;
  const int64_t now_ms = server_now_ms(client);
  struct Idle {
    ShardResult* result;
    int64_t time_ms;
  };
  std::vector<Idle> idle;
  for (ShardResult* result : results) {
    if (auto time_ms = refresh_time_ms(*result, window, now_ms)) idle.push_back({result, *time_ms});
  }
  auto positions =
      ask_many<std::string>(client.caller().executor(), idle.size(), [&](size_t i, auto reply) {
        const std::string& shard_id = idle[i].result->shard_id;
        client.get_shard_iterator_async(
            plan.stream_id, shard_id, idle[i].time_ms * 1000,
            [reply, shard_id](Result<std::string> position) {
              if (!position && position.error().kind == ErrorKind::kCancelled)
                return reply(std::move(position));
              if (!position)
                OTS_LOG_WARN("the position of idle shard {} stays an old one: {}", shard_id,
                             position.error().headline());
              reply(position.value_or(""));
            });
      });
  if (!positions) return fail(std::move(positions).error());
  int refreshed = 0;
  for (size_t i = 0; i < idle.size(); ++i) {
    std::string& fresh = (*positions)[i];
    if (fresh.empty()) continue;  // closed since: the old position ends with the shard
    ShardResult& result = *idle[i].result;
    for (ShardTimeCheckpoint& hint : result.time_checkpoints) {
      if (hint.iterator == result.checkpoint) hint.iterator = fresh;
    }
    result.checkpoint = std::move(fresh);
    ++refreshed;
  }
  return refreshed;
}

}  // namespace otsstream::reader
