#include "local/maxcompute/rest_routes.h"

#include "local/maxcompute/server_test_support.h"

namespace otsstream::local {
namespace {

using maxcompute::TaskStatus;
using test::code_of;
using test::id_and_text;
using test::text_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using RestTest = test::MaxComputeTest;

TEST_F(RestTest, DescribesTheProject) {
  for (const char* target : {"/api/projects/proj?curr_project=proj", "/api/projects/PROJ?extended",
                             "/api/projects/proj?properties=all"}) {
    Response response = get(target);
    EXPECT_EQ(response.status, 200) << target;
    // T14: both SDKs fail without these.
    EXPECT_EQ(response.headers.get("x-odps-owner"), "ALIYUN$local");
    EXPECT_THAT(std::string(response.headers.get("x-odps-creation-time")), HasSubstr("GMT"));
    EXPECT_THAT(std::string(response.headers.get("Last-Modified")), HasSubstr("GMT"));
    EXPECT_THAT(text_of(response), HasSubstr("<Name>proj</Name><Type>managed</Type>"));
  }
}

TEST_F(RestTest, RoutesToTheTunnel) {
  Response response = get("/api/projects/proj/tunnel?service&curr_project=proj");
  EXPECT_EQ(text_of(response), "127.0.0.1:8087");
  EXPECT_EQ(response.headers.get("Content-Type"), "text/plain");
  server_->set_origin("http://127.0.0.1:1234");
  EXPECT_EQ(text_of(get("/api/projects/proj/tunnel?service&quotaName=q")), "127.0.0.1:1234");
}

TEST_F(RestTest, AnswersWhatClientsAskAtTheirStart) {
  EXPECT_EQ(get("/api/logview/host").status, 404);
  Response tenant = get("/api/tenants?curr_project=proj");
  EXPECT_THAT(text_of(tenant), HasSubstr(R"("TenantState":"NORMAL")"));
  EXPECT_THAT(text_of(tenant), Not(HasSubstr("odps.namespace.schema")));
  EXPECT_EQ(send("PUT", "/api/projects/proj/logs", Body("{}")).status, 200);
}

TEST_F(RestTest, ErrorsAreXmlWithAllFourParts) {
  Response response = get("/api/projects/proj/tables/nothere");
  EXPECT_EQ(response.status, 404);
  auto error = maxcompute::read_error(text_of(response));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, "NoSuchTable");
  EXPECT_EQ(error->message, "table proj.nothere does not exist");
  EXPECT_EQ(error->request_id, response.headers.get("x-odps-request-id"));
  EXPECT_EQ(error->host_id, "http://127.0.0.1:8087");
  EXPECT_THAT(text_of(response), HasSubstr("<Error>"));
  struct {
    const char* method;
    const char* target;
    const char* code;
    int status;
  } cases[] = {
      {"GET", "/api/projects/other", "NoSuchProject", 404},
      {"GET", "/api/projects/proj/other", "NoSuchObject", 404},
      {"GET", "/api/other", "NoSuchObject", 404},
      {"DELETE", "/api/projects/proj", "MethodNotAllowed", 405},
      {"POST", "/api/projects/proj/tables", "MethodNotAllowed", 405},
      {"DELETE", "/api/projects/proj/instances", "MethodNotAllowed", 405},
      {"GET", "/api/projects/proj/instances/x", "NoSuchObject", 404},
      {"POST", "/api/projects/proj/tunnel", "MethodNotAllowed", 405},
      {"GET", "/api/projects/proj/logs", "MethodNotAllowed", 405},
      {"GET", "/api/projects/proj/tables?maxitems=x", "InvalidArgument", 400},
      {"POST", "/api/projects/proj/instances", "MalformedXML", 400},
  };
  for (const auto& c : cases) {
    Response answer = send(c.method, c.target);
    EXPECT_EQ(answer.status, c.status) << c.target;
    EXPECT_EQ(code_of(answer), c.code) << c.target;
  }
}

TEST_F(RestTest, DescribesTables) {
  ddl("CREATE TABLE T (Id BIGINT NOT NULL COMMENT 'the key', v STRING) COMMENT 'mine' "
      "PARTITIONED BY (ds STRING) LIFECYCLE 7");
  for (const char* target : {"/api/projects/proj/tables/t?curr_project=proj",
                             "/api/projects/proj/tables/T?curr_schema=default",
                             "/api/projects/proj/schemas/default/tables/t"}) {
    const std::string body = text_of(get(target));
    auto schema = maxcompute::read_table_xml(body);
    ASSERT_TRUE(schema) << body;
    EXPECT_EQ(schema->project, "proj");
    EXPECT_EQ(schema->table, "t");
    ASSERT_EQ(schema->columns.size(), 2u);
    EXPECT_EQ(schema->columns[0].name, "id");
    EXPECT_EQ(schema->columns[0].comment, "the key");
    EXPECT_FALSE(schema->columns[0].nullable);
    EXPECT_EQ(schema->columns[1].type.text, "string");
    ASSERT_EQ(schema->partition_keys.size(), 1u);
    EXPECT_EQ(schema->lifecycle_days, 7);
    EXPECT_THAT(body, HasSubstr("<Comment>mine</Comment>"));
    EXPECT_THAT(body, Not(HasSubstr("null")));
  }
  // PyODPS asks this before every reader and writer; "true" would turn it to upsert.
  EXPECT_THAT(text_of(get("/api/projects/proj/tables/t?extended")),
              HasSubstr(R"("Reserved":"{\"Transactional\":\"false\"}")"));
}

TEST_F(RestTest, ListsTablesInPages) {
  EXPECT_THAT(text_of(get("/api/projects/proj/tables?expectmarker=true")), HasSubstr("<Marker"));
  for (const char* name : {"b2", "a1", "b1", "b3"})
    ddl(std::string("CREATE TABLE ") + name + " (x BIGINT)");
  auto names = [&](const std::string& query) {
    const std::string body = text_of(get("/api/projects/proj/tables?expectmarker=true" + query));
    std::string out;
    for (size_t at = 0; (at = body.find("<Name>", at)) != std::string::npos; ++at) {
      out += body.substr(at + 6, 2) + " ";
    }
    const size_t marker = body.find("<Marker>");
    const size_t end = body.find("</Marker>");
    return out + "-> " +
           (end == std::string::npos ? "" : body.substr(marker + 8, end - marker - 8));
  };
  EXPECT_EQ(names(""), "a1 b1 b2 b3 -> ");
  EXPECT_EQ(names("&name=B"), "b1 b2 b3 -> ");
  EXPECT_EQ(names("&maxitems=3"), "a1 b1 b2 -> b2");
  EXPECT_EQ(names("&maxitems=3&marker=b2"), "b3 -> ");
  EXPECT_EQ(names("&type=VIRTUAL_VIEW"), "-> ");
  EXPECT_EQ(names("&owner=somebody"), "-> ");
  EXPECT_EQ(names("&name=_"), "-> ");  // no wild card
}

TEST_F(RestTest, ShowsPartitions) {
  ddl("CREATE TABLE t (x BIGINT) PARTITIONED BY (ds STRING, hh STRING)");
  ddl("ALTER TABLE t ADD PARTITION (ds='1',hh='01') PARTITION (ds='1',hh='02') "
      "PARTITION (ds='10',hh='01')");
  const std::string base = "/api/projects/proj/tables/t?";
  auto list = [&](const std::string& query) {
    const std::string body = text_of(get(base + query));
    auto page = maxcompute::read_partition_list_xml(body);
    EXPECT_TRUE(page) << body;
    std::string out;
    for (const auto& spec : page->partitions) out += spec.unquoted() + " ";
    return out + "-> " + page->next_marker;
  };
  const std::string all = "ds=1,hh=01 ds=1,hh=02 ds=10,hh=01 -> ";
  EXPECT_EQ(list("partitions&expectmarker=true&maxitems=1000"), all);
  EXPECT_EQ(list("partitions=&expectmarker=true"), all);
  EXPECT_EQ(list("partitions&name"), all);
  EXPECT_EQ(list("partitions&reverse"), "ds=10,hh=01 ds=1,hh=02 ds=1,hh=01 -> ");
  EXPECT_EQ(list("partitions&partition=ds%3D%271%27"), "ds=1,hh=01 ds=1,hh=02 -> ");
  EXPECT_EQ(list("partitions&partition=ds%3D1%2Chh%3D02"), "ds=1,hh=02 -> ");
  EXPECT_EQ(list("partitions&maxitems=2"), "ds=1,hh=01 ds=1,hh=02 -> ds=1,hh=02");
  EXPECT_EQ(list("partitions&maxitems=2&marker=ds%3D1%2Chh%3D02"), "ds=10,hh=01 -> ");
  EXPECT_EQ(code_of(get(base + "partitions&marker=ds%3D9")), "InvalidArgument");
  EXPECT_EQ(code_of(get(base + "partitions&partition=hh%3D01")), "InvalidPartitionSpec");
  // T15: quotes or not, ',' or '/'.
  for (const char* spec :
       {"ds%3D%271%27%2Chh%3D%2701%27", "ds%3D1%2Fhh%3D01", "hh%3D01%2Cds%3D1"}) {
    EXPECT_THAT(text_of(get(base + "partition=" + spec)), HasSubstr(R"("createTime":1795356194)"));
  }
  EXPECT_THAT(text_of(get(base + "extended&partition=ds%3D1%2Chh%3D01")),
              HasSubstr(R"("PhysicalSize":0)"));
  Response gone = get(base + "partition=ds%3D%272%27%2Chh%3D%2701%27");
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(code_of(gone), "NoSuchPartition");
}

TEST_F(RestTest, ShowsTheFirstRows) {
  ddl("CREATE TABLE t (id BIGINT, v STRING) PARTITIONED BY (ds STRING)");
  ddl("ALTER TABLE t ADD PARTITION (ds='1') PARTITION (ds='2')");
  land("t", id_and_text({{1, "a,b"}, {2, "c"}}), "ds=1");
  land("t", id_and_text({{3, "d"}}), "ds=2");
  const std::string base = "/api/projects/proj/tables/t?data&";
  // Without it Python's requests takes the text for Latin-1.
  EXPECT_EQ(get(base + "linenum=1").headers.get("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_EQ(text_of(get(base + "linenum=1")), "\"id\",\"v\",\"ds\"\n1,\"a,b\",1\n");
  EXPECT_EQ(text_of(get(base + "linenum=5&partition=ds%3D'2'&cols=v,ID")), "\"v\",\"id\"\nd,3\n");
  EXPECT_EQ(code_of(get(base + "cols=nope")), "InvalidColumnSpec");
  EXPECT_EQ(code_of(get(base + "partition=ds%3D3")), "NoSuchPartition");
}

TEST_F(RestTest, RunsStatementsAtOnce) {
  const std::string job = maxcompute::write_sql_job_xml({"SQLCreateTableTask",
                                                         "create table t (x bigint);",
                                                         {{"odps.sql.type.system.odps2", "true"}},
                                                         "u"});
  Response created = send("POST", "/api/projects/proj/instances?curr_project=proj", Body(job),
                          {{"Content-Type", "application/xml"}, {"Content-MD5", to_hex(md5(job))}});
  EXPECT_EQ(created.status, 201);
  EXPECT_TRUE(created.body.empty());
  const std::string location(created.headers.get("Location"));
  EXPECT_THAT(location, StartsWith("http://127.0.0.1:8087/api/projects/proj/instances/2026112214"));
  const std::string instance = location.substr(std::string("http://127.0.0.1:8087").size());
  Response status = get(instance + "?instancestatus");
  EXPECT_TRUE(*maxcompute::read_instance_terminated(text_of(status)));
  EXPECT_EQ(status.headers.get("x-odps-start-time"), "Sun, 22 Nov 2026 14:03:14 GMT");
  EXPECT_EQ(status.headers.get("x-odps-owner"), "ALIYUN$local");
  const std::string tasks = text_of(get(instance + "?taskstatus="));
  EXPECT_THAT(tasks, HasSubstr("<Name>SQLCreateTableTask</Name>"));
  EXPECT_EQ(*maxcompute::read_task_status(tasks), TaskStatus::kSuccess);
  EXPECT_THAT(text_of(get(instance + "?result")), HasSubstr("Format=\"text\""));
  const std::string source = text_of(get(instance + "?source"));
  EXPECT_THAT(source, HasSubstr("\n<Job>"));
  EXPECT_THAT(source, HasSubstr("<Query><![CDATA[create table t (x bigint);]]></Query>"));
  EXPECT_EQ(send("PUT", instance, Body("<Instance><Status>Terminated</Status></Instance>")).status,
            200);
  EXPECT_EQ(
      code_of(send("POST", "/api/projects/proj/instances", Body(job), {{"Content-MD5", "00"}})),
      "InvalidArgument");
}

// T20: the request succeeded, the task did not.
TEST_F(RestTest, FailedStatementsAreFailedTasks) {
  struct {
    const char* sql;
    const char* result;
  } cases[] = {
      {"drop table nothere;",
       "FAILED: ODPS-0130131:[1,12] Table not found - table proj.nothere cannot be resolved"},
      {"make me a table;", "FAILED: ODPS-0130161:[1,1] Parse exception - "},
      {"select * from nothere;",
       "FAILED: ODPS-0130131:[1,15] Table not found - table proj.nothere"},
      {"select x;",
       "FAILED: ODPS-0130071:[1,8] Semantic analysis exception - column x cannot be resolved"},
      {"select 1; drop table x;", "FAILED: ODPS-0130131:[1,22] Table not found - table proj.x"},
  };
  for (const auto& c : cases) {
    auto [status, text] = sql(c.sql);
    EXPECT_EQ(status, TaskStatus::kFailed) << c.sql;
    EXPECT_THAT(text, StartsWith(c.result)) << c.sql;
  }
}

TEST_F(RestTest, SelectsAsAnInstance) {
  ddl("CREATE TABLE t (id BIGINT, v STRING)");
  land("t", id_and_text({{1, "a"}}));
  auto [status, text] = sql("SELECT id, v, NULL AS n FROM proj.t;");
  EXPECT_EQ(status, TaskStatus::kSuccess);
  EXPECT_EQ(text, "\"id\",\"v\",\"n\"\n1,a,\\N\n");
}

TEST_F(RestTest, TruncatesAndDrops) {
  ddl("CREATE TABLE t (id BIGINT, v STRING) PARTITIONED BY (ds STRING)");
  ddl("ALTER TABLE t ADD PARTITION (ds='1') PARTITION (ds='2')");
  land("t", id_and_text({{1, "a"}}), "ds=1");
  land("t", id_and_text({{2, "b"}}), "ds=2");
  ddl("TRUNCATE TABLE proj.`t` PARTITION (ds='1');");
  EXPECT_THAT(select("select id, ds from t"), ElementsAre("2|2"));
  ddl("ALTER TABLE t DROP PARTITION (ds='2')");
  EXPECT_THAT(select("select count(*) from t"), ElementsAre("0"));
  ddl("DROP TABLE t;");
  ddl("CREATE TABLE t (id BIGINT, v STRING)");
  EXPECT_THAT(select("select count(*) from t"), ElementsAre("0"));
}

TEST_F(RestTest, ListsProjectsInPages) {
  start("", {"proj", "alpha", "Beta"});
  auto names = [&](const std::string& query) {
    const std::string body = text_of(get("/api/projects" + query));
    std::string found;
    for (const char* name : {"alpha", "beta", "proj"}) {
      if (body.find("<Name>" + std::string(name) + "</Name>") == std::string::npos) continue;
      found += (found.empty() ? "" : ",") + std::string(name);
    }
    const size_t marker = body.find("<Marker>") + 8;
    return found + " " + body.substr(marker, body.find("</Marker>") - marker);
  };
  EXPECT_EQ(names(""), "alpha,beta,proj ");
  EXPECT_EQ(names("?expectmarker=true&maxitems=2"), "alpha,beta beta");
  EXPECT_EQ(names("?expectmarker=true&maxitems=2&marker=beta"), "proj ");
  EXPECT_EQ(names("?name=AL"), "alpha ");
  EXPECT_EQ(names("?owner=ALIYUN%24nobody"), " ");
  EXPECT_EQ(get("/api/projects/beta").status, 200);
  EXPECT_EQ(get("/api/projects/gamma").status, 404);
}

TEST_F(RestTest, ProjectsHaveTablesOfTheirOwn) {
  start("", {"proj", "other"});
  ddl("CREATE TABLE t (id BIGINT, v STRING)");
  EXPECT_EQ(get("/api/projects/proj/tables/t").status, 200);
  EXPECT_EQ(code_of(get("/api/projects/other/tables/t")), "NoSuchTable");
  EXPECT_EQ(code_of(post("/projects/other/tables/t?uploads")), "NoSuchTable");
  const std::string job =
      maxcompute::write_sql_job_xml({"Task1", "CREATE TABLE t (n BIGINT);", {}, "u"});
  Response created = send("POST", "/api/projects/other/instances", Body(job),
                          {{"Content-Type", "application/xml"}});
  EXPECT_EQ(created.status, 201);
  EXPECT_THAT(std::string(created.headers.get("Location")), HasSubstr("/projects/other/"));
  EXPECT_EQ(post("/projects/other/tables/t?uploads").status, 200);
  land("t", id_and_text({{1, "a"}}));
  EXPECT_THAT(select("select count(*) from other.t"), testing::ElementsAre("0"));
  EXPECT_THAT(select("select count(*) from proj.t"), testing::ElementsAre("1"));
}

TEST_F(RestTest, ListsInstancesTheLatestFirst) {
  for (const char* table : {"a", "b", "c"}) {
    ddl("CREATE TABLE " + std::string(table) + " (id BIGINT)");
    clock_.advance(seconds(10));
  }
  auto ids = [&](const std::string& query) {
    std::vector<std::string> found;
    const std::string body = text_of(get("/api/projects/proj/instances" + query));
    for (size_t at = 0; (at = body.find("<Name>", at)) != std::string::npos;) {
      at += 6;
      found.push_back(body.substr(at, body.find('<', at) - at));
    }
    return found;
  };
  const auto all = ids("");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_TRUE(std::is_sorted(all.rbegin(), all.rend()));
  EXPECT_EQ(ids("?maxitems=2"), (std::vector<std::string>{all[0], all[1]}));
  EXPECT_EQ(ids("?maxitems=2&marker=" + all[1]), std::vector<std::string>{all[2]});
  EXPECT_EQ(ids("?status=Terminated").size(), 3u);
  EXPECT_TRUE(ids("?status=Running").empty());
  const std::string middle = std::to_string(test::kNow + 5);
  EXPECT_EQ(ids("?daterange=:" + middle), std::vector<std::string>{all[2]});
  EXPECT_EQ(ids("?daterange=" + middle + ":").size(), 2u);
  EXPECT_EQ(code_of(get("/api/projects/proj/instances?daterange=yesterday")), "InvalidArgument");
  EXPECT_EQ(code_of(get("/api/projects/proj/instances?maxitems=0")), "InvalidArgument");
  const std::string body = text_of(get("/api/projects/proj/instances?maxitems=1"));
  EXPECT_THAT(body, HasSubstr("<Owner>ALIYUN$local</Owner>"));
  EXPECT_THAT(body, HasSubstr("<StartTime>Sun, 22 Nov 2026 14:03:34 GMT</StartTime>"));
  EXPECT_THAT(body, HasSubstr("<Marker>" + all[0] + "</Marker>"));
}

}  // namespace
}  // namespace otsstream::local
