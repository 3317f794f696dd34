// The commands that only look: check, preview, verify, as the program offers them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.h"
#include "config/json_text.h"
#include "support/program_world.h"

namespace otsstream::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  size_t begin = 0;
  for (size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    lines.push_back(text.substr(begin, end - begin));
  return lines;
}

class Look : public testing::Test {
 protected:
  void SetUp() override {
    world.create_tables();
    start = world.mark();
    world.write(0, 30);
    end = world.mark();
  }
  std::vector<std::string> arguments(const std::string& command,
                                     const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all = world.run_arguments(start, end, more);
    all.front() = command;
    return all;
  }
  ProgramResult ask(const std::string& command, const std::vector<std::string>& more = {}) {
    return run_program(OTS_PROGRAM, arguments(command, more));
  }
  ProgramResult verify(const std::vector<std::string>& more = {}) {
    std::vector<std::string> all = {"verify", report, "--connections", world.connections_file};
    all.insert(all.end(), more.begin(), more.end());
    return run_program(OTS_PROGRAM, all);
  }
  ProgramWorld world{OTS_PROGRAM};
  std::string start, end;
  const std::string report = world.folder.path("report.json");
};

TEST_F(Look, CheckSaysThatTheJobCanRun) {
  const ProgramResult check = ask("check");
  EXPECT_EQ(check.exit_code, 0) << check.err;
  EXPECT_THAT(check.out, StartsWith("job          " + world.job_file + " (DataWorks 1.0)\n"));
  EXPECT_THAT(check.out, HasSubstr("30 records, 60 rows"));
  EXPECT_THAT(check.out, HasSubstr("the job can run, "));
  EXPECT_THAT(check.out + check.err, Not(HasSubstr("testkey")));
  EXPECT_THAT(world.status_rows(), IsEmpty());

  const ProgramResult json = ask("check", {"--json"});
  auto parsed = parse_json(json.out, "check", JsonOptions{.strict = true});
  ASSERT_TRUE(parsed.has_value()) << json.out;
  EXPECT_EQ((*parsed)->root().find("canRun")->text(), "true");
}

TEST_F(Look, CheckEndsWithAnExitCodeOfItsOwnWhenTheJobCannotRun) {
  std::swap(start, end);
  EXPECT_EQ(ask("check").exit_code, 1);
  const ProgramResult check = ask("check", {"--detailed-exit-codes"});
  EXPECT_EQ(check.exit_code, 2);
  EXPECT_THAT(check.out, HasSubstr("the job cannot run: 1 error"));
  EXPECT_EQ(run_program(OTS_PROGRAM, {"check", "nowhere.json"}).exit_code, 1);
}

TEST_F(Look, PreviewPrintsRowsAsATableOrAsJson) {
  const ProgramResult table = ask("preview", {"--rows", "3"});
  ASSERT_EQ(table.exit_code, 0) << table.err;
  const auto lines = lines_of(table.out);
  ASSERT_EQ(lines.size(), 6u) << table.out;
  EXPECT_THAT(lines[0], StartsWith("id    colName  version"));
  EXPECT_THAT(lines[2], StartsWith("0000  \\N       \\N"));
  EXPECT_EQ(lines[5], "3 rows, and there are more; --rows shows more of them");
  EXPECT_THAT(world.status_rows(), IsEmpty());

  const ProgramResult json = ask("preview", {"--json", "--rows", "100"});
  ASSERT_EQ(json.exit_code, 0) << json.err;
  const auto objects = lines_of(json.out);
  ASSERT_EQ(objects.size(), 60u);
  EXPECT_THAT(objects[0], StartsWith(R"({"id":"0000","colName":null,"version":null)"));
  auto second = parse_json(objects[1], "row", JsonOptions{.strict = true});
  ASSERT_TRUE(second.has_value());
  EXPECT_TRUE((*second)->root().find("version")->is_number());
  EXPECT_EQ((*second)->root().find("colValue")->text(), "0");

  EXPECT_EQ(ask("preview", {"--rows", "0"}).exit_code, 255);
}

// The table is no wider than the terminal that it is printed on.
TEST_F(Look, PreviewFitsTheTerminal) {
  auto text = read_file(world.job_file);
  ASSERT_TRUE(text.has_value());
  text->replace(text->find("\"isExportSequenceInfo\": false"), 29,
                "\"isExportSequenceInfo\": true");
  ASSERT_TRUE(write_file_atomic(world.job_file, *text).has_value());
  winsize size = {};
  size.ws_row = 24;
  size.ws_col = 60;
  int terminal = -1;
  std::vector<std::string> words = arguments("preview", {"--rows", "2"});
  words.insert(words.begin(), OTS_PROGRAM);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t pid = forkpty(&terminal, nullptr, nullptr, &size);
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    execv(OTS_PROGRAM, argv.data());
    _exit(127);
  }
  std::string shown;
  char buffer[4096];
  for (ssize_t got; (got = read(terminal, buffer, sizeof buffer)) > 0;) shown.append(buffer, got);
  close(terminal);
  int status = 0;
  waitpid(pid, &status, 0);
  ASSERT_EQ(status, 0) << shown;
  const size_t table = shown.find("id ");
  ASSERT_NE(table, std::string::npos) << shown;
  for (const std::string& line : lines_of(shown.substr(table))) {
    const auto characters = std::count_if(line.begin(), line.end(),
                                          [](char c) { return (c & 0xC0) != 0x80 && c != '\r'; });
    EXPECT_LE(characters, 60) << line;
  }
  EXPECT_THAT(shown, HasSubstr("…"));
}

TEST_F(Look, VerifyHoldsAReportAgainstTheStream) {
  ASSERT_EQ(world.run(start, end, {"--report", report}).exit_code, 0);
  const ProgramResult verified = verify();
  EXPECT_EQ(verified.exit_code, 0) << verified.err;
  EXPECT_THAT(verified.out, HasSubstr("verified: the Stream gives the same 60 rows again\n"));
  EXPECT_EQ(verify({"--quiet"}).out, "");
  EXPECT_EQ(verify({"--datasource", "otsstream"}).exit_code, 0);

  auto text = read_file(report);
  ASSERT_TRUE(text.has_value());
  const std::string rows = "\"rows\": 60";
  for (size_t at; (at = text->find(rows)) != std::string::npos;)
    text->replace(at, rows.size(), "\"rows\": 61");
  ASSERT_TRUE(write_file_atomic(report, *text).has_value());
  const ProgramResult differs = verify({"--quiet"});
  EXPECT_EQ(differs.exit_code, 1);
  EXPECT_THAT(differs.out, HasSubstr("rows 61 in the report, 60 now"));

  ASSERT_TRUE(write_file_atomic(report, "{}").has_value());
  const ProgramResult none = verify();
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("[Report-Format]"));
}

TEST(LookHelp, HasExamples) {
  for (const char* command : {"check", "preview", "verify"}) {
    const ProgramResult help = run_program(OTS_PROGRAM, {command, "--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.out, HasSubstr("Example:\n  otsstream "));
    EXPECT_EQ(run_program(OTS_PROGRAM, {command}).exit_code, 255);
  }
}

}  // namespace
}  // namespace otsstream::test
