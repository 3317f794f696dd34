#include "sim/player.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "sim/checker.h"
#include "sim/cloud.h"
#include "sim/faults.h"
#include "sim/process.h"

namespace otsstream::sim {

namespace {

constexpr int64_t kStartUs = 1'508'400'000'000'000;  // 2017-10-19
constexpr int64_t kSafetyMs = 600'000;               // otsstream-reader.md 3
constexpr int64_t kLongestRunUs = 6 * 3600LL * 1'000'000;
// A commit's lease, a holder whose clock is ten minutes ahead, and a minute.
constexpr int64_t kLeaseOverMs = 21 * 60'000;

const Attempt kQuiet;  // no fault at all

class Player {
 public:
  explicit Player(const Story& story)
      : story_(story),
        clock_(kStartUs),
        executor_(clock_, story.seed),
        trace_(clock_),
        dice_(story.seed * 5 + 3),
        cloud_(story, clock_, executor_, trace_) {}

  Outcome play() {
    lay_out();
    for (size_t i = 0; i < windows_.size() && outcome_.findings.empty(); ++i) play_window(i);
    for (size_t i = 0; i < windows_.size() && outcome_.findings.empty(); ++i) look_back(i);
    outcome_.trace = trace_.lines();
    outcome_.trace_hash = trace_.hash();
    outcome_.hits = trace_.hits();
    outcome_.writes = cloud_.model().writes();
    return std::move(outcome_);
  }

 private:
  struct DueAct {
    int64_t at_us = 0;  // wall
    const Act* act = nullptr;
  };
  struct Played {
    WindowCase window;
    bool done = false;
    std::vector<std::string> rows;  // as they landed
    int stream = 0;
  };

  void lay_out() {
    int64_t start_ms = clock_.wall_ms() + 60'000;
    for (size_t i = 0; i < story_.windows.size(); ++i) {
      const WindowStory& told = story_.windows[i];
      windows_.push_back(
          {{fmt::format("w{}", i), start_ms, start_ms + told.length_ms}, false, {}, 0});
      for (const TimedAct& act : told.acts)
        acts_.push_back({start_ms * 1000 + act.at_us, &act.act});
      start_ms += told.length_ms;
    }
  }

  void play_window(size_t number) {
    const WindowStory& told = story_.windows[number];
    Played& played = windows_[number];
    trace_.add("story", fmt::format("window {} [{}, {})", number, played.window.start_ms,
                                    played.window.end_ms));
    if (told.stream_switch_before) cloud_.switch_stream(unlogged_changes());
    go_to(played.window.end_ms + told.wait_ms);
    std::set<FaultKind> faults;
    bool done = false;
    for (size_t i = 0; i < told.attempts.size() && !done; ++i) {
      done = try_window(played, told.attempts[i], faults);
      if (!outcome_.findings.empty()) return;
      if (!done) {
        const int64_t pause_ms = std::array<int64_t, 3>{1000, 65'000, 11 * 60'000}[dice_.below(3)];
        go_to(clock_.wall_ms() + pause_ms);
      }
    }
    if (!done) {
      if (!told.attempts.empty()) go_to(clock_.wall_ms() + kLeaseOverMs);
      faults.clear();
      done = try_window(played, kQuiet, faults);
    }
    if (!done || !told.run_again || !windows_[number - 1].done || !outcome_.findings.empty() ||
        windows_[number - 1].stream != cloud_.model().streams())
      return;
    trace_.add("story", fmt::format("window {} again", number - 1));
    go_to(clock_.wall_ms() + 1000);
    faults.clear();
    try_window(windows_[number - 1], kQuiet, faults);
  }

  // True: the window is done.
  bool try_window(Played& played, const Attempt& attempt, std::set<FaultKind>& faults) {
    cloud_.look_at_shards();
    cloud_.expire();
    const bool quiet = &attempt == &kQuiet;
    const Picture before = take_picture(cloud_, played.window.partition);
    for (const NetworkFault& fault : attempt.faults) faults.insert(fault.kind);
    const std::string job = job_text(played.window, attempt);
    int empty_pages = 0;
    for (const NetworkFault& fault : attempt.faults)
      if (fault.kind == FaultKind::kEmptyPage) empty_pages += fault.count;
    cloud_.give_empty_pages(empty_pages);

    std::vector<std::unique_ptr<Process>> processes;
    processes.push_back(
        make_process({fmt::format("run{}", outcome_.runs++), dice_.next(), attempt.skew_minutes,
                      attempt.kill_at_request, attempt.kill_what, attempt.kill_after_send},
                     attempt));
    if (attempt.two_at_once)
      processes.push_back(make_process({fmt::format("run{}", outcome_.runs++),
                                        dice_.next(),
                                        attempt.rival_skew_minutes,
                                        0,
                                        {},
                                        false},
                                       attempt));
    const int64_t started_ms = clock_.wall_ms();
    drive(processes, attempt, job);
    cloud_.give_empty_pages(0);

    bool succeeded = false, too_late = false;
    for (const auto& process : processes) {
      if (!process->started()) continue;
      const Result<sync::Report>& result = process->result();
      const bool is_legal = played.window.start_ms >= started_ms + process->skew_ms() -
                                                          kExpirationHours * 3'600'000LL +
                                                          kSafetyMs;
      if (process->killed()) {
        if (result) find("a killed run reports success");
        continue;
      }
      if (process->in_flight() != 0)
        find(
            fmt::format("{} requests are in flight behind the end of a run", process->in_flight()));
      if (process->budget_in_use() != 0)
        find(fmt::format("{} bytes of the budget were not given back", process->budget_in_use()));
      if (result) {
        succeeded = true;
        check_continues(played, *result);
      } else if (!is_legal && result.error().code == "Window-TooEarly") {
        trace_.hit(FaultKind::kTooLate);
        too_late = true;
      } else if (quiet || !is_excused(result.error().code, faults)) {
        find("a run failed without cause: " + result.error().to_string());
      }
    }
    const Picture after = take_picture(cloud_, played.window.partition);
    if (!succeeded) {
      check_untouched(cloud_.model(), played.window, before, after, outcome_.findings);
      return false;
    }
    (void)too_late;
    check_rows(cloud_.model(), played.window, after.rows, outcome_.findings);
    check_status(cloud_.model(), played.window, cloud_.stream_id(),
                 status_of_window(after.status, cloud_.stream_id(), played.window.end_ms),
                 outcome_.findings);
    if (!played.done) ++outcome_.windows_done;
    played.done = true;
    played.rows = after.rows;
    played.stream = cloud_.model().streams();
    return true;
  }

  // A window behind one that is done goes on where that one stopped.
  void check_continues(const Played& played, const sync::Report& report) {
    const size_t number = static_cast<size_t>(&played - windows_.data());
    if (report.resumed || number == 0) return;
    const Played& before = windows_[number - 1];
    const bool may_go_on = before.done && before.stream == cloud_.model().streams();
    if (report.plan.read.continues != may_go_on)
      find(may_go_on ? "the run does not go on where the one before stopped"
                     : "the run goes on, but nothing it could go on from is left");
  }

  std::unique_ptr<Process> make_process(ProcessOptions options, const Attempt& attempt) {
    auto process = std::make_unique<Process>(std::move(options), executor_, clock_,
                                             cloud_.transport(), cloud_.connections(), trace_);
    for (const NetworkFault& fault : attempt.faults)
      if (fault.kind != FaultKind::kEmptyPage) arm(process->network(), fault, trace_);
    return process;
  }

  // Moves everything until all processes have ended: events, acts that fall due, coordinators.
  void drive(std::vector<std::unique_ptr<Process>>& processes, const Attempt& attempt,
             const std::string& job) {
    processes[0]->start(job);
    const int64_t begun_us = clock_.steady_us();
    size_t next_meanwhile = 0;
    for (;;) {
      if (processes.size() > 1 && !processes[1]->started() &&
          (processes[0]->requests() >= attempt.rival_after_requests ||
           processes[0]->coordinator().finished())) {
        processes[1]->start(job);
        if (!processes[0]->coordinator().finished()) trace_.hit(FaultKind::kRival);
      }
      while (next_meanwhile < attempt.meanwhile.size() &&
             attempt.meanwhile[next_meanwhile].after_requests <= processes[0]->requests())
        cloud_.perform(attempt.meanwhile[next_meanwhile++].act, true);
      perform_due(true);
      std::vector<Process*> ready;
      bool all_finished = true;
      for (const auto& process : processes) {
        if (!process->started()) {
          all_finished = false;
          continue;
        }
        if (!process->coordinator().finished()) all_finished = false;
        if (process->coordinator().ready()) ready.push_back(process.get());
      }
      if (all_finished) break;
      if (!ready.empty()) {
        ready[dice_.below(ready.size())]->coordinator().resume();
        continue;
      }
      const int requests = processes[0]->requests();
      const int64_t limit_us = begun_us + kLongestRunUs;
      wake_for_next_act();
      Status moved = executor_.run_until([&] {
        if (processes[0]->requests() != requests || clock_.steady_us() > limit_us || act_is_due())
          return true;
        for (const auto& process : processes)
          if (process->started() && process->coordinator().ready()) return true;
        return false;
      });
      if (!moved || clock_.steady_us() > limit_us) {
        find("a run hangs: " + (moved ? std::string("six hours are over") : moved.error().message));
        for (const auto& process : processes)
          if (process->started())
            process->coordinator().give_up(make_error(ErrorKind::kInternal, "Sim-Hang", "hangs"));
      }
    }
    executor_.run_for(Duration(0));
  }

  bool act_is_due() const {
    return next_act_ < acts_.size() && acts_[next_act_].at_us <= clock_.wall_us();
  }
  void perform_due(bool meanwhile) {
    while (act_is_due()) cloud_.perform(*acts_[next_act_++].act, meanwhile);
  }
  // So that virtual time does not jump over it.
  void wake_for_next_act() {
    if (next_act_ >= acts_.size() || woken_for_ == next_act_) return;
    woken_for_ = next_act_;
    executor_.post_after(Duration(acts_[next_act_].at_us - clock_.wall_us()), [] {});
  }

  void go_to(int64_t wall_ms) {
    const int64_t until_us = wall_ms * 1000;
    while (next_act_ < acts_.size() && acts_[next_act_].at_us <= until_us) {
      const int64_t ahead_us = acts_[next_act_].at_us - clock_.wall_us();
      if (ahead_us > 0) executor_.run_for(Duration(ahead_us));
      cloud_.perform(*acts_[next_act_++].act, false);
    }
    if (until_us > clock_.wall_us()) executor_.run_for(Duration(until_us - clock_.wall_us()));
  }

  // Whatever came later, what has landed stays.
  void look_back(size_t number) {
    const Played& played = windows_[number];
    if (played.done && take_picture(cloud_, played.window.partition).rows != played.rows)
      find(fmt::format("the rows of window {} changed after it was done", number));
  }

  std::vector<RowChange> unlogged_changes() {
    std::vector<RowChange> changes;
    for (uint64_t i = dice_.below(3); i > 0; --i) {
      RowChange change;
      change.key = "k0" + std::to_string(dice_.below(10));
      changes.push_back(std::move(change));
    }
    return changes;
  }

  std::string job_text(const WindowCase& window, const Attempt& attempt) const {
    return fmt::format(
        R"({{"job": {{"content": [{{
          "reader": {{"name": "otsstreamreader", "parameter": {{"datasource": "source", "dataTable": "{}", "statusTable": "{}",
            "startTimestampMillis": {}, "endTimestampMillis": {}, "isExportSequenceInfo": true, "maxRetries": {}, "enableSeekIterator": {}}}}},
          "writer": {{"name": "odpswriter", "parameter": {{"datasource": "target", "table": "person", "truncate": {}, "partition": "pt={}",
            "maxRetryTime": {}, "column": ["id", "colname", "version", "colvalue", "optype", "sequenceinfo"]}}}}}}],
          "setting": {{"speed": {{"channel": {}}}}}}}}})",
        kDataTable, kStatusTable, window.start_ms, window.end_ms, attempt.max_retries,
        story_.seek ? "true" : "false", story_.append ? "false" : "true", window.partition,
        std::clamp(attempt.max_retries, 1, 10), attempt.channels);
  }

  void find(std::string finding) {
    trace_.add("CHECK", finding);
    outcome_.findings.push_back(std::move(finding));
  }

  const Story& story_;
  ManualClock clock_;
  VirtualExecutor executor_;
  Trace trace_;
  Random dice_;
  Cloud cloud_;
  std::vector<Played> windows_;
  std::vector<DueAct> acts_;
  size_t next_act_ = 0;
  size_t woken_for_ = SIZE_MAX;
  Outcome outcome_;
};

}  // namespace

Outcome play(const Story& story) { return Player(story).play(); }

}  // namespace otsstream::sim
