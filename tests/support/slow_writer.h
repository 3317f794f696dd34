#pragma once
// A destination that takes a fixed time for each batch of rows, counts them and keeps nothing: for
// measuring the reader's half.

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "writer/writer.h"

namespace otsstream::test {

class SlowWriter final : public writer::Writer {
 public:
  // `delay`: after each `batch_rows` rows.
  SlowWriter(Executor& executor, Duration delay, size_t rows_per_delay = 1)
      : executor_(executor), delay_(delay), rows_per_delay_(rows_per_delay) {}

  std::atomic<int64_t> rows{0};

  Status check(const std::vector<writer::InputColumn>&, std::vector<std::string>&) override {
    return {};
  }
  std::string describe() const override { return "nowhere"; }
  std::string plan_json() const override { return "{}"; }
  int staging_places() const override { return 0; }
  bool ordered_by_place() const override { return true; }
  Result<std::string> begin() override { return std::string("none"); }
  Result<std::unique_ptr<writer::Channel>> open_channel(int, int) override {
    return std::unique_ptr<writer::Channel>(std::make_unique<SlowChannel>(*this));
  }
  Result<std::vector<writer::StagedPart>> prepare(const std::vector<const writer::ChannelResult*>&,
                                                  const writer::KeepAlive&) override {
    return std::vector<writer::StagedPart>();
  }
  Status commit(const std::vector<writer::StagedPart>&, const writer::KeepAlive&) override {
    return {};
  }
  Result<writer::Settled> settle(const std::vector<writer::StagedPart>&) override {
    return writer::Settled::kNotCommitted;
  }
  void abort() override {}
  uint64_t retries() const override { return 0; }

 private:
  class SlowChannel final : public writer::Channel {
   public:
    explicit SlowChannel(SlowWriter& writer) : writer_(writer) {}
    Status write(const RowBatch& batch) override {
      rows_ += static_cast<int64_t>(batch.rows());
      writer_.rows += static_cast<int64_t>(batch.rows());
      unpaid_ += batch.rows();
      return {};
    }
    bool accepts_more(std::function<void()> ready) override {
      const size_t delays = unpaid_ / writer_.rows_per_delay_;
      unpaid_ -= delays * writer_.rows_per_delay_;
      if (delays == 0 || writer_.delay_.count() == 0) return true;
      writer_.executor_.post_after(writer_.delay_ * static_cast<int>(delays), std::move(ready));
      return false;
    }
    void finish(std::function<void(Result<writer::ChannelResult>)> done) override {
      writer::ChannelResult result;
      result.rows = rows_;
      writer_.executor_.post([done = std::move(done), result] { done(result); });
    }

   private:
    SlowWriter& writer_;
    int64_t rows_ = 0;
    size_t unpaid_ = 0;
  };

  Executor& executor_;
  const Duration delay_;
  const size_t rows_per_delay_;
};

}  // namespace otsstream::test
