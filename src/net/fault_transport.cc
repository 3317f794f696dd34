#include "net/fault_transport.h"

#include <mutex>
#include <optional>

#include "net/broken_answer.h"

namespace otsstream {

namespace {

constexpr Duration kDefaultIdleTimeout = seconds(50);  // otsstream-reader.md 10.2

std::string place_of(const Request& request) {
  return request.origin + std::string(request.path());
}

Body with_flipped_bit(const Body& body, uint64_t bit) {
  std::string bytes(body.flat().view());
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  return Body(std::move(bytes));
}

Body cut(const Body& body, size_t length) {
  return Body(std::string(body.flat().view().substr(0, length)));
}

}  // namespace

struct FaultTransport::Impl {
  Impl(Transport& given_below, Executor& given_executor, uint64_t seed)
      : below(given_below), executor(given_executor), random(seed) {}

  struct State {
    FaultRule rule;
    int seen = 0;
    int applied = 0;
  };

  // The first rule, in order of add(), that applies to this request.
  std::optional<FaultRule> choose(const Request& request) {
    std::lock_guard lock(mutex);
    for (State& state : rules) {
      const FaultRule& rule = state.rule;
      if (!rule.method.empty() && request.method != rule.method) continue;
      if (request.path().find(rule.path_contains) == std::string_view::npos) continue;
      if (request.query().find(rule.query_contains) == std::string_view::npos) continue;
      if (state.seen++ < rule.skip) continue;
      if (rule.count >= 0 && state.applied >= rule.count) continue;
      if (rule.probability < 1.0 && random.unit() >= rule.probability) continue;
      ++state.applied;
      ++injected;
      return rule;
    }
    return std::nullopt;
  }

  void answer_later(Duration delay, Callback done, Result<Response> answer) {
    auto task = [done = std::move(done), answer = std::move(answer)]() mutable {
      done(std::move(answer));
    };
    if (delay > Duration(0))
      executor.post_after(delay, std::move(task));
    else
      executor.post(std::move(task));
  }

  Transport& below;
  Executor& executor;
  Random random;
  mutable std::mutex mutex;
  std::vector<State> rules;
  uint64_t injected = 0;
};

FaultTransport::FaultTransport(Transport& below, Executor& executor, uint64_t seed)
    : impl_(std::make_shared<Impl>(below, executor, seed)) {}

void FaultTransport::add(FaultRule rule) {
  std::lock_guard lock(impl_->mutex);
  impl_->rules.push_back({std::move(rule)});
}

void FaultTransport::clear() {
  std::lock_guard lock(impl_->mutex);
  impl_->rules.clear();
}

uint64_t FaultTransport::faults_injected() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->injected;
}

void FaultTransport::send(Request request, Callback done) {
  std::optional<FaultRule> rule = impl_->choose(request);
  if (!rule) return impl_->below.send(std::move(request), std::move(done));
  if (rule->applied) rule->applied(request);
  switch (rule->fault) {
    case Fault::kResetBeforeSend:
      return impl_->answer_later(rule->delay, std::move(done),
                                 fail(reset_answer(place_of(request))));
    case Fault::kStatus:
      return impl_->answer_later(rule->delay, std::move(done), std::move(rule->answer));
    case Fault::kTimeout: {
      Duration idle =
          request.idle_timeout > Duration(0) ? request.idle_timeout : kDefaultIdleTimeout;
      impl_->answer_later(idle, std::move(done), fail(late_answer(place_of(request))));
      // Lost on its way there or on its way back: both happen, and only the second acts.
      if (impl_->random.below(2) == 0)
        impl_->below.send(std::move(request), [](Result<Response>) {});
      return;
    }
    case Fault::kResetAfterSend:
    case Fault::kTruncateAnswer: {
      bool reset = rule->fault == Fault::kResetAfterSend;
      Error error = reset ? reset_answer(place_of(request)) : truncated_answer(place_of(request));
      return impl_->below.send(
          std::move(request),
          [done = std::move(done), error = std::move(error)](Result<Response> answer) mutable {
            if (!answer) return done(std::move(answer));
            done(fail(std::move(error)));
          });
    }
    case Fault::kFlipBit:
      return impl_->below.send(
          std::move(request), [impl = impl_, done = std::move(done)](Result<Response> answer) {
            if (answer && !answer->body.empty())
              answer->body =
                  with_flipped_bit(answer->body, impl->random.below(answer->body.size() * 8));
            done(std::move(answer));
          });
    case Fault::kCutBody:
      return impl_->below.send(
          std::move(request), [impl = impl_, done = std::move(done)](Result<Response> answer) {
            if (answer && !answer->body.empty())
              answer->body = cut(answer->body, impl->random.below(answer->body.size()));
            done(std::move(answer));
          });
    case Fault::kFlipRequestBit:
      if (!request.body.empty())
        request.body = with_flipped_bit(request.body, impl_->random.below(request.body.size() * 8));
      return impl_->below.send(std::move(request), std::move(done));
    case Fault::kCutRequest:
      if (!request.body.empty())
        request.body = cut(request.body, impl_->random.below(request.body.size()));
      return impl_->below.send(std::move(request), std::move(done));
    case Fault::kDelay:
      return impl_->below.send(
          std::move(request),
          [impl = impl_, delay = rule->delay, done = std::move(done)](Result<Response> answer) {
            impl->answer_later(delay, done, std::move(answer));
          });
  }
}

}  // namespace otsstream
