#pragma once
// How the local Tablestore's Streams behave where the service leaves a choice, or where a test
// wants to see its client suffer. Set with /control/streams; docs/local-tablestore.md.

#include <cstdint>
#include <mutex>

#include "config/param.h"

namespace otsstream::local {

struct StreamSettings {
  // An iterator older than this (data time) is refused. kWithRetention: older than its Stream's
  // expiration; kForEver: never for its age.
  static constexpr int64_t kWithRetention = -1;
  static constexpr int64_t kForEver = 0;
  int64_t iterator_life_ms = kWithRetention;
  int64_t empty_pages = 0;   // so many next pages hold no record but go on
  int64_t empty_every = 0;   // likewise every so many-th page; 0: none
  int64_t page_records = 0;  // most records of a page; 0: as documented
  int describe_page = 100;   // shards of a DescribeStream page when the request names no limit
  int seek_token_steps = 0;  // answers with a token before a seek by timestamp is done
};
const ParamSet<StreamSettings>& stream_params();

// Thread-safe.
class StreamSwitches {
 public:
  StreamSettings settings() const;
  void set(const StreamSettings& settings);
  // Whether the page that is asked for now has to be empty; counts it.
  bool take_empty_page();

 private:
  mutable std::mutex mutex_;
  StreamSettings settings_;
  int64_t pages_ = 0;  // since empty_every was set
};

}  // namespace otsstream::local
