// Both directions of the record stream against the byte vectors of the official client
// (maxcompute-protocol.md 4.5).

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <deque>
#include <limits>

#include "maxcompute/wire/record_stream_reader.h"
#include "maxcompute/wire/record_stream_writer.h"
#include "maxcompute/wire/record_vectors_for_test.h"

namespace otsstream::maxcompute {
namespace {

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

struct Vector : RecordVector {
  std::vector<std::vector<Value>> rows;
  std::deque<std::string> texts;
};

void load(const std::string& name, Vector& vector) {
  load_record_vector(name, vector);
  if (testing::Test::HasFatalFailure()) return;
  const JsonNode* rows = vector.document->root().find("rows");
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
                         name_of_vector);

TEST(RecordStreamReader, TypesThatRowsCannotCarryAreNamed) {
  struct Case {
    const char* type;
    const char* value;  // encoded
  } cases[] = {{"timestamp", "0000"},         {"timestamp_ntz", "0000"},
               {"interval_day_time", "0000"}, {"interval_year_month", "00"},
               {"array<bigint>", "00"},       {"map<string,bigint>", "0000"},
               {"struct<x:int>", "01"}};
  for (const Case& c : cases) {
    std::vector<Column> columns = {{"n", *parse_type("bigint"), "", true},
                                   {"t", *parse_type(c.type), "", true}};
    RecordStreamWriter writer;
    writer.add_bigint(1, 5);  // NULL in the other column is fine
    writer.end_record();
    writer.add_encoded(2, columns[1].type, from_hex(c.value));
    writer.end_record();
    std::string stream = writer.finish();
    RecordStreamReader reader(stream, columns);
    std::vector<Value> row(2);
    ASSERT_TRUE(reader.next(row));
    EXPECT_TRUE(row[1].is_null());
    auto more = reader.next(row);
    ASSERT_FALSE(more) << c.type;
    EXPECT_EQ(more.error().kind, ErrorKind::kUnsupported);
    EXPECT_EQ(more.error().code, "MaxCompute-Type");
    EXPECT_NE(more.error().message.find("record 2, column 2 't' (" + std::string(c.type) + ")"),
              std::string::npos)
        << more.error().message;
  }
}

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
