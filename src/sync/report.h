#pragma once
// What a run leaves for people and for programs: DataX's figures (job-engine.md 12) and the JSON
// manifest (docs/formats/manifest.md).

#include <string>
#include <vector>

#include "sync/certificate.h"
#include "sync/plan.h"
#include "sync/progress.h"
#include "sync/unit.h"

namespace otsstream::sync {

struct Report {
  std::string job;  // source name of the job text
  int64_t started_ms = 0;
  int64_t finished_ms = 0;
  int64_t transfer_us = 0;    // transfer and commit only
  std::string reader_text;    // the reader's parameters (recorded_run.h)
  int64_t read_until_ms = 0;  // server time when the last page had come
  Plan plan;
  std::vector<Manifest> manifests;  // empty when an earlier run's commit was resumed
  bool resumed = false;
  bool dry_run = false;  // job.setting.dryRun: planned only, nothing was written
  std::string version;   // of the checkpoint rows
  Snapshot totals;
  int64_t dirty = 0;
  std::string first_dirty_reason;
  uint32_t checksum = 0;  // CRC-32C over the units' checksums, in unit order
  size_t peak_budget_bytes = 0;
  int refreshed_positions = 0;  // of idle shards
  // Partitions that the rows chose, each visible by itself; empty when the job has one destination.
  std::vector<std::string> landed;
  std::vector<std::string> warnings;
  std::vector<std::string> remarks;  // those of the warnings that arose while the job ran
};

// What the Stream no longer held, by plan or by transfer; one per shard.
std::vector<reader::Gap> gaps_of(const Report& report);

Certificate certificate_of(const Report& report);

// Lines for the terminal, the last one about dirty records.
std::string to_text(const Report& report);
std::string to_json(const Report& report);
// DataX's progress line.
std::string progress_line(const Snapshot& snapshot);
// B, KB, MB, GB, TB with factor 1024 and two decimals (plain bytes without).
std::string size_text(double bytes);

}  // namespace otsstream::sync
