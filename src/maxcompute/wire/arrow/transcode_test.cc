#include "maxcompute/wire/arrow/transcode.h"

#include <gtest/gtest.h>

#include <set>

#include "maxcompute/wire/arrow/arrow_vectors_for_test.h"
#include "maxcompute/wire/arrow/message.h"
#include "maxcompute/wire/decimal_text.h"
#include "maxcompute/wire/record_cursor.h"
#include "maxcompute/wire/record_stream_writer.h"

namespace otsstream::maxcompute::arrow {
namespace {

constexpr size_t kNoLimit = size_t{1} << 30;

// The messages of all rows of a record stream; a failure fails the test.
Result<std::string> to_messages(const std::string& stream, const std::vector<Column>& columns,
                                const Layout& layout) {
  BatchWriter writer(columns, layout);
  RecordCursor cursor(stream, columns);
  std::vector<EncodedCell> row(columns.size());
  while (true) {
    OTS_TRY(bool more, cursor.next(row));
    if (!more) return writer.finish();
    OTS_CHECK(writer.add(row));
  }
}

class ArrowVectorTest : public ::testing::TestWithParam<const char*> {};

// PyODPS's compiled writer spells checksums longer than ours, and some decimals with an exponent.
std::string as_we_write(const ArrowVector& vector) {
  RecordStreamWriter writer;
  RecordCursor cursor(vector.records, vector.columns);
  std::vector<EncodedCell> row(vector.columns.size());
  while (cursor.next(row).value()) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (row[i].null) continue;
      const ColumnType& type = vector.columns[i].type;
      if (type.kind == TypeKind::kDecimal) {
        writer.add_text(static_cast<uint32_t>(i + 1), *plain_decimal(row[i].bytes.substr(1)));
      } else {
        writer.add_encoded(static_cast<uint32_t>(i + 1), type, row[i].bytes);
      }
    }
    writer.end_record();
  }
  return writer.finish();
}

TEST_P(ArrowVectorTest, BatchesOfPyarrowAreTheRecordsOfPyodps) {
  const ArrowVector vector = load_arrow_vector(GetParam());
  auto stream = to_record_stream(vector.messages, vector.columns, kPyodpsLayout, kNoLimit);
  ASSERT_TRUE(stream) << stream.error().to_string();
  EXPECT_EQ(to_hex(stream->bytes), to_hex(as_we_write(vector)));
}

// In the layouts of all clients, and in the very buffers that pyarrow has in its own.
TEST_P(ArrowVectorTest, RecordsBecomeTheSameBatches) {
  const ArrowVector vector = load_arrow_vector(GetParam());
  for (const Layout& layout : {kPyodpsLayout, kPreviewLayout}) {
    auto messages = to_messages(vector.records, vector.columns, layout);
    ASSERT_TRUE(messages) << messages.error().to_string();
    auto stream = to_record_stream(*messages, vector.columns, layout, kNoLimit);
    ASSERT_TRUE(stream) << stream.error().to_string();
    EXPECT_EQ(to_hex(stream->bytes), to_hex(as_we_write(vector)));
  }
  // Elsewhere there are more batches, none, more of a buffer than its slice needs, or children of
  // NULLs, whose values are anybody's choice.
  static const std::set<std::string> plain = {"numbers", "texts", "decimals", "nulls_only"};
  if (!plain.contains(GetParam())) return;
  auto messages = to_messages(vector.records, vector.columns, kPyodpsLayout);
  std::string_view ours = *messages;
  std::string_view theirs = vector.messages;
  auto our_batch = next_batch(ours);
  auto their_batch = next_batch(theirs);
  ASSERT_TRUE(our_batch && *our_batch && their_batch && *their_batch);
  EXPECT_EQ((*our_batch)->rows, (*their_batch)->rows);
  ASSERT_EQ((*our_batch)->nodes.size(), (*their_batch)->nodes.size());
  for (size_t i = 0; i < (*our_batch)->nodes.size(); ++i) {
    EXPECT_EQ((*our_batch)->nodes[i].length, (*their_batch)->nodes[i].length) << "node " << i;
    EXPECT_EQ((*our_batch)->nodes[i].null_count, (*their_batch)->nodes[i].null_count)
        << "node " << i;
  }
  ASSERT_EQ((*our_batch)->buffers.size(), (*their_batch)->buffers.size());
  for (size_t i = 0; i < (*our_batch)->buffers.size(); ++i) {
    EXPECT_EQ(to_hex((*our_batch)->buffers[i]), to_hex((*their_batch)->buffers[i]))
        << "buffer " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Pyarrow, ArrowVectorTest,
                         ::testing::Values("numbers", "texts", "decimals", "times", "nested",
                                           "empty", "nulls_only", "slice", "batches",
                                           "slice_nested"));

// Whole streams that pyarrow read (tests/data/arrow/README.md).
class ArrowAcceptedTest : public ::testing::TestWithParam<const char*> {};

TEST_P(ArrowAcceptedTest, WeStillMakeTheBytesThatPyarrowRead) {
  const ArrowVector vector = load_arrow_vector(GetParam());
  std::string stream;
  append_schema_message(stream, make_fields(vector.columns, kPreviewLayout));
  stream += to_messages(vector.records, vector.columns, kPreviewLayout).value();
  stream += kEndOfStream;
  const std::string file =
      OTS_SOURCE_DIR "/tests/data/arrow/accepted_" + std::string(GetParam()) + ".hex";
  EXPECT_EQ(to_hex(stream), to_hex(from_hex(test::read_text_file(file))));
}

INSTANTIATE_TEST_SUITE_P(Pyarrow, ArrowAcceptedTest,
                         ::testing::Values("numbers", "texts", "decimals", "times", "nested"));

// A stream of one row and one column; `encoded` as the record stream holds it.
std::string one_value(const std::vector<Column>& columns, std::string_view encoded) {
  RecordStreamWriter writer;
  writer.add_encoded(1, columns[0].type, encoded);
  writer.end_record();
  return writer.finish();
}

struct Value {
  const char* type;
  Layout layout;
  const char* encoded;  // hex
};

class ArrowValueTest : public ::testing::TestWithParam<Value> {};

// What PyODPS has no Arrow type for, cuts, or what only the other layouts hold.
TEST_P(ArrowValueTest, ComesBackToTheBit) {
  const std::vector<Column> columns = columns_of({{"v", GetParam().type}});
  const std::string stream = one_value(columns, from_hex(GetParam().encoded));
  auto messages = to_messages(stream, columns, GetParam().layout);
  ASSERT_TRUE(messages) << messages.error().to_string();
  auto back = to_record_stream(*messages, columns, GetParam().layout, kNoLimit);
  ASSERT_TRUE(back) << back.error().to_string();
  EXPECT_EQ(to_hex(back->bytes), to_hex(stream));
}

INSTANTIATE_TEST_SUITE_P(
    Values, ArrowValueTest,
    ::testing::Values(Value{"float", kPyodpsLayout, "010080ff"},  // a signalling NaN
                      Value{"double", kPyodpsLayout, "010000000000f07f"},
                      Value{"bigint", kPyodpsLayout, "ffffffffffffffffff01"},  // -2^63
                      Value{"json", kPyodpsLayout, "047b22c3a9"},
                      Value{"interval_year_month", kPyodpsLayout, "05"},  // -3
                      Value{"timestamp", kPyodpsLayout, "01d00f"},        // 1 us after -1 s
                      Value{"timestamp", kPyodpsLayout, "01fea7d6b907"},  // 1 ns before the epoch
                      Value{"timestamp", kPreviewLayout, "ffdb8ff9ce0302"},
                      Value{"interval_day_time", kPyodpsLayout, "0302"},      // -2 s and 1 ns
                      Value{"interval_day_time", kJavaLayout, "03809bee02"},  // -2 s and 3 ms
                      Value{"interval_day_time", kJavaLayout, "8ad21f00"},
                      Value{"decimal", kJavaLayout, "152d312e303030303030303030303030303030303031"},
                      Value{"map<string,map<int,binary>>", kPyodpsLayout,
                            "01000161010001000201000200ff"}));

struct Beyond {
  const char* type;
  Layout layout;
  const char* encoded;
  const char* message;
};

class ArrowBeyondTest : public ::testing::TestWithParam<Beyond> {};

TEST_P(ArrowBeyondTest, IsRefusedByName) {
  const std::vector<Column> columns = columns_of({{"v", GetParam().type}});
  auto messages =
      to_messages(one_value(columns, from_hex(GetParam().encoded)), columns, GetParam().layout);
  ASSERT_FALSE(messages);
  EXPECT_EQ(messages.error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(messages.error().code, "NotImplemented");
  EXPECT_EQ(messages.error().message,
            std::string("row 1, column v: the Arrow form cannot hold ") + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Values, ArrowBeyondTest,
    ::testing::Values(Beyond{"date", kPyodpsLayout, "8080808010", "2147483648 in 32 bits"},
                      Beyond{"timestamp", kPyodpsLayout, "80ecaecb4d00",
                             "10413792000 s and 0 ns as int64 nanoseconds"},
                      Beyond{"interval_day_time", kJavaLayout, "0002",
                             "0 s and 1 ns as days and milliseconds"},
                      Beyond{"decimal(4,2)", kPyodpsLayout, "05312e323334",
                             "'1.234' as a decimal of 4 digits, 2 behind the point, in 128 bits"}));

TEST(BatchWriterTest, EndsABatchByRowsAndByBytes) {
  const std::vector<Column> columns = columns_of({{"s", "string"}});
  auto batches_of = [&](size_t rows, size_t bytes) {
    RecordStreamWriter records;
    for (size_t i = 0; i < rows; ++i) {
      records.add_text(1, std::string(bytes, 'x'));
      records.end_record();
    }
    const std::string stream = records.finish();
    const std::string messages = to_messages(stream, columns, kPyodpsLayout).value();
    std::vector<uint64_t> sizes;
    for (std::string_view rest = messages; !rest.empty();) {
      sizes.push_back((*next_batch(rest))->rows);
    }
    auto back = to_record_stream(messages, columns, kPyodpsLayout, kNoLimit);
    EXPECT_EQ(back->bytes, stream);
    EXPECT_EQ(back->records, rows);
    return sizes;
  };
  EXPECT_EQ(batches_of(0, 0), (std::vector<uint64_t>{}));
  EXPECT_EQ(batches_of(1024, 1), (std::vector<uint64_t>{1024}));
  EXPECT_EQ(batches_of(2049, 1), (std::vector<uint64_t>{1024, 1024, 1}));
  EXPECT_EQ(batches_of(3, 600'000), (std::vector<uint64_t>{2, 1}));
}

TEST(ToRecordStreamTest, StopsAtTheLimit) {
  const ArrowVector vector = load_arrow_vector("numbers");
  auto stream = to_record_stream(vector.messages, vector.columns, kPyodpsLayout, 100);
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().kind, ErrorKind::kResource);
  EXPECT_EQ(stream.error().code, "MaxMessageLengthExceeded");
}

struct Refusal {
  const char* vector;
  ErrorKind kind;
  const char* code;
  const char* message;
};

class ArrowRefusalTest : public ::testing::TestWithParam<Refusal> {};

TEST_P(ArrowRefusalTest, IsNamed) {
  const ArrowVector vector = load_arrow_vector(GetParam().vector);
  auto stream = to_record_stream(vector.messages, vector.columns, kPyodpsLayout, kNoLimit);
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().kind, GetParam().kind);
  EXPECT_EQ(stream.error().code, GetParam().code);
  EXPECT_EQ(stream.error().message, std::string("record batch 1: Arrow: ") + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Pyarrow, ArrowRefusalTest,
    ::testing::Values(Refusal{"refused_lz4", ErrorKind::kUnsupported, "NotImplemented",
                              "the record batch has compressed buffers"},
                      Refusal{"refused_zstd", ErrorKind::kUnsupported, "NotImplemented",
                              "the record batch has compressed buffers"},
                      Refusal{"refused_dictionary", ErrorKind::kUnsupported, "NotImplemented",
                              "a dictionary batch"},
                      Refusal{"refused_schema", ErrorKind::kCorrupt, "MalformedDataStream",
                              "a message of kind 1, where only record batches stand"}));

// Damage anywhere is an error or other values, never a crash or a read outside (the sanitizers
// say).
TEST(ToRecordStreamTest, FlippedBytesAndCutsAreSurvived) {
  for (const char* name : {"numbers", "texts", "nested", "decimals", "times"}) {
    const ArrowVector vector = load_arrow_vector(name);
    for (size_t at = 0; at < vector.messages.size(); ++at) {
      std::string damaged = vector.messages;
      damaged[at] = static_cast<char>(damaged[at] ^ 0xff);
      auto stream = to_record_stream(damaged, vector.columns, kPyodpsLayout, kNoLimit);
      if (stream) {
        RecordCursor cursor(stream->bytes, vector.columns);
        std::vector<EncodedCell> row(vector.columns.size());
        while (cursor.next(row).value()) {
        }
      }
      if (at > 0) {
        EXPECT_FALSE(to_record_stream(vector.messages.substr(0, at), vector.columns, kPyodpsLayout,
                                      kNoLimit))
            << name << " cut at " << at;
      }
    }
  }
}

}  // namespace
}  // namespace otsstream::maxcompute::arrow
