#pragma once
// The encodings of maxcompute-protocol.md 4.3, each described once: walk_value takes a value of any
// type off a stream and tells a visitor what it met. Only wire/ uses this.

#include <cstdint>
#include <string_view>

#include "base/wall_time.h"
#include "maxcompute/wire/record_checksum.h"
#include "maxcompute/wire/record_stream_format.h"
#include "maxcompute/wire/stream_scanner.h"
#include "maxcompute/wire/types.h"

namespace otsstream::maxcompute {

constexpr int64_t kLastDay = std::numeric_limits<int64_t>::max() / kMsPerDay;
constexpr int64_t kLastSecond = std::numeric_limits<int64_t>::max() / 1000;
constexpr int32_t kMaxNanos = 999999999;

stream_format::WireType wire_type_of(TypeKind kind);

// Whether an integer is one of the type; the wire is 64 bits wide for all of them (trap T6).
constexpr bool in_range(TypeKind kind, int64_t v) {
  switch (kind) {
    case TypeKind::kTinyint:
      return v == static_cast<int8_t>(v);
    case TypeKind::kSmallint:
      return v == static_cast<int16_t>(v);
    case TypeKind::kInt:
      return v == static_cast<int32_t>(v);
    case TypeKind::kDate:
      return v <= kLastDay && v >= -kLastDay;
    default:
      return true;
  }
}

// Takes one value of `type` and adds its checksum form to `sum`.
bool checksum_value(StreamScanner& in, const ColumnType& type, RecordChecksum& sum);

// Visitor: integer(int64_t), boolean(bool), real(double), single(float), text(string_view),
// seconds(int64_t, int32_t) for values; for the others container() first, then a visitor of each
// part in the order of the stream: element(), or key() for all keys and value(i) for all values.
// A part that is NULL gets no call. The depth of the recursion is that of the type.
template <class Visitor>
bool walk_value(StreamScanner& in, const ColumnType& type, Visitor&& visitor);

namespace walking {

// The flag byte in front of every part: 1 is NULL (trap T10).
inline bool null_flag(StreamScanner& in, bool& null) {
  return in.bit(null, "a NULL flag is neither 0 nor 1");
}

template <class Visitor>
bool part(StreamScanner& in, const ColumnType& type, Visitor&& visitor) {
  bool null;
  if (!null_flag(in, null)) return false;
  return null || walk_value(in, type, visitor);
}

template <class Visitor>
bool array(StreamScanner& in, const ColumnType& type, Visitor& visitor) {
  uint64_t count;
  if (!in.count(count)) return false;
  for (uint64_t i = 0; i < count; ++i) {
    if (!part(in, type.children[0], visitor.element())) return false;
  }
  return true;
}

template <class Visitor>
bool map(StreamScanner& in, const ColumnType& type, Visitor& visitor) {
  uint64_t keys;
  if (!in.count(keys)) return false;
  for (uint64_t i = 0; i < keys; ++i) {
    const size_t begin = in.at();
    bool null;
    if (!null_flag(in, null)) return false;
    if (null) return in.malformed("a key of a map is NULL", begin);
    if (!walk_value(in, type.children[0], visitor.key())) return false;
  }
  const size_t begin = in.at();
  uint64_t values;
  if (!in.count(values)) return false;
  if (values != keys) return in.malformed("a map has not as many values as keys", begin);
  for (uint64_t i = 0; i < values; ++i) {
    if (!part(in, type.children[1], visitor.value(i))) return false;
  }
  return true;
}

template <class Visitor>
bool structure(StreamScanner& in, const ColumnType& type, Visitor& visitor) {
  for (const ColumnType& field : type.children) {
    if (!part(in, field, visitor.element())) return false;
  }
  return true;
}

template <class Visitor>
bool seconds(StreamScanner& in, TypeKind kind, Visitor& visitor) {
  size_t begin = in.at();
  int64_t whole;
  int64_t nanos;
  if (!in.zigzag(whole)) return false;
  if (kind != TypeKind::kIntervalDayTime && (whole > kLastSecond || whole < -kLastSecond))
    return in.malformed("a timestamp is outside the range of time", begin);
  begin = in.at();
  if (!in.zigzag(nanos)) return false;
  if (nanos < 0 || nanos > kMaxNanos)
    return in.malformed("nanoseconds are not 0 to 999999999", begin);
  visitor.seconds(whole, static_cast<int32_t>(nanos));
  return true;
}

}  // namespace walking

template <class Visitor>
bool walk_value(StreamScanner& in, const ColumnType& type, Visitor&& visitor) {
  switch (type.kind) {
    case TypeKind::kBigint:
    case TypeKind::kInt:
    case TypeKind::kSmallint:
    case TypeKind::kTinyint:
    case TypeKind::kDatetime:
    case TypeKind::kIntervalYearMonth:
    case TypeKind::kDate: {
      const size_t begin = in.at();
      int64_t v;
      if (!in.zigzag(v)) return false;
      if (!in_range(type.kind, v))
        return in.malformed(type.kind == TypeKind::kDate ? "a date is outside the range of time"
                                                         : "a number is outside its type's range",
                            begin);
      visitor.integer(v);
      return true;
    }
    case TypeKind::kBoolean: {
      bool v;
      if (!in.bit(v, "a boolean is neither 0 nor 1")) return false;
      visitor.boolean(v);
      return true;
    }
    case TypeKind::kDouble: {
      double v;
      if (!in.fixed(v)) return false;
      visitor.real(v);
      return true;
    }
    case TypeKind::kFloat: {
      float v;
      if (!in.fixed(v)) return false;
      visitor.single(v);
      return true;
    }
    case TypeKind::kString:
    case TypeKind::kVarchar:
    case TypeKind::kChar:
    case TypeKind::kJson:
    case TypeKind::kDecimal:
    case TypeKind::kBinary: {
      std::string_view v;
      if (!in.bytes(v)) return false;
      visitor.text(v);
      return true;
    }
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kIntervalDayTime:
      return walking::seconds(in, type.kind, visitor);
    case TypeKind::kArray:
      visitor.container();
      return walking::array(in, type, visitor);
    case TypeKind::kMap:
      visitor.container();
      return walking::map(in, type, visitor);
    case TypeKind::kStruct:
      visitor.container();
      return walking::structure(in, type, visitor);
  }
  return false;
}

}  // namespace otsstream::maxcompute
