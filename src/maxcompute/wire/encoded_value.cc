#include "maxcompute/wire/encoded_value.h"

#include "base/crc.h"

namespace otsstream::maxcompute {
namespace {

// Lengths, counts and NULL flags never enter a checksum (4.2).
struct Checksum {
  uint32_t crc;

  void integer(int64_t v) { crc = crc32c_int64(crc, v); }
  void boolean(bool v) {
    crc = crc32c(crc, v ? std::string_view("\1", 1) : std::string_view("\0", 1));
  }
  void real(double v) { crc = crc32c_int64(crc, std::bit_cast<int64_t>(v)); }
  void single(float v) { crc = crc32c_int32(crc, std::bit_cast<int32_t>(v)); }
  void text(std::string_view v) { crc = crc32c(crc, v); }
  void seconds(int64_t whole, int32_t nanos) {
    crc = crc32c_int32(crc32c_int64(crc, whole), nanos);
  }
  void container() {}
  Checksum& element() { return *this; }
  Checksum& key() { return *this; }
  Checksum& value(uint64_t) { return *this; }
};

}  // namespace

stream_format::WireType wire_type_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::kBigint:
    case TypeKind::kInt:
    case TypeKind::kSmallint:
    case TypeKind::kTinyint:
    case TypeKind::kBoolean:
    case TypeKind::kDatetime:
    case TypeKind::kDate:
    case TypeKind::kIntervalYearMonth:
      return stream_format::kVarint;
    case TypeKind::kDouble:
      return stream_format::kFixed64;
    case TypeKind::kFloat:
      return stream_format::kFixed32;
    case TypeKind::kString:
    case TypeKind::kVarchar:
    case TypeKind::kChar:
    case TypeKind::kJson:
    case TypeKind::kDecimal:
    case TypeKind::kBinary:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kIntervalDayTime:
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kStruct:
      break;
  }
  return stream_format::kLengthDelimited;
}

bool checksum_value(StreamScanner& in, const ColumnType& type, uint32_t& crc) {
  Checksum sum{crc};
  if (!walk_value(in, type, sum)) return false;
  crc = sum.crc;
  return true;
}

}  // namespace otsstream::maxcompute
