// The conversion matrix (maxcompute-protocol.md 5.2): numbers, booleans, binary; and what a dirty
// record is reported with.

#include "writer/odps/row_encoder.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "writer/odps/landed_cell_for_test.h"

namespace otsstream::writer {
namespace {

using testing::HasSubstr;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
const double kNan = std::nan("");
const double kInf = std::numeric_limits<double>::infinity();

const LandingCase kMatrix[] = {
    {"bigint", Value(), "NULL"},
    {"bigint", number(kMax), "9223372036854775807"},
    {"bigint", number(kMin + 1), "-9223372036854775807"},
    {"bigint", number(kMin), kDirty},
    {"bigint", real(12.9), "12"},
    {"bigint", real(-12.9), "-12"},
    {"bigint", real(9.3e18), kDirty},
    {"bigint", real(kNan), kDirty},
    {"bigint", text("12.9"), "12"},
    {"bigint", text("-12.9"), "-12"},
    {"bigint", text("1e3"), "1000"},
    {"bigint", text("1.5E2"), "150"},
    {"bigint", text("9223372036854775807.9"), "9223372036854775807"},
    {"bigint", text("9223372036854775808"), kDirty},
    {"bigint", text("-9223372036854775808"), kDirty},
    {"bigint", text(" 1"), kDirty},
    {"bigint", text("1 "), kDirty},
    {"bigint", text(""), kDirty},
    {"bigint", text("abc"), kDirty},
    {"bigint", text("NaN"), kDirty},
    {"bigint", text("Infinity"), kDirty},
    {"bigint", flag(true), "1"},
    {"bigint", flag(false), "0"},
    {"bigint", bytes("1"), kDirty},
    {"bigint", date(-7), "-7"},

    {"int", number((int64_t{1} << 32) + 5), "5"},
    {"int", number(int64_t{1} << 31), "-2147483648"},
    {"int", number(kMin), "0"},
    {"int", real(4294967301.7), "5"},
    {"int", text("2147483648"), "-2147483648"},
    {"int", text("x"), kDirty},
    {"int", flag(true), "1"},
    {"int", bytes("1"), kDirty},
    {"int", date(4294967297), "1"},
    {"smallint", number(65537), "1"},
    {"smallint", number(32768), "-32768"},
    {"smallint", real(65536.5), "0"},
    {"smallint", text("-32769"), "32767"},
    {"smallint", flag(false), "0"},
    {"smallint", bytes(""), kDirty},
    {"smallint", date(65538), "2"},
    {"tinyint", number(127), "127"},
    {"tinyint", number(128), kDirty},
    {"tinyint", number(-129), kDirty},
    {"tinyint", real(127.9), "127"},
    {"tinyint", text("-128"), "-128"},
    {"tinyint", text("1e3"), kDirty},
    {"tinyint", flag(true), "1"},
    {"tinyint", bytes("1"), kDirty},
    {"tinyint", date(5), kDirty},

    {"double", number(3), "3.0"},
    {"double", real(-0.5), "-0.5"},
    {"double", real(kNan), "NaN"},
    {"double", real(kInf), "Infinity"},
    {"double", text("1e-3"), "0.001"},
    {"double", text("NaN"), "NaN"},
    {"double", text("Infinity"), "Infinity"},
    {"double", text("-Infinity"), "-Infinity"},
    {"double", text("1e400"), kDirty},
    {"double", text(""), kDirty},
    {"double", text("1,5"), kDirty},
    {"double", flag(true), "1.0"},
    {"double", flag(false), "0.0"},
    {"double", bytes("1"), kDirty},
    {"double", date(0), kDirty},
    {"float", real(0.5), "0.5"},
    {"float", real(1e300), "Infinity"},
    {"float", number(2), "2.0"},
    {"float", text("-1e300"), "-Infinity"},
    {"float", flag(true), "1.0"},
    {"float", bytes("1"), kDirty},
    {"float", date(0), kDirty},

    {"boolean", number(0), "false"},
    {"boolean", number(-3), "true"},
    {"boolean", real(1), kDirty},
    {"boolean", text("TRUE"), "true"},
    {"boolean", text("False"), "false"},
    {"boolean", text("1"), kDirty},
    {"boolean", text(""), kDirty},
    {"boolean", flag(true), "true"},
    {"boolean", bytes("true"), kDirty},
    {"boolean", date(1), kDirty},

    {"binary", text("ab"), "ab"},
    {"binary", bytes("\xff"), "\xff"},
    {"binary", number(1), kDirty},
    {"binary", real(1), kDirty},
    {"binary", flag(true), kDirty},
    {"binary", date(1), kDirty},
};

TEST(RowEncoder, ConversionMatrix) { expect_landed(kMatrix); }

TEST(RowEncoder, NullLandsAsNullInEveryType) {
  for (const char* type : {"string",
                           "bigint",
                           "int",
                           "smallint",
                           "tinyint",
                           "double",
                           "float",
                           "boolean",
                           "binary",
                           "datetime",
                           "date",
                           "timestamp",
                           "timestamp_ntz",
                           "decimal(10,2)",
                           "varchar(3)",
                           "char(3)",
                           "json",
                           "interval_day_time",
                           "interval_year_month",
                           "array<bigint>",
                           "map<string,bigint>",
                           "struct<a:bigint>"})
    EXPECT_EQ(land(type, Value()), "NULL") << type;
}

TEST(RowEncoder, EmptyAsNullConcernsTextsOnly) {
  RowEncoder::Options options;
  options.empty_as_null = true;
  EXPECT_EQ(land("string", text(""), options), "NULL");
  EXPECT_EQ(land("bigint", text(""), options), "NULL");
  EXPECT_EQ(land("decimal(5,1)", text(""), options), "NULL");
  EXPECT_EQ(land("array<bigint>", text(""), options), "NULL");
  EXPECT_EQ(land("string", text(" "), options), " ");
  EXPECT_EQ(land("string", bytes(""), options), "");
}

TEST(RowEncoder, ReasonNamesFieldColumnTypesValueAndRemedy) {
  struct Case {
    const char* type;
    Value value;
    const char* message;
    const char* code;
    const char* remedy;
  };
  const std::string junk(500, 'z');
  for (const Case& c : std::initializer_list<Case>{
           {"bigint", text("abc"), "String \"abc\" cannot be converted to bigint", "Common-01",
            "correct the value at its source, or give the column the type string"},
           {"boolean", Value::from_string(junk), "zzzz...\" cannot be converted to boolean",
            "Common-01", "type string"},
           {"double", bytes("\x01\xff"), "Bytes 0x01ff (2 bytes) cannot be converted to double",
            "Common-01", "type string"},
           {"bigint", real(1e30),
            "Double 1000000000000000000000000000000 is out of the range of bigint", "Common-02",
            "a type that holds it"},
           {"tinyint", number(128), "Long 128 is out of the range of tinyint (-128 ... 127)",
            "Common-02", "a type that holds it"},
           {"datetime", number(INT64_MAX), "is out of the range of datetime (years 0000 ... 9999)",
            "Common-02", "a type that holds it"},
           {"decimal(5,2)", text("1234"),
            "String \"1234\" is out of the range of decimal(5,2) (at most 3 digits before the "
            "point)",
            "Common-02", "a type that holds it"},
           {"varchar(2)", text("abc"), "String \"abc\" is too long for varchar(2): 3 characters",
            "Common-02", "give the column a longer type"},
           {"array<bigint>", text("[1,\"x\"]"),
            "String \"[1,\\\"x\\\"]\" cannot be converted to array<bigint>: $[1]: ", "Common-01",
            "correct the value"},
           {"json", text("{"), "String \"{\" cannot be converted to json: ", "Common-01",
            "correct the value"}}) {
    const Error error = dirt(c.type, c.value);
    EXPECT_THAT(error.message, testing::StartsWith("field 0 (column `c`): "));
    EXPECT_THAT(error.message, HasSubstr(c.message)) << c.type;
    EXPECT_EQ(error.code, c.code) << c.type;
    EXPECT_THAT(error.remedy, HasSubstr(c.remedy)) << c.type;
    EXPECT_LT(error.message.size(), 250u);
  }
}

TEST(RowEncoder, NothingOfADroppedRecordStaysBehind) {
  auto mapping = std::make_shared<Mapping>();
  mapping->columns = {{1, 1, "a", *maxcompute::parse_type("string")},
                      {0, 4, "n", *maxcompute::parse_type("bigint")}};
  mapping->input_columns = 2;
  RowEncoder encoder(mapping, {});
  maxcompute::RecordStreamWriter out;
  const Value bad[] = {text("abc"), text("kept")};
  const Status encoded = encoder.encode(bad, out);
  ASSERT_FALSE(encoded);
  EXPECT_THAT(encoded.error().message, HasSubstr("field 0 (column `n`)"));
  EXPECT_EQ(out.records(), 0u);

  const Value good[] = {number(7), text("kept")};
  ASSERT_TRUE(encoder.encode(good, out));
  maxcompute::RecordStreamWriter alone;
  ASSERT_TRUE(RowEncoder(mapping, {}).encode(good, alone));
  EXPECT_EQ(out.finish(), alone.finish());
}

}  // namespace
}  // namespace otsstream::writer
