// The conversion matrix of job-engine.md 8.2, cell by cell, and the text forms of values.

#include "record/convert.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace otsstream {
namespace {

const Value kLong = Value::from_long(42);
const Value kDouble = Value::from_double(12.9);
const Value kText = Value::from_string("12.9");
const Value kDate = Value::from_date_ms(1508400600000);  // 2017-10-19 16:10:00 in GMT+8
const Value kBool = Value::from_bool(true);
const Value kBytes = Value::from_bytes("12");

template <class T>
std::string code_of(const Result<T>& r) {
  return r ? "ok" : r.error().code;
}

TEST(Convert, ToLong) {
  EXPECT_EQ(to_long(kLong).value(), 42);
  EXPECT_EQ(to_long(kDouble).value(), 12);
  EXPECT_EQ(to_long(Value::from_double(-12.9)).value(), -12);
  EXPECT_EQ(to_long(kDate).value(), 1508400600000);
  EXPECT_EQ(to_long(kBool).value(), 1);
  EXPECT_EQ(code_of(to_long(kBytes)), "Common-01");
  EXPECT_EQ(code_of(to_long(Value::null())), "Common-01");
  EXPECT_EQ(to_long(Value::from_double(-0x1p63)).value(), INT64_MIN);
  EXPECT_EQ(code_of(to_long(Value::from_double(0x1p63))), "Common-02");
  EXPECT_EQ(code_of(to_long(Value::from_double(NAN))), "Common-01");
  EXPECT_EQ(code_of(to_long(Value::from_double(INFINITY))), "Common-01");

  struct Case {
    const char* text;
    int64_t value;
  };
  for (const Case& c : std::initializer_list<Case>{{"0", 0},
                                                   {"-0", 0},
                                                   {"+7", 7},
                                                   {"12.9", 12},
                                                   {"-12.9", -12},
                                                   {"1e3", 1000},
                                                   {"1E+3", 1000},
                                                   {"12345e-2", 123},
                                                   {"1.5e1", 15},
                                                   {".5", 0},
                                                   {"5.", 5},
                                                   {"0e999999999999", 0},
                                                   {"1e-999999999999", 0},
                                                   {"9223372036854775807", INT64_MAX},
                                                   {"9223372036854775807.9", INT64_MAX},
                                                   {"-9223372036854775808", INT64_MIN},
                                                   {"0000000000000000000000001", 1},
                                                   {"922337203685477580700e-2", INT64_MAX}}) {
    EXPECT_EQ(to_long(Value::from_string(c.text)).value(), c.value) << c.text;
  }
  for (const char* text :
       {"9223372036854775808", "-9223372036854775809", "1e19", "1e999999999999"}) {
    EXPECT_EQ(code_of(to_long(Value::from_string(text))), "Common-02") << text;
  }
  for (const char* text : {"", " ", " 1", "1 ", "abc", "1x", "e3", "1e", "1e+", ".", "+", "--1",
                           "0x10", "NaN", "Infinity", "1,000"}) {
    EXPECT_EQ(code_of(to_long(Value::from_string(text))), "Common-01") << text;
  }
}

TEST(Convert, ToDouble) {
  EXPECT_EQ(to_double(kLong).value(), 42.0);
  EXPECT_EQ(to_double(kDouble).value(), 12.9);
  EXPECT_EQ(to_double(kText).value(), 12.9);
  EXPECT_EQ(to_double(kBool).value(), 1.0);
  EXPECT_EQ(code_of(to_double(kDate)), "Common-01");
  EXPECT_EQ(code_of(to_double(kBytes)), "Common-01");
  EXPECT_EQ(to_double(Value::from_string("+1.5e2")).value(), 150.0);
  EXPECT_EQ(to_double(Value::from_string("0e999")).value(), 0.0);
  EXPECT_EQ(to_double(Value::from_string("4.9e-324")).value(),
            std::numeric_limits<double>::denorm_min());
  EXPECT_TRUE(std::isnan(to_double(Value::from_string("NaN")).value()));
  EXPECT_EQ(to_double(Value::from_string("Infinity")).value(), INFINITY);
  EXPECT_EQ(to_double(Value::from_string("+Infinity")).value(), INFINITY);
  EXPECT_EQ(to_double(Value::from_string("-Infinity")).value(), -INFINITY);
  for (const char* text : {"1e-400", "-1e-400", "1e400", "-1e400"})
    EXPECT_EQ(code_of(to_double(Value::from_string(text))), "Common-02") << text;
  for (const char* text :
       {"", " 1", "1 ", "nan", "inf", "infinity", "0x1p3", "1e", "+-1", "1.5f"}) {
    EXPECT_EQ(code_of(to_double(Value::from_string(text))), "Common-01") << text;
  }
}

TEST(Convert, ToBool) {
  EXPECT_TRUE(to_bool(kLong).value());
  EXPECT_FALSE(to_bool(Value::from_long(0)).value());
  EXPECT_TRUE(to_bool(Value::from_string("TRUE")).value());
  EXPECT_FALSE(to_bool(Value::from_string("False")).value());
  EXPECT_TRUE(to_bool(kBool).value());
  for (const Value& v : {kDouble, kDate, kBytes, Value::from_string("1"), Value::from_string(""),
                         Value::from_string("yes")}) {
    EXPECT_EQ(code_of(to_bool(v)), "Common-01");
  }
}

TEST(Convert, ToDate) {
  const ConvertOptions china;
  ConvertOptions in_utc;
  in_utc.zone = Zone::utc();
  EXPECT_EQ(to_date_ms(kDate, china).value(), 1508400600000);
  EXPECT_EQ(to_date_ms(kLong, china).value(), 42);
  for (const Value& v : {kDouble, kBool, kBytes})
    EXPECT_EQ(code_of(to_date_ms(v, china)), "Common-01");
  struct Case {
    const char* text;
    int64_t ms;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"2017-10-19 16:10:00", 1508400600000},
           {"2017-10-19 16:10:00.123+0800", 1508400600000},  // the rest is ignored
           {"2017-10-19", 1508342400000},
           {"2017-10-19T16:10:00", 1508342400000},  // only the date matches
           {"2017-1-2 3:4:5", 1483297445000},
           {"08:00:01", 1000},
           {"20171019", 1508342400000},
           {"2016-02-29", 1456675200000}}) {
    EXPECT_EQ(to_date_ms(Value::from_string(c.text), china).value(), c.ms) << c.text;
  }
  EXPECT_EQ(to_date_ms(Value::from_string("2017-10-19 08:10:00"), in_utc).value(), 1508400600000);
  for (const char* text : {"", " 2017-10-19", "201710191", "20171340", "2017-13-01", "2017-02-29",
                           "2017-10-00", "24:00:00", "12:60:00", "12:00", "now"}) {
    EXPECT_EQ(code_of(to_date_ms(Value::from_string(text), china)), "Common-01") << text;
  }
}

TEST(Convert, ToText) {
  const ConvertOptions china;
  std::string scratch;
  auto text = [&](const Value& v) { return std::string(to_text(v, china, scratch).value()); };
  EXPECT_EQ(text(kLong), "42");
  EXPECT_EQ(text(Value::from_long(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(text(kDouble), "12.9");
  EXPECT_EQ(text(kText), "12.9");
  EXPECT_EQ(text(kBool), "true");
  EXPECT_EQ(text(Value::from_bool(false)), "false");
  EXPECT_EQ(text(kDate), "2017-10-19 16:10:00");
  EXPECT_EQ(text(kBytes), "12");
  EXPECT_FALSE(to_text(Value::null(), china, scratch).has_value());
  // A good text is not copied.
  const std::string_view good = "城市";
  EXPECT_EQ(to_text(Value::from_bytes(good), china, scratch).value().data(), good.data());
}

// One U+FFFD per ill-formed sequence, as Java decodes.
TEST(Convert, BytesThatAreNoUtf8) {
  std::string scratch;
  struct Case {
    std::string bytes;
    const char* text;
  };
  for (const Case& c : std::initializer_list<Case>{{"a\xff"
                                                    "b",
                                                    "a\uFFFDb"},
                                                   {"\xe4\xb8", "\uFFFD"},
                                                   {"\xe4\xb8x", "\uFFFDx"},
                                                   {"\xf0\x9f\x98", "\uFFFD"},
                                                   {"\xc0\xaf", "\uFFFD\uFFFD"},
                                                   {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},
                                                   {"\x80\x80", "\uFFFD\uFFFD"},
                                                   {"ok\xe5\x9f\x8e\xf5", "ok城\uFFFD"}}) {
    EXPECT_EQ(to_text(Value::from_bytes(c.bytes), {}, scratch).value(), c.text);
  }
}

TEST(Convert, DoubleTexts) {
  struct Case {
    double v;
    const char* text;
  };
  for (const Case& c : std::initializer_list<Case>{{0, "0.0"},
                                                   {-0.0, "0.0"},
                                                   {1, "1.0"},
                                                   {-1.5, "-1.5"},
                                                   {10, "10.0"},
                                                   {123.45, "123.45"},
                                                   {0.1, "0.1"},
                                                   {0.001, "0.001"},
                                                   {0.0001, "0.00010"},
                                                   {0.00015, "0.00015"},
                                                   {1e-5, "0.000010"},
                                                   {9999999, "9999999.0"},
                                                   {1e7, "10000000"},
                                                   {12345678, "12345678"},
                                                   {12345678.5, "12345678.5"},
                                                   {1e20, "100000000000000000000"},
                                                   {1.5e20, "150000000000000000000"},
                                                   {3.141592653589793, "3.141592653589793"},
                                                   {NAN, "NaN"},
                                                   {INFINITY, "Infinity"},
                                                   {-INFINITY, "-Infinity"}}) {
    std::string text;
    append_double_text(text, c.v);
    EXPECT_EQ(text, c.text);
    if (std::isfinite(c.v)) {
      EXPECT_EQ(to_double(Value::from_string(text)).value(), c.v) << text;
    }
  }
  std::string smallest;
  append_double_text(smallest, std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(to_double(Value::from_string(smallest)).value(),
            std::numeric_limits<double>::denorm_min());
}

TEST(Convert, MessagesNameTypeValueAndTarget) {
  auto failed = to_long(Value::from_string("abc"));
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().message, "String \"abc\" cannot be converted to Long");
  EXPECT_EQ(to_long(Value::from_double(1e30)).error().message,
            "Double 1000000000000000000000000000000 is out of the range of Long");
  EXPECT_EQ(to_double(kBytes).error().message,
            "Bytes 0x3132 (2 bytes) cannot be converted to Double");
  EXPECT_LT(to_long(Value::from_string(std::string(100000, 'x'))).error().message.size(), 200u);
}

}  // namespace
}  // namespace otsstream
