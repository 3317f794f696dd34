#include "sync/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/progress.h"

namespace otsstream::sync {
namespace {

using testing::HasSubstr;

TEST(SizeText, HasTwoDecimalsFromKilobytesOn) {
  const std::pair<double, const char*> cases[] = {{0, "0B"},
                                                  {1023, "1023B"},
                                                  {1024, "1.00KB"},
                                                  {1536, "1.50KB"},
                                                  {1048576, "1.00MB"},
                                                  {5.5 * 1073741824, "5.50GB"},
                                                  {1099511627776, "1.00TB"},
                                                  {2048.0 * 1099511627776, "2048.00TB"}};
  for (const auto& [bytes, text] : cases) EXPECT_EQ(size_text(bytes), text);
}

TEST(ProgressLine, HasTheFieldsOfDataX) {
  Snapshot s;
  s.rows = 1200, s.row_bytes = 34567, s.bytes_per_second = 2048, s.rows_per_second = 300,
  s.dirty = 2, s.share = 0.5;
  s.wait_writer_us = 1'500'000;
  EXPECT_EQ(progress_line(s),
            "Total 1200 records, 34567 bytes | Speed 2.00KB/s, 300 records/s | Error 2 records, 0 "
            "bytes |  All Task WaitWriterTime 1.500s |  "
            "All Task WaitReaderTime 0.000s | Percentage 50.00%");
}

TEST(Progress, CountsShareByRecordTimeOverAllShards) {
  ManualClock clock(0);
  Progress progress(clock, {1000, 2000}, 2);
  EXPECT_EQ(progress.snapshot(0, 0).share, 0);
  progress.shard_position(0, 1500);
  EXPECT_DOUBLE_EQ(progress.snapshot(0, 0).share, 0.25);
  progress.shard_position(0, 9000);
  EXPECT_DOUBLE_EQ(progress.snapshot(0, 0).share, 0.5)
      << "a position behind the window counts as its end";
  progress.shard_done(0);
  progress.shard_done(1);
  const Snapshot done = progress.snapshot(3, 1);
  EXPECT_EQ(done.share, 1);
  EXPECT_EQ(done.shards_done, 2);
  EXPECT_EQ(done.eta_us, 0);
  EXPECT_EQ(done.retries, 3u);
}

TEST(Progress, RatesAreThoseSinceTheLastSnapshot) {
  ManualClock clock(0);
  Progress progress(clock, {0, 1000}, 1);
  clock.advance(seconds(2));
  progress.add_rows(10, 100, 5000);
  progress.add_read_bytes(4096);
  Snapshot s = progress.snapshot(0, 0);
  EXPECT_DOUBLE_EQ(s.rows_per_second, 50);
  EXPECT_DOUBLE_EQ(s.bytes_per_second, 2048);
  EXPECT_EQ(s.eta_us, -1) << "nothing is known of the end yet";
  clock.advance(seconds(2));
  progress.shard_position(0, 500);
  s = progress.snapshot(0, 0);
  EXPECT_DOUBLE_EQ(s.rows_per_second, 0);
  EXPECT_EQ(s.eta_us, 4'000'000);
}

Report sample_report() {
  Report report;
  report.job = "person.json";
  report.plan.read.settings.window = {1508400600000, 1508401560000};
  report.plan.destination = "odps demo.person/pt=20171018";
  report.plan.destination_json = "{}";
  report.started_ms = 1508403600000;
  report.finished_ms = 1508403605500;
  report.transfer_us = 2'000'000;
  report.totals.rows = 1000;
  report.totals.row_bytes = 4 << 20;
  return report;
}

TEST(ReportText, EndsWithTheDirtyRecords) {
  Report report = sample_report();
  EXPECT_THAT(to_text(report),
              testing::EndsWith("Dirty records             :                   0\n"));
  report.dirty = 3;
  report.first_dirty_reason = "column 0 id: ...";
  const std::string text = to_text(report);
  EXPECT_THAT(text, testing::EndsWith("First reason: column 0 id: ...\n"));
  for (const char* part : {"Job start time", "Job end time", "Total time", "5s",
                           "Average throughput", "2.00MB/s", "Record write rate", "500rec/s",
                           "Records read", "1000", "Failed records", "2017-10-19 16:10:00"})
    EXPECT_THAT(text, HasSubstr(part));
}

}  // namespace
}  // namespace otsstream::sync
