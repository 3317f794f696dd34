// A log landed by the real program, folded by the SQL that the real program prints, run over HTTP.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "support/program_world.h"

namespace otsstream::test {
namespace {

using tablestore::CellOp;
using tablestore::CellValue;
using testing::HasSubstr;

class MergeProgram : public testing::Test {
 protected:
  MergeProgram() : world(OTS_PROGRAM) {
    world.create_tables();
    keys = world.folder.path("keys.json");
    EXPECT_TRUE(write_file_atomic(keys, R"({"testid": "testkey"})", 0600));
  }
  void export_sequences(bool wanted) {
    std::string text = *read_file(world.job_file);
    const std::string off = "\"isExportSequenceInfo\": false";
    const std::string on = "\"isExportSequenceInfo\": true";
    const size_t at = text.find(wanted ? off : on);
    if (at != std::string::npos) text.replace(at, (wanted ? off : on).size(), wanted ? on : off);
    ASSERT_TRUE(write_file_atomic(world.job_file, text));
  }
  ProgramResult merge(const std::vector<std::string>& more) {
    std::vector<std::string> words = {"merge-sql", world.job_file,
                                      "-p",        "startTime=20171019161000",
                                      "-p",        "endTime=20171019162600"};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(OTS_PROGRAM, words);
  }
  std::string query(const std::string& sql) {
    const ProgramResult result =
        run_program(OTS_PROGRAM, {"local", "query", sql, "--csv", "--keys", keys, "--endpoint",
                                  world.cloud->maxcompute_endpoint()});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }
  ProgramWorld world;
  std::string keys;
};

TEST_F(MergeProgram, FoldsWhatTheProgramLanded) {
  export_sequences(true);
  const std::string start = world.mark();
  world.write(0, 3);
  // Row 0 loses its column, row 1 gets another value, row 2 goes.
  auto change = [&](const char* id, tablestore::Cell cell) {
    auto done = world.tablestore->update_row(
        "person", {{{"id", CellValue::of_string(id)}}, {std::move(cell)}, false, {}});
    ASSERT_TRUE(done) << done.error().to_string();
  };
  change("0000", {"v", CellOp::kDeleteAllVersions, {}, {}});
  change("0001", {"v", CellOp::kPut, CellValue::of_integer(77), {}});
  ASSERT_TRUE(world.tablestore->delete_row("person", {{"id", CellValue::of_string("0002")}}));
  const std::string end = world.mark();
  const ProgramResult run = world.run(start, end);
  ASSERT_EQ(run.exit_code, 0) << run.err;

  const ProgramResult printed =
      merge({"--bizdate", "20171018", "--columns", "v bigint", "--into", "people"});
  ASSERT_EQ(printed.exit_code, 0) << printed.err;
  EXPECT_EQ(query(printed.out), "");
  EXPECT_EQ(query("select id, v from people where pt = '20171018'"), "\"id\",\"v\"\n0001,77\n");
  EXPECT_EQ(query("show partitions person_cells"), "pt=20171018\n");
}

TEST_F(MergeProgram, RefusesWithTheRemedyAndTheScheduler) {
  export_sequences(false);
  const ProgramResult refused = merge({});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("Merge-Job"));
  EXPECT_THAT(refused.err, HasSubstr("set isExportSequenceInfo to true"));
  export_sequences(true);
  const ProgramResult printed = merge({});
  EXPECT_EQ(printed.exit_code, 0) << printed.err;
  EXPECT_THAT(printed.out, HasSubstr("'${bizdate}'"));
  EXPECT_EQ(merge({"--columns", "a-b"}).exit_code, 255);
}

}  // namespace
}  // namespace otsstream::test
