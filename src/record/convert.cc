#include "record/convert.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstring>

#include "record/text_forms.h"

namespace otsstream {
namespace {

using text_forms::Range;

// Enough of a value to recognise it in a message, not enough to fill a log.
std::string shown(const Value& v) {
  constexpr size_t kMost = 64;
  switch (v.type()) {
    case ValueType::kString: {
      std::string_view text = v.as_view();
      auto safe = text_forms::replace_bad_utf8(text.substr(0, kMost));
      return fmt::format("\"{}{}\"", safe ? *safe : std::string(text.substr(0, kMost)),
                         text.size() > kMost ? "..." : "");
    }
    case ValueType::kBytes:
      return fmt::format("of {} bytes", v.as_view().size());
    case ValueType::kDouble: {
      std::string text;
      append_double_text(text, v.as_double());
      return text;
    }
    case ValueType::kBool:
      return v.as_bool() ? "true" : "false";
    default:
      return fmt::format("{}", v.as_long());
  }
}

tl::unexpected<Error> not_convertible(const Value& v, std::string_view target) {
  return fail(
      ErrorKind::kCorrupt, "Common-01",
      fmt::format("{} {} cannot be converted to {}", to_string(v.type()), shown(v), target));
}

tl::unexpected<Error> overflow(const Value& v, std::string_view target) {
  return fail(
      ErrorKind::kCorrupt, "Common-02",
      fmt::format("{} {} is out of the range of {}", to_string(v.type()), shown(v), target));
}

bool equals_word(std::string_view text, std::string_view lower_word) {
  if (text.size() != lower_word.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c != lower_word[i]) return false;
  }
  return true;
}

}  // namespace

void append_double_text(std::string& out, double v) {
  if (std::isnan(v)) {
    out += "NaN";
    return;
  }
  if (std::isinf(v)) {
    out += v < 0 ? "-Infinity" : "Infinity";
    return;
  }
  if (v == 0) {
    out += "0.0";  // minus zero as well: DataX goes through a decimal, which has none
    return;
  }
  if (v < 0) out += '-';
  // Shortest digits as d.ddde±xx: taken apart into digits and exponent.
  char buffer[32];
  char* end =
      std::to_chars(buffer, buffer + sizeof buffer, std::fabs(v), std::chars_format::scientific)
          .ptr;
  char* e = static_cast<char*>(std::memchr(buffer, 'e', static_cast<size_t>(end - buffer)));
  int exponent = 0;
  std::from_chars(e[1] == '+' ? e + 2 : e + 1, end, exponent);
  std::string digits(1, buffer[0]);
  if (e - buffer > 2) digits.append(buffer + 2, e);
  // Java writes at least one digit after the first one, so a decimal made of its text keeps that
  // digit: "1.0", "0.000010".
  if (digits.size() == 1) digits += '0';
  const int whole = exponent + 1;  // digits before the point
  const int count = static_cast<int>(digits.size());
  if (whole <= 0) {
    out.append("0.").append(static_cast<size_t>(-whole), '0');
    // Plain from 0.001 on: there Java writes the digits without the added zero.
    if (exponent >= -3 && e - buffer == 1) digits.pop_back();
    out += digits;
  } else if (whole >= count) {
    out.append(digits).append(static_cast<size_t>(whole - count), '0');
    if (exponent < 7) out += ".0";
  } else {
    out.append(digits, 0, static_cast<size_t>(whole))
        .append(".")
        .append(digits, static_cast<size_t>(whole));
  }
}

Result<int64_t> to_long(const Value& v) {
  switch (v.type()) {
    case ValueType::kLong:
      return v.as_long();
    case ValueType::kDate:
      return v.as_date_ms();
    case ValueType::kBool:
      return v.as_bool() ? 1 : 0;
    case ValueType::kDouble: {
      double real = v.as_double();
      if (!std::isfinite(real)) return not_convertible(v, "Long");
      real = std::trunc(real);
      if (real < -0x1p63 || real >= 0x1p63) return overflow(v, "Long");
      return static_cast<int64_t>(real);
    }
    case ValueType::kString: {
      auto whole = text_forms::parse_whole(v.as_view());
      if (!whole) return not_convertible(v, "Long");
      if (whole->range == Range::kOverflow) return overflow(v, "Long");
      return whole->value;
    }
    case ValueType::kNull:
    case ValueType::kBytes:
      break;
  }
  return not_convertible(v, "Long");
}

Result<double> to_double(const Value& v) {
  switch (v.type()) {
    case ValueType::kLong:
      return static_cast<double>(v.as_long());
    case ValueType::kDouble:
      return v.as_double();
    case ValueType::kBool:
      return v.as_bool() ? 1.0 : 0.0;
    case ValueType::kString: {
      auto real = text_forms::parse_real(v.as_view());
      if (!real) return not_convertible(v, "Double");
      if (real->range == Range::kOverflow) return overflow(v, "Double");
      return real->value;
    }
    case ValueType::kNull:
    case ValueType::kDate:
    case ValueType::kBytes:
      break;
  }
  return not_convertible(v, "Double");
}

Result<bool> to_bool(const Value& v) {
  switch (v.type()) {
    case ValueType::kLong:
      return v.as_long() != 0;
    case ValueType::kBool:
      return v.as_bool();
    case ValueType::kString:
      if (equals_word(v.as_view(), "true")) return true;
      if (equals_word(v.as_view(), "false")) return false;
      break;
    case ValueType::kNull:
    case ValueType::kDouble:
    case ValueType::kDate:
    case ValueType::kBytes:
      break;
  }
  return not_convertible(v, "Bool");
}

Result<int64_t> to_date_ms(const Value& v, const ConvertOptions& options) {
  switch (v.type()) {
    case ValueType::kDate:
      return v.as_date_ms();
    case ValueType::kLong:
      return v.as_long();
    case ValueType::kString:
      if (auto ms = text_forms::parse_time(v.as_view(), options.zone)) return *ms;
      break;
    case ValueType::kNull:
    case ValueType::kDouble:
    case ValueType::kBool:
    case ValueType::kBytes:
      break;
  }
  return not_convertible(v, "Date");
}

Result<std::string_view> to_text(const Value& v, const ConvertOptions& options,
                                 std::string& scratch) {
  switch (v.type()) {
    case ValueType::kString:
      return v.as_view();
    case ValueType::kBool:
      return v.as_bool() ? "true" : "false";
    case ValueType::kBytes: {
      auto replaced = text_forms::replace_bad_utf8(v.as_view());
      if (!replaced) return v.as_view();
      scratch = *std::move(replaced);
      return scratch;
    }
    case ValueType::kLong:
      scratch.clear();
      fmt::format_to(std::back_inserter(scratch), "{}", v.as_long());
      return scratch;
    case ValueType::kDouble:
      scratch.clear();
      append_double_text(scratch, v.as_double());
      return scratch;
    case ValueType::kDate:
      scratch = format_local(v.as_date_ms(), options.zone);
      return scratch;
    case ValueType::kNull:
      break;
  }
  return not_convertible(v, "String");
}

}  // namespace otsstream
