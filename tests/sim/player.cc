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
    has_bystander_ = !story_.by_column;
    if (has_bystander_) cloud_.land(kDestination, bystander(), {"bystander"});
    for (size_t i = 0; i < windows_.size() && outcome_.findings.empty(); ++i) play_window(i);
    for (size_t i = 0; i < windows_.size() && outcome_.findings.empty(); ++i) look_back(i);
    if (has_bystander_ && rows_of(cloud_, kDestination, bystander()).size() != 1)
      find("the rows of a partition that no job names have changed");
    for (const auto& process : processes_)
      if (process->started() && process->requests_behind_end() > 0)
        find(process->name() + " sent requests behind its end");
    outcome_.trace = trace_.lines();
    outcome_.trace_hash = trace_.hash();
    outcome_.hits = trace_.hits();
    outcome_.phase_hits = trace_.phase_hits();
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
    std::vector<std::string> landed;    // by the run that did it
    std::vector<std::string> rows;      // there since
    std::vector<std::string> old_rows;  // there before, of somebody else
    int64_t first_read_us = 0;          // when its first run began
    int stream = 0;
  };
  // The destination lost what had landed there while a run was under way.
  struct Loss {
    std::vector<std::string> rows;      // of the window's partition, right before
    std::vector<std::string> old_rows;  // Played::old_rows, likewise
  };

  void lay_out() {
    int64_t start_ms = clock_.wall_ms() + 60'000;
    for (size_t i = 0; i < story_.windows.size(); ++i) {
      const WindowStory& told = story_.windows[i];
      windows_.push_back({});
      WindowCase& window = windows_.back().window;
      window.start_ms = start_ms;
      window.end_ms = start_ms + told.length_ms;
      if (story_.by_column)
        window.table = fmt::format("{}_w{}", kDestination, i);
      else
        window.partition = partition_of(i);
      for (const TimedAct& act : told.acts)
        acts_.push_back({start_ms * 1000 + act.at_us, &act.act});
      start_ms += told.length_ms;
    }
  }

  std::string partition_of(size_t number) const {
    return deepened(fmt::format("pt=w{}", number), {"", ",hh=07", ",mi=a b-c"});
  }
  // Next to the first window's, at the last level.
  std::string bystander() const {
    return story_.levels == 1 ? "pt=bystander" : deepened("pt=w0", {"", ",hh=08", ",mi=a b-c"});
  }
  std::string deepened(std::string text, std::array<const char*, 3> levels) const {
    for (size_t level = 1; level < static_cast<size_t>(story_.levels); ++level)
      text += levels[level];
    return text;
  }

  void play_window(size_t number) {
    const WindowStory& told = story_.windows[number];
    Played& played = windows_[number];
    trace_.add("story", fmt::format("window {} [{}, {})", number, played.window.start_ms,
                                    played.window.end_ms));
    if (told.stream_switch_before) cloud_.switch_stream(unlogged_changes());
    go_to(played.window.end_ms + told.wait_ms);
    land_old_rows(played, told.old_rows);
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
      if (!done && nobody_knows_) done = look_and_run(played);
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
    for (const RunAct& act : attempt.meanwhile)
      if (const auto kind = fault_of(act.act.kind)) faults.insert(*kind);
    if (attempt.expiry) faults.insert(FaultKind::kExpiredSession);
    if (attempt.two_at_once) faults.insert(FaultKind::kRival);
    if (attempt.skew_minutes != attempt.rival_skew_minutes) faults.insert(FaultKind::kClockSkew);
    Picture before = take_picture(cloud_, played.window);
    loss_.reset();
    nobody_knows_ = false;
    const int64_t started_us = clock_.wall_us();
    if (played.first_read_us == 0) played.first_read_us = started_us;
    const std::vector<Process*> processes = make_processes(attempt);
    cloud_.give_empty_pages(empty_pages_of(attempt));
    if (attempt.expiry) {
      cloud_.arm(*attempt.expiry);
      lost_sessions_ = true;
    }
    drive(processes, attempt, played);
    cloud_.give_empty_pages(0);
    cloud_.disarm_expiry();
    cloud_.restore_table();

    bool succeeded = false, resumed = false;
    for (Process* process : processes) {
      if (process->started() && !process->killed()) check_run(*process, played, started_us, faults);
      if (!process->started() || !process->result()) continue;
      succeeded = true;
      resumed = resumed || process->result()->resumed;
    }
    const Picture after = take_picture(cloud_, played.window);
    const WindowStatus status =
        status_of_window(after.status, cloud_.stream_id(), played.window.end_ms);
    // It died with all done but the telling. Who appends must look there before running again.
    if (!succeeded && story_.append && status.fence_state == "COMMITTED")
      succeeded = resumed = true;
    // An earlier run's commit that was only finished now holds what that one read.
    const Expectation expected =
        expectation(played, resumed || !succeeded ? played.first_read_us : started_us);
    // What had landed before the destination lost it is gone, whatever the run says.
    const bool landed_and_lost = loss_ && had_landed(expected);
    if (loss_) before.rows.clear();
    if (!succeeded) {
      if (landed_and_lost) before.status = after.status;
      // Such a table is emptied first; the next run finishes what this one began.
      if (story_.no_overwrite && after.rows.empty()) before.rows.clear();
      check_untouched(expected, before, after, outcome_.findings);
      return false;
    }
    // It may also have landed while the destination was being dropped: between our look and that.
    if (loss_ && after.rows.empty() && !expected.rows.empty()) {
      trace_.add("story", "the window once more, for what was lost");
      std::set<FaultKind> none;
      return try_window(played, kQuiet, none);
    }
    check_rows(expected, after.rows, outcome_.findings);
    check_status(cloud_.model(), played.window, is_by_time(played), cloud_.stream_id(), status,
                 outcome_.findings);
    if (!expected.late_rows.empty()) trace_.hit(FaultKind::kTooSoon);
    if (!played.done) ++outcome_.windows_done;
    played.done = true;
    played.rows = played.landed = after.rows;
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
    // A session that is gone may have been committed. Who replaces the partition need not know.
    nobody_knows_ = nobody_knows_ || code == "Sync-UnknownOutcome";
    if (nobody_knows_ && story_.append && lost_sessions_) return;
    if (!is_excused(process.result().error(), faults))
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

  // All of the window was there when the destination lost it.
  bool had_landed(Expectation expected) const {
    if (story_.append)
      expected.rows.insert(expected.rows.end(), loss_->old_rows.begin(), loss_->old_rows.end());
    std::vector<std::string> missing;
    check_rows(expected, loss_->rows, missing);
    return missing.empty();
  }

  // As an operator does whom the run told to: looks whether the rows are there, takes the fence row
  // away, and runs again if they are not.
  bool look_and_run(Played& played) {
    const Picture picture = take_picture(cloud_, played.window);
    for (const StatusRow& row : picture.status)
      if (row.type == "OtsStreamFence" && is_of_window(row, played)) cloud_.delete_fence(row);
    std::vector<std::string> missing;
    check_rows(expectation(played, played.first_read_us), picture.rows, missing);
    if (missing.empty()) return false;  // landed; but nobody can continue behind it
    std::set<FaultKind> none;
    return try_window(played, kQuiet, none);
  }
  bool is_of_window(const StatusRow& row, const Played& played) const {
    return row.stream == cloud_.stream_id() &&
           row.value.find(std::to_string(played.window.end_ms)) != std::string::npos;
  }

  void land_old_rows(Played& played, int count) {
    if (story_.by_column) cloud_.create_destination(played.window.table);
    // What came too late may land or not, and with it what was in its partition may go or not.
    if (count == 0 || (story_.by_column && may_be_early(played))) return;
    const WindowCase& window = played.window;
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) ids.push_back(fmt::format("old{}", i));
    cloud_.land(window.table, story_.by_column ? "optype=U" : window.partition, ids);
    played.old_rows = rows_of(cloud_, window.table, window.partition);
  }

  static std::optional<FaultKind> fault_of(Act::Kind kind) {
    switch (kind) {
      case Act::Kind::kDropPartition:
        return FaultKind::kPartitionDropped;
      case Act::Kind::kDropTable:
      case Act::Kind::kRecreateTable:
        return FaultKind::kTableDropped;
      case Act::Kind::kAddColumn:
        return FaultKind::kColumnAdded;
      default:
        return std::nullopt;
    }
  }

  void perform(const Act& act, Played& played) {
    const auto fault = fault_of(act.kind);
    if (!fault) return cloud_.perform(act, true);
    lost_sessions_ = true;
    Loss loss{rows_of(cloud_, kDestination, played.window.partition), played.old_rows};
    if (!cloud_.alter(act.kind, played.window.partition)) return;
    loss_ = std::move(loss);
    auto lose = [](Played& one) {
      one.rows.clear();
      one.old_rows.clear();
    };
    lose(played);
    if (fault != FaultKind::kTableDropped) return;
    for (Played& one : windows_) lose(one);
    has_bystander_ = false;
  }

  // The window's rows by the model, and what came too late for the window before.
  Expectation expectation(const Played& played, int64_t read_us) const {
    Expectation expected;
    expected.by_column = story_.by_column;
    if (story_.append) expected.rows = played.old_rows;
    const WindowCase& window = played.window;
    for (const LandedRow& row : cloud_.model().window(window.start_ms, window.end_ms)) {
      const bool late = may_be_early(played) && row.commit_us >= read_us;
      (late ? expected.late_rows : expected.rows).push_back(row.text);
    }
    const Played* earlier = before(played);
    if (!leads_on(earlier)) {
      keep_old_partition(played, expected);
      return expected;
    }
    const std::set<std::string> landed(earlier->landed.begin(), earlier->landed.end());
    for (const LandedRow& row :
         cloud_.model().window(earlier->window.start_ms, earlier->window.end_ms))
      if (!landed.contains(row.text)) expected.rows.push_back(row.text);
    keep_old_partition(played, expected);
    return expected;
  }

  // By column, only partitions that rows came for are replaced.
  void keep_old_partition(const Played& played, Expectation& expected) const {
    if (!story_.by_column || story_.append || played.old_rows.empty()) return;
    for (const std::string& row : expected.rows)
      if (row.find("|U|") != std::string::npos) return;
    expected.rows.insert(expected.rows.end(), played.old_rows.begin(), played.old_rows.end());
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
    run.kill_phase = attempt.kill_phase;
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
    if (story_.no_overwrite) refuse_overwrite(process->network(), trace_);
    for (const NetworkFault& fault : attempt.faults)
      if (fault.kind != FaultKind::kEmptyPage) arm(process->network(), fault, trace_);
    return process;
  }

  // Moves everything until all processes have ended: events, acts that fall due, coordinators.
  void drive(const std::vector<Process*>& processes, const Attempt& attempt, Played& played) {
    const std::string job = job_text(played.window, attempt);
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
        perform(attempt.meanwhile[next_meanwhile++].act, played);
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
    if (played.done && take_picture(cloud_, played.window).rows != played.rows)
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
          "writer": {{"name": "odpswriter", "parameter": {{"datasource": "target", "table": "{}", "truncate": {}, {}
            "maxRetryTime": {}, "column": ["id", "colname", "version", "colvalue", "optype", "sequenceinfo"]}}}}}}],
          "setting": {{"speed": {{"channel": {}}}}}}}}})",
        kDataTable, kStatusTable, window.start_ms, window.end_ms, attempt.max_retries,
        story_.seek ? "true" : "false", window.table, story_.append ? "false" : "true",
        story_.by_column ? "" : fmt::format("\"partition\": \"{}\",", window.partition),
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
  std::optional<Loss> loss_;    // of the attempt
  bool nobody_knows_ = false;   // whether the attempt's commit took effect
  bool lost_sessions_ = false;  // some upload session ended before its time
  bool has_bystander_ = false;
  Outcome outcome_;
};

}  // namespace

Outcome play(const Story& story) { return Player(story).play(); }

}  // namespace otsstream::sim
