#include "maxcompute/wire/record_stream_reader.h"

#include <limits>
#include <string>

#include "base/bytes.h"
#include "base/crc.h"
#include "maxcompute/wire/record_stream_format.h"

namespace otsstream::maxcompute {
namespace {

using namespace stream_format;

constexpr int64_t kMsPerDay = 86400000;

// Why reading stopped. The texts are constants, so that the good path never builds one.
struct Fault {
  enum Kind { kNone, kMalformed, kChecksum, kUnsupported } kind = kNone;
  const char* what = nullptr;
  size_t offset = 0;
  uint32_t column = 0;  // 0: concerns no column
};

// Reads one record or the footer; a fault, once set, stays.
class Scanner {
 public:
  Scanner(std::string_view stream, size_t offset) : stream_(stream), at_(offset) {}

  size_t at() const { return at_; }
  bool at_end() const { return at_ == stream_.size(); }
  bool ok() const { return fault_.kind == Fault::kNone; }
  const Fault& fault() const { return fault_; }
  bool stop(Fault::Kind kind, const char* what, size_t offset, uint32_t column = 0) {
    if (ok()) fault_ = {kind, what, offset, column};
    return false;
  }
  bool malformed(const char* what, size_t offset, uint32_t column = 0) {
    return stop(Fault::kMalformed, what, offset, column);
  }

  // The shortest form only: no client writes another, and a block is kept and sent on byte by byte.
  bool varint(uint64_t& v) {
    std::string_view rest = stream_.substr(at_);
    size_t before = rest.size();
    if (!get_varint(rest, v)) {
      return before < 10 ? malformed("the stream ends inside a number", at_)
                         : malformed("a number has more than 64 bits", at_);
    }
    size_t length = before - rest.size();
    if (length > 1 && stream_[at_ + length - 1] == 0)
      return malformed("a number is longer than it needs to be", at_);
    at_ += length;
    return true;
  }
  bool varint32(uint32_t& v, const char* too_large) {
    size_t begin = at_;
    uint64_t wide;
    if (!varint(wide)) return false;
    if (wide > std::numeric_limits<uint32_t>::max()) return malformed(too_large, begin);
    v = static_cast<uint32_t>(wide);
    return true;
  }
  // PyODPS's compiled writer takes a checksum for a signed number and extends its sign: ten bytes
  // when the highest of its 32 bits is set. Any reader of 32-bit numbers sees the same checksum in
  // them.
  bool checksum(uint32_t& v) {
    size_t begin = at_;
    uint64_t wide;
    if (!varint(wide)) return false;
    v = static_cast<uint32_t>(wide);
    if (wide != v && wide != static_cast<uint64_t>(static_cast<int32_t>(v)))
      return malformed("a checksum has more than 32 bits", begin);
    return true;
  }
  template <class T>
  bool fixed(T& v) {
    if (stream_.size() - at_ < sizeof v) return malformed("the stream ends inside a value", at_);
    v = load_fixed<T>(stream_.data() + at_);
    at_ += sizeof v;
    return true;
  }
  bool bytes(std::string_view& v) {
    size_t begin = at_;
    uint64_t length;
    if (!varint(length)) return false;
    if (length > stream_.size() - at_ || length > std::numeric_limits<uint32_t>::max())
      return malformed("a length reaches beyond the stream", begin);
    v = stream_.substr(at_, length);
    at_ += length;
    return true;
  }

 private:
  std::string_view stream_;
  size_t at_;
  Fault fault_;
};

// What the reader does with a kind (4.3); nothing for kinds that it does not read.
enum class Form { kInteger, kDatetime, kDate, kBoolean, kDouble, kFloat, kText, kBinary, kNone };

Form form_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::kBigint:
    case TypeKind::kInt:
    case TypeKind::kSmallint:
    case TypeKind::kTinyint:
      return Form::kInteger;
    case TypeKind::kDatetime:
      return Form::kDatetime;
    case TypeKind::kDate:
      return Form::kDate;
    case TypeKind::kBoolean:
      return Form::kBoolean;
    case TypeKind::kDouble:
      return Form::kDouble;
    case TypeKind::kFloat:
      return Form::kFloat;
    case TypeKind::kString:
    case TypeKind::kVarchar:
    case TypeKind::kChar:
    case TypeKind::kJson:
    case TypeKind::kDecimal:
      return Form::kText;
    case TypeKind::kBinary:
      return Form::kBinary;
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kIntervalDayTime:
    case TypeKind::kIntervalYearMonth:
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kStruct:
      return Form::kNone;
  }
  return Form::kNone;
}

WireType wire_type_of(Form form) {
  switch (form) {
    case Form::kDouble:
      return kFixed64;
    case Form::kFloat:
      return kFixed32;
    case Form::kText:
    case Form::kBinary:
      return kLengthDelimited;
    default:
      return kVarint;
  }
}

template <class T>
void add_to_crc(uint32_t& crc, uint32_t column, T value) {
  char bytes[sizeof column + sizeof value];
  std::memcpy(bytes, &column, sizeof column);
  std::memcpy(bytes + sizeof column, &value, sizeof value);
  crc = crc32c(crc, {bytes, sizeof bytes});
}

// The value of one column, its share of the record checksum included. `tag_at`: where its tag
// begins.
bool read_value(Scanner& in, uint32_t column, uint32_t wire_type, TypeKind kind, size_t tag_at,
                uint32_t& crc, Value& out) {
  Form form = form_of(kind);
  if (form == Form::kNone)
    return in.stop(Fault::kUnsupported, "values of this type are not read", tag_at, column);
  if (wire_type != wire_type_of(form))
    return in.malformed("the wire type does not fit the column's type", tag_at, column);
  switch (form) {
    case Form::kInteger:
    case Form::kDatetime:
    case Form::kDate: {
      size_t begin = in.at();
      uint64_t zigzag;
      if (!in.varint(zigzag)) return false;
      int64_t v = zigzag_decode(zigzag);
      add_to_crc(crc, column, v);
      if (form == Form::kInteger) {
        out = Value::from_long(v);
      } else if (form == Form::kDatetime) {
        out = Value::from_date_ms(v);
      } else {
        int64_t ms;
        if (__builtin_mul_overflow(v, kMsPerDay, &ms))
          return in.malformed("a date is outside the range of time", begin, column);
        out = Value::from_date_ms(ms);
      }
      return true;
    }
    case Form::kBoolean: {
      size_t begin = in.at();
      uint64_t v;
      if (!in.varint(v)) return false;
      if (v > 1) return in.malformed("a boolean is neither 0 nor 1", begin, column);
      add_to_crc(crc, column, static_cast<uint8_t>(v));
      out = Value::from_bool(v == 1);
      return true;
    }
    case Form::kDouble: {
      double v;
      if (!in.fixed(v)) return false;
      add_to_crc(crc, column, v);
      out = Value::from_double(v);
      return true;
    }
    case Form::kFloat: {
      float v;
      if (!in.fixed(v)) return false;
      add_to_crc(crc, column, v);
      out = Value::from_double(v);
      return true;
    }
    case Form::kText:
    case Form::kBinary: {
      std::string_view v;
      if (!in.bytes(v)) return false;
      crc = crc32c(crc32c_int32(crc, static_cast<int32_t>(column)), v);
      out = form == Form::kText ? Value::from_string(v) : Value::from_bytes(v);
      return true;
    }
    case Form::kNone:
      break;
  }
  return false;
}

// Everything behind the record count's tag: count, optional metrics, checksum, end.
bool read_footer(Scanner& in, uint64_t records, uint32_t stream_crc) {
  size_t begin = in.at();
  uint64_t zigzag;
  if (!in.varint(zigzag)) return false;
  if (zigzag_decode(zigzag) != static_cast<int64_t>(records))
    return in.malformed("the record count differs from the records seen", begin);
  begin = in.at();
  uint32_t next = 0;
  if (!in.varint32(next, "a tag has more than 32 bits")) return false;
  if (next == tag(1, kLengthDelimited)) {
    std::string_view metrics;
    uint32_t crc = 0;
    if (!in.bytes(metrics)) return false;
    begin = in.at();
    if (!in.varint32(next, "a tag has more than 32 bits")) return false;
    if (next != tag(kEndOfMetrics, kVarint))
      return in.malformed("the metrics block has no end", begin);
    begin = in.at();
    if (!in.checksum(crc)) return false;
    if (crc != crc32c(crc32c_int32(0, 1), metrics))
      return in.stop(Fault::kChecksum, "the checksum of the metrics block is wrong", begin);
    begin = in.at();
    if (!in.varint32(next, "a tag has more than 32 bits")) return false;
  }
  if (next != tag(kStreamChecksum, kVarint))
    return in.malformed("no stream checksum follows the record count", begin);
  begin = in.at();
  uint32_t crc = 0;
  if (!in.checksum(crc)) return false;
  if (crc != stream_crc) return in.stop(Fault::kChecksum, "the stream checksum is wrong", begin);
  if (!in.at_end()) return in.malformed("bytes follow the footer", in.at());
  return true;
}

Error to_error(const Fault& fault, uint64_t records, const std::vector<Column>& columns) {
  std::string message = "record stream, byte " + std::to_string(fault.offset) + ", record " +
                        std::to_string(records + 1);
  if (fault.column > 0) {
    const Column& column = columns[fault.column - 1];
    message += ", column " + std::to_string(fault.column) + " '" + column.name + "' (" +
               column.type.text + ")";
  }
  message += std::string(": ") + fault.what;
  if (fault.kind == Fault::kUnsupported)
    return make_error(ErrorKind::kUnsupported, "MaxCompute-Type", std::move(message),
                      "leave the column out, or change its type to one that is read");
  return make_error(ErrorKind::kCorrupt,
                    fault.kind == Fault::kChecksum ? "CorruptedDataStream" : "MalformedDataStream",
                    std::move(message));
}

}  // namespace

RecordStreamReader::RecordStreamReader(std::string_view stream, const std::vector<Column>& columns)
    : stream_(stream), columns_(columns) {}

Result<bool> RecordStreamReader::next(std::span<Value> row) {
  if (done_) return false;
  if (row.size() != columns_.size())
    return fail(ErrorKind::kInternal, "MaxCompute-RowWidth",
                "a row of " + std::to_string(row.size()) + " values was offered for " +
                    std::to_string(columns_.size()) + " columns");
  for (Value& value : row) value = Value::null();

  // Nothing of the reader changes before the record is known to be good: after an error the next
  // call fails in the same way.
  Scanner in(stream_, offset_);
  uint32_t crc = 0;
  uint32_t last_column = 0;
  while (true) {
    size_t tag_at = in.at();
    if (in.at_end()) {
      in.malformed(last_column == 0 ? "the footer is missing" : "the stream ends inside a record",
                   tag_at);
      break;
    }
    uint32_t number = 0;
    if (!in.varint32(number, "a tag has more than 32 bits")) break;
    if (number == tag(kEndOfRecord, kVarint)) {
      size_t crc_at = in.at();
      uint32_t claimed = 0;
      if (!in.checksum(claimed)) break;
      if (claimed != crc) {
        in.stop(Fault::kChecksum, "the record checksum is wrong", crc_at);
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
    uint32_t column = number >> 3;
    if (column == 0 || column > columns_.size()) {
      in.malformed("the column number is outside the table's columns", tag_at);
      break;
    }
    if (column <= last_column) {
      in.malformed("the columns of a record do not ascend", tag_at, column);
      break;
    }
    last_column = column;
    if (!read_value(in, column, number & 7, columns_[column - 1].type.kind, tag_at, crc,
                    row[column - 1]))
      break;
  }
  return fail(to_error(in.fault(), records_, columns_));
}

Result<uint64_t> verify_record_stream(std::string_view stream, const std::vector<Column>& columns) {
  RecordStreamReader reader(stream, columns);
  std::vector<Value> row(columns.size());
  while (true) {
    OTS_TRY(bool more, reader.next(row));
    if (!more) return reader.records();
  }
}

}  // namespace otsstream::maxcompute
