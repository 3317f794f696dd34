#include "job/connections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace otsstream::job {
namespace {

using testing::HasSubstr;
using testing::Not;

const char* const kFile = R"({
  "otsstream": {"type": "ots", "description": "orders", "endpoint": "https://i.example", "instanceName": "inst",
                "accessId": "id-1", "accessKey": "HIDDEN-1", "securityToken": "HIDDEN-2"},
  "from_env": {"type": "OTS", "endpoint": "http://${env:HOST}:80", "instanceName": "inst",
               "accessId": "${env:ID}", "accessKey": ${env:KEY}},
  "odps_first": {"type": "odps", "odpsServer": "https://o.example/api", "tunnelServer": "https://t.example", "project": "p",
                 "accessId": "id-2", "accessKey": "HIDDEN-3",
                 "region": "cn-${env:REGION}",
                 "environments": {"dev": {"project": "p_dev", "regionId": "cn-dev", "accessId": "id-dev", "accessKey": "HIDDEN-4"}, "prod": {}}},
  "half": {"type": "ots", "endpoint": "https://i.example", "accessKey": "HIDDEN-5"},
  "no_url": {"type": "odps", "endpoint": "o.example", "project": "p", "accessId": "i", "accessKey": "HIDDEN-6"},
  "typo": {"type": "ots", "endpoint": "https://i.example", "instanceNme": "i", "accessId": "i", "accessKey": "HIDDEN-7"},
  "bad_ref": {"type": "ots", "endpoint": "https://i.example", "instanceName": "i", "accessId": "i", "accessKey": "HIDDEN-8${x}"},
  "listed": {"type": "ots", "endpoint": "https://i.example", "instanceName": "i", "accessId": "i", "accessKey": ["HIDDEN-9"]},
  "mysql_1": {"type": "mysql", "password": "HIDDEN-0"}
})";

std::optional<std::string> fake_env(const std::string& name) {
  static const std::map<std::string, std::string> kEnv = {{"HOST", "h.example"},
                                                          {"ID", "env-id"},
                                                          {"KEY", "HIDDEN-env"},
                                                          {"EMPTY", ""},
                                                          {"REGION", "hangzhou"}};
  auto it = kEnv.find(name);
  return it == kEnv.end() ? std::nullopt : std::optional(it->second);
}

Connections parse(std::string environment = {}) {
  auto connections = Connections::parse(kFile, "c.json", std::move(environment), fake_env);
  if (!connections) ADD_FAILURE() << connections.error().to_string();
  return connections ? *connections : Connections();
}

TEST(Connections, GivesAccessData) {
  const auto ots = parse().tablestore("otsstream").value();
  EXPECT_EQ(ots.endpoint, "https://i.example");
  EXPECT_EQ(ots.instance, "inst");
  EXPECT_EQ(ots.access_id, "id-1");
  EXPECT_EQ(ots.access_key.reveal(), "HIDDEN-1");
  EXPECT_EQ(ots.security_token.reveal(), "HIDDEN-2");

  const auto env = parse().tablestore("from_env").value();
  EXPECT_EQ(env.endpoint, "http://h.example:80");
  EXPECT_EQ(env.access_id, "env-id");
  EXPECT_EQ(env.access_key.reveal(), "HIDDEN-env");

  const auto odps = parse().maxcompute("odps_first").value();
  EXPECT_EQ(odps.endpoint, "https://o.example/api");
  EXPECT_EQ(odps.tunnel_endpoint, "https://t.example");
  EXPECT_EQ(odps.region, "cn-hangzhou");
  EXPECT_EQ(parse("dev").maxcompute("odps_first").value().region, "cn-dev");
  EXPECT_EQ(odps.project, "p");
  EXPECT_EQ(odps.access_key.reveal(), "HIDDEN-3");
  EXPECT_TRUE(odps.security_token.empty());
}

TEST(Connections, EnvironmentsWin) {
  const auto dev = parse("dev").maxcompute("odps_first").value();
  EXPECT_EQ(dev.project, "p_dev");
  EXPECT_EQ(dev.access_id, "id-dev");
  EXPECT_EQ(dev.access_key.reveal(), "HIDDEN-4");
  EXPECT_EQ(dev.endpoint, "https://o.example/api");
  EXPECT_EQ(parse("prod").maxcompute("odps_first")->project, "p");
  EXPECT_TRUE(parse("dev").tablestore("otsstream"));  // has no environments: one for all
  EXPECT_THAT(parse("test").maxcompute("odps_first").error().to_string(),
              HasSubstr("has no environment `test` [Connection-Environment]"));
}

TEST(Connections, ErrorsNameTheThingAndNoSecret) {
  const struct {
    const char* name;
    const char* said;
  } kTablestore[] = {
      {"nobody",
       "c.json: the connection `nobody` is unknown [Connection-Unknown] - known connections: "
       "otsstream (ots), from_env (ots), odps_first (odps)"},
      {"odps_first",
       "the connection `odps_first` is of type odps, but Tablestore (ots) is needed here "
       "[Connection-Type] - name a connection of type ots"},
      {"mysql_1", "is of type mysql"},
      {"half", "c.json:10:11 half: missing or empty: `instanceName`, `accessId`"},
      {"typo",
       "c.json:12:75 typo.instanceNme: unknown parameter `instanceNme` [Config-UnknownKey] - did "
       "you mean `instanceName`?"},
      {"bad_ref",
       "c.json:13:114 bad_ref.accessKey: a reference is written ${env:NAME} or ${file:PATH} "
       "[Connection-Reference]"},
      {"listed", "listed.accessKey: `accessKey` must be a text, but is a list"},
  };
  for (const auto& c : kTablestore) {
    auto access = parse().tablestore(c.name);
    ASSERT_FALSE(access) << c.name;
    EXPECT_THAT(access.error().to_string(), HasSubstr(c.said));
    EXPECT_THAT(access.error().to_string(), Not(HasSubstr("HIDDEN")));
  }
  EXPECT_THAT(parse().maxcompute("no_url").error().to_string(),
              HasSubstr("`endpoint` must begin with http:// or https:// [Connection-Endpoint]"));
  EXPECT_THAT(parse().maxcompute("otsstream").error().to_string(),
              HasSubstr("MaxCompute (odps) is needed here"));
  EXPECT_THAT(
      Connections().tablestore("a").error().to_string(),
      HasSubstr(
          "there is no connections file [Connection-Unknown] - name one with --connections FILE"));

  auto unset = Connections::parse(
      R"({"a": {"type": "ots", "endpoint": "${env:NONE}"}, "b": {"type": "ots", "endpoint": "${env:EMPTY}"}})",
      "c", "", fake_env);
  EXPECT_THAT(unset->tablestore("a").error().to_string(),
              HasSubstr("c:1:35 a.endpoint: the environment variable `NONE` is not set "
                        "[Connection-Env] - export NONE=..."));
  EXPECT_THAT(unset->tablestore("b").error().to_string(), HasSubstr("`EMPTY` is not set"));
}

TEST(Connections, BrokenFilesLeakNothing) {
  const struct {
    const char* text;
    const char* said;
  } kCases[] = {
      {"[\"HIDDEN\"]",
       "c:1:1: a connections file is an object of named connections [Connection-File]"},
      {"{\"a\": \"HIDDEN\"}", "c:1:7 a: the connection `a` must be an object [Connection-File]"},
      {"{\"a\": {\"accessKey\": \"HIDDEN\"}}",
       "c:1:7 a: the connection `a` has no `type` [Connection-Type]"},
      {"{\"a\": {\"type\": 5}}", "has no `type`"},
      {"{\"1HIDDEN\": {\"type\": \"ots\"}}",
       "c:1:1: a connection's name has letters, digits and `_`, begins with a letter and is at "
       "most 60 long; see line 1 [Connection-Name]"},
      {"{\"a\": {\"type\": \"ots\", \"accessKey\": HIDDEN}}",
       "c:1:36: a word without quotes is not a value"},
      {"{\"a\": {\"type\": \"ots\", \"accessKey\": \"HIDDEN}}",
       "c:1:36: this text has no closing quote"},
      {"{\"a\": {\"type\": \"ots\", \"environments\": []}}",
       "`environments` must be an object of sections [Connection-File]"},
  };
  for (const auto& c : kCases) {
    auto connections = Connections::parse(c.text, "c", "", fake_env);
    ASSERT_FALSE(connections) << c.text;
    EXPECT_THAT(connections.error().to_string(), HasSubstr(c.said)) << c.text;
    EXPECT_THAT(connections.error().to_string(), Not(HasSubstr("HIDDEN"))) << c.text;
  }
}

TEST(Connections, ListShowsNoValues) {
  const auto list = parse().list();
  ASSERT_EQ(list.size(), 9u);
  EXPECT_EQ(list[0].name, "otsstream");
  EXPECT_EQ(list[0].type, "ots");
  EXPECT_EQ(list[0].description, "orders");
  EXPECT_EQ(list[8].type, "mysql");
  EXPECT_TRUE(Connections().list().empty());
}

class ConnectionFile : public testing::Test {
 protected:
  ConnectionFile() : folder_(testing::TempDir() + "/connections_test_" + std::to_string(getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~ConnectionFile() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text, mode_t mode) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    chmod(path.c_str(), mode);
    return path;
  }
  std::string folder_;
};

TEST_F(ConnectionFile, MustBePrivate) {
  EXPECT_TRUE(Connections::load(write("good.json", kFile, 0600)));
  EXPECT_TRUE(Connections::load(write("read.json", kFile, 0400)));
  for (mode_t mode : {0640, 0604, 0620, 0666}) {
    auto open = Connections::load(write("open.json", kFile, mode));
    ASSERT_FALSE(open) << std::oct << mode;
    EXPECT_EQ(open.error().code, "File-NotPrivate");
  }
  EXPECT_EQ(Connections::load(folder_ + "/none.json").error().code, "File-NotFound");
}

TEST_F(ConnectionFile, ValuesMayStandInSecretFiles) {
  auto file_with = [&](const std::string& path) {
    return R"({"a": {"type": "ots", "endpoint": "https://i", "instanceName": "i", "accessId": "i", "accessKey": "${file:)" +
           path + "}\"}}";
  };
  const std::string secret = write("key", "HIDDEN-file\n", 0600);
  EXPECT_EQ(Connections::parse(file_with(secret), "c")->tablestore("a")->access_key.reveal(),
            "HIDDEN-file");
  const std::string open = write("open_key", "HIDDEN-file\n", 0644);
  EXPECT_EQ(Connections::parse(file_with(open), "c")->tablestore("a").error().code,
            "File-NotPrivate");
}

// --- access data of a job's blocks ---------------------------------------------------------------

struct Said {
  Result<TablestoreAccess> access;
  Diagnostics diagnostics;
  std::string all() const {
    std::string out = access ? "" : access.error().to_string() + "\n";
    for (const Diagnostic& d : diagnostics.items())
      out += std::string(to_string(d.severity)) + " " + d.error.headline() + "\n";
    return out;
  }
};

Said access_of(const std::string& parameter, Dialect dialect) {
  const std::string writer = R"("writer": {"plugin": "odps", "name": "odps", "parameter": {}})";
  const std::string reader =
      R"("reader": {"plugin": "otsstream", "name": "otsstreamreader", "parameter": )" + parameter +
      "}";
  const std::string text = dialect == Dialect::kDataX
                               ? "{\"job\": {\"content\": [{" + reader + "," + writer + "}]}}"
                               : "{\"configuration\": {" + reader + "," + writer + "}}";
  Said out{TablestoreAccess{}, {}};
  Diagnostics loading;
  auto job = load_job(text, "j", {}, loading);
  if (!job) {
    ADD_FAILURE() << job.error().to_string();
    return out;
  }
  out.access = tablestore_access(*job, *job->reader, parse(), out.diagnostics);
  return out;
}

const char* const kExplicit =
    R"({"endpoint": "https://x", "accessId": "me", "accessKey": "HIDDEN", "instanceName": "in", "dataTable": "t"})";

TEST(JobAccess, NamedConnection) {
  const Said said =
      access_of(R"({"datasource": "otsstream", "dataTable": "t"})", Dialect::kDataWorks1);
  EXPECT_EQ(said.all(), "");
  EXPECT_EQ(said.access->access_key.reveal(), "HIDDEN-1");
  EXPECT_EQ(access_of(R"({"dataSource": "otsstream"})", Dialect::kDataX).all(), "");
}

TEST(JobAccess, ExplicitValuesOfDataX) {
  const Said said = access_of(kExplicit, Dialect::kDataX);
  ASSERT_TRUE(said.access) << said.all();
  EXPECT_EQ(said.access->endpoint, "https://x");
  EXPECT_EQ(said.access->instance, "in");
  EXPECT_EQ(said.access->access_id, "me");
  EXPECT_EQ(said.access->access_key.reveal(), "HIDDEN");
  EXPECT_THAT(said.all(), HasSubstr("notice j:1:154 job.content[0].reader.parameter.accessKey: the "
                                    "job text holds an access key [Connection-KeyInJob]"));
  EXPECT_THAT(said.all(), Not(HasSubstr("HIDDEN")));
}

TEST(JobAccess, KeysInADataWorksJobAreWorthAWarning) {
  const Said said = access_of(kExplicit, Dialect::kDataWorks1);
  ASSERT_TRUE(said.access);
  EXPECT_THAT(said.all(), HasSubstr("warning j:1:151 configuration.reader.parameter.accessKey: the "
                                    "job text holds an access key [Connection-KeyInJob]"));
  EXPECT_THAT(said.all(), Not(HasSubstr("HIDDEN")));
}

TEST(JobAccess, ExplicitValuesWinOverTheConnection) {
  const Said said = access_of(
      R"({"datasource": "otsstream", "endpoint": "https://other", "accessKeyId": "me", "accessKeySecret": "HIDDEN"})",
      Dialect::kDataX);
  ASSERT_TRUE(said.access) << said.all();
  EXPECT_EQ(said.access->endpoint, "https://other");
  EXPECT_EQ(said.access->instance, "inst");
  EXPECT_EQ(said.access->access_key.reveal(), "HIDDEN");
  EXPECT_TRUE(said.access->security_token.empty());  // belonged to the other keys
  EXPECT_THAT(said.all(), HasSubstr("values in the job win over the connection `otsstream`: "
                                    "`endpoint`, `accessId`, `accessKey` [Connection-Explicit]"));
}

TEST(JobAccess, ErrorsPointIntoTheJob) {
  EXPECT_THAT(access_of(R"({"datasource": "nobody"})", Dialect::kDataWorks1).all(),
              HasSubstr("configuration.reader.parameter.datasource (c.json): the connection "
                        "`nobody` is unknown"));
  EXPECT_THAT(access_of(R"({"datasource": "odps_first"})", Dialect::kDataWorks1).all(),
              HasSubstr("is of type odps"));
  EXPECT_THAT(
      access_of(R"({"accessKey": "HIDDEN", "endpoint": "https://x"})", Dialect::kDataX).all(),
      HasSubstr("missing or empty: `instanceName`, `accessId` [Connection-Incomplete] - name a "
                "connection in `datasource`"));
  EXPECT_THAT(access_of(R"({"dataSource": "a", "datasource": "b"})", Dialect::kDataX).all(),
              HasSubstr("mean the same parameter"));
}

TEST(JobAccess, MaxComputeOfDataX) {
  Diagnostics diagnostics;
  auto job = load_job(
      R"({"job": {"content": [{"reader": {"name": "otsstreamreader", "parameter": {}}, "writer": {"name": "odpswriter",
      "parameter": {"odpsServer": "https://o/api", "tunnelServer": "https://t", "project": "p", "accessId": "i", "accessKey": "HIDDEN"}}}]}})",
      "j", {}, diagnostics);
  ASSERT_TRUE(job);
  auto access = maxcompute_access(*job, *job->writer, Connections(), diagnostics);
  ASSERT_TRUE(access) << access.error().to_string();
  EXPECT_EQ(access->endpoint, "https://o/api");
  EXPECT_EQ(access->tunnel_endpoint, "https://t");
  EXPECT_EQ(access->project, "p");
  EXPECT_EQ(access->access_key.reveal(), "HIDDEN");
}

}  // namespace
}  // namespace otsstream::job
