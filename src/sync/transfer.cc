#include "sync/transfer.h"

#include <map>
#include <mutex>
#include <set>

#include "reader/retention.h"
#include "sync/unit_run.h"

namespace otsstream::sync {

namespace {

// Units that must have ended before a unit may start: those that hold parents of its shards. Empty
// when the destination orders rows by place.
std::vector<std::set<size_t>> dependencies(const Plan& plan, bool ordered_by_place) {
  std::vector<std::set<size_t>> result(plan.units.size());
  if (ordered_by_place) return result;
  std::map<std::string, size_t> unit_of;
  for (size_t i = 0; i < plan.units.size(); ++i)
    for (const reader::ShardPlan& shard : plan.units[i].shards) unit_of[shard.shard.shard_id] = i;
  for (size_t i = 0; i < plan.units.size(); ++i) {
    for (const reader::ShardPlan& shard : plan.units[i].shards) {
      for (const std::string& parent : {shard.shard.parent_id, shard.shard.parent_sibling_id}) {
        auto found = unit_of.find(parent);
        if (found != unit_of.end() && found->second != i) result[i].insert(found->second);
      }
    }
  }
  return result;
}

constexpr Duration kShardTimeout = std::chrono::minutes(30);

// Keeps `channels` units running until all are done or one has failed.
// Shared with the units' callbacks: the last of them may still be on its way out when the
// coordinator has seen the end.
class Crew : public std::enable_shared_from_this<Crew> {
 public:
  Crew(const Plan& plan, const TransferContext& context)
      : plan_(plan),
        context_(context),
        needs_(dependencies(plan, context.writer->ordered_by_place())),
        manifests_(plan.units.size()),
        state_(plan.units.size(), State::kWaiting) {
    int slot = 0;
    for (const Unit& unit : plan.units) {
      first_slots_.push_back(slot);
      slot += static_cast<int>(unit.shards.size());
    }
  }

  void start_more() {
    std::vector<std::shared_ptr<UnitRun>> starting;
    {
      std::lock_guard lock(mutex_);
      if (failure_) return;
      for (size_t i = 0; i < state_.size() && running_.size() < static_cast<size_t>(plan_.channels);
           ++i) {
        if (state_[i] != State::kWaiting || !may_start(i)) continue;
        state_[i] = State::kRunning;
        auto run =
            std::make_shared<UnitRun>(plan_, plan_.units[i], context_, first_slots_[i],
                                      [self = shared_from_this(), i](Result<Manifest> manifest) {
                                        self->unit_done(i, std::move(manifest));
                                      });
        running_[i] = run;
        starting.push_back(std::move(run));
      }
    }
    for (auto& run : starting) run->start();
  }

  void stop_all(const Error& reason) {
    std::map<size_t, std::shared_ptr<UnitRun>> running;
    {
      std::lock_guard lock(mutex_);
      if (!failure_) failure_ = reason;
      running = running_;
    }
    for (auto& [number, run] : running) run->stop(reason);
  }

  // otsstream-reader.md 10.2: a shard that has neither got records nor handed rows on for this long
  // is given up.
  Status check_stalls() const {
    const int64_t now_us = context_.executor->clock().steady_us();
    std::lock_guard lock(mutex_);
    for (const auto& [number, run] : running_) {
      const int64_t idle_us = now_us - run->progressed_us();
      if (idle_us < kShardTimeout.count()) continue;
      return fail(ErrorKind::kTimeout, "Sync-ShardTimeout",
                  "process shard timeout: shard " + run->current_shard() +
                      " has made no progress for " + std::to_string(idle_us / 60'000'000) +
                      " minutes",
                  "look at the source and the destination, then run the window again; nothing was "
                  "committed");
    }
    return {};
  }

  bool over() const {
    std::lock_guard lock(mutex_);
    return running_.empty() && (failure_ || done_ == state_.size());
  }

  Result<std::vector<Manifest>> take() {
    std::lock_guard lock(mutex_);
    if (failure_) return fail(*failure_);
    return std::move(manifests_);
  }

 private:
  enum class State { kWaiting, kRunning, kDone };

  bool may_start(size_t i) const {
    for (size_t needed : needs_[i])
      if (state_[needed] != State::kDone) return false;
    return true;
  }

  void unit_done(size_t i, Result<Manifest> manifest) {
    std::optional<Error> failed;
    {
      std::lock_guard lock(mutex_);
      running_.erase(i);
      state_[i] = State::kDone;
      ++done_;
      if (manifest) {
        manifests_[i] = std::move(*manifest);
      } else {
        failed = manifest.error();
      }
    }
    if (failed) {
      stop_all(*failed);
    } else {
      start_more();
    }
    context_.executor->notify();
  }

  const Plan& plan_;
  const TransferContext context_;
  const std::vector<std::set<size_t>> needs_;
  std::vector<int> first_slots_;
  mutable std::mutex mutex_;
  std::vector<Manifest> manifests_;
  std::vector<State> state_;
  std::map<size_t, std::shared_ptr<UnitRun>> running_;
  size_t done_ = 0;
  std::optional<Error> failure_;
};

constexpr Duration kLookInterval = milliseconds(500);

// Wakes the coordinator again and again, so that it can ask keep_going and see a cancellation.
void wake_regularly(Executor& executor, std::shared_ptr<std::atomic<bool>> active) {
  executor.post_after(kLookInterval, [&executor, active] {
    if (!active->load()) return;
    executor.notify();
    wake_regularly(executor, active);
  });
}

// One shard has shown that the retention was lost; the message names all of them.
Error with_all_gaps(Error first, const Plan& plan, tablestore::Client& client) {
  const reader::ReadPlan& read = plan.read;
  const int64_t horizon = reader::horizon_ms(reader::server_now_ms(client), read.expiration_hours);
  auto gaps = reader::find_gaps(client, read, horizon);
  if (!gaps || gaps->size() < 2) return first;
  return reader::data_gone(*gaps, read.settings.zone);
}

}  // namespace

Result<std::vector<Manifest>> transfer_all(const Plan& plan, const TransferContext& context,
                                           const std::function<Status()>& keep_going) {
  auto crew = std::make_shared<Crew>(plan, context);
  auto waking = std::make_shared<std::atomic<bool>>(true);
  wake_regularly(*context.executor, waking);
  crew->start_more();

  Status stuck;
  int64_t looked_us = context.executor->clock().steady_us();
  while (!crew->over()) {
    bool time_to_look = false;
    stuck = context.executor->run_until([&] {
      time_to_look = context.executor->clock().steady_us() - looked_us >= kLookInterval.count();
      return crew->over() || time_to_look;
    });
    if (!stuck) break;
    if (!time_to_look || crew->over()) continue;
    looked_us = context.executor->clock().steady_us();
    if (Status go_on = context.cancel->check(); !go_on) {
      crew->stop_all(go_on.error());
    } else if (Status moving = crew->check_stalls(); !moving) {
      crew->stop_all(moving.error());
    } else if (keep_going) {
      if (Status kept = keep_going(); !kept) crew->stop_all(kept.error());
    }
  }
  waking->store(false);
  if (!stuck) return fail(stuck.error());
  auto manifests = crew->take();
  if (!manifests && manifests.error().code == reader::kDataGone)
    return fail(with_all_gaps(manifests.error(), plan, *context.client));
  return manifests;
}

Result<int> refresh_positions(tablestore::Client& client, const Plan& plan,
                              std::vector<Manifest>& manifests) {
  std::vector<reader::ShardResult*> results;
  for (Manifest& manifest : manifests)
    for (reader::ShardResult& result : manifest.shards) results.push_back(&result);
  return reader::refresh_positions(client, plan.read, results);
}

}  // namespace otsstream::sync
