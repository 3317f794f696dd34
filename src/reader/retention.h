#pragma once
// What the Stream forgets, and what to do about it (otsstream-reader.md 9.7, 10.1, 13 D9).
//
// A position can be refused although nothing is lost: the position of a shard in which nothing
// happens grows old. Two remedies: every run leaves a fresh position of an idle shard, and a
// refused position is sought again by time. Only what lies before the horizon is gone; it is named
// per shard as a Gap, and `onGap` says whether the run ends there.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time_zone.h"
#include "reader/window.h"
#include "tablestore/client/client.h"

namespace otsstream::reader {

struct ReadPlan;
struct ShardResult;

// Changes of a shard within [from, to) that the Stream no longer holds: there may have been some.
struct Gap {
  std::string shard_id;
  int64_t from_ms = 0;
  int64_t to_ms = 0;
  bool operator==(const Gap&) const = default;
};

inline constexpr std::string_view kDataGone = "Reader-DataGone";

// The service no longer holds the position that was asked for.
bool is_trimmed(const Error& error);

// The service's own time, as its last answer showed it.
int64_t server_now_ms(const tablestore::Client& client);
// Changes before this time are forgotten.
int64_t horizon_ms(int64_t server_now_ms, int32_t expiration_hours);
// What of the window is gone for a shard that was read up to `from_ms` only.
std::optional<Gap> gap_since(std::string_view shard_id, int64_t from_ms, int64_t horizon_ms,
                             const Window& window);

// One gap per shard, from the earliest to the latest, by shard id.
std::vector<Gap> merged(const std::vector<Gap>& gaps);

// "shard s: 2017-10-19 16:10:00 … 16:26:00 GMT+8 (1508400600000 … 1508401560000 ms)"
std::string to_string(const Gap& gap, const Zone& zone);
// Every gap in one line, the longest lists cut short.
std::string list_of(const std::vector<Gap>& gaps, const Zone& zone);
// kDataLost "Reader-DataGone".
Error data_gone(const std::vector<Gap>& gaps, const Zone& zone);

// Asks, for every shard that the plan reads from a checkpoint, whether its position is still held,
// by a read of one record. Gives the gaps of those where it is not and `horizon_ms` lies behind the
// window's start. Coordinator thread only.
Result<std::vector<Gap>> find_gaps(tablestore::Client& client, const ReadPlan& plan,
                                   int64_t horizon_ms);

// 9.7: the time whose position can stand for where the reading of a shard ended, because no record
// lies between the two; nothing when that end is fresh anyway or a closed shard's. In ms.
std::optional<int64_t> refresh_time_ms(const ShardResult& result, const Window& window,
                                       int64_t server_now_ms);
// Replaces the end position of every idle shard by a fresh one. A shard whose position cannot be
// had keeps the old one. Gives the number of fresh positions. Coordinator thread only.
Result<int> refresh_positions(tablestore::Client& client, const ReadPlan& plan,
                              const std::vector<ShardResult*>& results);

}  // namespace otsstream::reader
