#pragma once
// Writes JSON for reports, manifests and errors. It takes plain values only: a Secret does not
// compile, so no key can end up in a file by mistake.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace otsstream {

enum class JsonStyle { kCompact, kPretty };

// The text in quotes with the escapes of RFC 8259. Bytes that are not UTF-8 become U+FFFD.
std::string json_quote(std::string_view text);
// The shortest decimal that reads back as `value`; null for NaN and infinities, which JSON lacks.
std::string json_number(double value);

//   JsonOut out(JsonStyle::kPretty);
//   out.begin_object();
//   out.member("table", "person");
//   out.key("shards").begin_array();  ...  out.end_array();
//   out.end_object();
//   std::string text = std::move(out).take();
class JsonOut {
 public:
  explicit JsonOut(JsonStyle style = JsonStyle::kCompact) : style_(style) {}

  JsonOut& begin_object();
  JsonOut& end_object();
  JsonOut& begin_array();
  JsonOut& end_array();
  JsonOut& key(std::string_view name);

  JsonOut& value(std::string_view text);
  JsonOut& value(const char* text) { return value(std::string_view(text)); }
  JsonOut& value(bool flag);
  JsonOut& value(double number);
  template <std::signed_integral N>
  JsonOut& value(N number) {
    return integer(static_cast<int64_t>(number));
  }
  template <std::unsigned_integral N>
  requires(!std::same_as<N, bool>) JsonOut& value(N number) {
    return integer(static_cast<uint64_t>(number));
  }
  JsonOut& value(const Secret&) = delete;
  JsonOut& null();
  JsonOut& raw(std::string_view json);  // a finished JSON value, taken as it is

  template <class V>
  JsonOut& member(std::string_view name, const V& v) {
    return key(name).value(v);
  }
  template <class V>
  JsonOut& member(std::string_view name, const std::optional<V>& v) {
    key(name);
    return v ? value(*v) : null();
  }

  const std::string& text() const { return text_; }
  std::string take() && { return std::move(text_); }

 private:
  JsonOut& integer(int64_t number);
  JsonOut& integer(uint64_t number);
  void before_value();
  void new_line();
  void close(char bracket);

  JsonStyle style_;
  std::string text_;
  std::vector<bool> has_children_;  // per open container
  bool after_key_ = false;
};

}  // namespace otsstream
