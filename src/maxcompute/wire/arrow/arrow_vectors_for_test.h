#pragma once
// The batches of pyarrow in tests/data/arrow, each beside the record stream that PyODPS makes of
// the same rows.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/bytes.h"
#include "config/json_text.h"
#include "maxcompute/wire/types.h"
#include "support/vectors.h"

namespace otsstream::maxcompute::arrow {

struct ArrowVector {
  std::vector<Column> columns;
  std::string messages;
  std::string records;  // empty where the batches are refused
};

inline std::vector<Column> columns_of(
    std::initializer_list<std::pair<const char*, const char*>> list) {
  std::vector<Column> columns;
  for (const auto& [name, type] : list) columns.push_back({name, *parse_type(type), "", true});
  return columns;
}

inline std::string joined_hex(const JsonNode* lines) {
  std::string text;
  if (lines == nullptr) return text;
  for (const JsonNode* line : lines->items()) text += line->text();
  return from_hex(text);
}

inline ArrowVector load_arrow_vector(const std::string& name) {
  ArrowVector vector;
  const std::string file = OTS_SOURCE_DIR "/tests/data/arrow/" + name + ".json";
  auto document = parse_json(test::read_text_file(file), name, {.strict = true});
  EXPECT_TRUE(document) << document.error().to_string();
  const JsonNode& root = (*document)->root();
  for (const JsonNode* column : root.find("columns")->items()) {
    auto type = parse_type(column->items()[1]->text());
    EXPECT_TRUE(type) << type.error().to_string();
    vector.columns.push_back({std::string(column->items()[0]->text()), *type, "", true});
  }
  vector.messages = joined_hex(root.find("arrow"));
  vector.records = joined_hex(root.find("records"));
  return vector;
}

}  // namespace otsstream::maxcompute::arrow
