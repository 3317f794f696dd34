// Snapshots: what was is again, in memory and on disk alike; what is no good snapshot changes
// nothing.

#include "base/file.h"
#include "local/tablestore/storage_test_support.h"
#include "local/tablestore/store_state_test_support.h"

namespace otsstream::local::tablestore_test {
namespace {

class SnapshotTest : public testing::TestWithParam<Engine> {
 protected:
  static TablestoreServerOptions options(Engine engine, const Folder& folder,
                                         const std::string& name, size_t cap = 0) {
    TablestoreServerOptions out;
    if (engine == Engine::kDisk) out.directory = folder.path(name);
    out.memory_cap_bytes = cap;
    return out;
  }
  static TableStore& tables(TablestoreFixture& local) {
    return *local.server->find_instance("inst");
  }
  Folder folder;
  TablestoreFixture local{options(GetParam(), folder, "store")};
  std::string file = folder.path("snapshot");
};
INSTANTIATE_TEST_SUITE_P(Engines, SnapshotTest, testing::ValuesIn(kEngines), engine_name);

TEST_P(SnapshotTest, BringsEverythingBackIntoEitherEngine) {
  fill(local);
  const std::string before = state_of(local);
  const std::string shard = local.shards()[0].shard_id;
  const std::string iterator = local.iterator(shard);
  const auto records = local.read(iterator).records.size();
  ASSERT_TRUE(tables(local).snapshot(file));

  local.put_row(row(key("after")));
  local.call("DeleteTable", encode(DeleteTableRequest{"numbered"}));
  local.create(person("new"));
  EXPECT_NE(state_of(local), before);
  auto held = *tables(local).find("new");
  ASSERT_TRUE(tables(local).restore(file));
  EXPECT_EQ(state_of(local), before);
  EXPECT_EQ(local.read(iterator).records.size(), records) << "an iterator of then is good again";
  EXPECT_EQ(held->get(key("a"), {}).error().code, "OTSObjectNotExist");
  local.put_row(row(key("later")));
  EXPECT_TRUE(local.get(key("later")));

  for (Engine other : kEngines) {
    TablestoreFixture second(options(other, folder, "second"));
    second.create(person("gone"));
    ASSERT_TRUE(tables(second).restore(file));
    EXPECT_EQ(state_of(second), before);
    EXPECT_GE(second.server->data_clock().now_us(), kNowMs * 1000);
    const std::string again = folder.path("again");
    ASSERT_TRUE(tables(second).snapshot(again));
    TablestoreFixture third(options(GetParam(), folder, "third" + std::to_string(int(other))));
    ASSERT_TRUE(tables(third).restore(again));
    EXPECT_EQ(state_of(third), before);
    if (other == Engine::kMemory) continue;
    second.restart();
    EXPECT_EQ(state_of(second), before);
    second.put_row(row(key("later")));
  }
}

TEST_P(SnapshotTest, ResetLeavesNothing) {
  fill(local);
  const int64_t used_us = local.server->data_clock().now_us();
  ASSERT_TRUE(tables(local).reset());
  EXPECT_EQ(state_of(local), "");
  EXPECT_EQ(code_of(local.create()), "");
  EXPECT_GT(local.stream().last_enable_time, used_us) << "time does not begin anew";
  EXPECT_TRUE(local.read_all(local.shards()[0].shard_id).empty());
  if (GetParam() == Engine::kMemory) return;
  ASSERT_TRUE(tables(local).reset());
  local.restart();
  EXPECT_EQ(state_of(local), "");
}

TEST_P(SnapshotTest, AnEmptyInstanceHasOneToo) {
  ASSERT_TRUE(tables(local).snapshot(file));
  EXPECT_EQ(read_file(file)->substr(0, 32), "otsstream-tablestore-snapshot 1\n");
  fill(local);
  ASSERT_TRUE(tables(local).restore(file));
  EXPECT_EQ(state_of(local), "");
}

TEST_P(SnapshotTest, WhatIsDamagedOrForeignChangesNothing) {
  local.create();
  for (int i = 0; i < 5; ++i) local.put_row(row(key(std::to_string(i)), {put("n", i)}));
  ASSERT_TRUE(tables(local).snapshot(file));
  const std::string good = *read_file(file);
  local.put_row(row(key("kept")));
  const std::string before = state_of(local);
  auto refused = [&](const std::string& text) {
    EXPECT_TRUE(write_file_atomic(file, text));
    auto restored = tables(local).restore(file);
    return restored ? std::string("restored") : restored.error().code;
  };
  const std::string name = "otsstream-tablestore-snapshot ";
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("otsstream-tablestore-store 1\n"),
        name + std::string(100, '1')})
    EXPECT_EQ(refused(text), "Snapshot-Foreign") << text;
  EXPECT_EQ(refused(name + "2\n" + good.substr(32)), "Snapshot-Version");
  EXPECT_EQ(refused(name + "11\n"), "Snapshot-Version");
  for (size_t cut = 32; cut < good.size(); cut += 7)
    EXPECT_EQ(refused(good.substr(0, cut)), "Snapshot-Damaged") << cut;
  EXPECT_EQ(refused(good + "x"), "Snapshot-Damaged");
  for (size_t at = 32; at < good.size(); at += 5) {
    std::string damaged = good;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    EXPECT_EQ(refused(damaged), "Snapshot-Damaged") << at;
  }
  EXPECT_EQ(tables(local).restore(folder.path("none")).error().code, "File-NotFound");
  EXPECT_EQ(tables(local).snapshot(folder.path("none/file")).error().code, "File-NotFound");
  EXPECT_EQ(state_of(local), before);
  EXPECT_EQ(refused(good), "restored");
  EXPECT_NE(state_of(local), before);
}

TEST(SnapshotCapTest, OldAndNewContentMustFitSideBySide) {
  TablestoreServerOptions options;
  options.memory_cap_bytes = 100'000;
  TablestoreFixture local(options);
  Folder folder;
  local.create();
  for (int i = 0; i < 25; ++i)
    local.put_row(
        row(key(std::to_string(i)), {put("text", CellValue::of_string(std::string(1000, 'x')))}));
  TableStore& tables = *local.server->find_instance("inst");
  ASSERT_TRUE(tables.snapshot(folder.path("file")));
  const std::string before = state_of(local);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(tables.restore(folder.path("file")).error().code, "OTSQuotaExhausted");
    EXPECT_EQ(state_of(local), before);
  }
  ASSERT_TRUE(tables.reset());
  ASSERT_TRUE(tables.restore(folder.path("file"))) << "what was given up takes no room";
  EXPECT_EQ(state_of(local), before);
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
