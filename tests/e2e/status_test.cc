// `otsstream status` as a user meets it, against a status table that runs and hands have written.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/time_zone.h"
#include "config/json_text.h"
#include "reader/status_rows.h"
#include "reader/status_table.h"
#include "support/program_world.h"
#include "support/world.h"

namespace otsstream::test {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

// Data time lies two hours behind, rounded up to full seconds.
constexpr const char* kLag = "lag           (1 h 59|2 h 0) min";

class StatusCommand : public testing::Test {
 protected:
  void SetUp() override {
    world.create_tables();
    start = world.mark();
    world.write(0, 10);
    world.split();
    world.write(10, 20);
    end = world.mark();
    ASSERT_EQ(world.run(start, end).exit_code, 0);
    end_ms = *parse_time14(end, Zone::china());
  }

  ProgramResult status(std::vector<std::string> arguments, bool by_job = true) {
    std::vector<std::string> all = {"status"};
    const bool has_word = !arguments.empty() && !arguments.front().starts_with("-");
    if (has_word) {
      all.push_back(arguments.front());
      arguments.erase(arguments.begin());
    }
    if (by_job) all.push_back(world.job_file);
    all.insert(all.end(), {"--connections", world.connections_file});
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_program(OTS_PROGRAM, all);
  }
  std::shared_ptr<JsonDocument> json(const ProgramResult& result) {
    auto document = parse_json(result.out, "answer", {.strict = true});
    EXPECT_TRUE(document) << result.out << result.err;
    return document ? *document : nullptr;
  }
  // The export, whole.
  std::string rows() { return status({"export"}).out; }
  std::string stream_id() {
    return (*world.tablestore->list_stream("person")).streams.front().stream_id;
  }

  ProgramWorld world{OTS_PROGRAM};
  std::string start, end;
  int64_t end_ms = 0;
};

TEST_F(StatusCommand, TellsLagRetentionAndShards) {
  const ProgramResult shown = status({});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out, AllOf(HasSubstr("data table    person"), HasSubstr("holds 24 h, 3 shards"),
                               ContainsRegex(kLag), HasSubstr("retention     loses data in 2"),
                               HasSubstr("  closed, 10 records\n├─ "), HasSubstr("\n└─ "),
                               HasSubstr(" GMT+8 (20"), HasSubstr("Finished")));
  EXPECT_THAT(shown.out + shown.err, Not(HasSubstr("testkey")));
  const auto report = json(status({"--json"}));
  ASSERT_NE(report, nullptr);
  EXPECT_EQ(report->root().find("lastFinishedEndMs")->text(), std::to_string(end_ms));
  EXPECT_THAT(report->root().find("shards")->items(), SizeIs(3));

  // The same by options, in another zone.
  const ProgramResult by_options =
      status({"--connection", "otsstream", "--table", "person", "--timezone", "UTC"}, false);
  EXPECT_EQ(by_options.exit_code, 0) << by_options.err;
  EXPECT_THAT(by_options.out, AllOf(ContainsRegex(kLag), HasSubstr(" UTC (20")));
}

TEST_F(StatusCommand, ListsAndDescribesAsTheConsoleScriptOfDataX) {
  const ProgramResult list = status({"list"});
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_THAT(list.out, AllOf(HasSubstr("TableName"), HasSubstr("JobStreamId"),
                              HasSubstr(std::to_string(end_ms)), HasSubstr("3/3"),
                              HasSubstr("Finished"), HasSubstr("1 windows")));
  EXPECT_THAT(status({"list", "--since", std::to_string(end_ms + 1)}).out, HasSubstr("0 windows"));
  EXPECT_THAT(status({"list", "--all", "--connection", "otsstream"}, false).out,
              HasSubstr("1 windows"));

  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"describe"}, {"describe", "--end", end}}) {
    const ProgramResult described = status(arguments);
    EXPECT_EQ(described.exit_code, 0) << described.err;
    EXPECT_THAT(described.out,
                AllOf(HasSubstr("SendRecordCount"), HasSubstr("SHARD_END"),
                      HasSubstr("ShardsCount       3"), HasSubstr("CheckPointsCount  3"),
                      HasSubstr("JobStatus         Finished"), HasSubstr("committed by host")));
  }
  EXPECT_THAT(json(status({"describe", "--json"}))->root().find("rows")->items(), SizeIs(3));
}

TEST_F(StatusCommand, ReadsRowsThatOnlyVeryOldVersionsWrote) {
  const int64_t old_end = end_ms - 3'600'000;
  reader::StatusTable table(*world.tablestore, world.clock, kStatusTable);
  tablestore::Row count;
  count.primary_key = reader::shard_count_key(stream_id(), old_end);
  count.cells.push_back(
      {"ShardCount", tablestore::CellOp::kPut, tablestore::CellValue::of_integer(2), {}});
  ASSERT_TRUE(table.put_rows({count}));
  ASSERT_TRUE(table.put_checkpoints(stream_id(), old_end, {{"x", "", "it", 7, 0}}));
  const std::string end_text = std::to_string(old_end);
  ProgramResult described = status({"describe", "--end", end_text});
  EXPECT_EQ(described.exit_code, 1) << described.err;
  EXPECT_THAT(described.out, AllOf(HasSubstr("ShardCount   2"), HasSubstr("NotFinished: ")));
  ASSERT_TRUE(table.put_checkpoints(stream_id(), old_end, {{"y", "", "SHARD_END", 0, 0}}));
  EXPECT_EQ(status({"describe", "--end", end_text}).exit_code, 0);
  EXPECT_THAT(status({"list"}).out, HasSubstr("2/2"));
}

TEST_F(StatusCommand, ReadingChangesNothing) {
  const std::string before = rows();
  EXPECT_THAT(before, HasSubstr("otsstream-status-rows/1"));
  status({});
  status({"list", "--json"});
  status({"describe"});
  // Nobody is there to be asked.
  const std::vector<std::string> kEdits[] = {{"delete", "--end", end},
                                             {"set", "--end", end, "--trim-horizon"}};
  for (const auto& edit : kEdits) {
    const ProgramResult asked = status(edit);
    EXPECT_EQ(asked.exit_code, 255) << asked.err;
    EXPECT_THAT(asked.err, HasSubstr("[Usage-Yes]"));
  }
  EXPECT_EQ(rows(), before);
}

TEST_F(StatusCommand, DeletesAWindowAndTakesItsExportBack) {
  const ProgramResult exported = status({"export", "--end", end});
  ASSERT_EQ(exported.exit_code, 0) << exported.err;
  const std::string file = world.folder.path("rows.jsonl");
  ASSERT_TRUE(write_file_atomic(file, exported.out));
  const auto checkpoints = world.status_rows();

  const ProgramResult gone = status({"delete", "--end", end, "--yes"});
  EXPECT_EQ(gone.exit_code, 0) << gone.err;
  EXPECT_THAT(gone.out, HasSubstr("deleted 4 rows"));
  EXPECT_THAT(status({}).out, HasSubstr("none is finished"));
  EXPECT_EQ(status({}).exit_code, 1);
  const ProgramResult missing = status({"delete", "--end", end, "--yes"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.err, HasSubstr("[Status-NoWindow]"));

  const ProgramResult back = status({"set", "--rows", file, "--yes"});
  EXPECT_EQ(back.exit_code, 0) << back.err;
  EXPECT_THAT(back.err, HasSubstr("1 fence rows were left out"));
  EXPECT_EQ(world.status_rows(), checkpoints);
  EXPECT_EQ(status({"describe", "--end", end}).exit_code, 0);

  world.forget_status();
  const ProgramResult none = status({"list"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("[Status-NoTable]"));
  EXPECT_EQ(status({"set", "--rows", file, "--yes"}).exit_code, 0);
  EXPECT_EQ(status({"describe", "--end", end}).exit_code, 0);

  std::string foreign = exported.out;
  for (size_t at = 0; (at = foreign.find(stream_id(), at)) != std::string::npos; at += 7)
    foreign.replace(at, stream_id().size(), "another");
  ASSERT_TRUE(write_file_atomic(file, foreign));
  EXPECT_THAT(status({"set", "--rows", file, "--yes"}).err, HasSubstr("[Status-OtherStream]"));
}

TEST_F(StatusCommand, ARunThatHoldsTheWindowIsSeenAndNotDisturbed) {
  reader::StatusTable table(*world.tablestore, world.clock, kStatusTable);
  ASSERT_TRUE(table.take_fence(
      stream_id(), end_ms + 1000,
      {"web-9:boot:ns/12/3/a/1", "RUNNING", world.clock.wall_ms() + 600'000, "", ""}, {}));
  const std::string later = std::to_string(end_ms + 1000);
  EXPECT_THAT(status({}).out, AllOf(HasSubstr("RUNNING by host web-9, process 12, lease until"),
                                    HasSubstr("  RUNNING "), ContainsRegex(kLag)));
  const ProgramResult described = status({"describe", "--end", later});
  EXPECT_EQ(described.exit_code, 1);
  const std::string before = rows();
  for (const ProgramResult& refused :
       {status({"delete", "--end", later, "--yes"}),
        status({"set", "--end", later, "--trim-horizon", "--yes"})}) {
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("[Fence-Held]"));
  }
  EXPECT_EQ(rows(), before);
}

// The next window goes on from what was set: by time behind the first ten rows, by TRIM_HORIZON
// from the oldest change, by an iterator where it stands.
TEST_F(StatusCommand, SetsCheckpointsThatTheNextRunContinuesFrom) {
  world.write(20, 25);
  const std::string next = world.mark();
  const auto run_next = [&] {
    world.forget_landed();
    const ProgramResult run = world.run(end, next);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("continuing from the checkpoints"));
    return world.landed().size() / 2;  // a DR and a U per row
  };
  EXPECT_EQ(run_next(), 5u);
  const auto iterators = json(status({"describe", "--end", end, "--json"}));
  std::string shard, iterator;
  for (const JsonNode* row : iterators->root().find("rows")->items()) {
    if (row->find("checkpoint")->text() == "SHARD_END") continue;
    shard = row->find("shard")->text();
    iterator = row->find("checkpoint")->text();
  }

  ProgramResult set = status({"set", "--end", end, "--trim-horizon", "--yes"});
  EXPECT_EQ(set.exit_code, 0) << set.err;
  EXPECT_THAT(set.out, HasSubstr("set 3 checkpoints"));
  EXPECT_EQ(run_next(), 25u);

  set = status({"set", "--end", end, "--time", end, "--yes", "--json"});
  EXPECT_EQ(set.exit_code, 0) << set.err;
  EXPECT_EQ(json(set)->root().find("rows")->text(), "3");
  EXPECT_EQ(run_next(), 5u);

  set = status({"set", "--end", end, "--shard", shard, "--iterator", iterator, "--yes"});
  EXPECT_EQ(set.exit_code, 0) << set.err;
  EXPECT_EQ(run_next(), 5u);
  set = status({"set", "--end", end, "--shard", shard, "--iterator", "no such thing", "--yes"});
  EXPECT_EQ(set.exit_code, 2);
  EXPECT_THAT(set.err, HasSubstr("[Status-Position]"));
}

TEST_F(StatusCommand, WrongWordsAreNamed) {
  const struct {
    std::vector<std::string> arguments;
    bool by_job;
    int exit_code;
    const char* code;
  } kCases[] = {
      {{"list"}, false, 255, "[Usage-Source]"},
      {{"list", "--connection", "otsstream"}, true, 255, "[Usage-Source]"},
      {{"set", "--yes", "--trim-horizon"}, true, 255, "[Usage-Window]"},
      {{"describe", "--end", "1", "--connection", "otsstream"}, false, 255, "[Usage-Window]"},
      {{"describe", "--end", "yesterday"}, true, 255, "[Usage-Time]"},
      {{"set", "--end", end, "--yes"}, true, 255, "[Usage-Position]"},
      {{"set", "--end", end, "--trim-horizon", "--shard-end"}, true, 255, "[Usage-Position]"},
      {{"delete"}, true, 255, "--end"},
      {{"list", "--timezone", "Mars"}, true, 2, "[Config-TimeZone]"},
  };
  for (const auto& c : kCases) {
    const ProgramResult result = status(c.arguments, c.by_job);
    EXPECT_EQ(result.exit_code, c.exit_code) << c.code << result.err;
    EXPECT_THAT(result.err, HasSubstr(c.code));
  }
  for (const char* word : {"list", "describe", "delete", "export", "set"}) {
    const ProgramResult help = run_program(OTS_PROGRAM, {"status", word, "--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.out, HasSubstr("Example"));
  }
}

// Of a job's variables only those matter that its tables and access data use.
TEST_F(StatusCommand, AJobsWindowIsOfNoInterest) {
  auto text = read_file(world.job_file);
  ASSERT_TRUE(text);
  text->replace(text->find("\"person\""), 8, "\"${table}\"");
  ASSERT_TRUE(write_file_atomic(world.job_file, *text));
  const ProgramResult unset = status({});
  EXPECT_EQ(unset.exit_code, 2);
  EXPECT_THAT(unset.err, AllOf(HasSubstr("[Reader-Variable]"), HasSubstr("person.json:")));
  EXPECT_EQ(status({"-p", "table=person"}).exit_code, 0);
}

}  // namespace
}  // namespace otsstream::test
