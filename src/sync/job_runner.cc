#include "sync/job_runner.h"

#include "base/crc.h"
#include "base/log.h"
#include "sync/attempt.h"
#include "sync/job_setup.h"
#include "sync/recorded_run.h"
#include "sync/registry.h"
#include "sync/transfer.h"

namespace otsstream::sync {

namespace {

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

// A staging that is lost again and again will not last a third time.
constexpr int kMaxAttempts = 3;

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

// What all attempts of one run share.
struct Run {
  const job::JobSpec& job;
  const RunContext& context;
  JobSetup& setup;
  tablestore::Client& client;
  // Giving back and committing must still work when the user has stopped the run.
  tablestore::Client& control;
};

// begin, transfer, commit; abort on any failure. Fills in what the plan does not say.
Status run_attempt(const Run& run, Report& report) {
  const RunContext& context = run.context;
  writer::Writer& writer = *run.setup.writer;
  DirtySink& dirty = *run.setup.dirty;
  const reader::Settings& settings = *run.setup.source.settings;
  reader::StatusTable status(run.control, *context.clock, settings.status_table);
  OTS_CHECK(context.cancel->check());
  OTS_TRY(std::unique_ptr<Attempt> attempt,
          Attempt::begin(report.plan, status, writer, *context.clock, *context.random));
  report.version = attempt->version();
  if (attempt->resumed()) {
    report.resumed = true;
    report.totals.rows = attempt->resumed()->rows;
    report.totals.records = attempt->resumed()->records;
    report.dirty = attempt->resumed()->dirty;
    report.landed = targets_of(attempt->resumed()->parts);
    return {};
  }

  Progress progress(*context.clock, settings.window, shards_to_read(report.plan));
  auto snapshot = [&] {
    return progress.snapshot(
        run.client.caller().retries() + run.control.caller().retries() + writer.retries(),
        dirty.count());
  };
  TokenBucket byte_rate(*context.clock, run.job.settings.bytes_per_second);
  TokenBucket record_rate(*context.clock, run.job.settings.records_per_second);
  TransferContext transfer{&run.client,   &writer,      context.executor, run.setup.budget.get(),
                           &byte_rate,    &record_rate, &dirty,           &progress,
                           context.cancel};
  {
    Observer observer(context, snapshot);
    OTS_TRY(report.manifests,
            transfer_all(report.plan, transfer, [&] { return attempt->keep_alive(); }));
    report.read_until_ms = reader::server_now_ms(run.client);
  }
  OTS_CHECK(dirty.check(progress.rows()));
  OTS_CHECK(context.cancel->check());
  OTS_TRY(report.refreshed_positions, refresh_positions(run.client, report.plan, report.manifests));
  OTS_CHECK(attempt->commit(report.manifests));
  report.landed = attempt->landed();
  report.totals = snapshot();
  report.dirty = dirty.count();
  report.first_dirty_reason = dirty.first_reason();
  return {};
}

// As often as the staging is lost under our hands.
Status run_attempts(const Run& run, Report& report) {
  for (int attempt = 1;; ++attempt) {
    Status done = run_attempt(run, report);
    if (done || done.error().code != writer::kStagingGone || attempt == kMaxAttempts) return done;
    const std::string why = "attempt " + std::to_string(attempt) + " of " +
                            std::to_string(kMaxAttempts) +
                            " was given up before anything of it was visible, and the window was "
                            "begun afresh: " +
                            done.error().message;
    OTS_LOG_WARN("{}", why);
    report.warnings.push_back(why);
    run.setup.dirty->restart();
  }
}

}  // namespace

Result<Report> run_job(const job::JobSpec& job, const RunContext& context,
                       Diagnostics& diagnostics) {
  Report report;
  report.job = job.source_name;
  report.started_ms = context.clock->wall_ms();

  // Every mistake of the text is found before the first request leaves.
  OTS_CHECK(check_reader(job));
  JobSetup setup = set_up(job, context, diagnostics);
  OTS_CHECK(diagnostics.to_status());
  const reader::Settings& settings = *setup.source.settings;
  writer::Writer& writer = *setup.writer;
  report.reader_text = reader_text(*job.reader);

  tablestore::Client client =
      make_client(*setup.source.connection, context, settings.max_retries, context.cancel);
  tablestore::Client control =
      make_client(*setup.source.connection, context, settings.max_retries, nullptr);

  OTS_TRY(report.plan,
          make_plan(client, writer, settings, setup.channels, *context.clock, diagnostics));
  if (context.planned) context.planned(report.plan);
  if (job.settings.dry_run) {
    report.dry_run = true;
    report.finished_ms = context.clock->wall_ms();
    collect_warnings(diagnostics, report);
    return report;
  }

  const int64_t transfer_started_us = context.clock->steady_us();
  OTS_CHECK(run_attempts({job, context, setup, client, control}, report));
  report.transfer_us = context.clock->steady_us() - transfer_started_us;
  report.checksum = total_checksum(report.manifests);
  report.peak_budget_bytes = setup.budget->peak();
  report.finished_ms = context.clock->wall_ms();
  collect_warnings(diagnostics, report);
  report.remarks = writer.remarks();
  report.warnings.insert(report.warnings.end(), report.remarks.begin(), report.remarks.end());
  return report;
}

}  // namespace otsstream::sync
