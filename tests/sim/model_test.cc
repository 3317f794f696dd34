#include "sim/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace otsstream::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::vector<std::string> texts(const std::vector<LandedRow>& rows) {
  std::vector<std::string> out;
  for (const LandedRow& row : rows) out.push_back(row.text);
  return out;
}

CellChange set(const std::string& column, const std::string& value) {
  CellChange cell;
  cell.column = column;
  cell.value = value;
  return cell;
}

// The example of otsstream-reader.md 7.1, with one key column.
TEST(Model, WritesRowsAsTheSpecShowsThem) {
  Model model;
  model.stream_on({"S"});
  model.acknowledged({{RowChange::Kind::kPut, "a", {set("c1", "x"), set("c2", "5")}}},
                     1'510'036'262'123'456);
  EXPECT_THAT(
      texts(model.window(1'510'036'262'123, 1'510'036'262'124)),
      ElementsAre(
          "a|NULL|NULL|NULL|DR|0000000000_00001510036262123456_0000000000_S:0000000000",
          "a|c1|1510036262123|x|U|0000000000_00001510036262123456_0000000000_S:0000000001",
          "a|c2|1510036262123|5|U|0000000000_00001510036262123456_0000000000_S:0000000002"));
  EXPECT_THAT(model.window(1'510'036'262'124, 1'510'036'263'000), IsEmpty());
}

TEST(Model, KnowsDeletionsOfCellsAndRows) {
  Model model;
  model.stream_on({"S"});
  CellChange one{CellChange::Kind::kDeleteOneVersion, "c", 7, CellChange::Type::kString, ""};
  CellChange all{CellChange::Kind::kDeleteAllVersions, "d", {}, CellChange::Type::kString, ""};
  model.acknowledged(
      {{RowChange::Kind::kUpdate, "a", {one, all}}, {RowChange::Kind::kDelete, "b", {}}}, 2'000);
  EXPECT_THAT(
      texts(model.window(0, 10)),
      ElementsAre("a|c|7|NULL|DO|0000000000_00000000000000002000_0000000000_S:0000000000",
                  "a|d|NULL|NULL|DA|0000000000_00000000000000002000_0000000000_S:0000000001",
                  "b|NULL|NULL|NULL|DR|0000000000_00000000000000002000_0000000001_S:0000000000"));
}

TEST(Model, FollowsKeysThroughSplitsAndMerges) {
  Model model;
  model.stream_on({"root"});
  auto write = [&](const char* key, int64_t us) {
    model.acknowledged({{RowChange::Kind::kDelete, key, {}}}, us);
  };
  write("a", 1'000);
  model.split("m", "left", "right");
  write("a", 2'000);
  write("m", 3'000);
  model.merge("left", "right", "child");
  write("z", 4'000);
  EXPECT_THAT(model.records_by_shard(0, 100),
              ElementsAre(Pair("child", 1), Pair("left", 1), Pair("right", 1), Pair("root", 1)));
  EXPECT_THAT(model.open_shards(), ElementsAre("child"));
}

TEST(Model, ForgetsWhatNobodyCanReadAnyMore) {
  Model model;
  model.stream_on({"one"});
  model.acknowledged({{RowChange::Kind::kDelete, "a", {}}}, 1'000);
  model.expired(1'001);
  model.acknowledged({{RowChange::Kind::kDelete, "b", {}}}, 2'000);
  EXPECT_TRUE(model.has_lost(0, 2));
  EXPECT_FALSE(model.has_lost(2, 3));
  model.stream_off();
  model.acknowledged({{RowChange::Kind::kDelete, "c", {}}}, 3'000);
  model.stream_on({"two"});
  model.acknowledged({{RowChange::Kind::kDelete, "d", {}}}, 4'000);
  EXPECT_THAT(model.records_by_shard(0, 100), ElementsAre(Pair("two", 1)));
  EXPECT_TRUE(model.has_lost(2, 3));
}

}  // namespace
}  // namespace otsstream::sim
