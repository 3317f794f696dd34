#include "record/fingerprint.h"

#include <bit>
#include <cstring>

namespace otsstream {

namespace {

// Odd, its bits as irregular as those of the golden ratio are.
constexpr uint64_t kFactor = 0x9E3779B97F4A7C15;

class Mixer {
 public:
  void add(uint64_t word) {
    state_ = (state_ ^ word) * kFactor;
    state_ ^= state_ >> 32;
  }
  // Words of 8 bytes, the last one filled up with zeros: the length was added before.
  void add(std::string_view bytes) {
    for (; bytes.size() >= sizeof(uint64_t); bytes.remove_prefix(sizeof(uint64_t)))
      add(little_endian(bytes.data(), sizeof(uint64_t)));
    if (!bytes.empty()) add(little_endian(bytes.data(), bytes.size()));
  }
  uint64_t state() const { return state_; }

 private:
  static uint64_t little_endian(const char* bytes, size_t size) {
    static_assert(std::endian::native == std::endian::little);
    uint64_t word = 0;
    std::memcpy(&word, bytes, size);
    return word;
  }
  uint64_t state_ = kFactor;
};

}  // namespace

uint64_t fingerprint(std::span<const Value> row) {
  Mixer mixer;
  for (const Value& value : row) {
    const auto type = static_cast<uint64_t>(value.type());
    switch (value.type()) {
      case ValueType::kString:
      case ValueType::kBytes:
        mixer.add(type | uint64_t{value.as_view().size()} << 8);
        mixer.add(value.as_view());
        continue;
      case ValueType::kNull:
        mixer.add(type);
        continue;
      case ValueType::kDouble:
        mixer.add(type);
        mixer.add(std::bit_cast<uint64_t>(value.as_double()));
        continue;
      case ValueType::kLong:
      case ValueType::kBool:
      case ValueType::kDate:
        mixer.add(type);
        mixer.add(static_cast<uint64_t>(value.as_long()));
        continue;
    }
  }
  mixer.add(uint64_t{row.size()});
  return mixer.state();
}

}  // namespace otsstream
