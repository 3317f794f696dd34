#include "writer/odps/odps_writer.h"

#include <algorithm>
#include <atomic>
#include <set>

#include "base/kill_point.h"
#include "base/log.h"
#include "config/json_out.h"
#include "maxcompute/client/rest_client.h"
#include "maxcompute/wire/content_encoding.h"
#include "writer/odps/block_channel.h"
#include "writer/odps/job_statements.h"
#include "writer/odps/landing.h"
#include "writer/odps/mapping.h"
#include "writer/odps/target_table.h"

namespace otsstream::writer {
namespace {

using maxcompute::HttpCaller;
using maxcompute::PartitionSpec;

// Ids 0 ... 19999 (maxcompute-protocol.md 3.2).
constexpr int kStagingPlaces = 20000;
constexpr Duration kSessionLife = std::chrono::hours(24);
// Of a session that has not said what it takes.
constexpr size_t kMaxFieldSize = 8388608;

class OdpsWriter final : public Writer {
 public:
  OdpsWriter(OdpsSettings settings, OdpsWriterContext context)
      : settings_(std::move(settings)),
        context_(std::move(context)),
        codec_(maxcompute::codec_of(settings_.content_encoding)),
        partition_(settings_.fixed_partition_values.empty() ? settings_.partition
                                                            : settings_.fixed_partition_values),
        sizes_(block_sizes(settings_.block_size_mb, context_.base.channels,
                           context_.base.budget_bytes, codec_.has_value())) {
    maxcompute::ClientOptions options = context_.client;
    if (settings_.max_retry_time) options.retry.max_retries = *settings_.max_retry_time;
    caller_ = std::make_shared<HttpCaller>(context_.connection, options, *context_.transport,
                                           *context_.base.executor, *context_.random);
    // What is decided must be carried out: commit and settle go on although the user has stopped
    // the run.
    options.cancel = nullptr;
    control_ = std::make_shared<HttpCaller>(context_.connection, options, *context_.transport,
                                            *context_.base.executor, *context_.random);
    rest_ = std::make_unique<maxcompute::RestClient>(caller_);
    if (context_.base.budget != nullptr) context_.base.budget->raise(sizes_.budget);
  }

  Status check(const std::vector<InputColumn>& input, std::vector<std::string>& warnings) override;
  std::string describe() const override;
  std::string plan_json() const override;
  int staging_places() const override { return kStagingPlaces; }
  bool ordered_by_place() const override { return true; }
  Result<std::string> begin() override;
  Result<std::unique_ptr<Channel>> open_channel(int first_place, int places) override;
  Result<std::vector<StagedPart>> prepare(const std::vector<const ChannelResult*>& results,
                                          const KeepAlive& keep_alive) override;
  Status commit(const std::vector<StagedPart>& parts, const KeepAlive& keep_alive) override {
    return landing().commit(parts, keep_alive);
  }
  Result<Settled> settle(const std::vector<StagedPart>& parts) override {
    return landing().settle(parts);
  }
  Status after_commit(const KeepAlive& keep_alive) override {
    return run_post_sql(control_, settings_.post_sql, describe(), keep_alive);
  }
  // The service lets the sessions expire; nothing of them was ever visible.
  void abort() override {
    sessions_.reset();
    staged_.reset();
  }
  std::optional<Duration> staging_life() const override { return kSessionLife; }
  std::vector<std::string> remarks() const override;
  uint64_t retries() const override { return caller_->retries() + control_->retries(); }

 private:
  bool dynamic() const { return source_ != nullptr; }
  Landing landing() const {
    return Landing(control_, {settings_.table, partition_, settings_.truncate});
  }
  Result<std::string> open_session();

  const OdpsSettings settings_;
  const OdpsWriterContext context_;
  const std::optional<Codec> codec_;
  // As the job names it, since check in the table's order; empty for a plain table and when rows
  // choose.
  PartitionSpec partition_;
  const BlockSizes sizes_;
  std::shared_ptr<HttpCaller> caller_;  // stops with the run
  std::shared_ptr<HttpCaller> control_;
  std::unique_ptr<maxcompute::RestClient> rest_;
  // Since check:
  maxcompute::TableSchema schema_;
  std::shared_ptr<const PartitionSource> source_;  // when rows choose
  std::shared_ptr<const Mapping> mapping_;
  // Since begin; blocks in flight share the sessions:
  std::shared_ptr<StagingSessions> sessions_;
  std::shared_ptr<StagedPartition> staged_;  // of the one target
  bool overwrite_refused_ = false;
  std::atomic<bool> warned_of_memory_{false};
};

Status OdpsWriter::check(const std::vector<InputColumn>& input,
                         std::vector<std::string>& warnings) {
  OTS_TRY(schema_, rest_->get_table(settings_.table));
  if (schema_.table.empty()) schema_.table = settings_.table;
  OTS_TRY(bool by_column, is_dynamic(settings_, schema_));
  Mapping mapping;
  if (by_column) {
    OTS_CHECK(check_writable_kind(schema_));
    OTS_TRY(PartitionSource::Made made,
            PartitionSource::make(settings_, schema_, input, context_.convert, warnings));
    source_ = std::make_shared<const PartitionSource>(std::move(made.source));
    mapping = std::move(made.mapping);
  } else {
    OTS_TRY(partition_, target_partition(schema_, partition_));
    OTS_TRY(mapping, make_mapping(settings_.columns, schema_, input, warnings));
  }
  mapping_ = std::make_shared<const Mapping>(std::move(mapping));
  if (sizes_.budget > context_.base.budget_bytes) {
    warnings.push_back("blockSizeInMB " + std::to_string(*settings_.block_size_mb) + " with " +
                       std::to_string(context_.base.channels) + " channels needs " +
                       std::to_string(sizes_.budget >> 20) +
                       " MiB of memory: the job's budget is raised from " +
                       std::to_string(context_.base.budget_bytes >> 20) + " MiB");
  }
  return {};
}

std::string OdpsWriter::describe() const {
  std::string text = "odps " + context_.connection.project + "." + settings_.table;
  if (dynamic()) return text + source_->describe();
  for (const auto& [key, value] : partition_.parts()) text += "/" + key + "=" + value;
  return text;
}

std::string OdpsWriter::plan_json() const {
  JsonOut out;
  out.begin_object();
  out.member("writer", "odps")
      .member("project", context_.connection.project)
      .member("table", settings_.table);
  if (!partition_.empty()) out.member("partition", partition_.unquoted());
  if (dynamic()) {
    out.key("partitionColumns").begin_array();
    for (const std::string& name : source_->names()) out.value(name);
    out.end_array();
  }
  out.member("overwrite", settings_.truncate);
  out.key("columns").begin_array();
  if (mapping_)
    for (const std::string& name : mapping_->names) out.value(name);
  out.end_array().end_object();
  return std::move(out).take();
}

Result<std::string> OdpsWriter::begin() {
  if (!mapping_)
    return fail(ErrorKind::kInternal, "OdpsWriter-Unchecked",
                "begin before check of " + describe());
  OTS_CHECK(run_pre_sql(caller_, settings_.pre_sql));
  if (!partition_.empty()) {
    OTS_TRY(bool exists, rest_->partition_exists(settings_.table, partition_));
    if (!exists) OTS_CHECK(rest_->add_partition(settings_.table, partition_));
  }
  SessionRecipe recipe;
  recipe.caller = caller_;
  OTS_TRY(recipe.tunnel_endpoint, rest_->tunnel_endpoint());
  recipe.schema = schema_;
  recipe.overwrite = settings_.truncate;
  recipe.create_partitions = dynamic();
  recipe.content_encoding = settings_.content_encoding;
  sessions_ = std::make_shared<StagingSessions>(std::move(recipe));
  return dynamic() ? "odps:one session per partition" : open_session();
}

// A job with one target opens its session at once, so that what is wrong with it ends the run
// before anything is read.
Result<std::string> OdpsWriter::open_session() {
  OTS_TRY(staged_, sessions_->of(partition_));
  using Session = StagedPartition::Session;
  auto session = await<Session>(*context_.base.executor,
                                [&](auto done) { staged_->with_session(std::move(done)); });
  if (!session) return fail(session.error());
  return staged_->name();
}

Result<std::unique_ptr<Channel>> OdpsWriter::open_channel(int first_place, int places) {
  if (!sessions_)
    return fail(ErrorKind::kInternal, "OdpsWriter-NotBegun",
                "no upload session of " + describe() + " is open");
  // Not to be waited for: the readers' pages are consumed by channels, so waiting here could wait
  // for ourselves.
  ByteBudget::Lease lease;
  if (context_.base.budget != nullptr) lease = context_.base.budget->try_acquire(sizes_.lease);
  if (context_.base.budget != nullptr && lease.bytes() == 0) {
    lease = context_.base.budget->overdraw(sizes_.lease);
    if (!warned_of_memory_.exchange(true))
      OTS_LOG_WARN(
          "the job's memory is used up; block buffers of {} go beyond it (give the job more memory "
          "with jvmOption, or lower speed.concurrent)",
          describe());
  }
  RowEncoder::Options options{context_.convert, settings_.empty_as_null, kMaxFieldSize,
                              OverLengthRule::of(settings_)};
  if (staged_) {
    // Open since begin, so this is called at once.
    staged_->with_session([&](const Result<StagedPartition::Session>& session) {
      if (session)
        options.max_field_bytes =
            static_cast<size_t>(std::max<int64_t>((*session)->max_field_size(), 0));
    });
  }
  auto queue =
      std::make_shared<BlockQueue>(*context_.base.executor, codec_, sizes_.first, std::move(lease));
  return std::make_unique<BlockChannel>(
      RowEncoder(mapping_, std::move(options)), mapping_->input_columns, sizes_,
      BlockCutter(sizes_, first_place, places), ChannelTarget{sessions_, partition_, source_},
      std::move(queue), *context_.base.dirty);
}

Result<std::vector<StagedPart>> OdpsWriter::prepare(
    const std::vector<const ChannelResult*>& results, const KeepAlive& keep_alive) {
  if (!sessions_)
    return fail(ErrorKind::kInternal, "OdpsWriter-NotBegun",
                "no upload session of " + describe() + " is open");
  std::map<std::string, StagedPart> by_target;
  // One target is replaced even by nothing; of many, those without rows stay as they are.
  if (staged_) by_target[""] = {staged_->name(), "", {}};
  for (const ChannelResult* result : results) {
    for (const StagedPart& part : result->parts) {
      StagedPart& whole =
          by_target.emplace(part.target, StagedPart{part.staging, part.target, {}}).first->second;
      if (whole.staging != part.staging)
        return fail(ErrorKind::kInternal, "OdpsWriter-Staging",
                    "two upload sessions stage " + describe() + " " + part.target + ": " +
                        whole.staging + " and " + part.staging);
      whole.places.insert(whole.places.end(), part.places.begin(), part.places.end());
    }
  }
  std::vector<StagedPart> parts;
  for (auto& [target, part] : by_target) {
    std::sort(part.places.begin(), part.places.end());
    parts.push_back(std::move(part));
  }
  overwrite_refused_ = overwrite_refused_ || sessions_->overwrite_refused();
  OTS_CHECK(landing().check(parts, schema_, keep_alive));
  return parts;
}

std::vector<std::string> OdpsWriter::remarks() const {
  std::vector<std::string> remarks;
  if (overwrite_refused_ || (sessions_ && sessions_->overwrite_refused()))
    remarks.push_back(
        "the service does not replace the content of a table of this kind: " + describe() +
        " was emptied just before the commit, and was empty for that moment");
  if (source_ && !source_->remark().empty()) remarks.push_back(source_->remark());
  return remarks;
}

}  // namespace

std::unique_ptr<Writer> make_odps_writer(OdpsSettings settings, OdpsWriterContext context) {
  return std::make_unique<OdpsWriter>(std::move(settings), std::move(context));
}

}  // namespace otsstream::writer
