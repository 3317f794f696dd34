#pragma once
// What a run vouches for: which shards it read and how far, the rows that came of them, and how
// close to the end of the retention it was. verify reads the window again and holds it against this
// (docs/formats/manifest.md).

#include <optional>
#include <string>
#include <vector>

#include "config/json_out.h"
#include "sync/plan.h"
#include "sync/unit.h"

namespace otsstream::sync {

struct Certificate {
  int shards_read = 0, shards_skipped = 0, shards_closed = 0;
  // Parents of shards that were read: read to their end in this run or before; not listed any more,
  // because all they held has expired; neither of them, which would put the order in doubt.
  int parents_closed = 0, parents_expired = 0;
  std::vector<std::string> parents_open;
  std::optional<tablestore::SequenceInfo> first, last;  // over all shards, by time
  int64_t records = 0;
  int64_t rows = 0;
  int64_t dirty = 0;      // of the rows, left out by the destination
  uint64_t checksum = 0;  // of the rows, dirty ones among them: sum over the shards
  size_t gaps = 0;        // shards of which the Stream no longer held all
  // When the oldest change that was read, or without one the window's start, leaves the retention;
  // and how long that was ahead when the last page had come.
  int64_t expires_ms = 0;
  int64_t margin_ms = 0;

  bool complete() const { return gaps == 0 && parents_open.empty(); }
};

// `read_until_ms`: server time when the last page had come.
Certificate make_certificate(const Plan& plan, const std::vector<Manifest>& manifests,
                             int64_t read_until_ms, size_t gaps);
// Member "certificate".
void write_json(JsonOut& out, const Certificate& certificate);
// A sequence as reports have it: {"epoch", "timestampUs", "rowIndex"}; nothing when it is absent.
void write_sequence(JsonOut& out, std::string_view name,
                    const std::optional<tablestore::SequenceInfo>& sequence);

}  // namespace otsstream::sync
