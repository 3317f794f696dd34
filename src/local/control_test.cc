#include "local/control.h"

#include "base/hash.h"
#include "config/json_text.h"
#include "local/tablestore/tablestore_test_support.h"

namespace otsstream::local::tablestore_test {
namespace {

class ControlTest : public ::testing::Test {
 protected:
  ControlTest() : control(*local.server) { local.create(); }
  // Body of the answer; its status goes to `status`.
  std::shared_ptr<JsonDocument> ask(std::string method, std::string path, std::string body = {}) {
    Request request;
    request.method = std::move(method);
    request.target = "/control/" + path;
    request.body = Body(std::move(body));
    Response response = with_control(*local.server, control)(request);
    status = response.status;
    auto parsed = parse_json(std::string(response.body.flat().view()), "answer", {.strict = true});
    EXPECT_TRUE(parsed);
    return *parsed;
  }
  std::string text(const std::shared_ptr<JsonDocument>& answer, const char* member) {
    return answer->root().find(member)->text();
  }

  TablestoreFixture local;
  Control control;
  int status = 0;
};

TEST_F(ControlTest, ShowsAndMovesDataTime) {
  EXPECT_EQ(text(ask("GET", "clock"), "stopped"), "false");
  EXPECT_EQ(text(ask("POST", "clock", R"({"lag_ms": 1000})"), "lag_ms"), "1000");
  EXPECT_EQ(text(ask("POST", "clock", R"({"stop": true})"), "stopped"), "true");
  int64_t now = std::stoll(text(ask("GET", "clock"), "now_us"));
  EXPECT_EQ(std::stoll(text(ask("POST", "clock", R"({"step_ms": 250})"), "now_us")), now + 250'000);
  EXPECT_EQ(std::stoll(text(ask("POST", "clock", R"({"set_ms": 1795356700000})"), "now_us")),
            1'795'356'700'000'000);
  EXPECT_EQ(text(ask("POST", "clock", R"({"run": true})"), "stopped"), "false");
  EXPECT_EQ(text(ask("POST", "clock", R"({"set_ms": 1})"), "code"), "Clock-Backwards");
  EXPECT_EQ(status, 409);
  for (const char* body :
       {R"({})", R"({"stop": false})", R"({"speed": 2})", R"({"lag_ms": 1, "stop": true})",
        R"({"lag_ms": "x"})", R"({"lag_ms": 9223372036854775807})",
        R"({"step_ms": 2305843009213693})", R"([])", "not json"}) {
    ask("POST", "clock", body);
    EXPECT_EQ(status, 400) << body;
  }
}

TEST_F(ControlTest, SplitsMergesAndExpires) {
  auto split = ask("POST", "split", R"({"table": "person", "key": "m"})");
  ASSERT_EQ(status, 200);
  auto shards = local.shards();
  ASSERT_EQ(shards.size(), 3u);
  EXPECT_EQ(text(split, "parent"), shards[0].shard_id);
  EXPECT_EQ(split->root().find("children")->items().at(1)->text(), shards[2].shard_id);
  auto merge = ask("POST", "merge",
                   R"({"table": "person", "shard_a": ")" + shards[1].shard_id +
                       R"(", "shard_b": ")" + shards[2].shard_id + R"("})");
  ASSERT_EQ(status, 200);
  EXPECT_EQ(local.shards().at(3),
            (StreamShard{text(merge, "child"), shards[1].shard_id, shards[2].shard_id}));

  local.put_row(row(key("a")));
  ask("POST", "expire", R"({"table": "person", "until_ms": 1795356700000})");
  EXPECT_EQ(status, 200);
  ASSERT_EQ(local.shards().size(), 1u);
  EXPECT_TRUE(local.read_all(local.shards()[0].shard_id).empty());
}

TEST_F(ControlTest, SplitsAtIntegerAndBinaryKeys) {
  TableMeta numbers = person("numbers"), blobs = person("blobs");
  numbers.primary_key[0].type = KeyType::kInteger;
  blobs.primary_key[0].type = KeyType::kBinary;
  local.create(numbers);
  local.create(blobs);
  ask("POST", "split", R"({"table": "numbers", "key": -5})");
  EXPECT_EQ(status, 200);
  ask("POST", "split",
      R"({"table": "blobs", "key_base64": ")" + base64_encode(std::string("\0\xff", 2)) + R"("})");
  EXPECT_EQ(status, 200);
  EXPECT_EQ(text(ask("POST", "split", R"({"table": "numbers", "key": "m"})"), "code"),
            "OTSInvalidPK");
}

TEST_F(ControlTest, NamesWhatIsWrong) {
  EXPECT_EQ(text(ask("POST", "split", R"({"table": "none"})"), "code"), "OTSObjectNotExist");
  EXPECT_EQ(status, 404);
  EXPECT_EQ(text(ask("POST", "split", R"({"table": "person"})"), "code"), "Control-Split");
  EXPECT_EQ(status, 409);
  EXPECT_EQ(text(ask("POST", "split", R"({"table": "person", "instance": "x"})"), "code"),
            "Control-Instance");
  EXPECT_EQ(
      text(ask("POST", "merge", R"({"table": "person", "shard_a": "x", "shard_b": "y"})"), "code"),
      "Control-Shard");
  EXPECT_EQ(text(ask("POST", "expire", R"({"table": "person", "until_ms": -1})"), "code"),
            "Config-Value");
  EXPECT_EQ(text(ask("POST", "split", R"({"table": "person", "kex": "m"})"), "code"),
            "Config-UnknownKey");
  EXPECT_EQ(text(ask("POST", "split", R"({"table": "person", "key": "m", "shard": "s"})"), "code"),
            "Control-Request");
  EXPECT_EQ(status, 400);
  ask("POST", "merge", R"({"table": "person"})");
  EXPECT_EQ(status, 400);
  EXPECT_EQ(text(ask("GET", "coffee"), "code"), "Control-Path");
  EXPECT_EQ(status, 404);
}

TEST_F(ControlTest, CountsAndGuards) {
  auto counters = ask("GET", "counters");
  EXPECT_EQ(counters->root().find("operations")->find("CreateTable")->find("requests")->text(),
            "1");
  EXPECT_TRUE(ask("DELETE", "counters")->root().find("operations")->members().empty());
  Control guarded(*local.server, {Secret("another"), Secret("open sesame")});
  Request request;
  request.target = "/control/clock";
  for (const char* wrong : {"", "open"}) {
    if (*wrong) request.headers.set("x-otsstream-control-key", wrong);
    Response refused = guarded.handle(request);
    EXPECT_EQ(refused.status, 403);
    auto parsed = parse_json(std::string(refused.body.flat().view()), "answer");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(text(*parsed, "code"), "Control-Key");
  }
  request.headers.set("x-otsstream-control-key", "open sesame");
  EXPECT_EQ(guarded.handle(request).status, 200);
  request = local.request("ListTable", "");
  EXPECT_EQ(with_control(*local.server, guarded)(request).status, 200)
      << "everything else goes to the operations";
}

TEST_F(ControlTest, KeepsFaultRules) {
  EXPECT_EQ(text(ask("POST", "faults",
                     R"({"fault": "error", "operation": "PutRow", "table": "person", "count": 2})"),
                 "id"),
            "1");
  EXPECT_EQ(text(ask("POST", "faults", R"({"fault": "delay", "delay_ms": 5, "skip": 1})"), "id"),
            "2");
  EXPECT_EQ(code_of(local.write(WriteType::kPut, row(key("a")))), "OTSServerBusy");
  local.call("ListTable", "");
  auto listed = ask("GET", "faults");
  const auto& rules = listed->root().find("faults")->items();
  ASSERT_EQ(rules.size(), 2u);
  auto member = [&](int rule, const char* name) { return rules[rule]->find(name)->text(); };
  EXPECT_EQ(member(0, "code"), "OTSServerBusy");
  EXPECT_EQ(member(0, "status"), "503");
  EXPECT_EQ(member(0, "applied"), "1");
  EXPECT_EQ(member(1, "matched"), "1");
  EXPECT_EQ(member(1, "applied"), "0");
  EXPECT_EQ(rules[1]->find("code"), nullptr) << "only what the rule says";
  EXPECT_EQ(text(ask("DELETE", "faults/1"), "removed"), "1");
  for (const char* id : {"faults/1", "faults/x", "faults/-2", "faults/2/3"}) {
    EXPECT_EQ(text(ask("DELETE", id), "code"), "Control-NoFault") << id;
    EXPECT_EQ(status, 404);
  }
  EXPECT_EQ(text(ask("DELETE", "faults/"), "code"), "Control-Path");
  EXPECT_EQ(text(ask("DELETE", "faults"), "removed"), "1");
  EXPECT_EQ(text(ask("POST", "faults", R"({"fault": "fire"})"), "code"), "Config-Value");
  EXPECT_EQ(text(ask("POST", "faults", R"({"fault": "flip", "code": "OTSServerBusy"})"), "code"),
            "Control-Fault");
  EXPECT_EQ(status, 400);
}

TEST_F(ControlTest, WritesAndRestoresSnapshotsAndResets) {
  const std::string path = ::testing::TempDir() + "control_test.snapshot";
  local.put_row(row(key("a")));
  const std::string body = R"({"path": ")" + path + R"("})";
  EXPECT_EQ(ask("POST", "snapshot", body)->root().find("tables")->items().size(), 1u);
  EXPECT_EQ(status, 200);
  EXPECT_TRUE(ask("POST", "reset")->root().find("tables")->items().empty());
  EXPECT_TRUE(local.server->find_instance("inst")->names().empty());
  EXPECT_EQ(ask("POST", "restore", body)->root().find("tables")->items().size(), 1u);
  EXPECT_TRUE(local.get(key("a")));
  std::remove(path.c_str());
  ask("POST", "restore", body);
  EXPECT_EQ(status, 404);
  EXPECT_TRUE(local.get(key("a"))) << "a restore that fails changes nothing";
  EXPECT_EQ(text(ask("POST", "snapshot", R"({"path": "relative"})"), "code"), "Control-Request");
  EXPECT_EQ(text(ask("POST", "snapshot", "{}"), "code"), "Config-Missing");
}

TEST_F(ControlTest, ChangesTheSwitchesThatAreNamed) {
  EXPECT_EQ(text(ask("GET", "streams"), "iterator_life_ms"), "-1");
  ask("POST", "streams", R"({"empty_pages": 2, "describe_page": 7})");
  auto changed = ask("POST", "streams", R"({"iterator_life_ms": 0, "seek_token_steps": 1})");
  EXPECT_EQ(text(changed, "empty_pages"), "2");
  EXPECT_EQ(text(changed, "describe_page"), "7");
  EXPECT_EQ(text(changed, "iterator_life_ms"), "0");
  EXPECT_EQ(text(changed, "seek_token_steps"), "1");
  EXPECT_EQ(
      text(ask("POST", "streams", R"({"page_records": 3, "empty_every": 4})"), "page_records"),
      "3");
  for (const char* body : {R"({"empty_every": 1})", R"({"describe_page": 0})", R"({"pages": 1})"}) {
    ask("POST", "streams", body);
    EXPECT_EQ(status, 400) << body;
  }
}

TEST(ControlInstanceTest, NeedsAnInstanceWhenThereAreSeveral) {
  TablestoreServerOptions options;
  options.instances["inst"]["testid"] = {Secret(kSecret), Secret()};
  options.instances["two"]["testid"] = {Secret(kSecret), Secret()};
  TablestoreFixture local(std::move(options));
  local.create();
  EXPECT_TRUE(local.server->find_instance("two")->names().empty()) << "instances share nothing";
  Control control(*local.server);
  Request request;
  request.method = "POST";
  request.target = "/control/split";
  request.body = Body(std::string(R"({"table": "person", "key": "m"})"));
  EXPECT_EQ(control.handle(request).status, 400);
  request.body = Body(std::string(R"({"table": "person", "key": "m", "instance": "inst"})"));
  EXPECT_EQ(control.handle(request).status, 200);
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
