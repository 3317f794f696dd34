#include "tablestore/wire/stream_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/vectors.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::tablestore {
namespace {

using testing::HasSubstr;

const PrimaryKey kAlice = {{"uid", CellValue::of_string("alice")},
                           {"seq", CellValue::of_integer(7)}};

// The three records of resp_get_stream_record (tablestore-protocol.md 7).
std::vector<Row> expected_rows() {
  return {
      {kAlice,
       {{"age", CellOp::kPut, CellValue::of_integer(30), 1700000000000},
        {"name", CellOp::kPut, CellValue::of_string("Ann"), 1700000000000}},
       false,
       SequenceInfo{0, 1700000000000000, 0}},
      {kAlice,
       {{"age", CellOp::kPut, CellValue::of_integer(31), 1700000000005},
        {"name", CellOp::kDeleteOneVersion, {}, 1700000000000},
        {"tmp", CellOp::kDeleteAllVersions, {}, {}}},
       false,
       SequenceInfo{0, 1700000000005000, 1}},
      {kAlice, {}, false, SequenceInfo{1, 1700000000009000, 2}},
  };
}

TEST(StreamPage, TheThreeRecords) {
  auto page = StreamPage::skim(SharedBuffer(test::load_hex("resp_get_stream_record")));
  ASSERT_TRUE(page.has_value()) << page.error().to_string();
  EXPECT_EQ(page->next_iterator(), "it-3");
  EXPECT_EQ(page->may_more_record(), false);
  EXPECT_EQ(page->consumed(), (CapacityUnit{1, 0}));
  ASSERT_EQ(page->record_count(), 3u);
  const ActionType actions[] = {ActionType::kPut, ActionType::kUpdate, ActionType::kDelete};
  StreamRecordView record;
  for (size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(page->decode(i, record).has_value()) << i;
    EXPECT_EQ(record.action, actions[i]);
    EXPECT_EQ(to_row(record.row), expected_rows()[i]) << i;
    EXPECT_EQ(record.origin.empty(), i != 1);
  }
  ASSERT_TRUE(page->decode(1, record).has_value());
  RowView origin;
  ASSERT_TRUE(read_single_row(record.origin, origin).has_value());
  EXPECT_EQ(
      to_row(origin),
      (Row{kAlice, {{"age", CellOp::kPut, CellValue::of_integer(30), 1700000000000}}, false, {}}));
}

TEST(StreamPage, TheClosedShard) {
  auto page = StreamPage::skim(SharedBuffer(test::load_hex("resp_get_stream_record_closed")));
  ASSERT_TRUE(page.has_value());
  EXPECT_FALSE(page->next_iterator().has_value());
  EXPECT_FALSE(page->may_more_record().has_value());
  EXPECT_TRUE(page->consumed().has_value());
  EXPECT_EQ(page->record_count(), 0u);
}

// What the local server sends is byte for byte the vector.
TEST(StreamPage, RecordsAndTailAreWrittenLikeTheVector) {
  std::string out;
  const Row origin{
      kAlice, {{"age", CellOp::kPut, CellValue::of_integer(30), 1700000000000}}, false, {}};
  const std::vector<Row> rows = expected_rows();
  append_stream_record(out, ActionType::kPut, encode_row(rows[0]), {});
  append_stream_record(out, ActionType::kUpdate, encode_row(rows[1]), encode_row(origin));
  append_stream_record(out, ActionType::kDelete, encode_row(rows[2]), {});
  out += encode_stream_page_tail("it-3", CapacityUnit{1, 0}, false);
  EXPECT_EQ(to_hex(out), to_hex(test::load_hex("resp_get_stream_record")));
}

TEST(StreamPage, WhatNoRecordMayHold) {
  auto reason = [](ActionType action, const Row& row) {
    std::string out;
    append_stream_record(out, action, encode_row(row), {});
    auto page = StreamPage::skim(SharedBuffer(out));
    EXPECT_TRUE(page.has_value());
    StreamRecordView record;
    Status decoded = page->decode(0, record);
    if (decoded) return std::string("accepted");
    EXPECT_EQ(decoded.error().code, "Wire-PlainBuffer");
    return decoded.error().message;
  };
  EXPECT_THAT(reason(ActionType::kPut,
                     {kAlice, {{"a", CellOp::kPut, CellValue::of_integer(1), {}}}, false, {}}),
              HasSubstr("without a timestamp"));
  EXPECT_THAT(
      reason(ActionType::kUpdate,
             {kAlice, {{"a", CellOp::kIncrement, CellValue::of_integer(1), {}}}, false, {}}),
      HasSubstr("INCREMENT"));
  EXPECT_THAT(
      reason(ActionType::kPut, {kAlice, {{"a", CellOp::kDeleteAllVersions, {}, {}}}, false, {}}),
      HasSubstr("no UPDATE"));
  EXPECT_THAT(reason(ActionType::kDelete,
                     {kAlice, {{"a", CellOp::kPut, CellValue::of_integer(1), 5}}, false, {}}),
              HasSubstr("DELETE"));
  EXPECT_EQ(reason(ActionType::kDelete, {kAlice, {}, true, {}}),
            "accepted");  // a marker is not needed, but allowed (3.8)
  EXPECT_EQ(reason(ActionType::kPut, {kAlice, {}, false, {}}),
            "accepted");  // no extension: (0, 0, 0)
}

TEST(StreamPage, MalformedPagesAreNamed) {
  struct Case {
    const char* hex;
    const char* what;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"0a", "malformed"},
           {"0a05", "malformed"},
           {"0a021200", "stream_records[0]: action_type is missing"},
           {"0a0408041200", "stream_records[0]: action_type"},
           {"0a020801", "stream_records[0]: record is missing"},
           {"12ffffffffffffffffff7f", "malformed"},
           {"1a00", "consumed.capacity_unit is missing"},
           {"ffffffffffffffffffff", "malformed"},
       }) {
    auto page = StreamPage::skim(SharedBuffer(from_hex(c.hex)));
    ASSERT_FALSE(page.has_value()) << c.hex;
    EXPECT_EQ(page.error().code, "Wire-Protobuf");
    EXPECT_THAT(page.error().message, HasSubstr(c.what));
  }
  // Fields that nobody knows yet are skipped.
  EXPECT_TRUE(StreamPage::skim(SharedBuffer(from_hex("9206026869f80101"))).has_value());
}

// Damage gives an error or an equal page, never a crash or a page with other cells under right
// checksums.
TEST(StreamPage, CutsAndFlippedBits) {
  const std::string good = test::load_hex("resp_get_stream_record");
  auto open_all = [](const std::string& bytes) {
    auto page = StreamPage::skim(SharedBuffer(bytes));
    if (!page) return 0;
    StreamRecordView record;
    for (size_t i = 0; i < page->record_count(); ++i) {
      if (!page->decode(i, record)) return 0;
      RowView origin;
      if (!record.origin.empty() && !read_single_row(record.origin, origin)) return 0;
    }
    return 1;
  };
  ASSERT_EQ(open_all(good), 1);
  int cut_ok = 0;
  for (size_t n = 0; n < good.size(); ++n) cut_ok += open_all(good.substr(0, n));
  EXPECT_LE(cut_ok, 6);  // between two top-level fields a cut page is a shorter page: that is what
                         // the answer's MD5 is for
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    open_all(bad);
  }
}

}  // namespace
}  // namespace otsstream::tablestore
