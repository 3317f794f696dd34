// The commands that steer a running local Tablestore, as a user types them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "base/executor.h"
#include "base/file.h"
#include "config/json_text.h"
#include "local/fault_rules.h"
#include "maxcompute/client/rest_client.h"
#include "net/curl_transport.h"
#include "net/http_server.h"
#include "support/program.h"
#include "tablestore/client/client.h"

namespace otsstream::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kKeysFile = R"({
  // every instance
  "common": "common-key",
  "instances": {"second": {"other": {"accessKey": "other-key", "securityToken": "other-token"}}}
})";

// `otsstream local` with the instances "first" and "second", and a client of the former.
class LocalControl : public testing::Test {
 protected:
  void SetUp() override {
    keys = folder.path("keys.json");
    ASSERT_TRUE(write_file_atomic(keys, kKeysFile, 0600));
    server = std::make_unique<Background>(
        OTS_PROGRAM,
        std::vector<std::string>{"local", "--tablestore-port", "0", "--maxcompute-port", "0",
                                 "--instance", "first", "--instance", "second", "--keys", keys});
    const std::string ready = server->read_line();
    ASSERT_THAT(ready, HasSubstr("instance=first,second"));
    const size_t at = ready.find("tablestore=") + 11;
    endpoint = ready.substr(at, ready.find(' ', at) - at);
    const size_t other = ready.find("maxcompute=") + 11;
    maxcompute_endpoint = ready.substr(other, ready.find(' ', other) - other);
    client = client_of({endpoint, "first", "common", Secret("common-key"), {}});
    tablestore::CreateTableRequest create;
    create.meta.name = "person";
    create.meta.primary_key = {{"id", tablestore::KeyType::kString, false}};
    create.options.max_versions = 1;
    create.options.time_to_live = -1;
    create.stream = tablestore::StreamSpec{true, 24, {}};
    auto created = client->create_table(create);
    ASSERT_TRUE(created) << created.error().to_string();
  }

  std::unique_ptr<tablestore::Client> client_of(tablestore::Connection connection) {
    tablestore::CallerOptions options;
    options.retry.max_retries = 0;
    return std::make_unique<tablestore::Client>(
        tablestore::Caller::create(std::move(connection), transport, executor, random, options));
  }

  ProgramResult run(std::vector<std::string> words) {
    words.insert(words.begin(), "local");
    return run_program(OTS_PROGRAM, words,
                       {{"OTSSTREAM_LOCAL_ENDPOINT", endpoint}, {"OTSSTREAM_LOCAL_KEYS", keys}});
  }
  std::string out(std::vector<std::string> words) {
    const ProgramResult result = run(std::move(words));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }
  std::shared_ptr<JsonDocument> json(std::vector<std::string> words) {
    words.push_back("--json");
    auto document = parse_json(out(std::move(words)), "answer", JsonOptions{.strict = true});
    EXPECT_TRUE(document.has_value());
    return document ? *document : nullptr;
  }

  TempFolder folder;
  std::string keys, endpoint, maxcompute_endpoint;
  std::unique_ptr<Background> server;
  SystemClock clock;
  Random random{1};
  ThreadedExecutor executor{clock, 1};
  CurlTransport transport{executor};
  std::unique_ptr<tablestore::Client> client;
};

TEST_F(LocalControl, MovesDataTime) {
  EXPECT_THAT(out({"clock"}), HasSubstr("behind the wall clock"));
  EXPECT_THAT(out({"clock", "stop"}), HasSubstr("stopped"));
  const int64_t before = json({"clock"})->root().find("now_us")->as_int64().value();
  EXPECT_EQ(json({"clock", "step", "2h"})->root().find("now_us")->as_int64().value(),
            before + 7'200'000'000);
  EXPECT_THAT(out({"clock", "set", "2099-01-01T00:00:00Z"}), HasSubstr("2099-01-01T00:00:00.000Z"));
  EXPECT_THAT(out({"clock"}), HasSubstr("stopped"));
  EXPECT_THAT(out({"clock", "set", "20990101090000"}), HasSubstr("2099-01-01T01:00:00.000Z"))
      << "14 digits are GMT+8, as in jobs";
  EXPECT_THAT(out({"clock", "run"}), HasSubstr("ahead of the wall clock"));
  EXPECT_THAT(run({"clock", "set", "1"}).err, HasSubstr("Clock-Backwards"));
  EXPECT_THAT(run({"clock", "set", "tomorrow"}).err, HasSubstr("[Usage-Time]"));
  EXPECT_EQ(run({"clock", "step", "soon"}).exit_code, 255);
  EXPECT_THAT(run({"clock", "step", "3 weeks"}).err, HasSubstr("[Usage-Span]"));
  EXPECT_EQ(json({"clock", "lag", "-1d"})->root().find("lag_ms")->text(), "-86400000");
}

TEST_F(LocalControl, SplitsMergesAndExpires) {
  const ProgramResult unnamed = run({"split", "person", "--key", "m"});
  EXPECT_EQ(unnamed.exit_code, 1);
  EXPECT_THAT(unnamed.err, HasSubstr("several instances: first, second"));
  auto split = json({"split", "person", "--key", "m", "--instance", "first"});
  const auto& children = split->root().find("children")->items();
  ASSERT_EQ(children.size(), 2u);
  EXPECT_THAT(
      out({"merge", "person", children[0]->text(), children[1]->text(), "--instance", "first"}),
      HasSubstr(children[1]->text()));
  EXPECT_THAT(out({"expire", "person", "--until", "now", "--instance", "first"}),
              HasSubstr("the log of person before"));
  EXPECT_THAT(run({"split", "nobody", "--instance", "first"}).err, HasSubstr("OTSObjectNotExist"));
  EXPECT_EQ(run({"split"}).exit_code, 255);
}

TEST_F(LocalControl, InjectsFaults) {
  EXPECT_EQ(out({"fault", "add", "error", "--operation", "ListTable", "--code", "OTSAuthFailed",
                 "--count", "1"}),
            "rule 1\n");
  auto refused = client->list_table();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "OTSAuthFailed");
  EXPECT_TRUE(client->list_table());
  out({"fault", "add", "reset-after", "--operation", "DeleteTable", "--table", "person"});
  auto lost = client->delete_table("person");
  EXPECT_FALSE(client->list_table()->tables.size() == 1 && lost)
      << "the table is gone, though the answer was lost";
  const std::string listed = out({"fault", "list"});
  for (const char* word : {"error", "reset-after", "DeleteTable", "person", "code=OTSAuthFailed",
                           "count=1", "2 rules"})
    EXPECT_THAT(listed, HasSubstr(word));
  EXPECT_EQ(json({"fault", "list"})->root().find("faults")->items().size(), 2u);
  EXPECT_EQ(out({"fault", "remove", "1"}), "1 removed\n");
  EXPECT_EQ(out({"fault", "remove", "all"}), "1 removed\n");
  EXPECT_THAT(run({"fault", "remove", "7"}).err, HasSubstr("[Control-NoFault]"));
  EXPECT_THAT(run({"fault", "add", "fire"}).err, HasSubstr("must be one of error, throttle"));
  EXPECT_EQ(run({"fault"}).exit_code, 255);
}

TEST_F(LocalControl, InjectsFaultsIntoMaxComputeToo) {
  maxcompute::ClientOptions no_retries;
  no_retries.retry.max_retries = 0;
  maxcompute::RestClient rest(std::make_shared<maxcompute::HttpCaller>(
      maxcompute::Connection{maxcompute_endpoint, "", "local", "common", Secret("common-key"), {}},
      no_retries, transport, executor, random));
  ASSERT_TRUE(rest.run_sql("CREATE TABLE person (id STRING);", "create"));
  EXPECT_EQ(out({"fault", "add", "error", "--operation", "GetTable", "--table", "person", "--code",
                 "RequestQuotaExceeded", "--count", "1", "--instance", "first"}),
            "rule 1\n");
  auto refused = rest.get_table("person");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "RequestQuotaExceeded");
  EXPECT_TRUE(rest.get_table("person"));
  out({"fault", "add", "reset-after", "--operation", "SubmitSql", "--count", "1"});
  EXPECT_FALSE(rest.run_sql("DROP TABLE person;", "drop"));
  EXPECT_EQ(rest.get_table("person").error().code, "NoSuchTable") << "dropped, the answer lost";
  const std::string listed = out({"fault", "list"});
  for (const char* word : {"maxcompute", "GetTable", "status=429", "2 rules"})
    EXPECT_THAT(listed, HasSubstr(word));
  EXPECT_THAT(run({"fault", "add", "flip-request", "--operation", "PutRow"}).err,
              HasSubstr("[Control-Fault]"));
  const std::string help = out({"fault", "add", "--help"});
  for (const std::string& fault : local::fault_words())
    EXPECT_THAT(help, HasSubstr("otsstream local fault add " + fault)) << "an example of each";
}

// Every example of the help, as it stands there.
TEST_F(LocalControl, TheExamplesOfFaultsAreRules) {
  const std::string help = out({"fault", "add", "--help"});
  const std::string start = "otsstream local fault add ";
  size_t examples = 0;
  for (size_t at = help.find(start, help.find("Examples")); at != std::string::npos;
       at = help.find(start, at + 1)) {
    const size_t from = at + std::string("otsstream local ").size();
    std::istringstream line(help.substr(from, help.find('\n', at) - from));
    std::vector<std::string> words{std::istream_iterator<std::string>(line), {}};
    EXPECT_EQ(out(words), "rule " + std::to_string(++examples) + "\n");
  }
  EXPECT_EQ(examples, local::fault_words().size());
}

TEST_F(LocalControl, TakesAndRestoresSnapshots) {
  const std::string file = folder.path("one.snapshot");
  EXPECT_EQ(out({"snapshot", file, "--instance", "first"}), "snapshot written: 1 tables\n");
  EXPECT_EQ(out({"reset", "--instance", "first"}), "instance emptied: 0 tables\n");
  EXPECT_TRUE(client->list_table()->tables.empty());
  EXPECT_EQ(out({"restore", file, "--instance", "first"}), "snapshot restored: 1 tables\n");
  EXPECT_EQ(client->list_table()->tables.size(), 1u);
  EXPECT_EQ(run({"restore", folder.path("none"), "--instance", "first"}).exit_code, 1);
}

TEST_F(LocalControl, ChangesStreamSwitchesAndCounts) {
  EXPECT_THAT(out({"streams"}), HasSubstr("iterator_life_ms"));
  EXPECT_EQ(json({"streams", "--empty-every", "3"})->root().find("empty_every")->text(), "3");
  EXPECT_EQ(json({"streams"})->root().find("empty_every")->text(), "3");
  EXPECT_THAT(out({"counters"}), HasSubstr("CreateTable"));
  EXPECT_THAT(out({"counters", "--reset"}), Not(HasSubstr("CreateTable")));
}

TEST_F(LocalControl, KeepsInstancesApart) {
  auto second =
      client_of({endpoint, "second", "other", Secret("other-key"), Secret("other-token")});
  auto tables = second->list_table();
  ASSERT_TRUE(tables) << tables.error().to_string();
  EXPECT_TRUE(tables->tables.empty());
  auto stranger =
      client_of({endpoint, "first", "other", Secret("other-key"), Secret("other-token")});
  EXPECT_EQ(stranger->list_table().error().code, "OTSAuthFailed") << "that key is second's own";
}

TEST_F(LocalControl, SaysWhatIsWrongWithTheAddressOrTheKey) {
  const ProgramResult wrong_key =
      run_program(OTS_PROGRAM, {"local", "clock", "--endpoint", endpoint});
  EXPECT_EQ(wrong_key.exit_code, 1);
  EXPECT_THAT(wrong_key.err, HasSubstr("[Control-Key]"));
  server->signal(SIGTERM);
  EXPECT_EQ(server->wait(10).exit_code, 0);
  const ProgramResult nobody = run({"clock"});
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_THAT(nobody.err, HasSubstr("[Local-NotRunning]"));
  EXPECT_THAT(nobody.err, HasSubstr("otsstream local"));

  auto other = HttpServer::start({}, [](const Request&) {
    Response response;
    response.body = Body(std::string("<html>"));
    return response;
  });
  ASSERT_TRUE(other);
  EXPECT_THAT(run({"clock", "--endpoint", (*other)->origin()}).err, HasSubstr("[Local-NotOurs]"));
  ASSERT_TRUE(write_file_atomic(keys, R"({"instances": {"a": {"id": "key"}}})", 0600));
  EXPECT_THAT(run({"clock", "--instance", "b"}).err, HasSubstr("[Local-Keys]"));
}

TEST_F(LocalControl, EveryCommandHasHelpWithAnExample) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"clock"},
                                                                                     {"split"},
                                                                                     {"merge"},
                                                                                     {"expire"},
                                                                                     {"fault"},
                                                                                     {"streams"},
                                                                                     {"counters"},
                                                                                     {"snapshot"},
                                                                                     {"restore"},
                                                                                     {"reset"}}) {
    std::vector<std::string> with_help = words;
    with_help.push_back("--help");
    const std::string help = out(with_help);
    EXPECT_THAT(help, HasSubstr("Example")) << words[0];
    EXPECT_THAT(help, HasSubstr("--endpoint")) << words[0];
    EXPECT_THAT(help, HasSubstr("otsstream local " + words[0])) << words[0];
  }
}

}  // namespace
}  // namespace otsstream::test
