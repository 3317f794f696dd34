#include "record/shown.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/time_zone.h"
#include "config/json_out.h"
#include "record/convert.h"

namespace otsstream {
namespace {

constexpr size_t kMostText = 64;
constexpr size_t kMostBytes = 32;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

std::string_view cut_text(std::string_view text, size_t most) {
  if (text.size() <= most) return text;
  size_t end = most;
  // A character has at most three bytes behind its first.
  while (end > 0 && most - end < 3 && continues_character(text[end])) --end;
  return text.substr(0, continues_character(text[end]) ? most : end);
}

std::string shown(const Value& v) {
  switch (v.type()) {
    case ValueType::kString: {
      const std::string_view text = v.as_view();
      const std::string_view cut = cut_text(text, kMostText);
      std::string scratch;
      auto safe = to_text(Value::from_bytes(cut), {}, scratch);
      return json_quote(std::string(*safe) + (cut.size() < text.size() ? "..." : ""));
    }
    case ValueType::kBytes: {
      const std::string_view bytes = v.as_view();
      return fmt::format("0x{}{} ({} bytes)", to_hex(bytes.substr(0, kMostBytes)),
                         bytes.size() > kMostBytes ? "..." : "", bytes.size());
    }
    case ValueType::kDouble: {
      std::string text;
      append_double_text(text, v.as_double());
      return text;
    }
    case ValueType::kBool:
      return v.as_bool() ? "true" : "false";
    case ValueType::kDate:
      return fmt::format("{} ms ({})", v.as_date_ms(), format_iso_utc(v.as_date_ms()));
    case ValueType::kLong:
      return std::to_string(v.as_long());
    case ValueType::kNull:
      break;
  }
  return "NULL";
}

}  // namespace otsstream
