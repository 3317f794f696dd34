#include "local/fault_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "local/declared_params.h"
#include "local/maxcompute/answers.h"
#include "local/maxcompute/operations.h"
#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/types.h"
#include "tablestore/wire/service_error.h"

namespace otsstream::local {
namespace {

constexpr std::string_view kWords[] = {"error",        "throttle",      "delay",
                                       "reset-before", "reset-inside",  "reset-after",
                                       "truncate",     "flip",          "truncate-request",
                                       "flip-request", "expire-session"};
constexpr std::string_view kServices[] = {"tablestore", "maxcompute"};
// Every SDK retries them.
constexpr const char* kDefaultCodes[] = {"OTSServerBusy", "ServiceUnavailable"};
constexpr const char* kDefaultMessage = "An injected fault.";
constexpr int64_t kLongestDelayMs = 24 * 3600 * 1000;

FaultKind kind_of(std::string_view word) {
  auto found = std::find(std::begin(kWords), std::end(kWords), word);
  return static_cast<FaultKind>(found - std::begin(kWords));
}

tl::unexpected<Error> contradiction(std::string message, std::string remedy) {
  return fail(ErrorKind::kUsage, "Control-Fault", std::move(message), std::move(remedy));
}

bool is_maxcompute_only(FaultKind kind) {
  return kind == FaultKind::kTruncateRequest || kind == FaultKind::kFlipRequest ||
         kind == FaultKind::kExpireSession;
}

Service service_of(const FaultRule& rule) {
  return rule.service == kServices[1] ? Service::kMaxCompute : Service::kTablestore;
}

// Which service the rule is about, and that nothing in it is of the other one.
Status settle_service(FaultRule& rule) {
  const bool of_maxcompute = !rule.project.empty() || !rule.partition.empty() || rule.block ||
                             is_maxcompute_only(kind_of(rule.fault)) ||
                             is_maxcompute_operation(rule.operation);
  if (rule.service.empty()) rule.service = kServices[of_maxcompute ? 1 : 0];
  const bool maxcompute = service_of(rule) == Service::kMaxCompute;
  if (of_maxcompute && (!maxcompute || !rule.instance.empty()))
    return contradiction(
        "the rule speaks of MaxCompute and of Tablestore",
        "instance belongs to Tablestore; project, partition, block, truncate-request, "
        "flip-request, expire-session and MaxCompute's operations to MaxCompute");
  if (!maxcompute) return {};
  if (!rule.instance.empty()) return contradiction("MaxCompute has no instances", "name a project");
  if (!rule.operation.empty() && !is_maxcompute_operation(rule.operation))
    return contradiction(fmt::format("the local MaxCompute has no operation '{}'", rule.operation),
                         fmt::format("it has {}", fmt::join(maxcompute_operations(), ", ")));
  auto partition = maxcompute::PartitionSpec::parse(rule.partition);
  if (!partition) return contradiction(partition.error().message, "write pt=20240101,hh=01");
  rule.partition = partition->unquoted();
  rule.table = maxcompute::ascii::lower(rule.table);
  rule.project = maxcompute::ascii::lower(rule.project);
  return {};
}

// 0: the service has no such code.
int status_of(const FaultRule& rule) {
  if (service_of(rule) == Service::kMaxCompute) return status_of_code(rule.code);
  const tablestore::ServiceError* known = tablestore::find_service_error(rule.code);
  return known ? known->http_status : 0;
}

// Fills in what follows from the rest.
Status settle(FaultRule& rule) {
  OTS_CHECK(settle_service(rule));
  const FaultKind kind = kind_of(rule.fault);
  const bool refuses = kind == FaultKind::kError || kind == FaultKind::kThrottle;
  const bool spoils = kind == FaultKind::kResetInside || kind == FaultKind::kTruncate ||
                      kind == FaultKind::kFlip || kind == FaultKind::kTruncateRequest ||
                      kind == FaultKind::kFlipRequest;
  if (!refuses && (!rule.code.empty() || !rule.message.empty() || rule.status != 0))
    return contradiction(fmt::format("a fault '{}' has no error code", rule.fault),
                         "code, message and status belong to error and throttle");
  if (kind != FaultKind::kError && rule.carried_out)
    return contradiction(fmt::format("'carried_out' does not belong to '{}'", rule.fault),
                         "it belongs to error");
  if ((kind == FaultKind::kThrottle) != (rule.per_second > 0))
    return contradiction(fmt::format("'per_second' does not fit '{}'", rule.fault),
                         "a throttle, and nothing else, needs per_second above 0");
  if (kind == FaultKind::kDelay && rule.delay_ms == 0)
    return contradiction("a delay needs 'delay_ms'", "give milliseconds");
  if (!spoils && rule.at)
    return contradiction(fmt::format("'at' does not belong to '{}'", rule.fault),
                         "it belongs to reset-inside, truncate, flip, truncate-request and "
                         "flip-request");
  if (!refuses) return {};
  if (rule.code.empty()) rule.code = kDefaultCodes[static_cast<size_t>(service_of(rule))];
  if (rule.message.empty()) rule.message = kDefaultMessage;
  if (rule.status == 0) rule.status = status_of(rule);
  if (rule.status == 0)
    return contradiction(fmt::format("the service has no code '{}'", rule.code),
                         "give its HTTP status too, or choose a code of the service");
  return {};
}

}  // namespace

std::string_view to_string(FaultKind kind) { return kWords[static_cast<size_t>(kind)]; }

const std::vector<std::string>& fault_words() {
  static const std::vector<std::string> words(std::begin(kWords), std::end(kWords));
  return words;
}

const ParamSet<FaultRule>& fault_params() {
  return declared_params<FaultRule>([](ParamSet<FaultRule>& set) {
    set.add("fault", &FaultRule::fault)
        .required()
        .words(fault_words())
        .help("What happens: see the table of faults.");
    set.add("service", &FaultRule::service)
        .words({kServices[0].data(), kServices[1].data()})
        .help(
            "Which of the local services; without it the one that has the operation or whatever "
            "else is named, Tablestore when both could be meant.");
    set.add("operation", &FaultRule::operation)
        .help("Operation that it happens to; all of the service without it.")
        .example("PutRow");
    set.add("table", &FaultRule::table).help("Table that it happens to; all without it.");
    set.add("instance", &FaultRule::instance)
        .help("Tablestore instance that it happens to; all without it.");
    set.add("project", &FaultRule::project)
        .help("MaxCompute project that it happens to; all without it.");
    set.add("partition", &FaultRule::partition)
        .help("MaxCompute partition that it happens to, all its levels; all without it.")
        .example("pt=20240101,hh=01");
    set.add("block", &FaultRule::block)
        .at_least(0)
        .help("MaxCompute's PutBlock: number of the block; all without it.");
    set.add("code", &FaultRule::code)
        .help("error, throttle: the error code; OTSServerBusy or ServiceUnavailable without it.")
        .example("OTSInternalServerError");
    set.add("message", &FaultRule::message).help("error, throttle: the error's text.");
    set.add("status", &FaultRule::status)
        .check([](std::string_view text) {
          return text == "0" || (text.size() == 3 && (text[0] == '4' || text[0] == '5'))
                     ? std::string()
                     : std::string("must be an HTTP status from 400 to 599");
        })
        .help("error, throttle: the HTTP status; 0: the code's own.");
    set.add("carried_out", &FaultRule::carried_out)
        .help("error: the operation is carried out first, then refused.");
    set.add("delay_ms", &FaultRule::delay_ms)
        .range(0, kLongestDelayMs)
        .help("Milliseconds before the answer, or before the connection ends; with every fault.");
    set.add("at", &FaultRule::at)
        .at_least(0)
        .help(
            "reset-inside, truncate, truncate-request: body bytes that still arrive, half of them "
            "without it; flip, flip-request: the byte, one by the seed without it.");
    set.add("per_second", &FaultRule::per_second)
        .range(0, 1e6)
        .help("throttle: requests per second that pass; a second's worth may come at once.");
    set.add("skip", &FaultRule::skip).at_least(0).help("So many matching requests pass first.");
    set.add("count", &FaultRule::count)
        .at_least(-1)
        .help("So many times, then never again; -1: for ever.");
    set.add("probability", &FaultRule::probability).range(0, 1).help("Share of requests struck.");
    set.add("seed", &FaultRule::seed).help("Of probability and of bytes that are not said.");
  });
}

FaultRules::Entry::Entry(FaultRule given)
    : rule(std::move(given)),
      kind(kind_of(rule.fault)),
      service(service_of(rule)),
      random(static_cast<uint64_t>(rule.seed)),
      allowance(std::max(1.0, rule.per_second)) {}

Result<uint64_t> FaultRules::add(FaultRule rule) {
  OTS_CHECK(settle(rule));
  std::lock_guard lock(mutex_);
  const uint64_t id = next_id_++;
  entries_.try_emplace(id, std::move(rule));
  return id;
}

bool FaultRules::remove(uint64_t id) {
  std::lock_guard lock(mutex_);
  return entries_.erase(id) > 0;
}

size_t FaultRules::clear() {
  std::lock_guard lock(mutex_);
  const size_t count = entries_.size();
  entries_.clear();
  return count;
}

std::vector<FaultRules::Listed> FaultRules::list() const {
  std::lock_guard lock(mutex_);
  std::vector<Listed> list;
  for (const auto& [id, entry] : entries_)
    list.push_back({id, entry.rule, entry.matched, entry.applied});
  return list;
}

bool FaultRules::passes_throttle(Entry& entry) {
  const int64_t now = clock_.steady_us();
  const double most = std::max(1.0, entry.rule.per_second);
  if (entry.allowed_us) {
    const double earned = static_cast<double>(now - *entry.allowed_us) * 1e-6;
    entry.allowance = std::min(most, entry.allowance + earned * entry.rule.per_second);
  }
  entry.allowed_us = now;
  if (entry.allowance < 1) return false;
  entry.allowance -= 1;
  return true;
}

std::optional<Fault> FaultRules::choose(const FaultSubject& subject) {
  std::lock_guard lock(mutex_);
  std::optional<FaultSubject::Targets> targets;
  auto among = [&](const std::string& wanted, std::vector<std::string> FaultSubject::Targets::*of) {
    if (wanted.empty()) return true;
    if (!targets) targets = subject.targets();
    const std::vector<std::string>& names = (*targets).*of;
    return std::find(names.begin(), names.end(), wanted) != names.end();
  };
  for (auto& [id, entry] : entries_) {
    const FaultRule& rule = entry.rule;
    if (entry.service != subject.service) continue;
    const std::string& place = rule.instance.empty() ? rule.project : rule.instance;
    if (!place.empty() && place != subject.place) continue;
    if (!rule.operation.empty() && rule.operation != subject.operation) continue;
    if (rule.block && rule.block != subject.block) continue;
    if (!among(rule.table, &FaultSubject::Targets::tables) ||
        !among(rule.partition, &FaultSubject::Targets::partitions))
      continue;
    if (static_cast<int64_t>(entry.matched++) < rule.skip) continue;
    if (rule.count >= 0 && static_cast<int64_t>(entry.applied) >= rule.count) continue;
    if (rule.probability < 1 && entry.random.unit() >= rule.probability) continue;
    if (entry.kind == FaultKind::kThrottle && passes_throttle(entry)) continue;
    ++entry.applied;
    Fault fault;
    fault.kind = entry.kind;
    fault.delay = milliseconds(rule.delay_ms);
    fault.code = rule.code;
    fault.message = rule.message;
    fault.status = rule.status;
    fault.carried_out = rule.carried_out;
    if (rule.at) fault.at = static_cast<size_t>(*rule.at);
    fault.roll = entry.random.next();
    return fault;
  }
  return std::nullopt;
}

}  // namespace otsstream::local
