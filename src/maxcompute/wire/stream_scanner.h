#pragma once
// Takes numbers and texts off a Tunnel record stream (maxcompute-protocol.md 4.1) and remembers the
// first thing that was wrong. The texts of faults are constants: the good path never builds one.

#include <cstdint>
#include <limits>
#include <string_view>

#include "base/bytes.h"

namespace otsstream::maxcompute {

struct StreamFault {
  enum Kind { kNone, kMalformed, kChecksum } kind = kNone;
  const char* what = nullptr;
  size_t offset = 0;
};

// A fault, once set, stays; every taker then says false.
class StreamScanner {
 public:
  explicit StreamScanner(std::string_view stream, size_t offset = 0)
      : stream_(stream), at_(offset) {}

  size_t at() const { return at_; }
  size_t left() const { return stream_.size() - at_; }
  bool at_end() const { return left() == 0; }
  bool ok() const { return fault_.kind == StreamFault::kNone; }
  const StreamFault& fault() const { return fault_; }
  // The bytes from `begin` up to here.
  std::string_view since(size_t begin) const { return stream_.substr(begin, at_ - begin); }

  bool malformed(const char* what, size_t offset) {
    return stop(StreamFault::kMalformed, what, offset);
  }
  bool wrong_checksum(const char* what, size_t offset) {
    return stop(StreamFault::kChecksum, what, offset);
  }

  // The shortest form only: no client writes another, and a block is kept and sent on byte by byte.
  bool varint(uint64_t& v) {
    if (!at_end() && static_cast<uint8_t>(stream_[at_]) < 0x80) {
      v = static_cast<uint8_t>(stream_[at_++]);
      return true;
    }
    return long_varint(v);
  }
  bool varint32(uint32_t& v, const char* too_large) {
    const size_t begin = at_;
    uint64_t wide;
    if (!varint(wide)) return false;
    if (wide > std::numeric_limits<uint32_t>::max()) return malformed(too_large, begin);
    v = static_cast<uint32_t>(wide);
    return true;
  }
  bool zigzag(int64_t& v) {
    uint64_t wide;
    if (!varint(wide)) return false;
    v = zigzag_decode(wide);
    return true;
  }
  // A 0 or 1 of one byte.
  bool bit(bool& v, const char* neither) {
    const size_t begin = at_;
    uint64_t wide;
    if (!varint(wide)) return false;
    if (wide > 1) return malformed(neither, begin);
    v = wide == 1;
    return true;
  }
  // How many elements follow; each takes at least its flag byte.
  bool count(uint64_t& v) {
    const size_t begin = at_;
    if (!varint(v)) return false;
    return v <= left() || malformed("a count reaches beyond the stream", begin);
  }
  // PyODPS's compiled writer takes a checksum for a signed number and extends its sign: ten bytes
  // when the highest of its 32 bits is set. Any reader of 32-bit numbers sees the same checksum in
  // them.
  bool checksum(uint32_t& v) {
    const size_t begin = at_;
    uint64_t wide;
    if (!varint(wide)) return false;
    v = static_cast<uint32_t>(wide);
    if (wide != v && wide != static_cast<uint64_t>(static_cast<int32_t>(v)))
      return malformed("a checksum has more than 32 bits", begin);
    return true;
  }
  template <class T>
  bool fixed(T& v) {
    if (left() < sizeof v) return malformed("the stream ends inside a value", at_);
    v = load_fixed<T>(stream_.data() + at_);
    at_ += sizeof v;
    return true;
  }
  bool bytes(std::string_view& v) {
    const size_t begin = at_;
    uint64_t length;
    if (!varint(length)) return false;
    if (length > left() || length > std::numeric_limits<uint32_t>::max())
      return malformed("a length reaches beyond the stream", begin);
    v = stream_.substr(at_, length);
    at_ += length;
    return true;
  }

 private:
  bool stop(StreamFault::Kind kind, const char* what, size_t offset) {
    if (ok()) fault_ = {kind, what, offset};
    return false;
  }
  bool long_varint(uint64_t& v) {
    std::string_view rest = stream_.substr(at_);
    const size_t before = rest.size();
    if (!get_varint(rest, v)) {
      return before < 10 ? malformed("the stream ends inside a number", at_)
                         : malformed("a number has more than 64 bits", at_);
    }
    const size_t length = before - rest.size();
    if (stream_[at_ + length - 1] == 0)
      return malformed("a number is longer than it needs to be", at_);
    at_ += length;
    return true;
  }

  std::string_view stream_;
  size_t at_;
  StreamFault fault_;
};

}  // namespace otsstream::maxcompute
