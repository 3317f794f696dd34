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
       "Invalid column name"},
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
      {"negative units", [](auto& r) { r.reserved.read = -1; }, "capacity units -1"},
      {"too many units", [](auto& r) { r.reserved.write = 100'001; }, "capacity units 100001"},
      {"key of no encryption",
       [](auto& r) {
         r.sse = SseSpec{false, 1, {}, {}};
       },
       "encryption is disabled"},
      {"encryption without key type",
       [](auto& r) {
         r.sse = SseSpec{true, {}, {}, {}};
       },
       "needs a key type"},
      {"own key without role",
       [](auto& r) {
         r.sse = SseSpec{true, 2, "key", {}};
       },
       "needs a key id and a role"},
      {"role for the service's key",
       [](auto& r) {
         r.sse = SseSpec{true, 1, {}, "role"};
       },
       "SSE_BYOK only"},
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

// The official Go client ends with a nil pointer when this part is missing.
TEST(TableHandlersTest, UpdateAnswersStreamDetailsOfATableWithoutStream) {
  TablestoreFixture local;
  local.create(person(), std::nullopt);
  UpdateTableRequest request;
  request.table = "person";
  request.options = TableOptions{{}, 5, {}, {}, {}};
  auto answer = local.ask<UpdateTableResponse>("UpdateTable", encode(request));
  ASSERT_TRUE(answer.stream);
  EXPECT_FALSE(answer.stream->enable);
}

TEST(TableHandlersTest, DescribesAllOptions) {
  TablestoreFixture local;
  CreateTableRequest request;
  request.meta = person();
  request.meta.primary_key.push_back({"seq", KeyType::kInteger, false});
  request.reserved = {3, 4};
  request.options = {86400, 2, 3600, false, true};
  request.sse = SseSpec{true, 2, "key", "role"};
  request.partitions = {{CellValue::inf_min(), CellValue::of_string("h")},
                        {CellValue::of_string("h"), CellValue::inf_max()}};
  EXPECT_EQ(local.call("CreateTable", encode(request)).status, 200);
  auto describe = [&] {
    return local.ask<DescribeTableResponse>("DescribeTable",
                                            encode(DescribeTableRequest{"person"}));
  };
  auto table = describe();
  EXPECT_EQ(table.options, request.options);
  EXPECT_EQ(table.throughput.unit, (CapacityUnit{3, 4}));
  EXPECT_EQ(table.throughput.last_increase_time, kNowMs / 1000);
  EXPECT_FALSE(table.throughput.last_decrease_time);
  EXPECT_EQ(table.creation_time, kNowMs * 1000);
  ASSERT_TRUE(table.sse);
  EXPECT_TRUE(table.sse->enable);
  EXPECT_EQ(table.sse->key_type, 2);
  EXPECT_EQ(table.sse->key_id, "key");
  EXPECT_EQ(table.sse->role_arn, "role");
  ASSERT_EQ(table.shard_splits.size(), 1u);
  EXPECT_EQ(rows_of(table.shard_splits[0]), std::vector<Row>{row(key("h"))});
  EXPECT_FALSE(table.stream);

  local.create(person("plain"));
  auto plain =
      local.ask<DescribeTableResponse>("DescribeTable", encode(DescribeTableRequest{"plain"}));
  EXPECT_EQ(plain.options, (TableOptions{-1, 1, 86400, true, false})) << "defaults are told";
  EXPECT_FALSE(plain.sse);

  local.clock.advance(seconds(10));
  UpdateTableRequest update;
  update.table = "person";
  update.reserved = CapacityUnit{5, 4};
  auto answer = local.ask<UpdateTableResponse>("UpdateTable", encode(update));
  EXPECT_EQ(answer.throughput.last_increase_time, kNowMs / 1000 + 10);
  EXPECT_FALSE(answer.throughput.last_decrease_time);
  local.clock.advance(seconds(10));
  update.reserved = CapacityUnit{5, 1};
  answer = local.ask<UpdateTableResponse>("UpdateTable", encode(update));
  EXPECT_EQ(answer.throughput.unit, (CapacityUnit{5, 1}));
  EXPECT_EQ(answer.throughput.last_increase_time, kNowMs / 1000 + 10);
  EXPECT_EQ(answer.throughput.last_decrease_time, kNowMs / 1000 + 20);
  update.reserved = CapacityUnit{-1, 1};
  EXPECT_EQ(code_of(local.call("UpdateTable", encode(update))), "OTSParameterInvalid");
}

TEST(TableHandlersTest, DefinedColumnsComeAndGo) {
  TablestoreFixture local;
  TableMeta meta = person();
  meta.defined_columns = {{"age", DefinedColumnType::kInteger}};
  local.create(meta);
  auto defined = [&] {
    return local.ask<DescribeTableResponse>("DescribeTable", encode(DescribeTableRequest{"person"}))
        .meta.defined_columns;
  };
  auto add = [&](AddDefinedColumnRequest request) {
    return code_of(local.call("AddDefinedColumn", encode(request)));
  };
  auto remove = [&](DeleteDefinedColumnRequest request) {
    return code_of(local.call("DeleteDefinedColumn", encode(request)));
  };
  const DefinedColumn age{"age", DefinedColumnType::kInteger};
  const DefinedColumn name{"name", DefinedColumnType::kString};
  Row untyped = row(key("a"), {put("name", 1)});
  EXPECT_EQ(code_of(local.write(WriteType::kPut, untyped)), "");
  EXPECT_EQ(add({"person", {name}}), "");
  EXPECT_EQ(defined(), (std::vector<DefinedColumn>{age, name}));
  EXPECT_EQ(code_of(local.write(WriteType::kPut, untyped)), "OTSParameterInvalid")
      << "a defined column has one type";
  EXPECT_EQ(remove({"person", {"age"}}), "");
  EXPECT_EQ(defined(), std::vector<DefinedColumn>{name});

  EXPECT_EQ(add({"person", {name}}), "OTSParameterInvalid") << "there already";
  EXPECT_EQ(add({"person", {{"id", DefinedColumnType::kString}}}), "OTSParameterInvalid");
  EXPECT_EQ(add({"person", {}}), "OTSParameterInvalid");
  EXPECT_EQ(add({"none", {age}}), "OTSObjectNotExist");
  EXPECT_EQ(remove({"person", {"name", "age"}}), "OTSParameterInvalid") << "age is gone";
  EXPECT_EQ(remove({"person", {}}), "OTSParameterInvalid");
  EXPECT_EQ(remove({"none", {"age"}}), "OTSObjectNotExist");
  EXPECT_EQ(defined(), std::vector<DefinedColumn>{name}) << "all or nothing";
  AddDefinedColumnRequest many{"person", {}};
  for (size_t i = 0; i < kMaxDefinedColumns; ++i)
    many.columns.push_back({"c" + std::to_string(i), DefinedColumnType::kString});
  EXPECT_EQ(add(many), "OTSParameterInvalid") << "33 columns";
  many.columns.pop_back();
  EXPECT_EQ(add(many), "");
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
