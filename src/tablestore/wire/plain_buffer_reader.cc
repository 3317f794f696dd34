#include "tablestore/wire/plain_buffer_reader.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "tablestore/wire/plain_buffer_format.h"

// This is the hot path of a sync job: a pointer walk in which every step either advances `p_` or
// notes one failure and returns false. Errors are built once, outside the walk.

namespace otsstream::tablestore {
namespace {

using namespace plain_buffer;

enum class CellPlace { kKey, kAttribute };

class Walk {
 public:
  Walk(std::string_view buffer, size_t offset)
      : begin_(buffer.data()), p_(buffer.data() + offset), end_(buffer.data() + buffer.size()) {}

  size_t offset() const { return static_cast<size_t>(p_ - begin_); }
  bool at_end() const { return p_ == end_; }
  bool header();
  bool row(RowView& row);
  bool bare_value(CellValueView& v);
  // Only zero bytes up to the end.
  bool rest_is_zero();

  tl::unexpected<Error> error() const {
    return fail(ErrorKind::kCorrupt, "Wire-PlainBuffer",
                fmt::format("PlainBuffer at byte {}: {}", failed_at_, what_));
  }
  bool failed(const char* what) {
    what_ = what;
    failed_at_ = offset();
    return false;
  }

 private:
  size_t left() const { return static_cast<size_t>(end_ - p_); }
  bool is(Tag tag) const { return p_ != end_ && static_cast<uint8_t>(*p_) == tag; }
  bool take(Tag tag) {
    if (!is(tag)) return false;
    ++p_;
    return true;
  }
  template <class T>
  bool number(T& v) {
    if (left() < sizeof v) return failed("the buffer ends inside a number");
    v = load_fixed<T>(p_);
    p_ += sizeof v;
    return true;
  }
  // int32 length and that many bytes.
  bool run(std::string_view& bytes) {
    int32_t length;
    if (!number(length)) return false;
    if (length < 0) return failed("a length is negative");
    if (static_cast<size_t>(length) > left())
      return failed("a length reaches beyond the end of the buffer");
    bytes = {p_, static_cast<size_t>(length)};
    p_ += length;
    return true;
  }
  bool cells(std::vector<CellView>& cells, CellPlace place, uint8_t& row_crc);
  bool cell(CellView& c, CellPlace place, uint8_t& row_crc);
  bool check_form(const CellView& c, CellPlace place, bool has_op);
  bool extension(std::optional<SequenceInfo>& sequence);
  bool sequence_info(std::string_view block, std::optional<SequenceInfo>& sequence);

  const char* begin_;
  const char* p_;
  const char* end_;
  const char* what_ = "";
  size_t failed_at_ = 0;
};

bool Walk::header() {
  if (left() < sizeof kHeader || load_fixed<int32_t>(p_) != kHeader)
    return failed("expected the header 75 00 00 00");
  p_ += sizeof kHeader;
  return true;
}

bool Walk::bare_value(CellValueView& v) {
  if (at_end()) return failed("expected the type of a value");
  v.type = static_cast<CellType>(*p_);
  switch (v.type) {
    case CellType::kInteger:
      ++p_;
      return number(v.integer);
    case CellType::kDouble:
      ++p_;
      return number(v.real);
    case CellType::kBoolean:
      if (left() < 2) return failed("the buffer ends inside a boolean");
      if (static_cast<uint8_t>(p_[1]) > 1) return failed("a boolean is neither 00 nor 01");
      v.boolean = p_[1] != 0;
      p_ += 2;
      return true;
    case CellType::kString:
    case CellType::kBlob:
      ++p_;
      return run(v.bytes);
    case CellType::kNull:
    case CellType::kInfMin:
    case CellType::kInfMax:
    case CellType::kAutoIncrement:
      ++p_;
      return true;
  }
  return failed("unknown value type");
}

// Which values, timestamps and ops belong together (3.2, 3.3).
bool Walk::check_form(const CellView& c, CellPlace place, bool has_op) {
  if (place == CellPlace::kKey) {
    if (!c.has_value || c.has_timestamp || has_op)
      return failed("a key cell holds a name and a value, nothing else");
    switch (c.value.type) {
      case CellType::kDouble:
      case CellType::kBoolean:
      case CellType::kNull:
        return failed("a key cell holds an integer, a string or a blob");
      default:
        return true;
    }
  }
  if (c.has_value && (c.value.type == CellType::kNull || c.value.type >= CellType::kInfMin)) {
    return failed("an attribute cell holds an integer, double, boolean, string or blob");
  }
  if (!has_op) return c.has_value || failed("a cell without an op needs a value");
  switch (c.op) {
    case CellOp::kDeleteAllVersions:
      return (!c.has_value && !c.has_timestamp) ||
             failed("DELETE_ALL_VERSION takes neither value nor timestamp");
    case CellOp::kDeleteOneVersion:
      return (!c.has_value && c.has_timestamp) ||
             failed("DELETE_ONE_VERSION takes a timestamp and no value");
    case CellOp::kIncrement:
      return (c.has_value && c.value.type == CellType::kInteger) ||
             failed("INCREMENT takes an integer value");
    case CellOp::kPut:
      break;
  }
  return failed("unknown cell op");
}

bool Walk::cell(CellView& c, CellPlace place, uint8_t& row_crc) {
  // The caller has taken the CELL tag.
  if (!take(kCellName)) return failed("expected the name of a cell (04)");
  if (!run(c.name)) return false;
  uint8_t crc = crc8(0, c.name);
  if (take(kCellValue)) {
    std::string_view bare;
    if (!run(bare)) return false;
    const char* after = p_;
    p_ = bare.data();
    if (!bare_value(c.value)) return false;
    if (p_ != after) return failed("the total length of a value disagrees with the value");
    c.has_value = true;
    crc = crc8(crc, bare);
  }
  bool has_op = take(kCellType);
  if (has_op) {
    if (at_end()) return failed("expected a cell op");
    c.op = static_cast<CellOp>(*p_++);
  }
  if (take(kCellTimestamp)) {
    if (!number(c.timestamp)) return false;
    if (c.timestamp < 0) return failed("the timestamp of a cell is negative");
    c.has_timestamp = true;
    crc = crc8_int64(crc, c.timestamp);
  }
  if (has_op) crc = crc8_byte(crc, static_cast<uint8_t>(c.op));
  if (!take(kCellChecksum)) return failed("expected the checksum of a cell (0a)");
  if (at_end()) return failed("the buffer ends before the checksum of a cell");
  if (static_cast<uint8_t>(*p_) != crc) return failed("the checksum of a cell is wrong");
  ++p_;
  row_crc = crc8_byte(row_crc, crc);
  return check_form(c, place, has_op);
}

bool Walk::cells(std::vector<CellView>& cells, CellPlace place, uint8_t& row_crc) {
  // Most rows have a few columns: one allocation, and none where the vector is used again.
  constexpr size_t kFewCells = 8;
  if (cells.capacity() == 0) cells.reserve(place == CellPlace::kKey ? 1 : kFewCells);
  while (take(kCell)) {
    if (!cell(cells.emplace_back(), place, row_crc)) return false;
  }
  return true;
}

bool Walk::sequence_info(std::string_view block, std::optional<SequenceInfo>& sequence) {
  if (block.size() != kSequenceInfoSize) return failed("a SEQ_INFO block is not 19 bytes long");
  const char* b = block.data();
  if (b[0] != kSequenceEpoch || b[5] != kSequenceTimestamp || b[14] != kSequenceRowIndex) {
    return failed("a SEQ_INFO block does not hold 0d, 0e, 0f in this order");
  }
  sequence = SequenceInfo{load_fixed<int32_t>(b + 1), load_fixed<int64_t>(b + 6),
                          load_fixed<int32_t>(b + 15)};
  return true;
}

bool Walk::extension(std::optional<SequenceInfo>& sequence) {
  std::string_view blocks;
  if (!run(blocks)) return false;
  const char* after = p_;
  p_ = blocks.data();
  while (p_ != after) {
    auto tag = static_cast<uint8_t>(*p_++);
    int32_t length;
    if (after - p_ < static_cast<ptrdiff_t>(sizeof length))
      return failed("an extension ends inside a block");
    if (!number(length)) return false;
    if (length < 0 || length > after - p_)
      return failed("the length of a block does not fit into its extension");
    std::string_view block(p_, static_cast<size_t>(length));
    if (tag == kSequenceInfo && !sequence_info(block, sequence)) return false;
    p_ += length;  // other blocks: skipped (3.8)
  }
  return true;
}

bool Walk::row(RowView& row) {
  row.clear();
  uint8_t crc = 0;
  if (take(kRowKey) && !cells(row.primary_key, CellPlace::kKey, crc)) return false;
  if (take(kRowData) && !cells(row.cells, CellPlace::kAttribute, crc)) return false;
  row.delete_marker = take(kDeleteRowMarker);
  if (take(kExtension) && !extension(row.sequence)) return false;
  if (!take(kRowChecksum))
    return failed(
        "unexpected byte, or end, where a cell, 08, 0b or the checksum of a row (09) may stand");
  crc = crc8_byte(crc, row.delete_marker ? 1 : 0);
  if (at_end()) return failed("the buffer ends before the checksum of a row");
  if (static_cast<uint8_t>(*p_) != crc) return failed("the checksum of a row is wrong");
  ++p_;
  return true;
}

bool Walk::rest_is_zero() {
  for (; p_ != end_; ++p_) {
    if (*p_ != 0) return failed("bytes other than 00 follow the 00 behind the last row");
  }
  return true;
}

}  // namespace

Result<bool> PlainBufferReader::next(RowView& row) {
  if (offset_ == buffer_.size()) return false;
  Walk walk(buffer_, offset_);
  if (offset_ == 0) {
    if (!walk.header()) return walk.error();
  } else if (buffer_[offset_] == 0) {
    if (!walk.rest_is_zero()) return walk.error();
    offset_ = buffer_.size();
    return false;
  }
  if (!walk.row(row)) return walk.error();
  offset_ = walk.offset();
  return true;
}

Status read_single_row(std::string_view buffer, RowView& row) {
  Walk walk(buffer, 0);
  if (!walk.header() || !walk.row(row)) return walk.error();
  if (walk.at_end()) return {};
  if (buffer[walk.offset()] != 0) {
    walk.failed("a second row stands where exactly one is allowed");
    return walk.error();
  }
  if (!walk.rest_is_zero()) return walk.error();
  return {};
}

Status take_bare_value(std::string_view& bytes, CellValueView& value) {
  Walk walk(bytes, 0);
  if (!walk.bare_value(value)) return walk.error();
  bytes.remove_prefix(walk.offset());
  return {};
}

Result<CellValue> read_bare_value(std::string_view bytes) {
  Walk walk(bytes, 0);
  CellValueView v;
  if (!walk.bare_value(v)) return walk.error();
  if (!walk.at_end()) {
    walk.failed("bytes follow the value");
    return walk.error();
  }
  return CellValue(v);
}

}  // namespace otsstream::tablestore
