#pragma once
// The bytes that structure PlainBuffer (tablestore-protocol.md 3.1, 3.8); for the reader and the
// writer only.

#include <cstdint>

namespace otsstream::tablestore::plain_buffer {

inline constexpr int32_t kHeader = 0x75;

enum Tag : uint8_t {
  kRowKey = 0x01,
  kRowData = 0x02,
  kCell = 0x03,
  kCellName = 0x04,
  kCellValue = 0x05,
  kCellType = 0x06,
  kCellTimestamp = 0x07,
  kDeleteRowMarker = 0x08,
  kRowChecksum = 0x09,
  kCellChecksum = 0x0a,
  kExtension = 0x0b,
  kSequenceInfo = 0x0c,
  kSequenceEpoch = 0x0d,
  kSequenceTimestamp = 0x0e,
  kSequenceRowIndex = 0x0f,
};

// Bytes inside a SEQ_INFO block: three tags, epoch, timestamp, row index.
inline constexpr int32_t kSequenceInfoSize = 19;

}  // namespace otsstream::tablestore::plain_buffer
