#include "sync/unit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace otsstream::sync {
namespace {

using reader::ShardAction;
using reader::ShardPlan;

std::vector<ShardPlan> shards(int count, ShardAction action = ShardAction::kRead) {
  std::vector<ShardPlan> list;
  for (int i = 0; i < count; ++i) {
    ShardPlan plan;
    plan.shard.shard_id = "s" + std::to_string(i);
    plan.action = action;
    plan.source = reader::StartSource::kSeek;
    plan.iterator = "it" + std::to_string(i);
    list.push_back(plan);
  }
  return list;
}

struct Cut {
  const char* name;
  int shards, max_units, places;
  std::vector<size_t> sizes;
  int places_each;
};

class Units : public testing::TestWithParam<Cut> {};

TEST_P(Units, AreNeighboursAndShareThePlaces) {
  const Cut& cut = GetParam();
  const std::vector<Unit> units = make_units(shards(cut.shards), cut.max_units, cut.places);
  ASSERT_EQ(units.size(), cut.sizes.size());
  int next_shard = 0, next_place = 0;
  for (size_t i = 0; i < units.size(); ++i) {
    EXPECT_EQ(units[i].number, static_cast<int>(i));
    ASSERT_EQ(units[i].shards.size(), cut.sizes[i]);
    for (const ShardPlan& shard : units[i].shards)
      EXPECT_EQ(shard.shard.shard_id, "s" + std::to_string(next_shard++));
    EXPECT_EQ(units[i].first_place, next_place);
    EXPECT_EQ(units[i].places, cut.places_each);
    next_place += cut.places_each;
  }
  EXPECT_LE(next_place, std::max(cut.places, 0));
}

INSTANTIATE_TEST_SUITE_P(Cuts, Units,
                         testing::Values(Cut{"none", 0, 4, 20000, {}, 0},
                                         Cut{"one", 1, 4, 20000, {1}, 20000},
                                         Cut{"even", 8, 4, 20000, {2, 2, 2, 2}, 5000},
                                         Cut{"rest_goes_first", 10, 4, 20000, {3, 3, 2, 2}, 5000},
                                         Cut{"fewer_than_units", 3, 28, 20000, {1, 1, 1}, 6666},
                                         Cut{"places_are_scarce", 9, 9, 3, {3, 3, 3}, 1},
                                         Cut{"no_places", 2, 2, 0, {1, 1}, 0}),
                         [](const auto& info) { return info.param.name; });

TEST(MakeUnits, LeavesOutWhatIsNotRead) {
  std::vector<ShardPlan> list = shards(3);
  list[1].action = ShardAction::kSkip;
  list[2].action = ShardAction::kClosed;
  const std::vector<Unit> units = make_units(list, 4, 100);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].shards.size(), 1u);
}

Unit full_unit() {
  Unit unit{3, shards(2), 600, 200};
  unit.shards[1].shard.parent_id = "s0";
  unit.shards[1].shard.parent_sibling_id = "other";
  unit.shards[1].generation = 1;
  unit.shards[1].skip_count = 7;
  unit.shards[1].drop_before_start = false;
  unit.shards[1].source = reader::StartSource::kCheckpoint;
  return unit;
}

Manifest full_manifest() {
  Manifest manifest;
  manifest.unit = 3;
  reader::ShardResult shard;
  shard.shard_id = "s\"0";
  shard.end = reader::EndKind::kReachedEnd;
  shard.checkpoint = "iterator";
  shard.time_checkpoints = {{1508400600000, "a"}, {1508401200000, "b"}};
  shard.records = 5, shard.rows = 11, shard.dropped = 2, shard.requests = 3, shard.bytes = 4096;
  shard.checksum = 0xfedcba9876543210;
  shard.first = tablestore::SequenceInfo{0, 1508400600000000, 1};
  shard.last = tablestore::SequenceInfo{1, 1508400700000000, 0};
  manifest.shards = {
      shard, reader::ShardResult{
                 .shard_id = "s1", .end = reader::EndKind::kClosed, .checkpoint = "SHARD_END"}};
  manifest.channel = {{{"odps:1", "pt=1", {600, 601}}}, 11, 1, 12345, 0xdeadbeef};
  return manifest;
}

template <class T>
std::string json_of(const T& value) {
  JsonOut out;
  write_json(out, value);
  return std::move(out).take();
}

TEST(UnitJson, SurvivesTheRoundTrip) {
  const std::string text = json_of(full_unit());
  auto document = parse_json(text, "unit", JsonOptions{.strict = true});
  ASSERT_TRUE(document.has_value()) << document.error().to_string();
  auto unit = read_unit((*document)->root());
  ASSERT_TRUE(unit.has_value()) << unit.error().to_string();
  EXPECT_EQ(json_of(*unit), text);
  EXPECT_EQ(unit->shards[1].skip_count, 7);
  EXPECT_FALSE(unit->shards[1].drop_before_start);
}

TEST(ManifestJson, SurvivesTheRoundTrip) {
  const std::string text = json_of(full_manifest());
  auto document = parse_json(text, "manifest", JsonOptions{.strict = true});
  ASSERT_TRUE(document.has_value()) << document.error().to_string();
  auto manifest = read_manifest((*document)->root());
  ASSERT_TRUE(manifest.has_value()) << manifest.error().to_string();
  EXPECT_EQ(json_of(*manifest), text);
  EXPECT_EQ(manifest->channel.checksum, 0xdeadbeef);
  EXPECT_EQ(manifest->shards[0].last->epoch, 1);
  EXPECT_FALSE(manifest->shards[1].first.has_value());
}

// Every member is needed: without any one of them the text is refused, and the error names it.
TEST(ManifestJson, RefusesMissingMembers) {
  for (const char* member :
       {"unit", "shards", "channel", "parts", "staging", "places", "rows", "dirty", "checksum",
        "end", "checkpoint", "records", "dropped", "requests", "bytes", "timeCheckpoints"}) {
    std::string text = json_of(full_manifest());
    const std::string quoted = "\"" + std::string(member) + "\"";
    for (size_t at; (at = text.find(quoted)) != std::string::npos;)
      text.replace(at, quoted.size(), "\"x\"");
    auto document = parse_json(text, "manifest", JsonOptions{.strict = true});
    ASSERT_TRUE(document.has_value()) << document.error().to_string();
    auto manifest = read_manifest((*document)->root());
    ASSERT_FALSE(manifest.has_value()) << member;
    EXPECT_THAT(manifest.error().to_string(), testing::HasSubstr(member));
  }
}

// Reports of the first version are verified by this one.
TEST(ManifestJson, ReadsThePlacesOfTheFirstVersion) {
  auto document = parse_json(
      R"({"unit":2,"shards":[],"channel":{"blocks":[7,8],"rows":1,"dirty":0,"bytes":9,"checksum":0}})",
      "manifest", JsonOptions{.strict = true});
  ASSERT_TRUE(document.has_value());
  auto manifest = read_manifest((*document)->root());
  ASSERT_TRUE(manifest.has_value()) << manifest.error().to_string();
  ASSERT_EQ(manifest->channel.parts.size(), 1u);
  EXPECT_EQ(manifest->channel.parts[0].places, (std::vector<int>{7, 8}));
}

TEST(ManifestJson, RefusesAChecksumOfAnotherForm) {
  for (const char* text : {"", "fedcba987654321", "fedcba98765432100", "fedcba987654321g"}) {
    auto checksum = read_checksum(text);
    ASSERT_FALSE(checksum.has_value()) << text;
    EXPECT_EQ(checksum.error().code, "Sync-Json");
  }
  EXPECT_EQ(*read_checksum("fedcba9876543210"), 0xfedcba9876543210u);
}

TEST(UnitJson, RefusesAnUnknownSource) {
  std::string text = json_of(full_unit());
  text.replace(text.find("\"checkpoint\""), 12, "\"somewhere\"");
  auto document = parse_json(text, "unit", JsonOptions{.strict = true});
  auto unit = read_unit((*document)->root());
  ASSERT_FALSE(unit.has_value());
  EXPECT_THAT(unit.error().to_string(), testing::HasSubstr("somewhere"));
  EXPECT_EQ(unit.error().code, "Sync-Json");
}

TEST(ManifestJson, RefusesAPositionOfTwoNumbers) {
  std::string text = json_of(full_manifest());
  text.replace(text.find("[1,1508400700000000,0]"), 22, "[1,1508400700000000]");
  auto document = parse_json(text, "manifest", JsonOptions{.strict = true});
  ASSERT_TRUE(document.has_value()) << document.error().to_string();
  auto manifest = read_manifest((*document)->root());
  ASSERT_FALSE(manifest.has_value());
  EXPECT_EQ(manifest.error().code, "Sync-Json");
  EXPECT_THAT(manifest.error().to_string(), testing::HasSubstr("three numbers"));
}

}  // namespace
}  // namespace otsstream::sync
