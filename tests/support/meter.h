#pragma once
// Transport that measures, on the executor's clock, what passes through it.

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/executor.h"
#include "net/transport.h"

namespace otsstream::test {

// Requests of one path: how many, how many at once, and for how long at least one was under way
// between the first and the last answer. One thread of virtual time.
class Meter final : public Transport {
 public:
  Meter(Transport& below, const Clock& clock, std::string path)
      : below_(below), clock_(clock), path_(std::move(path)) {}

  void send(Request request, Callback done) override {
    if (request.path() != path_) return below_.send(std::move(request), std::move(done));
    const int64_t now_us = clock_.steady_us();
    if (requests == 0) first_us = now_us;
    if (requests > 0 && in_flight_ == 0) idle_us += now_us - last_us;
    ++requests;
    most_at_once = std::max(most_at_once, ++in_flight_);
    below_.send(std::move(request), [this, done = std::move(done)](Result<Response> answer) {
      --in_flight_;
      last_us = clock_.steady_us();
      if (answer) bytes += answer->body.size();
      done(std::move(answer));
    });
  }

  // Share of the time in which a request was under way.
  double busy_share() const {
    return 1.0 - static_cast<double>(idle_us) / static_cast<double>(last_us - first_us);
  }

  int requests = 0;
  int most_at_once = 0;
  uint64_t bytes = 0;
  int64_t first_us = 0;
  int64_t last_us = 0;
  int64_t idle_us = 0;

 private:
  Transport& below_;
  const Clock& clock_;
  const std::string path_;
  int in_flight_ = 0;
};

}  // namespace otsstream::test
