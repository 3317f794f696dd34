// Golden bytes of tablestore-protocol.md 3.4, 3.5, 3.6 and 3.8, both ways; and what a hostile
// buffer gets.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::tablestore {
namespace {

using testing::HasSubstr;

constexpr int64_t kTime = 1700000000000;

const PrimaryKey kAlice = {{"uid", CellValue::of_string("alice")},
                           {"seq", CellValue::of_integer(7)}};
const std::string kAliceCells =
    "030403000000756964050a0000000305000000616c6963650aa7"
    "03040300000073657105090000000007000000000000000a21";

Row read_row(const std::string& hex) {
  const std::string bytes = from_hex(hex);
  RowView view;
  Status read = read_single_row(bytes, view);
  EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().message);
  return to_row(view);
}

TEST(PlainBuffer, BareValues) {
  struct Case {
    CellValue value;
    const char* hex;
  };
  for (const Case& c : std::initializer_list<Case>{
           {CellValue::of_integer(30), "001e00000000000000"},
           {CellValue::of_double(1.5), "01000000000000f83f"},
           {CellValue::of_boolean(true), "0201"},
           {CellValue::of_string("Ann"), "0303000000416e6e"},
           {CellValue::of_blob(std::string("\0\xff", 2)), "070200000000ff"},
           {CellValue::inf_min(), "09"},
           {CellValue::inf_max(), "0a"},
           {CellValue::auto_increment(), "0b"},
           {CellValue(), "06"},
       }) {
    std::string out;
    append_bare_value(out, c.value);
    EXPECT_EQ(to_hex(out), c.hex);
    auto read = read_bare_value(out);
    ASSERT_TRUE(read.has_value()) << c.hex;
    EXPECT_EQ(*read, c.value);
  }
}

TEST(PlainBuffer, BareValuesThatAreNone) {
  for (const char* hex : {"", "00", "001e000000000000", "0202", "02", "03ffffffff",
                          "0303000000416e", "0303000000416e6e00", "04", "0c", "ff"}) {
    EXPECT_FALSE(read_bare_value(from_hex(hex)).has_value()) << hex;
  }
}

// One cell per row of the second table in 3.6.
TEST(PlainBuffer, KeyCells) {
  struct Case {
    KeyColumn key;
    const char* hex;
  };
  for (const Case& c : std::initializer_list<Case>{
           {{"uid", CellValue::of_string("alice")},
            "030403000000756964050a0000000305000000616c6963650aa7"},
           {{"seq", CellValue::of_integer(7)},
            "03040300000073657105090000000007000000000000000a21"},
           {{"seq", CellValue::inf_min()}, "0304030000007365710501000000090a85"},
           {{"seq", CellValue::inf_max()}, "03040300000073657105010000000a0a8c"},
           {{"seq", CellValue::auto_increment()}, "03040300000073657105010000000b0a8b"},
       }) {
    std::string bytes = encode_key({c.key});
    EXPECT_THAT(to_hex(bytes), HasSubstr(std::string("7500000001") + c.hex + "09"));
    EXPECT_EQ(read_row(to_hex(bytes)).primary_key, PrimaryKey{c.key});
  }
}

TEST(PlainBuffer, AttributeCells) {
  struct Case {
    Cell cell;
    const char* hex;
  };
  for (const Case& c : std::initializer_list<Case>{
           {{"age", CellOp::kPut, CellValue::of_integer(30), kTime},
            "0304030000006167650509000000001e00000000000000070068e5cf8b0100000ae9"},
           {{"ok", CellOp::kPut, CellValue::of_boolean(true), {}},
            "0304020000006f6b050200000002010a83"},
           {{"ok", CellOp::kPut, CellValue::of_boolean(false), {}},
            "0304020000006f6b050200000002000a84"},
           {{"score", CellOp::kPut, CellValue::of_double(1.5), {}},
            "03040500000073636f7265050900000001000000000000f83f0a16"},
           {{"bin", CellOp::kPut, CellValue::of_blob(std::string("\0\xff", 2)), {}},
            "03040300000062696e0507000000070200000000ff0ae8"},
           {{"name", CellOp::kDeleteOneVersion, {}, kTime},
            "0304040000006e616d650603070068e5cf8b0100000aff"},
           {{"tmp", CellOp::kDeleteAllVersions, {}, {}}, "030403000000746d7006010a9b"},
           {{"cnt", CellOp::kIncrement, CellValue::of_integer(2), {}},
            "030403000000636e74050900000000020000000000000006040a7c"},
       }) {
    Row row{kAlice, {c.cell}, false, {}};
    std::string bytes = encode_row(row);
    EXPECT_THAT(to_hex(bytes), HasSubstr(kAliceCells + "02" + c.hex + "09")) << c.cell.name;
    EXPECT_EQ(read_row(to_hex(bytes)), row);
  }
}

TEST(PlainBuffer, CompleteBuffers) {
  EXPECT_EQ(to_hex(encode_key(kAlice)), "7500000001" + kAliceCells + "09e5");
  EXPECT_EQ(to_hex(encode_delete_key(kAlice)), "7500000001" + kAliceCells + "0809e2");
  EXPECT_TRUE(read_row("7500000001" + kAliceCells + "0809e2").delete_marker);

  Row put{kAlice,
          {{"age", CellOp::kPut, CellValue::of_integer(30), kTime}},
          false,
          SequenceInfo{0, 1700000000000000, 0}};
  const std::string hex = "7500000001" + kAliceCells +
                          "020304030000006167650509000000001e00000000000000070068e5cf8b0100000ae9"
                          "0b180000000c130000000d000000000e00401e18240a06000f00000000094b";
  EXPECT_EQ(to_hex(encode_row(put)), hex);
  EXPECT_EQ(read_row(hex), put);
}

TEST(PlainBuffer, ViewsAreWrittenLikeRows) {
  Row row{kAlice,
          {{"age", CellOp::kPut, CellValue::of_integer(30), kTime},
           {"tmp", CellOp::kDeleteAllVersions, {}, {}}},
          false,
          SequenceInfo{1, 2, 3}};
  const std::string bytes = encode_row(row);
  RowView view;
  ASSERT_TRUE(read_single_row(bytes, view).has_value());
  std::string out;
  append_header(out);
  append_row(out, view);
  EXPECT_EQ(to_hex(out), to_hex(bytes));
}

TEST(PlainBuffer, ManyRowsBehindOneHeader) {
  std::string bytes;
  append_header(bytes);
  for (int64_t i = 0; i < 3; ++i)
    append_row(bytes, Row{{{"seq", CellValue::of_integer(i)}}, {}, false, {}});
  PlainBufferReader reader(bytes);
  RowView view;
  for (int64_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(reader.next(view).value());
    EXPECT_EQ(view.primary_key[0].value.integer, i);
  }
  EXPECT_FALSE(reader.next(view).value());
  EXPECT_FALSE(reader.next(view).value());
}

TEST(PlainBuffer, NoBytesAreNoRowsButALoneHeaderIsDamage) {
  RowView view;
  EXPECT_FALSE(PlainBufferReader("").next(view).value());
  EXPECT_FALSE(PlainBufferReader(std::string_view("\x75\0\0\0", 4)).next(view).has_value());
  EXPECT_FALSE(read_single_row("", view).has_value());
}

// Node pads its buffers (3.1).
TEST(PlainBuffer, TrailingZerosAreSkipped) {
  std::string padded = encode_key(kAlice) + std::string(5, '\0');
  RowView view;
  EXPECT_TRUE(read_single_row(padded, view).has_value());
  PlainBufferReader reader(padded);
  EXPECT_TRUE(reader.next(view).value());
  EXPECT_FALSE(reader.next(view).value());
  padded += '\1';
  EXPECT_FALSE(read_single_row(padded, view).has_value());
}

TEST(PlainBuffer, UnknownExtensionBlocksAreSkipped) {
  const std::string key = "7500000001" + kAliceCells;
  Row row = read_row(
      key + "0b1f0000001302000000aabb0c130000000d050000000e06000000000000000f07000000" + "09e5");
  EXPECT_EQ(row.sequence, (SequenceInfo{5, 6, 7}));
  EXPECT_FALSE(read_row(key + "0b070000001302000000aabb" + "09e5").sequence.has_value());
}

TEST(PlainBuffer, MalformedBuffersAreNamed) {
  const std::string key = "7500000001" + kAliceCells;
  struct Case {
    std::string hex;
    const char* what;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"7400000001", "byte 0: expected the header"},
           {"7500", "expected the header"},
           {key, "the checksum of a row (09) may stand"},
           {key + "09", "ends before the checksum of a row"},
           {key + "09e4", "the checksum of a row is wrong"},
           {key + "1009e5", "unexpected byte"},
           {key + "09e5" + "01" + kAliceCells + "09e5", "a second row"},
           {key + "09e50001", "other than 00"},
           {"750000000103040300000075", "reaches beyond the end"},
           {"75000000010304ffffffff", "a length is negative"},
           {"7500000001030403", "ends inside a number"},
           {"750000000103050900", "expected the name of a cell"},
           {"7500000001030403000000756964050a0000000305000000616c6963650aa8",
            "the checksum of a cell is wrong"},
           {"7500000001030403000000756964050a0000000305000000616c696365",
            "expected the checksum of a cell"},
           {"7500000001030403000000756964050a0000000305000000616c6963650a",
            "ends before the checksum of a cell"},
           {"7500000001030403000000756964050b0000000305000000616c696365000a00",
            "total length of a value disagrees"},
           {"75000000010304030000007569640501000000040a00", "unknown value type"},
           {key + "0b180000000c120000000d000000000e00401e18240a06000f000000000900",
            "SEQ_INFO block is not 19 bytes"},
           {key + "0b180000000c130000000e000000000e00401e18240a06000f000000000900",
            "does not hold 0d, 0e, 0f"},
           {key + "0b060000001302000000aa09e5", "does not fit into its extension"},
           {key + "0b0300000013020009e5", "ends inside a block"},
       }) {
    RowView view;
    std::string bytes = from_hex(c.hex);
    Status read = read_single_row(bytes, view);
    ASSERT_FALSE(read.has_value()) << c.hex;
    EXPECT_EQ(read.error().kind, ErrorKind::kCorrupt);
    EXPECT_EQ(read.error().code, "Wire-PlainBuffer");
    EXPECT_THAT(read.error().message, HasSubstr(c.what));
  }
}

// Cells whose checksums are right but whose parts do not belong together (3.2, 3.3).
TEST(PlainBuffer, CellsOfAWrongShapeAreRefused) {
  auto with = [](Cell cell) { return Row{kAlice, {std::move(cell)}, false, {}}; };
  for (const Row& row : {
           with({"c", CellOp::kPut, {}, {}}),
           with({"c", CellOp::kPut, CellValue::of_integer(1), -1}),
           with({"c", CellOp::kPut, CellValue::inf_min(), {}}),
           with({"c", CellOp::kPut, CellValue(), {}}),
           with({"c", CellOp::kDeleteAllVersions, {}, kTime}),
           with({"c", CellOp::kDeleteAllVersions, CellValue::of_integer(1), {}}),
           with({"c", CellOp::kDeleteOneVersion, {}, {}}),
           with({"c", CellOp::kDeleteOneVersion, CellValue::of_integer(1), kTime}),
           with({"c", CellOp::kIncrement, CellValue::of_string("1"), {}}),
           with({"c", CellOp::kIncrement, {}, {}}),
           with({"c", static_cast<CellOp>(2), {}, {}}),
           Row{{{"k", CellValue::of_double(1)}}, {}, false, {}},
           Row{{{"k", CellValue::of_boolean(true)}}, {}, false, {}},
           Row{{{"k", CellValue()}}, {}, false, {}},
       }) {
    RowView view;
    std::string bytes = encode_row(row);
    EXPECT_FALSE(read_single_row(bytes, view).has_value()) << to_hex(bytes);
  }
}

TEST(PlainBuffer, EveryCutAndEveryFlippedBitIsRefused) {
  const std::string good = encode_row({kAlice,
                                       {{"age", CellOp::kPut, CellValue::of_integer(30), kTime},
                                        {"name", CellOp::kPut, CellValue::of_string("Ann"), kTime},
                                        {"tmp", CellOp::kDeleteAllVersions, {}, {}}},
                                       false,
                                       {}});
  RowView view;
  for (size_t n = 0; n < good.size(); ++n)
    EXPECT_FALSE(read_single_row(good.substr(0, n), view).has_value()) << n;
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(read_single_row(bad, view).has_value()) << "bit " << bit;
  }
}

TEST(CompareKey, OrderOfTypesAndValues) {
  const std::vector<CellValue> ascending = {
      CellValue::inf_min(),          CellValue::of_integer(INT64_MIN),
      CellValue::of_integer(-1),     CellValue::of_integer(7),
      CellValue::of_string(""),      CellValue::of_string("a"),
      CellValue::of_string("a\x80"), CellValue::of_string("b"),
      CellValue::of_blob("\x01"),    CellValue::of_blob("\xff"),
      CellValue::inf_max(),
  };
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j)
      EXPECT_TRUE(compare_key(ascending[i], ascending[j]) == (i <=> j)) << i << " " << j;
  }
  EXPECT_TRUE(compare_key(kAlice, {{"uid", CellValue::of_string("alice")},
                                   {"seq", CellValue::of_integer(8)}}) < 0);
  EXPECT_TRUE(compare_key(PrimaryKey{{"uid", CellValue::of_string("alice")}}, kAlice) < 0);
}

TEST(PlainBuffer, AnEncodedRowGetsItsSequenceWithoutBeingEncodedAgain) {
  for (Row row : {Row{kAlice, {}, false, {}}, Row{kAlice, {}, true, {}},
                  Row{kAlice, {{"n", CellOp::kPut, CellValue::of_integer(1), kTime}}, false, {}}}) {
    std::string out = "before";
    append_row_with_sequence(out, encode_row(row), {5, 6, 7});
    row.sequence = SequenceInfo{5, 6, 7};
    EXPECT_EQ(to_hex(out), to_hex("before" + encode_row(row)));
  }
}

}  // namespace
}  // namespace otsstream::tablestore
