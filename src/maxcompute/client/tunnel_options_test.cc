// What a connection and a session may ask for on top: V4 signatures, temporary keys, a Tunnel
// quota, compressed blocks, partitions made on the way.
#include "maxcompute/client/fake_service_for_test.h"
#include "maxcompute/client/service_error.h"
#include "maxcompute/client/upload_session.h"

namespace otsstream::maxcompute {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TunnelOptionsTest : public FakeServiceTest {
 protected:
  // The vectors' client (1.5): S1, S6 at "Fri, 02 Jan 2026 03:04:05 GMT".
  std::shared_ptr<HttpCaller> vector_caller(const std::string& region) {
    Connection connection;
    connection.endpoint = "http://rest:1/api";
    connection.project = "proj";
    connection.access_id = "TESTID";
    connection.access_key = Secret("TESTSECRET");
    connection.region = region;
    return std::make_shared<HttpCaller>(connection, ClientOptions{}, plain, executor, random);
  }
  std::shared_ptr<HttpCaller> quota_caller() {
    Connection connection = caller->connection();
    connection.tunnel_quota = "my quota";
    return std::make_shared<HttpCaller>(connection, caller->options(), transport, executor, random);
  }
  // Without the check of FakeServiceTest, which knows one key only.
  Response record(const Request& request) {
    requests.push_back(request);
    return answer(404, "");
  }
  TunnelOptionsTest() {
    plain.route("http://rest:1", [this](const Request& r) { return record(r); });
    plain.route("http://tunnel:2", [this](const Request& r) { return record(r); });
  }
  std::string session_json(const std::string& id = "S1") {
    UploadSessionInfo info;
    info.id = id;
    info.status = "normal";
    return write_upload_session_json(info);
  }
  Status put(UploadSession& session) {
    auto done = await<bool>(executor, [&](std::function<void(Result<bool>)> finished) {
      session.put_block(0, SharedBuffer(std::string("bytes")), [finished](Status outcome) {
        if (outcome) return finished(true);
        finished(fail(outcome.error()));
      });
    });
    if (done) return {};
    return fail(done.error());
  }

  LoopTransport plain{executor, milliseconds(1)};
};

// Cases S1 and S7, S6 and S8 of the golden vectors, made by the client as it sends them.
TEST_F(TunnelOptionsTest, ARegionChoosesSignatureV4) {
  HttpCaller::Call get;
  get.method = "GET";
  get.base = "http://rest:1/api";
  get.resource = "/projects/proj/tables/t1";
  get.subject = "table t1";
  EXPECT_FALSE(vector_caller("")->call(get));
  EXPECT_EQ(requests.back().headers.get("Authorization"),
            "ODPS TESTID:XbY4FPg9VcsHKVMPccEG68E282E=");
  EXPECT_FALSE(vector_caller("cn-hangzhou")->call(get));
  EXPECT_EQ(requests.back().headers.get("Authorization"),
            "ODPS TESTID/20260102/cn-hangzhou/odps/aliyun_v4_request:8SsOwAiyrCzZfLqHfRTXusb+M1M=");

  HttpCaller::Call put = get;
  put.method = "PUT";
  put.base = "http://tunnel:2";
  put.query = "uploadid=20260102030405abc&blockid=0";
  put.headers.set("x-odps-tunnel-version", "6");
  put.headers.set("Content-Type", "application/octet-stream");
  EXPECT_FALSE(vector_caller("")->call(put));
  EXPECT_EQ(requests.back().headers.get("Authorization"),
            "ODPS TESTID:4giXJvKmlHvHeSt1ylA0afizCN0=");
  EXPECT_FALSE(vector_caller("cn-shanghai")->call(put));
  EXPECT_EQ(requests.back().headers.get("Authorization"),
            "ODPS TESTID/20260102/cn-shanghai/odps/aliyun_v4_request:xLDGIbfoAio8B82EKhR0eIDXJEk=");
}

TEST_F(TunnelOptionsTest, ARefusedV4SignatureSaysHowToSignByV2) {
  plain.route("http://rest:1", [](const Request&) { return xml_error(401, "Unauthorized"); });
  HttpCaller::Call get;
  get.method = "GET";
  get.base = "http://rest:1/api";
  get.resource = "/projects/proj";
  get.subject = "project proj";
  EXPECT_THAT(vector_caller("cn-hangzhou")->call(get).error().remedy,
              HasSubstr("without `region`"));
  EXPECT_THAT(vector_caller("")->call(get).error().remedy, testing::Not(HasSubstr("region")));
}

TEST_F(TunnelOptionsTest, TemporaryKeysSendTheirTokenOnEveryCall) {
  then(answer(200, "tunnel:2"));
  then(answer(200, session_json()));
  then(answer(200, ""));
  RestClient rest(caller);
  ASSERT_TRUE(rest.tunnel_endpoint());
  auto session = UploadSession::create(caller, "http://tunnel:2", {"t", {}, false});
  ASSERT_TRUE(session);
  ASSERT_TRUE(put(**session));
  ASSERT_EQ(requests.size(), 3u);
  for (const Request& request : requests)
    EXPECT_EQ(request.headers.get("authorization-sts-token"), "SECRETTOKEN") << request.target;
}

TEST_F(TunnelOptionsTest, TheQuotaIsNamedOnRoutingAndEveryTunnelCall) {
  auto with_quota = quota_caller();
  then(answer(200, "tunnel:2"));
  then(answer(200, session_json()));
  then(answer(200, ""));
  then(answer(200, session_json()));
  RestClient rest(with_quota);
  ASSERT_TRUE(rest.tunnel_endpoint());
  auto session = UploadSession::create(with_quota, "http://tunnel:2", {"t", {}, false});
  ASSERT_TRUE(session);
  ASSERT_TRUE(put(**session));
  ASSERT_TRUE((*session)->reload());
  EXPECT_THAT(
      log,
      ElementsAre(
          "GET /api/projects/p%20j/tunnel?service&quotaName=my%20quota&curr_project=p%20j",
          "POST /projects/p%20j/tables/t?uploads&quotaName=my%20quota&curr_project=p%20j",
          "PUT "
          "/projects/p%20j/tables/t?uploadid=S1&blockid=0&quotaName=my%20quota&curr_project=p%20j",
          "GET /projects/p%20j/tables/t?uploadid=S1&quotaName=my%20quota&curr_project=p%20j"));
}

TEST_F(TunnelOptionsTest, BlocksSayTheirEncoding) {
  then(answer(200, session_json()));
  then(answer(200, ""));
  auto session = UploadSession::create(caller, "http://tunnel:2", {"t", {}, false, false, "zstd"});
  ASSERT_TRUE(session);
  ASSERT_TRUE(put(**session));
  EXPECT_EQ(requests[0].headers.get("Content-Encoding"), "");
  EXPECT_EQ(requests[1].headers.get("Content-Encoding"), "zstd");
}

TEST_F(TunnelOptionsTest, AnEncodingThatTheServiceDoesNotKnowIsNamed) {
  struct Case {
    int status;
    const char* code;
    const char* text;
    bool named;
  };
  for (const auto& [status, code] : {std::pair(415, "HTTP-415"), std::pair(501, "HTTP-501")}) {
    const Error bare = service_error(answer(status, ""), "block");
    EXPECT_EQ(bare.code, code);
    EXPECT_EQ(bare.retry, RetryClass::kNever);
    EXPECT_TRUE(is_encoding_refused(bare));
  }
  const Case cases[] = {
      {501, "NotImplemented", "no zstd here", true},
      {415, "UnsupportedMediaType", "unknown Content-Encoding", true},
      {400, "InvalidArgument", "compress algorithm zstd is not supported", true},
      {400, "MalformedDataStream", "no record", true},
      {400, "InvalidBlockID", "no such block", false},
      {403, "NoPermission", "no", false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.code);
    script.clear();
    then(answer(200, session_json()));
    then(xml_error(c.status, c.code, c.text), 10);
    auto session =
        UploadSession::create(caller, "http://tunnel:2", {"t", {}, false, false, "zstd"});
    ASSERT_TRUE(session);
    const size_t before = log.size();
    Error error = put(**session).error();
    EXPECT_EQ(error.message.find("Content-Encoding zstd") != std::string::npos, c.named)
        << error.message;
    EXPECT_EQ(error.remedy.find("`compress`") != std::string::npos, c.named) << error.remedy;
    if (c.status != 400) EXPECT_EQ(log.size(), before + 1) << "not retried";
  }
}

TEST_F(TunnelOptionsTest, ASessionIsOpenedWithoutWaitingAndMakesItsPartition) {
  then(answer(200, session_json("S7")));
  auto open = [&](UploadSession::Target target) {
    return await<std::shared_ptr<UploadSession>>(executor, [&](auto done) {
      UploadSession::create_async(caller, "http://tunnel:2", target, done);
    });
  };
  auto session = open({"t", *PartitionSpec::parse("pt=1"), true, true, ""});
  ASSERT_TRUE(session) << session.error().to_string();
  EXPECT_EQ((*session)->id(), "S7");
  EXPECT_EQ(log.back(),
            "POST /projects/p%20j/tables/t?uploads&overwrite=true&create_partition=true"
            "&partition=pt%3D1&curr_project=p%20j");
  then(xml_error(404, "NoSuchTable"));
  EXPECT_EQ(open({"t", {}, false, false, ""}).error().code, "NoSuchTable");
  then(answer(200, "no json"));
  EXPECT_FALSE(open({"t", {}, false, false, ""}));
}

TEST_F(TunnelOptionsTest, EmptyingKeepsThePartition) {
  RestClient rest(caller);
  then(answer(201, write_result_xml("t", TaskStatus::kSuccess, "text", "")), 3);
  ASSERT_TRUE(rest.truncate("t", *PartitionSpec::parse("pt=1,hh=2")));
  auto job = read_sql_job_xml(requests.back().body.flat().view());
  ASSERT_TRUE(job);
  EXPECT_EQ(job->query, "TRUNCATE TABLE `p j`.`t` PARTITION (pt='1',hh='2');");
  EXPECT_TRUE(job->task_name.starts_with("otsstream_truncate_"));
  ASSERT_TRUE(rest.truncate("t", {}));
  EXPECT_EQ(read_sql_job_xml(requests.back().body.flat().view())->query,
            "TRUNCATE TABLE `p j`.`t`;");
}

TEST_F(TunnelOptionsTest, RepeatableStatementsSurviveALostAnswer) {
  RestClient rest(caller);
  int lost = 1;
  transport.loses = [&](const Request&) { return lost-- > 0; };
  then(answer(201, write_result_xml("t", TaskStatus::kSuccess, "text", "")), 5);
  EXPECT_TRUE(rest.run_sql("delete from log", "preSql", true));
  EXPECT_EQ(log.size(), 2u);
  lost = 1;
  EXPECT_FALSE(rest.run_sql("insert into log values (1)", "other"));
  EXPECT_EQ(log.size(), 3u);
}

TEST(ServiceWords, SaySomethingAboutSessionsAndTables) {
  struct Case {
    int status;
    const char* code;
    const char* text;
    bool session_gone, overwrite_refused;
  };
  const Case cases[] = {
      {404, "NoSuchUpload", "session S1 does not exist", true, false},
      {404, "NoSuchObject", "no", true, false},
      {409, "StatusConflict", "session S1 is expired", true, false},
      {404, "NoSuchTable", "no", false, false},
      {404, "NoSuchPartition", "no", false, false},
      {404, "ODPS-0420111", "no", false, false},
      {400, "InvalidArgument", "overwrite is not allowed on this table", false, true},
      {400, "OverwriteNotSupported", "no", false, true},
      {405, "MethodNotAllowed", "not for a Transactional table", false, true},
      {409, "Conflict", "a delta table takes no such session", false, true},
      {400, "InvalidArgument", "no such column", false, false},
      {403, "NoPermission", "no right to overwrite", false, false},
      {500, "InternalServerError", "overwrite failed", false, false},
  };
  for (const Case& c : cases) {
    // The name of the table says nothing.
    const Error error = service_error(xml_error(c.status, c.code, c.text),
                                      "upload session of table placid_transactional_overwrite");
    EXPECT_EQ(is_session_gone(error), c.session_gone) << c.code;
    EXPECT_EQ(is_overwrite_refused(error), c.overwrite_refused) << c.code << " " << c.text;
  }
}

}  // namespace
}  // namespace otsstream::maxcompute
