// The conversion matrix (maxcompute-protocol.md 5.2, 5.4): what stands as text or comes from texts.

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "base/bytes.h"
#include "writer/odps/landed_cell_for_test.h"

namespace otsstream::writer {
namespace {

using testing::HasSubstr;

const double kNan = std::nan("");
const double kInf = std::numeric_limits<double>::infinity();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr const char* kThirtyFive = "12345678901234567890123456789012345";
constexpr const char* kThirtySix = "123456789012345678901234567890123456";

const LandingCase kString[] = {
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
};
TEST(RowEncoderTexts, String) { expect_landed(kString); }

const LandingCase kCharacters[] = {
    {"varchar(3)", text("城市é"), "城市é"},
    {"varchar(3)", text("abcd"), kDirty},
    {"varchar(1)", text("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80"},
    {"varchar(3)", text(""), ""},
    {"varchar(5)", number(-1234), "-1234"},
    {"varchar(4)", number(-1234), kDirty},
    {"varchar(5)", flag(false), "false"},
    {"varchar(3)", real(0.5), "0.5"},
    {"varchar(9)", bytes("a\xff"), "a\xef\xbf\xbd"},
    {"varchar(19)", date(1508400600000), "2017-10-19 16:10:00"},
    {"char(2)", text("ab"), "ab"},
    {"char(2)", text("a"), "a"},
    {"char(2)", text("abc"), kDirty},
};
TEST(RowEncoderTexts, VarcharAndCharCountCharacters) { expect_landed(kCharacters); }

const LandingCase kDecimal[] = {
    {"decimal(10,2)", number(-5), "-5"},
    {"decimal(38,18)", real(0.1), "0.1"},
    {"decimal(38,18)", real(1), "1.0"},
    {"decimal(38,0)", real(1e20), "100000000000000000000"},
    {"decimal(10,2)", real(kNan), kDirty},
    {"decimal(10,2)", real(kInf), kDirty},
    {"decimal(10,2)", real(-kInf), kDirty},
    {"decimal(10,2)", flag(true), "1"},
    {"decimal(10,2)", flag(false), "0"},
    {"decimal(10,2)", bytes("1"), kDirty},
    {"decimal(10,2)", date(1), kDirty},
    {"decimal(10,3)", text("123.450"), "123.450"},
    {"decimal(10,2)", text("-0.10"), "-0.10"},
    {"decimal(10,2)", text("+7"), "7"},
    {"decimal(10,2)", text("007.50"), "7.50"},
    {"decimal(10,2)", text(".5"), "0.5"},
    {"decimal(10,2)", text("5."), "5"},
    {"decimal(10,2)", text("-0"), "0"},
    {"decimal(10,2)", text("-0.00"), "0.00"},
    {"decimal(10,2)", text("1e3"), "1000"},
    {"decimal(10,2)", text("1.5E+2"), "150"},
    {"decimal(10,5)", text("12345e-3"), "12.345"},
    {"decimal(10,2)", text("1e-5"), "0.00001"},
    {"decimal(10,2)", text("0e5"), "0"},
    // Not rounded, but tested as rounded half up.
    {"decimal(4,2)", text("12.345678"), "12.345678"},
    {"decimal(4,2)", text("99.99"), "99.99"},
    {"decimal(4,2)", text("99.994"), "99.994"},
    {"decimal(4,2)", text("99.995"), kDirty},
    {"decimal(4,2)", text("-99.995"), kDirty},
    {"decimal(4,2)", text("100"), kDirty},
    {"decimal(4,2)", number(100), kDirty},
    {"decimal(2,2)", text("0.994"), "0.994"},
    {"decimal(2,2)", text("0.995"), kDirty},
    {"decimal(2,2)", text("1"), kDirty},
    {"decimal", text("0.123456789012345678"), "0.123456789012345678"},
    {"decimal", text(kThirtyFive), kThirtyFive},
    {"decimal", text(kThirtySix), kDirty},
    {"decimal(38,0)", text(kThirtySix), kDirty},
    {"decimal(38,0)", text("1e36"), kDirty},
    {"decimal(10,2)", text(""), kDirty},
    {"decimal(10,2)", text(" 1"), kDirty},
    {"decimal(10,2)", text("1 "), kDirty},
    {"decimal(10,2)", text("1,5"), kDirty},
    {"decimal(10,2)", text("NaN"), kDirty},
    {"decimal(10,2)", text("Infinity"), kDirty},
    {"decimal(10,2)", text("e3"), kDirty},
    {"decimal(10,2)", text("1e999999999999"), kDirty},
    {"decimal(10,2)", text("0x10"), kDirty},
};
TEST(RowEncoderTexts, Decimal) { expect_landed(kDecimal); }

const LandingCase kJson[] = {
    {"json", text(R"({"k": [1, null]})"), R"({"k": [1, null]})"},
    {"json", text("\"x\""), "\"x\""},
    {"json", text("null"), "null"},
    {"json", bytes("[true]"), "[true]"},
    {"json", number(-7), "-7"},
    {"json", real(0.5), "0.5"},
    {"json", real(kNan), kDirty},
    {"json", flag(true), "true"},
    {"json", text("x"), kDirty},
    {"json", text(""), kDirty},
    {"json", text("{'k': 1}"), kDirty},
    {"json", text("[1,]"), kDirty},
    {"json", text("[1] // one"), kDirty},
    {"json", bytes("\xff"), kDirty},
    {"json", date(1), kDirty},
};
TEST(RowEncoderTexts, Json) { expect_landed(kJson); }

const LandingCase kParsed[] = {
    {"array<bigint>", text("[1, null, -3]"), "[1,null,-3]"},
    {"array<bigint>", text("[]"), "[]"},
    {"array<bigint>", text("null"), "NULL"},
    {"array<bigint>", text("[1.5]"), kDirty},
    {"array<bigint>", text("[\"x\"]"), kDirty},
    {"array<bigint>", text("{}"), kDirty},
    {"array<bigint>", text("[1"), kDirty},
    {"array<bigint>", text(""), kDirty},
    {"array<bigint>", bytes("[7]"), "[7]"},
    {"array<bigint>", bytes("[7]\xff"), kDirty},
    {"array<bigint>", number(1), kDirty},
    {"array<bigint>", real(1), kDirty},
    {"array<bigint>", flag(true), kDirty},
    {"array<bigint>", date(1), kDirty},
    {"array<datetime>", text(R"(["2017-10-19 16:10:00"])"), R"(["2017-10-19 08:10:00"])"},
    {"array<date>", text(R"(["2024-02-29"])"), R"(["2024-02-29"])"},
    {"array<timestamp>", text(R"(["2017-10-19 16:10:00.123456789"])"),
     R"(["2017-10-19 08:10:00.123456789"])"},
    {"array<binary>", text(R"(["AP8="])"), R"(["AP8="])"},
    {"array<binary>", text(R"(["?"])"), kDirty},
    {"map<string,bigint>", text(R"({"k": 5, "j": null})"), R"({"k":5,"j":null})"},
    {"map<string,bigint>", text("[]"), kDirty},
    {"map<string,bigint>", number(1), kDirty},
    {"struct<x:int,y:string>", text(R"({"y": "z"})"), R"({"x":null,"y":"z"})"},
    {"struct<x:int,y:string>", text(R"({"q": 1})"), kDirty},
    {"struct<x:int,y:string>", flag(true), kDirty},
    {"array<struct<p:double,q:array<string>>>", text(R"([{"p": 1.5, "q": ["u", null]}])"),
     R"([{"p":1.5,"q":["u",null]}])"},
    {"interval_day_time", text("1 02:03:04.5"), "1 02:03:04.500000000"},
    {"interval_day_time", text("soon"), kDirty},
    {"interval_day_time", number(1), kDirty},
    {"interval_year_month", text("-1-2"), "-1-2"},
    {"interval_year_month", text("1-12"), kDirty},
    {"interval_year_month", date(1), kDirty},
};
TEST(RowEncoderTexts, ComplexTypesAndIntervals) { expect_landed(kParsed); }

TEST(RowEncoderTexts, FieldsOverTheLimitOfTheSessionAreDirty) {
  const std::string fits(8388608, 'x'), longer(8388609, 'x');
  EXPECT_EQ(land("string", Value::from_string(fits)).size(), fits.size());
  EXPECT_THAT(dirt("string", Value::from_string(longer)).message,
              HasSubstr("is too long for string: 8388609 bytes, at most 8388608 are taken"));
  EXPECT_THAT(dirt("string", Value::from_string(longer)).remedy, HasSubstr("overLengthRule"));
  EXPECT_EQ(land("binary", Value::from_bytes(longer)).size(), longer.size());
  RowEncoder::Options options;
  options.max_field_bytes = 3;
  EXPECT_EQ(land("string", text("城"), options), "城");
  EXPECT_EQ(land("string", text("城a"), options), kDirty);
  EXPECT_EQ(land("string", number(1234), options), kDirty);
  EXPECT_EQ(land("json", text("1234"), options), kDirty);
  EXPECT_EQ(land("array<bigint>", text("[1,2,3]"), options), kDirty);
}

TEST(RowEncoderTexts, OverLengthRules) {
  RowEncoder::Options options;
  options.over_length = {OverLength::kTruncate, 10, 9};
  EXPECT_EQ(land("string", text("0123456789"), options), "0123456789");
  EXPECT_EQ(land("string", text("0123456789a"), options), "012");
  EXPECT_EQ(land("string", text("城市城市"), options), "城");
  EXPECT_EQ(land("string", number(12345678901), options), "123");
  EXPECT_EQ(land("binary", bytes("0123456789a"), options), "012345678");
  EXPECT_EQ(land("varchar(20)", text("0123456789a"), options), "0123456789a");
  options.over_length.rule = OverLength::kSetNull;
  EXPECT_EQ(land("string", text("0123456789a"), options), "NULL");
  EXPECT_EQ(land("binary", bytes("0123456789a"), options), "NULL");
  EXPECT_EQ(land("string", text("0123456789"), options), "0123456789");
}

// The bytes of the vectors odps-07-text-like and odps-09-complex.
TEST(RowEncoderTexts, BytesAreThoseOfTheOfficialClient) {
  auto stream = [](std::vector<const char*> types, std::vector<std::vector<Value>> rows) {
    auto mapping = std::make_shared<Mapping>();
    for (size_t i = 0; i < types.size(); ++i)
      mapping->columns.push_back(
          {i, static_cast<uint32_t>(i + 1), "c", *maxcompute::parse_type(types[i])});
    RowEncoder encoder(mapping, {});
    maxcompute::RecordStreamWriter out;
    for (const std::vector<Value>& row : rows) EXPECT_TRUE(encoder.encode(row, out));
    return to_hex(out.finish());
  };
  EXPECT_EQ(
      stream({"decimal(38,18)", "decimal(10,2)", "varchar(10)", "char(5)", "json"},
             {{text("123.450"), text("-0.10"), text("é"), text("ab"), text(R"({"k": [1, null]})")},
              {number(0), text("9999999999e-2"), text(""), text(""), text("\"x\"")}}),
      "0a073132332e34353012052d302e31301a02c3a9220261622a107b226b223a205b312c206e756c6c5d7d80c0ff7f"
      "eec6c4e3090a0130120b39393939393939392e39391a0022002a0322782280c0ff7fbcc3aab304f0ffff7f04f8ff"
      "ff7fe39ad2e70f");
  EXPECT_EQ(stream({"array<bigint>", "map<string,bigint>", "struct<x:int,y:string>",
                    "array<struct<p:double,q:array<string>>>"},
                   {{text("[1, null, -3]"), text(R"({"k": 5, "j": null})"),
                     text(R"({"x": 7, "y": null})"),
                     text(R"([{"p": 1.5, "q": ["u", null]}, null, {"p": null, "q": []}])")},
                    {text("[]"), text("{}"), text(R"({"y": "z"})"), text("[]")},
                    {Value(), Value(), Value(), text("[null]")}}),
            "0a030002010005120200016b00016a02000a011a000e0122030000000000000000f83f0002000175010100"
            "01000080c0ff7fc0fcfa98030a001200001a0100017a220080c0ff7fc5b0f9850922010180c0ff7fb4f495"
            "9a03f0ffff7f06f8ffff7fa99da5e20e");
}

}  // namespace
}  // namespace otsstream::writer
