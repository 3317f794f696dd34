#include "reader/shard_cursor.h"

#include <fmt/format.h>

#include <algorithm>

#include "reader/status_rows.h"
#include "record/fingerprint.h"

namespace otsstream::reader {
namespace {

constexpr size_t kMaxWaitingPages = 2;
constexpr int64_t kTimeCheckpointStepMs = 600'000;  // 6.2 c
constexpr int64_t kMicrosPerMilli = 1000;
// 13, D20: without the server's flag so many empty answers in a row mean that all was read.
constexpr int kEmptyAnswersMeanEnd = 3;
// 6.3: a server that holds back records which it has shown before is broken, not slow.
constexpr int kMaxEmptyExactAnswers = 100;
// Positions that were given a moment ago and are refused again: the retention runs faster than we.
constexpr int kMaxSeeksInARow = 3;

// Sequence times are never negative here: decode() refuses them.
int64_t time_of(const tablestore::StreamRecordView& record) {
  return record.row.sequence->timestamp / kMicrosPerMilli;
}

}  // namespace

std::string_view to_string(EndKind kind) {
  switch (kind) {
    case EndKind::kAllRead:
      return "all data read";
    case EndKind::kReachedEnd:
      return "reached end";
    case EndKind::kClosed:
      return "shard closed";
  }
  return "all data read";
}

ShardCursor::ShardCursor(const ShardPlan& plan, const Window& window, bool table_group)
    : shard_id_(plan.shard.shard_id),
      window_(window),
      table_group_(table_group),
      drop_before_start_(plan.drop_before_start),
      skip_count_(plan.skip_count),
      next_iterator_(plan.iterator),
      position_ms_(window.start_ms) {
  result_.shard_id = shard_id_;
  if (plan.action == ShardAction::kClosed) finish(EndKind::kClosed, std::string(kShardEnd));
  if (plan.action == ShardAction::kSkip) finish(EndKind::kAllRead, std::string(kTrimHorizon));
}

std::optional<ShardCursor::PageRequest> ShardCursor::next_request() {
  if (outstanding_ || finished_) return std::nullopt;
  PageRequest request;
  if (exact_) {
    request = {exact_->iterator, exact_->remaining};
  } else if (end_seen_ || waiting_.size() >= kMaxWaitingPages) {
    return std::nullopt;
  } else {
    request = {next_iterator_, std::nullopt};
  }
  outstanding_ = true;
  asked_exact_ = exact_.has_value();
  asked_iterator_ = request.iterator;
  return request;
}

Status ShardCursor::receive(tablestore::StreamPage page) {
  outstanding_ = false;
  wants_pause_ = false;
  seeks_ = 0;
  ++result_.requests;
  result_.bytes += page.body().size();
  if (finished_) return {};
  if (asked_exact_) return receive_exact(page);
  if (end_seen_) return {};  // asked for before the end was found
  if (page.record_count() > 0) return receive_records(std::move(page));
  return receive_empty(page);
}

Status ShardCursor::receive_records(tablestore::StreamPage page) {
  empty_answers_ = 0;
  if (page.next_iterator()) {
    next_iterator_ = *page.next_iterator();
  } else {
    end_seen_ = true;
    tail_ = Tail{EndKind::kClosed, std::string(kShardEnd)};
  }
  waiting_.push_back({std::move(page), asked_iterator_, 0, drop_through_});
  const Waiting& last = waiting_.back();
  OTS_CHECK(decode(last, last.page.record_count() - 1));
  if (!drop_through_ || *record_.row.sequence > *drop_through_) {
    last_received_ = record_.row.sequence;
    drop_through_.reset();
  }
  if (end_seen_ || skip_count_ > 0) return {};
  // Times do not fall within a shard: when the last record lies behind the window, the end is in
  // this page and no further one is needed.
  if (time_of(record_) >= window_.end_ms) end_seen_ = true;
  return {};
}

Status ShardCursor::receive_empty(const tablestore::StreamPage& page) {
  if (!page.next_iterator()) {
    end_seen_ = true;
    tail_ = Tail{EndKind::kClosed, std::string(kShardEnd)};
  } else {
    next_iterator_ = *page.next_iterator();
    const std::optional<bool>& more = page.may_more_record();
    if (table_group_ && !more) {
      return fail(in_shard(
          make_error(ErrorKind::kCorrupt, "Stream-NoFlag",
                     "an empty answer does not say whether more records may come (may_more_record)",
                     "set enableTableGroupSupport to false for instances without table groups")));
    }
    if (more.value_or(false)) {
      empty_answers_ = 0;
      wants_pause_ = true;
    } else if (more || ++empty_answers_ >= kEmptyAnswersMeanEnd) {
      end_seen_ = true;
      tail_ = Tail{EndKind::kAllRead, next_iterator_};
    }
  }
  if (tail_ && waiting_.empty()) finish(tail_->kind, std::move(tail_->checkpoint));
  return {};
}

Status ShardCursor::shape(Shaper& shaper, RowBatch& batch, size_t max_rows) {
  while (!waiting_.empty() && batch.rows() < max_rows) {
    Waiting& front = waiting_.front();
    const size_t count = front.page.record_count();
    bool kept = false;
    for (; front.next < count && batch.rows() < max_rows; ++front.next) {
      OTS_CHECK(decode(front, front.next));
      const int64_t time_ms = time_of(record_);
      if (front.next == 0) note_page_begin(front, time_ms);
      if (front.drop_through && *record_.row.sequence <= *front.drop_through) continue;
      position_ms_ = std::max(position_ms_, time_ms);
      result_.last_seen_ms = std::max(result_.last_seen_ms.value_or(time_ms), time_ms);
      const Fate fate = judge(time_ms);
      if (fate == Fate::kReachedEnd) {
        reach_end();
        return {};
      }
      if (fate == Fate::kDrop) {
        ++result_.dropped;
        continue;
      }
      if (!kept) batch.keep(front.page.body());
      kept = true;
      const size_t rows_before = batch.rows();
      auto rows = shaper.shape(record_, shard_id_, batch);
      if (!rows) {
        const tablestore::SequenceInfo& at = *record_.row.sequence;
        return fail(in_shard(
            wrap_error(std::move(rows).error(),
                       fmt::format("the record at epoch {}, {} µs, row {} cannot be exported",
                                   at.epoch, at.timestamp, at.row_index))));
      }
      ++result_.records;
      result_.rows += *rows;
      for (size_t i = rows_before; i < batch.rows(); ++i)
        result_.checksum += fingerprint(batch.row(i));
      if (!result_.first) result_.first = record_.row.sequence;
      result_.last = record_.row.sequence;
    }
    if (front.next == count) waiting_.pop_front();
  }
  if (waiting_.empty() && tail_) finish(tail_->kind, std::move(tail_->checkpoint));
  return {};
}

Status ShardCursor::decode(const Waiting& waiting, size_t i) {
  Status decoded = waiting.page.decode(i, record_);
  const bool usable = decoded && record_.row.sequence && record_.row.sequence->timestamp >= 0;
  if (usable) return {};
  Error error =
      decoded ? make_error(ErrorKind::kCorrupt, "Stream-Record", "it has no valid sequence info")
              : std::move(decoded).error();
  return fail(in_shard(
      wrap_error(std::move(error), fmt::format("record {} of {} in an answer cannot be read", i + 1,
                                               waiting.page.record_count()))));
}

// 6.2 c: a hint for later runs, whatever becomes of the records.
void ShardCursor::note_page_begin(const Waiting& waiting, int64_t time_ms) {
  if (time_ms < last_time_checkpoint_ms_ + kTimeCheckpointStepMs) return;
  last_time_checkpoint_ms_ = time_ms;
  result_.time_checkpoints.push_back({time_ms, waiting.iterator});
}

// 6.2 d. Records that SkipCount names were emitted by an earlier run, whatever their time.
ShardCursor::Fate ShardCursor::judge(int64_t time_ms) {
  if (skip_count_ > 0) {
    --skip_count_;
    return Fate::kDrop;
  }
  if (time_ms >= window_.end_ms) return Fate::kReachedEnd;
  if (drop_before_start_ && time_ms < window_.start_ms) return Fate::kDrop;
  drop_before_start_ = false;  // once a record was emitted, a late one with an earlier time is too
  return Fate::kEmit;
}

void ShardCursor::reach_end() {
  const Waiting& front = waiting_.front();
  const std::string iterator = front.iterator;
  const auto before_it = static_cast<int32_t>(front.next);
  end_seen_ = true;
  tail_.reset();
  waiting_.clear();
  if (before_it == 0) {
    finish(EndKind::kReachedEnd, iterator);
  } else {
    exact_ = ExactSearch{iterator, before_it};
  }
}

Status ShardCursor::receive_exact(const tablestore::StreamPage& page) {
  const auto count = page.record_count();
  const auto wanted = static_cast<size_t>(exact_->remaining);
  std::string problem;
  if (count > wanted) {
    problem = fmt::format("{} records came although {} were asked for", count, wanted);
  } else if (!page.next_iterator()) {
    problem = "the shard ended before records that it has shown already";
  } else if (count == 0 && ++exact_->empty_answers >= kMaxEmptyExactAnswers) {
    problem = fmt::format("{} answers were empty", exact_->empty_answers);
  }
  if (!problem.empty()) {
    return fail(in_shard(make_error(ErrorKind::kCorrupt, "Stream-Exact",
                                    "the position of the window's end cannot be found: " + problem,
                                    "run the job again")));
  }
  exact_->iterator = *page.next_iterator();
  exact_->remaining -= static_cast<int32_t>(count);
  if (count == 0) wants_pause_ = true;
  if (exact_->remaining == 0) finish(EndKind::kReachedEnd, exact_->iterator);
  return {};
}

// What is asked for is what follows on the last record that came; without one, the window's start:
// whatever a checkpoint leaves behind it lies before. The end of the window has a time of its own.
Result<ShardCursor::Seek> ShardCursor::seek_instead() {
  outstanding_ = false;
  ++result_.requests;
  if (++seeks_ > kMaxSeeksInARow) {
    return fail(in_shard(make_error(
        ErrorKind::kDataLost, std::string(kDataGone),
        fmt::format("the service refuses every position of shard {} as trimmed, also those that it "
                    "has just given",
                    shard_id_),
        "run the job again; if it happens again, start the window later")));
  }
  if (asked_exact_) return Seek{window_.end_ms * kMicrosPerMilli, std::nullopt};
  if (last_received_) {
    return Seek{last_received_->timestamp, last_received_->timestamp / kMicrosPerMilli};
  }
  return Seek{window_.start_ms * kMicrosPerMilli, window_.start_ms};
}

Status ShardCursor::reposition(std::string iterator) {
  if (!needs_answer()) return {};
  if (asked_exact_) {
    if (iterator.empty()) {
      return fail(in_shard(make_error(
          ErrorKind::kDataLost, std::string(kDataGone),
          fmt::format("shard {} no longer holds the end of the window, where the next one begins",
                      shard_id_),
          "run the job again with a later window")));
    }
    finish(EndKind::kReachedEnd, std::move(iterator));
    return {};
  }
  // What SkipCount names lies before the window's start, and the time asked for does not.
  if (!last_received_) skip_count_ = 0;
  drop_through_ = last_received_;
  if (!iterator.empty()) {
    next_iterator_ = std::move(iterator);
    return {};
  }
  end_seen_ = true;
  tail_ = Tail{EndKind::kClosed, std::string(kShardEnd)};
  if (waiting_.empty()) finish(tail_->kind, std::move(tail_->checkpoint));
  return {};
}

void ShardCursor::finish(EndKind kind, std::string checkpoint) {
  // 6.2 b: what all-read means is a position that later runs may start from.
  if (kind == EndKind::kAllRead && checkpoint != kTrimHorizon) {
    result_.time_checkpoints.push_back({window_.end_ms, checkpoint});
  }
  result_.end = kind;
  result_.checkpoint = std::move(checkpoint);
  finished_ = true;
  end_seen_ = true;
  tail_.reset();
}

Error ShardCursor::in_shard(Error error) const {
  if (error.where.empty()) error.where = "shard " + shard_id_;
  return error;
}

}  // namespace otsstream::reader
