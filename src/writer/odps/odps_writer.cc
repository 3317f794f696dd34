#include "writer/odps/odps_writer.h"

#include <algorithm>
#include <atomic>
#include <set>

#include "base/kill_point.h"
#include "base/log.h"
#include "config/json_out.h"
#include "maxcompute/client/rest_client.h"
#include "writer/odps/block_channel.h"
#include "writer/odps/mapping.h"
#include "writer/odps/target_table.h"

namespace otsstream::writer {
namespace {

using maxcompute::HttpCaller;
using maxcompute::UploadSession;

// Ids 0 ... 19999 (maxcompute-protocol.md 3.2).
constexpr int kStagingPlaces = 20000;
constexpr std::string_view kStagingPrefix = "odps:";
// A session that is just being committed is asked again, for about half a minute.
constexpr int kSettlePolls = 30;
constexpr Duration kSettlePause = seconds(1);

class OdpsWriter final : public Writer {
 public:
  OdpsWriter(OdpsSettings settings, OdpsWriterContext context)
      : settings_(std::move(settings)),
        context_(std::move(context)),
        partition_(settings_.partition),
        sizes_(block_sizes(settings_.block_size_mb, context_.base.channels,
                           context_.base.budget_bytes)) {
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
  }

  Status check(const std::vector<InputColumn>& input, std::vector<std::string>& warnings) override;
  std::string describe() const override;
  std::string plan_json() const override;
  int staging_places() const override { return kStagingPlaces; }
  bool ordered_by_place() const override { return true; }
  Result<std::string> begin() override;
  Result<std::unique_ptr<Channel>> open_channel(int first_place, int places) override;
  Status commit(const std::vector<int>& places) override;
  Result<Settled> settle(const std::string& staging) override;
  Status commit_staging(const std::string& staging, const std::vector<int>& places) override;
  void abort() override {
    session_.reset();
  }  // the service lets it expire; nothing of it was ever visible
  uint64_t retries() const override { return caller_->retries() + control_->retries(); }

 private:
  UploadSession::Target target() const { return {settings_.table, partition_, settings_.truncate}; }
  Result<std::unique_ptr<UploadSession>> open_session(const std::string& staging);

  const OdpsSettings settings_;
  const OdpsWriterContext context_;
  maxcompute::PartitionSpec partition_;  // in the table's order, once checked
  const BlockSizes sizes_;
  std::shared_ptr<HttpCaller> caller_;  // stops with the run
  std::shared_ptr<HttpCaller> control_;
  std::unique_ptr<maxcompute::RestClient> rest_;
  maxcompute::TableSchema schema_;
  std::shared_ptr<const Mapping> mapping_;
  std::shared_ptr<UploadSession> session_;  // blocks in flight share it
  std::atomic<bool> warned_of_memory_{false};
};

Status OdpsWriter::check(const std::vector<InputColumn>& input,
                         std::vector<std::string>& warnings) {
  OTS_TRY(schema_, rest_->get_table(settings_.table));
  if (schema_.table.empty()) schema_.table = settings_.table;
  OTS_TRY(partition_, target_partition(schema_, settings_.partition));
  OTS_TRY(Mapping mapping, make_mapping(settings_.columns, schema_, input, warnings));
  mapping_ = std::make_shared<const Mapping>(std::move(mapping));
  if (sizes_.cut_down) {
    warnings.push_back("blockSizeInMB " + std::to_string(*settings_.block_size_mb) +
                       " is more than the job's memory carries with " +
                       std::to_string(context_.base.channels) + " channels; blocks have " +
                       std::to_string(sizes_.first >> 10) +
                       " KiB (give the job more memory with jvmOption, or lower speed.concurrent)");
  }
  return {};
}

std::string OdpsWriter::describe() const {
  std::string text = "odps " + context_.connection.project + "." + settings_.table;
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
  if (!partition_.empty()) {
    OTS_TRY(bool exists, rest_->partition_exists(settings_.table, partition_));
    if (!exists) OTS_CHECK(rest_->add_partition(settings_.table, partition_));
  }
  OTS_TRY(std::string endpoint, rest_->tunnel_endpoint());
  OTS_TRY(std::unique_ptr<UploadSession> session,
          UploadSession::create(caller_, endpoint, target()));
  OTS_CHECK(check_same_columns(schema_, session->schema()));
  session_ = std::move(session);
  return std::string(kStagingPrefix) + session_->id();
}

Result<std::unique_ptr<Channel>> OdpsWriter::open_channel(int first_place, int places) {
  if (!session_)
    return fail(ErrorKind::kInternal, "OdpsWriter-NotBegun",
                "no upload session of " + describe() + " is open");
  // Not to be waited for: the readers' pages are consumed by channels, so waiting here could wait
  // for ourselves.
  ByteBudget::Lease lease;
  if (context_.base.budget != nullptr) lease = context_.base.budget->try_acquire(sizes_.lease);
  if (context_.base.budget != nullptr && lease.bytes() == 0 && !warned_of_memory_.exchange(true)) {
    OTS_LOG_WARN(
        "the job's memory is used up; block buffers of {} go beyond it (give the job more memory "
        "with jvmOption, or lower speed.concurrent)",
        describe());
  }
  RowEncoder::Options options{
      context_.convert, settings_.empty_as_null,
      static_cast<size_t>(std::max<int64_t>(session_->max_field_size(), 0))};
  auto queue = std::make_shared<BlockQueue>(*context_.base.executor, session_, std::move(lease));
  return std::make_unique<BlockChannel>(
      RowEncoder(mapping_, std::move(options)), mapping_->input_columns,
      BlockCutter(sizes_, first_place, places), std::move(queue), *context_.base.dirty);
}

Status OdpsWriter::commit(const std::vector<int>& places) {
  if (!session_)
    return fail(ErrorKind::kInternal, "OdpsWriter-NotBegun",
                "no upload session of " + describe() + " is open");
  return commit_staging(std::string(kStagingPrefix) + session_->id(), places);
}

Result<std::unique_ptr<UploadSession>> OdpsWriter::open_session(const std::string& staging) {
  if (!staging.starts_with(kStagingPrefix) || staging.size() == kStagingPrefix.size()) {
    return fail(ErrorKind::kConflict, "OdpsWriter-Staging",
                "'" + staging + "' names no upload session",
                "the window was prepared by a job with another writer; finish it with that job");
  }
  maxcompute::RestClient rest(control_);
  OTS_TRY(std::string endpoint, rest.tunnel_endpoint());
  return UploadSession::open(control_, endpoint, target(), staging.substr(kStagingPrefix.size()));
}

Status OdpsWriter::commit_staging(const std::string& staging, const std::vector<int>& places) {
  OTS_TRY(std::unique_ptr<UploadSession> session, open_session(staging));
  KILL_POINT("odps.commit.before_post");
  OTS_CHECK(session->commit(std::set<int>(places.begin(), places.end())));
  KILL_POINT("odps.commit.after_post");
  return {};
}

Result<Settled> OdpsWriter::settle(const std::string& staging) {
  // With overwrite a second run replaces what a first one may have committed; without, it could
  // double the rows.
  const Settled lost = settings_.truncate ? Settled::kNotCommitted : Settled::kUnknown;
  auto session = open_session(staging);
  if (!session) {
    if (session.error().kind == ErrorKind::kNotFound) return lost;
    return fail(wrap_error(
        session.error(), "cannot ask what became of the staging " + staging + " of " + describe()));
  }
  for (int polls = 0;; ++polls) {
    const std::string& status = (*session)->status();
    if (status == "closed") return Settled::kCommitted;
    if (status == "normal" || status == "canceled") return Settled::kNotCommitted;
    if (status != "committing" && status != "closing") return lost;
    if (polls == kSettlePolls) {
      return fail(
          ErrorKind::kTimeout, "OdpsWriter-Committing",
          "the service is still committing the upload session " + staging + " of " + describe(),
          "run the job again in a few minutes");
    }
    OTS_CHECK(control_->pause(kSettlePause));
    OTS_CHECK((*session)->reload());
  }
}

}  // namespace

std::unique_ptr<Writer> make_odps_writer(OdpsSettings settings, OdpsWriterContext context) {
  return std::make_unique<OdpsWriter>(std::move(settings), std::move(context));
}

}  // namespace otsstream::writer
