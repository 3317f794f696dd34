#include "reader/start_position.h"

#include <fmt/format.h>

#include <memory>
#include <mutex>
#include <set>

namespace otsstream::reader {
namespace {

constexpr int64_t kSeekMarginMs = 600'000;  // 6.1
constexpr size_t kMaxInFlight = 32;

StartCheckpoints incomplete(std::string why) {
  StartCheckpoints none;
  none.why_not = std::move(why);
  return none;
}

// Checks 1 to 4: "" when all hold.
std::string what_is_missing(const std::optional<JobDescription>& description,
                            const std::optional<int64_t>& legacy_count,
                            const std::vector<CheckpointRow>& rows, const std::string& stream_id) {
  if (!description) {
    if (!legacy_count) return "no earlier run ended there";
    if (*legacy_count == static_cast<int64_t>(rows.size())) return "";
    return fmt::format("the shard count row says {} shards, there are {} checkpoints",
                       *legacy_count, rows.size());
  }
  if (description->stream_id != stream_id) {
    return fmt::format("the earlier run read another Stream ({})", description->stream_id);
  }
  if (description->shard_ids.size() != rows.size()) {
    return fmt::format("the earlier run had {} shards and left {} checkpoints",
                       description->shard_ids.size(), rows.size());
  }
  std::set<std::string_view> written;
  for (const CheckpointRow& row : rows) {
    if (row.version == description->version) written.insert(row.shard_id);
  }
  for (const std::string& shard : description->shard_ids) {
    if (!written.contains(shard))
      return fmt::format("the earlier run left no checkpoint of shard {}", shard);
  }
  return "";
}

// The questions still to be asked and the answers so far; the callbacks share it.
class PositionAsker : public std::enable_shared_from_this<PositionAsker> {
 public:
  using Answers = std::vector<std::string>;
  using Done = std::function<void(Result<Answers>)>;

  PositionAsker(tablestore::Client& client, std::string stream_id,
                std::vector<PositionQuestion> questions, Done done)
      : client_(client),
        stream_id_(std::move(stream_id)),
        questions_(std::move(questions)),
        answers_(questions_.size()),
        done_(std::move(done)) {}

  void start() {
    for (size_t i = 0; i < kMaxInFlight; ++i) {
      if (!ask_next()) return;
    }
  }

 private:
  bool ask_next() {
    size_t i = 0;
    {
      std::lock_guard lock(mutex_);
      if (error_ || next_ == questions_.size()) return false;
      i = next_++;
      ++in_flight_;
    }
    client_.get_shard_iterator_async(stream_id_, questions_[i].shard_id, questions_[i].timestamp_us,
                                     [self = shared_from_this(), i](Result<std::string> answer) {
                                       self->answered(i, std::move(answer));
                                     });
    return true;
  }

  void answered(size_t i, Result<std::string> answer) {
    {
      std::lock_guard lock(mutex_);
      --in_flight_;
      if (answer) {
        answers_[i] = std::move(*answer);
      } else if (!error_) {
        error_ = wrap_error(
            std::move(answer).error(),
            fmt::format("the position in shard {} cannot be found", questions_[i].shard_id));
      }
    }
    ask_next();
    {
      std::lock_guard lock(mutex_);
      if (finished_ || in_flight_ > 0 || (!error_ && next_ < questions_.size())) return;
      finished_ = true;
    }
    if (error_) return done_(fail(std::move(*error_)));
    done_(std::move(answers_));
  }

  tablestore::Client& client_;
  const std::string stream_id_;
  const std::vector<PositionQuestion> questions_;
  std::mutex mutex_;
  size_t next_ = 0;
  size_t in_flight_ = 0;
  bool finished_ = false;
  std::optional<Error> error_;
  Answers answers_;
  Done done_;
};

}  // namespace

Result<StartCheckpoints> judge_start(const std::optional<JobDescription>& description,
                                     const std::optional<int64_t>& legacy_count,
                                     const std::vector<CheckpointRow>& rows,
                                     const std::string& stream_id,
                                     const std::vector<tablestore::StreamShard>& listing) {
  if (std::string missing = what_is_missing(description, legacy_count, rows, stream_id);
      !missing.empty()) {
    return incomplete(std::move(missing));
  }
  std::set<std::string_view> listed;
  for (const auto& shard : listing) listed.insert(shard.shard_id);

  StartCheckpoints found;
  found.complete = true;
  for (const CheckpointRow& row : rows) {
    if (listed.contains(row.shard_id)) {
      found.rows.emplace(row.shard_id, row);
    } else if (row.checkpoint != kShardEnd) {
      return fail(ErrorKind::kDataLost, "Reader-ShardGone",
                  fmt::format("Shard does not exist now: the run before stopped in shard {}, and "
                              "what it left there has expired",
                              row.shard_id),
                  "run once with a later start; the changes in between can no longer be exported");
    }
  }
  return found;
}

Result<StartCheckpoints> find_start(StatusTable& status, const std::string& stream_id,
                                    int64_t start_ms,
                                    const std::vector<tablestore::StreamShard>& listing) {
  OTS_TRY(auto rows, status.checkpoints(stream_id, start_ms));
  auto description = status.job_description(stream_id, start_ms);
  if (!description) {
    // A damaged description proves nothing; the positions can still be found by time.
    if (!is_damaged_row(description.error())) return fail(std::move(description).error());
    return incomplete(description.error().message);
  }
  std::optional<int64_t> legacy_count;
  if (!*description) {
    OTS_TRY(legacy_count, status.legacy_shard_count(stream_id, start_ms));
  }
  return judge_start(*description, legacy_count, rows, stream_id, listing);
}

std::optional<int64_t> seek_time_us(int64_t start_ms) {
  const int64_t time_ms = start_ms - kSeekMarginMs;
  if (time_ms <= 0) return std::nullopt;
  return time_ms * 1000;
}

Result<std::vector<std::string>> ask_positions(tablestore::Client& client,
                                               const std::string& stream_id,
                                               std::vector<PositionQuestion> questions) {
  if (questions.empty()) return std::vector<std::string>();
  return await<std::vector<std::string>>(client.caller().executor(), [&](PositionAsker::Done done) {
    std::make_shared<PositionAsker>(client, stream_id, std::move(questions), std::move(done))
        ->start();
  });
}

}  // namespace otsstream::reader
