#include "reader/shape_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "reader/sequence_text.h"
#include "reader/shape_test_support.h"

namespace otsstream::reader {
namespace {

using tablestore::ActionType;
using tablestore::Cell;
using tablestore::CellOp;
using tablestore::CellValue;
using tablestore::KeyType;
using test::Shaped;
using test::TestRecord;
using test::written;

Shaped shape(const TestRecord& record, std::vector<tablestore::KeySchema> key, bool sequence,
             std::string_view shard = "S") {
  ColumnShaper shaper(std::move(key), sequence);
  return test::shape(shaper, record, shard);
}

const std::vector<tablestore::KeySchema> kTwoKeys = {{"pk1", KeyType::kString, false},
                                                     {"pk2", KeyType::kString, false}};
const tablestore::PrimaryKey kAB = {{"pk1", CellValue::of_string("a")},
                                    {"pk2", CellValue::of_string("b")}};
const tablestore::SequenceInfo kSequence{0, 1510036262123456, 7};

TEST(ColumnShaper, Columns) {
  const ColumnShaper shaper({{"i", KeyType::kInteger, false}, {"b", KeyType::kBinary, false}},
                            true);
  std::string text;
  for (const OutputColumn& column : shaper.columns())
    text += column.name + " " + std::string(to_string(column.type)) + ", ";
  EXPECT_EQ(shaper.columns()[4].type, ValueType::kNull);  // colValue: as the cell
  EXPECT_THAT(text,
              testing::StartsWith("i Long, b Bytes, colName String, version Long, colValue "));
  EXPECT_THAT(text, testing::EndsWith("opType String, sequenceInfo String, "));
  EXPECT_EQ(ColumnShaper(kTwoKeys, false).columns().size(), 6u);
}

// The example of 7.1, to the byte.
TEST(ColumnShaper, A5GoldenPut) {
  const TestRecord put{ActionType::kPut,
                       kAB,
                       {written("c1", CellValue::of_string("x"), 1510036262123),
                        written("c2", CellValue::of_integer(5), 1510036262123)},
                       kSequence};
  EXPECT_THAT(shape(put, kTwoKeys, true).rows(),
              testing::ElementsAre(
                  "String a | String b | null | null | null | String DR | "
                  "String 0000000000_00001510036262123456_0000000007_S:0000000000",
                  "String a | String b | String c1 | Long 1510036262123 | String x | String U | "
                  "String 0000000000_00001510036262123456_0000000007_S:0000000001",
                  "String a | String b | String c2 | Long 1510036262123 | Long 5 | String U | "
                  "String 0000000000_00001510036262123456_0000000007_S:0000000002"));
  EXPECT_THAT(shape(put, kTwoKeys, false).rows()[0], testing::EndsWith("String DR"));
}

TEST(ColumnShaper, ActionsAndCells) {
  const Cell set = written("c", CellValue::of_string("v"), 11);
  const Cell one{"c", CellOp::kDeleteOneVersion, {}, 12};
  const Cell all{"c", CellOp::kDeleteAllVersions, {}, {}};
  struct Case {
    const char* name;
    ActionType action;
    std::vector<Cell> cells;
    std::vector<std::string> want;  // behind the key
  };
  const Case cases[] = {
      {"PUT without cells", ActionType::kPut, {}, {"null | null | null | String DR"}},
      {"DELETE", ActionType::kDelete, {}, {"null | null | null | String DR"}},
      {"UPDATE without cells", ActionType::kUpdate, {}, {}},
      {"UPDATE keeps the server's order",
       ActionType::kUpdate,
       {all, one, set},
       {"String c | null | null | String DA", "String c | Long 12 | null | String DO",
        "String c | Long 11 | String v | String U"}},
      {"two versions of one column",
       ActionType::kUpdate,
       {written("c", CellValue::of_integer(1), 2), written("c", CellValue::of_integer(2), 1)},
       {"String c | Long 2 | Long 1 | String U", "String c | Long 1 | Long 2 | String U"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Shaped out = shape({c.action, kAB, c.cells, kSequence}, kTwoKeys, false);
    ASSERT_TRUE(out.count) << out.count.error().to_string();
    std::vector<std::string> want;
    for (const std::string& row : c.want) want.push_back("String a | String b | " + row);
    EXPECT_EQ(out.rows(), want);
  }
}

TEST(ColumnShaper, UpdateCountsCellsFromZero) {
  const TestRecord update{
      ActionType::kUpdate,
      kAB,
      {written("c", CellValue::of_integer(1), 2), written("d", CellValue::of_integer(1), 2)},
      {12, 34, 56}};
  const auto rows = shape(update, kTwoKeys, true, "shard-é").rows();
  EXPECT_THAT(rows[0], testing::EndsWith(
                           "String 0000000012_00000000000000000034_0000000056_shard-é:0000000000"));
  EXPECT_THAT(rows[1], testing::EndsWith(
                           "String 0000000012_00000000000000000034_0000000056_shard-é:0000000001"));
}

TEST(ColumnShaper, TypesOfValues) {
  const double inf = std::numeric_limits<double>::infinity();
  struct Case {
    CellValue cell;
    std::string want;
  };
  const Case cases[] = {
      {CellValue::of_string(""), "String "},
      {CellValue::of_integer(INT64_MIN), "Long -9223372036854775808"},
      {CellValue::of_integer(INT64_MAX), "Long 9223372036854775807"},
      {CellValue::of_double(0.1), "Double 0.1"},
      {CellValue::of_double(1e21), "Double 1000000000000000000000"},
      {CellValue::of_double(inf), "Double Infinity"},
      {CellValue::of_double(-inf), "Double -Infinity"},
      {CellValue::of_double(std::nan("")), "Double NaN"},
      {CellValue::of_boolean(true), "Bool true"},
      {CellValue::of_blob("b"), "Bytes b"},
  };
  for (const Case& c : cases) {
    const auto rows =
        shape({ActionType::kUpdate, kAB, {written("c", c.cell, 1)}, kSequence}, kTwoKeys, false)
            .rows();
    EXPECT_EQ(rows, (std::vector<std::string>{"String a | String b | String c | Long 1 | " +
                                              c.want + " | String U"}));
  }
}

TEST(ColumnShaper, KeysOfEveryType) {
  const TestRecord gone{ActionType::kDelete,
                        {{"i", CellValue::of_integer(-7)},
                         {"b", CellValue::of_blob("xy")},
                         {"s", CellValue::of_string("")}},
                        {},
                        kSequence};
  const std::vector<tablestore::KeySchema> key = {{"i", KeyType::kInteger, true},
                                                  {"b", KeyType::kBinary, false},
                                                  {"s", KeyType::kString, false}};
  EXPECT_THAT(
      shape(gone, key, false).rows(),
      testing::ElementsAre("Long -7 | Bytes xy | String  | null | null | null | String DR"));
}

TEST(ColumnShaper, ValuesArePartsOfThePage) {
  const TestRecord record{
      ActionType::kUpdate, kAB, {written("c", CellValue::of_string("value"), 1)}, kSequence};
  ColumnShaper shaper(kTwoKeys, false);
  RowBatch batch(shaper.columns().size());
  const tablestore::StreamPage page = test::make_page({record}, "next");
  tablestore::StreamRecordView view;
  ASSERT_TRUE(page.decode(0, view));
  ASSERT_TRUE(shaper.shape(view, "S", batch));
  const std::string_view body = page.body().view();
  for (size_t column : {0u, 1u, 2u, 4u}) {
    const char* at = batch.row(0)[column].as_view().data();
    EXPECT_TRUE(at >= body.data() && at < body.data() + body.size()) << column;
  }
}

// Without the wire between: the decoder refuses some of these itself.
Result<int> shape_unchecked(const TestRecord& record) {
  tablestore::StreamRecordView view;
  view.action = record.action;
  view.row.sequence = record.sequence;
  for (const auto& column : record.key) {
    tablestore::CellView cell;
    cell.name = column.name;
    cell.has_value = true;
    cell.value = column.value.view();
    view.row.primary_key.push_back(cell);
  }
  for (const Cell& cell : record.cells) {
    view.row.cells.push_back({cell.name, cell.op, cell.value.has_value(),
                              cell.timestamp.has_value(), cell.timestamp.value_or(0),
                              cell.value ? cell.value->view() : tablestore::CellValueView{}});
  }
  ColumnShaper shaper(kTwoKeys, true);
  RowBatch batch(shaper.columns().size());
  return shaper.shape(view, "S", batch);
}

TEST(ColumnShaper, RefusesWhatNoStreamHolds) {
  const Cell good = written("c", CellValue::of_integer(1), 1);
  struct Case {
    const char* name;
    TestRecord record;
    const char* text;
  };
  const Case cases[] = {
      {"short key",
       {ActionType::kUpdate, {kAB[0]}, {good}, kSequence},
       "1 columns, the table's has 2"},
      {"other name",
       {ActionType::kUpdate, {kAB[0], {"pk3", CellValue::of_string("b")}}, {good}, kSequence},
       "pk3"},
      {"other type",
       {ActionType::kUpdate, {kAB[0], {"pk2", CellValue::of_integer(1)}}, {good}, kSequence},
       "does not hold a String"},
      {"no version",
       {ActionType::kUpdate, kAB, {{"c", CellOp::kPut, CellValue::of_integer(1), {}}}, kSequence},
       "no version"},
      {"no value", {ActionType::kUpdate, kAB, {{"c", CellOp::kPut, {}, 1}}, kSequence}, "no value"},
      {"which version",
       {ActionType::kUpdate, kAB, {{"c", CellOp::kDeleteOneVersion, {}, {}}}, kSequence},
       "which"},
      {"increment",
       {ActionType::kUpdate,
        kAB,
        {{"c", CellOp::kIncrement, CellValue::of_integer(1), 1}},
        kSequence},
       "no place"},
      {"negative sequence", {ActionType::kUpdate, kAB, {good}, {-1, 1, 1}}, "negative"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Result<int> count = shape_unchecked(c.record);
    ASSERT_FALSE(count);
    EXPECT_EQ(count.error().code, "Stream-Record");
    EXPECT_THAT(count.error().message, testing::HasSubstr(c.text));
  }
  ColumnShaper shaper(kTwoKeys, true);
  RowBatch batch(shaper.columns().size());
  tablestore::StreamRecordView view;
  EXPECT_EQ(shaper.shape(view, "S", batch).error().code,
            "Stream-Record");  // no sequence info at all
}

// Column mode with what DataX does not have; rows behind the key.
TEST(ColumnShaper, Additions) {
  const Cell name = written("name", CellValue::of_string("Ann"), 20);
  const Cell age = written("age", CellValue::of_integer(31), 20);
  const Cell gone{"mail", CellOp::kDeleteAllVersions, {}, {}};
  const Cell one{"age", CellOp::kDeleteOneVersion, {}, 10};
  const std::vector<Cell> old = {written("age", CellValue::of_integer(30), 9),
                                 written("age", CellValue::of_integer(29), 8),
                                 written("city", CellValue::of_string("Rome"), 7)};
  struct Case {
    const char* name;
    ShapeOptions options;
    TestRecord record;
    std::vector<std::string> want;
  };
  const TestRecord put{ActionType::kPut, kAB, {name, age}, kSequence, old};
  const TestRecord update{ActionType::kUpdate, kAB, {name, one, gone}, kSequence, old};
  const TestRecord remove{ActionType::kDelete, kAB, {}, kSequence, old};
  const std::vector<OrderColumn> cell_index = {OrderColumn::kCellIndex};
  const Case cases[] = {
      {"filter leaves DR, and the cells' numbers",
       {.order_columns = cell_index, .column_filter = {"age"}},
       put,
       {"null | null | null | String DR | Long 0",
        "String age | Long 20 | Long 31 | String U | Long 2"}},
      {"filter that nothing passes", {.column_filter = {"x"}}, update, {}},
      {"names differ in case", {.column_filter = {"Age"}}, update, {}},
      {"opTypes: only U",
       {.order_columns = cell_index, .operations = kCellWritten},
       put,
       {"String name | Long 20 | String Ann | String U | Long 1",
        "String age | Long 20 | Long 31 | String U | Long 2"}},
      {"opTypes: no U",
       {.order_columns = cell_index, .operations = kVersionDeleted | kColumnDeleted | kRowDeleted},
       update,
       {"String age | Long 10 | null | String DO | Long 1",
        "String mail | null | null | String DA | Long 2"}},
      {"opTypes: only DR", {.operations = kRowDeleted}, remove, {"null | null | null | String DR"}},
      {"old values of an update: the newest version",
       {.old_values = true},
       update,
       {"String name | Long 20 | String Ann | String U | null | null",
        "String age | Long 10 | null | String DO | Long 30 | Long 9",
        "String mail | null | null | String DA | null | null"}},
      {"old values of a put: what vanishes comes behind, as DA",
       {.order_columns = cell_index, .old_values = true},
       put,
       {"null | null | null | String DR | null | null | Long 0",
        "String name | Long 20 | String Ann | String U | null | null | Long 1",
        "String age | Long 20 | Long 31 | String U | Long 30 | Long 9 | Long 2",
        "String city | null | null | String DA | String Rome | Long 7 | Long 3"}},
      {"old values of a delete",
       {.old_values = true, .column_filter = {"age"}},
       remove,
       {"null | null | null | String DR | null | null",
        "String age | null | null | String DA | Long 30 | Long 9"}},
      {"old values that the record does not carry",
       {.old_values = true},
       {ActionType::kDelete, kAB, {}, kSequence},
       {"null | null | null | String DR | null | null"}},
      {"typed order columns, as listed",
       {.order_columns = {OrderColumn::kRowIndex, OrderColumn::kShard, OrderColumn::kTimestamp,
                          OrderColumn::kEpoch}},
       remove,
       {"null | null | null | String DR | Long 7 | String S | Long 1510036262123456 | Long 0"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ColumnShaper shaper(c.options, {kTwoKeys, {"age", "city"}, "stream"});
    const Shaped out = test::shape(shaper, c.record, "S");
    ASSERT_TRUE(out.count) << out.count.error().to_string();
    std::vector<std::string> want;
    for (const std::string& row : c.want) want.push_back("String a | String b | " + row);
    EXPECT_EQ(out.rows(), want);
  }
}

TEST(ColumnShaper, NamesOfTheAdditions) {
  const ColumnShaper shaper({.sequence_info = true,
                             .order_columns = {OrderColumn::kShard, OrderColumn::kEpoch},
                             .old_values = true},
                            {kTwoKeys, {"c"}, "stream"});
  EXPECT_EQ(test::names(shaper),
            "pk1 pk2 colName version colValue opType sequenceInfo oldValue oldVersion shard epoch");
}

// The documented formula, worked out by another program: printf '%s' TEXT | md5sum.
TEST(ColumnShaper, EventIdIsMd5OfStreamAndSequence) {
  const TestRecord put{
      ActionType::kPut, kAB, {written("c", CellValue::of_integer(1), 2)}, kSequence};
  ColumnShaper alone({.order_columns = {OrderColumn::kEventId}}, {kTwoKeys, {}, "stream"});
  EXPECT_THAT(test::shape(alone, put, "S").rows(),
              testing::ElementsAre(
                  testing::EndsWith("String DR | String b410f65a257e6191276330bb159b68a9"),
                  testing::EndsWith("String U | String 1a1554224857c4d4829829fc0eba3461")));
  // The same with any other setting.
  ColumnShaper other({.sequence_info = true,
                      .order_columns = {OrderColumn::kEventId},
                      .operations = kCellWritten,
                      .column_filter = {"c"}},
                     {kTwoKeys, {}, "stream"});
  EXPECT_THAT(test::shape(other, put, "S").rows(),
              testing::ElementsAre(
                  testing::EndsWith("S:0000000001 | String 1a1554224857c4d4829829fc0eba3461")));
}

TEST(ColumnShaper, RefusesOldValuesThatCannotBe) {
  TestRecord record{ActionType::kDelete, kAB, {}, kSequence, {}};
  record.old_cells = {{"c", CellOp::kDeleteAllVersions, {}, {}}};
  ColumnShaper shaper({.old_values = true}, {kTwoKeys, {"c"}, "stream"});
  const Shaped out = test::shape(shaper, record, "S");
  ASSERT_FALSE(out.count);
  EXPECT_EQ(out.count.error().code, "Stream-Record");
  RowBatch batch(shaper.columns().size());
  tablestore::StreamRecordView view;
  const tablestore::StreamPage page = test::make_page({record}, "next");
  ASSERT_TRUE(page.decode(0, view));
  view.origin = "no row";
  EXPECT_EQ(shaper.shape(view, "S", batch).error().code, "Stream-Record");
}

TEST(SequenceText, A5OrderOfTextsIsOrderOfTheLog) {
  auto text = [](tablestore::SequenceInfo sequence, uint32_t cell) {
    std::string out(sequence_prefix_size("S") + kCellIndexSize, '?');
    EXPECT_TRUE(write_sequence_prefix(sequence, "S", out.data()));
    write_cell_index(cell, out.data() + sequence_prefix_size("S"));
    return out;
  };
  const std::string in_order[] = {
      text({0, 9, 9}, 9),  text({0, 10, 0}, 0),
      text({0, 10, 0}, 2), text({0, 10, 0}, 10),
      text({0, 10, 3}, 0), text({0, INT64_MAX, 0}, 0),
      text({1, 0, 0}, 0),  text({INT32_MAX, 0, INT32_MAX}, UINT32_MAX),
  };
  for (size_t i = 1; i < std::size(in_order); ++i) EXPECT_LT(in_order[i - 1], in_order[i]);
  EXPECT_EQ(in_order[7], "2147483647_00000000000000000000_2147483647_S:4294967295");
  std::string out(100, '?');
  EXPECT_FALSE(write_sequence_prefix({0, -1, 0}, "S", out.data()));
}

}  // namespace
}  // namespace otsstream::reader
