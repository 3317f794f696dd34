// What a fault rule does to the operations of the local MaxCompute, seen from the wire.

#include "local/fault_rules.h"
#include "local/maxcompute/operations.h"
#include "local/maxcompute/server_test_support.h"

namespace otsstream::local::test {
namespace {

using End = WireFate::End;

constexpr const char* kTable = "CREATE TABLE t (id BIGINT, v STRING) PARTITIONED BY (pt STRING)";

class MaxComputeFaults : public MaxComputeTest {
 protected:
  MaxComputeFaults() {
    with_rules();
    ddl(kTable);
    ddl("ALTER TABLE t ADD PARTITION (pt='1')");
  }
  // The server of the base, and rules that it asks.
  void with_rules() {
    MaxComputeOptions options;
    options.projects = {"proj"};
    options.access_keys.emplace(kId, Secret(kKey));
    options.clock = &clock_;
    options.random = &random_;
    options.public_origin = "http://127.0.0.1:8087";
    options.faults = &rules_;
    auto made = MaxComputeServer::create(std::move(options));
    ASSERT_TRUE(made) << made.error().to_string();
    server_ = std::move(*made);
  }
  void add(FaultRule rule) {
    auto added = rules_.add(std::move(rule));
    ASSERT_TRUE(added) << added.error().to_string();
  }
  Response put(const std::string& upload, int block = 0) {
    return put_block("t", upload, block, id_and_text({{block, "x"}}), "pt=1");
  }
  std::vector<int> blocks_of(const std::string& upload) {
    auto info = maxcompute::read_upload_session_json(
        text_of(get("/projects/proj/tables/t?uploadid=" + upload + "&partition=pt%3D1")));
    return info ? info->blocks : std::vector<int>{-1};
  }
  std::vector<std::string> rows() { return select("select id from t where pt = '1'"); }

  FaultRules rules_{clock_};
};

TEST_F(MaxComputeFaults, FullQuotaInBothDialects) {
  add({.fault = "error", .operation = "GetTable", .code = "RequestQuotaExceeded", .count = 1});
  add({.fault = "throttle", .operation = "CreateUpload", .code = "FlowExceeded", .per_second = 1});
  Response refused = get("/api/projects/proj/tables/t");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(code_of(refused), "RequestQuotaExceeded");
  EXPECT_THAT(text_of(refused), testing::HasSubstr("<RequestId>"));
  EXPECT_EQ(get("/api/projects/proj/tables/t").status, 200);
  EXPECT_FALSE(open_upload("t", "pt=1").empty());
  refused = post("/projects/proj/tables/t?uploads&partition=pt%3D1");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(code_of(refused), "FlowExceeded");
  EXPECT_EQ(text_of(refused).front(), '{');
}

TEST_F(MaxComputeFaults, RefusesBeforeOrAfterTheDeed) {
  const std::string upload = open_upload("t", "pt=1");
  add({.fault = "error", .operation = "PutBlock", .block = 0});
  add({.fault = "error", .operation = "PutBlock", .status = 500, .carried_out = true});
  EXPECT_EQ(put(upload, 0).status, 503);
  EXPECT_EQ(put(upload, 1).status, 500);
  EXPECT_THAT(blocks_of(upload), testing::ElementsAre(1));
}

TEST_F(MaxComputeFaults, ALostCommitIsCommitted) {
  const std::string upload = open_upload("t", "pt=1");
  ASSERT_EQ(put(upload).status, 200);
  add({.fault = "reset-before", .operation = "CommitUpload", .count = 1});
  EXPECT_EQ(commit("t", upload, "pt=1").fate.end, End::kLost);
  EXPECT_THAT(rows(), testing::IsEmpty());
  add({.fault = "reset-after", .operation = "CommitUpload", .count = 1});
  const Response lost = commit("t", upload, "pt=1");
  EXPECT_EQ(lost.fate.end, End::kLost);
  EXPECT_TRUE(lost.fate.reset);
  EXPECT_THAT(rows(), testing::ElementsAre("0"));
  add({.fault = "reset-inside", .operation = "CommitUpload", .count = 1});
  EXPECT_EQ(commit("t", upload, "pt=1").fate.end, End::kCut);
  add({.fault = "delay", .operation = "CommitUpload", .delay_ms = 40});
  EXPECT_EQ(commit("t", upload, "pt=1").fate.delay, milliseconds(40));
}

TEST_F(MaxComputeFaults, NoSpoiledBlockIsKept) {
  const std::string upload = open_upload("t", "pt=1");
  const size_t size = id_and_text({{0, "x"}}).size();
  for (size_t at = 0; at < size; ++at) {
    rules_.clear();
    const auto byte = static_cast<int64_t>(at);
    add({.fault = "flip-request", .operation = "PutBlock", .at = byte, .seed = byte});
    EXPECT_EQ(put(upload).status, 400) << at;
    rules_.clear();
    add({.fault = "truncate-request", .operation = "PutBlock", .at = byte});
    EXPECT_EQ(put(upload).status, 400) << at;
  }
  EXPECT_THAT(blocks_of(upload), testing::IsEmpty());
  rules_.clear();
  EXPECT_EQ(put(upload).status, 200);
}

TEST_F(MaxComputeFaults, SpoiledAnswers) {
  land("t", id_and_text({{1, "a"}}), "pt=1");
  auto info = maxcompute::read_download_session_json(
      text_of(post("/projects/proj/tables/t?downloads&partition=pt%3D1")));
  ASSERT_TRUE(info);
  const std::string read = "/projects/proj/tables/t?data&downloadid=" + info->id +
                           "&partition=pt%3D1&rowrange=%280%2C1%29";
  const std::string whole = text_of(get(read));
  add({.fault = "flip", .operation = "ReadRows", .at = 3, .count = 1});
  const std::string flipped = text_of(get(read));
  EXPECT_EQ(flipped.size(), whole.size());
  EXPECT_NE(flipped, whole);
  add({.fault = "truncate", .operation = "ReadRows", .at = 3, .count = 1});
  EXPECT_EQ(get(read).fate.body_bytes, 3u);
  EXPECT_EQ(text_of(get(read)), whole);
}

TEST_F(MaxComputeFaults, AnExpiredSessionTakesNothingAnyMore) {
  const std::string upload = open_upload("t", "pt=1");
  ASSERT_EQ(put(upload, 0).status, 200);
  add({.fault = "expire-session", .operation = "PutBlock", .count = 1});
  EXPECT_EQ(code_of(put(upload, 1)), "StatusConflict");
  EXPECT_EQ(code_of(commit("t", upload, "pt=1")), "StatusConflict");
  EXPECT_THAT(text_of(get("/projects/proj/tables/t?uploadid=" + upload + "&partition=pt%3D1")),
              testing::HasSubstr("expired"));
  EXPECT_THAT(rows(), testing::IsEmpty());

  const std::string closed = open_upload("t", "pt=1");
  ASSERT_EQ(commit("t", closed, "pt=1").status, 200);
  add({.fault = "expire-session", .operation = "GetUpload", .count = 1});
  EXPECT_THAT(text_of(get("/projects/proj/tables/t?uploadid=" + closed + "&partition=pt%3D1")),
              testing::HasSubstr("closed"))
      << "what is committed stays committed";
}

TEST_F(MaxComputeFaults, FindsTablesAndPartitionsInStatements) {
  add({.fault = "error", .operation = "SubmitSql", .table = "T", .partition = "PT='7'"});
  auto submit = [&](const std::string& sql) {
    return send("POST", "/api/projects/proj/instances?curr_project=proj",
                Body(maxcompute::write_sql_job_xml({"Task1", sql, {}, "uuid-1"})),
                {{"Content-Type", "application/xml"}})
        .status;
  };
  EXPECT_EQ(submit("ALTER TABLE proj.`t` ADD IF NOT EXISTS PARTITION (pt='7');"), 503);
  EXPECT_EQ(submit("ALTER TABLE t ADD IF NOT EXISTS PARTITION (pt='8');"), 201);
  EXPECT_EQ(submit("ALTER TABLE u ADD IF NOT EXISTS PARTITION (pt='7');"), 201);
  EXPECT_EQ(submit("no statement"), 201) << "a task that fails is an answer";
}

TEST_F(MaxComputeFaults, RequestsThatAreRefusedAnywayAreNotStruck) {
  add({.fault = "reset-after", .service = "maxcompute"});
  Request request;
  request.target = "/api/projects/proj/tables/t";
  EXPECT_EQ(server_->handle(request).fate.end, End::kWhole);
  EXPECT_EQ(rules_.list().front().matched, 0u);
}

TEST(MaxComputeOperations, AreKnownByMethodPathAndQuery) {
  const struct {
    bool is_rest;
    const char* method;
    const char* target;
    const char* operation;
  } kCases[] = {
      {true, "GET", "/projects/p", "GetProject"},
      {true, "GET", "/projects/p/tunnel?service", "GetTunnel"},
      {true, "GET", "/projects/p/tables?expectmarker=true", "ListTables"},
      {true, "GET", "/projects/p/tables/t?data&linenum=3", "PreviewTable"},
      {true, "GET", "/projects/p/tables/t?partitions&name", "ListPartitions"},
      {true, "GET", "/projects/p/tables/t?partition=pt%3D1", "GetPartition"},
      {true, "GET", "/projects/p/tables/t?extended", "GetTable"},
      {true, "GET", "/projects/p/schemas/s/tables/t", "GetTable"},
      {true, "POST", "/projects/p/instances", "SubmitSql"},
      {true, "GET", "/projects/p/instances/i?taskstatus", "GetTaskStatus"},
      {true, "GET", "/projects/p/instances/i?result", "GetResult"},
      {true, "GET", "/projects/p/instances/i", "GetInstance"},
      {true, "PUT", "/projects/p/instances/i", "StopInstance"},
      {true, "PUT", "/projects/p/logs", "Other"},
      {true, "GET", "/tenants", "Other"},
      {false, "POST", "/projects/p/tables/t?uploads=1", "CreateUpload"},
      {false, "PUT", "/projects/p/schemas/s/tables/t?uploadid=u&blockid=0", "PutBlock"},
      {false, "GET", "/projects/p/tables/t?uploadid=u&getblockid=true", "GetUpload"},
      {false, "POST", "/projects/p/tables/t?uploadid=u", "CommitUpload"},
      {false, "POST", "/projects/p/tables/t?downloads=&asyncmode=true", "CreateDownload"},
      {false, "GET", "/projects/p/tables/t?data&downloadid=d", "ReadRows"},
      {false, "GET", "/projects/p/tables/t?downloadid=d", "GetDownload"},
      {false, "POST", "/projects/p/instances/i?downloads", "ReadResult"},
      {false, "GET", "/", "Other"},
  };
  std::set<std::string_view> named{"Other"};
  for (const auto& c : kCases) {
    Request request;
    request.method = c.method;
    request.target = c.target;
    const Call call{request, path_segments(request.path()), parse_query(request.query()), ""};
    EXPECT_EQ(operation_of(call, c.is_rest), c.operation) << c.method << " " << c.target;
    named.insert(c.operation);
  }
  for (std::string_view name : maxcompute_operations()) EXPECT_TRUE(named.contains(name)) << name;
}

}  // namespace
}  // namespace otsstream::local::test
