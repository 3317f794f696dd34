#include "sync/progress.h"

#include <algorithm>

namespace otsstream::sync {

Progress::Progress(const Clock& clock, reader::Window window, int shards_total)
    : clock_(clock),
      window_(window),
      shards_total_(shards_total),
      started_us_(clock.steady_us()),
      positions_(std::make_unique<std::atomic<int64_t>[]>(std::max(1, shards_total))),
      last_us_(started_us_) {
  for (int i = 0; i < shards_total_; ++i) positions_[i].store(window.start_ms);
}

void Progress::shard_position(int slot, int64_t position_ms) {
  positions_[slot].store(std::clamp(position_ms, window_.start_ms, window_.end_ms),
                         std::memory_order_relaxed);
}

void Progress::shard_done(int slot) {
  positions_[slot].store(window_.end_ms);
  ++shards_done_;
}

void Progress::add_rows(int64_t records, int64_t rows, uint64_t row_bytes) {
  records_ += records;
  rows_ += rows;
  row_bytes_ += row_bytes;
}

void Progress::add_read_bytes(uint64_t bytes) { read_bytes_ += bytes; }

Snapshot Progress::snapshot(uint64_t retries, int64_t dirty) {
  Snapshot s;
  s.records = records_;
  s.rows = rows_;
  s.row_bytes = row_bytes_;
  s.read_bytes = read_bytes_;
  s.dirty = dirty;
  s.retries = retries;
  s.shards_done = shards_done_;
  s.shards_total = shards_total_;
  s.wait_writer_us = wait_writer_us_;
  s.wait_reader_us = wait_reader_us_;

  const double length = static_cast<double>(window_.end_ms - window_.start_ms);
  double covered = 0;
  for (int i = 0; i < shards_total_; ++i)
    covered +=
        static_cast<double>(positions_[i].load(std::memory_order_relaxed) - window_.start_ms);
  s.share = shards_total_ == 0 || length <= 0 ? 1.0 : covered / (length * shards_total_);

  const int64_t now = clock_.steady_us();
  s.elapsed_us = now - started_us_;
  if (s.share >= 1.0) {
    s.eta_us = 0;
  } else if (s.share > 0.01) {
    s.eta_us = static_cast<int64_t>(static_cast<double>(s.elapsed_us) * (1.0 - s.share) / s.share);
  }

  std::lock_guard lock(mutex_);
  const double seconds = static_cast<double>(now - last_us_) / 1e6;
  if (seconds > 0) {
    s.rows_per_second = static_cast<double>(s.rows - last_rows_) / seconds;
    s.bytes_per_second = static_cast<double>(s.read_bytes - last_bytes_) / seconds;
  }
  last_us_ = now;
  last_rows_ = s.rows;
  last_bytes_ = s.read_bytes;
  return s;
}

}  // namespace otsstream::sync
