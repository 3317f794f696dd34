#include "stream_data.h"

#include <fmt/format.h>

namespace otsstream::bench {
namespace {

using tablestore::ActionType;
using tablestore::Cell;
using tablestore::CellOp;
using tablestore::CellValue;
using tablestore::Row;

constexpr int kDistinctKeys =
    20'000;  // rows are written again and again: the log grows, the table does not
constexpr int kWideColumns = 200;
constexpr int kLetterTexts = 4;
constexpr size_t kLetterBytes = 4000;

}  // namespace

std::string_view to_string(Shape shape) {
  switch (shape) {
    case Shape::kPerson:
      return "person";
    case Shape::kWide:
      return "wide";
    case Shape::kLetter:
      return "letter";
  }
  return "";
}

std::string key_text(int64_t key) { return fmt::format("{:08}", key); }

Cell ChangeSource::put(std::string name, CellValue value) const {
  Cell cell{std::move(name), CellOp::kPut, std::move(value), {}};
  if (version_ms_ != 0) cell.timestamp = version_ms_;
  return cell;
}

CellValue ChangeSource::text(size_t bytes) {
  std::string out;
  out.reserve(bytes + 8);
  while (out.size() < bytes) {
    // Seven letters a-p from one number, then a blank.
    for (uint64_t i = 0, n = random_.next(); i < 7; ++i, n >>= 4)
      out += static_cast<char>('a' + (n & 15));
    out += ' ';
  }
  out.resize(bytes);
  return CellValue::of_string(out);
}

void ChangeSource::add_all(Row& row) {
  switch (shape_) {
    case Shape::kPerson:
      row.cells.push_back(put("active", CellValue::of_boolean(count_ % 3 != 0)));
      row.cells.push_back(put("age", CellValue::of_integer(18 + count_ % 60)));
      row.cells.push_back(put("city", text(9)));
      row.cells.push_back(put("mail", text(24)));
      row.cells.push_back(put("name", text(16)));
      row.cells.push_back(put("note", text(60)));
      row.cells.push_back(put("score", CellValue::of_double(static_cast<double>(count_) / 8.0)));
      row.cells.push_back(put("visits", CellValue::of_integer(count_)));
      break;
    case Shape::kWide:
      for (int i = 0; i < kWideColumns; ++i) {
        row.cells.push_back(
            put(fmt::format("m{:03}", i), i % 2 == 0 ? CellValue::of_integer(count_ * i)
                                                     : CellValue::of_double(1.0 / (1.0 + i))));
      }
      break;
    case Shape::kLetter:
      for (int i = 0; i < kLetterTexts; ++i)
        row.cells.push_back(put(fmt::format("text{}", i), text(kLetterBytes)));
      break;
  }
}

void ChangeSource::add_some(Row& row) {
  switch (shape_) {
    case Shape::kPerson:
      row.cells.push_back(put("visits", CellValue::of_integer(count_)));
      break;
    case Shape::kWide:
      row.cells.push_back(put("m001", CellValue::of_double(0.5)));
      break;
    case Shape::kLetter:
      row.cells.push_back(put("text0", text(kLetterBytes)));
      break;
  }
}

Change ChangeSource::next() {
  // A stride that is prime to the number of keys visits them all, in an order that spreads over the
  // shards.
  constexpr int64_t kStride = 7919;
  const int64_t key = (count_ * kStride % kDistinctKeys) * (kKeys / kDistinctKeys);
  Change change;
  change.row.primary_key = {{"id", CellValue::of_string(key_text(key))}};
  switch (count_ % 20) {
    case 4:
    case 9:
    case 14:
      change.action = ActionType::kUpdate;
      add_some(change.row);
      break;
    case 18:
      change.action = ActionType::kUpdate;
      add_some(change.row);
      change.row.cells.push_back({"zip", CellOp::kDeleteAllVersions, {}, {}});
      break;
    case 19:
      change.action = ActionType::kDelete;
      break;
    default:
      add_all(change.row);
  }
  ++count_;
  return change;
}

}  // namespace otsstream::bench
