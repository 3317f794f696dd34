// Values of every type against the byte vectors of the official client, in every form they take
// here: encoded, as cells, as texts.

#include <gtest/gtest.h>

#include "maxcompute/wire/cell.h"
#include "maxcompute/wire/cell_text.h"
#include "maxcompute/wire/record_cursor.h"
#include "maxcompute/wire/record_stream_writer.h"
#include "maxcompute/wire/record_vectors_for_test.h"

namespace otsstream::maxcompute {
namespace {

using Rows = std::vector<std::vector<EncodedCell>>;

void read_rows(const RecordVector& vector, Rows& rows) {
  RecordCursor cursor(vector.stream, vector.columns);
  while (true) {
    std::vector<EncodedCell> row(vector.columns.size());
    auto more = cursor.next(row);
    ASSERT_TRUE(more) << more.error().to_string();
    if (!*more) break;
    rows.push_back(std::move(row));
  }
  EXPECT_EQ(cursor.records(), rows.size());
  std::vector<EncodedCell> row(vector.columns.size());
  EXPECT_FALSE(*cursor.next(row)) << "the end stays the end";
}

class CellVectors : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    load_record_vector(GetParam(), vector_);
    ASSERT_NO_FATAL_FAILURE(read_rows(vector_, rows_));
    expected_ = vector_.stream;
    if (vector_.name == "odps-15-download-metrics") {  // the same rows; metrics are never written
      RecordVector plain;
      ASSERT_NO_FATAL_FAILURE(load_record_vector("odps-02-two-rows", plain));
      expected_ = plain.stream;
    }
  }

  // The stream that comes of it when each value goes through `pass`.
  template <class Pass>
  std::string rewritten(Pass pass) {
    RecordStreamWriter writer;
    for (const auto& row : rows_) {
      for (size_t c = 0; c < row.size(); ++c) {
        if (row[c].null) continue;
        const ColumnType& type = vector_.columns[c].type;
        writer.add_encoded(static_cast<uint32_t>(c + 1), type, pass(row[c].bytes, type));
      }
      writer.end_record();
    }
    return writer.finish();
  }

  RecordVector vector_;
  Rows rows_;
  std::string expected_;
};

TEST_P(CellVectors, PassThroughEncoded) {
  EXPECT_EQ(to_hex(rewritten([](std::string_view bytes, const ColumnType&) { return bytes; })),
            to_hex(expected_));
}

TEST_P(CellVectors, PassThroughCells) {
  EXPECT_EQ(to_hex(rewritten([](std::string_view bytes, const ColumnType& type) {
              std::string out;
              auto cell = decode_cell(bytes, type);
              EXPECT_TRUE(cell) << cell.error().to_string();
              if (cell) {
                EXPECT_TRUE(append_encoded(out, *cell, type));
              }
              return out;
            })),
            to_hex(expected_));
}

TEST_P(CellVectors, PassThroughTexts) {
  for (const char* name : {"UTC", "GMT+8", "-03:30"}) {
    const Zone zone = *Zone::parse(name);
    EXPECT_EQ(to_hex(rewritten([&](std::string_view bytes, const ColumnType& type) {
                std::string text;
                append_text(text, *decode_cell(bytes, type), type, zone);
                auto parsed = parse_text(text, type, zone);
                EXPECT_TRUE(parsed) << parsed.error().to_string();
                std::string out;
                if (parsed) {
                  EXPECT_TRUE(append_encoded(out, parsed->cell, type));
                }
                return out;
              })),
              to_hex(expected_));
  }
}

INSTANTIATE_TEST_SUITE_P(All, CellVectors, testing::ValuesIn(kRecordVectors), name_of_vector);

// What the cells of a vector hold, as the vector's JSON writes it.
template <class Show>
void expect_rows(const std::string& name, Show show) {
  RecordVector vector;
  Rows rows;
  ASSERT_NO_FATAL_FAILURE(load_record_vector(name, vector));
  ASSERT_NO_FATAL_FAILURE(read_rows(vector, rows));
  const auto& expected = vector.document->root().find("rows")->items();
  ASSERT_EQ(rows.size(), expected.size());
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t c = 0; c < vector.columns.size(); ++c) {
      const JsonNode& node = *expected[r]->items()[c];
      ASSERT_EQ(rows[r][c].null, node.is_null()) << "row " << r << " column " << c;
      if (node.is_null()) continue;
      const ColumnType& type = vector.columns[c].type;
      auto cell = decode_cell(rows[r][c].bytes, type);
      ASSERT_TRUE(cell) << cell.error().to_string();
      std::string wanted = node.is_text() ? node.text()
                                          : vector.document->source().substr(
                                                node.begin(), node.end() - node.begin());
      if (!node.is_text()) std::erase_if(wanted, [](char at) { return at == ' ' || at == '\n'; });
      EXPECT_EQ(show(*cell, type), wanted) << "row " << r << " column " << c;
    }
  }
}

TEST(CellVectorRows, TimestampsAndIntervals) {
  expect_rows("odps-08-timestamps", [](const Cell& cell, const ColumnType& type) {
    if (type.kind == TypeKind::kIntervalYearMonth) return std::to_string(cell.number);
    return std::to_string(cell.number) + "s " + std::to_string(cell.nanos) + "ns";
  });
}

TEST(CellVectorRows, ComplexTypesAsJson) {
  expect_rows("odps-09-complex", [](const Cell& cell, const ColumnType& type) {
    std::string text;
    append_text(text, cell, type, Zone::utc());
    return text;
  });
}

}  // namespace
}  // namespace otsstream::maxcompute
