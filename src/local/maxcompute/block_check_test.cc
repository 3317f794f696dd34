#include "local/maxcompute/block_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "base/bytes.h"
#include "maxcompute/wire/record_stream_writer.h"

namespace otsstream::local {
namespace {

using maxcompute::Column;
using maxcompute::RecordStreamWriter;

Column column(const char* type, bool nullable = true) {
  return {"c", maxcompute::parse_type(type).value(), "", nullable};
}

// A NULL, then one value of `type`.
Result<uint64_t> check(const char* type, const std::function<void(RecordStreamWriter&)>& add) {
  RecordStreamWriter out;
  out.end_record();
  add(out);
  out.end_record();
  return check_block(out.finish(), {column(type)});
}

Result<uint64_t> check_number(const char* type, int64_t value) {
  return check(type, [&](RecordStreamWriter& out) { out.add_bigint(1, value); });
}

Result<uint64_t> check_text(const char* type, std::string_view value) {
  return check(type, [&](RecordStreamWriter& out) { out.add_text(1, value); });
}

void expect_refused(const Result<uint64_t>& checked, const std::string& why,
                    const std::string& what) {
  ASSERT_FALSE(checked) << what;
  EXPECT_EQ(checked.error().code, "InvalidArgument") << what;
  EXPECT_THAT(checked.error().message, testing::HasSubstr("record 2, column c")) << what;
  EXPECT_THAT(checked.error().message, testing::HasSubstr(why)) << what;
}

TEST(BlockCheck, TimesWithinTheirTypes) {
  struct {
    const char* type;
    int64_t least;
    int64_t most;
  } cases[] = {
      {"datetime", -62167305600000, 253402387200000},
      {"date", -719529, 2932898},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(check_number(c.type, c.least).value_or(0), 2u) << c.type;
    EXPECT_EQ(check_number(c.type, c.most).value_or(0), 2u) << c.type;
    expect_refused(check_number(c.type, c.least - 1), "out of range", c.type);
    expect_refused(check_number(c.type, c.most + 1), "out of range", c.type);
  }
  EXPECT_TRUE(check_number("bigint", std::numeric_limits<int64_t>::min()));
  EXPECT_EQ(check_number("tinyint", 128).error().code, "MalformedDataStream");
  EXPECT_TRUE(check_number("interval_year_month", -3));
}

TEST(BlockCheck, SecondsWithinTheirTypes) {
  for (const char* type : {"timestamp", "timestamp_ntz"}) {
    auto check_seconds = [&](int64_t seconds) {
      return check(type, [&](RecordStreamWriter& out) { out.add_seconds(1, seconds, 999999999); });
    };
    EXPECT_TRUE(check_seconds(-62167305600)) << type;
    EXPECT_TRUE(check_seconds(253402387200)) << type;
    expect_refused(check_seconds(-62167305601), "out of range", type);
    expect_refused(check_seconds(253402387201), "out of range", type);
  }
}

TEST(BlockCheck, TextsWithinTheirLength) {
  const std::string longest(kMaxFieldSize, 'x');
  for (const char* type : {"string", "binary", "json"}) {
    EXPECT_TRUE(check_text(type, longest)) << type;
    expect_refused(check_text(type, longest + "x"), "8388609 bytes are more than 8388608", type);
  }
  for (const char* type : {"char(3)", "varchar(3)"}) {
    EXPECT_TRUE(check_text(type, "")) << type;
    EXPECT_TRUE(check_text(type, "abc")) << type;
    EXPECT_TRUE(check_text(type, "中文é")) << type;  // characters, not bytes
    expect_refused(check_text(type, "abcd"), "4 characters are too many", type);
    expect_refused(check_text(type, "中文éé"), "4 characters are too many", type);
  }
}

TEST(BlockCheck, ComplexValuesWithinTheirLength) {
  auto nulls = [](size_t bytes) {
    return check("array<boolean>", [&](RecordStreamWriter& out) {
      std::string encoded;
      put_varint(encoded, bytes - 4);  // a count of four bytes, then a flag per element
      encoded.append(bytes - 4, '\x01');
      out.add_encoded(1, column("array<boolean>").type, encoded);
    });
  };
  EXPECT_TRUE(nulls(kMaxFieldSize));
  expect_refused(nulls(kMaxFieldSize + 1), "8388609 bytes are more than 8388608", "array<boolean>");
}

TEST(BlockCheck, DecimalsWithinTheirDigits) {
  for (const char* text : {"0", "-0.10", "99999999.99", "99999999.994", "-99999999.99"}) {
    EXPECT_TRUE(check_text("decimal(10,2)", text)) << text;
  }
  for (const char* text : {"100000000", "-100000000.00", "99999999.995"}) {
    expect_refused(check_text("decimal(10,2)", text), "too many digits", text);
  }
  for (const char* text : {"", "1e5", "NaN", "12a", "--1", " 1"}) {
    expect_refused(check_text("decimal(10,2)", text), "is no decimal", text);
  }
}

TEST(BlockCheck, NoNullWhereAValueMustBe) {
  RecordStreamWriter out;
  out.add_bigint(1, 1);
  out.end_record();
  out.end_record();
  auto checked = check_block(out.finish(), {column("bigint", false)});
  expect_refused(checked, "NOT NULL", "null");
}

TEST(BlockCheck, DamageIsTheStreams) {
  RecordStreamWriter out;
  out.add_bigint(1, 1);
  out.end_record();
  const std::string stream = out.finish();
  const std::vector<Column> columns = {column("bigint")};
  EXPECT_EQ(check_block(stream, columns).value_or(0), 1u);
  auto cut = check_block(stream.substr(0, stream.size() - 1), columns);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace otsstream::local
