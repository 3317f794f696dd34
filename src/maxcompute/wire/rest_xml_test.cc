#include "maxcompute/wire/rest_xml.h"

#include <gtest/gtest.h>

#include "maxcompute/wire/xml_text.h"

namespace otsstream::maxcompute {
namespace {

TableSchema sample_schema() {
  TableSchema schema;
  schema.project = "P";
  schema.table = "t1";
  schema.columns = {{"id", *parse_type("bigint"), "", false},
                    {"v", *parse_type("decimal(10,2)"), "a \"b\" ]]> <c> é", true}};
  schema.partition_keys = {{"ds", *parse_type("string"), "day", true}};
  schema.lifecycle_days = 30;
  return schema;
}

void expect_columns(const std::vector<Column>& got, const std::vector<Column>& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].name, wanted[i].name);
    EXPECT_EQ(got[i].type, wanted[i].type);
    EXPECT_EQ(got[i].comment, wanted[i].comment);
    EXPECT_EQ(got[i].nullable, wanted[i].nullable);
  }
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(XmlText, EscapesRoundTrip) {
  for (const std::string text :
       {"plain", "a<b>&\"'", "]]>", "x]]>]]>y", "]]", "中文é", "a\tb\nc"}) {
    std::string body = "<R>" + xml::element("A", text) + "<B>" + xml::cdata(text) + "</B></R>";
    auto document = xml::parse(body, "R", "test");
    ASSERT_TRUE(document) << body;
    EXPECT_EQ(xml::child_text((*document)->document_element(), "A"), text);
    EXPECT_EQ(xml::child_text((*document)->document_element(), "B"), text);
  }
  EXPECT_EQ(xml::escape(std::string_view("a\0b", 3)),
            "a\xEF\xBF\xBD"
            "b");
}

TEST(XmlText, HostileBodiesAreRefusedOrHarmless) {
  EXPECT_EQ(xml::parse("<R", "R", "w").error().code, "MaxCompute-Xml");
  EXPECT_EQ(xml::parse("", "R", "w").error().kind, ErrorKind::kCorrupt);
  EXPECT_FALSE(xml::parse("<Q/>", "R", "w"));
  EXPECT_FALSE(xml::parse(std::string(xml::kMaxBody + 1, ' '), "R", "w"));
  auto entity =
      xml::parse("<!DOCTYPE R [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><R>&e;</R>", "R", "w");
  ASSERT_TRUE(entity);
  EXPECT_EQ(xml::text_of((*entity)->document_element()), "&e;");
  std::string deep;
  for (int i = 0; i < 200000; ++i) deep += "<R>";
  EXPECT_FALSE(xml::parse(deep, "R", "w"));
}

TEST(ErrorBodies, BothForms) {
  ErrorBody error{"NoSuchPartition", "no ]]> \"ds\" <here>", "0123", "http://127.0.0.1"};
  for (const std::string& body : {write_error_xml(error), write_error_json(error)}) {
    auto read = read_error(body);
    ASSERT_TRUE(read) << body;
    EXPECT_EQ(read->code, error.code);
    EXPECT_EQ(read->message, error.message);
    EXPECT_EQ(read->request_id, error.request_id);
    EXPECT_EQ(read->host_id, error.host_id);
  }
  // The exact sample of 1.6.
  auto sample = read_error(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n  <Code>NoSuchPartition</Code>\n"
      "  <Message><![CDATA[text]]></Message>\n  <RequestId>0123456789ABCDEF</RequestId>\n"
      "  <HostId>http://127.0.0.1</HostId>\n</Error>\n");
  ASSERT_TRUE(sample);
  EXPECT_EQ(sample->message, "text");
  for (const char* neither : {"", "Bad gateway", "<html/>", "{}", "[1]", "<Error/>"})
    EXPECT_FALSE(read_error(neither)) << neither;
}

TEST(TableXml, RoundTrip) {
  TableInfo info{sample_schema(), "ALIYUN$me", "a table", "0af", 1767323045, 1767323046, 10, 2};
  for (const std::string& body : {write_table_xml(info), write_table_extended_xml(info)}) {
    auto schema = read_table_xml(body);
    ASSERT_TRUE(schema) << schema.error().to_string();
    EXPECT_EQ(schema->project, "P");
    EXPECT_EQ(schema->table, "t1");
    EXPECT_EQ(schema->type, "MANAGED_TABLE");
    EXPECT_EQ(schema->lifecycle_days, 30);
    expect_columns(schema->columns, info.schema.columns);
    expect_columns(schema->partition_keys, info.schema.partition_keys);
  }
  std::string plain = write_table_xml(info);
  EXPECT_TRUE(contains(plain, "<Project>P</Project>")) << "T14";
  EXPECT_TRUE(contains(plain, "<CreationTime>Fri, 02 Jan 2026 03:04:05 GMT</CreationTime>"));
  EXPECT_TRUE(contains(plain, "\"isNullable\":false"));
  EXPECT_FALSE(contains(plain, "null,")) << "T31";
  EXPECT_TRUE(
      contains(write_table_extended_xml(info), R"("Reserved":"{\"Transactional\":\"false\"}")"))
      << "T13";
}

TEST(TableXml, UnreadableAnswersAreNamed) {
  auto table = [](const std::string& schema) {
    return "<Table><Name>t</Name><Schema>" + xml::cdata(schema) + "</Schema></Table>";
  };
  struct Case {
    std::string body;
    const char* part;
  } cases[] = {
      {"nothing", "table answer"},
      {table("{"), "no well-formed JSON"},
      {table("[]"), "no object"},
      {table("{}"), "no columns"},
      {table(R"({"columns":{}})"), "'columns' is no array"},
      {table(R"({"columns":[{"type":"bigint"}]})"), "has no name"},
      {table(R"({"columns":[{"name":"A","type":"blob"}]})"), "column 'a'"},
  };
  for (const Case& c : cases) {
    auto schema = read_table_xml(c.body);
    ASSERT_FALSE(schema) << c.body;
    EXPECT_TRUE(contains(schema.error().message, c.part)) << schema.error().message;
  }
}

TEST(ListXml, MarkersExistEvenWhenEmpty) {
  EXPECT_TRUE(contains(write_table_list_xml({{"t1", "me"}}, ""), "<Marker></Marker>"));
  EXPECT_TRUE(contains(write_table_list_xml({{"t1", "me"}}, ""),
                       "<Table><Name>t1</Name><Owner>me</Owner></Table>"));
  EXPECT_TRUE(contains(write_project_xml("P"), "<State>AVAILABLE</State>"));
}

TEST(PartitionXml, ListRoundTripAndBothNames) {
  PartitionInfo info{*PartitionSpec::parse("ds=20240101,hh=01"), 1704067200, 1704067200, 0, 0};
  auto page = read_partition_list_xml(write_partition_list_xml({info, info}, "m&1"));
  ASSERT_TRUE(page) << page.error().to_string();
  EXPECT_EQ(page->next_marker, "m&1");
  ASSERT_EQ(page->partitions.size(), 2u);
  EXPECT_EQ(page->partitions[0], info.spec);
  for (const char* name : {"ds=20240101/hh=01", "ds=20240101,hh=01"}) {
    auto names = read_partition_list_xml("<Partitions><Partition><Name>" + std::string(name) +
                                         "</Name></Partition></Partitions>");
    ASSERT_TRUE(names);
    EXPECT_EQ(names->partitions[0], info.spec);
  }
  EXPECT_FALSE(read_partition_list_xml("<Partitions><Partition/></Partitions>"));
  EXPECT_TRUE(contains(write_partition_xml(info), "\"createTime\":1704067200"));
}

TEST(SqlJobXml, RoundTripAndBothSpellings) {
  SqlJob job{"AnonymousSQLTask",
             "SELECT ']]>' FROM t WHERE a < 1 AND b > '&';",
             {{"odps.sql.type.system.odps2", "true"}},
             "01234567-89ab"};
  auto read = read_sql_job_xml(write_sql_job_xml(job));
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(read->task_name, job.task_name);
  EXPECT_EQ(read->query, job.query);
  EXPECT_EQ(read->settings, job.settings);
  EXPECT_EQ(read->uuid, job.uuid);
  // As the Java client writes it: escaped text and a property more.
  auto java = read_sql_job_xml(
      "<Instance><Job><Priority>9</Priority><Tasks><SQL><Name>T</Name><Config><Property><Name>type"
      "</Name><Value>sql</Value></Property></Config><Query>select 1 &lt; 2;</Query></SQL></Tasks>"
      "<DAG><RunMode>Sequence</RunMode></DAG></Job></Instance>");
  ASSERT_TRUE(java);
  EXPECT_EQ(java->query, "select 1 < 2;");
  for (const char* bad :
       {"<Instance/>", "<Job/>",
        "<Instance><Job><Tasks><SQL><Query>x</Query></SQL></Tasks></Job></Instance>",
        "<Instance><Job><Tasks><SQL><Name>a</Name></SQL><SQL/></Tasks></Job></Instance>",
        "<Instance><Job><Tasks><SQL><Name>a</Name><Config><Property><Name>settings</Name><Value>{"
        "</Value></Property></Config></SQL></Tasks></Job></Instance>"})
    EXPECT_FALSE(read_sql_job_xml(bad)) << bad;
}

TEST(InstanceXml, States) {
  EXPECT_TRUE(*read_instance_terminated(write_instance_status_xml(true)));
  EXPECT_FALSE(*read_instance_terminated(write_instance_status_xml(false)));
  EXPECT_FALSE(read_instance_terminated("<Instance><Status>Gone</Status></Instance>"));
  for (TaskStatus status : {TaskStatus::kWaiting, TaskStatus::kRunning, TaskStatus::kSuccess,
                            TaskStatus::kFailed, TaskStatus::kSuspended, TaskStatus::kCancelled})
    EXPECT_EQ(*read_task_status(write_task_status_xml("T", status, "s", "e")), status);
  // Two tasks: success only when both have it.
  EXPECT_EQ(*read_task_status("<Instance><Tasks><Task><Status>SUCCESS</Status></Task><Task><Status>"
                              "failed</Status></Task></Tasks></Instance>"),
            TaskStatus::kFailed);
  EXPECT_FALSE(read_task_status("<Instance><Tasks/></Instance>"));
  EXPECT_FALSE(
      read_task_status("<Instance><Tasks><Task><Status>Odd</Status></Task></Tasks></Instance>"));
}

TEST(InstanceXml, Results) {
  std::string csv = "\"a\"\n1\n]]>\n中\n";
  EXPECT_EQ(*read_result(write_result_xml("T", TaskStatus::kSuccess, "csv", csv)), csv);
  EXPECT_EQ(*read_result(write_result_xml("T", TaskStatus::kSuccess, "text", "")), "");
  EXPECT_EQ(*read_result("<Instance><Tasks><Task><Result "
                         "Format=\"text\">plain</Result></Task></Tasks></Instance>"),
            "plain");
  EXPECT_FALSE(
      read_result("<Instance><Tasks><Task><Result "
                  "Transform=\"Base64\">%%%</Result></Task></Tasks></Instance>"));
  EXPECT_FALSE(read_result("<Instance/>"));
}

TEST(SessionJson, UploadRoundTrip) {
  UploadSessionInfo info{"20261122abc", "normal", {0, 3, 19999}, sample_schema(), 8388608};
  std::string text = write_upload_session_json(info);
  EXPECT_TRUE(contains(text, R"("nullable":"false","column_id":"0")")) << "T12";
  auto read = read_upload_session_json(text);
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(read->id, info.id);
  EXPECT_EQ(read->status, "normal");
  EXPECT_EQ(read->blocks, info.blocks);
  EXPECT_EQ(read->max_field_size, 8388608);
  expect_columns(read->schema.columns, info.schema.columns);
  expect_columns(read->schema.partition_keys, info.schema.partition_keys);
}

// Appendix A, as a recorded answer has it.
TEST(SessionJson, RecordedAnswer) {
  auto read =
      read_upload_session_json(R"({"UploadID":"20261122140314d24c2e32f3b24d2d","Status":"NORMAL",
 "MaxFieldSize":8388608,"UploadedBlockList":[],
 "Schema":{"columns":[{"name":"id","type":"bigint","nullable":"true","column_id":"0","comment":""},
                      {"name":"v","type":"string","nullable":"true","column_id":"1","comment":""}],
           "partitionKeys":[{"name":"ds","type":"string","nullable":"true","column_id":"0","comment":""},
                            {"name":"hh","type":"string","nullable":"true","column_id":"1","comment":""}]}})");
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(read->id, "20261122140314d24c2e32f3b24d2d");
  EXPECT_EQ(read->status, "normal");
  EXPECT_EQ(read->schema.columns[1].type.kind, TypeKind::kString);
  EXPECT_EQ(read->schema.partition_keys[1].name, "hh");
}

TEST(SessionJson, DownloadRoundTripAndInitiating) {
  DownloadSessionInfo info{"d1", "normal", 7, sample_schema()};
  auto read = read_download_session_json(write_download_session_json(info));
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(read->id, "d1");
  EXPECT_EQ(read->records, 7u);
  expect_columns(read->schema.columns, info.schema.columns);
  auto early = read_download_session_json(R"({"DownloadID":"d2","Status":"initiating"})");
  ASSERT_TRUE(early);
  EXPECT_EQ(early->status, "initiating");
}

TEST(SessionJson, UnreadableAnswersAreNamed) {
  struct Case {
    const char* body;
    const char* part;
  } uploads[] = {
      {"", "no well-formed JSON"},
      {"[]", "no object"},
      {R"({"Status":"normal"})", "no 'UploadID'"},
      {R"({"UploadID":"u"})", "no 'Status'"},
      {R"({"UploadID":"u","Status":"normal"})", "no 'Schema'"},
      {R"({"UploadID":"u","Status":"normal","UploadedBlockList":[{"BlockID":-1}],"Schema":{}})",
       "no proper 'BlockID'"},
      {R"({"UploadID":"u","Status":"normal","UploadedBlockList":[{}],"Schema":{}})",
       "no proper 'BlockID'"},
  };
  for (const Case& c : uploads) {
    auto read = read_upload_session_json(c.body);
    ASSERT_FALSE(read) << c.body;
    EXPECT_EQ(read.error().kind, ErrorKind::kCorrupt);
    EXPECT_TRUE(contains(read.error().message, c.part)) << read.error().message;
  }
  EXPECT_FALSE(read_download_session_json(R"({"Status":"normal"})"));
  EXPECT_FALSE(read_download_session_json(R"({"DownloadID":"d","Status":"normal"})"));
}

}  // namespace
}  // namespace otsstream::maxcompute
