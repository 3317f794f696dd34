// That the checker sees what it is there for.

#include "sim/checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace otsstream::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const WindowCase kWindow{kDestination, "pt=w0", 1'000, 2'000};

// Two changes of one key and one of another in the window, one behind it.
Model model() {
  Model model;
  model.stream_on({"shard"});
  auto write = [&](const char* key, int64_t ms) {
    model.acknowledged({{RowChange::Kind::kDelete, key, {}}}, ms * 1000);
  };
  write("a", 1'000);
  write("b", 1'500);
  write("a", 1'999);
  write("a", 2'000);
  return model;
}

std::vector<std::string> landed_rows() {
  std::vector<std::string> rows;
  for (const LandedRow& row : model().window(kWindow.start_ms, kWindow.end_ms))
    rows.push_back(row.text);
  return rows;
}

std::vector<std::string> findings_of_rows(const std::vector<std::string>& rows) {
  std::vector<std::string> findings;
  check_rows({landed_rows(), {}}, rows, findings);
  return findings;
}

TEST(Checker, RowsMustBeAllAndOnceAndInOrderPerKey) {
  std::vector<std::string> landed = landed_rows();
  ASSERT_EQ(landed.size(), 3u);
  EXPECT_THAT(findings_of_rows(landed), IsEmpty());
  std::swap(landed[0], landed[1]);
  EXPECT_THAT(findings_of_rows(landed), IsEmpty()) << "between keys there is no order";

  landed = landed_rows();
  std::swap(landed[0], landed[2]);
  EXPECT_THAT(findings_of_rows(landed), ElementsAre(HasSubstr("out of order")));
  landed = landed_rows();
  landed.pop_back();
  EXPECT_THAT(findings_of_rows(landed), ElementsAre(HasSubstr("missing")));
  landed = landed_rows();
  landed.insert(landed.begin(), landed.front());
  EXPECT_THAT(findings_of_rows(landed), ElementsAre(HasSubstr("too much")));
  landed = landed_rows();
  landed[1][0] = 'c';
  EXPECT_THAT(findings_of_rows(landed), ElementsAre(HasSubstr("missing"), HasSubstr("too much")));
}

TEST(Checker, LateRowsMayLandOrNot) {
  const std::vector<std::string> all = landed_rows();
  const Expectation expected{{all[0], all[1]}, {all[2]}};
  for (const size_t landed : {2u, 3u}) {
    std::vector<std::string> findings;
    check_rows(expected, {all.begin(), all.begin() + static_cast<ptrdiff_t>(landed)}, findings);
    EXPECT_THAT(findings, IsEmpty());
  }
}

// As a run over the window writes it.
WindowStatus status() {
  WindowStatus status;
  status.description_version = "v";
  status.table = kDataTable;
  status.stream = "stream";
  status.start_ms = "1000";
  status.end_ms = "2000";
  status.shards = {"shard", "other"};
  status.checkpoints["shard"] = {"v", std::string(150, 'i'), "0", "3"};
  status.checkpoints["other"] = {"v", "SHARD_END", "0", ""};
  status.fence_state = "COMMITTED";
  return status;
}

TEST(Checker, StatusRowsMustLetAStrangerContinue) {
  struct Case {
    const char* name;
    std::function<void(WindowStatus&)> spoil;
    const char* finding;
  };
  const Case cases[] = {
      {"as it should be", [](WindowStatus&) {}, nullptr},
      {"no fence", [](WindowStatus& s) { s.fence_state.reset(); }, nullptr},
      {"no description", [](WindowStatus& s) { s.description_version.reset(); },
       "no job description"},
      {"another table", [](WindowStatus& s) { s.table = "x"; }, "TableName"},
      {"another Stream", [](WindowStatus& s) { s.stream = "x"; }, "JobStreamId"},
      {"another start", [](WindowStatus& s) { s.start_ms = "1"; }, "StartTime"},
      {"another end", [](WindowStatus& s) { s.end_ms = "1"; }, "EndTime"},
      {"a shard not listed", [](WindowStatus& s) { s.shards.pop_back(); }, "are listed"},
      {"a row missing", [](WindowStatus& s) { s.checkpoints.erase("other"); }, "have checkpoints"},
      {"a row of somebody else", [](WindowStatus& s) { s.checkpoints["other"].version = "w"; },
       "another version"},
      {"skipped records", [](WindowStatus& s) { s.checkpoints["other"].skip_count = "1"; },
       "SkipCount"},
      {"counted wrong", [](WindowStatus& s) { s.checkpoints["shard"].send_record_count = "2"; },
       "SendRecordCount"},
      {"counted nothing", [](WindowStatus& s) { s.checkpoints["other"].send_record_count = "0"; },
       "SendRecordCount"},
      {"ended too early", [](WindowStatus& s) { s.checkpoints["shard"].checkpoint = "SHARD_END"; },
       "records behind the window"},
      {"begun anew", [](WindowStatus& s) { s.checkpoints["shard"].checkpoint = "TRIM_HORIZON"; },
       "records of the window"},
      {"no position", [](WindowStatus& s) { s.checkpoints["shard"].checkpoint = ""; }, "stands at"},
      {"held", [](WindowStatus& s) { s.fence_state = "PREPARED"; }, "the fence is PREPARED"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    WindowStatus spoiled = status();
    c.spoil(spoiled);
    std::vector<std::string> findings;
    check_status(model(), kWindow, true, "stream", spoiled, findings);
    if (c.finding == nullptr)
      EXPECT_THAT(findings, IsEmpty());
    else
      EXPECT_THAT(findings, testing::Contains(HasSubstr(c.finding)));
  }
}

TEST(Checker, AFailureLeavesAllOrNothing) {
  const StatusRow checkpoint{"stream", "CheckpointForDataxReader", "x", {}};
  const StatusRow fence{"stream", "OtsStreamFence", "x", {}};
  auto findings = [&](const Picture& before, const Picture& after) {
    std::vector<std::string> out;
    check_untouched({landed_rows(), {}}, before, after, out);
    return out;
  };
  std::vector<std::string> half = landed_rows();
  half.pop_back();
  EXPECT_THAT(findings({{}, {}}, {{}, {}}), IsEmpty());
  EXPECT_THAT(findings({{}, {}}, {{}, {fence}}), IsEmpty());
  EXPECT_THAT(findings({{"old"}, {}}, {{"old"}, {}}), IsEmpty());
  EXPECT_THAT(findings({{"old"}, {}}, {landed_rows(), {checkpoint}}), IsEmpty()) << "wholly new";
  EXPECT_THAT(findings({{}, {}}, {half, {}}), ElementsAre(HasSubstr("part of its work")));
  EXPECT_THAT(findings({{"old"}, {}}, {{}, {}}),
              testing::Each(HasSubstr("part of its work: missing")));
  EXPECT_THAT(findings({{"old"}, {}}, {{"old"}, {checkpoint}}),
              ElementsAre(HasSubstr("changed DataX's status rows")));
}

TEST(Checker, PartitionsByColumnMayBeOldAndNewSideBySide) {
  auto row = [](const char* key, const char* kind) {
    return std::string(key) + "|c|1|v|" + kind + "|0000000000_1:0000000000";
  };
  const std::vector<std::string> wanted = {row("a", "U"), row("b", "U"), row("a", "DR")};
  auto findings = [&](const std::vector<std::string>& before,
                      const std::vector<std::string>& after) {
    std::vector<std::string> out;
    check_untouched({wanted, {}, true}, {before, {}}, {after, {}}, out);
    return out;
  };
  const std::string old = row("old", "U");
  EXPECT_THAT(findings({old}, {wanted[2], old}), IsEmpty());
  EXPECT_THAT(findings({old}, {wanted[0], wanted[1]}), IsEmpty());
  EXPECT_THAT(findings({old}, {}), testing::Each(HasSubstr("missing")));
  EXPECT_THAT(findings({old}, {}), testing::Not(IsEmpty()));
  EXPECT_THAT(findings({old}, {wanted[0], wanted[2]}),
              ElementsAre(HasSubstr("part of its work: missing")));
  EXPECT_THAT(findings({old}, {wanted[0], wanted[1], old}),
              ElementsAre(HasSubstr("part of its work: too much")));
}

// 8.3, 8.4, 8.5 by hand.
TEST(StatusRows, AreReadAsTheSpecWritesThem) {
  const std::string end = "   1510036262000";
  const std::string packed =
      "\x78\x9c\x8b\x56\x2a\xce\x48\x2c\x4a\x89\x4f\x54\xd2\x81\xb2\x92\x94\x62\x01\x4e\x3e\x07"
      "\x12";
  const std::vector<StatusRow> all = {
      {"st",
       "CheckpointForDataxReader",
       end + "\tshard_a",
       {{"Version", "v"}, {"Checkpoint", "it"}, {"SkipCount", "0"}, {"SendRecordCount", "4"}}},
      {"st", "CheckpointForDataxReader", "   1510036262001\tshard_b", {}},
      {"other", "CheckpointForDataxReader", end + "\tshard_b", {}},
      {"st",
       "DataxJobDesc",
       end,
       {{"Version", "v"}, {"ShardIds_0", packed.substr(0, 9)}, {"ShardIds_1", packed.substr(9)}}},
      {"st", "OtsStreamFence", end, {{"State", "RUNNING"}}}};
  const WindowStatus status = status_of_window(all, "st", 1'510'036'262'000);
  ASSERT_EQ(status.checkpoints.size(), 1u);
  EXPECT_EQ(status.checkpoints.at("shard_a").checkpoint, "it");
  EXPECT_EQ(status.checkpoints.at("shard_a").send_record_count, "4");
  EXPECT_EQ(status.description_version, "v");
  EXPECT_THAT(status.shards, ElementsAre("shard_a", "shard_b"));
  EXPECT_EQ(status.fence_state, "RUNNING");
  EXPECT_EQ(datax_rows(all).size(), 4u);
}

}  // namespace
}  // namespace otsstream::sim
