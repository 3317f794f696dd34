// The Arrow form through the routes: blocks in, rows out, previews.

#include "local/maxcompute/arrow_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/compress.h"
#include "local/maxcompute/arrow_preview.h"
#include "local/maxcompute/server_test_support.h"
#include "maxcompute/wire/arrow/arrow_vectors_for_test.h"
#include "maxcompute/wire/arrow/chunks.h"
#include "maxcompute/wire/arrow/message.h"
#include "maxcompute/wire/arrow/transcode.h"
#include "maxcompute/wire/record_cursor.h"

namespace otsstream::local::test {
namespace {

using maxcompute::Column;
using maxcompute::EncodedCell;
namespace arrow = maxcompute::arrow;

class ArrowStreamTest : public MaxComputeTest {
 protected:
  void create(const std::string& table, const std::vector<Column>& columns) {
    std::string list;
    for (const Column& column : columns) {
      list += (list.empty() ? "" : ", ") + column.name + " " + column.type.text;
    }
    ddl("create table " + table + " (" + list + ")");
  }

  // One session with one Arrow block.
  Response put_arrow(const std::string& table, const std::string& upload, std::string body,
                     Headers headers = {}) {
    return send("PUT",
                "/projects/proj/tables/" + table + "?uploadid=" + upload + "&blockid=0&arrow",
                Body(std::move(body)), std::move(headers));
  }
  void land_arrow(const std::string& table, const std::string& body, Headers headers = {}) {
    const std::string upload = open_upload(table);
    Response put = put_arrow(table, upload, body, std::move(headers));
    EXPECT_EQ(put.status, 200) << text_of(put);
    EXPECT_EQ(commit(table, upload).status, 200);
  }

  Response read(const std::string& table, const std::string& more, Headers headers = {}) {
    Response created = post("/projects/proj/tables/" + table + "?downloads");
    auto info = maxcompute::read_download_session_json(text_of(created));
    EXPECT_TRUE(info) << text_of(created);
    return send("GET", "/projects/proj/tables/" + table + "?data&downloadid=" + info->id + more, {},
                std::move(headers));
  }
};

// What the messages of an Arrow body hold, as a record stream.
std::string records_of(const std::string& body, const std::vector<Column>& columns,
                       const arrow::Layout& layout = arrow::kPyodpsLayout) {
  auto records = records_of_arrow(body, columns, layout);
  EXPECT_TRUE(records) << records.error().to_string();
  return records ? to_hex(records->view()) : "";
}

class ArrowTypesTest : public ArrowStreamTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(ArrowTypesTest, BlocksOfPyarrowAreReadInBothForms) {
  const arrow::ArrowVector vector = arrow::load_arrow_vector(GetParam());
  create("t", vector.columns);
  const std::string body = arrow::write_chunks(vector.messages);
  land_arrow("t", body);
  const std::string expected = records_of(body, vector.columns);
  EXPECT_EQ(to_hex(text_of(read("t", "&rowrange=(0,100)"))), expected);
  Response back = read("t", "&rowrange=(0,100)&arrow");
  EXPECT_EQ(back.status, 200) << text_of(back);
  EXPECT_EQ(records_of(text_of(back), vector.columns), expected);
}

INSTANTIATE_TEST_SUITE_P(Pyarrow, ArrowTypesTest,
                         ::testing::Values("numbers", "texts", "decimals", "times", "nested",
                                           "empty", "nulls_only", "batches"));

std::vector<Column> id_and_name() {
  return arrow::columns_of({{"id", "bigint"}, {"name", "string"}});
}

class ArrowRowsTest : public ArrowStreamTest {
 protected:
  ArrowRowsTest() {
    create("t", id_and_name());
    land("t", id_and_text({{1, "a"}, {2, "b"}}));
    land("t", id_and_text({{3, "c"}, {4, "d"}}));
  }
};

TEST_F(ArrowRowsTest, ARangeOverBlocks) {
  EXPECT_EQ(records_of(text_of(read("t", "&rowrange=(1,2)&arrow")), id_and_name()),
            to_hex(id_and_text({{2, "b"}, {3, "c"}})));
  EXPECT_EQ(to_hex(text_of(read("t", "&rowrange=(4,2)&arrow"))), "0001000000000000") << "no rows";
}

TEST_F(ArrowRowsTest, ColumnsComeInTheTablesOrder) {
  EXPECT_EQ(records_of(text_of(read("t", "&rowrange=(0,1)&arrow&columns=name,id")), id_and_name()),
            to_hex(id_and_text({{1, "a"}})));
  EXPECT_EQ(code_of(read("t", "&rowrange=(0,1)&arrow&columns=nope")), "InvalidColumnSpec");
}

TEST_F(ArrowRowsTest, EveryEncodingBothWays) {
  struct Encoding {
    const char* name;
    Codec codec;
  };
  const std::string raw = text_of(read("t", "&rowrange=(0,4)&arrow"));
  for (const Encoding& encoding :
       {Encoding{"deflate", Codec::kDeflate}, Encoding{"zstd", Codec::kZstd},
        Encoding{"x-odps-lz4-frame", Codec::kLz4Frame},
        Encoding{"x-snappy-framed", Codec::kSnappyFramed}}) {
    SCOPED_TRACE(encoding.name);
    Response packed = read("t", "&rowrange=(0,4)&arrow", {{"Accept-Encoding", encoding.name}});
    EXPECT_EQ(packed.headers.get("Content-Encoding"), encoding.name);
    EXPECT_EQ(decompress(encoding.codec, text_of(packed), 1 << 20).value(), raw);
    create("packed", id_and_name());
    land_arrow("packed", text_of(packed), {{"Content-Encoding", encoding.name}});
    EXPECT_EQ(select("select * from packed order by id"),
              (std::vector<std::string>{"1|a", "2|b", "3|c", "4|d"}));
    ddl("drop table packed");
  }
}

TEST_F(ArrowRowsTest, WritersThatWroteNothing) {
  const std::string empty_of_pyodps(4, '\0');
  for (const std::string& body : {std::string(), empty_of_pyodps, arrow::write_chunks("")}) {
    land_arrow("t", body);
  }
  EXPECT_EQ(select("select count(*) from t"), std::vector<std::string>{"4"});
}

TEST_F(ArrowRowsTest, RefusalsNameTheirReason) {
  struct Bad {
    const char* what;
    std::string body;
    const char* code;
    const char* message;
  };
  auto vector = [](const char* name) {
    return arrow::write_chunks(arrow::load_arrow_vector(name).messages);
  };
  std::string flipped = vector("texts");
  flipped[100] ^= 1;
  ddl("create table s (s string)");
  for (const Bad& bad :
       {Bad{"cut", vector("texts").substr(0, 200), "CorruptedDataStream", "wrong checksum"},
        Bad{"flipped", flipped, "CorruptedDataStream", "wrong checksum"},
        Bad{"other columns", vector("numbers"), "MalformedDataStream", "offsets are cut"},
        Bad{"compressed", vector("refused_lz4"), "NotImplemented", "compressed buffers"},
        Bad{"dictionary", vector("refused_dictionary"), "NotImplemented", "dictionary"},
        Bad{"schema", vector("refused_schema"), "MalformedDataStream", "only record batches"}}) {
    Response refused = put_arrow("s", open_upload("s"), bad.body);
    EXPECT_EQ(refused.status, 400) << bad.what;
    EXPECT_EQ(code_of(refused), bad.code) << bad.what << "\n" << text_of(refused);
    EXPECT_THAT(text_of(refused), ::testing::HasSubstr(bad.message)) << bad.what;
  }
}

TEST_F(ArrowStreamTest, EachClientHasItsLayout) {
  const auto columns = arrow::columns_of({{"iv", "interval_day_time"}, {"n", "decimal(10,0)"}});
  create("t", columns);
  maxcompute::RecordStreamWriter records;
  records.add_seconds(1, 90061, 5'000'000);
  records.add_text(2, "42");
  records.end_record();
  const std::string stream = records.finish();
  land("t", stream);
  for (const auto& [agent, layout] :
       {std::pair{"JavaSDK Revision:1 Version:0.52.3 JavaVersion:17", arrow::kJavaLayout},
        std::pair{"Java/17.0.15", arrow::kJavaLayout},
        std::pair{"pyodps/0.13.2 CPython/3.11.7 Linux/6", arrow::kPyodpsLayout}}) {
    SCOPED_TRACE(agent);
    const std::string body = text_of(read("t", "&rowrange=(0,9)&arrow", {{"User-Agent", agent}}));
    EXPECT_EQ(records_of(body, columns, layout), to_hex(stream));
    ddl("create table copy (iv interval_day_time, n decimal(10,0))");
    land_arrow("copy", body, {{"User-Agent", agent}});
    EXPECT_EQ(to_hex(text_of(read("copy", "&rowrange=(0,9)"))), to_hex(stream));
    ddl("drop table copy");
  }
}

TEST_F(ArrowStreamTest, ATimeBeyondNanosecondsIsAnErrorOfTheRequest) {
  create("t", arrow::columns_of({{"at", "timestamp"}}));
  maxcompute::RecordStreamWriter records;
  records.add_seconds(1, 253'402'300'799, 0);  // the last second of the year 9999
  records.end_record();
  land("t", records.finish());
  Response refused = read("t", "&rowrange=(0,1)&arrow");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(code_of(refused), "NotImplemented");
  EXPECT_THAT(text_of(refused), ::testing::HasSubstr("row 1, column at"));
  EXPECT_EQ(get("/projects/proj/tables/t/preview?limit=1").status, 200)
      << "previews have seconds and nanos";
}

class ArrowPreviewTest : public ArrowStreamTest {
 protected:
  // Behind the schema message, and before the mark of the end.
  static std::string rows_of(const std::string& stream, const std::vector<Column>& columns) {
    std::string schema;
    arrow::append_schema_message(schema, arrow::make_fields(columns, arrow::kPreviewLayout));
    EXPECT_TRUE(stream.starts_with(schema));
    EXPECT_TRUE(stream.ends_with(arrow::kEndOfStream));
    auto records = arrow::to_record_stream(
        std::string_view(stream).substr(schema.size(),
                                        stream.size() - schema.size() - arrow::kEndOfStream.size()),
        columns, arrow::kPreviewLayout, 1 << 20);
    EXPECT_TRUE(records) << records.error().to_string();
    return records ? to_hex(records->bytes) : "";
  }
  Response preview(const std::string& query, Headers headers = {}) {
    return send("GET", "/projects/proj/schemas/default/tables/" + query, {}, std::move(headers));
  }
};

TEST_F(ArrowPreviewTest, FirstRowsOfATable) {
  create("t", id_and_name());
  EXPECT_EQ(rows_of(text_of(preview("t/preview?limit=-1")), id_and_name()),
            to_hex(id_and_text({})));
  land("t", id_and_text({{1, "a"}, {2, "b"}}));
  land("t", id_and_text({{3, "c"}}));
  EXPECT_EQ(rows_of(text_of(preview("t/preview?limit=-1")), id_and_name()),
            to_hex(id_and_text({{1, "a"}, {2, "b"}, {3, "c"}})));
  EXPECT_EQ(rows_of(text_of(preview("t/preview?limit=1")), id_and_name()),
            to_hex(id_and_text({{1, "a"}})));
  const auto names = arrow::columns_of({{"name", "string"}});
  maxcompute::RecordStreamWriter one;
  one.add_text(1, "a");
  one.end_record();
  EXPECT_EQ(rows_of(text_of(preview("t/preview?limit=1&columns=name")), names),
            to_hex(one.finish()));
  Response packed = preview("t/preview?limit=1", {{"Accept-Encoding", "deflate"}});
  EXPECT_EQ(packed.headers.get("Content-Encoding"), "deflate");
}

TEST_F(ArrowPreviewTest, JavaHas128BitsForDecimals) {
  const auto columns = arrow::columns_of({{"n", "decimal"}});
  create("t", columns);
  auto schema_of = [&](const arrow::Layout& layout) {
    std::string schema;
    arrow::append_schema_message(schema, arrow::make_fields(columns, layout));
    return schema;
  };
  EXPECT_THAT(text_of(preview("t/preview?limit=1")),
              ::testing::StartsWith(schema_of(arrow::kPreviewLayout)));
  EXPECT_THAT(text_of(preview("t/preview?limit=1", {{"User-Agent", "Java/17.0.15"}})),
              ::testing::StartsWith(schema_of(arrow::kJavaPreviewLayout)));
}

TEST_F(ArrowPreviewTest, NoMoreThanTenThousandRows) {
  create("t", id_and_name());
  std::vector<std::pair<int64_t, std::string>> rows(kMaxPreviewRows + 1, {7, ""});
  land("t", id_and_text(rows));
  rows.pop_back();
  EXPECT_EQ(rows_of(text_of(preview("t/preview?limit=20000")), id_and_name()),
            to_hex(id_and_text(rows)));
}

TEST_F(ArrowPreviewTest, PartitionColumnsComeLast) {
  ddl("create table p (id bigint, name string) partitioned by (day string, hour bigint)");
  ddl("alter table p add partition (day='x', hour=1) partition (day='x', hour=2)");
  land("p", id_and_text({{1, "a"}}), "day=x,hour=1");
  land("p", id_and_text({{2, "b"}}), "day=x,hour=2");
  const auto columns = arrow::columns_of(
      {{"id", "bigint"}, {"name", "string"}, {"day", "string"}, {"hour", "bigint"}});
  auto rows = [](std::initializer_list<int> numbers) {
    maxcompute::RecordStreamWriter out;
    for (int n : numbers) {
      out.add_bigint(1, n);
      out.add_text(2, n == 1 ? "a" : "b");
      out.add_text(3, "x");
      out.add_bigint(4, n);
      out.end_record();
    }
    return to_hex(out.finish());
  };
  EXPECT_EQ(rows_of(text_of(preview("p/preview?limit=9")), columns), rows({1, 2}));
  EXPECT_EQ(rows_of(text_of(preview("p/preview?limit=9&partition=day%3Dx%2Chour%3D2")), columns),
            rows({2}));
}

TEST_F(ArrowPreviewTest, RefusalsNameTheirReason) {
  create("t", id_and_name());
  EXPECT_EQ(code_of(preview("nope/preview?limit=1")), "NoSuchTable");
  EXPECT_EQ(code_of(preview("t/preview?limit=x")), "InvalidArgument");
  EXPECT_EQ(code_of(preview("t/preview?limit=1&columns=id,nope")), "InvalidColumnSpec");
  ddl("create table p (id bigint) partitioned by (day string)");
  EXPECT_EQ(code_of(preview("p/preview?limit=1&partition=day%3Dx")), "NoSuchPartition");
}

}  // namespace
}  // namespace otsstream::local::test
