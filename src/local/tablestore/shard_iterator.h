#pragma once
// The texts of shard iterators and seek tokens: opaque to clients, storable, and all the server
// needs to go on from them after a restart of the client (it keeps no state per reader).
// docs/formats/change-log.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace otsstream::local {

struct ShardIterator {
  std::string stream_id;
  std::string shard_id;
  uint64_t position = 0;  // records of the shard before it
  int64_t born_us = 0;    // data time at which it was given out; rounded up, see born_at()
};

// The birth of an iterator that is given out now and is good for `life_us` (0: for ever). Rounded
// up to a part of its life, so that a page that is read again soon has the same text.
int64_t born_at(int64_t now_us, int64_t life_us);

std::string to_text(const ShardIterator& iterator);
// nullopt: not a text of ours, or damaged.
std::optional<ShardIterator> parse_shard_iterator(std::string_view text);

// A seek that is not done yet.
struct SeekToken {
  std::string shard_id;
  int64_t timestamp_us = 0;
  int32_t steps_done = 0;
};

std::string to_text(const SeekToken& token);
std::optional<SeekToken> parse_seek_token(std::string_view text);

}  // namespace otsstream::local
