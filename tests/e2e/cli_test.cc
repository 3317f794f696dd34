// The program as a user meets it: options, exit codes, one error line, reports, signals.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.h"
#include "config/json_text.h"
#include "support/program_world.h"

namespace otsstream::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Program, HelpNamesTheCommandsAndShowsExamples) {
  const ProgramResult help = run_program(OTS_PROGRAM, {"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* word : {"run", "local", "demo", "Examples:"})
    EXPECT_THAT(help.out, HasSubstr(word));
  for (const char* command : {"run", "local", "demo"})
    EXPECT_EQ(run_program(OTS_PROGRAM, {command, "--help"}).exit_code, 0);
}

TEST(Program, AWrongCommandLineIsExitCode255) {
  EXPECT_EQ(run_program(OTS_PROGRAM, {}).exit_code, 255);
  EXPECT_EQ(run_program(OTS_PROGRAM, {"run"}).exit_code, 255);
  EXPECT_EQ(run_program(OTS_PROGRAM, {"fly"}).exit_code, 255);
}

TEST(Program, AWrongWordOnTheCommandLineIsNamed) {
  const struct {
    std::vector<std::string> arguments;
    const char* code;
  } kCases[] = {
      {{"run", "x.json", "--log-level", "loud"}, "[Usage-LogLevel]"},
      {{"run", OTS_SOURCE_DIR "/examples/person.json", "-p", "startTime"}, "[Usage-Parameter]"},
      {{"params", "mysql"}, "[Usage-Plugin]"},
  };
  for (const auto& c : kCases) {
    const ProgramResult result = run_program(OTS_PROGRAM, c.arguments);
    EXPECT_EQ(result.exit_code, 255) << c.code;
    EXPECT_THAT(result.err, HasSubstr(c.code));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  }
}

class ProgramRuns : public testing::Test {
 protected:
  void SetUp() override {
    world.create_tables();
    start = world.mark();
    world.write(0, 30);
    end = world.mark();
  }
  ProgramWorld world{OTS_PROGRAM};
  std::string start, end;
};

TEST_F(ProgramRuns, RunsAJobAndWritesItsReport) {
  const std::string report_file = world.folder.path("report.json");
  const ProgramResult run = world.run(start, end, {"--report", report_file});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("Records read"));
  EXPECT_THAT(run.out, HasSubstr("Dirty records"));
  EXPECT_THAT(run.err, HasSubstr("column 6"));
  EXPECT_EQ(world.landed().size(), 60u);
  auto text = read_file(report_file);
  ASSERT_TRUE(text.has_value());
  auto report = parse_json(*text, "report", JsonOptions{.strict = true});
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ((*report)->root().find("rowsRead")->text(), "60");
  EXPECT_THAT(run.out + run.err + *text, Not(HasSubstr("testkey")));
}

TEST_F(ProgramRuns, TakesDataxParameters) {
  const ProgramResult run = run_program(
      OTS_PROGRAM, {"run", world.job_file, "--connections", world.connections_file, "--bizdate",
                    "20171018", "--quiet", "-p", "-DstartTime=" + start + " -DendTime=" + end,
                    "--jvm", "-Xms1g", "--mode", "standalone"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out, "");
  EXPECT_EQ(world.landed().size(), 60u);
}

TEST_F(ProgramRuns, TakesConnectionsAndKeysFromTheEnvironment) {
  auto text = read_file(world.connections_file);
  ASSERT_TRUE(text.has_value());
  for (size_t at; (at = text->find("\"testkey\"")) != std::string::npos;)
    text->replace(at, 9, "\"${env:SOME_KEY}\"");
  ASSERT_TRUE(write_file_atomic(world.connections_file, *text, 0600).has_value());
  const std::vector<std::string> arguments = {
      "run", world.job_file,       "--bizdate", "20171018",      "--quiet",
      "-p",  "startTime=" + start, "-p",        "endTime=" + end};
  const ProgramResult run =
      run_program(OTS_PROGRAM, arguments,
                  {{"OTSSTREAM_CONNECTIONS", world.connections_file}, {"SOME_KEY", "testkey"}});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const ProgramResult unset =
      run_program(OTS_PROGRAM, arguments, {{"OTSSTREAM_CONNECTIONS", world.connections_file}});
  EXPECT_EQ(unset.exit_code, 1);
  EXPECT_THAT(unset.err, HasSubstr("SOME_KEY"));
}

TEST_F(ProgramRuns, RefusesAConnectionsFileThatOthersMayRead) {
  ASSERT_EQ(chmod(world.connections_file.c_str(), 0644), 0);
  const ProgramResult run = world.run(start, end);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("chmod 600"));
}

TEST_F(ProgramRuns, SaysInOneLineWhatIsWrongWithAJobText) {
  ASSERT_TRUE(
      write_file_atomic(world.job_file, "{\n  \"type\": \"job\",\n  \"version\" \"1.0\"\n}\n")
          .has_value());
  const ProgramResult run = world.run(start, end);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("person.json:3:13"));
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  EXPECT_EQ(world.run(start, end, {"--detailed-exit-codes"}).exit_code, 2);
}

TEST_F(ProgramRuns, NamesAMissingFile) {
  const ProgramResult run = run_program(OTS_PROGRAM, {"run", world.folder.path("nowhere.json")});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("nowhere.json"));
}

TEST_F(ProgramRuns, SigtermAbortsCleanly) {
  auto text = read_file(world.job_file);
  ASSERT_TRUE(text.has_value());
  // Slow enough to be in the middle when the signal comes: the first second's worth is free, the
  // rest takes minutes.
  text->replace(text->find("\"mbps\": 7"), 9, "\"mbps\": 0.00001");
  ASSERT_TRUE(write_file_atomic(world.job_file, *text).has_value());
  Background run(OTS_PROGRAM, world.run_arguments(start, end));
  for (int i = 0; i < 100 && world.tablestore->list_table()->tables.size() < 2; ++i) usleep(50'000);
  usleep(300'000);
  run.signal(SIGTERM);
  const ProgramResult result = run.wait(20);
  EXPECT_EQ(result.exit_code, 143) << result.err;
  EXPECT_THAT(result.err, HasSubstr("stopped by the user"));
  EXPECT_TRUE(world.landed().empty());
  EXPECT_TRUE(world.status_rows().empty());
}

TEST_F(ProgramRuns, TwoRunsOfOneWindowDoNotMeet) {
  auto text = read_file(world.job_file);
  ASSERT_TRUE(text.has_value());
  const std::string normal = *text;
  text->replace(text->find("\"mbps\": 7"), 9, "\"mbps\": 0.00001");
  ASSERT_TRUE(write_file_atomic(world.job_file, *text).has_value());
  Background slow(OTS_PROGRAM, world.run_arguments(start, end));
  for (int i = 0; i < 100 && world.tablestore->list_table()->tables.size() < 2; ++i) usleep(50'000);
  usleep(300'000);
  ASSERT_TRUE(write_file_atomic(world.job_file, normal).has_value());
  const ProgramResult second = world.run(start, end);
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.err, HasSubstr("Fence-Held"));
  slow.signal(SIGKILL);
  EXPECT_EQ(slow.wait(20).exit_code, 128 + SIGKILL);
  const ProgramResult third = world.run(start, end);
  EXPECT_EQ(third.exit_code, 0) << "a dead holder does not hold: " << third.err;
}

TEST(Local, ServesAndAnswersQueries) {
  TempFolder folder;
  const std::string connections = folder.path("local.json");
  Background local(OTS_PROGRAM, {"local", "--tablestore-port", "0", "--maxcompute-port", "0",
                                 "--write-connections", connections});
  const std::string ready = local.read_line();
  ASSERT_THAT(ready, testing::StartsWith("ready tablestore=http://127.0.0.1:")) << ready;
  const size_t at = ready.find("maxcompute=") + 11;
  const std::string endpoint = ready.substr(at, ready.find(' ', at) - at);
  struct stat info;
  ASSERT_EQ(stat(connections.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);

  const ProgramResult one = run_program(
      OTS_PROGRAM, {"local", "query", "select 1 as one, 'x' as letter", "--endpoint", endpoint});
  EXPECT_EQ(one.exit_code, 0) << one.err;
  EXPECT_EQ(one.out, "one  letter\n---  ------\n1    x\n1 rows\n");
  const ProgramResult wrong =
      run_program(OTS_PROGRAM, {"local", "query", "select * from nowhere", "--endpoint", endpoint});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("nowhere"));
  local.signal(SIGTERM);
  EXPECT_EQ(local.wait(10).exit_code, 0);
}

TEST(Local, RefusesAFileWithoutKeys) {
  TempFolder folder;
  const std::string keys = folder.path("keys.json");
  ASSERT_TRUE(write_file_atomic(keys, "{}", 0600).has_value());
  const ProgramResult local = run_program(OTS_PROGRAM, {"local", "--keys", keys});
  EXPECT_EQ(local.exit_code, 1);
  EXPECT_THAT(local.err, HasSubstr("names no access key [Local-Keys]"));
}

TEST(Local, RefusesALagThatIsNone) {
  for (const char* lag : {"-5", "nan", "1e30"}) {
    const ProgramResult local = run_program(OTS_PROGRAM, {"local", "--lag", lag});
    EXPECT_EQ(local.exit_code, 255) << lag;
    EXPECT_THAT(local.err, HasSubstr("Usage-Lag"));
  }
}

TEST(Demo, TellsTheWholeStory) {
  const ProgramResult demo =
      run_program(OTS_PROGRAM, {"demo", "--job", OTS_SOURCE_DIR "/examples/person.json"});
  ASSERT_EQ(demo.exit_code, 0) << demo.err;
  for (const char* part : {"Landed rows", "Checkpoints in the status table", "The next window",
                           "started at the checkpoint", "splits in two"})
    EXPECT_THAT(demo.out, HasSubstr(part));
}

}  // namespace
}  // namespace otsstream::test
