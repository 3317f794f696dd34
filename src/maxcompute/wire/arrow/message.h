#pragma once
// Messages of the Arrow IPC format: ff ff ff ff, length of the metadata, metadata (a FlatBuffer),
// body. What a message says is checked against the bytes before anything is believed.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "maxcompute/wire/arrow/field.h"

namespace otsstream::maxcompute::arrow {

// One array, or a child of one.
struct Node {
  uint64_t length = 0;
  int64_t null_count = 0;  // -1: nobody has counted
};

// Arrays in pre-order. Buffers are views into the message's body.
struct RecordBatch {
  uint64_t rows = 0;
  std::vector<Node> nodes;
  std::vector<std::string_view> buffers;
};

// Takes the next record batch from the front of `stream`; nothing at its end. Fails with kCorrupt
// "MalformedDataStream", for compressed and dictionary batches with kUnsupported "NotImplemented".
Result<std::optional<RecordBatch>> next_batch(std::string_view& stream);

// The same in the making. `buffers` own their bytes.
struct BatchParts {
  std::vector<Node> nodes;
  std::vector<std::string> buffers;
};
void append_batch_message(std::string& out, uint64_t rows, const BatchParts& parts);
void append_schema_message(std::string& out, const std::vector<Field>& fields);
// Behind the last message of a stream that began with a schema.
inline constexpr std::string_view kEndOfStream{"\xff\xff\xff\xff\0\0\0\0", 8};

}  // namespace otsstream::maxcompute::arrow
