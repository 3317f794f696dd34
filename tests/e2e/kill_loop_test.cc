// Dies at every kill point, runs again, and compares with a run that nobody disturbed: rows of the
// partition and DataX's rows of the status table.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "base/file.h"
#include "base/kill_point.h"
#include "support/lines.h"
#include "support/program_world.h"

namespace otsstream::test {
namespace {

constexpr int kKilled = 137;

enum class Way {
  kTruncate,      // the partition is replaced
  kAppend,        // the partition grows
  kByColumn,      // a partition for each kind of change, replaced one after the other
  kEmptiedFirst,  // the table refuses to be overwritten: emptied just before the commit
  kStatements,    // with statements of the job around it
};

// Points that only some ways pass; all others are passed by all of them.
const std::map<std::string_view, Way> kOnlyIn = {
    {"odps.begin.after_pre_sql", Way::kStatements},
    {"odps.commit.before_empty", Way::kEmptiedFirst},
    {"odps.commit.after_empty", Way::kEmptiedFirst},
    {"odps.commit.between_parts", Way::kByColumn},
    {"odps.post_sql.after_statement", Way::kStatements},
};

// Where a run of this way is killed: "name", or "name:n" for the n-th pass.
std::vector<std::string> deaths(Way way) {
  if (way == Way::kStatements)
    return {"odps.begin.after_pre_sql", "sync.begin.after_staging", "sync.commit.after_destination",
            "odps.post_sql.after_statement", "odps.post_sql.after_statement:2"};
  if (way == Way::kEmptiedFirst)
    return {"sync.commit.after_prepared", "odps.commit.before_empty",
            "odps.commit.after_empty",    "odps.commit.before_post",
            "odps.commit.after_post",     "sync.commit.after_destination"};
  std::vector<std::string> names;
  for (std::string_view point : kill_points())
    if (!kOnlyIn.contains(point)) names.emplace_back(point);
  if (way == Way::kByColumn) {
    std::erase_if(names, [](const std::string& name) {
      return name.starts_with("sync.begin.") || name.starts_with("sync.transfer.");
    });
    for (const char* more :
         {"odps.session.after_create:2", "odps.block.before_put:2", "odps.block.after_put:2",
          "odps.commit.between_parts", "odps.commit.before_post:2", "odps.commit.after_post:2"})
      names.emplace_back(more);
  } else {
    // The window has several shards, so several units and blocks.
    for (const char* more :
         {"sync.transfer.before_unit:2", "odps.block.before_put:2", "odps.block.after_put:2"})
      names.emplace_back(more);
  }
  // Appending a finished window once more appends it once more: that run was over, only its exit
  // status was lost.
  if (way == Way::kAppend) std::erase(names, "sync.commit.after_committed");
  return names;
}

// A first window has landed; the second one is run, killed, and run again.
class KillLoop : public testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    world_.create_tables();
    if (way() == Way::kByColumn) {
      world_.sql("DROP TABLE person;");
      world_.sql(
          "CREATE TABLE person (id STRING, colname STRING, version BIGINT, colvalue STRING, "
          "sequenceinfo STRING) PARTITIONED BY (optype STRING);");
    }
    start_ = world_.mark();
    world_.write(0, 20);
    middle_ = world_.mark();
    world_.write(20, 60);
    world_.split();
    world_.write(0, 60);
    end_ = world_.mark();
    if (way() == Way::kAppend) in_job("\"truncate\": true", "\"truncate\": false");
    if (way() == Way::kByColumn) in_job("\"partition\": \"pt=${bdp.system.bizdate}\",", "");
    if (way() == Way::kStatements)
      in_job("\"truncate\": true",
             "\"truncate\": true, "
             "\"preSql\": [\"ALTER TABLE person ADD IF NOT EXISTS PARTITION (pt='before')\"], "
             "\"postSql\": [\"ALTER TABLE person ADD IF NOT EXISTS PARTITION (pt='after')\", "
             "\"ALTER TABLE person DROP IF EXISTS PARTITION (pt='before')\"]");
  }
  Way way() const { return GetParam(); }

  void in_job(const std::string& from, const std::string& to) {
    auto text = read_file(world_.job_file);
    ASSERT_TRUE(text.has_value());
    ASSERT_NE(text->find(from), std::string::npos) << from;
    text->replace(text->find(from), from.size(), to);
    ASSERT_TRUE(write_file_atomic(world_.job_file, *text).has_value());
  }

  // What has landed, by partition.
  using Landed = std::map<std::string, std::vector<std::string>>;
  Landed landed() {
    const char* partition = way() == Way::kByColumn ? "optype" : "pt";
    Landed parts;
    auto result =
        world_.cloud->maxcompute().query(std::string("select ") + partition +
                                         ", id, colname, version, colvalue, optype from person");
    for (const std::string& row : row_lines(result))
      parts[row.substr(0, row.find('|'))].push_back(row);
    return parts;
  }
  // Partitions that are neither as before nor wholly new.
  std::vector<std::string> between(const Landed& before, const Landed& after, const Landed& now) {
    std::set<std::string> names;
    for (const Landed* landed : {&before, &after, &now})
      for (const auto& [name, rows] : *landed) names.insert(name);
    auto rows_of = [](const Landed& landed, const std::string& name) {
      auto found = landed.find(name);
      return found == landed.end() ? std::vector<std::string>() : found->second;
    };
    std::vector<std::string> wrong;
    for (const std::string& name : names) {
      const std::vector<std::string> rows = rows_of(now, name);
      const bool emptied = way() == Way::kEmptiedFirst && rows.empty();
      if (rows != rows_of(before, name) && rows != rows_of(after, name) && !emptied)
        wrong.push_back(name);
    }
    return wrong;
  }

  // The first session that a run asks for would replace; the service does not open it.
  void refuse_overwrite() {
    local::FaultRules& faults = world_.cloud->tablestore().faults();
    faults.clear();
    if (way() != Way::kEmptiedFirst) return;
    local::FaultRule rule;
    rule.fault = "error";
    rule.operation = "CreateUpload";
    rule.code = "InvalidArgument";
    rule.message = "a transactional table does not support overwrite";
    rule.count = 1;
    ASSERT_TRUE(faults.add(std::move(rule)));
  }

  // Nothing but the first window.
  void reset() {
    world_.forget_status();
    for (const char* partition : {"pt='20171018'", "pt='before'", "pt='after'"})
      if (way() != Way::kByColumn)
        world_.sql(std::string("ALTER TABLE person DROP IF EXISTS PARTITION (") + partition + ");");
    for (const char* partition : {"optype='U'", "optype='DR'"})
      if (way() == Way::kByColumn)
        world_.sql(std::string("ALTER TABLE person DROP IF EXISTS PARTITION (") + partition + ");");
    refuse_overwrite();
    const ProgramResult first = world_.run(start_, middle_, {"--quiet"});
    ASSERT_EQ(first.exit_code, 0) << first.err;
  }
  ProgramResult run() {
    refuse_overwrite();
    return world_.run(middle_, end_, {"--quiet"});
  }
  ProgramResult run_until(const std::string& death) {
    refuse_overwrite();
    return world_.run(middle_, end_, {"--quiet"}, {{"OTSSTREAM_KILL_AT", death}});
  }

  ProgramWorld world_{OTS_PROGRAM};
  std::string start_, middle_, end_;
};

TEST_P(KillLoop, EveryPointLeavesAllOrNothingAndTheNextRunFinishes) {
  reset();
  const Landed before = landed();
  const ProgramResult undisturbed = run();
  ASSERT_EQ(undisturbed.exit_code, 0) << undisturbed.err;
  const Landed after = landed();
  const std::vector<std::string> status = world_.status_rows();
  ASSERT_NE(before, after);
  ASSERT_FALSE(status.empty());

  for (const std::string& death : deaths(way())) {
    SCOPED_TRACE(death);
    reset();
    const ProgramResult killed = run_until(death);
    ASSERT_EQ(killed.exit_code, kKilled) << "the run never passed this point\n" << killed.err;
    EXPECT_THAT(between(before, after, landed()), testing::IsEmpty()) << "half a window is visible";

    const ProgramResult again = run();
    ASSERT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(landed(), after);
    EXPECT_EQ(world_.status_rows(), status);
  }
}

// Twice in a row, at points that the second run reaches in its own way.
TEST_P(KillLoop, TheRunThatFinishesForAnotherMayDieToo) {
  reset();
  const Landed before = landed();
  ASSERT_EQ(run().exit_code, 0);
  const Landed after = landed();
  std::vector<std::string> seconds = {"odps.commit.before_post", "sync.commit.after_destination",
                                      "sync.commit.between_checkpoints",
                                      "sync.commit.after_description"};
  if (way() == Way::kByColumn) seconds.push_back("odps.commit.between_parts");
  if (way() == Way::kEmptiedFirst) seconds.push_back("odps.commit.after_empty");
  if (way() == Way::kStatements) seconds.push_back("odps.post_sql.after_statement");
  for (const std::string& second : seconds) {
    SCOPED_TRACE(second);
    reset();
    ASSERT_EQ(run_until("sync.commit.after_prepared").exit_code, kKilled);
    const ProgramResult killed = run_until(second);
    ASSERT_EQ(killed.exit_code, kKilled) << killed.err;
    EXPECT_THAT(between(before, after, landed()), testing::IsEmpty());
    const ProgramResult again = run();
    ASSERT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(landed(), after);
  }
}

std::string name_of(const testing::TestParamInfo<Way>& way) {
  constexpr const char* kNames[] = {"Truncate", "Append", "ByColumn", "EmptiedFirst", "Statements"};
  return kNames[static_cast<size_t>(way.param)];
}

INSTANTIATE_TEST_SUITE_P(Mode, KillLoop,
                         testing::Values(Way::kTruncate, Way::kAppend, Way::kByColumn,
                                         Way::kEmptiedFirst, Way::kStatements),
                         name_of);

// A point that is new is passed by every way, or said here to belong to one; a run that never
// passes a point where it should die fails the loop.
TEST(KillPoints, TheLoopKnowsEveryOne) {
  std::set<std::string> known;
  for (Way way :
       {Way::kTruncate, Way::kAppend, Way::kByColumn, Way::kEmptiedFirst, Way::kStatements})
    for (const std::string& death : deaths(way)) known.insert(death.substr(0, death.find(':')));
  EXPECT_EQ(known, std::set<std::string>(kill_points().begin(), kill_points().end()));
}

TEST(KillPoints, TheListIsTheSource) {
  std::set<std::string> in_source;
  const std::regex use("KILL_POINT\\(\"([a-z_.]+)\"\\)");
  for (const auto& file : std::filesystem::recursive_directory_iterator(OTS_SOURCE_DIR "/src")) {
    const std::string name = file.path().filename().string();
    if (file.path().extension() != ".cc" || name.ends_with("_test.cc")) continue;
    std::ifstream in(file.path());
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    for (std::sregex_iterator it(text.begin(), text.end(), use), end; it != end; ++it)
      in_source.insert((*it)[1]);
  }
  const std::set<std::string> listed(kill_points().begin(), kill_points().end());
  EXPECT_EQ(in_source, listed);
}

}  // namespace
}  // namespace otsstream::test
