#include "reference_walk.h"

#include "base/bytes.h"

namespace otsstream::bench {
namespace {

// Tags of tablestore-protocol.md 3.2 in their fixed order within a row.
enum Tag : uint8_t {
  kKey = 0x01,
  kData = 0x02,
  kCell = 0x03,
  kName = 0x04,
  kValue = 0x05,
  kOp = 0x06,
  kTimestamp = 0x07,
  kDeleteMarker = 0x08,
  kRowChecksum = 0x09,
  kCellChecksum = 0x0a,
  kExtension = 0x0b,
};
constexpr size_t kHeaderBytes = 4;

uint64_t varint(const char*& p) {
  uint64_t v = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<uint8_t>(*p++);
    v |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return v;
  }
}

void skip_run(const char*& p) { p += 4 + load_fixed<int32_t>(p); }

// Every tag says how long it is; what stands where was settled by whoever wrote the row.
void walk_row(const char* p, const char* end, WalkCount& count) {
  p += kHeaderBytes;
  while (p != end) {
    switch (static_cast<uint8_t>(*p++)) {
      case kKey:
      case kData:
        break;
      case kCell:
        ++count.cells;
        break;
      case kName:
        skip_run(p);
        break;
      case kValue:
        skip_run(p);
        count.touched += static_cast<uint8_t>(p[-1]);
        break;
      case kOp:
        ++p;
        break;
      case kTimestamp:
        p += 8;
        break;
      case kCellChecksum:
      case kRowChecksum:
        ++p;
        break;
      case kDeleteMarker:
        break;
      case kExtension:
        skip_run(p);
        break;
      default:
        return;
    }
  }
}

}  // namespace

WalkCount reference_walk(std::string_view page) {
  constexpr uint64_t kRecords = 1 << 3 | 2, kRow = 2 << 3 | 2;  // field number and wire type
  WalkCount count;
  const char* p = page.data();
  const char* const end = p + page.size();
  while (p != end) {
    const uint64_t tag = varint(p);
    if ((tag & 7) == 0) {
      varint(p);
      continue;
    }
    const uint64_t length = varint(p);
    const char* const after = p + length;
    if (tag == kRecords) {
      ++count.records;
      while (p != after) {
        const uint64_t inner = varint(p);
        if ((inner & 7) == 0) {
          varint(p);
          continue;
        }
        const uint64_t inner_length = varint(p);
        if (inner == kRow) walk_row(p, p + inner_length, count);
        p += inner_length;
      }
    }
    p = after;
  }
  return count;
}

}  // namespace otsstream::bench
