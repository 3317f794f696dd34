// What becomes of Tunnel sessions when their table or partition changes under them, and of the
// results of statements.
#include "local/maxcompute/catalog.h"
#include "local/maxcompute/server_test_support.h"
#include "maxcompute/wire/record_cursor.h"

namespace otsstream::local {
namespace {

using maxcompute::Column;
using maxcompute::PartitionSpec;
using maxcompute::TableSchema;
using test::code_of;
using test::id_and_text;
using test::text_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Column column(const std::string& name, const char* type, bool nullable = true) {
  return {name, maxcompute::parse_type(type).value(), "", nullable};
}

TableSchema table_t(bool partitioned = false) {
  TableSchema schema;
  schema.table = "t";
  schema.columns = {column("id", "bigint"), column("v", "string")};
  if (partitioned) schema.partition_keys = {column("ds", "string")};
  return schema;
}

class CatalogTest : public testing::Test {
 protected:
  static constexpr int64_t kNow = test::kNow;
  SessionKey upload(const std::string& id, const std::string& spec = "", bool overwrite = false) {
    SessionKey key{id, "t", *PartitionSpec::parse(spec)};
    EXPECT_TRUE(catalog_->create_upload(key, overwrite, false, kNow));
    return key;
  }
  std::string put(const SessionKey& key, int block = 0, int64_t now = kNow) {
    const std::string blob = "blob" + std::to_string(next_blob_++);
    Status listed = catalog_->put_block(key, block, {blob, 1, 10}, now);
    return listed ? "" : listed.error().code;
  }
  std::string commit(const SessionKey& key, int64_t now = kNow) {
    auto state = catalog_->commit_upload(key, now);
    return state ? state->status : state.error().code;
  }
  std::string download(const std::string& id) {
    auto state = catalog_->download({id, "t", {}}, kNow);
    return state ? state->status : state.error().code;
  }

  std::unique_ptr<Catalog> catalog_ = std::move(*Catalog::open("", "proj"));
  int next_blob_ = 0;
};

TEST_F(CatalogTest, NewColumnsEndTheSessionsOfBefore) {
  ASSERT_TRUE(catalog_->create_table(table_t(), "", false, kNow));
  const SessionKey closed = upload("closed");
  EXPECT_EQ(commit(closed), "closed");
  const SessionKey before = upload("before");
  EXPECT_EQ(put(before), "");
  ASSERT_TRUE(catalog_->create_download({"down", "t", {}}, kNow));
  ASSERT_TRUE(catalog_->add_columns("T", {column("W", "double")}, false, kNow + 1));
  EXPECT_EQ(put(before, 1), "TableModified");
  EXPECT_EQ(commit(before), "TableModified");
  EXPECT_EQ(download("down"), "TableModified");
  EXPECT_EQ(commit(closed), "closed");  // nothing is left to go wrong
  const SessionKey after = upload("after");
  EXPECT_EQ(put(after), "");
  EXPECT_EQ(commit(after), "closed");
  auto info = catalog_->table("t");
  ASSERT_EQ(info->schema.columns.size(), 3u);
  EXPECT_EQ(info->schema.columns[2].name, "w");
  EXPECT_EQ(info->records, 1u);
  EXPECT_EQ(info->modified, kNow);  // of the commit
}

TEST_F(CatalogTest, AltersWhatIsThere) {
  ASSERT_TRUE(catalog_->create_table(table_t(true), "old", false, kNow));
  auto code = [](const Status& status) { return status ? "" : status.error().code; };
  EXPECT_EQ(code(catalog_->add_columns("t", {column("V", "bigint")}, false, kNow)),
            "ColumnAlreadyExists");
  EXPECT_EQ(code(catalog_->add_columns("t", {column("ds", "bigint")}, false, kNow)),
            "ColumnAlreadyExists");
  EXPECT_EQ(
      code(catalog_->add_columns("t", {column("a", "bigint"), column("a", "bigint")}, false, kNow)),
      "ColumnAlreadyExists");
  EXPECT_EQ(code(catalog_->add_columns("t", {column("v", "bigint")}, true, kNow)), "");
  EXPECT_EQ(code(catalog_->add_columns("t", {column("n", "bigint", false)}, false, kNow)),
            "InvalidArgument");
  EXPECT_EQ(code(catalog_->add_columns("nope", {column("n", "bigint")}, false, kNow)),
            "NoSuchTable");
  EXPECT_EQ(code(catalog_->rename_column("t", "V", "W", kNow)), "");
  EXPECT_EQ(code(catalog_->rename_column("t", "v", "x", kNow)), "NoSuchColumn");
  EXPECT_EQ(code(catalog_->rename_column("t", "w", "ID", kNow)), "ColumnAlreadyExists");
  EXPECT_EQ(code(catalog_->set_column_comment("t", "w", "said", kNow)), "");
  EXPECT_EQ(code(catalog_->set_column_comment("t", "ds", "said", kNow)), "NoSuchColumn");
  EXPECT_EQ(code(catalog_->set_comment("t", "new", kNow)), "");
  EXPECT_EQ(code(catalog_->set_lifecycle("t", 7, kNow)), "");
  EXPECT_EQ(code(catalog_->rename_table("t", "U", kNow)), "");
  EXPECT_EQ(code(catalog_->rename_table("t", "x", kNow)), "NoSuchTable");
  EXPECT_EQ(code(catalog_->rename_table("u", "U", kNow)), "TableAlreadyExists");
  auto info = catalog_->table("u");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->comment, "new");
  EXPECT_EQ(info->schema.lifecycle_days, 7);
  ASSERT_EQ(info->schema.columns.size(), 2u);
  EXPECT_EQ(info->schema.columns[1].name, "w");
  EXPECT_EQ(info->schema.columns[1].comment, "said");
}

TEST_F(CatalogTest, ASessionOfADroppedTableStaysLost) {
  ASSERT_TRUE(catalog_->create_table(table_t(), "", false, kNow));
  const SessionKey key = upload("u");
  EXPECT_EQ(put(key), "");
  ASSERT_TRUE(catalog_->drop_table("t", false));
  EXPECT_EQ(commit(key), "NoSuchTable");
  ASSERT_TRUE(catalog_->create_table(table_t(), "", false, kNow));
  EXPECT_EQ(commit(key), "NoSuchTable");
  EXPECT_EQ(put(key), "NoSuchTable");
  EXPECT_EQ(catalog_->table("t")->records, 0u);
}

TEST_F(CatalogTest, ASessionEndsAfterADay) {
  ASSERT_TRUE(catalog_->create_table(table_t(), "", false, kNow));
  const SessionKey key = upload("u");
  EXPECT_EQ(put(key, 0, kNow + kSessionLifeSeconds - 1), "");
  EXPECT_EQ(put(key, 1, kNow + kSessionLifeSeconds), "StatusConflict");
  EXPECT_EQ(commit(key, kNow + kSessionLifeSeconds), "StatusConflict");
  EXPECT_EQ(catalog_->upload(key, kNow + kSessionLifeSeconds)->status, "expired");
  EXPECT_EQ(commit(key, kNow + kSessionLifeSeconds - 1), "closed");
  EXPECT_EQ(put(key), "StatusConflict");
}

TEST_F(CatalogTest, ATransactionalTableRefusesOverwrite) {
  TableSchema schema = table_t(true);
  schema.transactional = true;
  ASSERT_TRUE(catalog_->create_table(schema, "", false, kNow));
  ASSERT_TRUE(catalog_->add_partitions("t", {*PartitionSpec::parse("ds=1")}, false, kNow));
  SessionKey key{"u", "t", *PartitionSpec::parse("ds=1")};
  auto refused = catalog_->create_upload(key, true, false, kNow);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "InvalidArgument");
  EXPECT_EQ(refused.error().message,
            "table proj.t is transactional: it does not support overwrite");
  EXPECT_TRUE(catalog_->create_upload(key, false, false, kNow));
  // What is refused leaves no partition behind.
  key.partition = *PartitionSpec::parse("ds=2");
  EXPECT_FALSE(catalog_->create_upload(key, true, true, kNow));
  EXPECT_EQ(catalog_->partitions("t", {})->size(), 1u);
  EXPECT_TRUE(catalog_->table("t")->schema.transactional);
}

TEST_F(CatalogTest, LifecycleDropsWhatNobodyChanged) {
  constexpr int64_t kDay = 86'400;
  TableSchema schema = table_t(true);
  schema.lifecycle_days = 2;
  ASSERT_TRUE(catalog_->create_table(schema, "", false, kNow));
  TableSchema plain = table_t();
  plain.table = "plain";
  plain.lifecycle_days = 3;
  ASSERT_TRUE(catalog_->create_table(plain, "", false, kNow));
  ASSERT_TRUE(catalog_->add_partitions("t", {*PartitionSpec::parse("ds=1")}, false, kNow));
  ASSERT_TRUE(catalog_->add_partitions("t", {*PartitionSpec::parse("ds=2")}, false, kNow + kDay));
  auto left = [&](int64_t now) {
    EXPECT_TRUE(catalog_->drop_outlived(now));
    return catalog_->partitions("t", {})->size();
  };
  EXPECT_EQ(left(kNow + 2 * kDay - 1), 2u);
  EXPECT_EQ(left(kNow + 2 * kDay), 1u);
  EXPECT_TRUE(catalog_->table("plain"));
  EXPECT_EQ(left(kNow + 3 * kDay), 0u);
  EXPECT_FALSE(catalog_->table("plain"));
  EXPECT_TRUE(catalog_->table("t"));  // a partitioned table stays
  // Without LIFECYCLE nothing goes.
  ASSERT_TRUE(catalog_->set_lifecycle("t", 0, kNow));
  ASSERT_TRUE(catalog_->add_partitions("t", {*PartitionSpec::parse("ds=3")}, false, kNow));
  EXPECT_EQ(left(kNow + 999 * kDay), 1u);
}

TEST_F(CatalogTest, ProjectsOfOneFileDoNotSeeEachOther) {
  auto other = catalog_->of_project("Other");
  EXPECT_EQ(other->project(), "other");
  ASSERT_TRUE(catalog_->create_table(table_t(), "", false, kNow));
  EXPECT_FALSE(other->table("t"));
  ASSERT_TRUE(other->create_table(table_t(), "", false, kNow));
  const SessionKey key = upload("u");
  EXPECT_EQ(put(key), "");
  EXPECT_EQ(other->commit_upload(key, kNow).error().code, "NoSuchUpload");
  EXPECT_EQ(commit(key), "closed");
  EXPECT_EQ(catalog_->table("t")->records, 1u);
  EXPECT_EQ(other->table("t")->records, 0u);
  EXPECT_EQ(other->table("t")->schema.project, "other");
  EXPECT_EQ(other->snapshot()->size(), 1u);
  EXPECT_EQ(other->table_names("", "", 9)->size(), 1u);
  ASSERT_TRUE(other->add_instance({"i1", "task", "", true, "text", "", kNow, kNow, {}, {}}));
  EXPECT_EQ(catalog_->instance("i1").error().code, "NoSuchObject");
  EXPECT_TRUE(catalog_->instances("", 9)->empty());
  EXPECT_EQ(other->instances("", 9)->size(), 1u);
  ASSERT_TRUE(other->drop_table("t", false));
  EXPECT_TRUE(catalog_->table("t"));
}

// ---- results of statements

TEST_F(CatalogTest, AResultHoldsItsBlockAsLongAsItsStatementIsKnown) {
  InstanceRecord record{"i1", "task", "<Job/>", true, "csv", "text", kNow, kNow, {}, {}};
  record.columns = {column("n", "decimal(10,2)"), column("n", "array<bigint>")};
  record.table = {"result", 20'000, 99};
  ASSERT_TRUE(catalog_->add_instance(record));
  auto read = catalog_->instance("i1");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->table.records, 20'000u);
  ASSERT_EQ(read->columns.size(), 2u);
  EXPECT_EQ(read->columns[1].type.text, "array<bigint>");
  auto all = catalog_->create_result_download("d1", "i1", false, kNow);
  auto limited = catalog_->create_result_download("d2", "i1", true, kNow);
  ASSERT_TRUE(all && limited);
  EXPECT_EQ(all->records(), 20'000u);
  EXPECT_EQ(limited->records(), kLimitedResultRows);
  EXPECT_EQ(catalog_->result_download("d1", "i1", kNow)->status, "normal");
  EXPECT_EQ(catalog_->result_download("d1", "i1", kNow + kSessionLifeSeconds)->status, "expired");
  EXPECT_EQ(catalog_->result_download("d3", "i1", kNow).error().code, "NoSuchDownload");
  EXPECT_EQ(catalog_->result_download("d1", "i2", kNow).error().code, "NoSuchObject");
  ASSERT_TRUE(catalog_->add_instance({"i2", "task", "", true, "text", "", kNow, kNow, {}, {}}));
  EXPECT_EQ(catalog_->result_download("d1", "i2", kNow).error().code, "NoSuchDownload");
  EXPECT_EQ(catalog_->create_result_download("d4", "i2", false, kNow).error().code,
            "InstanceTypeNotSupported");
  EXPECT_TRUE(catalog_->take_unreferenced(kNow + 2 * kSessionLifeSeconds - 1)->empty());
  EXPECT_THAT(*catalog_->take_unreferenced(kNow + 2 * kSessionLifeSeconds), ElementsAre("result"));
  EXPECT_EQ(catalog_->instance("i1").error().code, "NoSuchObject");
}

// ---- the same through HTTP

class TunnelSessionsTest : public test::MaxComputeTest {};

TEST_F(TunnelSessionsTest, OldBlocksHoldNullInNewColumns) {
  ddl("CREATE TABLE t (id BIGINT, v STRING)");
  land("t", id_and_text({{1, "a"}}));
  const std::string before = open_upload("t");
  ddl("ALTER TABLE t ADD COLUMNS (w DOUBLE, x STRING)");
  Response refused = commit("t", before);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(code_of(refused), "TableModified");
  maxcompute::RecordStreamWriter out;
  out.add_bigint(1, 2);
  out.add_double(3, 1.5);
  out.end_record();
  land("t", out.finish());
  EXPECT_THAT(select("select id, v, w, x from t order by id"), ElementsAre("1|a|∅|∅", "2|∅|1.5|∅"));
}

TEST_F(TunnelSessionsTest, LifecycleIsLookedAfterWhileSomebodyAsks) {
  ddl("CREATE TABLE t (id BIGINT, v STRING) PARTITIONED BY (ds STRING) LIFECYCLE 1");
  ddl("ALTER TABLE t ADD PARTITION (ds='1')");
  land("t", id_and_text({{1, "a"}}), "ds=1");
  const std::string partition = "/api/projects/proj/tables/t?partition=ds%3D'1'";
  clock_.advance(seconds(86'399));
  EXPECT_EQ(get(partition).status, 200);
  clock_.advance(seconds(61));
  EXPECT_EQ(code_of(get(partition)), "NoSuchPartition");
  EXPECT_THAT(select("select count(*) from t"), ElementsAre("0"));
}

TEST_F(TunnelSessionsTest, TransactionalTablesAreMadeBySql) {
  ddl("CREATE TABLE t (id BIGINT, v STRING) TBLPROPERTIES (\"transactional\"=\"true\")");
  Response refused = post("/projects/proj/tables/t?uploads&overwrite=true");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(code_of(refused), "InvalidArgument");
  EXPECT_THAT(text_of(refused),
              HasSubstr("table proj.t is transactional: it does not support overwrite"));
  land("t", id_and_text({{1, "a"}}));
  EXPECT_THAT(select("select * from t"), ElementsAre("1|a"));
  EXPECT_THAT(text_of(get("/api/projects/proj/tables/t?extended")),
              HasSubstr(R"({\"Transactional\":\"true\"})"));
}

TEST_F(TunnelSessionsTest, TheResultOfASelectCanBeDownloaded) {
  ddl("CREATE TABLE t (id BIGINT, v STRING)");
  land("t", id_and_text({{1, "a"}, {2, "b"}, {3, "c"}}));
  const std::string job =
      maxcompute::write_sql_job_xml({"Task1", "SELECT v, id FROM t ORDER BY id;", {}, "u"});
  Response created = send("POST", "/api/projects/proj/instances", Body(job),
                          {{"Content-Type", "application/xml"}});
  const std::string location(created.headers.get("Location"));
  const std::string instance = "/projects/proj/instances" + location.substr(location.rfind('/'));
  auto session = maxcompute::read_download_session_json(text_of(post(instance + "?downloads")));
  ASSERT_TRUE(session);
  EXPECT_EQ(session->records, 3u);
  ASSERT_EQ(session->schema.columns.size(), 2u);
  EXPECT_EQ(session->schema.columns[0].name, "v");
  EXPECT_EQ(session->schema.columns[1].type.text, "bigint");
  EXPECT_EQ(get(instance + "?downloadid=" + session->id).status, 200);
  maxcompute::RecordStreamWriter expected;
  expected.add_text(1, "b");
  expected.add_bigint(2, 2);
  expected.end_record();
  EXPECT_EQ(text_of(get(instance + "?data&downloadid=" + session->id + "&rowrange=(1,1)")),
            expected.finish());
  EXPECT_EQ(code_of(get(instance + "?data&downloadid=nope&rowrange=(1,1)")), "NoSuchDownload");
  EXPECT_EQ(code_of(post(instance)), "InvalidArgument");
  EXPECT_EQ(code_of(post("/projects/proj/instances/nope?downloads")), "NoSuchObject");
}

}  // namespace
}  // namespace otsstream::local
