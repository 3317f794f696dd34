#include "sync/job_runner.h"

#include <algorithm>

#include "base/crc.h"
#include "base/log.h"
#include "reader/params.h"
#include "sync/attempt.h"
#include "sync/registry.h"
#include "sync/transfer.h"

namespace otsstream::sync {

namespace {

constexpr int kDefaultChannels = 3;
constexpr size_t kDefaultBudget = 64u << 20;
constexpr size_t kSmallestBudget = 16u << 20;
constexpr size_t kLargestDefaultBudget =
    1u << 30;  // a JVM heap option is not our need; it only bounds us

size_t memory_budget(const job::Settings& settings) {
  if (!settings.memory_budget_bytes) return kDefaultBudget;
  return std::clamp(*settings.memory_budget_bytes / 4, kSmallestBudget, kLargestDefaultBudget);
}

Result<tablestore::Connection> tablestore_connection(const job::JobSpec& job,
                                                     const RunContext& context,
                                                     Diagnostics& diagnostics) {
  OTS_TRY(job::TablestoreAccess access,
          job::tablestore_access(job, *job.reader, *context.connections, diagnostics));
  return tablestore::Connection{access.endpoint, access.instance, access.access_id,
                                access.access_key, access.security_token};
}

// What the text asks for and this version does not do: refused, because leaving it out would change
// the data.
Status check_supported(const job::JobSpec& job) {
  if (job.transformer != nullptr && !job.transformer->items().empty()) {
    Error error =
        make_error(ErrorKind::kUnsupported, "Job-Transformer", "transformers are not supported yet",
                   "remove the transformer list, or transform in the destination");
    error.where = job.transformer->where();
    return fail(std::move(error));
  }
  return {};
}

// Calls observe() every interval until it is destroyed.
class Observer {
 public:
  Observer(const RunContext& context, std::function<Snapshot()> take)
      : state_(std::make_shared<State>()) {
    state_->executor = context.executor;
    state_->observe = context.observe;
    state_->interval = context.observe_every;
    state_->take = std::move(take);
    if (state_->observe) schedule(state_);
  }
  ~Observer() {
    std::lock_guard lock(state_->mutex);
    state_->active = false;
  }

 private:
  struct State {
    Executor* executor = nullptr;
    std::function<void(const Snapshot&)> observe;
    Duration interval{0};
    std::function<Snapshot()> take;
    std::mutex mutex;
    bool active = true;
  };
  static void schedule(const std::shared_ptr<State>& state) {
    state->executor->post_after(state->interval, [state] {
      {
        std::lock_guard lock(state->mutex);
        if (!state->active) return;
        state->observe(state->take());
      }
      schedule(state);
    });
  }
  std::shared_ptr<State> state_;
};

uint32_t total_checksum(const std::vector<Manifest>& manifests) {
  uint32_t crc = 0;
  for (const Manifest& manifest : manifests)
    crc = crc32c_int32(crc, static_cast<int32_t>(manifest.channel.checksum));
  return crc;
}

void collect_warnings(const Diagnostics& diagnostics, Report& report) {
  for (const Diagnostic& item : diagnostics.items())
    if (item.severity == Severity::kWarning) report.warnings.push_back(item.error.headline());
  report.warnings.insert(report.warnings.end(), report.plan.warnings.begin(),
                         report.plan.warnings.end());
}

}  // namespace

Result<Report> run_job(const job::JobSpec& job, const RunContext& context,
                       Diagnostics& diagnostics) {
  Report report;
  report.job = job.source_name;
  report.started_ms = context.clock->wall_ms();

  // Every mistake of the text is found before the first request leaves.
  OTS_CHECK(check_reader(job));
  Result<reader::Settings> settings =
      reader::read_settings(*job.reader, job.settings.time_zone, diagnostics);
  Result<tablestore::Connection> connection = tablestore_connection(job, context, diagnostics);
  if (!connection) diagnostics.add_once(connection.error());
  if (Status supported = check_supported(job); !supported)
    diagnostics.add(Severity::kError, supported.error());

  const auto budget = context.budget
                          ? context.budget
                          : ByteBudget::create(*context.executor, memory_budget(job.settings));
  const size_t budget_bytes = budget->capacity();
  DirtySink dirty({job.settings.error_limit_record, job.settings.error_limit_percentage, 10});
  WriterNeeds needs;
  needs.context = {context.executor,
                   budget.get(),
                   &dirty,
                   context.cancel,
                   job.settings.concurrent.value_or(kDefaultChannels),
                   budget_bytes};
  if (settings) needs.convert.zone = settings->zone;
  needs.transport = context.transport;
  needs.random = context.random;
  needs.connections = context.connections;
  needs.out = context.out;
  Result<std::unique_ptr<writer::Writer>> writer = make_writer(job, needs, diagnostics);
  if (!writer) diagnostics.add_once(writer.error());
  OTS_CHECK(diagnostics.to_status());

  tablestore::CallerOptions caller_options;
  caller_options.retry.max_retries = settings->max_retries;
  caller_options.cancel = context.cancel;
  auto caller = tablestore::Caller::create(*connection, *context.transport, *context.executor,
                                           *context.random, caller_options);
  tablestore::Client client(caller);
  // Giving back and committing must still work when the user has stopped the run.
  tablestore::CallerOptions control_options = caller_options;
  control_options.cancel = nullptr;
  auto control_caller = tablestore::Caller::create(
      *connection, *context.transport, *context.executor, *context.random, control_options);
  tablestore::Client control(control_caller);

  OTS_TRY(report.plan, make_plan(client, **writer, *settings, needs.context.channels,
                                 *context.clock, diagnostics));
  if (context.planned) context.planned(report.plan);
  if (job.settings.dry_run) {
    report.dry_run = true;
    report.finished_ms = context.clock->wall_ms();
    collect_warnings(diagnostics, report);
    return report;
  }

  reader::StatusTable status(control, *context.clock, settings->status_table);
  OTS_CHECK(context.cancel->check());
  OTS_TRY(std::unique_ptr<Attempt> attempt,
          Attempt::begin(report.plan, status, **writer, *context.clock, *context.random));
  report.version = attempt->version();

  const int64_t transfer_started_us = context.clock->steady_us();
  Progress progress(*context.clock, settings->window, shards_to_read(report.plan));
  auto snapshot = [&] {
    return progress.snapshot(caller->retries() + control_caller->retries() + (*writer)->retries(),
                             dirty.count());
  };
  if (attempt->resumed()) {
    report.resumed = true;
    report.totals.rows = attempt->resumed()->rows;
    report.totals.records = attempt->resumed()->records;
    report.dirty = attempt->resumed()->dirty;
  } else {
    TokenBucket byte_rate(*context.clock, job.settings.bytes_per_second);
    TokenBucket record_rate(*context.clock, job.settings.records_per_second);
    TransferContext transfer{&client,      writer->get(), context.executor,
                             budget.get(), &byte_rate,    &record_rate,
                             &dirty,       &progress,     context.cancel};
    {
      Observer observer(context, snapshot);
      OTS_TRY(report.manifests,
              transfer_all(report.plan, transfer, [&] { return attempt->keep_alive(); }));
    }
    OTS_CHECK(dirty.check(progress.rows()));
    OTS_CHECK(context.cancel->check());
    OTS_TRY(report.refreshed_positions, refresh_positions(client, report.plan, report.manifests));
    OTS_CHECK(attempt->commit(report.manifests));
    report.totals = snapshot();
    report.dirty = dirty.count();
    report.first_dirty_reason = dirty.first_reason();
  }
  report.transfer_us = context.clock->steady_us() - transfer_started_us;
  report.checksum = total_checksum(report.manifests);
  report.peak_budget_bytes = budget->peak();
  report.finished_ms = context.clock->wall_ms();
  collect_warnings(diagnostics, report);
  return report;
}

}  // namespace otsstream::sync
