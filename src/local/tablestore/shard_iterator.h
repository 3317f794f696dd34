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
};

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
