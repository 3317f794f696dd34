#include "base/error.h"

#include <gtest/gtest.h>

#include "base/cancel.h"
#include "base/result.h"

namespace otsstream {
namespace {

TEST(Error, HeadlineHasEveryPart) {
  Error e = make_error(ErrorKind::kService, "OTSAuthFailed", "signature mismatch", "check the key");
  e.where = "table t";
  e.request_id = "0005-ab";
  EXPECT_EQ(e.headline(), "table t: signature mismatch [OTSAuthFailed, 0005-ab] - check the key");
}

TEST(Error, HeadlineLeavesOutWhatIsEmpty) {
  EXPECT_EQ(make_error(ErrorKind::kInternal, "", "broken").headline(), "broken");
  EXPECT_EQ(make_error(ErrorKind::kInternal, "X", "broken").headline(), "broken [X]");
  Error e = make_error(ErrorKind::kInternal, "", "broken");
  e.request_id = "id";
  EXPECT_EQ(e.headline(), "broken [id]");
}

TEST(Error, HeadlineIsOneLine) {
  EXPECT_EQ(make_error(ErrorKind::kService, "", "a\r\nb\tc").headline(), "a  b c");
}

TEST(Error, CausesFollowOnePerLine) {
  Error inner = make_error(ErrorKind::kNetwork, "Net-Reset", "connection reset");
  inner.retry = RetryClass::kAlways;
  Error middle = wrap_error(inner, "GetStreamRecord failed");
  Error outer = wrap_error(middle, "shard s1 stopped", "table t");
  EXPECT_EQ(outer.kind, ErrorKind::kNetwork);
  EXPECT_EQ(outer.retry, RetryClass::kAlways);
  EXPECT_EQ(outer.to_string(),
            "table t: shard s1 stopped [Net-Reset]\n"
            "caused by: GetStreamRecord failed [Net-Reset]\n"
            "caused by: connection reset [Net-Reset]");
}

TEST(Error, ExitCodes) {
  EXPECT_EQ(exit_code(ErrorKind::kCancelled), 143);
  EXPECT_EQ(exit_code(ErrorKind::kUsage), 255);
  EXPECT_EQ(exit_code(ErrorKind::kConfig), 1);
  EXPECT_EQ(exit_code(ErrorKind::kDirtyLimit), 1);
  EXPECT_EQ(exit_code(ErrorKind::kConfig, true), 2);
  EXPECT_EQ(exit_code(ErrorKind::kDirtyLimit, true), 3);
  EXPECT_EQ(exit_code(ErrorKind::kService, true), 1);
  EXPECT_EQ(exit_code(ErrorKind::kCancelled, true), 143);
}

TEST(Error, EveryKindHasAWord) {
  for (int k = 0; k <= static_cast<int>(ErrorKind::kInternal); ++k) {
    EXPECT_NE(to_string(static_cast<ErrorKind>(k)), "unknown") << k;
  }
}

Result<int> half(int v) {
  if (v % 2 != 0) return fail(ErrorKind::kConfig, "Odd", "odd number");
  return v / 2;
}
Result<int> quarter(int v) {
  OTS_TRY(int h, half(v));
  OTS_CHECK(half(h));
  OTS_TRY(auto q, half(h));
  return q;
}

TEST(Result, TryReturnsTheErrorOfTheInnerCall) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().code, "Odd");
  EXPECT_EQ(quarter(7).error().code, "Odd");
}

TEST(CancelToken, FailsOnceCancelled) {
  CancelToken token;
  EXPECT_TRUE(token.check());
  token.cancel();
  EXPECT_EQ(token.check().error().kind, ErrorKind::kCancelled);
}

}  // namespace
}  // namespace otsstream
