#pragma once
// The byte vectors of the official client for the record stream (maxcompute-protocol.md 4.5).

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/compress.h"
#include "base/crc.h"
#include "config/json_text.h"
#include "maxcompute/wire/types.h"
#include "support/vectors.h"

namespace otsstream::maxcompute {

inline constexpr const char* kRecordVectors[] = {"odps-01-empty",
                                                 "odps-02-two-rows",
                                                 "odps-03-nulls",
                                                 "odps-04-primitives",
                                                 "odps-05-small-ints-float",
                                                 "odps-06-datetime-date",
                                                 "odps-07-text-like",
                                                 "odps-08-timestamps",
                                                 "odps-09-complex",
                                                 "odps-10-many-rows",
                                                 "odps-11-wide",
                                                 "odps-12-partitioned",
                                                 "odps-13-ots-row",
                                                 "odps-14-deflate",
                                                 "odps-15-download-metrics"};

struct RecordVector {
  std::string name;
  std::string stream;  // without compression
  std::vector<Column> columns;
  std::shared_ptr<JsonDocument> document;
};

inline void load_record_vector(const std::string& name, RecordVector& vector) {
  vector.name = name;
  vector.stream = from_hex(test::read_text_file(test::vector_folder() + name + ".hex"));
  auto document = parse_json(test::read_text_file(test::vector_folder() + name + ".json"), name,
                             {.strict = true});
  ASSERT_TRUE(document) << document.error().to_string();
  vector.document = *document;
  const JsonNode& root = vector.document->root();
  ASSERT_EQ(vector.stream.size(), *root.find("length")->as_uint64());
  const uint32_t crc = __builtin_bswap32(crc32c(0, vector.stream));
  ASSERT_EQ(to_hex({reinterpret_cast<const char*>(&crc), 4}), root.find("crc32c_of_file")->text());
  if (name == "odps-14-deflate") vector.stream = *zlib_inflate(vector.stream, 1000);
  for (const JsonNode* item : root.find("schema")->items()) {
    const std::string column = item->items()[0]->text();
    if (column.starts_with("(partition)")) continue;  // takes no number
    auto type = parse_type(item->items()[1]->text());
    ASSERT_TRUE(type) << type.error().to_string();
    vector.columns.push_back({column, *type, "", true});
  }
}

inline std::string name_of_vector(const testing::TestParamInfo<const char*>& test) {
  std::string name = test.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace otsstream::maxcompute
