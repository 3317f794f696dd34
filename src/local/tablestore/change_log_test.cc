// The change log alone, over both kinds of storage: in one that outlives the process the segments
// of before are read back.

#include "local/tablestore/change_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "local/tablestore/storage_test_support.h"

namespace otsstream::local::tablestore_test {
namespace {

constexpr SpaceId kTable = 1;

std::string record_of(std::string_view payload) {
  std::string field(1, '\x0a');
  put_text(field, payload);
  return field;
}

// A log with its storage, written as a table writes it.
class ChangeLogTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override { start(); }
  void start() { log = std::make_unique<ChangeLog>("s", 0, kTable, *engine.storage, *cache); }
  void open_shard(const std::string& id) {
    ShardRecord shard{next_shard++, {id, "", ""}, 0, {}};
    log->open_shard(shard);
  }
  void commit(const std::vector<std::pair<std::string, std::string>>& fields, int64_t us) {
    for (const auto& [shard, field] : fields) log->stage(shard, field, us);
    StorageBatch batch;
    log->add_staged(batch);
    ASSERT_TRUE(engine.storage->apply(std::move(batch)));
    log->publish();
  }
  void append(const std::string& shard, const std::string& field, int64_t us) {
    commit({{shard, field}}, us);
  }
  void trim(int64_t horizon_us) {
    StorageBatch batch;
    auto trim = log->plan_trim(horizon_us, batch);
    ASSERT_TRUE(trim);
    ASSERT_TRUE(engine.storage->apply(std::move(batch)));
    log->trim(*trim);
  }
  // As after a restart; memory keeps what it has.
  void reopen() {
    if (!engine.storage->is_persistent()) return;
    std::vector<ShardRecord> shards = log->shard_records();
    log.reset();
    cache = std::make_unique<LogCache>(recent_bytes, size_t{1} << 20);
    start();
    for (ShardRecord& shard : shards) log->open_shard(std::move(shard));
    ASSERT_TRUE(log->load());
  }
  std::string all(const std::string& shard, std::optional<size_t> limit) {
    std::string read;
    uint64_t position = *log->oldest_position(shard);
    while (true) {
      auto page = log->read(shard, position, limit);
      EXPECT_TRUE(page) << (page ? "" : page.error().to_string());
      if (!page || page->records == 0) return read;
      EXPECT_LE(page->bytes, size_t{2} << 20);
      EXPECT_LE(page->records, limit.value_or(1000));
      if (page->first_part_md5) {
        ++digests_known;
        EXPECT_EQ(page->first_part_md5->digest(), md5(page->parts[0].view()));
      }
      for (const SharedBuffer& part : page->parts) read += part.view();
      EXPECT_EQ(page->next_position, position + page->records);
      position = page->next_position;
    }
  }

  OpenEngine engine{GetParam()};
  size_t recent_bytes = size_t{1} << 18;
  std::unique_ptr<LogCache> cache = std::make_unique<LogCache>(recent_bytes, size_t{1} << 20);
  std::unique_ptr<ChangeLog> log;
  uint64_t next_shard = 1;
  int digests_known = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, ChangeLogTest, testing::ValuesIn(kEngines), engine_name);

// Whatever the sizes of records and pages: the pages in a row are the log, and known digests are
// those of their bytes; in memory, read back, and after a restart.
TEST_P(ChangeLogTest, PagesAreTheLogCutUp) {
  std::mt19937 dice(11);
  open_shard("shard");
  std::string written;
  constexpr int kRecords = 6000;
  for (int i = 0; i < kRecords;) {
    std::vector<std::pair<std::string, std::string>> fields;
    for (int n = static_cast<int>(dice() % 40) + 1; n > 0 && i < kRecords; --n, ++i) {
      size_t size = dice() % 50 == 0 ? dice() % 100'000 : dice() % 400 + 1;
      fields.emplace_back("shard", record_of(std::string(size, static_cast<char>('a' + i % 26))));
      written += fields.back().second;
    }
    commit(fields, 1000 + i);
  }
  for (bool again : {false, true}) {
    if (again) reopen();
    for (std::optional<size_t> limit : {std::optional<size_t>(), std::optional<size_t>(1),
                                        std::optional<size_t>(333), std::optional<size_t>(5000)})
      EXPECT_TRUE(all("shard", limit) == written) << limit.value_or(0) << again;
    EXPECT_EQ(log->read("shard", kRecords, {})->records, 0u);
    EXPECT_EQ(log->read("shard", kRecords + 1, {}).error().code, "OTSTrimmedDataAccess");
  }
  EXPECT_GT(digests_known, 5);
  append("shard", record_of("later"), 10'000);
  EXPECT_TRUE(all("shard", {}) == written + record_of("later"));
}

TEST_P(ChangeLogTest, SegmentsAreTheSameWhenReadBack) {
  open_shard("shard");
  for (int i = 0; i < 3000; ++i) append("shard", record_of(std::string(200, 'x')), i);
  auto page_ends = [&] {
    std::vector<uint64_t> ends;
    for (uint64_t at = 0; at < 3000; at = ends.back()) {
      auto page = log->read("shard", at, {});
      EXPECT_TRUE(page->first_part_md5) << "no page begins inside a segment, " << at;
      ends.push_back(page->next_position);
    }
    return ends;
  };
  auto before = page_ends();
  reopen();
  EXPECT_EQ(page_ends(), before);
}

TEST_P(ChangeLogTest, ADiscardedCommitLeavesNothing) {
  open_shard("shard");
  append("shard", record_of("one"), 1);
  const int64_t memory = log->memory_bytes();
  for (size_t size :
       {size_t{10}, size_t{100'000}}) {  // in the segment that is there, and a new one
    log->stage("shard", record_of(std::string(size, 'x')), 2);
    log->discard();
  }
  EXPECT_EQ(log->read("shard", 0, {})->records, 1u);
  EXPECT_EQ(log->memory_bytes(), memory);
  append("shard", record_of("two"), 3);
  EXPECT_EQ(all("shard", {}), record_of("one") + record_of("two"));
}

TEST_P(ChangeLogTest, SlicesOutliveAppendsAndTrims) {
  open_shard("shard");
  append("shard", record_of("first"), 10);
  SharedBuffer slice = log->read("shard", 0, {})->parts.at(0);
  for (int i = 0; i < 5000; ++i) append("shard", record_of(std::string(100, 'x')), 20 + i);
  trim(1'000'000);
  EXPECT_EQ(slice.view(), record_of("first"));
  for (bool again : {false, true}) {
    if (again) reopen();
    EXPECT_EQ(*log->oldest_position("shard"), 5001u);
    EXPECT_EQ(log->read("shard", 5001, {})->records, 0u);
    EXPECT_EQ(log->read("shard", 5000, {}).error().code, "OTSTrimmedDataAccess");
    EXPECT_EQ(log->read("shard", 5002, {}).error().code, "OTSTrimmedDataAccess")
        << "behind the newest record";
  }
  EXPECT_EQ(log->memory_bytes(), 0);
  EXPECT_EQ(engine.keys(log_space(kTable)), 0u) << "trimmed records are gone from storage";
}

TEST_P(ChangeLogTest, TrimsByRecordAndByClosing) {
  open_shard("a");
  for (int i = 0; i < 10; ++i) append("a", record_of("r"), 100 + i);
  EXPECT_FALSE(log->wants_trim(100));
  EXPECT_TRUE(log->wants_trim(101));
  trim(105);
  for (bool again : {false, true}) {
    if (again) reopen();
    EXPECT_EQ(*log->oldest_position("a"), 5u);
    EXPECT_EQ(*log->seek("a", 0), std::optional<uint64_t>(5)) << "never before the oldest record";
    EXPECT_EQ(*log->seek("a", 107), std::optional<uint64_t>(7));
    EXPECT_EQ(*log->seek("a", 500), std::optional<uint64_t>(10));
    EXPECT_FALSE(log->wants_trim(105));
    EXPECT_TRUE(log->wants_trim(106));
  }
  log->close_shard("a", 200);
  EXPECT_EQ(*log->seek("a", 500), std::nullopt);
  trim(200);
  EXPECT_TRUE(log->has_shard("a"));
  trim(201);
  EXPECT_FALSE(log->has_shard("a"));
  EXPECT_EQ(log->read("a", 10, {}).error().code, "OTSTrimmedDataAccess");
}

// Every time, in a log that is partly in memory and partly not.
TEST_P(ChangeLogTest, SeeksWhereARecordIs) {
  open_shard("a");
  std::vector<int64_t> times;
  for (int commits = 0; commits < 400; ++commits) {
    std::vector<std::pair<std::string, std::string>> fields;
    for (int i = 0; i < 1 + commits % 4; ++i) {
      fields.emplace_back("a", record_of(std::string(900, 'x')));
      times.push_back(commits * 10);
    }
    commit(fields, commits * 10);
  }
  for (bool again : {false, true}) {
    if (again) reopen();
    for (int64_t us = -1; us < 4020; us += 3) {
      auto expected = std::lower_bound(times.begin(), times.end(), us) - times.begin();
      ASSERT_EQ(*log->seek("a", us), std::optional<uint64_t>(expected)) << us;
    }
  }
}

class StoredChangeLogTest : public ChangeLogTest {};
INSTANTIATE_TEST_SUITE_P(Engines, StoredChangeLogTest, testing::Values(Engine::kDisk), engine_name);

TEST_P(StoredChangeLogTest, ADamagedLogIsAnErrorAndNoCrash) {
  open_shard("a");
  for (int i = 0; i < 20; ++i) append("a", record_of("payload"), i);
  const std::string key = log_key(1, 7);
  const std::string good((*engine.storage->get(log_space(kTable), key))->view());
  const std::vector<std::string> bad = {"", good.substr(0, 2), good.substr(0, good.size() - 1),
                                        good + "x", std::string(40, '\xff')};
  for (const std::string& value : bad) {
    StorageBatch batch;
    batch.put(log_space(kTable), key, SharedBuffer(value));
    ASSERT_TRUE(engine.storage->apply(std::move(batch)));
    reopen();
    auto page = log->read("a", 0, {});
    EXPECT_EQ(page ? "" : page.error().code, "Store-Damaged") << to_hex(value);
  }
  StorageBatch batch;
  batch.erase(log_space(kTable), key);
  ASSERT_TRUE(engine.storage->apply(std::move(batch)));
  reopen();
  EXPECT_EQ(log->read("a", 7, {}).error().code, "Store-Damaged") << "a hole";
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
