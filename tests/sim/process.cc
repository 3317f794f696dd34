#include "sim/process.h"

#include <fmt/format.h>

namespace otsstream::sim {

namespace {

constexpr size_t kBudgetBytes = 16u << 20;

// "POST /PutRow", "PUT /projects/demo/tables/person?blockid=3": ids and signatures left out.
std::string what(const Request& request) {
  std::string text = request.method + " " + std::string(request.path());
  for (const char* known : {"uploads", "blockid", "uploadid"})
    if (request.query().find(known) != std::string_view::npos)
      return text + (std::string("?") + known);
  return text;
}

std::string outcome(const Result<Response>& answer) {
  return answer ? std::to_string(answer->status) : answer.error().code;
}

Error death() {
  Error error = make_error(ErrorKind::kNetwork, kKilledCode, "the process is dead");
  error.retry = RetryClass::kNever;
  return error;
}

}  // namespace

Process::Process(ProcessOptions options, VirtualExecutor& executor, const Clock& clock,
                 Transport& cloud, const job::Connections& connections, Trace& trace)
    : options_(std::move(options)),
      executor_(executor),
      clock_(clock, std::chrono::minutes(options_.skew_minutes)),
      random_(options_.seed),
      network_(cloud, executor, options_.seed + 1),
      connections_(connections),
      trace_(trace),
      budget_(ByteBudget::create(executor, kBudgetBytes)) {}

Process::~Process() = default;

void Process::start(std::string job_text) {
  trace_.add(options_.name, fmt::format("starts, clock {:+} min", options_.skew_minutes));
  if (options_.skew_minutes != 0) trace_.hit(FaultKind::kClockSkew);
  coordinator_ = std::make_unique<Coordinator>([this, job_text = std::move(job_text)]() mutable {
    Diagnostics diagnostics;
    auto run = [&]() -> Result<sync::Report> {
      OTS_TRY(job::JobSpec job,
              job::load_job(std::move(job_text), "sim.json", job::Variables(), diagnostics));
      sync::RunContext context;
      context.executor = &own_executor_;
      context.transport = &own_transport_;
      context.clock = &clock_;
      context.random = &random_;
      context.cancel = &cancel_;
      context.connections = &connections_;
      context.budget = budget_;
      return sync::run_job(job, context, diagnostics);
    };
    result_ = run();
    trace_.add(options_.name, *result_ ? "succeeds" : "fails: " + result_->error().code);
  });
}

// Whoever is dead hears that nothing goes any more, at once and for good: the code unwinds, and
// nothing of that leaves the process.
void Process::answer_dead(Transport::Callback done) {
  executor_.post([done = std::move(done)] { done(fail(death())); });
}

bool Process::dies_at(const Request& request) {
  if (options_.kill_at_request == 0) return false;
  const bool counts = options_.kill_phase
                          ? phase_of(request) == options_.kill_phase
                          : request.target.find(options_.kill_what) != std::string::npos;
  if (!counts) return false;
  return ++fatal_requests_ == options_.kill_at_request;
}

void Process::OwnTransport::send(Request request, Callback done) {
  Process& process = process_;
  if (process.result_) ++process.requests_behind_end_;
  if (process.dead_) return process.answer_dead(std::move(done));
  const int number = ++process.requests_;
  if (process.dies_at(request)) {
    process.dead_ = true;
    process.trace_.hit(FaultKind::kKill, request);
    process.trace_.add(process.options_.name,
                       std::string("is killed ") +
                           (process.options_.kill_after_send ? "behind " : "before ") +
                           what(request));
    if (!process.options_.kill_after_send) return process.answer_dead(std::move(done));
  }
  process.trace_.add(process.options_.name, fmt::format("#{} {}", number, what(request)));
  ++process.in_flight_;
  process.network_.send(std::move(request), [&process, number,
                                             done = std::move(done)](Result<Response> answer) {
    --process.in_flight_;
    if (process.dead_) return done(fail(death()));
    process.trace_.add(process.options_.name, fmt::format("#{} -> {}", number, outcome(answer)));
    done(std::move(answer));
  });
}

}  // namespace otsstream::sim
