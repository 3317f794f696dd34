// Shard iterators and seek tokens, which clients hand back as texts: what is taken has one text.
// The first byte tells whether the rest is a text, or the bytes of one whose checksum is right.

#include "base/bytes.h"
#include "base/crc.h"
#include "base/hash.h"
#include "local/tablestore/shard_iterator.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream;
  using namespace otsstream::local;
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 1) {
    put_fixed<uint32_t>(text, crc32c(0, text));
    text = base64_encode(text);
  }
  if (auto iterator = parse_shard_iterator(text)) {
    auto again = parse_shard_iterator(to_text(*iterator));
    if (!again || again->position != iterator->position || again->shard_id != iterator->shard_id)
      __builtin_trap();
  }
  if (auto token = parse_seek_token(text)) {
    auto again = parse_seek_token(to_text(*token));
    if (!again || again->timestamp_us != token->timestamp_us) __builtin_trap();
  }
  return 0;
}
