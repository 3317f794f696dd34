#include "maxcompute/wire/cell.h"

#include "base/bytes.h"
#include "maxcompute/wire/encoded_value.h"

namespace otsstream::maxcompute {
namespace {

// Fills a cell with what walk_value meets.
struct CellBuilder {
  Cell& cell;

  void integer(int64_t v) { set().number = v; }
  void boolean(bool v) { set().number = v ? 1 : 0; }
  void real(double v) { set().real = v; }
  void single(float v) { set().real = v; }
  void text(std::string_view v) { set().text = v; }
  void seconds(int64_t whole, int32_t nanos) {
    set().number = whole;
    cell.nanos = nanos;
  }
  void container() { set(); }
  CellBuilder element() { return {cell.items.emplace_back()}; }
  CellBuilder key() {
    cell.items.resize(cell.items.size() + 2);
    return {cell.items[cell.items.size() - 2]};
  }
  CellBuilder value(uint64_t i) { return {cell.items[2 * i + 1]}; }

 private:
  Cell& set() {
    cell.null = false;
    return cell;
  }
};

tl::unexpected<Error> cannot_hold(const ColumnType& type, const std::string& why) {
  return fail(ErrorKind::kCorrupt, "MaxCompute-Value",
              "a value of the type " + type.text + " " + why);
}

Status append_integer(std::string& out, const Cell& cell, const ColumnType& type) {
  if (!in_range(type.kind, cell.number))
    return cannot_hold(type, "cannot be " + std::to_string(cell.number));
  put_varint(out, zigzag_encode(cell.number));
  return {};
}

Status append_seconds(std::string& out, const Cell& cell, const ColumnType& type) {
  if (cell.nanos < 0 || cell.nanos > kMaxNanos)
    return cannot_hold(type, "has nanoseconds that are not 0 to 999999999");
  if (type.kind != TypeKind::kIntervalDayTime &&
      (cell.number > kLastSecond || cell.number < -kLastSecond))
    return cannot_hold(type, "is outside the range of time");
  put_varint(out, zigzag_encode(cell.number));
  put_varint(out, zigzag_encode(cell.nanos));
  return {};
}

Status append_value(std::string& out, const Cell& cell, const ColumnType& type);

// The flag byte, and the value unless it is NULL.
Status append_part(std::string& out, const Cell& part, const ColumnType& type) {
  out += part.null ? '\1' : '\0';
  if (part.null) return {};
  return append_value(out, part, type);
}

Status append_array(std::string& out, const Cell& cell, const ColumnType& type) {
  put_varint(out, cell.items.size());
  for (const Cell& item : cell.items) OTS_CHECK(append_part(out, item, type.children[0]));
  return {};
}

Status append_map(std::string& out, const Cell& cell, const ColumnType& type) {
  if (cell.items.size() % 2 != 0) return cannot_hold(type, "has a key without a value");
  for (size_t first : {0, 1}) {  // all keys, then all values
    put_varint(out, cell.items.size() / 2);
    for (size_t i = first; i < cell.items.size(); i += 2) {
      if (first == 0 && cell.items[i].null) return cannot_hold(type, "has a NULL key");
      OTS_CHECK(append_part(out, cell.items[i], type.children[first]));
    }
  }
  return {};
}

Status append_struct(std::string& out, const Cell& cell, const ColumnType& type) {
  if (cell.items.size() != type.children.size())
    return cannot_hold(type, "has " + std::to_string(cell.items.size()) + " fields instead of " +
                                 std::to_string(type.children.size()));
  for (size_t i = 0; i < cell.items.size(); ++i)
    OTS_CHECK(append_part(out, cell.items[i], type.children[i]));
  return {};
}

Status append_value(std::string& out, const Cell& cell, const ColumnType& type) {
  switch (type.kind) {
    case TypeKind::kBigint:
    case TypeKind::kInt:
    case TypeKind::kSmallint:
    case TypeKind::kTinyint:
    case TypeKind::kDatetime:
    case TypeKind::kDate:
    case TypeKind::kIntervalYearMonth:
      return append_integer(out, cell, type);
    case TypeKind::kBoolean:
      out += cell.number != 0 ? '\1' : '\0';
      return {};
    case TypeKind::kDouble:
      put_fixed(out, cell.real);
      return {};
    case TypeKind::kFloat:
      put_fixed(out, static_cast<float>(cell.real));
      return {};
    case TypeKind::kString:
    case TypeKind::kVarchar:
    case TypeKind::kChar:
    case TypeKind::kJson:
    case TypeKind::kDecimal:
    case TypeKind::kBinary:
      put_varint(out, cell.text.size());
      out += cell.text;
      return {};
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kIntervalDayTime:
      return append_seconds(out, cell, type);
    case TypeKind::kArray:
      return append_array(out, cell, type);
    case TypeKind::kMap:
      return append_map(out, cell, type);
    case TypeKind::kStruct:
      return append_struct(out, cell, type);
  }
  return {};
}

}  // namespace

Result<Cell> decode_cell(std::string_view encoded, const ColumnType& type) {
  Cell cell;
  StreamScanner in(encoded);
  if (walk_value(in, type, CellBuilder{cell}) && !in.at_end())
    in.malformed("bytes follow the value", in.at());
  if (in.ok()) return cell;
  return fail(ErrorKind::kCorrupt, "MalformedDataStream",
              "value of the type " + type.text + ", byte " + std::to_string(in.fault().offset) +
                  ": " + in.fault().what);
}

Status append_encoded(std::string& out, const Cell& cell, const ColumnType& type) {
  const size_t before = out.size();
  Status appended = append_value(out, cell, type);
  if (!appended) out.resize(before);
  return appended;
}

}  // namespace otsstream::maxcompute
