#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace otsstream {
namespace {

// A libcrypto that lacks a digest (FIPS builds without MD5) cannot speak either protocol: there is
// nothing to fall back to.
void require(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "otsstream: OpenSSL refuses %s; both service protocols need it\n", what);
  std::abort();
}

// Fetched once: the implicit fetch of EVP_md5() and its like costs a lock and a look-up per call in
// OpenSSL 3.
const EVP_MD* fetch(const char* name) {
  EVP_MD* md = EVP_MD_fetch(nullptr, name, nullptr);
  require(md != nullptr, name);
  return md;
}
const EVP_MD* md5_digest() {
  static const EVP_MD* md = fetch("MD5");
  return md;
}
const EVP_MD* sha1_digest() {
  static const EVP_MD* md = fetch("SHA1");
  return md;
}
const EVP_MD* sha256_digest() {
  static const EVP_MD* md = fetch("SHA256");
  return md;
}

std::string digest_of(const EVP_MD* md, std::string_view bytes) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  require(EVP_Digest(bytes.data(), bytes.size(), out, &size, md, nullptr) == 1, "a digest");
  return std::string(reinterpret_cast<char*>(out), size);
}

std::string hmac_of(const EVP_MD* md, std::string_view key, std::string_view message) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  // A null key would mean "the key of the call before".
  const char* key_data = key.empty() ? "" : key.data();
  require(HMAC(md, key_data, static_cast<int>(key.size()),
               reinterpret_cast<const unsigned char*>(message.data()), message.size(), out,
               &size) != nullptr,
          "HMAC");
  return std::string(reinterpret_cast<char*>(out), size);
}

constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int8_t, 256> base64_values() {
  std::array<int8_t, 256> values{};
  for (auto& v : values) v = -1;
  for (int i = 0; i < 64; ++i) values[static_cast<uint8_t>(kBase64[i])] = static_cast<int8_t>(i);
  return values;
}
constexpr auto kBase64Values = base64_values();

}  // namespace

std::string md5(std::string_view bytes) { return digest_of(md5_digest(), bytes); }
std::string sha256(std::string_view bytes) { return digest_of(sha256_digest(), bytes); }
std::string hmac_sha1(std::string_view key, std::string_view message) {
  return hmac_of(sha1_digest(), key, message);
}
std::string hmac_sha256(std::string_view key, std::string_view message) {
  return hmac_of(sha256_digest(), key, message);
}

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    size_t n = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < n ? static_cast<uint8_t>(bytes[i + k]) : 0);
    }
    out += kBase64[group >> 18];
    out += kBase64[group >> 12 & 63];
    out += n > 1 ? kBase64[group >> 6 & 63] : '=';
    out += n > 2 ? kBase64[group & 63] : '=';
  }
  return out;
}

Result<std::string> base64_decode(std::string_view text) {
  auto bad = [](std::string why) {
    return fail(ErrorKind::kCorrupt, "Base64", "not a Base64 text: " + std::move(why));
  };
  if (text.size() % 4 != 0) {
    return bad("its length, " + std::to_string(text.size()) + ", is no multiple of 4");
  }
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;

  std::string out;
  out.reserve(text.size() / 4 * 3);
  uint32_t group = 0;
  for (size_t i = 0; i < text.size() - padding; ++i) {
    int v = kBase64Values[static_cast<uint8_t>(text[i])];
    if (v < 0) return bad("illegal character at offset " + std::to_string(i));
    group = group << 6 | static_cast<uint32_t>(v);
    if (i % 4 == 3) {
      out += static_cast<char>(group >> 16);
      out += static_cast<char>(group >> 8);
      out += static_cast<char>(group);
      group = 0;
    }
  }
  // The last, shorter group; its unused bits must be zero, so that every byte run has one text
  // only.
  if (padding == 1) {
    if (group & 3) return bad("stray bits before the padding");
    out += static_cast<char>(group >> 10);
    out += static_cast<char>(group >> 2);
  } else if (padding == 2) {
    if (group & 15) return bad("stray bits before the padding");
    out += static_cast<char>(group >> 4);
  }
  return out;
}

bool equal_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

struct Md5::Impl {
  Impl() { require(ctx != nullptr, "a digest context"); }
  ~Impl() { EVP_MD_CTX_free(ctx); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  EVP_MD_CTX* ctx = EVP_MD_CTX_new();
};

Md5::Md5() : impl_(std::make_unique<Impl>()) {
  require(EVP_DigestInit_ex2(impl_->ctx, md5_digest(), nullptr) == 1, "MD5");
}
Md5::Md5(const Md5& other) : impl_(std::make_unique<Impl>()) {
  require(EVP_MD_CTX_copy_ex(impl_->ctx, other.impl_->ctx) == 1, "a copied MD5");
}
Md5& Md5::operator=(const Md5& other) {
  if (this != &other) {
    require(EVP_MD_CTX_copy_ex(impl_->ctx, other.impl_->ctx) == 1, "a copied MD5");
  }
  return *this;
}
Md5::~Md5() = default;

void Md5::add(std::string_view bytes) {
  require(EVP_DigestUpdate(impl_->ctx, bytes.data(), bytes.size()) == 1, "MD5");
}

std::string Md5::digest() const {
  Md5 end(*this);
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  require(EVP_DigestFinal_ex(end.impl_->ctx, out, &size) == 1, "MD5");
  return std::string(reinterpret_cast<char*>(out), size);
}

}  // namespace otsstream
