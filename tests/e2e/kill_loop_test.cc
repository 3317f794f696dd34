// Dies at every kill point, runs again, and compares with a run that nobody disturbed: rows of the
// partition and DataX's rows of the status table.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "base/file.h"
#include "base/kill_point.h"
#include "support/program_world.h"

namespace otsstream::test {
namespace {

constexpr int kKilled = 137;

// A first window is in the partition; the second one is run, killed, and run again.
class KillLoop : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    world_.create_tables();
    start_ = world_.mark();
    world_.write(0, 20);
    middle_ = world_.mark();
    world_.write(20, 60);
    world_.split();
    world_.write(0, 60);
    end_ = world_.mark();
    if (!GetParam()) {
      auto text = read_file(world_.job_file);
      ASSERT_TRUE(text.has_value());
      text->replace(text->find("\"truncate\": true"), 16, "\"truncate\": false");
      ASSERT_TRUE(write_file_atomic(world_.job_file, *text).has_value());
    }
  }

  // Nothing but the first window.
  void reset() {
    world_.forget_status();
    world_.forget_landed();
    const ProgramResult first = world_.run(start_, middle_, {"--quiet"});
    ASSERT_EQ(first.exit_code, 0) << first.err;
  }

  ProgramWorld world_{OTS_PROGRAM};
  std::string start_, middle_, end_;
};

TEST_P(KillLoop, EveryPointLeavesAllOrNothingAndTheNextRunFinishes) {
  const bool truncate = GetParam();
  reset();
  const std::vector<std::string> old_rows = world_.landed();
  const ProgramResult undisturbed = world_.run(middle_, end_, {"--quiet"});
  ASSERT_EQ(undisturbed.exit_code, 0) << undisturbed.err;
  const std::vector<std::string> new_rows = world_.landed();
  const std::vector<std::string> status = world_.status_rows();
  ASSERT_NE(old_rows, new_rows);
  ASSERT_FALSE(status.empty());

  for (std::string_view point : kill_points()) {
    SCOPED_TRACE(std::string(point));
    // Appending a finished window once more appends it once more: that run was over, only its exit
    // status was lost.
    if (!truncate && point == "sync.commit.after_committed") continue;
    reset();
    const ProgramResult killed =
        world_.run(middle_, end_, {"--quiet"}, {{"OTSSTREAM_KILL_AT", std::string(point)}});
    ASSERT_EQ(killed.exit_code, kKilled) << "the run never passed this point\n" << killed.err;
    const std::vector<std::string> between = world_.landed();
    EXPECT_TRUE(between == old_rows || between == new_rows)
        << "half a window is visible: " << between.size() << " rows";

    const ProgramResult again = world_.run(middle_, end_, {"--quiet"});
    ASSERT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(world_.landed(), new_rows);
    EXPECT_EQ(world_.status_rows(), status);
  }
}

// Twice in a row, at points that the second run reaches in its own way.
TEST_P(KillLoop, TheRunThatFinishesForAnotherMayDieToo) {
  reset();
  ASSERT_EQ(world_.run(middle_, end_, {"--quiet"}).exit_code, 0);
  const std::vector<std::string> new_rows = world_.landed();
  for (const char* second : {"odps.commit.before_post", "sync.commit.after_destination",
                             "sync.commit.between_checkpoints", "sync.commit.after_description"}) {
    SCOPED_TRACE(second);
    reset();
    ASSERT_EQ(
        world_
            .run(middle_, end_, {"--quiet"}, {{"OTSSTREAM_KILL_AT", "sync.commit.after_prepared"}})
            .exit_code,
        kKilled);
    ASSERT_EQ(world_.run(middle_, end_, {"--quiet"}, {{"OTSSTREAM_KILL_AT", second}}).exit_code,
              kKilled);
    const ProgramResult again = world_.run(middle_, end_, {"--quiet"});
    ASSERT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(world_.landed(), new_rows);
  }
}

INSTANTIATE_TEST_SUITE_P(Mode, KillLoop, testing::Bool(),
                         [](const auto& info) { return info.param ? "Truncate" : "Append"; });

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
