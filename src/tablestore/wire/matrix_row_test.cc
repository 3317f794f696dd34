#include "tablestore/wire/matrix_row.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "base/crc.h"
#include "support/vectors.h"
#include "tablestore/wire/messages.h"

namespace otsstream::tablestore {
namespace {

using testing::HasSubstr;

const std::vector<KeySchema> kKeys = {{"uid", KeyType::kString, false},
                                      {"seq", KeyType::kInteger, false}};
const std::vector<std::string> kAttributes = {"age", "name", "none"};

Cell cell(std::string name, CellValue value) {
  return {std::move(name), CellOp::kPut, std::move(value), {}};
}
PrimaryKey key(std::string_view uid, int64_t seq) {
  return {{"uid", CellValue::of_string(uid)}, {"seq", CellValue::of_integer(seq)}};
}
const std::vector<Row> kRows = {
    {key("alice", 7),
     {cell("age", CellValue::of_integer(30)), cell("name", CellValue::of_string("Ann"))},
     false,
     {}},
    {key("bob", -1),
     {cell("age", CellValue::of_double(1.5)), cell("name", CellValue::of_boolean(true)),
      cell("none", CellValue::of_blob("xy"))},
     false,
     {}},
};

std::string vector_block() {
  BulkExportResponse answer;
  EXPECT_TRUE(decode(SharedBuffer(test::load_hex("resp_bulk_export_matrix")), answer).has_value());
  return std::string(answer.rows.view());
}
// With the checksum mended, so that what was changed is what is found.
std::string with_checksum(std::string block) {
  block.back() = static_cast<char>(crc8(0, std::string_view(block).substr(0, block.size() - 1)));
  return block;
}

TEST(RowMatrix, IsTheVectorBothWays) {
  const std::string block = vector_block();
  auto matrix = decode_row_matrix(block);
  ASSERT_TRUE(matrix) << matrix.error().to_string();
  EXPECT_EQ(matrix->key_columns, (std::vector<std::string>{"uid", "seq"}));
  EXPECT_EQ(matrix->attribute_columns, kAttributes);
  EXPECT_TRUE(matrix->has_entire_keys);
  EXPECT_EQ(matrix->rows, kRows);
  EXPECT_EQ(to_hex(encode_row_matrix(kKeys, kAttributes, kRows)), to_hex(block));
}

TEST(RowMatrix, ShowsTheNewestVersionOfTheColumnsAskedFor) {
  Row row = kRows[0];
  row.cells.insert(row.cells.begin() + 1, cell("age", CellValue::of_integer(29)));
  auto matrix = decode_row_matrix(encode_row_matrix(kKeys, {"name", "age"}, {row}));
  ASSERT_TRUE(matrix);
  EXPECT_EQ(matrix->rows[0].cells, (std::vector<Cell>{cell("name", CellValue::of_string("Ann")),
                                                      cell("age", CellValue::of_integer(30))}))
      << "in the order of the columns";
  matrix = decode_row_matrix(encode_row_matrix(kKeys, {}, {}));
  ASSERT_TRUE(matrix);
  EXPECT_TRUE(matrix->rows.empty());
}

TEST(RowMatrix, EveryDamagedByteAndEveryCutIsSeen) {
  const std::string block = vector_block();
  for (size_t i = 0; i < block.size(); ++i) {
    std::string damaged = block;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    auto matrix = decode_row_matrix(damaged);
    ASSERT_FALSE(matrix) << i;
    EXPECT_EQ(matrix.error().code, "Wire-RowMatrix") << i;
    EXPECT_FALSE(decode_row_matrix(block.substr(0, i))) << i;
  }
  // The same, with a checksum that fits: an error or another value, never a step out of the block.
  for (size_t i = 0; i + 1 < block.size(); ++i) {
    for (unsigned flip : {0x01u, 0x80u, 0xffu}) {
      std::string damaged = block;
      damaged[i] = static_cast<char>(static_cast<unsigned char>(damaged[i]) ^ flip);
      auto matrix = decode_row_matrix(with_checksum(damaged));
      if (matrix) EXPECT_LE(matrix->rows.size(), 2u);
    }
  }
}

TEST(RowMatrix, SaysWhatIsWrong) {
  const std::string block = vector_block();
  constexpr size_t kOptions = 47, kData = 54;
  auto changed = [&](size_t at, std::string_view bytes) {
    std::string out = block;
    out.replace(at, bytes.size(), bytes);
    return with_checksum(out);
  };
  struct Case {
    const char* name;
    std::string block;
    const char* message;
  };
  const Case kCases[] = {
      {"empty", "", "shorter than its fixed part"},
      {"checksum", block.substr(0, block.size() - 1) + '\x5d', "checksum of the block is wrong"},
      {"no checksum", block.substr(0, block.size() - 2) + "\x02\x5c", "expected the checksum"},
      {"magic", changed(0, "SRM1"), "expected \"SRM0\""},
      {"data offset", changed(4, "\xff\xff\xff\x7f"), "offset points out"},
      {"negative offset", changed(8, "\xff\xff\xff\xff"), "offset points out"},
      {"key count", changed(12, "\xff\xff\xff\xff"), "count of columns is negative"},
      {"attribute count", changed(16, "\xff\xff\xff\x7f"), "column name does not fit"},
      {"name length", changed(20, "\xff\xff"), "column name does not fit"},
      {"options", changed(kOptions, "\x0b"), "keys are entire (0a)"},
      {"entire keys", changed(kOptions + 1, "\x02"), "neither 00 nor 01"},
      {"row count tag", changed(kOptions + 2, "\x04"), "row count (03)"},
      {"negative rows", changed(kOptions + 3, "\xff\xff\xff\xff"), "row count is negative"},
      {"more rows", changed(kOptions + 3, "\x03"), "a row (02)"},
      {"fewer rows", changed(kOptions + 3, "\x01"), "bytes follow the last row"},
      {"row tag", changed(kData, "\x03"), "a row (02)"},
      {"value type", changed(kData + 1, "\x0c"), "expected a value"},
      {"value length", changed(kData + 2, "\xff\xff\xff\x7f"), "expected a value"},
      {"key without value", changed(kData + 1, "\x06"), "key column holds"},
      {"infinite attribute", changed(kData + 20, "\x09"), "attribute holds"},
  };
  for (const Case& c : kCases) {
    auto matrix = decode_row_matrix(c.block);
    ASSERT_FALSE(matrix) << c.name;
    EXPECT_EQ(matrix.error().kind, ErrorKind::kCorrupt) << c.name;
    EXPECT_EQ(matrix.error().code, "Wire-RowMatrix") << c.name;
    EXPECT_THAT(matrix.error().message, HasSubstr(c.message)) << c.name;
  }
}

}  // namespace
}  // namespace otsstream::tablestore
