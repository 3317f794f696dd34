#include "maxcompute/wire/encoded_value.h"

namespace otsstream::maxcompute {
namespace {

// Lengths, counts and NULL flags never enter a checksum (4.2).
struct ChecksumForm {
  RecordChecksum& sum;

  void integer(int64_t v) { sum.add(v); }
  void boolean(bool v) { sum.add(static_cast<uint8_t>(v ? 1 : 0)); }
  void real(double v) { sum.add(v); }
  void single(float v) { sum.add(v); }
  void text(std::string_view v) { sum.add_bytes(v); }
  void seconds(int64_t whole, int32_t nanos) { sum.add(whole, nanos); }
  void container() {}
  ChecksumForm& element() { return *this; }
  ChecksumForm& key() { return *this; }
  ChecksumForm& value(uint64_t) { return *this; }
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

bool checksum_value(StreamScanner& in, const ColumnType& type, RecordChecksum& sum) {
  return walk_value(in, type, ChecksumForm{sum});
}

}  // namespace otsstream::maxcompute
