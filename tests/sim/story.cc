#include "sim/story.h"

#include <algorithm>
#include <array>

#include "base/random.h"
#include "sim/phases.h"

namespace otsstream::sim {

namespace {

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kHourMs = 60 * kMinuteMs;
constexpr int kKeys = 40;

class Teller {
 public:
  explicit Teller(uint64_t seed) : random_(seed * 2 + 1) { story_.seed = seed; }

  // A position that is sought again by time cannot know what came late for an early export.
  void leave_positions_alone() {
    for (WindowStory& told : story_.windows)
      for (Attempt& attempt : told.attempts)
        std::erase_if(attempt.faults, [](const NetworkFault& fault) {
          return fault.kind == FaultKind::kTrimmedIterator;
        });
  }

  Story tell() {
    story_.latency_us = pick<int64_t>({0, 500, 5'000, 20'000, 60'000});
    story_.records_per_page = pick<int>({0, 0, 1, 2, 3, 7});
    story_.shards_per_page = pick<int>({100, 100, 1, 2, 3});
    story_.seek_tokens = pick<int>({0, 0, 1, 2});
    story_.seek = !chance(0.2);
    story_.append = chance(0.25);
    story_.levels = pick<int>({1, 1, 2, 3});
    story_.by_column = chance(0.25);
    story_.no_overwrite = !story_.append && !story_.by_column && chance(0.15);
    if (chance(0.25))
      story_.iterator_life_ms = pick<int64_t>({10 * kMinuteMs, kHourMs, 5 * kHourMs});
    for (int i = pick<int>({0, 0, 1, 2, 5}); i > 0; --i) story_.first_splits.push_back(key());
    // Long windows make the log expire between runs; short ones keep all of it.
    long_windows_ = chance(0.3);
    const int windows = 2 + static_cast<int>(below(3));
    for (int i = 0; i < windows; ++i) story_.windows.push_back(window(i));
    if (std::any_of(story_.windows.begin(), story_.windows.end(),
                    [](const WindowStory& told) { return told.too_soon; }))
      leave_positions_alone();
    return std::move(story_);
  }

 private:
  uint64_t below(uint64_t bound) { return random_.below(bound); }
  bool chance(double probability) { return random_.unit() < probability; }
  template <class T>
  T pick(std::initializer_list<T> choices) {
    return choices.begin()[below(choices.size())];
  }
  std::string key() {
    const uint64_t number = below(kKeys);
    return "k" + std::string(number < 10 ? "0" : "") + std::to_string(number);
  }

  CellChange cell(RowChange::Kind row, const std::string& column) {
    CellChange out;
    out.column = column;
    if (row == RowChange::Kind::kUpdate && chance(0.3)) {
      out.kind =
          chance(0.5) ? CellChange::Kind::kDeleteOneVersion : CellChange::Kind::kDeleteAllVersions;
      if (out.kind == CellChange::Kind::kDeleteOneVersion)
        out.version_ms = 1'508'000'000'000 + static_cast<int64_t>(below(1'000'000));
      return out;
    }
    if (chance(0.2)) out.version_ms = 1'508'000'000'000 + static_cast<int64_t>(below(1'000'000));
    out.type = pick<CellChange::Type>({CellChange::Type::kString, CellChange::Type::kInteger,
                                       CellChange::Type::kDouble, CellChange::Type::kBoolean});
    switch (out.type) {
      case CellChange::Type::kString:
        out.value =
            chance(0.1) ? std::string(2000 + below(3000), 'x') : "v" + std::to_string(below(1000));
        break;
      case CellChange::Type::kInteger:
        out.value = std::to_string(static_cast<int64_t>(below(2000)) - 1000);
        break;
      case CellChange::Type::kDouble:
        out.value = std::to_string(below(100)) + pick<const char*>({".5", ".25", ".125"});
        break;
      case CellChange::Type::kBoolean:
        out.value = chance(0.5) ? "true" : "false";
        break;
    }
    return out;
  }

  RowChange change() {
    RowChange out;
    out.kind = pick<RowChange::Kind>({RowChange::Kind::kPut, RowChange::Kind::kPut,
                                      RowChange::Kind::kUpdate, RowChange::Kind::kUpdate,
                                      RowChange::Kind::kDelete});
    out.key = key();
    if (out.kind == RowChange::Kind::kDelete) return out;
    int cells = static_cast<int>(below(4));
    if (out.kind == RowChange::Kind::kUpdate) cells = std::max(cells, 1);
    static constexpr std::array kColumns = {"a", "b", "c", "d"};
    for (int i = 0; i < cells; ++i)
      out.cells.push_back(cell(out.kind, kColumns[static_cast<size_t>(i)]));
    return out;
  }

  Act write() {
    Act act;
    const int rows = chance(0.2) ? 2 + static_cast<int>(below(5)) : 1;
    for (int i = 0; i < rows; ++i) {
      RowChange next = change();
      // One row may stand only once in a BatchWriteRow.
      const bool there = std::any_of(act.changes.begin(), act.changes.end(),
                                     [&](const RowChange& c) { return c.key == next.key; });
      if (!there) act.changes.push_back(std::move(next));
    }
    return act;
  }
  Act split() {
    Act act;
    act.kind = Act::Kind::kSplit;
    act.key = key();
    return act;
  }
  Act merge() {
    Act act;
    act.kind = Act::Kind::kMerge;
    act.which = static_cast<int>(below(8));
    return act;
  }
  Act any_act() {
    const double dice = random_.unit();
    if (dice < 0.12) return split();
    if (dice < 0.2) return merge();
    return write();
  }

  WindowStory window(int number) {
    WindowStory out;
    out.length_ms = long_windows_ ? kHourMs * (2 + static_cast<int64_t>(below(9)))
                                  : kMinuteMs * (5 + static_cast<int64_t>(below(56)));
    if (chance(0.3)) out.length_ms += static_cast<int64_t>(below(1000));
    const bool idle = chance(0.15);
    const int acts = idle ? static_cast<int>(below(2)) : 3 + static_cast<int>(below(30));
    for (int i = 0; i < acts; ++i) out.acts.push_back({moment(out.length_ms), any_act()});
    std::stable_sort(out.acts.begin(), out.acts.end(),
                     [](const TimedAct& a, const TimedAct& b) { return a.at_us < b.at_us; });
    out.stream_switch_before = number > 0 && chance(0.08);
    // A client whose clock is ten minutes slow sees the end 15 minutes later than it is.
    out.wait_ms = kMinuteMs * 16 + static_cast<int64_t>(below(30 * kMinuteMs));
    out.too_late = chance(0.02);
    if (out.too_late) out.wait_ms = 25 * kHourMs;
    const int attempts = static_cast<int>(below(3));
    for (int i = 0; i < attempts; ++i) out.attempts.push_back(attempt());
    // A position that is sought again by time cannot know what came late.
    if (!out.too_late && story_.iterator_life_ms == 0 && chance(0.08)) {
      out.too_soon = true;
      out.wait_ms = -1000 - static_cast<int64_t>(below(4 * kMinuteMs));
      if (out.attempts.empty()) out.attempts.push_back(attempt());
      out.attempts.front().skew_minutes = 10;
    }
    if (chance(0.4)) out.old_rows = 1 + static_cast<int>(below(4));
    out.run_again = number > 0 && !long_windows_ && !story_.append && chance(0.2);
    return out;
  }

  // Anywhere in the window, its bounds more often than by chance.
  int64_t moment(int64_t length_ms) {
    const int64_t length_us = length_ms * 1000;
    if (chance(0.05)) return pick<int64_t>({0, 1, length_us - 1, length_us - 1000});
    return static_cast<int64_t>(below(static_cast<uint64_t>(length_us)));
  }

  Attempt attempt() {
    Attempt out;
    out.channels = pick<int>({1, 2, 3, 7});
    out.max_retries = pick<int>({30, 30, 10, 3, 0});
    for (int i = static_cast<int>(below(4)); i > 0; --i) out.faults.push_back(fault());
    for (int i = pick<int>({0, 0, 1, 1, 2}); i > 0; --i) out.faults.push_back(writer_fault());
    // By column and appending, a commit of which a part is lost for good is a matter for people.
    const bool can_lose = !(story_.by_column && story_.append);
    if (can_lose && chance(0.12)) {
      out.expiry = Expiry{pick<const char*>({"PutBlock", "GetUpload", "CommitUpload"}), 0};
      out.expiry->skip = static_cast<int>(below(3));
    }
    if (chance(0.25)) out.skew_minutes = pick<int>({-10, -9, -3, 3, 9, 10});
    if (chance(0.3)) choose_death(out);
    // Appending twice is what two runs after one another are asked for. A table that is emptied and
    // then filled has no guard against a second run that takes the first one for dead.
    if (!story_.append && !story_.no_overwrite && chance(0.2)) {
      out.two_at_once = true;
      out.rival_after_requests = static_cast<int>(below(70));
      if (chance(0.4)) out.rival_skew_minutes = pick<int>({-10, -5, 5, 10});
    }
    for (int i = static_cast<int>(below(6)); i > 0; --i)
      out.meanwhile.push_back({1 + static_cast<int>(below(40)), any_act()});
    if (!story_.by_column && chance(0.15)) {
      Act act;
      act.kind = pick<Act::Kind>({Act::Kind::kDropPartition, Act::Kind::kDropPartition,
                                  Act::Kind::kDropTable, Act::Kind::kRecreateTable,
                                  Act::Kind::kAddColumn});
      out.meanwhile.push_back({1 + static_cast<int>(below(70)), std::move(act)});
    }
    std::stable_sort(
        out.meanwhile.begin(), out.meanwhile.end(),
        [](const RunAct& a, const RunAct& b) { return a.after_requests < b.after_requests; });
    return out;
  }

  // Anywhere, and more often where something is decided.
  void choose_death(Attempt& attempt) {
    attempt.kill_after_send = chance(0.5);
    if (chance(0.4)) {
      attempt.kill_phase = some_phase();
      attempt.kill_at_request = 1 + static_cast<int>(below(2));
      return;
    }
    attempt.kill_what =
        pick<const char*>({"", "", "GetStreamRecord", "blockid", "PutRow", "PutRow", "uploadid",
                           "uploadid", "BatchWriteRow", "uploads", "instances", "partition="});
    attempt.kill_at_request = 1 + static_cast<int>(below(attempt.kill_what.empty() ? 80 : 6));
  }

  NetworkFault fault() {
    NetworkFault out;
    out.kind = pick<FaultKind>({FaultKind::kResetBefore, FaultKind::kResetInside,
                                FaultKind::kResetAfter, FaultKind::kTruncate, FaultKind::kFlipBit,
                                FaultKind::kErrorStorm, FaultKind::kThrottle, FaultKind::kTimeout,
                                FaultKind::kDelay, FaultKind::kEmptyPage,
                                FaultKind::kTrimmedIterator, FaultKind::kLostCommit});
    // Often everywhere now and then; else one kind of request, for a while.
    if (chance(0.5)) {
      out.probability = pick<double>({0.02, 0.1, 0.3});
    } else {
      out.path =
          pick<const char*>({"GetStreamRecord", "GetShardIterator", "PutRow", "GetRow",
                             "BatchWriteRow", "DescribeStream", "tables/person", "GetRange"});
      out.skip = static_cast<int>(below(4));
      out.count = 1 + static_cast<int>(below(6));
    }
    switch (out.kind) {
      case FaultKind::kErrorStorm:
        out.count = 5 + static_cast<int>(below(20));
        break;
      case FaultKind::kDelay:
        out.delay_us = 1000 * static_cast<int64_t>(1 + below(3000));
        break;
      case FaultKind::kEmptyPage:
      case FaultKind::kTrimmedIterator:
        out.path = "GetStreamRecord";
        out.count = 1 + static_cast<int>(below(3));
        break;
      case FaultKind::kLostCommit:
        out.path = "tables/person";
        out.query = "uploadid=";
        out.probability = 1;
        out.skip = 0;
        out.count = 1 + static_cast<int>(below(2));
        break;
      default:
        break;
    }
    return out;
  }

  // What decides more often than what only looks.
  Phase some_phase() {
    return pick<Phase>({Phase::kTable, Phase::kPartition, Phase::kStatement, Phase::kRoute,
                        Phase::kSession, Phase::kSession, Phase::kBlock, Phase::kBlock, Phase::kAsk,
                        Phase::kAsk, Phase::kCommit, Phase::kCommit, Phase::kCommit});
  }

  // Aimed at one phase of the writer.
  NetworkFault writer_fault() {
    NetworkFault out;
    out.kind = pick<FaultKind>(
        {FaultKind::kResetBefore, FaultKind::kResetInside, FaultKind::kResetAfter,
         FaultKind::kErrorStorm, FaultKind::kThrottle, FaultKind::kTimeout, FaultKind::kDelay,
         FaultKind::kSpoiledBlock, FaultKind::kSpoiledBlock, FaultKind::kSpoiledAnswer,
         FaultKind::kSpoiledAnswer, FaultKind::kFullQuota, FaultKind::kFullQuota,
         FaultKind::kLostSession, FaultKind::kLostCommit});
    Phase phase = some_phase();
    out.skip = chance(0.6) ? 0 : static_cast<int>(below(3));
    out.count = 1 + static_cast<int>(below(4));
    switch (out.kind) {
      case FaultKind::kErrorStorm:
        out.count = 5 + static_cast<int>(below(20));
        break;
      case FaultKind::kDelay:
        out.delay_us = 1000 * static_cast<int64_t>(1 + below(90'000));
        break;
      case FaultKind::kSpoiledBlock:
        phase = Phase::kBlock;
        break;
      case FaultKind::kFullQuota:
        out.count = pick<int>({3, 9, 10, 11, 40, -1});
        out.retry_after_s = pick<int>({0, 0, 1, 30});
        break;
      case FaultKind::kLostSession:
        phase = Phase::kSession;
        out.skip = 0;
        break;
      case FaultKind::kLostCommit:
        phase = Phase::kCommit;
        out.skip = 0;
        break;
      default:
        break;
    }
    const PhasePattern pattern = pattern_of(phase);
    out.method = pattern.method;
    out.path = pattern.path;
    out.query = pattern.query;
    return out;
  }

  Random random_;
  Story story_;
  bool long_windows_ = false;
};

}  // namespace

const char* name_of(FaultKind kind) {
  static constexpr std::array<const char*, kFaultKinds> kNames = {"reset-before",
                                                                  "reset-inside",
                                                                  "reset-after",
                                                                  "truncate",
                                                                  "flip-bit",
                                                                  "error-storm",
                                                                  "throttle",
                                                                  "timeout",
                                                                  "delay",
                                                                  "empty-page",
                                                                  "trimmed-iterator",
                                                                  "lost-commit",
                                                                  "clock-skew",
                                                                  "kill",
                                                                  "rival",
                                                                  "split",
                                                                  "merge",
                                                                  "stream-switch",
                                                                  "too-late",
                                                                  "too-soon",
                                                                  "shard-expired",
                                                                  "spoiled-block",
                                                                  "spoiled-answer",
                                                                  "full-quota",
                                                                  "expired-session",
                                                                  "lost-session",
                                                                  "partition-dropped",
                                                                  "table-dropped",
                                                                  "column-added",
                                                                  "no-overwrite"};
  return kNames[static_cast<size_t>(kind)];
}

Story make_story(uint64_t seed) { return Teller(seed).tell(); }

}  // namespace otsstream::sim
