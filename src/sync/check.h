#pragma once
// check: the whole plan of a job, and everything that can be said about it before it runs, at once.
// Reads only.

#include <optional>
#include <string>
#include <vector>

#include "reader/window.h"
#include "sync/job_runner.h"
#include "sync/sample.h"

namespace otsstream::sync {

// A call that the job will make, tried out as far as that changes nothing.
struct CheckedCall {
  enum class Outcome { kAllowed, kRefused, kFailed };
  std::string operation;  // "DescribeTable person"
  Outcome outcome = Outcome::kAllowed;
};

// What was found out; empty where an earlier finding stood in the way. What is wrong stands in the
// diagnostics.
struct CheckResult {
  std::string job;
  std::string dialect;
  std::optional<reader::Settings> settings;
  std::string endpoint, instance;
  int64_t now_ms = 0;                          // ours
  std::optional<int64_t> clock_difference_ms;  // the server's time less ours
  bool stream_on = false;
  std::string stream_id;
  int32_t expiration_hours = 0;
  std::optional<reader::AllowedRange> allowed;
  std::optional<Plan> plan;  // the reading half
  std::string destination;
  std::string destination_json;
  std::optional<Sample> sample;
  std::vector<CheckedCall> calls;
};

// Errors, warnings and notices go into `diagnostics`: the job can run when there is no error.
// Coordinator thread only.
CheckResult check_job(const job::JobSpec& job, const RunContext& context, Diagnostics& diagnostics);

// "7 min 0 s", to the nearest second.
std::string whole_seconds_text(int64_t ms);
// How long the changes at the window's start are still retained by the server's clock.
int64_t retention_left_ms(const CheckResult& result);

// Lines for the terminal: the facts, then errors and warnings, then the verdict.
std::string to_text(const CheckResult& result, const Diagnostics& diagnostics);
std::string to_json(const CheckResult& result, const Diagnostics& diagnostics);

}  // namespace otsstream::sync
