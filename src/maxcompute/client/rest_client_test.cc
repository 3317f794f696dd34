#include "maxcompute/client/rest_client.h"

#include "maxcompute/client/fake_service_for_test.h"

namespace otsstream::maxcompute {
namespace {

using testing::ElementsAre;

class RestClientTest : public FakeServiceTest {
 protected:
  RestClient client{caller};

  HttpCaller::Call plain_call(bool idempotent) {
    HttpCaller::Call call;
    call.method = "PUT";
    call.base = "http://rest:1/api";
    call.resource = "/x";
    call.subject = "thing";
    call.idempotent = idempotent;
    return call;
  }
  double elapsed_seconds() const { return static_cast<double>(clock.steady_us()) / 1e6; }
};

TEST_F(RestClientTest, GetsATable) {
  TableInfo info;
  info.schema.project = "p j";
  info.schema.table = "t1";
  info.schema.columns = {{"id", *parse_type("bigint"), "", true}};
  then(answer(200, write_table_xml(info)));
  auto schema = client.get_table("t1");
  ASSERT_TRUE(schema) << schema.error().to_string();
  EXPECT_EQ(schema->columns[0].name, "id");
  EXPECT_THAT(log, ElementsAre("GET /api/projects/p%20j/tables/t1?curr_project=p%20j"));
  EXPECT_EQ(requests[0].headers.get("Date"), "Fri, 02 Jan 2026 03:04:05 GMT");
  EXPECT_EQ(requests[0].headers.get("authorization-sts-token"), "SECRETTOKEN");
}

struct ErrorCase {
  int status;
  const char* code;
  ErrorKind kind;
  const char* remedy;  // contained
  const char* final_code = nullptr;
};

TEST_F(RestClientTest, ErrorsByCode) {
  const ErrorCase cases[] = {
      {401, "Unauthorized", ErrorKind::kPermission, "accessKey"},
      {403, "ODPS-0410042:Invalid signature value", ErrorKind::kPermission, "clock",
       "ODPS-0410042"},
      {403, "NoPermission", ErrorKind::kPermission, "grant"},
      {403, "ODPS-0420095", ErrorKind::kPermission, "grant"},
      {403, "ODPS-0130013:Authorization exception", ErrorKind::kPermission, "grant",
       "ODPS-0130013"},
      {403, "Odd", ErrorKind::kPermission, "accessKey"},
      {404, "NoSuchTable", ErrorKind::kNotFound, "create the table"},
      {404, "ODPS-0130131", ErrorKind::kNotFound, "create the table"},
      {404, "NoSuchPartition", ErrorKind::kNotFound, "add the partition"},
      {404, "NoSuchProject", ErrorKind::kNotFound, "project of the connection"},
      {400, "InvalidPartitionSpec", ErrorKind::kConfig, "every partition column"},
      {405, "MethodNotAllowed", ErrorKind::kUnsupported, "managed table"},
      {400, "InvalidArgument", ErrorKind::kService, ""},
      {409, "StatusConflict", ErrorKind::kConflict, "run the job again"},
  };
  for (const ErrorCase& c : cases) {
    then(xml_error(c.status, c.code, "the\ntext"));
    size_t before = log.size();
    auto schema = client.get_table("t1");
    ASSERT_FALSE(schema);
    EXPECT_EQ(schema.error().kind, c.kind) << c.code;
    EXPECT_EQ(schema.error().code, c.final_code ? c.final_code : c.code);
    EXPECT_EQ(schema.error().message, "table t1: the text");
    EXPECT_EQ(schema.error().request_id, "REQ1");
    EXPECT_NE(schema.error().remedy.find(c.remedy), std::string::npos) << schema.error().remedy;
    EXPECT_EQ(schema.error().to_string().find("SECRET"), std::string::npos);
    EXPECT_EQ(log.size(), before + 1) << "not retried: " << c.code;
  }
}

TEST_F(RestClientTest, AnswersThatAreNoErrorText) {
  then(answer(404, "<html>not here</html>"));
  auto schema = client.get_table("t1");
  EXPECT_EQ(schema.error().code, "HTTP-404");
  EXPECT_EQ(schema.error().kind, ErrorKind::kNotFound);
  EXPECT_NE(schema.error().remedy.find("/api"), std::string::npos);
  then(answer(200, "<html/>"));
  EXPECT_EQ(client.get_table("t1").error().kind, ErrorKind::kCorrupt);
}

TEST_F(RestClientTest, RetriesWhatMayHelp) {
  then(xml_error(500, "InternalServerError"));
  then(xml_error(429, "FlowExceeded"));
  then(answer(200, ""));
  auto done = caller->call(plain_call(true));
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(caller->retries(), 2u);
  EXPECT_NEAR(elapsed_seconds(), 0.1 + 0.2, 0.01) << "the pauses double";
}

TEST_F(RestClientTest, GivesUpAfterItsRetries) {
  then(xml_error(503, "ServiceUnavailable"), 10);
  auto done = caller->call(plain_call(true));
  ASSERT_FALSE(done);
  EXPECT_EQ(log.size(), 4u) << "one try and three retries";
  EXPECT_EQ(done.error().message, "thing: text (after 3 retries)");
}

TEST_F(RestClientTest, WhatMayHaveTakenEffectIsNotRepeated) {
  then(xml_error(500, "InternalServerError"), 2);
  EXPECT_FALSE(caller->call(plain_call(false)));
  EXPECT_EQ(log.size(), 1u);
  // Refused for load: it cannot have taken effect.
  script.clear();
  then(xml_error(429, "QPSExceeded"));
  then(answer(200, ""));
  EXPECT_TRUE(caller->call(plain_call(false)));
}

TEST_F(RestClientTest, RetryAfterIsHonoured) {
  then(answer(429, "{\"Code\":\"FlowExceeded\",\"Message\":\"slow\"}", {{"Retry-After", "1"}}));
  then(answer(200, ""));
  EXPECT_TRUE(caller->call(plain_call(true)));
  EXPECT_GE(elapsed_seconds(), 1.0);
}

TEST_F(RestClientTest, NothingListens) {
  HttpCaller::Call call = plain_call(false);
  call.base = "http://nobody:9";
  auto done = caller->call(call);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "Net-Connect");
  EXPECT_EQ(caller->retries(), 3u) << "the request cannot have reached anyone";
}

TEST_F(RestClientTest, CancelStopsBeforeTheNextTry) {
  then(xml_error(503, "ServiceUnavailable"), 10);
  executor.post_after(milliseconds(150), [this] { cancel.cancel(); });
  auto done = caller->call(plain_call(true));
  EXPECT_EQ(done.error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(log.size(), 2u);
}

TEST_F(RestClientTest, PartitionExists) {
  PartitionSpec spec = *PartitionSpec::parse("ds=20240101");
  then(answer(200, write_partition_xml({spec})));
  EXPECT_TRUE(*client.partition_exists("t1", spec));
  EXPECT_NE(log[0].find("partition=ds%3D%2720240101%27"), std::string::npos) << "T15";
  then(xml_error(404, "NoSuchPartition"));
  EXPECT_FALSE(*client.partition_exists("t1", spec));
  then(xml_error(404, "NoSuchTable"));
  EXPECT_EQ(client.partition_exists("t1", spec).error().kind, ErrorKind::kNotFound);
}

TEST_F(RestClientTest, ListsPartitionsPageByPage) {
  PartitionSpec a = *PartitionSpec::parse("ds=1");
  PartitionSpec b = *PartitionSpec::parse("ds=2");
  then(answer(200, write_partition_list_xml({{a}}, "m/1")));
  then(answer(200, write_partition_list_xml({{b}}, "")));
  auto all = client.list_partitions("t1");
  ASSERT_TRUE(all);
  EXPECT_THAT(*all, ElementsAre(a, b));
  EXPECT_NE(log[1].find("marker=m%2F1"), std::string::npos);
  then(answer(200, write_partition_list_xml({{a}}, "same")), 2);
  EXPECT_EQ(client.list_partitions("t1").error().code, "MaxCompute-Marker");
}

// The instance is polled: 50 ms, 100 ms, ... up to a second.
TEST_F(RestClientTest, AddsAPartitionAsAnInstance) {
  then(answer(201, "", {{"Location", "http://rest:1/api/projects/p/instances/I7"}}));
  then(answer(200, write_instance_status_xml(false)), 7);
  then(answer(200, write_instance_status_xml(true)));
  then(answer(200, write_task_status_xml("T", TaskStatus::kSuccess, "s", "e")));
  then(answer(200, write_result_xml("T", TaskStatus::kSuccess, "text", "")));
  auto done = client.add_partition("t1", *PartitionSpec::parse("ds=1,hh=2"));
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(log[0], "POST /api/projects/p%20j/instances?curr_project=p%20j");
  EXPECT_EQ(log[1], "GET /api/projects/p%20j/instances/I7?curr_project=p%20j");
  EXPECT_EQ(log[9], "GET /api/projects/p%20j/instances/I7?taskstatus&curr_project=p%20j");
  EXPECT_EQ(log[10], "GET /api/projects/p%20j/instances/I7?result&curr_project=p%20j");
  EXPECT_EQ(requests[0].headers.get("Content-Type"), "application/xml");
  auto job = read_sql_job_xml(requests[0].body.flat().view());
  ASSERT_TRUE(job);
  EXPECT_EQ(job->query, "ALTER TABLE `p j`.`t1` ADD IF NOT EXISTS PARTITION (ds='1',hh='2');");
  EXPECT_EQ(job->task_name.find('-'), std::string::npos);
  EXPECT_NEAR(elapsed_seconds(), 0.05 + 0.1 + 0.2 + 0.4 + 0.8 + 1 + 1 + 1, 0.1);
}

TEST_F(RestClientTest, FailedTaskTellsTheServicesText) {
  then(answer(201, "", {{"Location", "/I8"}}));
  then(answer(200, write_instance_status_xml(true)));
  then(answer(200, write_task_status_xml("T", TaskStatus::kFailed, "s", "e")));
  then(answer(200, write_result_xml("T", TaskStatus::kFailed, "text",
                                    "FAILED: ODPS-0130131:[1,15] Table not found - p.t1")));
  auto done = client.drop_partition("t1", *PartitionSpec::parse("ds=1"));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "ODPS-0130131");
  EXPECT_EQ(done.error().kind, ErrorKind::kNotFound);
  EXPECT_NE(done.error().to_string().find("[1,15] Table not found"), std::string::npos);
}

TEST_F(RestClientTest, TasksThatEndWithoutANumber) {
  const struct {
    TaskStatus status;
    const char* text;
    const char* code;
    const char* message;
  } kCases[] = {
      {TaskStatus::kFailed, "no worker left", "MaxCompute-Sql", "SQL task q: no worker left"},
      {TaskStatus::kFailed, "", "MaxCompute-Sql", "SQL task q: the SQL task failed"},
      {TaskStatus::kCancelled, "", "MaxCompute-SqlCancelled", "SQL task q: somebody cancelled it"},
  };
  for (const auto& c : kCases) {
    then(answer(201, "", {{"Location", "/I9"}}));
    then(answer(200, write_instance_status_xml(true)));
    then(answer(200, write_task_status_xml("T", c.status, "s", "e")));
    then(answer(200, write_result_xml("T", c.status, "text", c.text)));
    auto done = client.run_sql("select 1", "q");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::kService);
    EXPECT_EQ(done.error().code, c.code);
    EXPECT_EQ(done.error().message, c.message);
  }
}

TEST_F(RestClientTest, SynchronousAnswerNeedsNoPolling) {
  then(answer(200, write_result_xml("T", TaskStatus::kSuccess, "csv", "\"a\"\n1\n")));
  EXPECT_EQ(*client.run_sql(" select 1 ; ", "q"), "\"a\"\n1\n");
  EXPECT_EQ(read_sql_job_xml(requests[0].body.flat().view())->query, " select 1 ;");
  EXPECT_EQ(log.size(), 1u);
}

TEST_F(RestClientTest, SubmittingIsRepeatedOnlyWhenTheStatementMayRunTwice) {
  then(xml_error(500, "InternalServerError"), 10);
  EXPECT_FALSE(client.run_sql("insert into t values (1)", "q"));
  EXPECT_EQ(log.size(), 1u);
  EXPECT_FALSE(client.add_partition("t1", *PartitionSpec::parse("ds=1")));
  EXPECT_EQ(log.size(), 1u + 4u);
}

TEST_F(RestClientTest, InstanceWithoutAnId) {
  then(answer(201, ""));
  EXPECT_EQ(client.run_sql("select 1", "q").error().code, "MaxCompute-NoInstance");
}

TEST_F(RestClientTest, TableNamesCannotBreakOut) {
  EXPECT_EQ(client.add_partition("t`;drop", *PartitionSpec::parse("ds=1")).error().code,
            "MaxCompute-TableName");
  EXPECT_TRUE(log.empty());
}

TEST_F(RestClientTest, TunnelAddressIsAskedOnce) {
  then(answer(200, "tunnel:2\n"));
  EXPECT_EQ(*client.tunnel_endpoint(), "http://tunnel:2");
  EXPECT_EQ(*client.tunnel_endpoint(), "http://tunnel:2");
  EXPECT_THAT(log, ElementsAre("GET /api/projects/p%20j/tunnel?service&curr_project=p%20j"));

  RestClient other(caller);
  then(answer(200, "<html>login</html>"));
  EXPECT_EQ(other.tunnel_endpoint().error().code, "MaxCompute-TunnelAddress");
}

}  // namespace
}  // namespace otsstream::maxcompute
