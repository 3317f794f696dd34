#include "local/control_params.h"

#include "local/declared_params.h"
#include "local/fault_rules.h"
#include "local/stream_switches.h"

namespace otsstream::local {
namespace {

template <class T>
void add_instance(ParamSet<T>& set) {
  set.add("instance", &T::instance)
      .help("The instance; may be left out when the server has only one.");
}

template <class T>
void add_table(ParamSet<T>& set) {
  set.add("table", &T::table).required().help("The table.");
  add_instance(set);
}

constexpr double kMostMs = static_cast<double>(kLargestMs);

}  // namespace

const ParamSet<ClockChange>& clock_params() {
  return declared_params<ClockChange>([](ParamSet<ClockChange>& set) {
    set.add("set_ms", &ClockChange::set_ms)
        .range(0, kMostMs)
        .help("Jumps ahead to this time (ms since 1970 UTC), running or not.");
    set.add("step_ms", &ClockChange::step_ms)
        .range(-kMostMs, kMostMs)
        .help("Jumps ahead by so many milliseconds, running or not.");
    set.add("lag_ms", &ClockChange::lag_ms)
        .range(-kMostMs, kMostMs)
        .help(
            "Runs, so many milliseconds behind the wall clock; a greater lag than before makes "
            "time stand until it fits.");
    set.add("stop", &ClockChange::stop)
        .help("true: stands still; commits made meanwhile are 1 µs apart.");
    set.add("run", &ClockChange::run).help("true: runs on from where it stands.");
  });
}

const ParamSet<SplitOrder>& split_params() {
  return declared_params<SplitOrder>([](ParamSet<SplitOrder>& set) {
    add_table(set);
    set.add("key", &SplitOrder::key)
        .help("Value of the first key column at which the partition that holds it is cut.");
    set.add("key_base64", &SplitOrder::key_base64)
        .help("The same in Base64: for BINARY columns, and texts with blanks at an end.");
    set.add("shard", &SplitOrder::shard)
        .help("Without a key: the open shard whose partition is halved; the largest without it.");
  });
}

const ParamSet<MergeOrder>& merge_params() {
  return declared_params<MergeOrder>([](ParamSet<MergeOrder>& set) {
    add_table(set);
    set.add("shard_a", &MergeOrder::shard_a).required().help("An open shard.");
    set.add("shard_b", &MergeOrder::shard_b).required().help("The open shard of a neighbour.");
  });
}

const ParamSet<ExpireOrder>& expire_params() {
  return declared_params<ExpireOrder>([](ParamSet<ExpireOrder>& set) {
    add_table(set);
    set.add("until_ms", &ExpireOrder::until_ms)
        .required()
        .range(0, kMostMs)
        .help("Log records and closed shards from before this data time (ms since 1970) are gone.");
  });
}

const ParamSet<SnapshotOrder>& snapshot_params() {
  return declared_params<SnapshotOrder>([](ParamSet<SnapshotOrder>& set) {
    set.add("path", &SnapshotOrder::path)
        .required()
        .help("A file on the server's machine, named from the root.");
    add_instance(set);
  });
}

const ParamSet<ResetOrder>& reset_params() {
  return declared_params<ResetOrder>(add_instance<ResetOrder>);
}

std::vector<ControlOrder> control_orders() {
  return {{"local-clock", clock_params().infos()},       {"local-split", split_params().infos()},
          {"local-merge", merge_params().infos()},       {"local-expire", expire_params().infos()},
          {"local-snapshot", snapshot_params().infos()}, {"local-fault", fault_params().infos()},
          {"local-streams", stream_params().infos()}};
}

}  // namespace otsstream::local
