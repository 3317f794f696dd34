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
constexpr int64_t kOldestMarginMs = 600'000;         // otsstream-reader.md 3
constexpr int64_t kNewestMarginMs = 300'000;         // likewise
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
    for (const auto& process : processes_)
      if (process->started() && process->requests_behind_end() > 0)
        find(process->name() + " sent requests behind its end");
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
    int64_t first_read_us = 0;      // when its first run began
    int stream = 0;
  };

  void lay_out() {
    int64_t start_ms = clock_.wall_ms() + 60'000;
    for (size_t i = 0; i < story_.windows.size(); ++i) {
      const WindowStory& told = story_.windows[i];
      windows_.push_back(
          {{fmt::format("w{}", i), start_ms, start_ms + told.length_ms}, false, {}, 0, 0});
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
        faults.insert(FaultKind::kKill);  // dead or failed, it may hold the window still
      }
    }
    if (!done) {
      if (!told.attempts.empty()) go_to(clock_.wall_ms() + kLeaseOverMs);
      faults.clear();
      done = try_window(played, kQuiet, faults);
    }
    if (!done || !told.run_again || !outcome_.findings.empty()) return;
    Played& earlier = windows_[number - 1];
    if (!leads_on(&earlier) || may_be_early(earlier)) return;
    trace_.add("story", fmt::format("window {} again", number - 1));
    go_to(clock_.wall_ms() + 1000);
    faults.clear();
    try_window(earlier, kQuiet, faults);
  }

  // True: the window is done.
  bool try_window(Played& played, const Attempt& attempt, std::set<FaultKind>& faults) {
    cloud_.look_at_shards();
    cloud_.expire();
    for (const NetworkFault& fault : attempt.faults) faults.insert(fault.kind);
    if (attempt.two_at_once) faults.insert(FaultKind::kRival);
    if (attempt.skew_minutes != attempt.rival_skew_minutes) faults.insert(FaultKind::kClockSkew);
    const Picture before = take_picture(cloud_, played.window.partition);
    const int64_t started_us = clock_.wall_us();
    if (played.first_read_us == 0) played.first_read_us = started_us;
    const std::vector<Process*> processes = make_processes(attempt);
    cloud_.give_empty_pages(empty_pages_of(attempt));
    drive(processes, attempt, job_text(played.window, attempt));
    cloud_.give_empty_pages(0);

    bool succeeded = false, resumed = false;
    for (Process* process : processes) {
      if (process->started() && !process->killed()) check_run(*process, played, started_us, faults);
      if (!process->started() || !process->result()) continue;
      succeeded = true;
      resumed = resumed || process->result()->resumed;
    }
    const Picture after = take_picture(cloud_, played.window.partition);
    const WindowStatus status =
        status_of_window(after.status, cloud_.stream_id(), played.window.end_ms);
    // It died with all done but the telling. Who appends must look there before running again.
    if (!succeeded && story_.append && status.fence_state == "COMMITTED")
      succeeded = resumed = true;
    // An earlier run's commit that was only finished now holds what that one read.
    const Expectation expected =
        expectation(played, resumed || !succeeded ? played.first_read_us : started_us);
    if (!succeeded) {
      check_untouched(expected, before, after, outcome_.findings);
      return false;
    }
    check_rows(expected, after.rows, outcome_.findings);
    check_status(cloud_.model(), played.window, is_by_time(played), cloud_.stream_id(), status,
                 outcome_.findings);
    if (!expected.late_rows.empty()) trace_.hit(FaultKind::kTooSoon);
    if (!played.done) ++outcome_.windows_done;
    played.done = true;
    played.rows = after.rows;
    played.stream = cloud_.model().streams();
    return true;
  }

  // What one run says of itself, and what it leaves in this process.
  void check_run(const Process& process, const Played& played, int64_t started_us,
                 const std::set<FaultKind>& faults) {
    if (process.in_flight() != 0)
      find(fmt::format("{} requests are in flight behind the end of a run", process.in_flight()));
    if (process.budget_in_use() != 0)
      find(fmt::format("{} bytes of the budget were not given back", process.budget_in_use()));
    if (process.result()) return check_continues(played, *process.result());
    const std::string& code = process.result().error().code;
    // It looked at its clock somewhere between its start and now.
    const int64_t from_ms = started_us / 1000 + process.skew_ms();
    const int64_t to_ms = clock_.wall_ms() + process.skew_ms();
    if (code == "Window-TooEarly" &&
        played.window.start_ms < to_ms - kExpirationHours * 3'600'000LL + kOldestMarginMs)
      return trace_.hit(FaultKind::kTooLate);
    if (code == "Window-TooLate" && played.window.end_ms > from_ms - kNewestMarginMs) return;
    if (!is_excused(code, faults))
      find("a run failed without cause: " + process.result().error().to_string());
  }

  const Played* before(const Played& played) const {
    return &played == windows_.data() ? nullptr : &played - 1;
  }
  // The window is done, and the Stream is still the same.
  bool leads_on(const Played* played) const {
    return played != nullptr && played->done && played->stream == cloud_.model().streams();
  }
  bool may_be_early(const Played& played) const {
    return story_.windows[static_cast<size_t>(&played - windows_.data())].too_soon;
  }
  bool is_by_time(const Played& played) const {
    return !may_be_early(played) && (before(played) == nullptr || !may_be_early(*before(played)));
  }

  // The window's rows by the model, and what came too late for the window before.
  Expectation expectation(const Played& played, int64_t read_us) const {
    Expectation expected;
    const WindowCase& window = played.window;
    for (const LandedRow& row : cloud_.model().window(window.start_ms, window.end_ms)) {
      const bool late = may_be_early(played) && row.commit_us >= read_us;
      (late ? expected.late_rows : expected.rows).push_back(row.text);
    }
    const Played* earlier = before(played);
    if (!leads_on(earlier)) return expected;
    const std::set<std::string> landed(earlier->rows.begin(), earlier->rows.end());
    for (const LandedRow& row :
         cloud_.model().window(earlier->window.start_ms, earlier->window.end_ms))
      if (!landed.contains(row.text)) expected.rows.push_back(row.text);
    return expected;
  }

  // A window behind one that is done goes on where that one stopped.
  void check_continues(const Played& played, const sync::Report& report) {
    if (report.resumed || before(played) == nullptr) return;
    const bool may_go_on = leads_on(before(played));
    if (report.plan.read.continues != may_go_on)
      find(may_go_on ? "the run does not go on where the one before stopped"
                     : "the run goes on, but nothing it could go on from is left");
  }

  static int empty_pages_of(const Attempt& attempt) {
    int pages = 0;
    for (const NetworkFault& fault : attempt.faults)
      if (fault.kind == FaultKind::kEmptyPage) pages += fault.count;
    return pages;
  }

  // The run, and its rival if there is one.
  std::vector<Process*> make_processes(const Attempt& attempt) {
    std::vector<Process*> processes;
    ProcessOptions run;
    run.name = fmt::format("run{}", outcome_.runs++);
    run.seed = dice_.next();
    run.skew_minutes = attempt.skew_minutes;
    run.kill_at_request = attempt.kill_at_request;
    run.kill_what = attempt.kill_what;
    run.kill_after_send = attempt.kill_after_send;
    processes.push_back(make_process(std::move(run), attempt));
    if (!attempt.two_at_once) return processes;
    ProcessOptions rival;
    rival.name = fmt::format("run{}", outcome_.runs++);
    rival.seed = dice_.next();
    rival.skew_minutes = attempt.rival_skew_minutes;
    processes.push_back(make_process(std::move(rival), attempt));
    return processes;
  }

  Process* make_process(ProcessOptions options, const Attempt& attempt) {
    processes_.push_back(std::make_unique<Process>(
        std::move(options), executor_, clock_, cloud_.transport(), cloud_.connections(), trace_));
    Process* process = processes_.back().get();
    for (const NetworkFault& fault : attempt.faults)
      if (fault.kind != FaultKind::kEmptyPage) arm(process->network(), fault, trace_);
    return process;
  }

  // Moves everything until all processes have ended: events, acts that fall due, coordinators.
  void drive(const std::vector<Process*>& processes, const Attempt& attempt,
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
      for (Process* process : processes) {
        if (!process->started()) {
          all_finished = false;
          continue;
        }
        if (!process->coordinator().finished()) all_finished = false;
        if (process->coordinator().ready()) ready.push_back(process);
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
        for (Process* process : processes)
          if (process->started() && process->coordinator().ready()) return true;
        return false;
      });
      if (!moved || clock_.steady_us() > limit_us) {
        find("a run hangs: " + (moved ? std::string("six hours are over") : moved.error().message));
        for (Process* process : processes)
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
  // All of them, and longer than the executor: timers of a run may still fire behind its end.
  std::vector<std::unique_ptr<Process>> processes_;
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
