#pragma once
// Rows that a shaper makes of one record, as text.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "reader/shape.h"
#include "reader/stream_page_test_support.h"
#include "record/convert.h"

namespace otsstream::reader::test {

// "Type text" of every value of a row, with " | " between.
inline std::string show(std::span<const Value> row) {
  std::string text;
  for (const Value& value : row) {
    if (!text.empty()) text += " | ";
    if (value.is_null()) {
      text += "null";
      continue;
    }
    std::string scratch;
    text += std::string(to_string(value.type())) + " " + std::string(*to_text(value, {}, scratch));
  }
  return text;
}

struct Shaped {
  RowBatch batch;
  Result<int> count;
  std::vector<std::string> rows() const {
    std::vector<std::string> out;
    for (size_t i = 0; i < batch.rows(); ++i) out.push_back(show(batch.row(i)));
    return out;
  }
};

inline Shaped shape(Shaper& shaper, const TestRecord& record, std::string_view shard) {
  Shaped out{RowBatch(shaper.columns().size()), 0};
  const tablestore::StreamPage page = make_page({record}, "next");
  out.batch.keep(page.body());
  tablestore::StreamRecordView view;
  EXPECT_TRUE(page.decode(0, view));
  out.count = shaper.shape(view, shard, out.batch);
  if (out.count) {
    EXPECT_EQ(static_cast<size_t>(*out.count), out.batch.rows());
  }
  return out;
}

// The columns' names with blanks between.
inline std::string names(const Shaper& shaper) {
  std::string text;
  for (const OutputColumn& column : shaper.columns())
    text += (text.empty() ? "" : " ") + column.name;
  return text;
}

}  // namespace otsstream::reader::test
