#include "maxcompute/wire/arrow/column_reader.h"

#include <gtest/gtest.h>

#include "maxcompute/wire/arrow/arrow_vectors_for_test.h"

namespace otsstream::maxcompute::arrow {
namespace {

template <class T>
std::string numbers(std::initializer_list<T> list) {
  std::string bytes;
  for (T v : list) put_fixed(bytes, v);
  return bytes;
}

// The batch owns nothing: `parts` must live on.
RecordBatch batch_of(uint64_t rows, const BatchParts& parts) {
  RecordBatch batch;
  batch.rows = rows;
  batch.nodes = parts.nodes;
  for (const std::string& buffer : parts.buffers) batch.buffers.emplace_back(buffer);
  return batch;
}

std::string encoded_row(const char* type, uint64_t rows, const BatchParts& parts, uint64_t row,
                        const Layout& layout = kPyodpsLayout) {
  const auto columns = columns_of({{"v", type}});
  const auto fields = make_fields(columns, layout);
  const RecordBatch batch = batch_of(rows, parts);
  auto readers = ColumnReader::open(fields, batch);
  if (!readers) return readers.error().message;
  std::string out;
  if ((*readers)[0].is_null(row)) return "null";
  auto appended = (*readers)[0].append(out, row);
  return appended ? to_hex(out) : appended.error().message;
}

TEST(ColumnReaderTest, OffsetsNeedNotBeginAtZero) {
  const BatchParts texts{{{2, 0}}, {"", numbers<int32_t>({3, 4, 6}), "???abc"}};
  EXPECT_EQ(encoded_row("string", 2, texts, 0), "0161");
  EXPECT_EQ(encoded_row("string", 2, texts, 1), "026263");
  const BatchParts lists{{{1, 0}, {4, 0}}, {"", numbers<int32_t>({2, 4}), "", "\1\2\3\4"}};
  EXPECT_EQ(encoded_row("array<tinyint>", 1, lists, 0), "0200060008");
}

TEST(ColumnReaderTest, CountsOfNullsMayBeMissing) {
  EXPECT_EQ(encoded_row("tinyint", 1, {{{1, -1}}, {"", "\5"}}, 0), "0a") << "and no bits either";
  EXPECT_EQ(encoded_row("tinyint", 2, {{{2, -1}}, {"\2", "\5\6"}}, 0), "null");
  EXPECT_EQ(encoded_row("tinyint", 2, {{{2, -1}}, {"\2", "\5\6"}}, 1), "0c");
  EXPECT_EQ(encoded_row("tinyint", 1, {{{1, 0}}, {std::string(1, '\0'), "\5"}}, 0), "0a")
      << "a count of 0 makes the bits meaningless";
}

TEST(ColumnReaderTest, ANullRowHidesWhatLiesBelow) {
  const BatchParts parts{{{2, 1}, {2, 0}}, {"\2", "", "\5\6"}};
  EXPECT_EQ(encoded_row("struct<a:tinyint>", 2, parts, 0), "null");
  EXPECT_EQ(encoded_row("struct<a:tinyint>", 2, parts, 1), "000c");
}

TEST(ColumnReaderTest, AnEmptyArrayMayHaveNoOffsets) {
  const BatchParts parts{{{0, 0}, {0, 0}}, {"", "", "", ""}};
  const auto columns = columns_of({{"v", "array<tinyint>"}});
  const auto fields = make_fields(columns, kPyodpsLayout);
  EXPECT_TRUE(ColumnReader::open(fields, batch_of(0, parts)));
}

TEST(ColumnReaderTest, NanosBelowZeroAreFloored) {
  EXPECT_EQ(encoded_row("timestamp", 1, {{{1, 0}}, {"", numbers<int64_t>({-1})}}, 0),
            "01fea7d6b907")
      << "-1 s and 999999999 ns";
  EXPECT_EQ(encoded_row("interval_day_time", 1, {{{1, 0}}, {"", numbers<int32_t>({-1, -1})}}, 0,
                        kJavaLayout),
            "81c60a809fdcb807")
      << "-86401 s and 999000000 ns";
}

struct Bad {
  const char* name;
  const char* type;
  uint64_t rows;
  BatchParts parts;
  const char* message;
};

class ColumnReaderBadTest : public ::testing::TestWithParam<Bad> {};

TEST_P(ColumnReaderBadTest, IsNamed) {
  const Bad& bad = GetParam();
  EXPECT_EQ(encoded_row(bad.type, bad.rows, bad.parts, 0), bad.message);
}

const uint64_t kHuge = uint64_t{1} << 62;

INSTANTIATE_TEST_SUITE_P(
    Batches, ColumnReaderBadTest,
    ::testing::Values(
        Bad{"no_node",
            "bigint",
            1,
            {{}, {}},
            "Arrow: a record batch of 0 nodes, too few for the table's columns"},
        Bad{"no_buffer",
            "bigint",
            1,
            {{{1, 0}}, {""}},
            "Arrow: a record batch of 1 buffers, too few for the table's columns"},
        Bad{"too_many",
            "tinyint",
            1,
            {{{1, 0}, {1, 0}}, {"", "1", "", "2"}},
            "Arrow: a record batch of 2 nodes and 4 buffers, where the table's columns have 1 and "
            "2"},
        Bad{"short_array",
            "tinyint",
            2,
            {{{1, 0}}, {"", "1"}},
            "Arrow: array v has 1 values, where 2 are needed"},
        Bad{"short_data", "int", 2, {{{2, 0}}, {"", "1234567"}}, "Arrow: array v: its data is cut"},
        Bad{"huge",
            "bigint",
            kHuge,
            {{{kHuge, 0}}, {"", "12345678"}},
            "Arrow: array v: its data is cut"},
        Bad{"huge_bits",
            "boolean",
            kHuge,
            {{{kHuge, 0}}, {"", "1"}},
            "Arrow: array v: its data is cut"},
        Bad{"huge_texts",
            "string",
            kHuge,
            {{{kHuge, 0}}, {"", "12345678", ""}},
            "Arrow: array v: its offsets are cut"},
        Bad{"short_validity",
            "tinyint",
            9,
            {{{9, -1}}, {"1", "123456789"}},
            "Arrow: array v: its validity bits are cut"},
        Bad{"no_validity",
            "tinyint",
            1,
            {{{1, 1}}, {"", "1"}},
            "Arrow: array v: its validity bits are cut"},
        Bad{"more_nulls",
            "tinyint",
            1,
            {{{1, 2}}, {"1", "1"}},
            "Arrow: array v has more NULLs than values"},
        Bad{"offsets_back",
            "string",
            2,
            {{{2, 0}}, {"", numbers<int32_t>({0, 2, 1}), "ab"}},
            "Arrow: array v: its offsets go back"},
        Bad{"offset_below_0",
            "string",
            1,
            {{{1, 0}}, {"", numbers<int32_t>({-1, 0}), "ab"}},
            "Arrow: array v: its offsets go back"},
        Bad{"offset_beyond",
            "string",
            1,
            {{{1, 0}}, {"", numbers<int32_t>({0, 3}), "ab"}},
            "Arrow: array v: its data is cut"},
        Bad{"list_beyond",
            "array<tinyint>",
            1,
            {{{1, 0}, {2, 0}}, {"", numbers<int32_t>({0, 3}), "", "ab"}},
            "Arrow: array item has 2 values, where 3 are needed"},
        Bad{"field_short",
            "struct<a:tinyint>",
            2,
            {{{2, 0}, {1, 0}}, {"", "", "a"}},
            "Arrow: array a has 1 values, where 2 are needed"},
        Bad{"null_key",
            "map<tinyint,tinyint>",
            1,
            {{{1, 0}, {1, 0}, {1, 1}, {1, 0}},
             {"", numbers<int32_t>({0, 1}), "", std::string(1, '\0'), "a", "", "b"}},
            "Arrow: a map with a NULL key"},
        Bad{"digits",
            "decimal(3,1)",
            1,
            {{{1, 0}}, {"", numbers<int64_t>({1000, 0})}},
            "Arrow: a number of more than 3 digits"},
        Bad{"nanos",
            "interval_day_time",
            1,
            {{{1, 0}, {1, 0}, {1, 0}}, {"", "", numbers<int64_t>({1}), "", numbers<int32_t>({-1})}},
            "Arrow: nanos -1, where 0 to 999999999 are possible"},
        Bad{"null_seconds",
            "interval_day_time",
            1,
            {{{1, 0}, {1, 1}, {1, 0}},
             {"", std::string(1, '\0'), numbers<int64_t>({1}), "", numbers<int32_t>({1})}},
            "Arrow: NULL seconds or nanos in a value that is not NULL"}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(ColumnReaderTest, SecondsOfATimestampStayWithinTime) {
  const BatchParts parts{{{1, 0}, {1, 0}, {1, 0}},
                         {"", "", numbers<int64_t>({INT64_MAX}), "", numbers<int32_t>({1})}};
  EXPECT_EQ(encoded_row("timestamp", 1, parts, 0, kPreviewLayout),
            "Arrow: second 9223372036854775807 is outside the range of time");
}

TEST(ColumnReaderTest, RowsNeedColumns) {
  auto readers = ColumnReader::open({}, batch_of(1, {}));
  ASSERT_FALSE(readers);
  EXPECT_EQ(readers.error().message, "Arrow: rows without columns");
}

}  // namespace
}  // namespace otsstream::maxcompute::arrow
