#include "local/tablestore/sort_key.h"

#include "local/tablestore/stored_bytes.h"

namespace otsstream::local {
namespace {

// One byte per type, in the order of compare_key.
constexpr char kMinTag = 0x01;
constexpr char kIntegerTag = 0x02;
constexpr char kStringTag = 0x03;
constexpr char kBlobTag = 0x04;
constexpr char kMaxTag = 0x7f;

}  // namespace

void append_sort_key(std::string& out, const tablestore::CellValue& value) {
  using tablestore::CellType;
  switch (value.type) {
    case CellType::kInteger: {
      out.push_back(kIntegerTag);
      put_sortable(out, static_cast<uint64_t>(value.integer) ^ (uint64_t{1} << 63));
      break;
    }
    case CellType::kString:
    case CellType::kBlob:
      out.push_back(value.type == CellType::kString ? kStringTag : kBlobTag);
      // 00 becomes 00 ff and 00 01 ends, so that a prefix sorts before what it begins.
      for (char c : value.bytes) {
        out.push_back(c);
        if (c == 0) out.push_back(static_cast<char>(0xff));
      }
      out.push_back(0);
      out.push_back(1);
      break;
    case CellType::kInfMax:
      out.push_back(kMaxTag);
      break;
    default:
      out.push_back(kMinTag);
  }
}

std::string sort_key(const tablestore::PrimaryKey& key) {
  std::string out;
  for (const auto& column : key) append_sort_key(out, column.value);
  return out;
}

}  // namespace otsstream::local
