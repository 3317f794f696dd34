#include "record/row_batch.h"

#include <gtest/gtest.h>

#include <string>

#include "record/accounting.h"

namespace otsstream {
namespace {

TEST(Value, TypesAndNames) {
  EXPECT_TRUE(Value().is_null());
  EXPECT_EQ(to_string(Value::from_long(1).type()), "Long");
  EXPECT_EQ(to_string(Value::from_double(1).type()), "Double");
  EXPECT_EQ(to_string(Value::from_string("").type()), "String");
  EXPECT_EQ(to_string(Value::from_bool(true).type()), "Bool");
  EXPECT_EQ(to_string(Value::from_bytes("").type()), "Bytes");
  EXPECT_EQ(to_string(Value::from_date_ms(1).type()), "Date");
  EXPECT_EQ(to_string(ValueType::kNull), "Null");
}

TEST(RowBatch, RowsOfNullsThatAreFilled) {
  RowBatch batch(2);
  EXPECT_TRUE(batch.empty());
  for (int64_t i = 0; i < 3; ++i) {
    auto row = batch.add_row();
    EXPECT_TRUE(row[0].is_null() && row[1].is_null());
    row[0] = Value::from_long(i);
  }
  EXPECT_EQ(batch.rows(), 3u);
  EXPECT_EQ(batch.row(2)[0].as_long(), 2);
  batch.clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(RowBatch(0).rows(), 0u);
}

TEST(RowBatch, CopiesStayWhereTheyAre) {
  RowBatch batch(1);
  std::vector<std::string_view> views;
  for (int i = 0; i < 20000; ++i) views.push_back(batch.copy("text " + std::to_string(i)));
  const std::string big(1 << 20, 'x');
  const std::string_view large = batch.copy(big);
  for (int i = 0; i < 20000; ++i)
    EXPECT_EQ(views[static_cast<size_t>(i)], "text " + std::to_string(i));
  EXPECT_EQ(large, big);
  EXPECT_EQ(batch.copy(""), "");
  batch.clear();
  EXPECT_EQ(batch.copy("again"), "again");
}

TEST(RowBatch, KeepsBuffersUntilCleared) {
  auto owner = std::make_shared<const std::string>("bytes");
  std::weak_ptr<const std::string> watch = owner;
  RowBatch batch(1);
  batch.keep(SharedBuffer(owner, *owner));
  owner.reset();
  EXPECT_FALSE(watch.expired());
  RowBatch moved = std::move(batch);
  EXPECT_FALSE(watch.expired());
  moved.clear();
  EXPECT_TRUE(watch.expired());
}

// job-engine.md 8.4
TEST(Accounting, ByteSizesOfDataX) {
  EXPECT_EQ(byte_size(Value::null()), 0u);
  EXPECT_EQ(byte_size(Value::from_long(1)), 8u);
  EXPECT_EQ(byte_size(Value::from_date_ms(1)), 8u);
  EXPECT_EQ(byte_size(Value::from_bool(false)), 1u);
  EXPECT_EQ(byte_size(Value::from_bytes("\xff\xff\xff")), 3u);
  EXPECT_EQ(byte_size(Value::from_double(1.5)), 3u);
  EXPECT_EQ(byte_size(Value::from_double(1e20)), 21u);
  EXPECT_EQ(byte_size(Value::from_string("abc")), 3u);
  EXPECT_EQ(byte_size(Value::from_string("城市")), 2u);
  EXPECT_EQ(byte_size(Value::from_string("😀")), 2u);  // a surrogate pair
  const Value row[] = {Value::from_long(1), Value::null(), Value::from_string("ab")};
  EXPECT_EQ(byte_size(row), 10u);
}

}  // namespace
}  // namespace otsstream
