// Which requests a rule strikes, and which rules there can be.

#include "local/fault_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tablestore/wire/service_error.h"

namespace otsstream::local {
namespace {

using ::testing::HasSubstr;

class FaultRulesTest : public ::testing::Test {
 protected:
  FaultRule rule(std::string fault) {
    FaultRule made;
    made.fault = std::move(fault);
    return made;
  }
  bool strikes(std::string operation = "PutRow", std::string table = "person",
               std::string instance = "inst") {
    return rules
        .choose({Service::kTablestore,
                 instance,
                 operation,
                 {},
                 [&]() -> FaultSubject::Targets {
                   return {{table}, {}};
                 }})
        .has_value();
  }
  // A PutBlock of proj.person.
  bool strikes_block(int64_t block, std::string partition = "pt=1") {
    return rules
        .choose({Service::kMaxCompute, "proj", "PutBlock", block,
                 [&]() -> FaultSubject::Targets {
                   return {{"person"}, {partition}};
                 }})
        .has_value();
  }

  ManualClock clock{1'000'000};
  FaultRules rules{clock};
};

TEST_F(FaultRulesTest, MatchesInstanceOperationAndTable) {
  FaultRule narrow = rule("error");
  narrow.instance = "inst";
  narrow.operation = "PutRow";
  narrow.table = "person";
  ASSERT_TRUE(rules.add(narrow));
  EXPECT_TRUE(strikes());
  EXPECT_FALSE(strikes("GetRow"));
  EXPECT_FALSE(strikes("PutRow", "other"));
  EXPECT_FALSE(strikes("PutRow", "person", "elsewhere"));
  EXPECT_EQ(rules.list().front().matched, 1u);
  EXPECT_EQ(rules.list().front().applied, 1u);
}

TEST_F(FaultRulesTest, MatchesProjectPartitionAndBlock) {
  FaultRule narrow = rule("error");
  narrow.project = "Proj";
  narrow.partition = "pt='1'";
  narrow.block = 3;
  ASSERT_TRUE(rules.add(narrow));
  EXPECT_TRUE(strikes_block(3));
  EXPECT_FALSE(strikes_block(4));
  EXPECT_FALSE(strikes_block(3, "pt=2"));
  EXPECT_FALSE(strikes("PutBlock", "person", "proj")) << "another service";
  const FaultRules::Listed listed = rules.list().front();
  EXPECT_EQ(listed.rule.service, "maxcompute");
  EXPECT_EQ(listed.rule.partition, "pt=1");
  EXPECT_EQ(listed.rule.code, "ServiceUnavailable");
  EXPECT_EQ(listed.rule.status, 503);
  EXPECT_EQ(listed.applied, 1u);
}

TEST_F(FaultRulesTest, KnowsTheServiceByWhatIsNamed) {
  const std::pair<FaultRule, const char*> kCases[] = {
      {{.fault = "reset-after"}, "tablestore"},
      {{.fault = "reset-after", .operation = "PutRow"}, "tablestore"},
      {{.fault = "reset-after", .service = "maxcompute"}, "maxcompute"},
      {{.fault = "reset-after", .operation = "CommitUpload"}, "maxcompute"},
      {{.fault = "reset-after", .project = "p"}, "maxcompute"},
      {{.fault = "flip-request"}, "maxcompute"},
  };
  for (const auto& [given, service] : kCases) {
    rules.clear();
    ASSERT_TRUE(rules.add(given));
    EXPECT_EQ(rules.list().front().rule.service, service) << given.operation;
  }
}

TEST_F(FaultRulesTest, AsksForTablesOnlyWhenARuleNamesOne) {
  ASSERT_TRUE(rules.add(rule("reset-after")));
  EXPECT_TRUE(rules.choose({Service::kTablestore, "inst", "PutRow", {}, [] {
                              ADD_FAILURE();
                              return FaultSubject::Targets();
                            }}));
}

TEST_F(FaultRulesTest, SkipsThenStrikesSoManyTimes) {
  FaultRule counted = rule("flip");
  counted.skip = 2;
  counted.count = 3;
  ASSERT_TRUE(rules.add(counted));
  std::string seen;
  for (int i = 0; i < 7; ++i) seen += strikes() ? 'x' : '.';
  EXPECT_EQ(seen, "..xxx..");
}

TEST_F(FaultRulesTest, StrikesWithItsProbabilityTheSameWayForOneSeed) {
  auto run = [&](int64_t seed) {
    rules.clear();
    FaultRule likely = rule("truncate");
    likely.probability = 0.25;
    likely.seed = seed;
    EXPECT_TRUE(rules.add(likely));
    std::string seen;
    for (int i = 0; i < 1000; ++i) seen += strikes() ? 'x' : '.';
    return seen;
  };
  const std::string first = run(7);
  const auto struck = std::count(first.begin(), first.end(), 'x');
  EXPECT_GT(struck, 180);
  EXPECT_LT(struck, 320);
  EXPECT_EQ(run(7), first);
  EXPECT_NE(run(8), first);
}

TEST_F(FaultRulesTest, ThrottlesWhatComesTooFast) {
  FaultRule slow = rule("throttle");
  slow.per_second = 2;
  ASSERT_TRUE(rules.add(slow));
  auto refused_of = [&](int requests) {
    int refused = 0;
    for (int i = 0; i < requests; ++i) refused += strikes() ? 1 : 0;
    return refused;
  };
  EXPECT_EQ(refused_of(5), 3) << "a second's worth passes at once";
  clock.advance(milliseconds(500));
  EXPECT_EQ(refused_of(3), 2);
  clock.advance(seconds(60));
  EXPECT_EQ(refused_of(3), 1) << "unused allowance does not pile up";
  EXPECT_EQ(rules.list().front().applied, 6u);
}

TEST_F(FaultRulesTest, TheFirstRuleThatStrikesDecides) {
  FaultRule once = rule("reset-inside");
  once.count = 1;
  once.at = 10;
  FaultRule delay = rule("delay");
  delay.delay_ms = 250;
  uint64_t first = *rules.add(once);
  ASSERT_TRUE(rules.add(delay));
  auto choose = [&] { return *rules.choose({Service::kTablestore, "i", "GetRow", {}, {}}); };
  Fault fault = choose();
  EXPECT_EQ(fault.kind, FaultKind::kResetInside);
  EXPECT_EQ(fault.at, 10u);
  fault = choose();
  EXPECT_EQ(fault.kind, FaultKind::kDelay);
  EXPECT_EQ(fault.delay, milliseconds(250));
  EXPECT_TRUE(rules.remove(first));
  EXPECT_FALSE(rules.remove(first));
  EXPECT_EQ(rules.clear(), 1u);
  EXPECT_FALSE(strikes());
}

TEST_F(FaultRulesTest, ErrorsTakeTheServicesStatus) {
  for (const tablestore::ServiceError& known : tablestore::service_errors()) {
    rules.clear();
    FaultRule error = rule("error");
    error.code = std::string(known.code);
    ASSERT_TRUE(rules.add(error));
    EXPECT_EQ(rules.list().front().rule.status, known.http_status) << known.code;
  }
  FaultRule own = rule("error");
  own.code = "OTSBrandNew";
  own.status = 599;
  EXPECT_TRUE(rules.add(own));
}

TEST_F(FaultRulesTest, KnowsEveryFaultByItsWord) {
  const std::pair<const char*, FaultKind> kWords[] = {
      {"error", FaultKind::kError},
      {"throttle", FaultKind::kThrottle},
      {"delay", FaultKind::kDelay},
      {"reset-before", FaultKind::kResetBefore},
      {"reset-inside", FaultKind::kResetInside},
      {"reset-after", FaultKind::kResetAfter},
      {"truncate", FaultKind::kTruncate},
      {"flip", FaultKind::kFlip},
      {"truncate-request", FaultKind::kTruncateRequest},
      {"flip-request", FaultKind::kFlipRequest},
      {"expire-session", FaultKind::kExpireSession},
  };
  ASSERT_EQ(std::size(kWords), fault_words().size());
  for (size_t i = 0; i < std::size(kWords); ++i) {
    EXPECT_EQ(fault_words()[i], kWords[i].first);
    EXPECT_EQ(to_string(kWords[i].second), kWords[i].first);
  }
}

TEST_F(FaultRulesTest, RefusesRulesThatContradictThemselves) {
  const struct {
    const char* message;  // part of it
    FaultRule rule;
  } kCases[] = {
      {"'delay' has no error code", {.fault = "delay", .code = "OTSTimeout", .delay_ms = 1}},
      {"'reset-after' has no error code", {.fault = "reset-after", .message = "x"}},
      {"'flip' has no error code", {.fault = "flip", .status = 500}},
      {"'carried_out' does not belong to 'truncate'", {.fault = "truncate", .carried_out = true}},
      {"'per_second' does not fit 'throttle'", {.fault = "throttle"}},
      {"'per_second' does not fit 'error'", {.fault = "error", .per_second = 1}},
      {"a delay needs 'delay_ms'", {.fault = "delay"}},
      {"'at' does not belong to 'reset-before'", {.fault = "reset-before", .at = 1}},
      {"no code 'OTSNothing'", {.fault = "error", .code = "OTSNothing"}},
      {"no code 'OTSServerBusy'",
       {.fault = "error", .operation = "PutBlock", .code = "OTSServerBusy"}},
      {"no operation 'PutBlok'",
       {.fault = "reset-after", .service = "maxcompute", .operation = "PutBlok"}},
      {"of MaxCompute and of Tablestore",
       {.fault = "reset-after", .service = "tablestore", .operation = "PutBlock"}},
      {"of MaxCompute and of Tablestore",
       {.fault = "reset-after", .instance = "inst", .project = "proj"}},
      {"of MaxCompute and of Tablestore", {.fault = "expire-session", .instance = "inst"}},
      {"no instances", {.fault = "reset-after", .service = "maxcompute", .instance = "inst"}},
      {"pt", {.fault = "reset-after", .partition = "pt"}},
  };
  for (const auto& c : kCases) {
    auto added = rules.add(c.rule);
    ASSERT_FALSE(added) << c.message;
    EXPECT_EQ(added.error().code, "Control-Fault");
    EXPECT_THAT(added.error().message, HasSubstr(c.message));
    EXPECT_NE(added.error().remedy, "");
  }
  EXPECT_TRUE(rules.list().empty());
}

}  // namespace
}  // namespace otsstream::local
