#pragma once
// Bytes that many may look at (SharedBuffer), and the encodings that both protocols share: varint,
// zigzag, fixed little endian.

#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace otsstream {

// An immutable run of bytes and a share in whatever owns them. Copying shares; slicing shares.
class SharedBuffer {
 public:
  SharedBuffer() = default;
  explicit SharedBuffer(std::string bytes) {
    auto owned = std::make_shared<const std::string>(std::move(bytes));
    view_ = *owned;
    owner_ = std::move(owned);
  }
  SharedBuffer(std::shared_ptr<const void> owner, std::string_view view)
      : owner_(std::move(owner)), view_(view) {}

  std::string_view view() const { return view_; }
  const char* data() const { return view_.data(); }
  size_t size() const { return view_.size(); }
  bool empty() const { return view_.empty(); }
  // Any part of view(), sharing the owner.
  SharedBuffer slice(std::string_view part) const { return SharedBuffer(owner_, part); }
  const std::shared_ptr<const void>& owner() const { return owner_; }

 private:
  std::shared_ptr<const void> owner_;
  std::string_view view_;
};

inline uint64_t zigzag_encode(int64_t v) {
  return (static_cast<uint64_t>(v) << 1) ^ static_cast<uint64_t>(v >> 63);
}
inline int64_t zigzag_decode(uint64_t v) {
  return static_cast<int64_t>(v >> 1) ^ -static_cast<int64_t>(v & 1);
}

inline void put_varint(std::string& out, uint64_t v) {
  char tmp[10];
  int n = 0;
  while (v >= 0x80) {
    tmp[n++] = static_cast<char>(v | 0x80);
    v >>= 7;
  }
  tmp[n++] = static_cast<char>(v);
  out.append(tmp, n);
}

// Reads a varint from the front of `in`. False when `in` ends too early or the number has more than
// ten bytes; `in` is then undefined.
inline bool get_varint(std::string_view& in, uint64_t& v) {
  v = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    if (in.empty()) return false;
    auto byte = static_cast<uint8_t>(in.front());
    in.remove_prefix(1);
    v |= static_cast<uint64_t>(byte & 0x7f) << (shift & 63);
    if (byte < 0x80) return shift < 63 || byte <= 1;
  }
  return false;
}

static_assert(std::endian::native == std::endian::little,
              "the codecs copy little-endian numbers as they are");

template <class T>
void put_fixed(std::string& out, T v) {
  out.append(reinterpret_cast<const char*>(&v), sizeof v);
}
template <class T>
T load_fixed(const char* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
// Reads a little-endian number from the front of `in`; false when it is too short.
template <class T>
bool get_fixed(std::string_view& in, T& v) {
  if (in.size() < sizeof v) return false;
  v = load_fixed<T>(in.data());
  in.remove_prefix(sizeof v);
  return true;
}

std::string to_hex(std::string_view bytes);
// Empty result for an odd length or a character that is no hexadecimal digit; blanks and line ends
// are skipped.
std::string from_hex(std::string_view text);

}  // namespace otsstream
