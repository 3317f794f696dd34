// Both directions of the record stream against the byte vectors of the official client
// (maxcompute-protocol.md 4.5).

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "base/bytes.h"
#include "base/compress.h"
#include "base/crc.h"
#include "config/json_text.h"
#include "maxcompute/wire/record_stream_reader.h"
#include "maxcompute/wire/record_stream_writer.h"

namespace otsstream::maxcompute {
namespace {

std::string read_file(const std::string& name) {
  std::ifstream in(OTS_SOURCE_DIR "/tests/data/vectors/" + name);
  EXPECT_TRUE(in) << name;
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// One cell of a vector's JSON, as the reader gives it. Texts that do not stand in the document are
// kept in `texts`.
Value expected_value(const JsonNode& node, TypeKind kind, std::deque<std::string>& texts) {
  if (node.is_null()) return Value::null();
  const std::string& text = node.text();
  switch (kind) {
    case TypeKind::kBigint:
    case TypeKind::kInt:
    case TypeKind::kSmallint:
    case TypeKind::kTinyint:
      return Value::from_long(*node.as_int64());
    case TypeKind::kBoolean:
      return Value::from_bool(*node.as_bool());
    case TypeKind::kFloat:
      return Value::from_double(static_cast<float>(*node.as_double()));
    case TypeKind::kDouble:
      if (node.is_number()) return Value::from_double(*node.as_double());
      if (text == "-0.0") return Value::from_double(-0.0);
      if (text == "+Infinity") return Value::from_double(std::numeric_limits<double>::infinity());
      EXPECT_EQ(text, "NaN (7ff8000000000000)");
      return Value::from_double(std::bit_cast<double>(uint64_t{0x7ff8000000000000}));
    case TypeKind::kBinary:
      EXPECT_TRUE(text.starts_with("hex:"));
      return Value::from_bytes(texts.emplace_back(from_hex(text.substr(4))));
    case TypeKind::kDatetime:
      return Value::from_date_ms(std::stoll(text));
    case TypeKind::kDate:
      return Value::from_date_ms(std::stoll(text) * 86400000);
    default:
      if (text == "\\u0000") return Value::from_string(texts.emplace_back(1, '\0'));
      if (text == "a x 130") return Value::from_string(texts.emplace_back(130, 'a'));
      return Value::from_string(texts.emplace_back(text));
  }
}

std::string show(const Value& v) {
  switch (v.type()) {
    case ValueType::kNull:
      return "null";
    case ValueType::kLong:
      return "long " + std::to_string(v.as_long());
    case ValueType::kDouble:
      return "double " + std::to_string(std::bit_cast<uint64_t>(v.as_double()));
    case ValueType::kString:
      return "string " + to_hex(v.as_view());
    case ValueType::kBool:
      return v.as_bool() ? "true" : "false";
    case ValueType::kBytes:
      return "bytes " + to_hex(v.as_view());
    case ValueType::kDate:
      return "date " + std::to_string(v.as_date_ms());
  }
  return "?";
}

void write_value(RecordStreamWriter& out, uint32_t column, TypeKind kind, const Value& v) {
  switch (v.type()) {
    case ValueType::kNull:
      return;
    case ValueType::kLong:
      return out.add_bigint(column, v.as_long());
    case ValueType::kBool:
      return out.add_boolean(column, v.as_bool());
    case ValueType::kString:
    case ValueType::kBytes:
      return out.add_text(column, v.as_view());
    case ValueType::kDouble:
      if (kind == TypeKind::kFloat) return out.add_float(column, static_cast<float>(v.as_double()));
      return out.add_double(column, v.as_double());
    case ValueType::kDate:
      if (kind == TypeKind::kDate) return out.add_bigint(column, v.as_date_ms() / 86400000);
      return out.add_bigint(column, v.as_date_ms());
  }
}

struct Vector {
  std::string stream;
  std::vector<Column> columns;
  std::vector<std::vector<Value>> rows;
  std::deque<std::string> texts;
};

void load(const std::string& name, Vector& vector) {
  vector.stream = from_hex(read_file(name + ".hex"));
  auto document = parse_json(read_file(name + ".json"), name, {.strict = true});
  ASSERT_TRUE(document) << document.error().to_string();
  const JsonNode& root = (*document)->root();
  ASSERT_EQ(vector.stream.size(), *root.find("length")->as_uint64());
  uint32_t crc = crc32c(0, vector.stream);
  uint32_t crc_be = __builtin_bswap32(crc);
  ASSERT_EQ(to_hex({reinterpret_cast<const char*>(&crc_be), 4}),
            root.find("crc32c_of_file")->text());
  if (name == "odps-14-deflate") vector.stream = *zlib_inflate(vector.stream, 1000);

  for (const JsonNode* item : root.find("schema")->items()) {
    std::string column = item->items()[0]->text();
    if (column.starts_with("(partition)")) continue;  // takes no number
    auto type = parse_type(item->items()[1]->text());
    ASSERT_TRUE(type) << type.error().to_string();
    vector.columns.push_back({column, *type, "", true});
  }
  const JsonNode* rows = root.find("rows");
  if (name == "odps-10-many-rows") {  // the JSON gives the rule in words
    for (int i = 0; i < 300; ++i)
      vector.rows.push_back({Value::from_long(i), Value::from_string(vector.texts.emplace_back(
                                                      "r" + std::to_string(i)))});
  } else if (name == "odps-11-wide") {
    vector.rows.emplace_back(2100);
    for (int n : {1, 15, 16, 2047, 2048, 2100}) vector.rows[0][n - 1] = Value::from_long(n);
  } else {
    for (const JsonNode* row : rows->items()) {
      auto& values = vector.rows.emplace_back(vector.columns.size());
      for (size_t i = 0; i < row->items().size(); ++i)
        values[i] = expected_value(*row->items()[i], vector.columns[i].type.kind, vector.texts);
    }
  }
}

class RecordStreamVectors : public testing::TestWithParam<const char*> {};

TEST_P(RecordStreamVectors, DecodeToTheRows) {
  Vector vector;
  load(GetParam(), vector);
  if (HasFatalFailure()) return;
  RecordStreamReader reader(vector.stream, vector.columns);
  std::vector<Value> row(vector.columns.size());
  for (size_t r = 0; r < vector.rows.size(); ++r) {
    auto more = reader.next(row);
    ASSERT_TRUE(more) << more.error().to_string();
    ASSERT_TRUE(*more);
    for (size_t c = 0; c < row.size(); ++c)
      EXPECT_EQ(show(row[c]), show(vector.rows[r][c])) << "row " << r << " column " << c + 1;
  }
  auto more = reader.next(row);
  ASSERT_TRUE(more) << more.error().to_string();
  EXPECT_FALSE(*more);
  EXPECT_FALSE(*reader.next(row)) << "the end stays the end";
  EXPECT_EQ(reader.records(), vector.rows.size());
}

TEST_P(RecordStreamVectors, EncodeToTheSameBytes) {
  if (std::string(GetParam()) == "odps-15-download-metrics") return;  // metrics are never written
  Vector vector;
  load(GetParam(), vector);
  if (HasFatalFailure()) return;
  for (size_t reserve : {size_t{0}, size_t{1} << 20}) {
    RecordStreamWriter writer(reserve);
    for (const auto& row : vector.rows) {
      for (size_t c = 0; c < row.size(); ++c)
        write_value(writer, static_cast<uint32_t>(c + 1), vector.columns[c].type.kind, row[c]);
      writer.end_record();
    }
    EXPECT_EQ(writer.records(), vector.rows.size());
    EXPECT_EQ(to_hex(writer.finish()), to_hex(vector.stream));
    EXPECT_EQ(to_hex(writer.finish()), "f0ffff7f00f8ffff7f00") << "usable again, and empty";
  }
}

INSTANTIATE_TEST_SUITE_P(All, RecordStreamVectors,
                         testing::Values("odps-01-empty", "odps-02-two-rows", "odps-03-nulls",
                                         "odps-04-primitives", "odps-05-small-ints-float",
                                         "odps-06-datetime-date", "odps-07-text-like",
                                         "odps-10-many-rows", "odps-11-wide", "odps-12-partitioned",
                                         "odps-13-ots-row", "odps-14-deflate",
                                         "odps-15-download-metrics"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(RecordStreamWriter, DroppedRecordLeavesNoTrace) {
  RecordStreamWriter plain;
  RecordStreamWriter dropped;
  for (int64_t i = 0; i < 3; ++i) {
    for (RecordStreamWriter* writer : {&plain, &dropped}) {
      writer->add_bigint(1, i);
      writer->add_text(2, "v");
      writer->end_record();
    }
    dropped.add_bigint(1, 99);
    dropped.add_text(2, std::string(100000, 'x'));
    dropped.drop_record();
  }
  EXPECT_EQ(dropped.bytes(), plain.bytes());
  dropped.add_boolean(1, true);  // an unfinished record at the end
  EXPECT_EQ(to_hex(dropped.finish()), to_hex(plain.finish()));
}

TEST(RecordStreamWriter, GrowsBeyondItsReserve) {
  std::vector<Column> columns = {{"a", *parse_type("string"), "", true}};
  RecordStreamWriter writer(100);
  for (size_t i = 0; i < 50; ++i) {
    writer.add_text(1, std::string(i * 5000, 'x'));
    writer.end_record();
  }
  size_t bytes = writer.bytes();
  std::string stream = writer.finish();
  EXPECT_GT(stream.size(), bytes);
  EXPECT_EQ(*verify_record_stream(stream, columns), 50u);
}

TEST(RecordStreamReader, EveryCutOfAStreamIsRefused) {
  Vector vector;
  load("odps-13-ots-row", vector);
  if (HasFatalFailure()) return;
  for (size_t length = 0; length < vector.stream.size(); ++length) {
    auto count = verify_record_stream(vector.stream.substr(0, length), vector.columns);
    ASSERT_FALSE(count) << length;
    EXPECT_EQ(count.error().kind, ErrorKind::kCorrupt) << length;
  }
}

TEST(RecordStreamReader, EveryFlippedBitIsRefused) {
  for (const char* name : {"odps-13-ots-row", "odps-04-primitives", "odps-05-small-ints-float"}) {
    Vector vector;
    load(name, vector);
    if (HasFatalFailure()) return;
    for (size_t bit = 0; bit < vector.stream.size() * 8; ++bit) {
      std::string damaged = vector.stream;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
      auto count = verify_record_stream(damaged, vector.columns);
      ASSERT_FALSE(count) << name << " bit " << bit;
      EXPECT_EQ(count.error().kind, ErrorKind::kCorrupt) << name << " bit " << bit;
    }
  }
}

}  // namespace
}  // namespace otsstream::maxcompute
