// A3 and A4 of otsstream-reader.md: chains of windows, and one status table shared with DataX in
// both directions. DataX's side is support/datax_rules, made from the specification alone.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/datax_rules.h"
#include "support/world.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::test {
namespace {

using reader::StartSource;
using tablestore::CellOp;
using tablestore::CellValue;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* k1600 = "20171019160000";
constexpr const char* k1610 = "20171019161000";
constexpr const char* k1620 = "20171019162000";
constexpr const char* k1630 = "20171019163000";

class Takeover : public testing::Test {
 protected:
  Takeover() {
    world.create_data_table();
    world.create_destination();
    stream_id = world.data_table()->stream_id();
  }

  void put(const std::string& id, int value) {
    Status done = world.tablestore->put_row(
        "person", {{{"id", CellValue::of_string(id)}},
                   {{"v", CellOp::kPut, CellValue::of_integer(value), {}}},
                   false,
                   {}});
    ASSERT_TRUE(done.has_value()) << done.error().to_string();
  }

  sync::Report run(const std::string& start, const std::string& end, const std::string& day = "1") {
    auto report = world.run(start, end, day);
    EXPECT_TRUE(report.has_value()) << (report ? "" : report.error().to_string());
    return report ? std::move(*report) : sync::Report{};
  }

  // "a=1" of every U row that landed for `day`, in order.
  std::vector<std::string> values(const std::string& day) {
    std::vector<std::string> out;
    for (const std::string& row : world.landed(day, "id, colvalue, optype")) {
      if (!row.ends_with("|U")) continue;
      std::string value = row.substr(0, row.size() - 2);
      value[value.find('|')] = '=';
      out.push_back(std::move(value));
    }
    return out;
  }

  void create_status_table() {
    tablestore::CreateTableRequest request;
    request.meta = reader::status_table_meta(kStatusTable);
    request.options.time_to_live = 2'592'000;
    request.options.max_versions = 1;
    Status made = world.tablestore->create_table(request);
    ASSERT_TRUE(made.has_value()) << made.error().to_string();
  }

  std::vector<std::string> shards() {
    std::vector<std::string> ids;
    const auto listed = world.data_table()->describe_stream(stream_id);
    for (const auto& shard : listed->shards) ids.push_back(shard.shard_id);
    return ids;
  }
  // An iterator behind `records` records of the shard.
  std::string iterator_behind(const std::string& shard, int32_t records) {
    auto first = world.tablestore->get_shard_iterator(stream_id, shard);
    EXPECT_TRUE(first.has_value());
    if (records == 0) return *first;
    auto page =
        await<tablestore::StreamPage>(world.executor, [&](tablestore::Client::PageCallback done) {
          world.tablestore->get_stream_record_async(*first, records, std::move(done));
        });
    EXPECT_TRUE(page.has_value());
    return *page->next_iterator();
  }
  DataxStart datax(const std::string& time) {
    return datax_start(*world.tablestore, kStatusTable, stream_id, china_ms(time));
  }

  World world;
  std::string stream_id;
};

TEST_F(Takeover, A3_ThreeWindowsEmitEachRecordOnceAndTheMiddleOneRepeats) {
  std::map<std::string, std::vector<std::string>> written;  // by window
  const auto write_at = [&](const std::string& time, const std::string& window) {
    world.set_data_time("2017-10-19 " + time);
    for (const char* id : {"a", "m", "z"}) {
      const int value = static_cast<int>(written[window].size()) + 100 * (window[0] - '0');
      put(id, value);
      written[window].push_back(fmt::format("{}={}", id, value));
    }
  };
  // Splits inside a window, at its border and in an idle part; a merge in the last one.
  write_at("16:00:00.000", "1");
  write_at("16:05:00.000", "1");
  auto split = world.data_table()->split({}, {});
  ASSERT_TRUE(split.has_value());
  write_at("16:09:59.998", "1");
  world.set_data_time("2017-10-19 16:10:00.000");
  write_at("16:10:00.001", "2");
  ASSERT_TRUE(world.data_table()->split({}, {}).has_value());
  write_at("16:19:59.000", "2");
  write_at("16:20:00.000", "3");
  auto listed = world.data_table()->describe_stream(stream_id)->shards;
  const auto merged = world.data_table()->merge(listed[listed.size() - 2].shard_id,
                                                listed[listed.size() - 1].shard_id);
  ASSERT_TRUE(merged.has_value()) << merged.error().to_string();
  write_at("16:25:00.000", "3");

  const auto per_key = [](std::vector<std::string> rows) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a[0] < b[0]; });
    return rows;
  };
  const sync::Report first = run(k1600, k1610, "1");
  const sync::Report second = run(k1610, k1620, "2");
  const std::vector<std::string> status_before = world.status_rows();
  const sync::Report third = run(k1620, k1630, "3");
  EXPECT_FALSE(first.plan.read.continues);
  EXPECT_TRUE(second.plan.read.continues);
  EXPECT_TRUE(third.plan.read.continues);
  for (const char* window : {"1", "2", "3"})
    EXPECT_EQ(per_key(values(window)), per_key(written[window])) << window;

  const std::vector<std::string> landed = world.landed("2");
  const sync::Report again = run(k1610, k1620, "2");
  EXPECT_TRUE(again.plan.read.continues);
  EXPECT_EQ(again.totals.records, second.totals.records);
  EXPECT_EQ(again.checksum, second.checksum);
  EXPECT_EQ(world.landed("2"), landed);
  const sync::Report third_again = run(k1620, k1630, "4");
  EXPECT_TRUE(third_again.plan.read.continues);
  EXPECT_EQ(per_key(values("4")), per_key(written["3"]));
}

// 9.6, first row: after every kind of run DataX's own rules find a complete set.
TEST_F(Takeover, A4_DataxContinuesAfterOurs) {
  world.set_data_time("2017-10-19 16:05:00.000");
  for (const char* id : {"a", "m", "z"}) put(id, 1);
  auto split = world.data_table()->split({}, {});  // closed, read to its end
  ASSERT_TRUE(split.has_value());
  world.set_data_time("2017-10-19 16:12:00.000");
  for (const char* id : {"a", "m", "z"}) put(id, 2);                     // reached the end
  auto late = world.data_table()->split(CellValue::of_string("c"), {});  // skipped children
  ASSERT_TRUE(late.has_value());
  world.set_data_time("2017-10-19 16:13:00.000");

  const sync::Report first = run(k1600, k1610);
  DataxStart found = datax("2017-10-19 16:10:00");
  EXPECT_EQ(found.why_not, "");
  EXPECT_EQ(found.version, first.version);
  EXPECT_EQ(found.start_ms, china_ms("2017-10-19 16:00:00"));
  EXPECT_EQ(found.checkpoints.size(), 5u);
  EXPECT_EQ(found.checkpoints[split->parent], "SHARD_END");
  EXPECT_EQ(found.checkpoints[late->left], "TRIM_HORIZON");
  EXPECT_EQ(found.checkpoints[late->right], "TRIM_HORIZON");

  // The next window reads the skipped children, merges, and leaves an idle shard.
  auto merged = world.data_table()->merge(late->left, late->right);
  ASSERT_TRUE(merged.has_value()) << merged.error().to_string();
  run(k1610, k1620);
  found = datax("2017-10-19 16:20:00");
  EXPECT_EQ(found.why_not, "");
  EXPECT_EQ(found.checkpoints.size(), 6u);
  EXPECT_EQ(found.checkpoints[merged->parent], "SHARD_END");
  EXPECT_EQ(found.checkpoints[merged->sibling], "SHARD_END");
  const std::string idle = found.checkpoints[merged->child];
  EXPECT_NE(idle, "TRIM_HORIZON");
  EXPECT_NE(idle, "SHARD_END");

  // An idle window, and after it the re-run of one before: nothing else under any end time.
  const sync::Report third = run(k1620, k1630);
  EXPECT_GT(third.refreshed_positions, 0);
  EXPECT_EQ(datax("2017-10-19 16:30:00").why_not, "");
  run(k1610, k1620);
  EXPECT_EQ(datax("2017-10-19 16:20:00").why_not, "");
  EXPECT_EQ(datax("2017-10-19 16:20:00").checkpoints.size(), 6u);
  EXPECT_EQ(datax("2017-10-19 16:30:00").why_not, "");
}

// A run that dies or fails half-way leaves DataX's rows as they were.
TEST_F(Takeover, A8_WriterFailureLeavesNoEndTimeRows) {
  world.set_data_time("2017-10-19 16:05:00.000");
  put("a", 1);
  run(k1600, k1610);
  const std::vector<std::string> before = world.status_rows();
  FaultRule refuse;
  refuse.fault = Fault::kStatus;
  refuse.method = "PUT";
  refuse.answer.status = 403;
  world.network.add(refuse);
  world.set_data_time("2017-10-19 16:12:00.000");
  put("b", 1);
  EXPECT_FALSE(world.run(k1610, k1620, "1").has_value());
  EXPECT_EQ(world.status_rows(), before);
}

// 9.1 with rows of DataX: a chunked description, positions, SHARD_END of shards that are long gone,
// TRIM_HORIZON, SkipCount.
TEST_F(Takeover, A4_OursContinuesAfterDatax) {
  create_status_table();
  world.set_data_time("2017-10-19 16:05:00.000");
  for (int i = 0; i < 5; ++i) put("a", i);
  put("z", 5);
  auto split = world.data_table()->split(CellValue::of_string("k"), {});
  ASSERT_TRUE(split.has_value());
  world.set_data_time("2017-10-19 16:11:00.000");
  for (int i = 10; i < 15; ++i) put("a", i);
  for (int i = 20; i < 24; ++i) put("z", i);

  // Ten thousand shards of the past make the list three chunks long.
  std::vector<DataxCheckpoint> rows;
  std::vector<std::string> listed;
  Random random(7);
  for (int i = 0; i < 10'000; ++i) {
    rows.push_back({random.uuid(), "SHARD_END"});
    listed.push_back(rows.back().shard_id);
  }
  rows.push_back({split->parent, "SHARD_END"});
  rows.push_back({split->left, iterator_behind(split->left, 1), 2});
  rows.push_back({split->right, "TRIM_HORIZON", 1});
  for (size_t i = 10'000; i < rows.size(); ++i) listed.push_back(rows[i].shard_id);
  const int64_t end_ms = china_ms("2017-10-19 16:10:00");
  put_datax_checkpoints(*world.tablestore, kStatusTable, stream_id, end_ms, rows);
  EXPECT_GE(put_datax_description(*world.tablestore, kStatusTable, stream_id, end_ms - 600'000,
                                  end_ms, listed),
            3);

  const sync::Report report = run(k1610, k1620);
  EXPECT_TRUE(report.plan.read.continues);
  EXPECT_THAT(values("1"), testing::UnorderedElementsAre("a=13", "a=14", "z=21", "z=22", "z=23"));
  const DataxStart next = datax("2017-10-19 16:20:00");
  EXPECT_EQ(next.why_not, "");
  EXPECT_EQ(next.checkpoints.size(), 3u) << "the shards of this job, not those of the past";
  EXPECT_EQ(next.checkpoints.at(split->parent), "SHARD_END");
}

TEST_F(Takeover, A4_LegacyCountRow) {
  create_status_table();
  world.set_data_time("2017-10-19 16:11:00.000");
  for (int i = 0; i < 4; ++i) put("a", i);
  const std::string shard = shards().front();
  const int64_t end_ms = china_ms("2017-10-19 16:10:00");
  put_datax_checkpoints(*world.tablestore, kStatusTable, stream_id, end_ms,
                        {{shard, iterator_behind(shard, 1), 1, "some version"}});
  put_legacy_count(*world.tablestore, kStatusTable, stream_id, end_ms, 1);
  EXPECT_TRUE(run(k1610, k1620).plan.read.continues);
  EXPECT_THAT(values("1"), ElementsAre("a=2", "a=3"));

  put_legacy_count(*world.tablestore, kStatusTable, stream_id, end_ms, 2);
  EXPECT_FALSE(run(k1610, k1620, "2").plan.read.continues);
  EXPECT_THAT(values("2"), ElementsAre("a=0", "a=1", "a=2", "a=3"));
}

// Checks 2 to 5 of 9.1 with rows as they lie in the table: what is not proven is read again by
// time.
TEST_F(Takeover, A4_IncompleteSetsAreNotTrusted) {
  create_status_table();
  world.set_data_time("2017-10-19 16:09:00.000");
  put("a", 0);
  world.set_data_time("2017-10-19 16:11:00.000");
  put("a", 1);
  const std::string shard = shards().front();
  const int64_t end_ms = china_ms("2017-10-19 16:10:00");
  const std::string wrong = iterator_behind(shard, 2);  // would leave a=1 out
  put_datax_checkpoints(*world.tablestore, kStatusTable, stream_id, end_ms, {{shard, wrong}});
  struct Case {
    const char* name;
    std::vector<std::string> shards;
    std::string version, why;
  };
  for (const Case& c :
       {Case{"rows missing", {shard, "more"}, "1508401560123-hand-made", "2 shards"},
        Case{"another version", {shard}, "1508401560124-other", "no checkpoint of"},
        Case{"another shard", {"more"}, "1508401560123-hand-made", "shard more"}}) {
    SCOPED_TRACE(c.name);
    put_datax_description(*world.tablestore, kStatusTable, stream_id, end_ms - 1, end_ms, c.shards,
                          c.version);
    EXPECT_FALSE(run(k1610, k1620).plan.read.continues);
    EXPECT_THAT(values("1"), ElementsAre("a=1"));
    EXPECT_TRUE(std::any_of(
        world.diagnostics.items().begin(), world.diagnostics.items().end(),
        [&](const Diagnostic& d) { return d.error.message.find(c.why) != std::string::npos; }));
  }
}

// 9.2: seek off and no complete set: the newest hint before the start, whoever left it.
TEST_F(Takeover, A4_NearestShardTimeCheckpointOfDatax) {
  create_status_table();
  world.set_data_time("2017-10-19 16:01:00.000");
  for (int i = 0; i < 3; ++i) put("a", i);
  world.set_data_time("2017-10-19 16:11:00.000");
  put("a", 10);
  const std::string shard = shards().front();
  const std::string hint = iterator_behind(shard, 2);
  put_datax_shard_time(*world.tablestore, kStatusTable, stream_id, shard,
                       china_ms("2017-10-19 16:01:00"), hint);
  put_datax_shard_time(*world.tablestore, kStatusTable, stream_id, shard,
                       china_ms("2017-10-19 16:10:00"), "not before the start");
  std::string text = person_job();
  text.insert(text.find("\"maxRetries\""), "\"enableSeekIterator\": false, ");
  auto report = world.run_text(
      text, {{"startTime", k1610}, {"endTime", k1620}, {std::string(job::kBizdateVariable), "1"}});
  ASSERT_TRUE(report.has_value()) << report.error().to_string();
  EXPECT_EQ(report->plan.read.shards[0].source, StartSource::kNearest);
  EXPECT_EQ(report->plan.read.shards[0].iterator, hint);
  EXPECT_EQ(report->manifests[0].shards[0].dropped, 1);
  EXPECT_THAT(values("1"), ElementsAre("a=10"));
}

// 9.5: DataX clears and writes rows of our end while we read.
TEST_F(Takeover, D25_ForeignRowsOfTheSameEndStopTheCommit) {
  create_status_table();
  world.set_data_time("2017-10-19 16:11:00.000");
  put("a", 1);
  const std::string shard = shards().front();
  const int64_t end_ms = china_ms("2017-10-19 16:20:00");
  for (const bool description : {true, false}) {
    SCOPED_TRACE(description);
    bool written = false;
    const auto in_between = [&](const Request& request, const Response&) -> std::string {
      if (request.path() != "/GetStreamRecord" || std::exchange(written, true)) return "";
      // As DataX does it in the middle of our run.
      tablestore::Row row;
      row.primary_key = description ? reader::job_description_key(stream_id, end_ms)
                                    : reader::checkpoint_key(stream_id, end_ms, shard);
      row.cells.push_back({"Version", CellOp::kPut, CellValue::of_string("datax"), {}});
      row.cells.push_back({"Checkpoint", CellOp::kPut, CellValue::of_string("it"), {}});
      tablestore::WriteRowRequest put_row;
      put_row.table = kStatusTable;
      put_row.row = SharedBuffer(tablestore::encode_row(row));
      world.tablestore->caller().call(
          "PutRow", SharedBuffer(tablestore::encode_put(put_row)), "status table",
          [](Result<SharedBuffer> answer) { EXPECT_TRUE(answer.has_value()); });
      return "";
    };
    world.refuse_tablestore = in_between;
    auto report = world.run(k1610, k1620, "1");
    world.refuse_tablestore = {};
    ASSERT_FALSE(report.has_value());
    EXPECT_EQ(report.error().code, "Status-Foreign") << report.error().to_string();
    EXPECT_THAT(report.error().message, HasSubstr(description ? "job description" : shard));
    EXPECT_THAT(values("1"), ElementsAre());
    // What lay there before a run is not foreign: the next run replaces it.
    run(k1610, k1620);
    EXPECT_EQ(datax("2017-10-19 16:20:00").why_not, "");
    EXPECT_THAT(values("1"), ElementsAre("a=1"));
    world.replace_maxcompute();
    world.create_destination();
  }
}

}  // namespace
}  // namespace otsstream::test
