#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tablestore/wire/messages.h"

namespace otsstream::tablestore {
namespace {

using ::testing::HasSubstr;

SharedBuffer hex(const char* text) { return SharedBuffer(from_hex(text)); }

template <class Message>
std::string reason_of(const char* bytes) {
  Message message;
  const Status decoded = decode(hex(bytes), message);
  return decoded ? "accepted" : decoded.error().code + " " + decoded.error().message;
}

struct Damage {
  const char* bytes;
  const char* reason;
};

TEST(BatchMessages, WhatAWriteLacksIsNamed) {
  for (const Damage& damage : std::initializer_list<Damage>{
           {"0a00", "required fields are missing: tables[0].table_name"},
           {"0a05 0a0174 1200", "tables[0].rows[0].type"},
           {"0a07 0a0174 1202 0809", "tables[0].rows[0].type"},  // a type that there is not
           {"0a07 0a0174 1202 0801", "tables[0].rows[0].row_change"},
           {"0a09 0a0174 1204 08011200", "tables[0].rows[0].condition"},
           {"0a0b 0a0174 1206 080112001a00", "tables[0].rows[0].condition.row_existence"},
           {"0a0d 0a0174 1208 080112001a020807", "tables[0].rows[0].condition.row_existence"},
           {"0a0d 0a0174 1208 080112001a020800", "accepted"},
           {"0a05 0a01", "BatchWriteRowRequest: the 4 bytes are no protobuf message"},
           {"ffffff", "no protobuf message"},
       })
    EXPECT_THAT(reason_of<BatchWriteRowRequest>(damage.bytes), HasSubstr(damage.reason));
}

TEST(BatchMessages, WhatAnAnswerLacksIsNamed) {
  for (const Damage& damage : std::initializer_list<Damage>{
           {"0a00", "required fields are missing: tables[0].table_name"},
           {"0a05 0a0174 1200", "tables[0].rows[0].is_ok"},
           {"0a07 0a0174 1202 0800", "row 0 of table t failed (is_ok = false) without an error"},
           {"0a09 0a0174 1204 08001200", "tables[0].rows[0].error.code"},
           {"0a09 0a0174 1204 08011a00", "tables[0].rows[0].consumed.capacity_unit"},
           {"0a07 0a0174 1202 0801", "accepted"},
           {"0a0712", "no protobuf message"},
       }) {
    EXPECT_THAT(reason_of<BatchWriteRowResponse>(damage.bytes), HasSubstr(damage.reason));
    EXPECT_THAT(reason_of<BatchGetRowResponse>(damage.bytes), HasSubstr(damage.reason));
  }
}

TEST(BatchMessages, WhatABulkImportLacksIsNamed) {
  EXPECT_THAT(reason_of<BulkImportRequest>(""), HasSubstr("missing: table_name"));
  EXPECT_THAT(reason_of<BulkImportRequest>("0a0174 1202 1200"), HasSubstr("rows[0].type"));
  EXPECT_THAT(reason_of<BulkImportRequest>("0a0174 1202 0803"), HasSubstr("rows[0].row_change"));
  EXPECT_THAT(reason_of<BulkImportRequest>("0a0174 12"), HasSubstr("no protobuf message"));
  EXPECT_THAT(reason_of<BulkImportResponse>("0a0174 1200"), HasSubstr("rows[0].is_ok"));
}

TEST(BatchMessages, UnknownFieldsAreSkippedAndRowsAreNotCopied) {
  // Field 15 in every message; an unknown return type counts as none.
  const SharedBuffer in =
      hex("7801"
          "0a1a 7801 0a0174 1213 7801 0802 1203616263 1a02 0801 2204 0809 7801"
          "1801");
  BatchWriteRowRequest request;
  ASSERT_TRUE(decode(in, request).has_value());
  ASSERT_EQ(request.tables.size(), 1u);
  ASSERT_EQ(request.tables[0].changes.size(), 1u);
  const BatchWriteRowRequest::Change& change = request.tables[0].changes[0];
  EXPECT_EQ(change.type, WriteType::kUpdate);
  EXPECT_EQ(change.row.view(), "abc");
  EXPECT_EQ(change.row.owner(), in.owner());
  EXPECT_EQ(change.condition.row_existence, RowExistence::kExpectExist);
  ASSERT_TRUE(change.return_content.has_value());
  EXPECT_FALSE(change.return_content->type.has_value());
  EXPECT_EQ(request.atomic, true);
}

}  // namespace
}  // namespace otsstream::tablestore
