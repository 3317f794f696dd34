// The certificate of a run, and its verification: the same window read again, later, from a
// changed Stream, and from one that has forgotten.

#include "sync/verify.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/json_text.h"
#include "reader/retention.h"
#include "support/stored_bytes.h"
#include "support/world.h"

namespace otsstream::test {
namespace {

using sync::Verdict;
using tablestore::CellOp;
using tablestore::CellValue;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kStart = "20171019161000";
constexpr const char* kEnd = "20171019162600";

class Verify : public testing::Test {
 protected:
  void SetUp() override {
    world.create_data_table();
    world.create_destination();
    world.set_data_time("2017-10-19 16:20:00.000");
    for (int i = 0; i < 40; ++i) put(i);
  }
  void put(int i) {
    Status done = world.tablestore->put_row(
        "person", {{{"id", CellValue::of_string(fmt::format("{:03}", i))}},
                   {{"v", CellOp::kPut, CellValue::of_integer(i), {}}},
                   false,
                   {}});
    ASSERT_TRUE(done.has_value()) << done.error().to_string();
  }
  void split() { ASSERT_TRUE(world.data_table()->split({}, {}).has_value()); }
  std::string run(const std::string& text = person_job()) {
    auto report = world.run_text(text, World::variables(kStart, kEnd));
    EXPECT_TRUE(report.has_value()) << (report ? "" : report.error().to_string());
    if (!report) return {};
    certificate = certificate_of(*report);
    human = to_text(*report);
    return to_json(*report);
  }
  Result<sync::Verification> verify(const std::string& report, const std::string& datasource = {}) {
    world.diagnostics = {};
    OTS_TRY(sync::RecordedRun recorded, sync::read_report(report, "report.json"));
    return sync::verify_run(recorded, {datasource}, world.context(), world.diagnostics);
  }
  sync::Verification verified(const std::string& report) {
    auto result = verify(report);
    EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().to_string());
    return result ? std::move(*result) : sync::Verification{};
  }

  World world;
  sync::Certificate certificate;
  std::string human;
};

TEST_F(Verify, ARunIsVerified) {
  const std::string report = run();
  EXPECT_EQ(certificate.rows, 80);
  EXPECT_EQ(certificate.records, 40);
  EXPECT_NE(certificate.checksum, 0u);
  EXPECT_TRUE(certificate.complete());
  // The first change was made at 16:20:00, is kept for 24 h, and it is 17:00 now.
  EXPECT_EQ(certificate.margin_ms / 60'000, 24 * 60 - 40);
  EXPECT_THAT(human, HasSubstr("80 rows, checksum " + sync::checksum_text(certificate.checksum)));
  EXPECT_THAT(human, HasSubstr("23 h 20 min"));

  const sync::Verification result = verified(report);
  EXPECT_EQ(result.verdict, Verdict::kVerified);
  EXPECT_THAT(result.differences, IsEmpty());
  EXPECT_EQ(result.found.checksum, certificate.checksum);
  EXPECT_THAT(to_text(result),
              testing::EndsWith("verified: the Stream gives the same 80 rows again\n"));
}

// Whatever the channels, the shards' order and the answers' sizes: the same rows, the same sum.
TEST_F(Verify, TheChecksumDependsOnTheRowsOnly) {
  split();
  for (int i = 0; i < 40; ++i) put(i);
  run();
  const sync::Certificate first = certificate;
  EXPECT_EQ(first.parents_closed, 1);
  EXPECT_EQ(first.shards_read, 3);
  std::string text = person_job();
  text.replace(text.find("\"concurrent\": 7"), 15, "\"concurrent\": 1");
  run(text);
  EXPECT_EQ(certificate.checksum, first.checksum);
  EXPECT_EQ(certificate.rows, 160);
  text = person_job();
  text.replace(text.find("\"isExportSequenceInfo\": false"), 29, "\"isExportSequenceInfo\": true");
  run(text);
  EXPECT_NE(certificate.checksum, first.checksum) << "other rows";
}

TEST_F(Verify, StaysTrueWhenTheStreamGoesOn) {
  const std::string report = run();
  world.set_data_time("2017-10-19 16:40:00.000");
  for (int i = 0; i < 10; ++i) put(i);
  split();
  for (int i = 0; i < 10; ++i) put(i);
  EXPECT_EQ(verified(report).verdict, Verdict::kVerified);
}

// Also when the window has left the legal range of a run, as long as the Stream holds it.
TEST_F(Verify, AnOldWindowIsVerifiedWhileItIsRetained) {
  const std::string report = run();
  world.clock.set_wall_us(china_ms("2017-10-20 16:05:00") * 1000);
  EXPECT_EQ(verified(report).verdict, Verdict::kVerified);
  EXPECT_FALSE(world.run(kStart, kEnd).has_value()) << "too early for a run";
}

TEST_F(Verify, ADifferenceIsNamedPerShard) {
  std::string report = run();
  const std::string count = "\"records\": 40";
  for (size_t at; (at = report.find(count)) != std::string::npos;)
    report.replace(at, count.size(), "\"records\": 41");
  const sync::Verification result = verified(report);
  EXPECT_EQ(result.verdict, Verdict::kDiffers);
  ASSERT_THAT(result.differences, SizeIs(1));
  EXPECT_THAT(result.differences[0].text, HasSubstr("records 41 in the report, 40 now"));
  EXPECT_THAT(to_text(result), HasSubstr("shard " + result.differences[0].shard_id));
  auto json = parse_json(to_json(result), "json", JsonOptions{.strict = true});
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ((*json)->root().find("verdict")->text(), "differs");
}

// A shard that the run did not know, with changes inside the window.
TEST_F(Verify, RowsOfAnotherShardAreADifference) {
  const std::string report = run();
  split();
  world.set_data_time("2017-10-19 16:21:00.000");
  put(7);
  const sync::Verification result = verified(report);
  EXPECT_EQ(result.verdict, Verdict::kDiffers);
  EXPECT_GT(result.found.rows, result.recorded.rows);
}

TEST_F(Verify, LostRetentionIsNoFalseAlarm) {
  const std::string report = run();
  world.clock.set_wall_us(china_ms("2017-10-21 17:00:00") * 1000);
  world.set_data_time("2017-10-21 15:00:00.000");
  ASSERT_TRUE(world.data_table()->expire_log(china_ms("2017-10-19 16:30:00") * 1000).has_value());
  const sync::Verification result = verified(report);
  EXPECT_EQ(result.verdict, Verdict::kUnknown);
  ASSERT_THAT(result.differences, SizeIs(1));
  EXPECT_THAT(result.differences[0].text, HasSubstr("have left the retention"));
  EXPECT_LT(result.margin_ms, 0);
  EXPECT_THAT(to_text(result), HasSubstr("cannot be verified: the retention was lost"));
}

TEST_F(Verify, AnotherStreamCannotBeHeldAgainstTheReport) {
  const std::string report = run();
  tablestore::UpdateTableRequest off;
  off.table = "person";
  off.stream = tablestore::StreamSpec{false, {}, {}};
  ASSERT_TRUE(world.tablestore->update_table(off).has_value());
  auto result = verify(report);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, "Verify-StreamChanged");
}

class StoredVerify : public Verify {
 protected:
  const StoredBytes stored{world};  // before the destination is made
};

TEST_F(StoredVerify, WritesNothing) {
  const std::string report = run();
  const std::string before = stored.look();
  EXPECT_EQ(verified(report).verdict, Verdict::kVerified);
  EXPECT_EQ(stored.look(), before);
}

TEST_F(Verify, ReportsHoldNoSecrets) {
  std::string text = person_job();
  text.replace(text.find("\"datasource\": \"otsstream\""), 25,
               R"("endpoint": "http://tablestore.local", "instanceName": "inst",
                  "accessId": "testid", "accessKey": "testkey", "acessKey": "testkey2")");
  const std::string report = run(text);
  EXPECT_THAT(report, Not(HasSubstr("testkey")));
  EXPECT_THAT(report, Not(HasSubstr("testid")));
  EXPECT_THAT(report, HasSubstr("http://tablestore.local"));
  EXPECT_FALSE(verify(report).has_value()) << "without keys";
  auto result = verify(report, "otsstream");
  ASSERT_TRUE(result.has_value()) << result.error().to_string();
  EXPECT_EQ(result->verdict, Verdict::kVerified);
}

TEST_F(Verify, OnlyReportsOfRealRunsAreTaken) {
  const std::string report = run();
  auto with = [&](const std::string& from, const std::string& to) {
    std::string text = report;
    text.replace(text.find(from), from.size(), to);
    return verify(text);
  };
  const struct {
    Result<sync::Verification> result;
    const char* code;
    const char* text;
  } cases[] = {
      {verify("{}"), "Report-Format", "no member `format`"},
      {verify("[1"), "Config-Json", ""},
      {with("otsstream-report/1", "otsstream-report/9"), "Report-Format", "otsstream-report/9"},
      {with("\"units\"", "\"unit\""), "Report-Format", "units"},
      {with("\"rowsRead\"", "\"x\""), "", ""},
      {with("\"dryRun\": false", "\"dryRun\": true"), "Report-NoCertificate", "dry run"},
      {with("\"resumed\": false", "\"resumed\": true"), "Report-NoCertificate", "earlier"},
      {with("\"manifests\": [", "\"manifests\": [], \"x\": ["), "Report-Format",
       "do not belong together"},
  };
  for (const auto& c : cases) {
    if (*c.code == '\0') {
      EXPECT_TRUE(c.result.has_value());
      continue;
    }
    ASSERT_FALSE(c.result.has_value()) << c.code;
    EXPECT_EQ(c.result.error().code, c.code) << c.result.error().to_string();
    EXPECT_THAT(c.result.error().to_string(), HasSubstr(c.text));
  }
}

}  // namespace
}  // namespace otsstream::test
