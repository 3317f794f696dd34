#include "local/tablestore/shard_iterator.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/crc.h"
#include "base/hash.h"
#include "local/tablestore/stored_bytes.h"

namespace otsstream::local {
namespace {

constexpr char kIteratorKind = 'i';
constexpr char kTokenKind = 't';
constexpr size_t kPaddedBytes =
    114;  // base64 of 114 bytes is 152 characters, within the service's 150 to 200

// kind, payload, zeros up to the usual length, CRC32C of all that.
std::string seal(std::string bytes) {
  if (bytes.size() + 4 < kPaddedBytes) bytes.resize(kPaddedBytes - 4, '\0');
  put_fixed<uint32_t>(bytes, crc32c(0, bytes));
  return base64_encode(bytes);
}

std::optional<std::string> unseal(std::string_view text, char kind) {
  auto bytes = base64_decode(text);
  if (!bytes || bytes->size() < 5 || bytes->front() != kind) return std::nullopt;
  uint32_t stored = load_fixed<uint32_t>(bytes->data() + bytes->size() - 4);
  bytes->resize(bytes->size() - 4);
  if (crc32c(0, *bytes) != stored) return std::nullopt;
  return bytes->substr(1);
}

}  // namespace

int64_t born_at(int64_t now_us, int64_t life_us) {
  constexpr int64_t kParts = 24;
  constexpr int64_t kHourUs = 3600LL * 1000 * 1000;
  const int64_t part = life_us > 0 ? std::max<int64_t>(1, life_us / kParts) : kHourUs;
  return (now_us + part - 1) / part * part;
}

std::string to_text(const ShardIterator& iterator) {
  std::string bytes(1, kIteratorKind);
  put_text(bytes, iterator.stream_id);
  put_text(bytes, iterator.shard_id);
  put_varint(bytes, iterator.position);
  put_varint(bytes, static_cast<uint64_t>(iterator.born_us));
  return seal(std::move(bytes));
}

std::optional<ShardIterator> parse_shard_iterator(std::string_view text) {
  auto bytes = unseal(text, kIteratorKind);
  if (!bytes) return std::nullopt;
  std::string_view in = *bytes;
  ShardIterator out;
  uint64_t born = 0;
  if (!get_text(in, out.stream_id) || !get_text(in, out.shard_id) ||
      !get_varint(in, out.position) || !get_varint(in, born))
    return std::nullopt;
  out.born_us = static_cast<int64_t>(born);
  return out;
}

std::string to_text(const SeekToken& token) {
  std::string bytes(1, kTokenKind);
  put_text(bytes, token.shard_id);
  put_varint(bytes, zigzag_encode(token.timestamp_us));
  put_varint(bytes, static_cast<uint64_t>(token.steps_done));
  return seal(std::move(bytes));
}

std::optional<SeekToken> parse_seek_token(std::string_view text) {
  auto bytes = unseal(text, kTokenKind);
  if (!bytes) return std::nullopt;
  std::string_view in = *bytes;
  SeekToken out;
  uint64_t timestamp = 0, steps = 0;
  if (!get_text(in, out.shard_id) || !get_varint(in, timestamp) || !get_varint(in, steps) ||
      steps > INT32_MAX)
    return std::nullopt;
  out.timestamp_us = zigzag_decode(timestamp);
  out.steps_done = static_cast<int32_t>(steps);
  return out;
}

}  // namespace otsstream::local
