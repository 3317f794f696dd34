#include "reader/sequence_text.h"

#include <cstring>

namespace otsstream::reader {
namespace {

constexpr size_t kNumberWidth = 10;
constexpr size_t kTimeWidth = 20;

// Right-aligned decimal digits, zeros on the left.
char* write_padded(uint64_t value, size_t width, char* out) {
  for (size_t i = width; i-- > 0; value /= 10) out[i] = static_cast<char>('0' + value % 10);
  return out + width;
}

}  // namespace

size_t sequence_prefix_size(std::string_view shard_id) {
  return kNumberWidth + 1 + kTimeWidth + 1 + kNumberWidth + 1 + shard_id.size();
}

bool write_sequence_prefix(const tablestore::SequenceInfo& sequence, std::string_view shard_id,
                           char* out) {
  if (sequence.epoch < 0 || sequence.timestamp < 0 || sequence.row_index < 0) return false;
  out = write_padded(static_cast<uint64_t>(sequence.epoch), kNumberWidth, out);
  *out++ = '_';
  out = write_padded(static_cast<uint64_t>(sequence.timestamp), kTimeWidth, out);
  *out++ = '_';
  out = write_padded(static_cast<uint64_t>(sequence.row_index), kNumberWidth, out);
  *out++ = '_';
  std::memcpy(out, shard_id.data(), shard_id.size());
  return true;
}

void write_cell_index(uint32_t index, char* out) {
  *out++ = ':';
  write_padded(index, kNumberWidth, out);
}

}  // namespace otsstream::reader
