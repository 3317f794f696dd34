#pragma once
// One process of a simulation: a run of the job with its own clock, network and dice, which may end
// without a word at any request. Several of them share one virtual time.

#include <memory>
#include <optional>
#include <string>

#include "base/byte_budget.h"
#include "base/cancel.h"
#include "base/executor.h"
#include "base/random.h"
#include "job/connections.h"
#include "net/fault_transport.h"
#include "sim/coordinator.h"
#include "sim/story.h"
#include "sim/trace.h"
#include "sync/job_runner.h"

namespace otsstream::sim {

inline constexpr const char* kKilledCode = "Sim-Killed";

struct ProcessOptions {
  std::string name;
  uint64_t seed = 0;
  int skew_minutes = 0;
  int kill_at_request = 0;  // counts those that hold `kill_what` in path or query
  std::string kill_what;
  std::optional<Phase> kill_phase;  // instead
  bool kill_after_send = false;
};

class Process {
 public:
  // References must outlive it.
  Process(ProcessOptions options, VirtualExecutor& executor, const Clock& clock, Transport& cloud,
          const job::Connections& connections, Trace& trace);
  ~Process();

  // Spoils what it sends, from now on.
  FaultTransport& network() { return network_; }
  void start(std::string job_text);
  bool started() const { return coordinator_ != nullptr; }
  Coordinator& coordinator() { return *coordinator_; }  // started() only

  int requests() const { return requests_; }
  int in_flight() const { return in_flight_; }
  int requests_behind_end() const { return requests_behind_end_; }
  size_t budget_in_use() const { return budget_->in_use(); }
  bool killed() const { return dead_; }
  int64_t skew_ms() const { return options_.skew_minutes * 60'000LL; }
  // The end of a finished run.
  const Result<sync::Report>& result() const { return *result_; }
  const std::string& name() const { return options_.name; }

 private:
  // Tasks go to the shared executor; waiting is the coordinator's.
  class OwnExecutor final : public Executor {
   public:
    explicit OwnExecutor(Process& process) : process_(process) {}
    void post(Task task) override { process_.executor_.post(std::move(task)); }
    void post_after(Duration delay, Task task) override {
      process_.executor_.post_after(delay, std::move(task));
    }
    Status run_until(const std::function<bool()>& done) override {
      return process_.coordinator_->wait(done);
    }
    void notify() override {}
    const Clock& clock() const override { return process_.clock_; }

   private:
    Process& process_;
  };
  // Counts, traces, and dies.
  class OwnTransport final : public Transport {
   public:
    explicit OwnTransport(Process& process) : process_(process) {}
    void send(Request request, Callback done) override;

   private:
    Process& process_;
  };
  bool dies_at(const Request& request);
  void answer_dead(Transport::Callback done);

  const ProcessOptions options_;
  VirtualExecutor& executor_;
  SkewedClock clock_;
  Random random_;
  FaultTransport network_;
  OwnExecutor own_executor_{*this};
  OwnTransport own_transport_{*this};
  const job::Connections& connections_;
  Trace& trace_;
  std::shared_ptr<ByteBudget> budget_;
  CancelToken cancel_;
  int requests_ = 0;
  int fatal_requests_ = 0;  // those that hold kill_what
  int in_flight_ = 0;
  int requests_behind_end_ = 0;
  bool dead_ = false;
  std::optional<Result<sync::Report>> result_;
  std::unique_ptr<Coordinator> coordinator_;  // last: its body uses all of the above
};

}  // namespace otsstream::sim
