#include "local/tablestore/tablestore_test_support.h"

namespace otsstream::local::tablestore_test {
namespace {

struct Rows {
  std::vector<std::string> ids;
  std::optional<PrimaryKey> next;
};

class RangeHandlerTest : public ::testing::Test {
 protected:
  RangeHandlerTest() {
    local.create(person(), std::nullopt);
    for (const char* id : {"a", "b", "c", "d", "e"}) local.put_row(row(key(id), {put("n", id[0])}));
  }
  Rows ask(const GetRangeRequest& request) {
    auto answer = local.ask<GetRangeResponse>("GetRange", encode(request));
    Rows out;
    for (const Row& r : rows_of(answer.rows)) out.ids.push_back(r.primary_key[0].value.bytes);
    auto next = rows_of(answer.next_start);
    if (!next.empty()) out.next = next[0].primary_key;
    return out;
  }
  TablestoreFixture local;
};

TEST_F(RangeHandlerTest, BothDirections) {
  using Ids = std::vector<std::string>;
  struct Case {
    PrimaryKey start, end;
    Direction direction;
    Ids ids;
  };
  const Case kCases[] = {
      {low(), high(), Direction::kForward, {"a", "b", "c", "d", "e"}},
      {high(), low(), Direction::kBackward, {"e", "d", "c", "b", "a"}},
      {key("b"), key("d"), Direction::kForward, {"b", "c"}},
      {key("d"), key("b"), Direction::kBackward, {"d", "c"}},
      {key("bb"), key("cc"), Direction::kForward, {"c"}},
      {key("cc"), key("bb"), Direction::kBackward, {"c"}},
      {key("c"), key("c"), Direction::kForward, {}},
      {key("x"), high(), Direction::kForward, {}},
  };
  for (const Case& c : kCases) {
    Rows rows = ask(local.range_request(c.start, c.end, c.direction));
    EXPECT_EQ(rows.ids, c.ids);
    EXPECT_FALSE(rows.next);
  }
}

TEST_F(RangeHandlerTest, LimitsAndGoesOn) {
  for (Direction direction : {Direction::kForward, Direction::kBackward}) {
    bool forward = direction == Direction::kForward;
    auto request =
        local.range_request(forward ? low() : high(), forward ? high() : low(), direction);
    request.limit = 2;
    std::vector<std::string> ids;
    int pages = 0;
    while (true) {
      Rows rows = ask(request);
      EXPECT_LE(rows.ids.size(), 2u);
      ids.insert(ids.end(), rows.ids.begin(), rows.ids.end());
      ++pages;
      if (!rows.next) break;
      request.inclusive_start = SharedBuffer(encode_key(*rows.next));
    }
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(ids, forward ? (std::vector<std::string>{"a", "b", "c", "d", "e"})
                           : (std::vector<std::string>{"e", "d", "c", "b", "a"}));
  }
  auto exact = local.range_request(low(), high());
  exact.limit = 5;
  EXPECT_FALSE(ask(exact).next) << "exhausted";
}

TEST_F(RangeHandlerTest, CutsAtFiveThousandRowsAndFourMegabytes) {
  for (int i = 0; i < 5001; ++i) local.put_row(row(key("r" + std::to_string(10000 + i))));
  Rows rows = ask(local.range_request(key("r"), high()));
  EXPECT_EQ(rows.ids.size(), 5000u);
  EXPECT_EQ(rows.next, key("r15000"));
  for (int i = 0; i < 5; ++i)
    local.put_row(row(key("s" + std::to_string(i)),
                      {put("x", CellValue::of_string(std::string(1u << 20, 'x')))}));
  Rows large = ask(local.range_request(key("s"), high()));
  EXPECT_EQ(large.ids.size(), 3u) << "the fourth would exceed 4 MB";
  EXPECT_EQ(large.next, key("s3"));
}

TEST_F(RangeHandlerTest, OrdersByAllKeyColumns) {
  TableMeta meta = person("wide");
  meta.primary_key.push_back({"n", KeyType::kInteger, false});
  local.create(meta, std::nullopt);
  auto wide = [](std::string id, CellValue n) {
    return PrimaryKey{{"id", CellValue::of_string(id)}, {"n", n}};
  };
  for (int64_t n : {5, -3, 0, 300}) {
    for (const char* id : {"a", "ab", "b"})
      local.write(WriteType::kPut, row(wide(id, CellValue::of_integer(n))), {}, {}, "wide");
  }
  auto request =
      local.range_request(wide("a", CellValue::inf_min()), wide("a", CellValue::inf_max()));
  request.table = "wide";
  std::vector<int64_t> numbers;
  for (const Row& r : rows_of(local.ask<GetRangeResponse>("GetRange", encode(request)).rows)) {
    EXPECT_EQ(r.primary_key[0].value.bytes, "a");
    numbers.push_back(r.primary_key[1].value.integer);
  }
  EXPECT_EQ(numbers, (std::vector<int64_t>{-3, 0, 5, 300}));
}

TEST_F(RangeHandlerTest, RefusesBadRanges) {
  auto code = [&](GetRangeRequest request) {
    return code_of(local.call("GetRange", encode(request)));
  };
  EXPECT_EQ(code(local.range_request(key("d"), key("b"))), "OTSParameterInvalid");
  EXPECT_EQ(code(local.range_request(key("b"), key("d"), Direction::kBackward)),
            "OTSParameterInvalid");
  auto request = local.range_request(low(), high());
  request.limit = 0;
  EXPECT_EQ(code(request), "OTSParameterInvalid");
  request.limit = -1;
  EXPECT_EQ(code(request), "OTSParameterInvalid");
  EXPECT_EQ(code(local.range_request({{"id", CellValue::of_integer(1)}}, high())), "OTSInvalidPK");
  request = local.range_request(low(), high());
  request.table = "none";
  EXPECT_EQ(code(request), "OTSObjectNotExist");
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
