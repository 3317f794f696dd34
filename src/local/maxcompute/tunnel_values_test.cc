// Values of every type through the Tunnel, in every encoding, cut by rows and columns.
#include "base/compress.h"
#include "local/maxcompute/server_test_support.h"
#include "maxcompute/wire/content_encoding.h"
#include "maxcompute/wire/record_cursor.h"
#include "maxcompute/wire/record_vectors_for_test.h"

namespace otsstream::local {
namespace {

using maxcompute::BodyForm;
using maxcompute::Column;
using maxcompute::EncodedCell;
using maxcompute::RecordCursor;
using maxcompute::RecordStreamWriter;
using test::code_of;
using test::id_and_text;
using test::text_of;

class TunnelValuesTest : public test::MaxComputeTest {
 protected:
  std::string open_download(const std::string& table) {
    auto info = maxcompute::read_download_session_json(
        text_of(post("/projects/proj/tables/" + table + "?downloads=")));
    EXPECT_TRUE(info);
    return info ? info->id : "";
  }
  Response read(const std::string& table, const std::string& id, const std::string& range,
                const std::string& columns = "", const std::string& accept = "identity") {
    return send("GET",
                "/projects/proj/tables/" + table + "?data&downloadid=" + id +
                    "&rowrange=" + percent_encode(range) +
                    (columns.empty() ? "" : "&columns=" + percent_encode(columns)),
                {}, {{"Accept-Encoding", accept}});
  }
};

// Cells of a stream, each as the bytes of its value; "-" for NULL.
std::vector<std::vector<std::string>> cells_of(const std::string& stream,
                                               const std::vector<Column>& columns) {
  RecordCursor cursor(stream, columns);
  std::vector<EncodedCell> row(columns.size());
  std::vector<std::vector<std::string>> rows;
  while (true) {
    auto more = cursor.next(row);
    EXPECT_TRUE(more) << more.error().message;
    if (!more || !*more) return rows;
    auto& cells = rows.emplace_back();
    for (const EncodedCell& cell : row) cells.push_back(cell.null ? "-" : to_hex(cell.bytes));
  }
}

// Every vector of the official client: row by row, and every column by itself, as it was.
TEST_F(TunnelValuesTest, RangesAndColumnsOfEveryTypeAreExact) {
  for (const char* name : maxcompute::kRecordVectors) {
    maxcompute::RecordVector vector;
    maxcompute::load_record_vector(name, vector);
    std::string columns;
    for (const Column& column : vector.columns) {
      columns += (columns.empty() ? "" : ",") + column.name + " " + column.type.text;
    }
    if (vector.columns.size() > 100) continue;  // the wide one is slow by single columns
    ddl("CREATE TABLE v (" + columns + ")");
    land("v", vector.stream);
    const std::string id = open_download("v");
    const auto rows = cells_of(vector.stream, vector.columns);
    for (size_t i = 0; i < std::min<size_t>(rows.size(), 5); ++i) {
      Response one = read("v", id, "(" + std::to_string(i) + ",1)");
      ASSERT_EQ(one.status, 200) << name << text_of(one);
      EXPECT_EQ(cells_of(text_of(one), vector.columns),
                std::vector<std::vector<std::string>>{rows[i]})
          << name;
    }
    for (size_t c = 0; c < vector.columns.size(); ++c) {
      Response response = read("v", id, "(0,100000)", vector.columns[c].name);
      ASSERT_EQ(response.status, 200) << name << text_of(response);
      const auto got = cells_of(text_of(response), {vector.columns[c]});
      ASSERT_EQ(got.size(), rows.size()) << name;
      for (size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(got[i][0], rows[i][c]) << name;
    }
    ddl("DROP TABLE v");
  }
}

TEST_F(TunnelValuesTest, EveryEncodingBothWays) {
  ddl("CREATE TABLE t (id BIGINT, v STRING)");
  const std::string raw = id_and_text({{1, std::string("a\0b", 3)}, {2, std::string(9999, 'x')}});
  for (Codec codec : {Codec::kDeflate, Codec::kZstd, Codec::kLz4Frame, Codec::kSnappyFramed}) {
    const std::string packed = *compress(codec, raw);
    for (BodyForm form : {BodyForm::kRecordStream, BodyForm::kArrow}) {
      const std::string name(encoding_name(codec, form));
      const std::string upload = open_upload("t", "", true);
      const Headers encoding{{"Content-Encoding", name}};
      ASSERT_EQ(put_block("t", upload, 0, packed, "", encoding).status, 200) << name;
      // What is no such body, and what is damaged.
      for (const std::string& bad : {raw, packed.substr(0, packed.size() - 3), std::string()}) {
        EXPECT_EQ(code_of(put_block("t", upload, 1, bad, "", encoding)), "CorruptedDataStream")
            << name;
      }
      ASSERT_EQ(commit("t", upload).status, 200);
      Response answer = read("t", open_download("t"), "(0,2)", "", name);
      EXPECT_EQ(answer.headers.get("Content-Encoding"),
                encoding_name(codec, BodyForm::kRecordStream));
      EXPECT_EQ(decompress(codec, text_of(answer), 100000).value(), raw) << name;
    }
  }
  Response plain = read("t", open_download("t"), "(0,2)");
  EXPECT_EQ(plain.headers.find("Content-Encoding"), nullptr);
  EXPECT_EQ(text_of(plain), raw);
  Response preferred =
      read("t", open_download("t"), "(0,2)", "", "gzip, deflate;q=0.1, zstd;q=0.9");
  EXPECT_EQ(preferred.headers.get("Content-Encoding"), "zstd");
  EXPECT_EQ(code_of(put_block("t", open_upload("t"), 0, raw, "", {{"Content-Encoding", "gzip"}})),
            "NotImplemented");
}

TEST_F(TunnelValuesTest, ABlockThatGrowsBeyondTheLimitIsRefused) {
  ddl("CREATE TABLE t (id BIGINT)");
  std::string bomb;
  const std::string frame = *compress(Codec::kZstd, std::string(64 << 20, '\0'));
  for (int i = 0; i < 17; ++i) bomb += frame;
  Response refused = put_block("t", open_upload("t"), 0, bomb, "", {{"Content-Encoding", "zstd"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(code_of(refused), "MaxMessageLengthExceeded");
}

TEST_F(TunnelValuesTest, ABlockWithAValueThatTheColumnDoesNotTakeIsRefusedWhole) {
  ddl("CREATE TABLE t (id BIGINT NOT NULL, n TINYINT)");
  RecordStreamWriter out;
  out.add_bigint(1, 1);
  out.end_record();
  out.add_bigint(2, 1);
  out.end_record();
  const std::string upload = open_upload("t");
  Response refused = put_block("t", upload, 0, out.finish());
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(code_of(refused), "InvalidArgument");
  EXPECT_THAT(text_of(refused), testing::HasSubstr("record 2, column id bigint"));
  ASSERT_EQ(commit("t", upload).status, 200);
  EXPECT_THAT(select("select count(*) from t"), testing::ElementsAre("0"));
}

}  // namespace
}  // namespace otsstream::local
