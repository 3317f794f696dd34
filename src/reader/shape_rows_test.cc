#include "reader/shape_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

const ShapeTable kTable{{{"pk1", KeyType::kString, false}, {"pk2", KeyType::kInteger, false}},
                        {"age", "city"},
                        "stream"};
const tablestore::PrimaryKey kKey = {{"pk1", CellValue::of_string("a")},
                                     {"pk2", CellValue::of_integer(7)}};
const tablestore::SequenceInfo kSequence{0, 1510036262123456, 7};

Cell text(std::string name, std::string value, int64_t version) {
  return written(std::move(name), CellValue::of_string(value), version);
}
Cell drop_all(std::string name) { return {std::move(name), CellOp::kDeleteAllVersions, {}, {}}; }
Cell drop_one(std::string name, int64_t version) {
  return {std::move(name), CellOp::kDeleteOneVersion, {}, version};
}

// One line per rule of 7.2 and per addition. want "-": the record gives no row.
TEST(RowShaper, A5Rules) {
  const Cell name = text("name", "Ann", 20);
  const Cell age = written("age", CellValue::of_integer(31), 20);
  const std::vector<std::string> wide = {"pk2", "age", "name", "pk1"};
  struct Case {
    const char* name;
    ShapeOptions options;
    ActionType action;
    std::vector<Cell> cells;
    const char* want;
    std::vector<Cell> old = {};
  };
  const Case cases[] = {
      {"configured order, keys and attributes",
       {.row_columns = wide},
       ActionType::kPut,
       {name, age},
       "Long 7 | Long 31 | String Ann | String a"},
      {"missing ones are null",
       {.row_columns = wide},
       ActionType::kUpdate,
       {age},
       "Long 7 | Long 31 | null | String a"},
      {"a key column is always found",
       {.row_columns = {"pk1"}},
       ActionType::kUpdate,
       {drop_all("age")},
       "String a"},
      {"nothing found: no row", {.row_columns = {"name"}}, ActionType::kPut, {age}, "-"},
      {"nothing found by another case", {.row_columns = {"Age"}}, ActionType::kPut, {age}, "-"},
      {"a deleted cell is not found",
       {.row_columns = {"age"}},
       ActionType::kUpdate,
       {drop_all("age")},
       "-"},
      {"one value is enough",
       {.row_columns = {"name", "age"}},
       ActionType::kUpdate,
       {age},
       "null | Long 31"},
      {"unknown names are null",
       {.row_columns = {"pk1", "x"}},
       ActionType::kPut,
       {age},
       "String a | null"},
      {"duplicates",
       {.row_columns = {"age", "pk1", "age", "pk1"}},
       ActionType::kPut,
       {age},
       "Long 31 | String a | Long 31 | String a"},
      {"DELETE gives none", {.row_columns = wide}, ActionType::kDelete, {}, "-"},
      {"the largest version wins",
       {.row_columns = {"c"}},
       ActionType::kUpdate,
       {text("c", "old", 5), text("c", "new", 9), text("c", "older", 3)},
       "String new"},
      {"of equal versions the last",
       {.row_columns = {"c"}},
       ActionType::kUpdate,
       {text("c", "first", 5), text("c", "second", 5)},
       "String second"},
      {"a deleted version beside a written one",
       {.row_columns = {"c"}},
       ActionType::kUpdate,
       {text("c", "kept", 5), drop_one("c", 9), drop_all("c")},
       "String kept"},
      {"sequenceInfo ends behind the shard",
       {.sequence_info = true, .row_columns = {"pk1"}},
       ActionType::kPut,
       {},
       "String a | String 0000000000_00001510036262123456_0000000007_S"},
      {"opTypes: PUT only",
       {.operations = kRowPut, .row_columns = {"pk1"}},
       ActionType::kUpdate,
       {age},
       "-"},
      {"opTypes: UPDATE only",
       {.operations = kRowUpdated, .row_columns = {"pk1"}},
       ActionType::kUpdate,
       {age},
       "String a"},
      {"exportDeletes of a DELETE",
       {.row_columns = wide, .deletes = true},
       ActionType::kDelete,
       {},
       "Long 7 | null | null | String a | String DELETE | String DA | String DA"},
      {"exportDeletes of a PUT: the rest is wiped",
       {.row_columns = wide, .deletes = true},
       ActionType::kPut,
       {age},
       "Long 7 | Long 31 | null | String a | String PUT | String U | String DA"},
      {"exportDeletes of an UPDATE: the rest is not touched",
       {.row_columns = wide, .deletes = true},
       ActionType::kUpdate,
       {age},
       "Long 7 | Long 31 | null | String a | String UPDATE | String U | null"},
      {"deleted and not touched differ",
       {.row_columns = wide, .deletes = true},
       ActionType::kUpdate,
       {drop_all("name")},
       "Long 7 | null | null | String a | String UPDATE | null | String DA"},
      {"one version deleted",
       {.row_columns = wide, .deletes = true},
       ActionType::kUpdate,
       {drop_one("name", 3)},
       "Long 7 | null | null | String a | String UPDATE | null | String DO"},
      {"exportDeletes without DELETE rows",
       {.operations = kRowPut, .row_columns = wide, .deletes = true},
       ActionType::kDelete,
       {},
       "-"},
      {"old values",
       {.old_values = true, .row_columns = wide},
       ActionType::kUpdate,
       {name},
       "Long 7 | null | String Ann | String a | Long 30 | null",
       {written("age", CellValue::of_integer(29), 8),
        written("age", CellValue::of_integer(30), 9)}},
      {"old values of a deleted row",
       {.old_values = true, .row_columns = wide, .deletes = true},
       ActionType::kDelete,
       {},
       "Long 7 | null | null | String a | String DELETE | String DA | String DA | Long 30 | null",
       {written("age", CellValue::of_integer(30), 9)}},
      {"typed order columns stand last",
       {.sequence_info = true,
        .order_columns = {OrderColumn::kTimestamp, OrderColumn::kEventId},
        .old_values = true,
        .row_columns = {"pk1", "age", "pk2"},
        .deletes = true},
       ActionType::kUpdate,
       {},
       "String a | null | Long 7 | String 0000000000_00001510036262123456_0000000007_S | "
       "String UPDATE | null | null | Long 1510036262123456 | String "
       "52aa790041954cc91ad2884ece04c5d4"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ShapeOptions options = c.options;
    options.mode = ShapeMode::kRows;
    const std::unique_ptr<Shaper> shaper = make_shaper(options, kTable);
    const Shaped out = test::shape(*shaper, {c.action, kKey, c.cells, kSequence, c.old}, "S");
    ASSERT_TRUE(out.count) << out.count.error().to_string();
    ASSERT_LE(*out.count, 1);
    EXPECT_EQ(*out.count == 0 ? "-" : out.rows()[0], c.want);
  }
}

TEST(RowShaper, NamesOfTheAdditions) {
  const std::unique_ptr<Shaper> shaper = make_shaper({.mode = ShapeMode::kRows,
                                                      .sequence_info = true,
                                                      .order_columns = {OrderColumn::kShard},
                                                      .old_values = true,
                                                      .row_columns = {"pk1", "age", "pk2", "c"},
                                                      .deletes = true},
                                                     kTable);
  EXPECT_EQ(test::names(*shaper),
            "pk1 age pk2 c sequenceInfo opType age_op c_op age_old c_old shard");
  EXPECT_EQ(shaper->columns()[1].type, ValueType::kNull);  // as the cell
  EXPECT_EQ(shaper->columns()[2].type, ValueType::kLong);
}

// Nothing of one change is left over in the next.
TEST(RowShaper, ForgetsTheChangeBefore) {
  const std::unique_ptr<Shaper> shaper = make_shaper(
      {.mode = ShapeMode::kRows, .row_columns = {"pk1", "pk2", "age"}, .deletes = true}, kTable);
  const TestRecord first{
      ActionType::kUpdate, kKey, {drop_all("age"), text("age", "x", 9)}, kSequence};
  const TestRecord second{ActionType::kUpdate, kKey, {text("other", "x", 1)}, kSequence};
  EXPECT_THAT(test::shape(*shaper, first, "S").rows()[0], testing::HasSubstr("String x"));
  EXPECT_EQ(test::shape(*shaper, second, "S").rows()[0],
            "String a | Long 7 | null | String UPDATE | null");
}

TEST(RowShaper, RefusesWhatNoServiceSends) {
  const std::unique_ptr<Shaper> shaper =
      make_shaper({.mode = ShapeMode::kRows, .row_columns = {"pk1", "age"}}, kTable);
  RowBatch batch(2);
  tablestore::StreamRecordView view;
  EXPECT_EQ(shaper->shape(view, "S", batch).error().code, "Stream-Record");  // no sequence info
  const tablestore::StreamPage page =
      test::make_page({{ActionType::kUpdate, kKey, {text("age", "x", 1)}, kSequence}}, "next");
  ASSERT_TRUE(page.decode(0, view));
  view.row.cells[0].has_timestamp = false;
  EXPECT_EQ(shaper->shape(view, "S", batch).error().code, "Stream-Record");
  view.row.cells[0].op = CellOp::kIncrement;
  EXPECT_EQ(shaper->shape(view, "S", batch).error().code, "Stream-Record");
  view.row.primary_key.pop_back();
  EXPECT_EQ(shaper->shape(view, "S", batch).error().code, "Stream-Record");
}

}  // namespace
}  // namespace otsstream::reader
