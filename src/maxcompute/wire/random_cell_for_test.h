#pragma once
// Types and values drawn at random, for round trips over all of maxcompute-protocol.md 4.3.

#include <deque>
#include <limits>
#include <string>

#include "base/random.h"
#include "maxcompute/wire/cell.h"
#include "maxcompute/wire/types.h"

namespace otsstream::maxcompute {

inline std::string random_type(Random& random, int depth) {
  static constexpr const char* kScalars[] = {"bigint",
                                             "int",
                                             "smallint",
                                             "tinyint",
                                             "double",
                                             "float",
                                             "boolean",
                                             "string",
                                             "binary",
                                             "datetime",
                                             "date",
                                             "timestamp",
                                             "decimal",
                                             "timestamp_ntz",
                                             "decimal(20,4)",
                                             "varchar(20)",
                                             "char(20)",
                                             "json",
                                             "interval_day_time",
                                             "interval_year_month"};
  switch (depth > 0 ? random.below(7) : 6) {
    case 0:
    case 1:
      return "array<" + random_type(random, depth - 1) + ">";
    case 2:
      return "map<" + random_type(random, 0) + "," + random_type(random, depth - 1) + ">";
    case 3:
      return "struct<a:" + random_type(random, depth - 1) +
             ",`b c`:" + random_type(random, depth - 1) + ">";
    default:
      return kScalars[random.below(std::size(kScalars))];
  }
}

// Cells whose texts live as long as the maker.
class RandomCells {
 public:
  explicit RandomCells(Random& random) : random_(random) {}

  // A value that every form can carry: times of four-digit years, UTF-8, distinct keys.
  Cell value(const ColumnType& type) {
    Cell cell;
    cell.null = false;
    switch (type.kind) {
      case TypeKind::kBigint:
        cell.number = number(std::numeric_limits<int64_t>::max());
        break;
      case TypeKind::kInt:
        cell.number = number(2147483647);
        break;
      case TypeKind::kSmallint:
        cell.number = number(32767);
        break;
      case TypeKind::kTinyint:
        cell.number = number(127);
        break;
      case TypeKind::kIntervalYearMonth:
        cell.number = number(100000);
        break;
      case TypeKind::kDate:
        cell.number = number(700000);
        break;
      case TypeKind::kDatetime:
        cell.number = number(60000000000000);
        break;
      case TypeKind::kTimestamp:
      case TypeKind::kTimestampNtz:
      case TypeKind::kIntervalDayTime:
        cell.number = number(60000000000);
        cell.nanos = static_cast<int32_t>(random_.below(1000000000));
        if (random_.below(3) == 0) cell.nanos -= cell.nanos % 1000000;
        break;
      case TypeKind::kBoolean:
        cell.number = static_cast<int64_t>(random_.below(2));
        break;
      case TypeKind::kDouble:
        cell.real = real();
        break;
      case TypeKind::kFloat:
        cell.real = static_cast<float>(real());
        break;
      case TypeKind::kDecimal:
        cell.text =
            keep(std::to_string(number(999999)) + "." + std::to_string(1000 + random_.below(9000)));
        break;
      case TypeKind::kJson:
        cell.text = keep(random_.below(2) ? "{\"a\": [1, null, \"x\"]}" : "-1.50");
        break;
      case TypeKind::kString:
      case TypeKind::kVarchar:
      case TypeKind::kChar:
        cell.text = text();
        break;
      case TypeKind::kBinary:
        cell.text = bytes();
        break;
      case TypeKind::kArray:
        for (uint64_t n = random_.below(4); n > 0; --n)
          cell.items.push_back(part(type.children[0]));
        break;
      case TypeKind::kMap:
        map(cell, type);
        break;
      case TypeKind::kStruct:
        for (const ColumnType& field : type.children) cell.items.push_back(part(field));
        break;
    }
    return cell;
  }

 private:
  Cell part(const ColumnType& type) { return random_.below(4) == 0 ? Cell{} : value(type); }

  void map(Cell& cell, const ColumnType& type) {
    if (random_.below(3) == 0) return;
    cell.items.push_back(value(type.children[0]));
    cell.items.push_back(part(type.children[1]));
  }

  // Small and large ones alike.
  int64_t number(int64_t most) {
    const auto magnitude = static_cast<int64_t>((random_.next() >> 1 >> random_.below(63)) %
                                                (static_cast<uint64_t>(most) + 1));
    return random_.below(2) ? magnitude : -magnitude;
  }
  double real() {
    switch (random_.below(8)) {
      case 0:
        return std::numeric_limits<double>::infinity();
      case 1:
        return -std::numeric_limits<double>::infinity();
      case 2:
        return -0.0;
      case 3:
        return static_cast<double>(number(1000000));
      default:
        return (random_.unit() - 0.5) * 1e10;
    }
  }
  std::string_view text() {
    static constexpr const char* kPieces[] = {"a", "\"", "\\", "\n", "é", "中", "😀", "null", " "};
    std::string out;
    for (uint64_t n = random_.below(6); n > 0; --n) out += kPieces[random_.below(9)];
    return keep(std::move(out));
  }
  std::string_view bytes() {
    std::string out;
    for (uint64_t n = random_.below(6); n > 0; --n) out += static_cast<char>(random_.next());
    return keep(std::move(out));
  }
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  Random& random_;
  std::deque<std::string> texts_;
};

}  // namespace otsstream::maxcompute
