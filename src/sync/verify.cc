#include "sync/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/time_zone.h"
#include "reader/retention.h"
#include "reader/start_position.h"
#include "sync/dry_transfer.h"
#include "sync/job_setup.h"

namespace otsstream::sync {

namespace {

using reader::ShardPlan;
using reader::ShardResult;

// Rows are counted while they are read (ShardResult); the destination only takes them.
class CountingChannel final : public DryChannel {
 public:
  using DryChannel::DryChannel;
  Status write(const RowBatch&) override { return {}; }
};

class CountingWriter final : public DryWriter {
 public:
  explicit CountingWriter(Executor& executor) : executor_(executor) {}
  Result<std::unique_ptr<writer::Channel>> open_channel(int, int) override {
    return std::make_unique<CountingChannel>(executor_);
  }

 private:
  Executor& executor_;
};

// The report's reader block as a job of its own.
Result<job::JobSpec> job_of(const RecordedRun& run, const VerifyOptions& options,
                            Diagnostics& diagnostics) {
  std::string parameter = with_datasource(*run.reader, options.datasource);
  JsonOut out;
  out.begin_object().key("job").begin_object().key("content").begin_array().begin_object();
  out.key("reader").begin_object().member("name", "otsstreamreader").key("parameter");
  out.raw(parameter).end_object();
  out.key("writer").begin_object().member("name", "streamwriter").key("parameter");
  out.begin_object().end_object().end_object();
  out.end_object().end_array().end_object().end_object();
  return job::load_job(std::move(out).take(), run.document->source_name(), {}, diagnostics);
}

std::string time_text(const std::optional<tablestore::SequenceInfo>& at, const Zone& zone) {
  if (!at) return "none";
  return fmt::format("{}.{:06} (epoch {}, row {})", format_local(at->timestamp / 1000, zone),
                     at->timestamp % 1'000'000, at->epoch, at->row_index);
}

std::string difference_text(const ShardResult& recorded, const ShardResult& found,
                            const Zone& zone) {
  std::string text;
  auto add = [&](std::string_view what, const auto& then, const auto& now) {
    if (then == now) return;
    text += fmt::format("{}{} {} in the report, {} now", text.empty() ? "" : "; ", what, then, now);
  };
  add("records", recorded.records, found.records);
  add("rows", recorded.rows, found.rows);
  add("checksum", checksum_text(recorded.checksum), checksum_text(found.checksum));
  add("first record", time_text(recorded.first, zone), time_text(found.first, zone));
  add("last record", time_text(recorded.last, zone), time_text(found.last, zone));
  return text;
}

// What the run read, and every shard that it left out or did not know: those must give nothing.
Status choose_shards(const RecordedRun& run, tablestore::Client& client, Plan& plan) {
  std::set<std::string> done(run.closed.begin(), run.closed.end());
  for (const Unit& unit : run.units) {
    for (const ShardPlan& shard : unit.shards) {
      done.insert(shard.shard.shard_id);
      plan.read.shards.push_back(shard);
    }
  }
  OTS_TRY(auto stream, client.describe_stream(run.stream_id));
  std::vector<tablestore::StreamShard> others;
  std::vector<reader::PositionQuestion> questions;
  for (tablestore::StreamShard& shard : stream.shards) {
    if (done.contains(shard.shard_id)) continue;
    questions.push_back({shard.shard_id, reader::seek_time_us(run.window.start_ms)});
    others.push_back(std::move(shard));
  }
  OTS_TRY(auto positions, reader::ask_positions(client, run.stream_id, std::move(questions)));
  for (size_t i = 0; i < others.size(); ++i) {
    if (positions[i].empty()) continue;  // closed, and all of it older than the window
    ShardPlan& shard = plan.read.shards.emplace_back();
    shard.shard = std::move(others[i]);
    shard.source = reader::StartSource::kSeek;
    shard.iterator = std::move(positions[i]);
  }
  return {};
}

Result<Plan> plan_again(const RecordedRun& run, reader::Settings settings,
                        tablestore::Client& client, const Clock& clock) {
  Plan plan;
  OTS_TRY(auto table, client.describe_table(settings.data_table));
  OTS_TRY(auto streams, client.list_stream(settings.data_table));
  const bool same_stream =
      std::any_of(streams.streams.begin(), streams.streams.end(),
                  [&](const tablestore::StreamInfo& s) { return s.stream_id == run.stream_id; });
  if (!table.stream || !table.stream->enable || !same_stream) {
    return fail(ErrorKind::kDataLost, "Verify-StreamChanged",
                fmt::format("the Stream {} that the run has read is no longer that of table {}: it "
                            "was switched off since, and its changes are gone",
                            run.stream_id, settings.data_table),
                "this report cannot be verified any more");
  }
  plan.read.stream_id = run.stream_id;
  plan.read.expiration_hours = table.stream->expiration_hours;
  plan.read.primary_key = std::move(table.meta.primary_key);
  plan.read.original_columns = std::move(table.stream->columns_to_get);
  plan.read.now_ms = clock.wall_ms();
  // The window as the run had it, whatever the rules of windows say today; and what is gone of it
  // is for the comparison to tell.
  settings.window = run.window;
  settings.on_gap = reader::OnGap::kContinue;
  plan.read.settings = std::move(settings);
  OTS_CHECK(set_shape(plan));
  OTS_CHECK(choose_shards(run, client, plan));
  return plan;
}

Certificate recorded_certificate(const RecordedRun& run, const Plan& plan, int64_t now_ms) {
  Plan recorded;
  recorded.read.settings = plan.read.settings;
  recorded.read.expiration_hours = plan.read.expiration_hours;
  for (const Unit& unit : run.units)
    recorded.read.shards.insert(recorded.read.shards.end(), unit.shards.begin(), unit.shards.end());
  for (const auto& [ids, action] : {std::pair{&run.skipped, reader::ShardAction::kSkip},
                                    std::pair{&run.closed, reader::ShardAction::kClosed}}) {
    for (const std::string& id : *ids) {
      ShardPlan& shard = recorded.read.shards.emplace_back();
      shard.shard.shard_id = id;
      shard.action = action;
    }
  }
  return make_certificate(recorded, run.manifests, now_ms, 0);
}

std::map<std::string, const ShardResult*> by_shard(const std::vector<Manifest>& manifests) {
  std::map<std::string, const ShardResult*> results;
  for (const Manifest& manifest : manifests)
    for (const ShardResult& shard : manifest.shards) results[shard.shard_id] = &shard;
  return results;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kVerified:
      return "verified";
    case Verdict::kDiffers:
      return "differs";
    case Verdict::kUnknown:
      return "cannot be verified";
  }
  return "cannot be verified";
}

// Only the oldest changes are forgotten: what is missing at the head, with the same tail, may have
// left the retention. Anything else is no loss but a difference.
std::optional<ShardDifference> compare_shard(const ShardResult& recorded, const ShardResult& found,
                                             const reader::Window& window, int64_t horizon_ms,
                                             const Zone& zone) {
  const bool same = recorded.records == found.records && recorded.rows == found.rows &&
                    recorded.checksum == found.checksum && recorded.first == found.first &&
                    recorded.last == found.last;
  if (same) return std::nullopt;
  ShardDifference difference{recorded.shard_id, Verdict::kDiffers,
                             difference_text(recorded, found, zone)};
  const int64_t oldest_ms = recorded.first ? recorded.first->timestamp / 1000 : window.start_ms;
  const bool head_is_gone = found.records < recorded.records && oldest_ms < horizon_ms;
  const bool tail_is_gone = recorded.last && recorded.last->timestamp / 1000 < horizon_ms;
  if (head_is_gone && (found.last == recorded.last || (!found.last && tail_is_gone))) {
    difference.verdict = Verdict::kUnknown;
    difference.text += fmt::format("; changes before {} {} have left the retention",
                                   format_local(horizon_ms, zone), zone.name());
  }
  return difference;
}

Result<Verification> verify_run(const RecordedRun& run, const VerifyOptions& options,
                                const RunContext& context, Diagnostics& diagnostics) {
  OTS_TRY(job::JobSpec job, job_of(run, options, diagnostics));
  job.settings.time_zone = run.zone;
  const SourceSetup source = set_up_source(job, context, diagnostics);
  OTS_CHECK(diagnostics.to_status());
  tablestore::Client client =
      make_client(*source.connection, context, source.settings->max_retries, context.cancel);

  Verification result;
  OTS_TRY(result.plan, plan_again(run, *source.settings, client, *context.clock));
  CountingWriter writer(*context.executor);
  OTS_TRY(const std::vector<Manifest> manifests,
          dry_transfer(result.plan, run.channels, client, writer, context));

  const reader::Settings& settings = result.plan.read.settings;
  const int64_t now_ms = reader::server_now_ms(client);
  const int64_t horizon = reader::horizon_ms(now_ms, result.plan.read.expiration_hours);
  const auto recorded = by_shard(run.manifests);
  for (const auto& [shard_id, found] : by_shard(manifests)) {
    ShardResult nothing;
    nothing.shard_id = shard_id;
    const auto then = recorded.find(shard_id);
    auto difference = compare_shard(then == recorded.end() ? nothing : *then->second, *found,
                                    settings.window, horizon, settings.zone);
    if (difference) result.differences.push_back(std::move(*difference));
  }
  result.recorded = recorded_certificate(run, result.plan, now_ms);
  result.margin_ms = result.recorded.margin_ms;
  result.found = make_certificate(result.plan, manifests, now_ms, 0);
  for (const ShardDifference& difference : result.differences) {
    if (difference.verdict == Verdict::kDiffers) result.verdict = Verdict::kDiffers;
    if (result.verdict == Verdict::kVerified) result.verdict = difference.verdict;
  }
  return result;
}

}  // namespace otsstream::sync
