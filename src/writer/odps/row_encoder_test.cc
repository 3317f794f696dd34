// Every cell of the conversion matrix (maxcompute-protocol.md 5.2) for the targets that are
// written.

#include "writer/odps/row_encoder.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "maxcompute/wire/record_stream_reader.h"

namespace otsstream::writer {
namespace {

using testing::HasSubstr;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr const char* kDirty = "DIRTY";

std::shared_ptr<const Mapping> one_column(const std::string& type) {
  auto mapping = std::make_shared<Mapping>();
  mapping->columns = {{0, 1, "c", *maxcompute::parse_type(type)}};
  mapping->input_columns = 1;
  mapping->names = {"c"};
  return mapping;
}

// What the stream holds after encoding `value`, as text; NULL, or DIRTY.
std::string land(const std::string& type, Value value, RowEncoder::Options options = {}) {
  RowEncoder encoder(one_column(type), std::move(options));
  maxcompute::RecordStreamWriter out;
  const Status encoded = encoder.encode(std::span(&value, 1), out);
  EXPECT_EQ(out.records(), encoded ? 1u : 0u);
  const std::string stream = out.finish();
  const std::vector<maxcompute::Column> columns = {{"c", *maxcompute::parse_type(type), "", true}};
  maxcompute::RecordStreamReader reader(stream, columns);
  Value back;
  auto more = reader.next(std::span(&back, 1));
  EXPECT_TRUE(more) << more.error().to_string();
  if (!encoded) {
    EXPECT_THAT(encoded.error().message, HasSubstr("field 0 (column `c`, " + type + "): "));
    EXPECT_FALSE(encoded.error().remedy.empty());
    EXPECT_FALSE(*more);
    return kDirty;
  }
  if (back.is_null()) return "NULL";
  if (back.type() == ValueType::kDate) return std::to_string(back.as_date_ms());
  std::string scratch;
  if (back.type() == ValueType::kBytes) return std::string(back.as_view());
  return std::string(*to_text(back, {}, scratch));
}

struct Cell {
  const char* type;
  Value value;
  const char* expected;
};

Value text(const char* v) { return Value::from_string(v); }
Value bytes(std::string_view v) { return Value::from_bytes(v); }
Value number(int64_t v) { return Value::from_long(v); }
Value real(double v) { return Value::from_double(v); }
Value flag(bool v) { return Value::from_bool(v); }
Value date(int64_t v) { return Value::from_date_ms(v); }

const double kNan = std::nan("");
const double kInf = std::numeric_limits<double>::infinity();

const Cell kMatrix[] = {
    {"string", Value(), "NULL"},
    {"string", number(-5), "-5"},
    {"string", number(kMin), "-9223372036854775808"},
    {"string", real(1e20), "100000000000000000000"},
    {"string", real(0.1), "0.1"},
    {"string", real(kNan), "NaN"},
    {"string", real(-kInf), "-Infinity"},
    {"string", text(""), ""},
    {"string", text("h\xc3\xa4"), "h\xc3\xa4"},
    {"string", flag(true), "true"},
    {"string", flag(false), "false"},
    {"string",
     bytes("a\xff"
           "b"),
     "a\xef\xbf\xbd"
     "b"},
    {"string", date(1508400600000), "2017-10-19 16:10:00"},

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

    {"datetime", number(1508400600000), "1508400600000"},
    {"datetime", date(1508400600000), "1508400600000"},
    {"datetime", text("2017-10-19 16:10:00"), "1508400600000"},
    {"datetime", text("2017-10-19"), "1508342400000"},
    {"datetime", text("soon"), kDirty},
    {"datetime", number(-62167305600000), "-62167305600000"},
    {"datetime", number(-62167305600001), kDirty},
    {"datetime", number(253402387200000), "253402387200000"},
    {"datetime", number(253402387200001), kDirty},
    {"datetime", real(1), kDirty},
    {"datetime", flag(true), kDirty},
    {"datetime", bytes("1"), kDirty},
};

TEST(RowEncoder, ConversionMatrix) {
  for (const Cell& cell : kMatrix) {
    SCOPED_TRACE(std::string(to_string(cell.value.type())) + " -> " + cell.type + " = " +
                 cell.expected);
    EXPECT_EQ(land(cell.type, cell.value), cell.expected);
    // What check warns of and what happens to rows is one matter.
    if (!may_convert(cell.value.type(), maxcompute::parse_type(cell.type)->kind)) {
      EXPECT_STREQ(cell.expected, kDirty);
    }
  }
}

TEST(RowEncoder, NullLandsAsNullInEveryType) {
  for (const char* type : {"string", "bigint", "int", "smallint", "tinyint", "double", "float",
                           "boolean", "binary", "datetime"})
    EXPECT_EQ(land(type, Value()), "NULL") << type;
}

TEST(RowEncoder, EmptyAsNullConcernsTextsOnly) {
  RowEncoder::Options options;
  options.empty_as_null = true;
  EXPECT_EQ(land("string", text(""), options), "NULL");
  EXPECT_EQ(land("bigint", text(""), options), "NULL");
  EXPECT_EQ(land("string", text(" "), options), " ");
  EXPECT_EQ(land("string", bytes(""), options), "");
}

TEST(RowEncoder, StringsOverTheFieldLimitAreDirty) {
  const std::string fits(8388608, 'x'), longer(8388609, 'x');
  EXPECT_EQ(land("string", Value::from_string(fits)).size(), fits.size());
  EXPECT_EQ(land("string", Value::from_string(longer)), kDirty);
  EXPECT_EQ(land("binary", Value::from_bytes(longer)).size(), longer.size());
}

TEST(RowEncoder, ReasonNamesFieldColumnTypesAndAShortValue) {
  auto mapping = std::make_shared<Mapping>();
  mapping->columns = {{1, 1, "a", *maxcompute::parse_type("string")},
                      {0, 4, "n", *maxcompute::parse_type("bigint")}};
  mapping->input_columns = 2;
  RowEncoder encoder(mapping, {});
  maxcompute::RecordStreamWriter out;
  const std::string junk(500, 'z');
  const Value row[] = {Value::from_string(junk), Value::from_string("kept")};
  const Status encoded = encoder.encode(row, out);
  ASSERT_FALSE(encoded);
  EXPECT_EQ(encoded.error().message, "field 0 (column `n`, bigint): String \"" +
                                         std::string(64, 'z') +
                                         "...\" cannot be converted to Long");
  EXPECT_EQ(encoded.error().code, "Common-01");
  EXPECT_EQ(out.records(), 0u);

  // Nothing of the dropped record stays behind.
  const Value good[] = {Value::from_long(7), Value::from_string("kept")};
  ASSERT_TRUE(encoder.encode(good, out));
  maxcompute::RecordStreamWriter alone;
  ASSERT_TRUE(RowEncoder(mapping, {}).encode(good, alone));
  EXPECT_EQ(out.finish(), alone.finish());

  const Value binary[] = {Value::from_bytes("\x01\xff"), Value()};
  const Status refused = encoder.encode(binary, out);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("Bytes of 2 bytes"));
}

}  // namespace
}  // namespace otsstream::writer
