#pragma once
// Reading a plan's units without a destination: for preview and verify. Nothing is written
// anywhere, and no position is kept.

#include <memory>
#include <vector>

#include "sync/job_runner.h"
#include "sync/transfer.h"

namespace otsstream::sync {

// A destination that stages nothing and commits nothing; what becomes of the rows is up to the
// channels that a subclass opens.
class DryWriter : public writer::Writer {
 public:
  Status check(const std::vector<writer::InputColumn>&, std::vector<std::string>&) override {
    return {};
  }
  std::string describe() const override { return "nothing"; }
  std::string plan_json() const override { return "{}"; }
  int staging_places() const override { return 0; }
  bool ordered_by_place() const override { return true; }
  Result<std::string> begin() override { return std::string(); }
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
};

// A channel whose rows are counted; write() is the subclass's.
class DryChannel : public writer::Channel {
 public:
  explicit DryChannel(Executor& executor) : executor_(executor) {}
  bool accepts_more(std::function<void()>) override { return true; }
  void finish(std::function<void(Result<writer::ChannelResult>)> done) override {
    executor_.post([done = std::move(done)] { done(writer::ChannelResult{}); });
  }

 private:
  Executor& executor_;
};

// Units of `channels` at a time, each of at most all shards to read; fills in `plan.units` and
// `plan.channels`, then reads them. Coordinator thread only.
Result<std::vector<Manifest>> dry_transfer(Plan& plan, int channels, tablestore::Client& client,
                                           writer::Writer& writer, const RunContext& context);

}  // namespace otsstream::sync
