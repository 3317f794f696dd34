// The parts below the operations, each alone: sort keys, storage, log segments, iterator texts.

#include <algorithm>
#include <random>

#include "local/tablestore/change_log.h"
#include "local/tablestore/memory_storage.h"
#include "local/tablestore/shard_iterator.h"
#include "local/tablestore/sort_key.h"
#include "local/tablestore/tablestore_test_support.h"

namespace otsstream::local::tablestore_test {
namespace {

TEST(SortKeyTest, SortsAsKeysDo) {
  auto text = [](std::string_view v) { return CellValue::of_string(v); };
  const std::vector<CellValue> ascending = {CellValue::inf_min(),
                                            CellValue::of_integer(INT64_MIN),
                                            CellValue::of_integer(-1),
                                            CellValue::of_integer(0),
                                            CellValue::of_integer(255),
                                            CellValue::of_integer(256),
                                            CellValue::of_integer(INT64_MAX),
                                            text(""),
                                            text(std::string_view("\0", 1)),
                                            text(std::string_view("\0\0", 2)),
                                            text(std::string_view("\0\1", 2)),
                                            text("a"),
                                            text(std::string_view("a\0", 2)),
                                            text("ab"),
                                            text("b"),
                                            text("\xff"),
                                            CellValue::of_blob(""),
                                            CellValue::of_blob("a"),
                                            CellValue::inf_max()};
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      // A second column must not blur the order of the first.
      PrimaryKey a{{"k", ascending[i]}, {"l", CellValue::of_integer(5)}},
          b{{"k", ascending[j]}, {"l", CellValue::of_integer(-5)}};
      EXPECT_EQ(sort_key(a) < sort_key(b), compare_key(a, b) < 0) << i << " " << j;
    }
  }
}

TEST(MemoryStorageTest, BatchGetScanSnapshotDrop) {
  MemoryStorage storage;
  StorageBatch batch;
  for (const char* k : {"b", "a", "d", "c"}) batch.put(1, k, SharedBuffer(std::string(k)));
  batch.erase(1, "d");
  batch.put(2, "a", SharedBuffer(std::string("other space")));
  ASSERT_TRUE(storage.apply(std::move(batch)));
  auto keys = [&](const StorageReader& reader, std::string_view from, std::string_view to,
                  bool backward, size_t at_most = 10) {
    std::string out;
    EXPECT_TRUE(reader.scan(1, from, to, backward, [&](std::string_view k, const SharedBuffer&) {
      out += k;
      return out.size() < at_most;
    }));
    return out;
  };
  EXPECT_EQ(keys(storage, "", "", false), "abc");
  EXPECT_EQ(keys(storage, "", "", true), "cba");
  EXPECT_EQ(keys(storage, "b", "c", false), "b");
  EXPECT_EQ(keys(storage, "b", "", true, 1), "c");
  EXPECT_EQ(keys(storage, "c", "a", false), "");
  auto snapshot = storage.snapshot();
  StorageBatch more;
  more.put(1, "a", SharedBuffer(std::string("new")));
  more.erase(1, "b");
  ASSERT_TRUE(storage.apply(std::move(more)));
  EXPECT_EQ((*storage.get(1, "a"))->view(), "new");
  EXPECT_EQ((*snapshot->get(1, "a"))->view(), "a");
  EXPECT_EQ(keys(*snapshot, "", "", false), "abc");
  ASSERT_TRUE(storage.drop(1));
  EXPECT_EQ(*storage.get(1, "a"), std::nullopt);
  EXPECT_TRUE((*storage.get(2, "a")).has_value());
}

// Whatever the sizes of records and pages: the pages in a row are the log, and known digests are
// those of their bytes.
TEST(ChangeLogTest, PagesAreTheLogCutUp) {
  std::mt19937 dice(11);
  ChangeLog log("s", 0);
  log.open_shard({"shard", "", ""});
  std::string written;
  constexpr int kRecords = 6000;
  for (int i = 0; i < kRecords; ++i) {
    size_t size = dice() % 50 == 0 ? dice() % 200'000 : dice() % 400 + 1;
    std::string field(size, static_cast<char>('a' + i % 26));
    written += field;
    log.append("shard", field, 1000 + i);
  }
  int digests_known = 0, pages = 0;
  for (std::optional<size_t> limit : {std::optional<size_t>(), std::optional<size_t>(1),
                                      std::optional<size_t>(333), std::optional<size_t>(5000)}) {
    std::string read;
    uint64_t position = 0;
    while (true) {
      auto page = log.read("shard", position, limit);
      ASSERT_TRUE(page);
      if (page->records == 0) break;
      ++pages;
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
    EXPECT_EQ(position, uint64_t{kRecords});
    EXPECT_TRUE(read == written) << limit.value_or(0);
  }
  EXPECT_GT(digests_known, 5);
}

TEST(ChangeLogTest, SlicesOutliveAppendsAndTrims) {
  ChangeLog log("s", 0);
  log.open_shard({"shard", "", ""});
  log.append("shard", "first", 10);
  SharedBuffer slice = log.read("shard", 0, {})->parts.at(0);
  for (int i = 0; i < 5000; ++i) log.append("shard", std::string(100, 'x'), 20 + i);
  log.trim(1'000'000);
  EXPECT_EQ(slice.view(), "first");
  EXPECT_EQ(*log.oldest_position("shard"), 5001u);
  EXPECT_EQ(log.read("shard", 5001, {})->records, 0u);
  EXPECT_EQ(log.read("shard", 5000, {}).error().code, "OTSTrimmedDataAccess");
  EXPECT_EQ(log.read("shard", 5002, {}).error().code, "OTSTrimmedDataAccess")
      << "behind the newest record";
}

TEST(ChangeLogTest, TrimsByRecordAndByClosing) {
  ChangeLog log("s", 0);
  log.open_shard({"a", "", ""});
  for (int i = 0; i < 10; ++i) log.append("a", "r", 100 + i);
  EXPECT_FALSE(log.wants_trim(100));
  EXPECT_TRUE(log.wants_trim(101));
  log.trim(105);
  EXPECT_EQ(*log.oldest_position("a"), 5u);
  EXPECT_EQ(*log.seek("a", 0), std::optional<uint64_t>(5)) << "never before the oldest record";
  EXPECT_EQ(*log.seek("a", 107), std::optional<uint64_t>(7));
  EXPECT_EQ(*log.seek("a", 500), std::optional<uint64_t>(10));
  log.close_shard("a", 200);
  EXPECT_EQ(*log.seek("a", 500), std::nullopt);
  log.trim(200);
  EXPECT_TRUE(log.has_shard("a"));
  log.trim(201);
  EXPECT_FALSE(log.has_shard("a"));
  EXPECT_EQ(log.read("a", 10, {}).error().code, "OTSTrimmedDataAccess");
}

TEST(ShardIteratorTest, TextsRoundTripAndDamageShows) {
  ShardIterator iterator{"person_1795356600000000", "0b0c7d6e-4f3a-4c56-9d2b-1f2e3d4c5b6a",
                         1234567};
  std::string text = to_text(iterator);
  EXPECT_EQ(text.size(), 152u);
  auto back = parse_shard_iterator(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->stream_id, iterator.stream_id);
  EXPECT_EQ(back->shard_id, iterator.shard_id);
  EXPECT_EQ(back->position, iterator.position);
  for (size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] = damaged[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(parse_shard_iterator(damaged)) << i;
  }
  EXPECT_FALSE(parse_seek_token(text));
  SeekToken token{"shard", -5, 3};
  auto token_back = parse_seek_token(to_text(token));
  ASSERT_TRUE(token_back);
  EXPECT_EQ(token_back->timestamp_us, -5);
  EXPECT_EQ(token_back->steps_done, 3);
  EXPECT_FALSE(parse_shard_iterator(to_text(token)));
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
