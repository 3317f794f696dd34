#pragma once
// The same question about many shards, so many in flight at a time.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/executor.h"

namespace otsstream::reader {

inline constexpr size_t kMaxRequestsInFlight = 32;

// The questions still to be asked and the answers so far; the callbacks share it.
template <class Answer>
class ManyRequests : public std::enable_shared_from_this<ManyRequests<Answer>> {
 public:
  using Reply = std::function<void(Result<Answer>)>;
  using Ask = std::function<void(size_t, Reply)>;
  using Done = std::function<void(Result<std::vector<Answer>>)>;

  ManyRequests(size_t count, Ask ask, Done done)
      : ask_(std::move(ask)), done_(std::move(done)), answers_(count) {}

  void start() {
    for (size_t i = 0; i < kMaxRequestsInFlight; ++i) {
      if (!ask_next()) return;
    }
  }

 private:
  bool ask_next() {
    size_t i = 0;
    {
      std::lock_guard lock(mutex_);
      // Finished: the answers are gone, and with them their number.
      if (finished_ || error_ || next_ == answers_.size()) return false;
      i = next_++;
      ++in_flight_;
    }
    ask_(i, [self = this->shared_from_this(), i](Result<Answer> answer) {
      self->answered(i, std::move(answer));
    });
    return true;
  }

  void answered(size_t i, Result<Answer> answer) {
    {
      std::lock_guard lock(mutex_);
      --in_flight_;
      if (answer) {
        answers_[i] = std::move(*answer);
      } else if (!error_) {
        error_ = std::move(answer).error();
      }
    }
    ask_next();
    {
      std::lock_guard lock(mutex_);
      if (finished_ || in_flight_ > 0 || (!error_ && next_ < answers_.size())) return;
      finished_ = true;
    }
    if (error_) return done_(fail(std::move(*error_)));
    done_(std::move(answers_));
  }

  const Ask ask_;
  const Done done_;
  std::mutex mutex_;  // guards what follows
  size_t next_ = 0;
  size_t in_flight_ = 0;
  bool finished_ = false;
  std::optional<Error> error_;
  std::vector<Answer> answers_;
};

// Calls ask(i, reply) for every i below `count`; replies come on the executor. Answers in the order
// of the questions, or the first error. Coordinator thread only.
template <class Answer>
Result<std::vector<Answer>> ask_many(Executor& executor, size_t count,
                                     typename ManyRequests<Answer>::Ask ask) {
  if (count == 0) return std::vector<Answer>();
  return await<std::vector<Answer>>(executor, [&](auto done) {
    std::make_shared<ManyRequests<Answer>>(count, std::move(ask), std::move(done))->start();
  });
}

}  // namespace otsstream::reader
