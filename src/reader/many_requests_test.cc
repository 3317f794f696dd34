#include "reader/many_requests.h"

#include <gtest/gtest.h>

namespace otsstream::reader {
namespace {

// Replies that come before the asking is over: the last one finishes while start() still means to
// ask.
TEST(ManyRequestsTest, AsksEachQuestionOnceWhateverComesFirst) {
  std::vector<size_t> asked;
  std::vector<std::string> answers;
  int times_done = 0;
  std::make_shared<ManyRequests<std::string>>(
      2,
      [&](size_t i, ManyRequests<std::string>::Reply reply) {
        asked.push_back(i);
        reply("answer " + std::to_string(i));
      },
      [&](Result<std::vector<std::string>> all) {
        ++times_done;
        ASSERT_TRUE(all);
        answers = std::move(*all);
      })
      ->start();
  EXPECT_EQ(asked, (std::vector<size_t>{0, 1}));
  EXPECT_EQ(answers, (std::vector<std::string>{"answer 0", "answer 1"}));
  EXPECT_EQ(times_done, 1);
}

}  // namespace
}  // namespace otsstream::reader
