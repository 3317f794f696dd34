#include "sync/sample.h"

#include <algorithm>

#include "reader/retention.h"
#include "record/row_batch.h"

namespace otsstream::sync {

namespace {

using tablestore::StreamPage;

constexpr size_t kMaxShards = 16;
// Pages in a row from where the reading begins; then one in the middle of each half of what they
// leave, which stands for its half.
constexpr int kPagesInARow = 2;
constexpr double kPlaces[] = {0.25, 0.75};
constexpr double kShareOfPlace = 0.5;
// What a read unit covers, for servers that do not say what an answer has cost.
constexpr double kUnitBytes = 4096;

// What one page says of the stretch of time from where it was asked for.
struct Stretch {
  int64_t records = 0;
  int64_t until_ms = 0;      // the page covers the time before it
  bool reaches_end = false;  // of the window
  std::string next;          // iterator
};

class Sampler {
 public:
  Sampler(tablestore::Client& client, const Plan& plan)
      : client_(client),
        plan_(plan),
        window_(plan.read.settings.window),
        shaper_(reader::make_shaper(plan.read.settings.shape, shape_table(plan))),
        batch_(plan.columns.size()),
        has_value_(plan.columns.size(), false) {}

  Result<Sample> take() {
    std::vector<const reader::ShardPlan*> shards;
    for (const reader::ShardPlan& shard : plan_.read.shards)
      if (shard.action == reader::ShardAction::kRead) shards.push_back(&shard);
    sample_.shards_to_read = static_cast<int>(shards.size());
    // Evenly over the plan's order: old and young shards are both among them.
    const size_t count = std::min(shards.size(), kMaxShards);
    for (size_t i = 0; i < count; ++i) OTS_CHECK(look_at(*shards[i * shards.size() / count]));
    scale_up();
    for (size_t i = 0; i < has_value_.size(); ++i)
      if (!has_value_[i]) sample_.empty_columns.push_back(plan_.columns[i].name);
    return std::move(sample_);
  }

 private:
  Status look_at(const reader::ShardPlan& shard) {
    std::string iterator = shard.iterator;
    int64_t until_ms = window_.start_ms;
    for (int page = 0; page < kPagesInARow; ++page) {
      auto stretch = read(iterator, until_ms, shard);
      if (!stretch) {
        if (!reader::is_trimmed(stretch.error())) return fail(stretch.error());
        sample_.is_whole = false;  // a run seeks instead; here it is one shard less
        return {};
      }
      if (page == 0) ++sample_.shards;
      sample_.records += static_cast<double>(stretch->records);
      if (stretch->reaches_end) return {};
      until_ms = stretch->until_ms;
      iterator = std::move(stretch->next);
    }

    sample_.is_whole = false;
    const auto rest_ms = static_cast<double>(window_.end_ms - until_ms);
    for (double place : kPlaces) {
      const int64_t from_ms = until_ms + static_cast<int64_t>(rest_ms * place);
      OTS_TRY(std::string there, client_.get_shard_iterator(plan_.read.stream_id,
                                                            shard.shard.shard_id, from_ms * 1000));
      if (there.empty()) continue;  // nothing there any more
      OTS_TRY(Stretch stretch, read(there, from_ms, shard));
      const auto span_ms = static_cast<double>(std::max<int64_t>(1, stretch.until_ms - from_ms));
      sample_.records += static_cast<double>(stretch.records) / span_ms * rest_ms * kShareOfPlace;
    }
    return {};
  }

  Result<Stretch> read(const std::string& iterator, int64_t from_ms,
                       const reader::ShardPlan& shard) {
    auto answer = await<StreamPage>(client_.caller().executor(), [&](auto done) {
      client_.get_stream_record_async(iterator, {}, done, plan_.read.settings.table_of_reads());
    });
    OTS_TRY(const StreamPage page, std::move(answer));
    ++sample_.pages;
    bytes_ += static_cast<double>(page.body().size());
    units_ += page.consumed() ? static_cast<double>(page.consumed()->read)
                              : static_cast<double>(page.body().size()) / kUnitBytes;
    Stretch stretch{0, from_ms, !page.next_iterator() || page.record_count() == 0,
                    page.next_iterator().value_or("")};
    tablestore::StreamRecordView record;
    for (size_t i = 0; i < page.record_count(); ++i) {
      OTS_CHECK(page.decode(i, record));
      if (!record.row.sequence) continue;  // a run says what is wrong with it
      const int64_t time_ms = record.row.sequence->timestamp / 1000;
      if (time_ms >= window_.end_ms) {
        stretch.reaches_end = true;
        break;
      }
      ++records_read_;
      if (time_ms < window_.start_ms && shard.drop_before_start) continue;
      stretch.until_ms = std::max(stretch.until_ms, time_ms);
      ++stretch.records;
      OTS_CHECK(look_at_values(record, shard.shard.shard_id, page));
    }
    if (stretch.reaches_end) stretch.until_ms = window_.end_ms;
    return stretch;
  }

  Status look_at_values(const tablestore::StreamRecordView& record, const std::string& shard_id,
                        const StreamPage& page) {
    for (const tablestore::CellView& cell : record.row.cells)
      sample_.attributes_seen.emplace(cell.name);
    batch_.clear();
    batch_.keep(page.body());
    OTS_CHECK(shaper_->shape(record, shard_id, batch_));
    ++sample_.records_seen;
    sample_.rows_seen += static_cast<int64_t>(batch_.rows());
    for (size_t r = 0; r < batch_.rows(); ++r)
      for (size_t c = 0; c < has_value_.size(); ++c)
        if (!batch_.row(r)[c].is_null()) has_value_[c] = true;
    return {};
  }

  // From the shards that were looked at to all, from records to what they cost.
  void scale_up() {
    if (sample_.shards == 0) return;
    if (sample_.shards < sample_.shards_to_read) sample_.is_whole = false;
    sample_.records *= static_cast<double>(sample_.shards_to_read) / sample_.shards;
    const auto seen = static_cast<double>(std::max<int64_t>(1, sample_.records_seen));
    sample_.rows = sample_.records * static_cast<double>(sample_.rows_seen) / seen;
    const auto read = static_cast<double>(std::max<int64_t>(1, records_read_));
    sample_.bytes = std::max(sample_.records * bytes_ / read, sample_.is_whole ? bytes_ : 0);
    // A shard without a record costs its one answer all the same.
    sample_.read_units =
        std::max(sample_.bytes * units_ / std::max(1.0, bytes_), sample_.is_whole ? units_ : 0);
  }

  tablestore::Client& client_;
  const Plan& plan_;
  const reader::Window window_;
  std::unique_ptr<reader::Shaper> shaper_;
  RowBatch batch_;
  std::vector<bool> has_value_;
  double bytes_ = 0;
  double units_ = 0;
  int64_t records_read_ = 0;
  Sample sample_;
};

}  // namespace

Result<Sample> take_sample(tablestore::Client& client, const Plan& plan) {
  return Sampler(client, plan).take();
}

}  // namespace otsstream::sync
