#pragma once
// Dirty records (job-engine.md 10): counted, the first few logged, against the job's limit.
// Thread-safe; one per job.

#include <atomic>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/value.h"

namespace otsstream {

class DirtySink {
 public:
  struct Options {
    std::optional<int64_t> record_limit;  // fails when count > limit; absent = unlimited
    std::optional<double>
        percentage_limit;  // 0.0 … 1.0 of records read; ignored when record_limit is set
    int log_lines = 10;    // records shown in the log
  };
  explicit DirtySink(Options options);

  // `side`: "reader" or "writer". `where`: shard, block … of the record. Fails with kDirtyLimit
  // "Framework-14" when the record limit is exceeded; the record is counted all the same.
  Status add(std::string_view side, const Error& reason, std::span<const Value> row,
             std::string_view where);
  // Forgets what was counted: the records are going to come again, from the first.
  void restart();
  int64_t count() const { return count_.load(); }
  int64_t bytes() const { return bytes_.load(); }
  // The first reason, for the report's last line; empty when there was none.
  std::string first_reason() const;
  // The percentage rule, which needs the number of records read: asked during the run and at its
  // end.
  Status check(int64_t records_read) const;

 private:
  const Options options_;
  std::atomic<int64_t> count_{0};
  std::atomic<int64_t> bytes_{0};
  mutable std::mutex mutex_;
  std::string first_reason_;
};

}  // namespace otsstream
