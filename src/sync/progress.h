#pragma once
// How far a run is: counters that the data path raises, and snapshots of them for people.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "reader/window.h"

namespace otsstream::sync {

struct Snapshot {
  double share = 0;         // of the window, by record time over all shards; 0 … 1
  int64_t records = 0;      // stream records emitted
  int64_t rows = 0;         // output rows handed to the writer
  uint64_t row_bytes = 0;   // DataX's accounting bytes of those rows
  uint64_t read_bytes = 0;  // answer bodies
  int64_t dirty = 0;
  int shards_done = 0;
  int shards_total = 0;
  uint64_t retries = 0;
  int64_t elapsed_us = 0;
  int64_t wait_writer_us = 0;  // time in which units waited for the destination
  int64_t wait_reader_us = 0;  // time in which units waited for pages
  double rows_per_second = 0;  // over the last interval between two snapshots
  double bytes_per_second = 0;
  int64_t eta_us = -1;  // -1: not known yet
};

// Thread-safe.
class Progress {
 public:
  Progress(const Clock& clock, reader::Window window, int shards_total);

  // One slot per shard that is being read: its position, from window start to end.
  void shard_position(int slot, int64_t position_ms);
  void shard_done(int slot);
  void add_rows(int64_t records, int64_t rows, uint64_t row_bytes);
  void add_read_bytes(uint64_t bytes);
  void add_wait_writer(int64_t us) { wait_writer_us_ += us; }
  void add_wait_reader(int64_t us) { wait_reader_us_ += us; }

  int64_t rows() const { return rows_.load(); }
  // `retries` and `dirty` come from where they are counted. Rates are since the previous snapshot.
  Snapshot snapshot(uint64_t retries, int64_t dirty);

 private:
  const Clock& clock_;
  const reader::Window window_;
  const int shards_total_;
  const int64_t started_us_;
  std::unique_ptr<std::atomic<int64_t>[]> positions_;  // per slot; window end when done
  std::atomic<int> shards_done_{0};
  std::atomic<int64_t> records_{0};
  std::atomic<int64_t> rows_{0};
  std::atomic<uint64_t> row_bytes_{0};
  std::atomic<uint64_t> read_bytes_{0};
  std::atomic<int64_t> wait_writer_us_{0};
  std::atomic<int64_t> wait_reader_us_{0};
  std::mutex mutex_;  // guards the previous snapshot
  int64_t last_us_ = 0;
  int64_t last_rows_ = 0;
  uint64_t last_bytes_ = 0;
};

}  // namespace otsstream::sync
