#pragma once
// What a job needs before it can be planned, made of its text alone: no request leaves. Runs,
// checks, previews and verifications begin here.

#include <memory>
#include <optional>

#include "record/dirty.h"
#include "sync/job_runner.h"
#include "tablestore/client/client.h"
#include "writer/writer.h"

namespace otsstream::sync {

// Where a job reads, and what.
struct SourceSetup {
  std::optional<reader::Settings> settings;          // empty: the text is wrong there
  std::optional<tablestore::Connection> connection;  // likewise
};
SourceSetup set_up_source(const job::JobSpec& job, const RunContext& context,
                          Diagnostics& diagnostics);

struct JobSetup {
  SourceSetup source;
  std::shared_ptr<ByteBudget> budget;
  std::unique_ptr<DirtySink> dirty;
  std::unique_ptr<writer::Writer> writer;  // uses the two before it; empty: the text is wrong there
  int channels = 1;
};

// Every mistake of the text goes into `diagnostics`; the setup is whole only when that has no
// errors. What the context points to must outlive the setup.
JobSetup set_up(const job::JobSpec& job, const RunContext& context, Diagnostics& diagnostics);

// A client of the job's instance. Without `cancel` its calls go on when the user stops the run.
tablestore::Client make_client(const tablestore::Connection& connection, const RunContext& context,
                               int max_retries, const CancelToken* cancel);

}  // namespace otsstream::sync
