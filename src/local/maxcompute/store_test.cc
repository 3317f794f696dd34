// What the local MaxCompute keeps on disk: blocks, catalogue, and what a restart finds of them.
#include <thread>

#include "local/maxcompute/block_store.h"
#include "local/maxcompute/catalog.h"
#include "local/maxcompute/server_test_support.h"

namespace otsstream::local {
namespace {

using test::id_and_text;
using test::TemporaryDirectory;
using test::text_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class BlockStoreTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    auto made = BlockStore::open(GetParam() ? directory_.path() + "/new/blocks" : "", random_);
    ASSERT_TRUE(made) << made.error().message;
    store_ = std::move(*made);
  }
  std::string put(std::string bytes) { return *store_->put(SharedBuffer(std::move(bytes))); }
  TemporaryDirectory directory_;
  Random random_{3};
  std::unique_ptr<BlockStore> store_;
};

TEST_P(BlockStoreTest, KeepsAndForgets) {
  const std::string a = put("alpha");
  const std::string b = put(std::string("\0b", 2));
  const std::string empty = put("");
  EXPECT_EQ(store_->get(a)->view(), "alpha");
  EXPECT_EQ(store_->get(b)->view(), std::string_view("\0b", 2));
  EXPECT_EQ(store_->get(empty)->view(), "");
  const SharedBuffer held = *store_->get(a);
  store_->remove({a});
  auto gone = store_->get(a);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(gone.error().code, "Local-Store");
  EXPECT_EQ(held.view(), "alpha");
  EXPECT_EQ(store_->count(), 2u);
  EXPECT_TRUE(store_->keep_only({b}));
  EXPECT_EQ(store_->count(), 1u);
}

TEST_P(BlockStoreTest, WaitsForReaders) {
  const std::string a = put("alpha");
  {
    BlockStore::Reading outer(*store_);
    BlockStore::Reading inner(*store_);
    store_->remove({a});
    EXPECT_TRUE(store_->get(a));
  }
  EXPECT_FALSE(store_->get(a));
}

INSTANTIATE_TEST_SUITE_P(Both, BlockStoreTest, testing::Bool(),
                         [](const auto& which) { return which.param ? "OnDisk" : "InMemory"; });

TEST(BlockStoreOnDisk, SweepsOnlyWhatIsItsOwn) {
  TemporaryDirectory directory;
  Random random(1);
  const std::string left_over = directory.path() + "/" + std::string(32, 'a') + ".tmp";
  const std::string users = directory.path() + "/notes.txt";
  for (const std::string& name : {left_over, users}) std::ofstream(name) << "x";
  auto store = BlockStore::open(directory.path(), random);
  ASSERT_TRUE((*store)->keep_only({}));
  EXPECT_FALSE(std::filesystem::exists(left_over));
  EXPECT_TRUE(std::filesystem::exists(users));
}

TEST(BlockStoreOnDisk, NamesTheDirectoryThatItCannotUse) {
  Random random(1);
  auto store = BlockStore::open("/proc/nowhere/blocks", random);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, "Local-Store");
  EXPECT_THAT(store.error().message, testing::HasSubstr("/proc/nowhere/blocks"));
}

TEST(CatalogOnDisk, RefusesAnotherLayout) {
  TemporaryDirectory directory;
  const std::string file = directory.path() + "/catalog.sqlite";
  auto db = SqliteDb::open(file);
  ASSERT_TRUE(db->execute("PRAGMA user_version = 99"));
  auto catalog = Catalog::open(file, "proj");
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().kind, ErrorKind::kCorrupt);
  EXPECT_THAT(catalog.error().message, testing::HasSubstr("layout 99"));
}

// A directory of the first release: its layout as it was written then.
TEST(CatalogOnDisk, UpgradesTheFirstLayout) {
  TemporaryDirectory directory;
  const std::string file = directory.path() + "/catalog.sqlite";
  {
    auto db = SqliteDb::open(file);
    std::ifstream sql(OTS_SOURCE_DIR "/tests/data/maxcompute/catalog-layout-1.sql");
    std::stringstream text;
    text << sql.rdbuf();
    Status written = db->execute(text.str());
    ASSERT_TRUE(written) << written.error().to_string();
  }
  for (int start = 0; start < 2; ++start) {
    auto catalog = Catalog::open(file, "Proj");
    ASSERT_TRUE(catalog) << catalog.error().to_string();
    auto info = (*catalog)->table("person");
    ASSERT_TRUE(info) << info.error().to_string();
    EXPECT_EQ(info->comment, "people");
    EXPECT_EQ(info->records, 5u);
    EXPECT_EQ(info->schema.lifecycle_days, 30);
    EXPECT_EQ(info->schema.partition_keys.size(), 1u);
    EXPECT_EQ((*catalog)->partitions("person", {})->size(), 2u);
    EXPECT_EQ((*catalog)->instance("i1")->result, "done");
    // Its sessions are over: only their blocks go.
    EXPECT_EQ((*catalog)->upload({"u1", "person", {}}, 1000).error().code, "NoSuchUpload");
    const std::vector<std::string> gone = *(*catalog)->take_unreferenced(1000);
    EXPECT_EQ(gone, start == 0 ? std::vector<std::string>{"blob3"} : std::vector<std::string>{});
    EXPECT_EQ(*(*catalog)->referenced(), (std::set<std::string>{"blob1", "blob2"}));
    // Foreign keys are at work again.
    if (start == 0) continue;
    ASSERT_TRUE((*catalog)->drop_table("person", false));
    EXPECT_EQ((*catalog)->take_unreferenced(1000)->size(), 2u);
  }
}

TEST(BlockStoreInMemory, KeepsToItsCap) {
  Random random(1);
  auto store = std::move(*BlockStore::open("", random, 100));
  auto first = store->put(SharedBuffer(std::string(60, 'x')));
  ASSERT_TRUE(first);
  auto second = store->put(SharedBuffer(std::string(41, 'x')));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "QuotaExceeded");
  EXPECT_THAT(second.error().remedy, testing::HasSubstr("--memory-cap"));
  EXPECT_TRUE(store->put(SharedBuffer(std::string(40, 'x'))));
  store->remove({*first});
  EXPECT_TRUE(store->put(SharedBuffer(std::string(60, 'x'))));
}

TEST(CatalogOnDisk, RefusesAFileThatIsNoCatalogue) {
  TemporaryDirectory directory;
  const std::string file = directory.path() + "/catalog.sqlite";
  std::ofstream(file) << std::string(4096, 'x');
  auto catalog = Catalog::open(file, "proj");
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().code, "Local-Store");
}

// Every step in a process of its own: nothing but the directory goes from one to the next.
class MaxComputeRestartTest : public test::MaxComputeTest {
 protected:
  MaxComputeRestartTest() { restart(); }
  void restart() { start(directory_.path()); }
  size_t files() const {
    std::filesystem::directory_iterator it(directory_.path() + "/blocks");
    return static_cast<size_t>(std::distance(it, {}));
  }
  TemporaryDirectory directory_;
};

TEST_F(MaxComputeRestartTest, GoesOnWhereItStopped) {
  ddl("CREATE TABLE t (id BIGINT, v STRING) PARTITIONED BY (ds STRING)");
  restart();
  ddl("ALTER TABLE t ADD PARTITION (ds='1')");
  land("t", id_and_text({{1, "old"}}), "ds=1");
  restart();
  const std::string upload = open_upload("t", "ds=1", true);
  restart();
  EXPECT_EQ(put_block("t", upload, 0, id_and_text({{2, "new"}}), "ds=1").status, 200);
  restart();
  EXPECT_EQ(put_block("t", upload, 1, id_and_text({{3, "new"}}), "ds=1").status, 200);
  EXPECT_THAT(select("select id, v, ds from t"), ElementsAre("1|old|1"));
  restart();
  EXPECT_EQ(commit("t", upload, "ds=1").status, 200);
  restart();
  EXPECT_THAT(select("select id, v, ds from t"), ElementsAre("2|new|1", "3|new|1"));
  // Whoever lost the answer of the commit asks again.
  EXPECT_THAT(text_of(commit("t", upload, "ds=1")), testing::HasSubstr(R"("Status":"closed")"));
  EXPECT_EQ(files(), 2u);
}

TEST_F(MaxComputeRestartTest, LetsGoOfBlocksThatNothingNeeds) {
  ddl("CREATE TABLE t (id BIGINT, v STRING)");
  const std::string upload = open_upload("t");
  for (int i = 0; i < 3; ++i) put_block("t", upload, 0, id_and_text({{i, "x"}}));
  EXPECT_EQ(files(), 1u);  // replaced ones are gone
  commit("t", upload);
  land("t", id_and_text({{9, "y"}}), "", true);
  EXPECT_EQ(files(), 1u);  // as is the overwritten one
  const std::string forgotten = open_upload("t");
  put_block("t", forgotten, 0, id_and_text({{1, "z"}}));
  EXPECT_EQ(files(), 2u);
  clock_.advance(seconds(kSessionLifeSeconds));
  open_upload("t");
  EXPECT_EQ(files(), 1u);  // of the expired session
  ddl("TRUNCATE TABLE t");
  EXPECT_EQ(files(), 0u);
}

// Killed between the block's file and its row: the file belongs to nothing and goes at the next
// start.
TEST_F(MaxComputeRestartTest, RemovesWhatAKilledProcessLeft) {
  ddl("CREATE TABLE t (id BIGINT, v STRING)");
  land("t", id_and_text({{1, "a"}}));
  std::ofstream(directory_.path() + "/blocks/" + std::string(32, '0')) << "no row";
  std::ofstream(directory_.path() + "/blocks/" + std::string(32, '1') + ".tmp") << "half";
  restart();
  EXPECT_EQ(files(), 1u);
  EXPECT_THAT(select("select * from t"), ElementsAre("1|a"));
}

// Several handlers at once, as the HTTP server calls them.
TEST_F(MaxComputeRestartTest, TakesBlocksFromSeveralThreads) {
  start("");
  ddl("CREATE TABLE t (id BIGINT, v STRING)");
  const std::string upload = open_upload("t");
  std::vector<std::thread> threads;
  for (int worker = 0; worker < 4; ++worker) {
    threads.emplace_back([&, worker] {
      for (int i = 0; i < 10; ++i) {
        const int block = worker * 10 + i;
        EXPECT_EQ(put_block("t", upload, block, id_and_text({{block, "x"}})).status, 200);
        EXPECT_TRUE(server_->query("select count(*) from t"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  commit("t", upload);
  EXPECT_THAT(select("select count(*), sum(id) from t"), ElementsAre("40|780"));
}

}  // namespace
}  // namespace otsstream::local
