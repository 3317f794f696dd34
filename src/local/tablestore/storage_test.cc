// What every Storage promises, held to both; the cap of memory; the files of the disk engine.

#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "base/file.h"
#include "local/tablestore/storage_test_support.h"
#include "local/tablestore/store_directory.h"
#include "local/tablestore/table_record.h"

namespace otsstream::local::tablestore_test {
namespace {

SharedBuffer value(std::string text) { return SharedBuffer(std::move(text)); }

class StorageTest : public testing::TestWithParam<Engine> {
 protected:
  Storage& storage() { return *engine_.storage; }
  void apply(StorageBatch batch) { ASSERT_TRUE(storage().apply(std::move(batch))); }
  std::string keys(const StorageReader& reader, SpaceId space, std::string_view from,
                   std::string_view to, bool backward, size_t at_most = 10) {
    std::string out;
    EXPECT_TRUE(reader.scan(space, from, to, backward, [&](std::string_view k, std::string_view v) {
      EXPECT_EQ(v.substr(0, 1), "v");
      out += k;
      return out.size() < at_most;
    }));
    return out;
  }
  OpenEngine engine_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Engines, StorageTest, testing::ValuesIn(kEngines), engine_name);

TEST_P(StorageTest, ScansBothWaysWithinBounds) {
  StorageBatch batch;
  for (const char* k : {"b", "a", "d", "c"}) batch.put(1, k, value("v"));
  batch.erase(1, "d");
  batch.put(2, "a", value("v other space"));
  batch.put(log_space(1), "a", value("v log"));
  batch.put(kMetaSpace, "a", value("v meta"));
  apply(std::move(batch));
  const struct {
    const char *from, *to;
    bool backward;
    size_t at_most;
    const char* expected;
  } kCases[] = {{"", "", false, 9, "abc"},  {"", "", true, 9, "cba"},  {"b", "c", false, 9, "b"},
                {"b", "", true, 1, "c"},    {"c", "a", false, 9, ""},  {"b", "b", true, 9, ""},
                {"aa", "", false, 9, "bc"}, {"", "bb", true, 9, "ba"}, {"d", "", false, 9, ""}};
  for (const auto& c : kCases)
    EXPECT_EQ(keys(storage(), 1, c.from, c.to, c.backward, c.at_most), c.expected)
        << c.from << "-" << c.to;
  EXPECT_EQ(keys(storage(), 3, "", "", false), "") << "a space that nothing is in";
  EXPECT_EQ((*storage().get(log_space(1), "a"))->view(), "v log");
  EXPECT_EQ((*storage().get(kMetaSpace, "a"))->view(), "v meta");
  EXPECT_EQ(*storage().get(1, "d"), std::nullopt);
  EXPECT_EQ(*storage().get(9, "a"), std::nullopt);
}

TEST_P(StorageTest, ASnapshotStandsStill) {
  StorageBatch batch;
  batch.put(1, "a", value("v old"));
  batch.put(1, "b", value("v"));
  apply(std::move(batch));
  auto snapshot = storage().snapshot();
  auto held = *storage().get(1, "a");
  StorageBatch more;
  more.put(1, "a", value("v new"));
  more.erase(1, "b");
  more.put(1, "c", value("v"));
  apply(std::move(more));
  EXPECT_EQ((*storage().get(1, "a"))->view(), "v new");
  EXPECT_EQ((*snapshot->get(1, "a"))->view(), "v old");
  EXPECT_EQ(held->view(), "v old") << "a value outlives its change";
  EXPECT_EQ(keys(*snapshot, 1, "", "", false), "ab");
  EXPECT_EQ(keys(storage(), 1, "", "", false), "ac");
}

TEST_P(StorageTest, ErasesRangesAndSpaces) {
  StorageBatch batch;
  for (const char* k : {"a", "b", "c", "d"}) batch.put(1, k, value("v"));
  for (SpaceId space : {SpaceId{2}, log_space(1)}) batch.put(space, "x", value("v"));
  batch.put(0x00ff'ffff'ffff'ffff, "x", value("v"));
  apply(std::move(batch));
  StorageBatch range;
  range.erase_range(1, "b", "d");
  apply(std::move(range));
  EXPECT_EQ(keys(storage(), 1, "", "", false), "ad");
  StorageBatch drop;
  drop.drop(1);
  drop.put(1, "z", value("v"));  // in the order of the batch
  apply(std::move(drop));
  EXPECT_EQ(keys(storage(), 1, "", "", false), "z");
  EXPECT_EQ(keys(storage(), 2, "", "", false), "x");
  EXPECT_EQ(keys(storage(), log_space(1), "", "", false), "x");
  StorageBatch last;
  last.drop(0x00ff'ffff'ffff'ffff);
  apply(std::move(last));
  EXPECT_EQ(keys(storage(), 0x00ff'ffff'ffff'ffff, "", "", false), "");
}

// Random batches against a plain map.
TEST_P(StorageTest, DoesAsAMapDoes) {
  std::mt19937 dice(5);
  std::map<std::pair<SpaceId, std::string>, std::string> model;
  for (int round = 0; round < 200; ++round) {
    StorageBatch batch;
    for (int i = static_cast<int>(dice() % 8); i >= 0; --i) {
      const SpaceId space = 1 + dice() % 2;
      std::string key(1, static_cast<char>('a' + dice() % 20));
      switch (dice() % 8) {
        case 0: {
          std::string end(1, static_cast<char>(key[0] + dice() % 5));
          model.erase(model.lower_bound({space, key}),
                      model.lower_bound({space, std::max(key, end)}));
          batch.erase_range(space, key, end);
          break;
        }
        case 1:
          model.erase({space, key});
          batch.erase(space, key);
          break;
        default:
          model[{space, key}] = "v" + std::to_string(round);
          batch.put(space, key, value("v" + std::to_string(round)));
      }
    }
    apply(std::move(batch));
    if (round % 50 == 49) engine_.reopen();
    for (SpaceId space : {SpaceId{1}, SpaceId{2}}) {
      std::string expected, found;
      for (const auto& [at, text] : model)
        if (at.first == space) expected += at.second + "=" + text + ";";
      ASSERT_TRUE(storage().scan(space, "", "", false, [&](std::string_view k, std::string_view v) {
        found += std::string(k) + "=" + std::string(v) + ";";
        return true;
      }));
      ASSERT_EQ(found, expected) << round;
    }
  }
}

TEST_P(StorageTest, ABatchIsSeenWholeOrNotAtAll) {
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; i < 300; ++i) {
      StorageBatch batch;
      for (const char* k : {"a", "b", "c"}) batch.put(1, k, value("v" + std::to_string(i)));
      apply(std::move(batch));
    }
    done = true;
  });
  while (!done) {
    std::string first;
    EXPECT_TRUE(storage().scan(1, "", "", false, [&](std::string_view, std::string_view v) {
      if (first.empty()) first = v;
      EXPECT_EQ(v, first);
      return true;
    }));
  }
  writer.join();
}

TEST(MemoryStorageTest, RefusesWhatIsBeyondItsCapAndChangesNothing) {
  MemoryStorage storage(10'000);
  auto batch_of = [](std::string key, size_t bytes, int64_t memory = 0) {
    StorageBatch batch;
    batch.put(1, std::move(key), value(std::string(bytes, 'x')));
    batch.memory_bytes = memory;
    return batch;
  };
  ASSERT_TRUE(storage.apply(batch_of("a", 4000)));
  ASSERT_TRUE(storage.apply(batch_of("b", 2000, 3000)));
  const size_t used = storage.used_bytes();
  EXPECT_GT(used, 9000u);
  for (auto&& batch : {batch_of("c", 1000), batch_of("a", 4000, 1000), batch_of("a", 5000)}) {
    auto refused = storage.apply(batch);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "OTSQuotaExhausted");
    EXPECT_THAT(refused.error().message, testing::HasSubstr("cap of 10000 bytes"));
    EXPECT_THAT(refused.error().message, testing::HasSubstr("--memory-cap"));
  }
  EXPECT_EQ(storage.used_bytes(), used);
  EXPECT_EQ(*storage.get(1, "c"), std::nullopt);
  EXPECT_EQ((*storage.get(1, "a"))->size(), 4000u);
  EXPECT_TRUE(storage.apply(batch_of("a", 4100))) << "what replaces a row needs no room of its own";
  StorageBatch less;
  less.erase(1, "a");
  less.memory_bytes = -3000;
  ASSERT_TRUE(storage.apply(std::move(less)));
  EXPECT_TRUE(storage.apply(batch_of("c", 5000)));
  StorageBatch drop;
  drop.drop(1);
  ASSERT_TRUE(storage.apply(std::move(drop)));
  EXPECT_EQ(storage.used_bytes(), 0u);
}

TEST(RocksStorageTest, WritersShareTheirSync) {
  Folder folder;
  auto storage = RocksStorage::open(folder.path("db"), true);
  ASSERT_TRUE(storage);
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < 50; ++i) {
        StorageBatch batch;
        batch.put(1, std::to_string(w) + "-" + std::to_string(i), value("v"));
        EXPECT_TRUE((*storage)->apply(std::move(batch)));
        EXPECT_TRUE((*storage)->make_durable());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  storage->reset();
  storage = RocksStorage::open(folder.path("db"), true);
  size_t keys = 0;
  ASSERT_TRUE((*storage)->scan(1, "", "", false,
                               [&](std::string_view, std::string_view) { return ++keys > 0; }));
  EXPECT_EQ(keys, 200u);
}

TEST(RocksStorageTest, NamesDamage) {
  Folder folder;
  { ASSERT_TRUE(RocksStorage::open(folder.path("db"), false)); }
  ASSERT_TRUE(write_file_atomic(folder.path("db") + "/CURRENT", "nonsense\n"));
  auto opened = RocksStorage::open(folder.path("db"), false);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "Store-Damaged");
  EXPECT_EQ(RocksStorage::open("/dev/null/db", false).error().code, "Store-Io");
}

TEST(TableRecordTest, BytesRoundTripAndDamageShows) {
  TableRecord record;
  record.meta.name = "person";
  record.meta.primary_key = {{"id", tablestore::KeyType::kString, false},
                             {"seq", tablestore::KeyType::kInteger, true}};
  record.meta.defined_columns = {{"age", tablestore::DefinedColumnType::kInteger}};
  record.options = {-1, 5, 86400, true, false};
  record.throughput = {{1, 2}, 1'795'356'600, 1'795'356'601};
  record.sse = tablestore::SseSpec{true, 1, "key", "arn"};
  record.local_transactions = true;
  record.created_us = 1'795'356'600'000'000;
  record.partitions = {{"s1", std::nullopt},
                       {"s2", tablestore::CellValue::of_integer(-7)},
                       {"s3", tablestore::CellValue::of_string("m")},
                       {"s4", tablestore::CellValue::of_blob(std::string_view("\0\xff", 2))}};
  record.stream = tablestore::StreamDetails{true, "person_1", 24, 17, {"age", "name"}};
  record.next_shard = 9;
  const std::string bytes = to_bytes(record);
  auto back = parse_table_record(bytes);
  ASSERT_TRUE(back) << back.error().to_string();
  EXPECT_EQ(to_bytes(*back), bytes);
  EXPECT_EQ(back->meta, record.meta);
  EXPECT_EQ(back->options, record.options);
  EXPECT_EQ(back->partitions, record.partitions);
  EXPECT_EQ(back->stream->columns_to_get, record.stream->columns_to_get);
  EXPECT_EQ(back->stream->stream_id, "person_1");
  EXPECT_EQ(back->throughput.last_decrease_time, record.throughput.last_decrease_time);
  EXPECT_EQ(back->sse->role_arn, "arn");
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    auto part = parse_table_record(std::string_view(bytes).substr(0, cut));
    EXPECT_EQ(part ? "Store-Damaged" : part.error().code, "Store-Damaged") << cut;
  }
  EXPECT_EQ(parse_table_record(bytes + std::string("\x63\x01x", 3)).error().code, "Store-Version");
  record.options.max_versions.reset();
  EXPECT_EQ(parse_table_record(to_bytes(record)).error().code, "Store-Damaged")
      << "no max versions";

  ShardRecord shard{3, {"s", "p", "q"}, 70, 5};
  EXPECT_EQ(*parse_shard_record(3, to_bytes(shard)), shard);
  EXPECT_EQ(parse_shard_record(3, "\x04\x01").error().code, "Store-Damaged");
}

class StoreDirectoryTest : public testing::Test {
 protected:
  std::string contents() const {
    std::string out;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder_.path("")))
      out += file.path().filename().string() +
             (file.is_regular_file() ? "=" + *read_file(file.path().string()) : "/") + "\n";
    return out;
  }
  Folder folder_;
};

TEST_F(StoreDirectoryTest, TakesWhatIsEmptyOrItsOwn) {
  const std::string path = folder_.path("deep/store");
  for (int start = 0; start < 2; ++start) {
    auto opened = StoreDirectory::open(path);
    ASSERT_TRUE(opened) << opened.error().to_string();
    EXPECT_EQ(*read_file(path + "/FORMAT"), "otsstream-tablestore-store 1\n");
    EXPECT_EQ(*opened->instance_folder("local"), path + "/instances/local");
    auto twice = StoreDirectory::open(path);
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().code, "Store-InUse");
  }
  std::filesystem::remove(path + "/FORMAT");
  std::filesystem::remove_all(path + "/instances");
  ASSERT_TRUE(write_file_atomic(path + "/FORMAT.abcdef", "otsstr"));
  EXPECT_TRUE(StoreDirectory::open(path)) << "what a start that was killed leaves";
}

TEST_F(StoreDirectoryTest, LeavesWhatItDoesNotKnow) {
  const struct {
    const char *file, *text, *code;
  } kCases[] = {{"notes.txt", "mine", "Store-Foreign"},
                {"FORMAT", "something else 1\n", "Store-Foreign"},
                {"FORMAT", "otsstream-tablestore-store 1", "Store-Foreign"},
                {"FORMAT", "", "Store-Foreign"},
                {"FORMAT", "otsstream-tablestore-store 2\n", "Store-Version"},
                {"FORMAT", "otsstream-tablestore-store 10\n", "Store-Version"}};
  for (const auto& c : kCases) {
    const std::string path = folder_.path("store");
    std::filesystem::remove_all(path);
    std::filesystem::create_directory(path);
    ASSERT_TRUE(write_file_atomic(path + "/" + c.file, c.text));
    const std::string before = contents();
    auto opened = StoreDirectory::open(path);
    ASSERT_FALSE(opened) << c.text;
    EXPECT_EQ(opened.error().code, c.code) << c.text;
    EXPECT_THAT(opened.error().message, testing::HasSubstr(path));
    EXPECT_NE(opened.error().remedy, "");
    EXPECT_EQ(contents(), before);
  }
  ASSERT_TRUE(write_file_atomic(folder_.path("file"), ""));
  EXPECT_EQ(StoreDirectory::open(folder_.path("file")).error().code, "Store-Io");
  auto good = StoreDirectory::open(folder_.path("good"));
  for (const char* name : {"", "a/b", "..", "a.b", "\xc3\xa4"})
    EXPECT_EQ(good->instance_folder(name).error().code, "Store-InstanceName") << name;
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
