#include "tablestore/wire/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/vectors.h"
#include "tablestore/wire/messages.h"

namespace otsstream::tablestore {
namespace {

using testing::HasSubstr;

Filter single(Comparator comparator, std::string column, CellValue value, bool filter_if_missing,
              bool latest_only) {
  Filter f;
  f.comparator = comparator;
  f.column = std::move(column);
  f.value = std::move(value);
  f.filter_if_missing = filter_if_missing;
  f.latest_version_only = latest_only;
  return f;
}

Filter composite(LogicalOperator combinator, std::vector<Filter> parts) {
  Filter f;
  f.kind = Filter::Kind::kComposite;
  f.combinator = combinator;
  f.parts = std::move(parts);
  return f;
}

template <class Request>
SharedBuffer filter_of(const char* vector) {
  Request request;
  EXPECT_TRUE(decode(SharedBuffer(test::load_hex(vector)), request).has_value());
  return request.read.filter;
}

TEST(Filter, TheFiltersOfTheVectors) {
  struct Case {
    SharedBuffer bytes;
    Filter filter;
  };
  Filter page;
  page.kind = Filter::Kind::kPagination;
  page.offset = 2;
  page.limit = 10;
  WriteRowRequest update;
  ASSERT_TRUE(decode_update(SharedBuffer(test::load_hex("java_update_row")), update).has_value());
  for (const Case& c : {
           Case{filter_of<GetRowRequest>("java_get_row_pagination_filter"), page},
           Case{filter_of<GetRangeRequest>("python_get_range_backward"),
                single(Comparator::kGreaterThan, "age", CellValue::of_integer(18), false, true)},
           Case{filter_of<GetRangeRequest>("node_get_range"),
                composite(LogicalOperator::kAnd, {single(Comparator::kEqual, "name",
                                                         CellValue::of_string("Ann"), false, false),
                                                  single(Comparator::kGreaterThan, "age",
                                                         CellValue::of_integer(18), false, true)})},
           Case{update.condition.column_condition,
                single(Comparator::kGreaterEqual, "age", CellValue::of_integer(30), false, true)},
       }) {
    auto opened = decode_filter(c.bytes.view());
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    EXPECT_EQ(*opened, c.filter);
    EXPECT_EQ(to_hex(encode_filter(c.filter)), to_hex(c.bytes.view()));
  }
}

TEST(Filter, ValueTransferRule) {
  Filter f = single(Comparator::kEqual, "c", CellValue::of_string("1"), true, true);
  f.transfer_rule = Filter::TransferRule{"t1:([0-9]+),", 0};
  EXPECT_EQ(decode_filter(encode_filter(f)).value(), f);
}

TEST(Filter, NestingIsBounded) {
  Filter f = single(Comparator::kEqual, "c", CellValue::of_integer(1), true, true);
  for (int i = 1; i < kMaxFilterDepth; ++i) f = composite(LogicalOperator::kNot, {f});
  EXPECT_TRUE(decode_filter(encode_filter(f)).has_value());
  f = composite(LogicalOperator::kNot, {f});
  auto refused = decode_filter(encode_filter(f));
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("nested"));
}

TEST(Filter, MalformedOnesAreRefused) {
  const Filter leaf = single(Comparator::kEqual, "c", CellValue::of_integer(1), true, true);
  EXPECT_FALSE(
      decode_filter(encode_filter(composite(LogicalOperator::kNot, {leaf, leaf}))).has_value());
  EXPECT_FALSE(decode_filter(encode_filter(composite(LogicalOperator::kAnd, {leaf}))).has_value());
  EXPECT_FALSE(decode_filter(encode_filter(composite(LogicalOperator::kOr, {}))).has_value());
  for (const char* hex : {"", "08", "0801", "08091200", "08011200", "0801120208ff"})
    EXPECT_FALSE(decode_filter(from_hex(hex)).has_value()) << hex;
}

}  // namespace
}  // namespace otsstream::tablestore
