#include "sync/preview.h"

#include "record/convert.h"
#include "sync/dry_transfer.h"
#include "sync/job_setup.h"
#include "sync/registry.h"

namespace otsstream::sync {

namespace {

// What the only channel has taken so far.
struct Collected {
  size_t max_rows = 0;
  ConvertOptions convert;
  std::vector<std::vector<PreviewCell>> rows;
  bool has_more = false;
};

class CollectingChannel final : public DryChannel {
 public:
  CollectingChannel(Executor& executor, Collected& collected)
      : DryChannel(executor), collected_(collected) {}

  // Fails to end the reading as soon as there is one row too many.
  Status write(const RowBatch& batch) override {
    for (size_t i = 0; i < batch.rows(); ++i) {
      if (collected_.rows.size() == collected_.max_rows) {
        collected_.has_more = true;
        return fail(ErrorKind::kCancelled, "", "there are enough rows");
      }
      std::vector<PreviewCell>& row = collected_.rows.emplace_back();
      for (const Value& value : batch.row(i)) {
        PreviewCell& cell = row.emplace_back();
        cell.type = value.type();
        if (value.is_null()) continue;
        OTS_TRY(std::string_view text, to_text(value, collected_.convert, scratch_));
        cell.text = text;
      }
    }
    return {};
  }

 private:
  Collected& collected_;
  std::string scratch_;
};

class CollectingWriter final : public DryWriter {
 public:
  CollectingWriter(Executor& executor, Collected& collected)
      : executor_(executor), collected_(collected) {}
  Result<std::unique_ptr<writer::Channel>> open_channel(int, int) override {
    return std::make_unique<CollectingChannel>(executor_, collected_);
  }

 private:
  Executor& executor_;
  Collected& collected_;
};

}  // namespace

Result<Preview> preview_job(const job::JobSpec& job, const RunContext& context, size_t max_rows,
                            Diagnostics& diagnostics) {
  OTS_CHECK(check_reader(job));
  const SourceSetup source = set_up_source(job, context, diagnostics);
  OTS_CHECK(diagnostics.to_status());
  const reader::Settings& settings = *source.settings;
  tablestore::Client client =
      make_client(*source.connection, context, settings.max_retries, context.cancel);

  Preview preview;
  OTS_TRY(preview.plan, make_source_plan(client, settings, *context.clock, diagnostics));
  if (preview.plan.read.blocked) return fail(*preview.plan.read.blocked);

  Collected collected{max_rows, {settings.zone}, {}, false};
  CollectingWriter writer(*context.executor, collected);
  auto read = dry_transfer(preview.plan, 1, client, writer, context);
  if (!read && !collected.has_more) return fail(read.error());
  preview.rows = std::move(collected.rows);
  preview.has_more = collected.has_more;
  return preview;
}

}  // namespace otsstream::sync
