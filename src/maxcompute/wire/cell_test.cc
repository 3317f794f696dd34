#include "maxcompute/wire/cell.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "maxcompute/wire/cell_text.h"
#include "maxcompute/wire/random_cell_for_test.h"
#include "maxcompute/wire/record_cursor.h"
#include "maxcompute/wire/record_stream_writer.h"

namespace otsstream::maxcompute {
namespace {

Cell number(int64_t v) {
  Cell cell;
  cell.null = false;
  cell.number = v;
  return cell;
}

Cell seconds(int64_t whole, int32_t nanos) {
  Cell cell = number(whole);
  cell.nanos = nanos;
  return cell;
}

Cell of_items(std::vector<Cell> items) {
  Cell cell;
  cell.null = false;
  cell.items = std::move(items);
  return cell;
}

TEST(AppendEncoded, WhatATypeCannotHoldIsNamed) {
  struct Case {
    const char* type;
    Cell cell;
    const char* message;
  } cases[] = {
      {"tinyint", number(128), "a value of the type tinyint cannot be 128"},
      {"smallint", number(-32769), "cannot be -32769"},
      {"int", number(int64_t{1} << 31), "cannot be 2147483648"},
      {"date", number(int64_t{1} << 62), "type date cannot be 4611686018427387904"},
      {"timestamp", seconds(int64_t{1} << 62, 0), "outside the range of time"},
      {"timestamp", seconds(0, -1), "has nanoseconds that are not 0 to 999999999"},
      {"interval_day_time", seconds(0, 1000000000), "has nanoseconds"},
      {"map<bigint,bigint>", of_items({Cell{}, number(1)}), "has a NULL key"},
      {"map<bigint,bigint>", of_items({number(1)}), "has a key without a value"},
      {"struct<x:int,y:int>", of_items({number(1)}), "has 1 fields instead of 2"},
      {"array<struct<x:tinyint>>", of_items({of_items({number(200)})}),
       "a value of the type tinyint cannot be 200"},
  };
  for (const Case& c : cases) {
    std::string out = "before";
    Status appended = append_encoded(out, c.cell, *parse_type(c.type));
    ASSERT_FALSE(appended) << c.type;
    EXPECT_EQ(appended.error().kind, ErrorKind::kCorrupt);
    EXPECT_EQ(appended.error().code, "MaxCompute-Value");
    EXPECT_NE(appended.error().message.find(c.message), std::string::npos)
        << appended.error().message;
    EXPECT_EQ(out, "before") << "nothing is left behind";
  }
}

TEST(AppendEncoded, EdgesOfTheIntegersFit) {
  struct Case {
    const char* type;
    int64_t low;
    int64_t high;
  } cases[] = {{"tinyint", -128, 127},
               {"smallint", -32768, 32767},
               {"int", INT32_MIN, INT32_MAX},
               {"bigint", INT64_MIN, INT64_MAX},
               {"datetime", INT64_MIN, INT64_MAX},
               {"interval_year_month", INT64_MIN, INT64_MAX}};
  for (const Case& c : cases) {
    const ColumnType type = *parse_type(c.type);
    for (int64_t v : {c.low, c.high}) {
      std::string out;
      ASSERT_TRUE(append_encoded(out, number(v), type)) << c.type;
      EXPECT_EQ(decode_cell(out, type)->number, v);
    }
  }
}

// One row of random values of random types, through the stream and through texts.
TEST(Cells, RandomValuesOfRandomTypesComeBack) {
  Random random(20260102);
  for (int round = 0; round < 1500; ++round) {
    const std::string type_text = random_type(random, 3);
    SCOPED_TRACE("round " + std::to_string(round) + ": " + type_text);
    const ColumnType type = *parse_type(type_text);
    RandomCells cells(random);
    std::string encoded;
    ASSERT_TRUE(append_encoded(encoded, cells.value(type), type));

    RecordStreamWriter writer;
    writer.add_encoded(1, type, encoded);
    writer.end_record();
    const std::string stream = writer.finish();
    const std::vector<Column> columns = {{"c", type, "", true}};
    RecordCursor cursor(stream, columns);
    std::vector<EncodedCell> row(1);
    auto more = cursor.next(row);
    ASSERT_TRUE(more) << more.error().to_string();
    ASSERT_EQ(to_hex(row[0].bytes), to_hex(encoded));
    more = cursor.next(row);
    ASSERT_TRUE(more) << more.error().to_string();
    ASSERT_FALSE(*more);

    const Cell cell = *decode_cell(encoded, type);
    std::string again;
    ASSERT_TRUE(append_encoded(again, cell, type));
    ASSERT_EQ(to_hex(again), to_hex(encoded));

    std::string text;
    append_text(text, cell, type, Zone::china());
    auto parsed = parse_text(text, type, Zone::china());
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().to_string();
    again.clear();
    ASSERT_TRUE(append_encoded(again, parsed->cell, type));
    ASSERT_EQ(to_hex(again), to_hex(encoded)) << text;
  }
}

}  // namespace
}  // namespace otsstream::maxcompute
