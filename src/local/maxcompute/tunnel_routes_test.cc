#include "local/maxcompute/tunnel_routes.h"

#include "local/maxcompute/server_test_support.h"

namespace otsstream::local {
namespace {

using maxcompute::RecordStreamWriter;
using test::code_of;
using test::id_and_text;
using test::text_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kPt[] = "ds=20240101,hh=01";

class TunnelTest : public test::MaxComputeTest {
 protected:
  TunnelTest() {
    ddl("CREATE TABLE t2 (id BIGINT, v STRING) PARTITIONED BY (ds STRING, hh STRING);");
    ddl("ALTER TABLE t2 ADD PARTITION (ds='20240101',hh='01');");
    ddl("CREATE TABLE t1 (id BIGINT, v STRING);");
  }

  maxcompute::DownloadSessionInfo download(const std::string& table,
                                           const std::string& partition = "") {
    Response made = post(with("/projects/proj/tables/" + table + "?downloads=", partition));
    auto info = maxcompute::read_download_session_json(text_of(made));
    EXPECT_TRUE(info) << text_of(made);
    return info ? *info : maxcompute::DownloadSessionInfo{};
  }
  Response read(const std::string& table, const std::string& id, const std::string& range,
                const std::string& more = "") {
    return get("/projects/proj/tables/" + table + "?data&downloadid=" + id +
               "&rowrange=" + percent_encode(range) + more);
  }
  std::vector<int> blocks(const std::string& table, const std::string& upload,
                          const std::string& partition = "") {
    return maxcompute::read_upload_session_json(
               text_of(
                   get(with("/projects/proj/tables/" + table + "?uploadid=" + upload, partition))))
        ->blocks;
  }
};

// The recorded exchange of Appendix A, target by target; answers byte for byte where they are
// fixed.
TEST_F(TunnelTest, PlaysTheRecordedExchange) {
  const std::string body = test::vector_bytes("odps-02-two-rows");
  const std::string base = "/projects/proj/tables/t2";
  const std::string pt = "partition=ds%3D20240101%2Chh%3D01";
  Response created = send("POST", base + "?reload=False&" + pt + "&uploads=1&curr_project=proj", {},
                          {{"Accept-Encoding", "identity"},
                           {"odps-tunnel-date-transform", "v1"},
                           {"x-odps-tunnel-version", "6"},
                           {"Content-Length", "0"},
                           {"x-odps-user-agent", "pyodps/0.13.1 CPython/3.11.7 Linux/6"}});
  EXPECT_EQ(created.status, 200);
  EXPECT_EQ(created.headers.get("Content-Type"), "application/json");
  EXPECT_EQ(created.headers.get("odps-tunnel-date-transform"), "false");
  EXPECT_FALSE(created.headers.get("x-odps-request-id").empty());
  auto info = maxcompute::read_upload_session_json(text_of(created));
  ASSERT_TRUE(info) << text_of(created);
  EXPECT_THAT(info->id, testing::StartsWith("20261122140314"));
  EXPECT_EQ(
      text_of(created),
      R"({"UploadID":")" + info->id +
          R"(","Status":"normal","MaxFieldSize":8388608,"UploadedBlockList":[],"Schema":)"
          R"({"columns":[{"name":"id","type":"bigint","nullable":"true","column_id":"0","comment":""},)"
          R"({"name":"v","type":"string","nullable":"true","column_id":"1","comment":""}],)"
          R"("partitionKeys":[{"name":"ds","type":"string","nullable":"true","column_id":"0","comment":""},)"
          R"({"name":"hh","type":"string","nullable":"true","column_id":"1","comment":""}]}})");

  Response put = send(
      "PUT", base + "?uploadid=" + info->id + "&" + pt + "&blockid=1&curr_project=proj", Body(body),
      {{"x-odps-tunnel-version", "6"},
       {"Transfer-Encoding", "chunked"},
       {"Content-Type", "application/octet-stream"}});
  EXPECT_EQ(put.status, 200) << text_of(put);
  EXPECT_TRUE(put.body.empty());
  Response reload =
      get(base + "?reload=True&" + pt + "&uploadid=" + info->id + "&curr_project=proj");
  EXPECT_THAT(text_of(reload), HasSubstr(R"("UploadedBlockList":[{"BlockID":1}])"));
  Response done = post(base + "?uploadid=" + info->id + "&" + pt + "&curr_project=proj");
  EXPECT_EQ(done.status, 200);
  EXPECT_THAT(text_of(done), HasSubstr(R"("Status":"closed")"));

  Response opened = post(base + "?downloads=&" + pt + "&asyncmode=true&curr_project=proj");
  auto session = maxcompute::read_download_session_json(text_of(opened));
  ASSERT_TRUE(session) << text_of(opened);
  EXPECT_EQ(session->status, "normal");
  EXPECT_EQ(session->records, 2u);
  Response rows = get(base + "?data&downloadid=" + session->id + "&" + pt +
                      "&rowrange=%280%2C2%29&curr_project=proj");
  EXPECT_EQ(rows.status, 200);
  EXPECT_EQ(rows.headers.get("Content-Type"), "application/octet-stream");
  EXPECT_EQ(text_of(rows), body);
}

// The Java forms of the same calls: bare keys, spec after them, a schema in the path.
TEST_F(TunnelTest, TakesJavaSpellings) {
  for (std::string base :
       {"/projects/proj/tables/t2", "/projects/PROJ/schemas/default/tables/T2"}) {
    auto info = maxcompute::read_upload_session_json(
        text_of(post(base + "?partition=ds%3D20240101%2Chh%3D01&curr_project=proj&uploads")));
    ASSERT_TRUE(info);
    EXPECT_EQ(get(base + "?partition=ds%3D20240101%2Fhh%3D01&uploadid=" + info->id +
                  "&curr_project=proj&getblockid=true")
                  .status,
              200);
    EXPECT_EQ(post(base + "?partition=ds%3D'20240101'%2Chh%3D'01'&uploadid=" + info->id).status,
              200);
  }
}

TEST_F(TunnelTest, ReplacesABlockThatComesAgain) {
  const std::string upload = open_upload("t1");
  put_block("t1", upload, 3, id_and_text({{1, "old"}, {2, "old"}}));
  put_block("t1", upload, 0, id_and_text({{9, "first"}}));
  put_block("t1", upload, 3, id_and_text({{1, "new"}}));
  EXPECT_THAT(blocks("t1", upload), ElementsAre(0, 3));
  EXPECT_THAT(select("select * from t1"), IsEmpty());  // T21: nothing before commit
  commit("t1", upload);
  EXPECT_THAT(select("select * from t1"), ElementsAre("9|first", "1|new"));
}

TEST_F(TunnelTest, AppendsOrOverwritesAtCommit) {
  land("t1", id_and_text({{1, "a"}}));
  land("t1", id_and_text({{2, "b"}}));
  EXPECT_THAT(select("select * from t1"), ElementsAre("1|a", "2|b"));
  const std::string upload = open_upload("t1", "", true);
  put_block("t1", upload, 0, id_and_text({{3, "c"}}));
  EXPECT_THAT(select("select * from t1"), ElementsAre("1|a", "2|b"));
  commit("t1", upload);
  EXPECT_THAT(select("select * from t1"), ElementsAre("3|c"));
  // T19: a session without blocks commits, and with overwrite it empties.
  EXPECT_EQ(commit("t1", open_upload("t1")).status, 200);
  EXPECT_THAT(select("select * from t1"), ElementsAre("3|c"));
  EXPECT_EQ(commit("t1", open_upload("t1", "", true)).status, 200);
  EXPECT_THAT(select("select * from t1"), IsEmpty());
}

TEST_F(TunnelTest, AnswersASecondCommitWithClosed) {
  const std::string upload = open_upload("t1");
  put_block("t1", upload, 7, id_and_text({{1, "a"}}));
  commit("t1", upload);
  Response again = commit("t1", upload);
  EXPECT_EQ(again.status, 200);
  auto info = maxcompute::read_upload_session_json(text_of(again));
  ASSERT_TRUE(info);
  EXPECT_EQ(info->status, "closed");
  EXPECT_THAT(info->blocks, ElementsAre(7));  // still told, for whoever lost the first answer
  EXPECT_THAT(select("select * from t1"), ElementsAre("1|a"));
  EXPECT_EQ(code_of(put_block("t1", upload, 8, id_and_text({{2, "b"}}))), "StatusConflict");
}

TEST_F(TunnelTest, RefusesBadBlocksAndKeepsNothing) {
  const std::string good = id_and_text({{1, "abc"}, {2, "def"}});
  std::string flipped = good;
  flipped[4] ^= 1;
  struct {
    const char* what;
    std::string body;
    const char* code;
  } cases[] = {
      {"empty", "", "MalformedDataStream"},
      {"cut", good.substr(0, good.size() - 1), "MalformedDataStream"},
      {"no footer", good.substr(0, good.size() / 2), "MalformedDataStream"},
      {"behind the footer", good + "x", "MalformedDataStream"},
      {"flipped bit", flipped, "CorruptedDataStream"},
  };
  const std::string upload = open_upload("t1");
  for (const auto& c : cases) {
    Response refused = put_block("t1", upload, 0, c.body);
    EXPECT_EQ(refused.status, 400) << c.what;
    EXPECT_EQ(code_of(refused), c.code) << c.what;
  }
  EXPECT_THAT(blocks("t1", upload), IsEmpty());
}

// Captured from PyODPS 0.13.2 with its compiled writer: checksums with the highest bit set are
// sign-extended.
TEST_F(TunnelTest, TakesSignExtendedChecksums) {
  ddl("CREATE TABLE four (id BIGINT, v STRING, d DOUBLE, b BOOLEAN)");
  std::string stream = from_hex(
      "08021208e4b8ade69687c3a919000000000000f83f200180c0ff7fc1c18c83fcffffffff0108"
      "0480c0ff7fa3b6a6c3f8ffffffff01f0ffff7f04f8ffff7fbbb9a5d0faffffffff01");
  land("four", stream);
  EXPECT_THAT(select("select * from four"), ElementsAre("1|中文é|1.5|true", "2|∅|∅|∅"));
  stream[stream.size() - 2] ^= 0x10;  // no sign of anything
  EXPECT_EQ(code_of(put_block("four", open_upload("four"), 0, stream)), "MalformedDataStream");
}

TEST_F(TunnelTest, ChecksBlockIds) {
  const std::string upload = open_upload("t1");
  for (std::string id : {"-1", "20000", "x", "", "1x", "99999999999"}) {
    Response refused = send("PUT", "/projects/proj/tables/t1?uploadid=" + upload + "&blockid=" + id,
                            Body(id_and_text({})));
    EXPECT_EQ(code_of(refused), "InvalidBlockID") << id;
    EXPECT_EQ(refused.status, 400) << id;
  }
  EXPECT_EQ(put_block("t1", upload, 19999, id_and_text({})).status, 200);
}

TEST_F(TunnelTest, AsksForThePartitionThatTheTableHas) {
  struct {
    std::string target;
    const char* code;
    int status;
  } cases[] = {
      {"t2?uploads", "MissingPartitionSpec", 400},
      {"t2?downloads", "MissingPartitionSpec", 400},
      {"t2?uploads&partition=ds%3D1", "InvalidPartitionSpec", 400},
      {"t2?uploads&partition=ds%3D1%2Cxx%3D2", "InvalidPartitionSpec", 400},
      {"t2?uploads&partition=nonsense", "InvalidPartitionSpec", 400},
      {"t1?uploads&partition=ds%3D1", "InvalidPartitionSpec", 400},
      {"t2?uploads&partition=ds%3D1%2Chh%3D2", "NoSuchPartition", 404},
      {"t2?downloads&partition=ds%3D1%2Chh%3D2", "NoSuchPartition", 404},
      {"nothere?uploads", "NoSuchTable", 404},
      {"t2?uploads&create_partition=true&partition=ds%3D1%2Chh%3D2", "", 200},
      {"t2?uploads&partition=hh%3D2%2Cds%3D1", "", 200},  // there now; any order of levels
      {"t1?unknown", "InvalidArgument", 400},
      {"t1/streams", "MethodNotAllowed", 405},
      {"t1/upserts", "MethodNotAllowed", 405},
  };
  for (const auto& c : cases) {
    Response response = post("/projects/proj/tables/" + c.target);
    EXPECT_EQ(response.status, c.status) << c.target << " " << text_of(response);
    EXPECT_EQ(code_of(response), c.code) << c.target;
  }
  EXPECT_EQ(code_of(post("/projects/other/tables/t1?uploads")), "NoSuchProject");
  EXPECT_EQ(code_of(post("/projects/proj/instances/x?downloads")), "NoSuchObject");
  EXPECT_EQ(code_of(post("/nowhere")), "NoSuchObject");
}

TEST_F(TunnelTest, BindsASessionToItsTableAndPartition) {
  ddl("ALTER TABLE t2 ADD PARTITION (ds='20240101',hh='02');");
  const std::string upload = open_upload("t2", kPt);
  EXPECT_EQ(code_of(commit("t2", "nonsense", kPt)), "NoSuchUpload");
  EXPECT_EQ(code_of(commit("t1", upload)), "NoSuchUpload");
  EXPECT_EQ(code_of(commit("t2", upload)), "MissingPartitionSpec");
  EXPECT_EQ(code_of(commit("t2", upload, "ds=20240101,hh=02")), "InvalidPartitionSpec");
  EXPECT_EQ(code_of(read("t1", upload, "(0,1)")), "NoSuchDownload");
  // A partition of the same name is another partition.
  ddl("ALTER TABLE t2 DROP PARTITION (ds='20240101',hh='01');");
  EXPECT_EQ(code_of(commit("t2", upload, kPt)), "NoSuchPartition");
  ddl("ALTER TABLE t2 ADD PARTITION (ds='20240101',hh='01');");
  EXPECT_EQ(code_of(put_block("t2", upload, 0, id_and_text({}), kPt)), "NoSuchPartition");
  ddl("DROP TABLE t2;");
  EXPECT_EQ(code_of(commit("t2", upload, kPt)), "NoSuchTable");
}

TEST_F(TunnelTest, ForgetsSessionsAfterADay) {
  const std::string upload = open_upload("t1");
  put_block("t1", upload, 0, id_and_text({{1, "a"}}));
  land("t1", id_and_text({{2, "b"}}));
  const std::string down = download("t1").id;
  clock_.advance(seconds(24 * 3600 - 1));
  EXPECT_EQ(read("t1", down, "(0,1)").status, 200);
  clock_.advance(seconds(1));
  EXPECT_EQ(code_of(commit("t1", upload)), "StatusConflict");
  EXPECT_EQ(code_of(read("t1", down, "(0,1)")), "StatusConflict");
  EXPECT_EQ(maxcompute::read_upload_session_json(
                text_of(get("/projects/proj/tables/t1?uploadid=" + upload)))
                ->status,
            "expired");
  EXPECT_THAT(select("select * from t1"), ElementsAre("2|b"));
}

// Rows of a stream as select() shows them.
std::vector<std::string> decode(const std::string& stream,
                                const std::vector<maxcompute::Column>& columns) {
  maxcompute::RecordStreamReader reader(stream, columns);
  std::vector<Value> row(columns.size());
  std::vector<std::string> rows;
  while (true) {
    auto more = reader.next(row);
    EXPECT_TRUE(more) << more.error().message;
    if (!more || !*more) return rows;
    std::string line;
    for (const Value& value : row) {
      if (!line.empty()) line += '|';
      if (value.type() == ValueType::kLong)
        line += std::to_string(value.as_long());
      else if (value.is_null())
        line += "∅";
      else
        line += value.as_view();
    }
    rows.push_back(line);
  }
}

TEST_F(TunnelTest, DownloadsRangesAndColumns) {
  const std::string upload = open_upload("t1");
  put_block("t1", upload, 0, id_and_text({{1, "a"}, {2, "b"}, {3, "c"}}));
  RecordStreamWriter with_null;
  with_null.add_bigint(1, 4);
  with_null.end_record();
  put_block("t1", upload, 1, with_null.finish());
  put_block("t1", upload, 2, id_and_text({{5, "e"}, {6, "f"}}));
  commit("t1", upload);
  const auto session = download("t1");
  EXPECT_EQ(session.records, 6u);
  const auto& both = session.schema.columns;
  const std::vector<maxcompute::Column> turned = {both[1], both[0]};
  const std::vector<maxcompute::Column> text_only = {both[1]};
  struct {
    const char* range;
    const char* columns;
    std::vector<std::string> rows;
  } cases[] = {
      {"(0,6)", "", {"1|a", "2|b", "3|c", "4|∅", "5|e", "6|f"}},
      {"(2,3)", "", {"3|c", "4|∅", "5|e"}},
      {"(3,1)", "", {"4|∅"}},
      {"(4,100)", "", {"5|e", "6|f"}},
      {"(6,1)", "", {}},
      {"(0,0)", "", {}},
      {"(9999999,1)", "", {}},
      {"(2,3)", "v", {"c", "∅", "e"}},
      {"(2,3)", "V,id", {"c|3", "∅|4", "e|5"}},
      {"(0,3)", "id,v", {"1|a", "2|b", "3|c"}},
  };
  for (const auto& c : cases) {
    Response response = read("t1", session.id, c.range,
                             *c.columns == 0 ? "" : "&columns=" + percent_encode(c.columns));
    ASSERT_EQ(response.status, 200) << c.range << text_of(response);
    const std::string asked = c.columns;
    EXPECT_EQ(decode(text_of(response), asked == "v"      ? text_only
                                        : asked == "V,id" ? turned
                                                          : both),
              c.rows)
        << c.range << " " << c.columns;
  }
  for (const char* range : {"", "0,6", "(0)", "(a,b)", "(-1,2)", "(1,2"}) {
    EXPECT_EQ(code_of(read("t1", session.id, range)), "InvalidRowRange") << range;
  }
  for (const char* columns : {"nope", "id,id", "id,", ","}) {
    EXPECT_EQ(code_of(read("t1", session.id, "(0,1)", "&columns=" + percent_encode(columns))),
              "InvalidColumnSpec")
        << columns;
  }
  EXPECT_EQ(get("/projects/proj/tables/t1?downloadid=" + session.id).status, 200);
}

TEST_F(TunnelTest, DownloadsTheStateAtItsCreation) {
  land("t1", id_and_text({{1, "old"}}));
  const auto session = download("t1");
  land("t1", id_and_text({{2, "new"}}), "", true);
  Response rows = read("t1", session.id, "(0,9)");
  EXPECT_EQ(decode(text_of(rows), session.schema.columns), std::vector<std::string>{"1|old"});
}

}  // namespace
}  // namespace otsstream::local
