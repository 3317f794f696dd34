#include "config/json_out.h"

#include <charconv>
#include <cmath>

#include "config/utf8.h"

namespace otsstream {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

void append_quoted(std::string_view text, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (size_t i = 0; i < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (c >= 0x80) {
      const size_t length = utf8_length(text, i);
      out += length ? text.substr(i, length) : kReplacement;
      i += length ? length : 1;
      continue;
    }
    ++i;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (c >= 0x20 && c != 0x7F) {
          out += static_cast<char>(c);
        } else {
          out += "\\u00";
          out += kHex[c >> 4];
          out += kHex[c & 15];
        }
    }
  }
  out += '"';
}

}  // namespace

std::string json_quote(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_quoted(text, out);
  return out;
}

std::string json_number(double value) {
  if (!std::isfinite(value)) return "null";
  char buffer[32];
  auto [end, code] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, end);
}

void JsonOut::new_line() {
  if (style_ == JsonStyle::kCompact) return;
  text_ += '\n';
  text_.append(2 * has_children_.size(), ' ');
}

void JsonOut::before_value() {
  if (after_key_) {
    after_key_ = false;
  } else if (!has_children_.empty()) {
    if (has_children_.back()) text_ += ',';
    has_children_.back() = true;
    new_line();
  }
}

void JsonOut::close(char bracket) {
  const bool had_children = has_children_.back();
  has_children_.pop_back();
  if (had_children) new_line();
  text_ += bracket;
}

JsonOut& JsonOut::begin_object() {
  before_value();
  text_ += '{';
  has_children_.push_back(false);
  return *this;
}

JsonOut& JsonOut::end_object() {
  close('}');
  return *this;
}

JsonOut& JsonOut::begin_array() {
  before_value();
  text_ += '[';
  has_children_.push_back(false);
  return *this;
}

JsonOut& JsonOut::end_array() {
  close(']');
  return *this;
}

JsonOut& JsonOut::key(std::string_view name) {
  before_value();
  append_quoted(name, text_);
  text_ += style_ == JsonStyle::kCompact ? ":" : ": ";
  after_key_ = true;
  return *this;
}

JsonOut& JsonOut::value(std::string_view text) {
  before_value();
  append_quoted(text, text_);
  return *this;
}

JsonOut& JsonOut::value(bool flag) { return raw(flag ? "true" : "false"); }
JsonOut& JsonOut::value(double number) { return raw(json_number(number)); }
JsonOut& JsonOut::integer(int64_t number) { return raw(std::to_string(number)); }
JsonOut& JsonOut::integer(uint64_t number) { return raw(std::to_string(number)); }
JsonOut& JsonOut::null() { return raw("null"); }

JsonOut& JsonOut::raw(std::string_view json) {
  before_value();
  text_ += json;
  return *this;
}

}  // namespace otsstream
