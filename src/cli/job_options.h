#pragma once
// What the commands that take a job text have in common: their options, and how the text becomes a
// job.

#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/session.h"
#include "job/job_spec.h"
#include "sync/job_runner.h"

namespace otsstream::cli {

struct JobOptions {
  std::string job;
  std::vector<std::string> params;
  std::string connections;
  std::string environment;
  std::string bizdate;
  std::string cyctime;
  std::string time_zone;
};
// Declares them on `command`; `options` must outlive it.
void add_job_options(CLI::App& command, JobOptions& options);

struct LoadedJob {
  job::JobSpec spec;
  job::Connections connections;
};
// Reads text and connections and puts the variables in. What is wrong with the text goes into
// `diagnostics`.
Result<LoadedJob> load_job(const JobOptions& options, const Clock& clock, Diagnostics& diagnostics);

// A context over the session; stdout is where rows are printed.
sync::RunContext make_context(Session& session, const CancelToken& cancel,
                              const job::Connections& connections);

// Warnings as lines on stderr, notices into the log.
void print_diagnostics(const Diagnostics& diagnostics);
// All mistakes of a job text, a line each; any other failure as it is.
void print_failure(const Error& failure, const Diagnostics& diagnostics);

}  // namespace otsstream::cli
