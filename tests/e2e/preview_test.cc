// preview: the first rows of a job, without a trace of having been there.

#include "sync/preview.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stored_bytes.h"
#include "support/world.h"

namespace otsstream::test {
namespace {

using tablestore::CellOp;
using tablestore::CellValue;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Preview : public testing::Test {
 protected:
  void SetUp() override {
    world.create_data_table();
    world.set_data_time("2017-10-19 16:20:00.000");
  }
  void put(const std::string& id, tablestore::CellValue value) {
    Status done =
        world.tablestore->put_row("person", {{{"id", CellValue::of_string(id)}},
                                             {{"v", CellOp::kPut, std::move(value), 1508401200000}},
                                             false,
                                             {}});
    ASSERT_TRUE(done.has_value()) << done.error().to_string();
  }
  Result<sync::Preview> preview(size_t rows, const std::string& text = person_job()) {
    OTS_TRY(job::JobSpec job,
            world.bind(text, World::variables("20171019161000", "20171019162600")));
    return sync::preview_job(job, world.context(), rows, world.diagnostics);
  }
  static std::vector<std::string> lines(const sync::Preview& preview) {
    std::vector<std::string> all;
    for (const auto& row : preview.rows) {
      std::string line;
      for (const sync::PreviewCell& cell : row)
        line += (line.empty() ? "" : "|") +
                (cell.type == ValueType::kNull ? std::string("NULL") : cell.text);
      all.push_back(line);
    }
    return all;
  }
  World world;
};

TEST_F(Preview, ShowsTheFirstRowsInTheOrderOfTheLog) {
  put("a", CellValue::of_integer(7));
  put("b", CellValue::of_string("NULL"));
  auto shown = preview(10);
  ASSERT_TRUE(shown.has_value()) << shown.error().to_string();
  EXPECT_THAT(lines(*shown), ElementsAre("a|NULL|NULL|NULL|DR", "a|v|1508401200000|7|U",
                                         "b|NULL|NULL|NULL|DR", "b|v|1508401200000|NULL|U"));
  EXPECT_EQ(shown->rows[3][3].type, ValueType::kString) << "a text that spells NULL is none";
  EXPECT_EQ(shown->plan.columns[1].name, "colName");
  EXPECT_FALSE(shown->has_more);
}

TEST_F(Preview, StopsWhenThereAreEnoughAndSaysThatThereAreMore) {
  for (int i = 0; i < 3000; ++i) put(fmt::format("{:04}", i), CellValue::of_integer(i));
  auto shown = preview(3);
  ASSERT_TRUE(shown.has_value()) << shown.error().to_string();
  EXPECT_THAT(shown->rows, SizeIs(3));
  EXPECT_TRUE(shown->has_more);
  auto all = preview(6000);
  ASSERT_TRUE(all.has_value());
  EXPECT_THAT(all->rows, SizeIs(6000));
  EXPECT_FALSE(all->has_more);
}

// Parents before children, and the window's bounds count as in a run.
TEST_F(Preview, GoesThroughTheShardsInTheirOrder) {
  put("a", CellValue::of_integer(1));
  ASSERT_TRUE(world.data_table()->split(CellValue::of_string("b"), {}).has_value());
  put("b", CellValue::of_integer(2));
  world.set_data_time("2017-10-19 16:30:00.000");
  put("c", CellValue::of_integer(3));
  auto shown = preview(10);
  ASSERT_TRUE(shown.has_value()) << shown.error().to_string();
  ASSERT_THAT(shown->rows, SizeIs(4));
  EXPECT_EQ(shown->rows[0][0].text, "a");
  EXPECT_EQ(shown->rows[2][0].text, "b");
}

// Neither a destination nor a status table is needed, and none comes to be.
TEST_F(Preview, LeavesNoTrace) {
  const StoredBytes stored(world);
  world.create_destination();
  put("a", CellValue::of_integer(1));
  const std::string before = stored.look();
  auto shown = preview(10);
  ASSERT_TRUE(shown.has_value()) << shown.error().to_string();
  EXPECT_THAT(shown->rows, SizeIs(2));
  EXPECT_EQ(stored.look(), before);
}

TEST_F(Preview, AnEmptyWindowHasNoRows) {
  auto shown = preview(10);
  ASSERT_TRUE(shown.has_value()) << shown.error().to_string();
  EXPECT_THAT(shown->rows, IsEmpty());
  EXPECT_THAT(shown->plan.columns, SizeIs(5));
}

TEST_F(Preview, MistakesAreToldAsARunTellsThem) {
  std::string text = person_job();
  text.replace(text.find("\"dataTable\": \"person\""), 21, "\"dataTable\": \"nobody\"");
  auto missing = preview(10, text);
  ASSERT_FALSE(missing.has_value());
  EXPECT_THAT(missing.error().to_string(), HasSubstr("nobody"));
  text = person_job();
  text.replace(text.find("\"plugin\": \"otsstream\""), 21, "\"plugin\": \"mysqlreader\"");
  auto other = preview(10, text);
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code, "Job-Plugin");
}

}  // namespace
}  // namespace otsstream::test
