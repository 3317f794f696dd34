#include "sync/status_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/process.h"
#include "base/span_text.h"
#include "config/json_text.h"
#include "sync/shard_tree.h"
#include "sync/status_json.h"

namespace otsstream::sync {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kEnd = 1508401560000;  // 2017-10-19 16:26:00 GMT+8
constexpr int64_t kNow = kEnd + 2 * kHourMs;

reader::WindowRows window(int64_t end_ms, std::vector<reader::CheckpointRow> rows,
                          const std::string& stream = "s") {
  reader::WindowRows out;
  out.stream_id = stream;
  out.end_ms = end_ms;
  out.description = {"v", "person", stream, end_ms - kHourMs, end_ms, {}};
  for (const auto& row : rows) out.description->shard_ids.push_back(row.shard_id);
  out.checkpoints = std::move(rows);
  return out;
}

ReportNeeds needs(std::vector<tablestore::StreamShard> listing) {
  ReportNeeds out;
  out.status_table = "status";
  out.data_table = "person";
  out.stream = StreamFacts{"s", 24, std::move(listing)};
  out.now_ms = kNow;
  return out;
}

TEST(StatusReportTest, LagAndRetentionCountFromTheLastFinishedWindow) {
  reader::Survey survey;
  survey.windows = {window(kEnd - kHourMs, {{"a", "v", "it", 0, 1}}),
                    window(kEnd, {{"a", "v", "it", 0, 1}}),
                    window(kEnd + kHourMs, {{"a", "v", "it", 0, 1}}),
                    window(kEnd + kHourMs / 2, {{"a", "v", "it", 0, 1}}, "another stream")};
  survey.windows[2].checkpoints.clear();  // is under way
  survey.hints = 3;
  const StatusReport report = make_report(needs({{"a", "", ""}}), survey);
  std::vector<int64_t> ends;
  for (const WindowStatus& one : report.windows) ends.push_back(one.rows.end_ms);
  EXPECT_THAT(ends, ElementsAre(kEnd + kHourMs, kEnd + kHourMs / 2, kEnd, kEnd - kHourMs));
  EXPECT_FALSE(report.windows[0].is_finished());
  EXPECT_EQ(report.last_finished, 2u);
  EXPECT_EQ(report.lag_ms, 2 * kHourMs);
  EXPECT_EQ(report.retention->left_ms, 22 * kHourMs);
  EXPECT_EQ(report.retention->lost_from_ms, kEnd + 24 * kHourMs);
  EXPECT_EQ(report.retention->start_until_ms, kEnd + 24 * kHourMs - 600'000);
  EXPECT_EQ(span_text(report.retention->left_ms - 18 * kHourMs - 48 * 60'000), "3 h 12 min");
  EXPECT_EQ(report.hints, 3u);
}

TEST(StatusReportTest, LostTimeIsNegative) {
  ReportNeeds late = needs({});
  late.now_ms = kEnd + 25 * kHourMs;
  reader::Survey survey;
  survey.windows = {window(kEnd, {{"a", "v", "SHARD_END", 0, 0}})};
  EXPECT_EQ(make_report(late, survey).retention->left_ms, -kHourMs);
}

TEST(StatusReportTest, WithoutAStreamOnlyTheWindows) {
  ReportNeeds bare = needs({});
  bare.stream.reset();
  bare.no_stream_because = "no data table is named";
  reader::Survey survey;
  survey.windows = {window(kEnd, {})};
  const StatusReport report = make_report(bare, survey);
  EXPECT_EQ(report.windows.size(), 1u);
  EXPECT_FALSE(report.last_finished || report.lag_ms || report.retention);
  EXPECT_TRUE(report.shards.empty());
}

TEST(StatusReportTest, ALegacyWindowCountsItsShards) {
  reader::WindowRows rows;
  rows.end_ms = kEnd;
  rows.shard_count = 1;
  rows.checkpoints = {{"a", "", "it", 5, 0}};
  const WindowStatus legacy = judge_window(rows, kNow);
  EXPECT_TRUE(legacy.is_finished());
  EXPECT_EQ(legacy.shard_count(), 1);
}

TEST(ShardTree, DrawsSplitsMergesAndMarks) {
  const auto window_rows = window(kEnd, {{"a", "v", "SHARD_END", 0, 12},
                                         {"b", "v", "SHARD_END", 0, 1},
                                         {"c", "v", "SHARD_END", 0, 0},
                                         {"d", "v", "it-d", 0, 2},
                                         {"e", "v", "it-e", 4, 0},
                                         {"f", "v", "TRIM_HORIZON", 0, 0},
                                         {"old", "v", "SHARD_END", 0, 0}});
  const std::vector<tablestore::StreamShard> listing = {
      {"a", "", ""},  {"b", "a", ""}, {"c", "a", ""},    {"d", "b", "c"}, {"e", "", ""},
      {"f", "e", ""}, {"g", "e", ""}, {"h", "gone", ""}, {"a", "", ""}};
  const auto statuses = shard_statuses(listing, &window_rows);
  EXPECT_EQ(draw_shards(statuses),
            "a  closed, 12 records\n"
            "├─ b  closed, 1 record\n"
            "│  └─ d (merged from b and c)  read, 2 records\n"
            "└─ c  closed\n"
            "   └─ ... d\n"
            "e  idle, skips 4\n"
            "├─ f  not begun\n"
            "└─ g  no checkpoint\n"
            "h  no checkpoint\n"
            "old  closed, not listed any more\n");
}

TEST(ShardTree, ListingsThatMakeNoSenseAreDrawnAllTheSame) {
  EXPECT_EQ(draw_shards(shard_statuses({}, nullptr)), "");
  EXPECT_EQ(draw_shards(shard_statuses({{"a", "b", ""}, {"b", "a", ""}}, nullptr)),
            "a  no checkpoint\n└─ b  no checkpoint\n   └─ ... a\n");
  EXPECT_EQ(draw_shards(shard_statuses({{"a\x1b[2J", "", ""}}, nullptr)), "a [2J  no checkpoint\n");
  EXPECT_EQ(draw_shards(shard_statuses({{"a", "a", "a"}}, nullptr)),
            "a (merged from a and a)  no checkpoint\n├─ ... a\n└─ ... a\n");
}

TEST(ShardTree, ALongChainOfSplitsStaysSmall) {
  std::vector<tablestore::StreamShard> listing = {{"0", "", ""}};
  for (int i = 1; i < 2000; ++i) listing.push_back({std::to_string(i), std::to_string(i - 1), ""});
  const std::string drawing = draw_shards(shard_statuses(listing, nullptr));
  EXPECT_EQ(std::count(drawing.begin(), drawing.end(), '\n'), 2000);
  EXPECT_LT(drawing.size(), 400'000u);
  EXPECT_THAT(drawing, HasSubstr("└─ (1999 deep) 1999  no checkpoint"));
}

TEST(FenceStatusTest, TellsWhoRunsNow) {
  reader::Fence fence{"web-1:abcd:pid_1/4711/99/attempt/3", "RUNNING", kNow + 60'000, "", ""};
  FenceStatus status = judge_fence(fence, kNow);
  EXPECT_TRUE(status.is_held);
  EXPECT_EQ(status.host, "web-1");
  EXPECT_EQ(status.process, "4711");
  EXPECT_EQ(describe(status, Zone::china()),
            "RUNNING by host web-1, process 4711, lease until 2017-10-19 18:27:00 GMT+8 "
            "(2017-10-19T10:27:00.000Z)");
  fence.expires_ms = kNow;
  status = judge_fence(fence, kNow);
  EXPECT_FALSE(status.is_held);
  EXPECT_THAT(describe(status, Zone::china()), HasSubstr("its holder is gone"));
  fence.state = "COMMITTED";
  fence.expires_ms = kNow + 60'000;
  status = judge_fence(fence, kNow);
  EXPECT_FALSE(status.is_held);
  EXPECT_EQ(describe(status, Zone::china()), "committed by host web-1, process 4711");
  fence.owner = "somebody";
  EXPECT_EQ(describe(judge_fence(fence, kNow), Zone::china()), "committed by somebody");
}

TEST(FenceStatusTest, ShowsWhatAPreparedCommitHolds) {
  CommitRecord record;
  record.description = {"v", "person", "s", kEnd - kHourMs, kEnd, {}};
  record.records = 5;
  record.rows = 12;
  reader::Fence fence{"h:b:n/1/2/a/3", "PREPARED", kNow - 1, "odps:1", to_json(record)};
  const FenceStatus status = judge_fence(fence, kNow);
  EXPECT_FALSE(status.is_held);
  EXPECT_EQ(status.prepared->rows, 12);
  EXPECT_THAT(describe(status, Zone::china()),
              HasSubstr("PREPARED commit (5 records, 12 rows) by host h, process 1, its holder is "
                        "gone; run the job again to finish it"));
  fence.manifest = "{}";
  EXPECT_THAT(describe(judge_fence(fence, kNow), Zone::china()), HasSubstr("cannot be read"));
}

TEST(FenceStatusTest, ADeadProcessOfThisHostHoldsNothing) {
  const std::string self = process_identity();
  EXPECT_TRUE(judge_fence({self + "/a/1", "RUNNING", kNow + 1, "", ""}, kNow).is_held);
  const std::string dead = self.substr(0, self.rfind('/')) + "/1";
  EXPECT_FALSE(judge_fence({dead + "/a/1", "RUNNING", kNow + 1, "", ""}, kNow).is_held);
}

TEST(StatusJson, HoldsTheWholeReport) {
  reader::Survey survey;
  survey.windows = {window(kEnd, {{"a", "v", "it", 0, 3}})};
  survey.windows[0].fence = reader::Fence{"h:b:n/1/2/a/3", "RUNNING", kNow + 1, "", ""};
  survey.unknown = 1;
  const StatusReport report = make_report(needs({{"a", "", ""}, {"b", "a", ""}}), survey);
  auto document = parse_json(to_json(report), "report", {.strict = true});
  ASSERT_TRUE(document) << document.error().to_string();
  const JsonNode& root = (*document)->root();
  EXPECT_EQ(root.find("format")->text(), "otsstream-status/1");
  EXPECT_EQ(root.find("zone")->text(), "GMT+8");
  EXPECT_EQ(root.find("lagMs")->text(), "7200000");
  EXPECT_EQ(root.find("retention")->find("leftMs")->text(), "79200000");
  EXPECT_EQ(root.find("retention")->find("lostFromLocal")->text(), "2017-10-20 16:26:00");
  EXPECT_EQ(root.find("lastFinishedEndMs")->text(), std::to_string(kEnd));
  EXPECT_EQ(root.find("unknownRows")->text(), "1");
  const JsonNode& shard = *root.find("shards")->items().at(0);
  EXPECT_EQ(shard.find("mark")->text(), "read");
  EXPECT_EQ(shard.find("checkpoint")->text(), "it");
  EXPECT_EQ(root.find("shards")->items().at(1)->find("mark")->text(), "no checkpoint");
  const JsonNode& listed = *root.find("windows")->items().at(0);
  EXPECT_EQ(listed.find("isFinished")->text(), "true");
  EXPECT_EQ(listed.find("fence")->find("isHeld")->text(), "true");
  EXPECT_EQ(listed.find("rows"), nullptr);

  auto one = parse_json(window_json(report.windows[0], report.zone), "window", {.strict = true});
  ASSERT_TRUE(one) << one.error().to_string();
  EXPECT_EQ((*one)->root().find("rows")->items().at(0)->find("sendRecordCount")->text(), "3");
  EXPECT_EQ((*one)->root().find("shardIds")->items().at(0)->text(), "a");
  auto list = parse_json(windows_json(report), "windows", {.strict = true});
  ASSERT_TRUE(list) << list.error().to_string();
  EXPECT_EQ((*list)->root().find("windows")->items().size(), 1u);
}

TEST(StatusJson, SaysWhatIsMissing) {
  ReportNeeds bare = needs({});
  bare.stream.reset();
  bare.no_stream_because = "no data table is named";
  auto document = parse_json(to_json(make_report(bare, {})), "report", {.strict = true});
  ASSERT_TRUE(document) << document.error().to_string();
  EXPECT_EQ((*document)->root().find("noStreamBecause")->text(), "no data table is named");
  EXPECT_TRUE((*document)->root().find("retention")->is_null());
}

}  // namespace
}  // namespace otsstream::sync
