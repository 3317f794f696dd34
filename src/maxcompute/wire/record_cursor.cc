#include "maxcompute/wire/record_cursor.h"

#include <algorithm>
#include <string>

#include "base/crc.h"
#include "maxcompute/wire/encoded_value.h"
#include "maxcompute/wire/record_stream_format.h"
#include "maxcompute/wire/stream_scanner.h"

namespace otsstream::maxcompute {
namespace {

using namespace stream_format;

constexpr const char* kLongTag = "a tag has more than 32 bits";

// Everything behind the record count's tag: count, optional metrics, checksum, end.
bool read_footer(StreamScanner& in, uint64_t records, uint32_t stream_crc) {
  size_t begin = in.at();
  int64_t count;
  if (!in.zigzag(count)) return false;
  if (count != static_cast<int64_t>(records))
    return in.malformed("the record count differs from the records seen", begin);
  begin = in.at();
  uint32_t next = 0;
  if (!in.varint32(next, kLongTag)) return false;
  if (next == tag(1, kLengthDelimited)) {
    std::string_view metrics;
    uint32_t crc = 0;
    if (!in.bytes(metrics)) return false;
    begin = in.at();
    if (!in.varint32(next, kLongTag)) return false;
    if (next != tag(kEndOfMetrics, kVarint))
      return in.malformed("the metrics block has no end", begin);
    begin = in.at();
    if (!in.checksum(crc)) return false;
    if (crc != crc32c(crc32c_int32(0, 1), metrics))
      return in.wrong_checksum("the checksum of the metrics block is wrong", begin);
    begin = in.at();
    if (!in.varint32(next, kLongTag)) return false;
  }
  if (next != tag(kStreamChecksum, kVarint))
    return in.malformed("no stream checksum follows the record count", begin);
  begin = in.at();
  uint32_t crc = 0;
  if (!in.checksum(crc)) return false;
  if (crc != stream_crc) return in.wrong_checksum("the stream checksum is wrong", begin);
  if (!in.at_end()) return in.malformed("bytes follow the footer", in.at());
  return true;
}

// The value behind the tag of `column`, its share of the record checksum included.
bool read_value(StreamScanner& in, uint32_t tag_number, size_t tag_at, const ColumnType& type,
                RecordChecksum& sum, EncodedCell& cell) {
  if ((tag_number & 7) != wire_type_of(type.kind))
    return in.malformed("the wire type does not fit the column's type", tag_at);
  const size_t begin = in.at();
  sum.add(tag_number >> 3);
  if (!checksum_value(in, type, sum)) return false;
  cell = {in.since(begin), false};
  return true;
}

// `column`: the one whose value was being read; 0 for none.
Error to_error(const StreamFault& fault, uint64_t records, uint32_t column,
               const std::vector<Column>& columns) {
  std::string message = "record stream, byte " + std::to_string(fault.offset) + ", record " +
                        std::to_string(records + 1);
  if (column > 0) {
    const Column& at = columns[column - 1];
    message += ", column " + std::to_string(column) + " '" + at.name + "' (" + at.type.text + ")";
  }
  message += std::string(": ") + fault.what;
  return make_error(
      ErrorKind::kCorrupt,
      fault.kind == StreamFault::kChecksum ? "CorruptedDataStream" : "MalformedDataStream",
      std::move(message));
}

}  // namespace

RecordCursor::RecordCursor(std::string_view stream, const std::vector<Column>& columns)
    : stream_(stream), columns_(columns) {}

Result<bool> RecordCursor::next(std::span<EncodedCell> cells) {
  if (done_) return false;
  if (cells.size() != columns_.size())
    return fail(ErrorKind::kInternal, "MaxCompute-RowWidth",
                "a row of " + std::to_string(cells.size()) + " values was offered for " +
                    std::to_string(columns_.size()) + " columns");
  std::ranges::fill(cells, EncodedCell{});

  // Nothing of the cursor changes before the record is known to be good: after an error the next
  // call fails in the same way.
  StreamScanner in(stream_, offset_);
  RecordChecksum sum;
  uint32_t last_column = 0;
  uint32_t faulty_column = 0;
  while (true) {
    const size_t tag_at = in.at();
    if (in.at_end()) {
      in.malformed(last_column == 0 ? "the footer is missing" : "the stream ends inside a record",
                   tag_at);
      break;
    }
    uint32_t number = 0;
    if (!in.varint32(number, kLongTag)) break;
    if (number == tag(kEndOfRecord, kVarint)) {
      const size_t crc_at = in.at();
      uint32_t claimed = 0;
      if (!in.checksum(claimed)) break;
      const uint32_t crc = sum.take();
      if (claimed != crc) {
        in.wrong_checksum("the record checksum is wrong", crc_at);
        break;
      }
      stream_crc_ = crc32c_int32(stream_crc_, static_cast<int32_t>(crc));
      offset_ = in.at();
      ++records_;
      return true;
    }
    if (number == tag(kRecordCount, kVarint)) {
      if (last_column != 0) {
        in.malformed("the footer begins inside a record", tag_at);
        break;
      }
      if (!read_footer(in, records_, stream_crc_)) break;
      offset_ = in.at();
      done_ = true;
      return false;
    }
    const uint32_t column = number >> 3;
    if (column == 0 || column > columns_.size()) {
      in.malformed("the column number is outside the table's columns", tag_at);
      break;
    }
    faulty_column = column;
    if (column <= last_column) {
      in.malformed("the columns of a record do not ascend", tag_at);
      break;
    }
    last_column = column;
    if (!read_value(in, number, tag_at, columns_[column - 1].type, sum, cells[column - 1])) break;
    faulty_column = 0;
  }
  return fail(to_error(in.fault(), records_, faulty_column, columns_));
}

Result<uint64_t> verify_record_stream(std::string_view stream, const std::vector<Column>& columns) {
  RecordCursor cursor(stream, columns);
  std::vector<EncodedCell> cells(columns.size());
  while (true) {
    OTS_TRY(bool more, cursor.next(cells));
    if (!more) return cursor.records();
  }
}

}  // namespace otsstream::maxcompute
