#pragma once
// Digests and text forms of bytes that the two protocols sign with.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace otsstream {

std::string md5(std::string_view bytes);                                  // 16 raw bytes
std::string hmac_sha1(std::string_view key, std::string_view message);    // 20 raw bytes
std::string hmac_sha256(std::string_view key, std::string_view message);  // 32 raw bytes
std::string sha256(std::string_view bytes);                               // 32 raw bytes
std::string base64_encode(std::string_view bytes);
Result<std::string> base64_decode(std::string_view text);
// Equal without telling by the time it takes where they differ.
bool equal_secret(std::string_view a, std::string_view b);

// MD5 of bytes that come in pieces; copyable, so that a growing log can keep the state of its head.
class Md5 {
 public:
  Md5();
  Md5(const Md5& other);
  Md5& operator=(const Md5& other);
  ~Md5();
  void add(std::string_view bytes);
  std::string digest() const;  // of everything so far; more may be added afterwards

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace otsstream
