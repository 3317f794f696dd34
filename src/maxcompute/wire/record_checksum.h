#pragma once
// The checksum of a record while its values come along (maxcompute-protocol.md 4.2). Small pieces
// wait in a buffer, so that a record costs one pass instead of one per value.

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/crc.h"

namespace otsstream::maxcompute {

class RecordChecksum {
 public:
  // Numbers, as their little-endian bytes.
  template <class... Numbers>
  void add(Numbers... numbers) {
    if (waiting_ + (sizeof numbers + ...) > kRoom) flush();
    const auto put = [this](const auto& number) {
      std::memcpy(buffer_.data() + waiting_, &number, sizeof number);
      waiting_ += sizeof number;
    };
    (put(numbers), ...);
  }
  void add_bytes(std::string_view bytes) {
    if (waiting_ + bytes.size() > kRoom) {
      flush();
      if (bytes.size() > kRoom) {
        crc_ = crc32c(crc_, bytes);
        return;
      }
    }
    if (bytes.empty()) return;
    std::memcpy(buffer_.data() + waiting_, bytes.data(), bytes.size());
    waiting_ += bytes.size();
  }

  // Of everything since the last take() or drop(); then starts anew.
  uint32_t take() {
    flush();
    const uint32_t crc = crc_;
    crc_ = 0;
    return crc;
  }
  void drop() {
    waiting_ = 0;
    crc_ = 0;
  }

 private:
  static constexpr size_t kRoom = 512;

  void flush() {
    crc_ = crc32c(crc_, {buffer_.data(), waiting_});
    waiting_ = 0;
  }

  std::array<char, kRoom> buffer_;  // the first waiting_ bytes
  size_t waiting_ = 0;
  uint32_t crc_ = 0;
};

}  // namespace otsstream::maxcompute
