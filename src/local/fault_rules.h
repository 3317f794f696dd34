#pragma once
// What the local Tablestore and the local MaxCompute do wrong on purpose: rules by operation, table
// and partition, with a count or a probability from a seed. docs/local-tablestore.md and
// docs/local-maxcompute.md describe them; each server asks choose() for every request that it would
// carry out, fault_effects.h has what becomes of it.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "config/param.h"

namespace otsstream::local {

enum class FaultKind {
  kError,        // refused with a code
  kThrottle,     // refused with a code beyond so many requests per second
  kDelay,        // carried out at once, answered later
  kResetBefore,  // not carried out; the connection is reset
  kResetInside,  // carried out; the connection is reset in the middle of the answer's body
  kResetAfter,   // carried out; the connection is reset before the answer
  kTruncate,     // carried out; the answer's body ends too early, the connection in good order
  kFlip,         // carried out; one bit of the answer's body is wrong
  // MaxCompute only:
  kTruncateRequest,  // the request's body arrives too short, looking whole
  kFlipRequest,      // one bit of the request's body arrives wrong
  kExpireSession,    // the Tunnel session that the request names expires before it
};
std::string_view to_string(FaultKind kind);  // "reset-before"
const std::vector<std::string>& fault_words();

enum class Service { kTablestore, kMaxCompute };

// A rule as it is given.
struct FaultRule {
  std::string fault{};      // one of fault_words()
  std::string service{};    // "tablestore", "maxcompute"; empty: the one that the rest speaks of
  std::string instance{};   // empty: every one
  std::string project{};    // likewise
  std::string operation{};  // likewise; "GetRow", "PutBlock"
  std::string table{};      // likewise
  std::string partition{};  // likewise; "pt=20240101"
  std::optional<int64_t> block{};
  std::string code{};  // kError, kThrottle
  std::string message{};
  int status = 0;  // 0: the code's own
  bool carried_out = false;
  int64_t delay_ms = 0;
  std::optional<int64_t> at{};  // byte of the body that is spoiled
  double per_second = 0;        // kThrottle
  int64_t skip = 0;
  int64_t count = -1;
  double probability = 1;
  int64_t seed = 1;
};
const ParamSet<FaultRule>& fault_params();

// What a rule does to one request.
struct Fault {
  FaultKind kind = FaultKind::kDelay;
  Duration delay{0};
  std::string code;
  std::string message;
  int status = 0;  // never 0 when there is a code
  bool carried_out = false;
  std::optional<size_t> at;
  uint64_t roll = 0;  // where `at` is not said

  bool refuses() const { return kind == FaultKind::kError || kind == FaultKind::kThrottle; }
};

// One request as rules see it.
struct FaultSubject {
  Service service = Service::kTablestore;
  std::string_view place;  // instance or project
  std::string_view operation;
  std::optional<int64_t> block = std::nullopt;
  // Asked only when a rule names a table or a partition.
  struct Targets {
    std::vector<std::string> tables;
    std::vector<std::string> partitions;  // unquoted
  };
  std::function<Targets()> targets;
};

// Thread-safe.
class FaultRules {
 public:
  // `clock` (throttles) must outlive this.
  explicit FaultRules(const Clock& clock) : clock_(clock) {}

  // Its number. Fails with kUsage "Control-Fault" when the rule contradicts itself.
  Result<uint64_t> add(FaultRule rule);
  bool remove(uint64_t id);
  size_t clear();

  struct Listed {
    uint64_t id = 0;
    FaultRule rule;
    uint64_t matched = 0;  // requests that it was asked about
    uint64_t applied = 0;
  };
  std::vector<Listed> list() const;

  // The first rule, in order of add(), that strikes this request.
  std::optional<Fault> choose(const FaultSubject& subject);

 private:
  struct Entry {
    explicit Entry(FaultRule given);
    FaultRule rule;
    FaultKind kind;
    Service service;
    Random random;
    uint64_t matched = 0;
    uint64_t applied = 0;
    double allowance = 0;  // of a throttle: requests that may pass now
    std::optional<int64_t> allowed_us;
  };
  bool passes_throttle(Entry& entry);

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<uint64_t, Entry> entries_;
  uint64_t next_id_ = 1;
};

}  // namespace otsstream::local
