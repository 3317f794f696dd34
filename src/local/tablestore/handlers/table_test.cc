#include "local/tablestore/tablestore_test_support.h"
#include "tablestore/wire/limits.h"

namespace otsstream::local::tablestore_test {
namespace {

TEST(TableHandlersTest, CreateDescribeListDelete) {
  TablestoreFixture local;
  TableMeta meta = person();
  meta.primary_key.push_back({"seq", KeyType::kInteger, true});
  meta.defined_columns = {{"age", DefinedColumnType::kInteger}};
  TableOptions options;
  options.max_versions = 3;
  options.time_to_live = 86400;
  EXPECT_EQ(code_of(local.create(meta, 12, options, {"age"})), "");
  EXPECT_EQ(code_of(local.create(person("other"), std::nullopt)), "");

  auto table =
      local.ask<DescribeTableResponse>("DescribeTable", encode(DescribeTableRequest{"person"}));
  EXPECT_EQ(table.meta, meta);
  EXPECT_EQ(table.status, 1);
  EXPECT_EQ(table.options.max_versions, 3);
  EXPECT_EQ(table.options.time_to_live, 86400);
  EXPECT_EQ(table.options.max_version_deviation, 86400);
  ASSERT_TRUE(table.stream);
  EXPECT_TRUE(table.stream->enable);
  EXPECT_EQ(table.stream->stream_id, "person_" + std::to_string(table.stream->last_enable_time));
  EXPECT_EQ(table.stream->expiration_hours, 12);
  EXPECT_EQ(table.stream->columns_to_get, std::vector<std::string>{"age"});
  auto other =
      local.ask<DescribeTableResponse>("DescribeTable", encode(DescribeTableRequest{"other"}));
  EXPECT_FALSE(other.stream && other.stream->enable) << "its Stream was never on";

  EXPECT_EQ(local.ask<ListTableResponse>("ListTable", "").tables,
            (std::vector<std::string>{"other", "person"}));
  EXPECT_EQ(local.call("DeleteTable", encode(DeleteTableRequest{"person"})).status, 200);
  EXPECT_EQ(local.ask<ListTableResponse>("ListTable", "").tables,
            std::vector<std::string>{"other"});
}

TEST(TableHandlersTest, ADeletedTableLeavesNothing) {
  TablestoreFixture local;
  local.create();
  local.put_row(row(key("a")));
  auto held = *local.server->find_instance("inst")->find("person");
  local.call("DeleteTable", encode(DeleteTableRequest{"person"}));
  EXPECT_EQ(held->get(key("a"), {}).error().code, "OTSObjectNotExist");
  EXPECT_EQ(held->write(std::vector<RowWrite>(1)).at(0).error().code, "OTSObjectNotExist");
  local.create();
  EXPECT_EQ(local.get(key("a")), std::nullopt);
}

TEST(TableHandlersTest, NamesWhatIsMissingOrThereAlready) {
  TablestoreFixture local;
  local.create();
  Response twice = local.create();
  EXPECT_EQ(twice.status, 409);
  EXPECT_EQ(code_of(twice), "OTSObjectAlreadyExist");
  for (const auto& [operation, body] : std::vector<std::pair<std::string, std::string>>{
           {"DescribeTable", encode(DescribeTableRequest{"none"})},
           {"DeleteTable", encode(DeleteTableRequest{"none"})},
           {"UpdateTable", encode(UpdateTableRequest{"none", CapacityUnit{}, {}, {}})}}) {
    Response response = local.call(operation, body);
    EXPECT_EQ(response.status, 404) << operation;
    EXPECT_EQ(code_of(response), "OTSObjectNotExist") << operation;
    EXPECT_THAT(message_of(response), ::testing::HasSubstr("'none'")) << operation;
  }
  for (size_t i = 1; i < kMaxTablesPerInstance; ++i)
    EXPECT_EQ(code_of(local.create(person("t" + std::to_string(i)), std::nullopt)), "");
  EXPECT_EQ(code_of(local.create(person("one_too_many"))), "OTSQuotaExhausted");
}

TEST(TableHandlersTest, RefusesBadDefinitions) {
  using Change = void (*)(CreateTableRequest&);
  struct Case {
    const char* name;
    Change change;
    const char* message;
  };
  const Case kCases[] = {
      {"empty name", [](auto& r) { r.meta.name = ""; }, "Invalid table name"},
      {"digit first", [](auto& r) { r.meta.name = "1a"; }, "Invalid table name"},
      {"dash", [](auto& r) { r.meta.name = "a-b"; }, "Invalid table name"},
      {"long name", [](auto& r) { r.meta.name = std::string(256, 'a'); }, "Invalid table name"},
      {"no key", [](auto& r) { r.meta.primary_key.clear(); },
       "primary key columns must be in range"},
      {"five keys",
       [](auto& r) {
         for (int i = 0; i < 4; ++i)
           r.meta.primary_key.push_back({"k" + std::to_string(i), KeyType::kString, false});
       },
       "primary key columns must be in range"},
      {"bad key name", [](auto& r) { r.meta.primary_key[0].name = "a b"; },
       "Invalid primary key name"},
      {"same key twice", [](auto& r) { r.meta.primary_key.push_back(r.meta.primary_key[0]); },
       "Duplicated primary key name"},
      {"auto increment first",
       [](auto& r) {
         r.meta.primary_key[0] = {"id", KeyType::kInteger, true};
       },
       "AUTO_INCREMENT"},
      {"auto increment of text",
       [](auto& r) {
         r.meta.primary_key.push_back({"s", KeyType::kString, true});
       },
       "AUTO_INCREMENT"},
      {"33 defined columns",
       [](auto& r) {
         for (int i = 0; i < 33; ++i) r.meta.defined_columns.push_back({"c" + std::to_string(i)});
       },
       "defined columns must be in range"},
      {"defined twice", [](auto& r) { r.meta.defined_columns = {{"id"}}; },
       "Duplicated column name"},
      {"time to live", [](auto& r) { r.options.time_to_live = 3600; }, "time to live"},
      {"max versions", [](auto& r) { r.options.max_versions = 0; }, "max versions"},
      {"deviation", [](auto& r) { r.options.max_version_deviation = 0; }, "deviation"},
      {"stream without hours",
       [](auto& r) {
         r.stream = StreamSpec{true, {}, {}};
       },
       "range: [1, 168]"},
      {"stream of 0 hours",
       [](auto& r) {
         r.stream = StreamSpec{true, 0, {}};
       },
       "range: [1, 168]"},
      {"stream of 169 hours",
       [](auto& r) {
         r.stream = StreamSpec{true, 169, {}};
       },
       "range: [1, 168]"},
      {"no stream for 5 hours",
       [](auto& r) {
         r.stream = StreamSpec{false, 5, {}};
       },
       "stream is disabled"},
      {"key as origin",
       [](auto& r) {
         r.stream = StreamSpec{true, 5, {"id"}};
       },
       "is a primary key column"},
      {"partitions with a gap",
       [](auto& r) {
         r.partitions = {{CellValue::inf_min(), CellValue::of_string("b")},
                         {CellValue::of_string("c"), CellValue::inf_max()}};
       },
       "without gaps"},
      {"partitions half open",
       [](auto& r) {
         r.partitions = {{CellValue::inf_min(), CellValue::of_string("b")}};
       },
       "end at INF_MAX"},
      {"partitions of another type",
       [](auto& r) {
         r.partitions = {{CellValue::inf_min(), CellValue::of_integer(1)},
                         {CellValue::of_integer(1), CellValue::inf_max()}};
       },
       "without gaps"},
  };
  TablestoreFixture local;
  for (const Case& c : kCases) {
    CreateTableRequest request;
    request.meta = person();
    request.options = {-1, 1, {}, {}, {}};
    c.change(request);
    Response response = local.call("CreateTable", encode(request));
    EXPECT_EQ(response.status, 400) << c.name;
    EXPECT_EQ(code_of(response), "OTSParameterInvalid") << c.name;
    EXPECT_THAT(message_of(response), ::testing::HasSubstr(c.message)) << c.name;
  }
  EXPECT_TRUE(local.ask<ListTableResponse>("ListTable", "").tables.empty());
}

TEST(TableHandlersTest, StartsWithThePartitionsAskedFor) {
  TablestoreFixture local;
  CreateTableRequest request;
  request.meta = person();
  request.stream = StreamSpec{true, 24, {}};
  request.partitions = {{CellValue::inf_min(), CellValue::of_string("h")},
                        {CellValue::of_string("h"), CellValue::of_string("p")},
                        {CellValue::of_string("p"), CellValue::inf_max()}};
  EXPECT_EQ(local.call("CreateTable", encode(request)).status, 200);
  for (const char* id : {"a", "h", "o", "p", "z"}) local.put_row(row(key(id)));
  auto shards = local.shards();
  ASSERT_EQ(shards.size(), 3u);
  EXPECT_EQ(local.read_all(shards[0].shard_id).size(), 1u);
  EXPECT_EQ(local.read_all(shards[1].shard_id).size(), 2u);
  EXPECT_EQ(local.read_all(shards[2].shard_id).size(), 2u);
}

TEST(TableHandlersTest, UpdateChangesOnlyWhatItNames) {
  TablestoreFixture local;
  local.create();
  UpdateTableRequest request;
  request.table = "person";
  EXPECT_EQ(code_of(local.call("UpdateTable", encode(request))), "OTSParameterInvalid")
      << "nothing to change";
  request.options = TableOptions{{}, 5, {}, {}, {}};
  auto answer = local.ask<UpdateTableResponse>("UpdateTable", encode(request));
  EXPECT_EQ(answer.options.max_versions, 5);
  EXPECT_EQ(answer.options.time_to_live, -1);
  EXPECT_TRUE(answer.stream && answer.stream->enable);

  std::string id = local.stream().stream_id;
  request = {"person", {}, {}, StreamSpec{true, 48, {}}};
  auto again = local.ask<UpdateTableResponse>("UpdateTable", encode(request));
  EXPECT_EQ(again.stream->stream_id, id) << "it was on already";
  EXPECT_EQ(again.stream->expiration_hours, 48);
  request.stream = StreamSpec{true, 0, {}};
  EXPECT_EQ(code_of(local.call("UpdateTable", encode(request))), "OTSParameterInvalid");
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
