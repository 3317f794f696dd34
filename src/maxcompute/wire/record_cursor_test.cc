// Every check of maxcompute-protocol.md 4.6, by name.

#include "maxcompute/wire/record_cursor.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "base/random.h"
#include "maxcompute/wire/record_stream_reader.h"
#include "maxcompute/wire/record_stream_writer.h"

namespace otsstream::maxcompute {
namespace {

// odps-02: two rows (1, "x"), (2, "y").
const char kGood[] =
    "080212017880c0ff7fc9a8e2f503080412017980c0ff7fe5bf95ed09f0ffff7f04f8ffff7fb2d093f202";

std::vector<Column> columns_of(std::vector<std::string> types) {
  std::vector<Column> columns;
  for (const std::string& type : types)
    columns.push_back({"c" + std::to_string(columns.size() + 1), *parse_type(type), "", true});
  return columns;
}

struct BadCase {
  const char* name;
  const char* hex;
  const char* code;
  const char* message;  // contained
};

void PrintTo(const BadCase& c, std::ostream* out) { *out << c.name; }

class BadStream : public testing::TestWithParam<BadCase> {};

TEST_P(BadStream, IsRefusedWithAReason) {
  auto columns = columns_of({"bigint", "string", "double", "boolean", "date"});
  std::string stream = from_hex(GetParam().hex);
  auto count = verify_record_stream(stream, columns);
  ASSERT_FALSE(count);
  EXPECT_EQ(count.error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(count.error().code, GetParam().code);
  EXPECT_NE(count.error().message.find(GetParam().message), std::string::npos)
      << count.error().message;
}

constexpr char kMalformed[] = "MalformedDataStream";
constexpr char kCorrupted[] = "CorruptedDataStream";

INSTANTIATE_TEST_SUITE_P(
    Checks, BadStream,
    testing::Values(
        BadCase{"Empty", "", kMalformed, "byte 0, record 1: the footer is missing"},
        BadCase{"ColumnZero", "0002", kMalformed, "outside the table's columns"},
        BadCase{"ColumnBeyondTheTable", "3002", kMalformed, "outside the table's columns"},
        BadCase{"WireTypeOfAnotherType", "0a0178", kMalformed,
                "column 1 'c1' (bigint): the wire type"},
        BadCase{"FixedWhereTextBelongs", "15000000000000", kMalformed,
                "column 2 'c2' (string): the wire type"},
        BadCase{"GroupWireType", "0b", kMalformed, "the wire type"},
        BadCase{"RepeatedColumn", "08020802", kMalformed, "do not ascend"},
        BadCase{"DescendingColumn", "1201780802", kMalformed, "do not ascend"},
        BadCase{"RecordChecksum", "080212017880c0ff7fc8a8e2f503", kCorrupted,
                "byte 9, record 1: the record checksum is wrong"},
        BadCase{"ChecksumOf64Bits", "080212017880c0ff7fffffffffff01", kMalformed,
                "a checksum has more than 32 bits"},
        BadCase{"CountTooLarge", "f0ffff7f02f8ffff7f00", kMalformed, "the record count differs"},
        BadCase{"CountNegative", "f0ffff7f01f8ffff7f00", kMalformed, "the record count differs"},
        BadCase{"StreamChecksum", "f0ffff7f00f8ffff7f01", kCorrupted,
                "the stream checksum is wrong"},
        BadCase{"NoStreamChecksum", "f0ffff7f00", kMalformed, "the stream ends inside a number"},
        BadCase{"OtherFieldInTheFooter", "f0ffff7f000802", kMalformed,
                "no stream checksum follows"},
        BadCase{"BytesBehindTheFooter", "f0ffff7f00f8ffff7f0000", kMalformed,
                "bytes follow the footer"},
        BadCase{"FooterInsideARecord", "0802f0ffff7f00f8ffff7f00", kMalformed,
                "the footer begins inside a record"},
        BadCase{"NoFooter", "080212017880c0ff7fc9a8e2f503", kMalformed,
                "record 2: the footer is missing"},
        BadCase{"EndsInsideARecord", "0802", kMalformed, "the stream ends inside a record"},
        BadCase{"LengthBeyondTheStream", "12057879", kMalformed,
                "a length reaches beyond the stream"},
        BadCase{"HugeLength", "12ffffffffffffffffff01", kMalformed,
                "a length reaches beyond the stream"},
        BadCase{"OverlongTag", "888000", kMalformed, "longer than it needs to be"},
        BadCase{"OverlongValue", "088200", kMalformed, "longer than it needs to be"},
        BadCase{"VarintOf70Bits", "08ffffffffffffffffff7f00000000", kMalformed,
                "more than 64 bits"},
        BadCase{"TagOf64Bits", "ffffffffffffffffff01", kMalformed, "a tag has more than 32 bits"},
        BadCase{"ShortDouble", "1900000000", kMalformed, "the stream ends inside a value"},
        BadCase{"BooleanTwo", "2002", kMalformed, "a boolean is neither 0 nor 1"},
        BadCase{"DateBeyondTime", "28ffffffffffffffffff01", kMalformed,
                "outside the range of time"},
        BadCase{"MetricsChecksum", "f0ffff7f000a027b7d80f0ff7f01f8ffff7f00", kCorrupted,
                "metrics block is wrong"},
        BadCase{"MetricsWithoutEnd", "f0ffff7f000a027b7df8ffff7f00", kMalformed,
                "the metrics block has no end"}),
    [](const auto& test) { return std::string(test.param.name); });

// Values that a flat protobuf reader would not understand, each alone in column 1.
struct BadValue {
  const char* name;
  const char* type;
  const char* hex;  // behind the tag
  const char* message;
};

void PrintTo(const BadValue& c, std::ostream* out) { *out << c.name; }

class BadNestedValue : public testing::TestWithParam<BadValue> {};

TEST_P(BadNestedValue, IsRefusedWithAReason) {
  const BadValue& c = GetParam();
  auto columns = columns_of({c.type});
  auto count = verify_record_stream(from_hex(std::string("0a") + c.hex), columns);
  ASSERT_FALSE(count);
  EXPECT_EQ(count.error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(count.error().code, kMalformed);
  EXPECT_NE(count.error().message.find(std::string("record 1, column 1 'c1' (") + c.type +
                                       "): " + c.message),
            std::string::npos)
      << count.error().message;

  auto cell = decode_cell(from_hex(c.hex), columns[0].type);
  ASSERT_FALSE(cell);
  EXPECT_EQ(cell.error().code, kMalformed);
  EXPECT_NE(cell.error().message.find(c.message), std::string::npos) << cell.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Checks, BadNestedValue,
    testing::Values(
        BadValue{"NanosTooLarge", "timestamp", "028094ebdc07", "nanoseconds are not 0 to"},
        BadValue{"NanosNegative", "timestamp_ntz", "0201", "nanoseconds are not 0 to"},
        BadValue{"NanosOf64Bits", "interval_day_time", "02feffffffffffffffff01",
                 "nanoseconds are not 0 to"},
        BadValue{"NoNanos", "timestamp", "02", "the stream ends inside a number"},
        BadValue{"TimestampBeyondTime", "timestamp", "feffffffffffffffff0100",
                 "a timestamp is outside the range of time"},
        BadValue{"NtzBeforeTime", "timestamp_ntz", "ffffffffffffffffff0100",
                 "a timestamp is outside the range of time"},
        BadValue{"DateInAnArray", "array<date>", "0100ffffffffffffffffff01",
                 "a date is outside the range of time"},
        BadValue{"TinyintInAStruct", "struct<x:tinyint>", "008002",
                 "a number is outside its type's range"},
        BadValue{"SmallintInAMap", "map<smallint,int>", "0100808004",
                 "a number is outside its type's range"},
        BadValue{"IntInAnArray", "array<int>", "01008080808010",
                 "a number is outside its type's range"},
        BadValue{"FlagTwo", "array<bigint>", "010202", "a NULL flag is neither 0 nor 1"},
        BadValue{"FlagOfTwoBytes", "array<bigint>", "01818002", "a NULL flag is neither 0 nor 1"},
        BadValue{"CountBeyondTheStream", "array<bigint>", "0500020002",
                 "a count reaches beyond the stream"},
        BadValue{"CountOf64Bits", "array<string>", "ffffffffffffffffff01",
                 "a count reaches beyond the stream"},
        BadValue{"NestedCount", "array<array<bigint>>", "0100ffffffff0f",
                 "a count reaches beyond the stream"},
        BadValue{"NoCount", "array<bigint>", "", "the stream ends inside a number"},
        BadValue{"EndsInsideAnElement", "array<double>", "010000000000",
                 "the stream ends inside a value"},
        BadValue{"BooleanTwoInAStruct", "struct<x:boolean>", "0002",
                 "a boolean is neither 0 nor 1"},
        BadValue{"StructWithoutItsLastField", "struct<x:int,y:int>", "0002",
                 "the stream ends inside a number"},
        BadValue{"NullKey", "map<string,bigint>", "01010100", "a key of a map is NULL"},
        BadValue{"FewerValuesThanKeys", "map<bigint,bigint>", "01000200",
                 "a map has not as many values as keys"},
        BadValue{"MoreValuesThanKeys", "map<bigint,bigint>", "0001010101",
                 "a map has not as many values as keys"},
        BadValue{"KeysBeyondTheStream", "map<bigint,bigint>", "7f0002",
                 "a count reaches beyond the stream"},
        BadValue{"LengthInsideAnArray", "array<string>", "01007f41",
                 "a length reaches beyond the stream"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(RecordCursor, NestedValuesHaveTheirWireType) {
  for (const char* type : {"timestamp", "timestamp_ntz", "interval_day_time", "array<bigint>",
                           "map<bigint,bigint>", "struct<x:int>"}) {
    auto count = verify_record_stream(from_hex("0800"), columns_of({type}));
    ASSERT_FALSE(count);
    EXPECT_NE(count.error().message.find("the wire type does not fit"), std::string::npos) << type;
  }
  EXPECT_NE(verify_record_stream(from_hex("0a00"), columns_of({"interval_year_month"}))
                .error()
                .message.find("the wire type does not fit"),
            std::string::npos);
}

TEST(RecordCursor, AValueOfADeepTypeIsWalkedToItsEnd) {
  std::string type = "bigint";
  std::string value = "02";
  for (int depth = 0; depth < 32; ++depth) {
    type = "array<" + type + ">";
    value = "0100" + value;
  }
  auto columns = columns_of({type});
  auto cell = decode_cell(from_hex(value), columns[0].type);
  ASSERT_TRUE(cell) << cell.error().to_string();
  const Cell* inner = &*cell;
  for (int depth = 0; depth < 32; ++depth) inner = &inner->items.at(0);
  EXPECT_EQ(inner->number, 1);
}

TEST(RecordCursor, BytesBehindASingleValueAreRefused) {
  auto cell = decode_cell(from_hex("0202"), *parse_type("bigint"));
  ASSERT_FALSE(cell);
  EXPECT_NE(cell.error().message.find("value of the type bigint, byte 1: bytes follow the value"),
            std::string::npos)
      << cell.error().message;
}

TEST(RecordCursor, GivesNullForColumnsThatARecordLeavesOut) {
  auto columns = columns_of({"bigint", "string"});
  RecordStreamWriter writer;
  writer.add_bigint(1, 5);
  writer.add_text(2, "x");
  writer.end_record();
  writer.add_text(2, "y");
  writer.end_record();
  writer.end_record();
  const std::string stream = writer.finish();
  RecordCursor cursor(stream, columns);
  std::vector<EncodedCell> cells(2);
  ASSERT_TRUE(*cursor.next(cells));
  EXPECT_EQ(to_hex(cells[0].bytes), "0a");
  EXPECT_EQ(to_hex(cells[1].bytes), "0178");
  ASSERT_TRUE(*cursor.next(cells));
  EXPECT_TRUE(cells[0].null);
  EXPECT_EQ(to_hex(cells[1].bytes), "0179");
  ASSERT_TRUE(*cursor.next(cells));
  EXPECT_TRUE(cells[0].null);
  EXPECT_TRUE(cells[1].null);
  EXPECT_FALSE(*cursor.next(cells));
}

TEST(RecordCursor, RowOfAnotherWidthIsOurOwnMistake) {
  auto columns = columns_of({"bigint", "string"});
  const std::string stream = from_hex(kGood);
  RecordCursor cursor(stream, columns);
  std::vector<EncodedCell> cells(3);
  EXPECT_EQ(cursor.next(cells).error().code, "MaxCompute-RowWidth");
}

TEST(RecordStreamReader, AfterAnErrorTheNextCallFailsAlike) {
  auto columns = columns_of({"bigint", "string"});
  std::string stream = from_hex(kGood);
  stream[stream.size() - 1] ^= 1;
  RecordStreamReader reader(stream, columns);
  std::vector<Value> row(2);
  EXPECT_TRUE(*reader.next(row));
  EXPECT_TRUE(*reader.next(row));
  EXPECT_EQ(row[0].as_long(), 2);
  EXPECT_EQ(row[1].as_view(), "y");
  EXPECT_EQ(reader.next(row).error().code, kCorrupted);
  EXPECT_EQ(reader.next(row).error().code, kCorrupted);
}

TEST(RecordStreamReader, RowOfAnotherWidthIsOurOwnMistake) {
  auto columns = columns_of({"bigint", "string"});
  std::string stream = from_hex(kGood);
  RecordStreamReader reader(stream, columns);
  std::vector<Value> row(1);
  auto next = reader.next(row);
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().kind, ErrorKind::kInternal);
  EXPECT_EQ(next.error().code, "MaxCompute-RowWidth");
}

TEST(RecordStreamReader, RandomBytesNeverPass) {
  auto columns = columns_of({"bigint", "string", "double", "boolean", "date", "timestamp",
                             "array<struct<a:map<string,int>,b:interval_day_time>>"});
  Random random(7);
  for (int round = 0; round < 20000; ++round) {
    std::string stream;
    for (uint64_t n = random.below(60); n > 0; --n) stream += static_cast<char>(random.next());
    EXPECT_FALSE(verify_record_stream(stream, columns));
  }
}

}  // namespace
}  // namespace otsstream::maxcompute
