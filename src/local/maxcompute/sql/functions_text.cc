// Functions over texts. Positions and lengths count characters; a byte that is no UTF-8 counts as
// one.
#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/hash.h"
#include "config/utf8.h"
#include "local/maxcompute/sql/functions.h"

namespace otsstream::local {

namespace {

size_t step(std::string_view text, size_t at) { return std::max<size_t>(utf8_length(text, at), 1); }

int64_t characters(std::string_view text) {
  int64_t count = 0;
  for (size_t at = 0; at < text.size(); at += step(text, at)) ++count;
  return count;
}

// Byte offset of character `index`; the end of the text behind the last one.
size_t offset_of(std::string_view text, int64_t index) {
  size_t at = 0;
  for (; index > 0 && at < text.size(); --index) at += step(text, at);
  return std::min(at, text.size());
}

// 1-based, negative from the end; a start of 0 is the first character.
std::string_view substring(std::string_view text, int64_t start, int64_t length) {
  if (length <= 0) return {};
  if (start < 0) {
    start += characters(text) + 1;
    if (start <= 0) return {};
  }
  const size_t begin = offset_of(text, std::max<int64_t>(start - 1, 0));
  text.remove_prefix(begin);
  return text.substr(0, offset_of(text, length));
}

char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
char upper_ascii(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

void mapped(const SqlCall& call, char (*map)(char)) {
  std::string text(call.text(0));
  std::transform(text.begin(), text.end(), text.begin(), map);
  give_text(call.context, text);
}

void concat(const SqlCall& call) {
  std::string out;
  for (int i = 0; i < call.count; ++i) out += call.text(i);
  if (call.fits(out.size())) give_text(call.context, out);
}

// NULL arguments behind the separator are left out.
void concat_ws(const SqlCall& call) {
  if (call.at(0).null()) return call.null();
  std::string out;
  bool first = true;
  for (int i = 1; i < call.count; ++i) {
    if (call.at(i).null()) continue;
    if (!first) out += call.text(0);
    out += call.text(i);
    first = false;
  }
  if (call.fits(out.size())) give_text(call.context, out);
}

void give_substring(const SqlCall& call) {
  give_text(call.context, substring(call.text(0), call.integer(1), call.integer(2, INT64_MAX)));
}

// Character position of `what` from character `start` on; 0: not there.
int64_t position_of(std::string_view text, std::string_view what, int64_t start) {
  if (start < 1) return 0;
  const size_t from = offset_of(text, start - 1);
  const size_t found = text.find(what, from);
  return found == std::string_view::npos ? 0 : characters(text.substr(0, found)) + 1;
}

void trim(const SqlCall& call, bool left, bool right) {
  std::string_view text = call.text(0);
  const std::string_view set = call.count > 1 ? call.text(1) : std::string_view(" ");
  if (left) text.remove_prefix(std::min(text.find_first_not_of(set), text.size()));
  if (right) {
    const size_t last = text.find_last_not_of(set);
    text = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
  }
  give_text(call.context, text);
}

void replace(const SqlCall& call) {
  const std::string_view text = call.text(0);
  const std::string_view from = call.text(1);
  const std::string_view to = call.text(2);
  if (from.empty()) return give_text(call.context, text);
  std::string out;
  size_t at = 0;
  for (size_t found; (found = text.find(from, at)) != std::string_view::npos;) {
    out.append(text, at, found - at).append(to);
    at = found + from.size();
    if (!call.fits(out.size())) return;
  }
  out.append(text, at);
  if (call.fits(out.size())) give_text(call.context, out);
}

void reverse(const SqlCall& call) {
  const std::string_view text = call.text(0);
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t length = step(text, at);
    out.insert(0, text.substr(at, length));
    at += length;
  }
  give_text(call.context, out);
}

void repeat(const SqlCall& call, std::string_view text, int64_t times) {
  times = std::max<int64_t>(times, 0);
  if (!text.empty() &&
      !call.fits(static_cast<size_t>(std::min<int64_t>(times, INT32_MAX)) * text.size())) {
    return;
  }
  std::string out;
  if (!text.empty()) {
    for (int64_t i = 0; i < times; ++i) out += text;
  }
  give_text(call.context, out);
}

void pad(const SqlCall& call, bool left) {
  const std::string_view text = call.text(0);
  const std::string_view with = call.text(2);
  const int64_t wanted = std::max<int64_t>(call.integer(1), 0);
  const int64_t have = characters(text);
  if (have >= wanted || with.empty()) {
    return give_text(call.context, text.substr(0, offset_of(text, wanted)));
  }
  if (!call.fits(static_cast<size_t>(std::min<int64_t>(wanted, INT32_MAX)))) return;
  std::string padding;
  const int64_t with_length = characters(with);
  int64_t missing = wanted - have;
  for (; missing >= with_length; missing -= with_length) padding += with;
  padding += with.substr(0, offset_of(with, missing));
  give_text(call.context, left ? padding + std::string(text) : std::string(text) + padding);
}

void initcap(const SqlCall& call) {
  std::string text(call.text(0));
  bool begin = true;
  for (char& c : text) {
    c = begin ? upper_ascii(c) : lower_ascii(c);
    begin = c == ' ';
  }
  give_text(call.context, text);
}

// Parts from `start` to `end`, 1-based, negative from the end, with the separators between them.
void split_part(const SqlCall& call) {
  const std::string_view text = call.text(0);
  const std::string_view separator = call.text(1);
  if (separator.empty()) return give_text(call.context, text);
  std::vector<std::string_view> parts;
  size_t at = 0;
  for (size_t found; (found = text.find(separator, at)) != std::string_view::npos;) {
    parts.push_back(text.substr(at, found - at));
    at = found + separator.size();
  }
  parts.push_back(text.substr(at));
  const auto count = static_cast<int64_t>(parts.size());
  int64_t first = call.integer(2);
  int64_t last = call.integer(3, first);
  if (first < 0) first += count + 1;
  if (last < 0) last += count + 1;
  std::string out;
  for (int64_t i = std::max<int64_t>(first, 1); i <= std::min(last, count); ++i) {
    if (i > std::max<int64_t>(first, 1)) out += separator;
    out += parts[static_cast<size_t>(i - 1)];
  }
  give_text(call.context, out);
}

void find_in_set(const SqlCall& call) {
  std::string_view list = call.text(1);
  for (int64_t index = 1;; ++index) {
    const size_t end = std::min(list.find(','), list.size());
    if (list.substr(0, end) == call.text(0)) return give_integer(call.context, index);
    if (end == list.size()) return give_integer(call.context, 0);
    list.remove_prefix(end + 1);
  }
}

void hex(const SqlCall& call) {
  const SqlValue value = call.at(0);
  std::string out;
  if (value.form == SqlForm::kInteger) {
    auto number = static_cast<uint64_t>(value.integer);
    do {
      out.insert(out.begin(), "0123456789ABCDEF"[number & 15]);
    } while ((number >>= 4) != 0);
  } else {
    out = to_hex(value.bytes);
    std::transform(out.begin(), out.end(), out.begin(), upper_ascii);
  }
  give_text(call.context, out);
}

void unhex(const SqlCall& call) {
  std::string text(call.text(0));
  if (text.size() % 2 != 0) text.insert(0, "0");
  const std::string bytes = from_hex(text);
  if (bytes.size() * 2 != text.size()) return call.null();
  give_blob(call.context, bytes);
}

void unbase64(const SqlCall& call) {
  auto bytes = base64_decode(call.text(0));
  if (!bytes) return call.null();
  give_blob(call.context, *bytes);
}

uint32_t crc32_ieee(std::string_view bytes) {
  uint32_t crc = 0xffffffffu;
  for (unsigned char byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
  }
  return ~crc;
}

void chr(const SqlCall& call) {
  const int64_t code = call.integer(0);
  if (code < 0 || code > 0x10ffff) return call.null();
  std::string out;
  append_utf8(static_cast<unsigned>(code), out);
  give_text(call.context, out);
}

constexpr ScalarFunction kFunctions[] = {
    {"mc_concat", -1, concat},
    {"mc_concat_ws", -1, concat_ws, true},
    {"mc_length", 1, [](const SqlCall& c) { give_integer(c.context, characters(c.text(0))); }},
    {"mc_lengthb", 1,
     [](const SqlCall& c) { give_integer(c.context, static_cast<int64_t>(c.text(0).size())); }},
    {"mc_substr", -1, give_substring},
    {"mc_instr", -1,
     [](const SqlCall& c) {
       give_integer(c.context, position_of(c.text(0), c.text(1), c.integer(2, 1)));
     }},
    {"mc_locate", -1,
     [](const SqlCall& c) {
       give_integer(c.context, position_of(c.text(1), c.text(0), c.integer(2, 1)));
     }},
    {"mc_lower", 1, [](const SqlCall& c) { mapped(c, lower_ascii); }},
    {"mc_upper", 1, [](const SqlCall& c) { mapped(c, upper_ascii); }},
    {"mc_initcap", 1, initcap},
    {"mc_trim", -1, [](const SqlCall& c) { trim(c, true, true); }},
    {"mc_ltrim", -1, [](const SqlCall& c) { trim(c, true, false); }},
    {"mc_rtrim", -1, [](const SqlCall& c) { trim(c, false, true); }},
    {"mc_replace", 3, replace},
    {"mc_reverse", 1, reverse},
    {"mc_repeat", 2, [](const SqlCall& c) { repeat(c, c.text(0), c.integer(1)); }},
    {"mc_space", 1, [](const SqlCall& c) { repeat(c, " ", c.integer(0)); }},
    {"mc_lpad", 3, [](const SqlCall& c) { pad(c, true); }},
    {"mc_rpad", 3, [](const SqlCall& c) { pad(c, false); }},
    {"mc_ascii", 1,
     [](const SqlCall& c) {
       give_integer(c.context, c.text(0).empty() ? 0 : static_cast<unsigned char>(c.text(0)[0]));
     }},
    {"mc_chr", 1, chr},
    {"mc_split_part", -1, split_part},
    {"mc_find_in_set", 2, find_in_set},
    {"mc_md5", 1, [](const SqlCall& c) { give_text(c.context, to_hex(md5(c.text(0)))); }},
    {"mc_hex", 1, hex},
    {"mc_unhex", 1, unhex},
    {"mc_base64", 1, [](const SqlCall& c) { give_text(c.context, base64_encode(c.text(0))); }},
    {"mc_unbase64", 1, unbase64},
    {"mc_crc32", 1, [](const SqlCall& c) { give_integer(c.context, crc32_ieee(c.text(0))); }},
};

}  // namespace

Status register_text_functions(sqlite3* db, SqlSession& session) {
  return register_scalars(db, session, kFunctions, std::size(kFunctions));
}

}  // namespace otsstream::local
