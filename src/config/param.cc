#include "config/param.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "config/json_out.h"

namespace otsstream {

std::string_view to_string(ParamType type) {
  switch (type) {
    case ParamType::kText:
      return "text";
    case ParamType::kInt:
      return "integer";
    case ParamType::kBool:
      return "boolean";
    case ParamType::kDecimal:
      return "decimal";
    case ParamType::kList:
      return "list";
    case ParamType::kObject:
      return "object";
  }
  return "text";
}

namespace {

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_scalar(const JsonNode& node) {
  return node.kind() != JsonKind::kArray && node.kind() != JsonKind::kObject && !node.is_null();
}

// "must be an integer, but is `abc`"; of a secret only the kind is told.
std::string must_be(const std::string& wanted, const JsonNode& node, const ParamInfo& info) {
  std::string found(to_string(node.kind()));
  if (is_scalar(node) && !info.is_secret) {
    // A long value would bury the message.
    found = node.text().size() <= 60 ? json_quote(node.text()) : found + " of other content";
  }
  return "must be " + wanted + ", but is " + found;
}

std::string range_complaint(double value, const ParamInfo& info, const JsonNode& node) {
  const bool low = info.min && value < *info.min;
  const bool high = info.max && value > *info.max;
  if (!low && !high) return {};
  std::string wanted = "at least " + (info.min ? json_number(*info.min) : std::string());
  if (info.min && info.max)
    wanted = "between " + json_number(*info.min) + " and " + json_number(*info.max);
  else if (info.max)
    wanted = "at most " + json_number(*info.max);
  return must_be(wanted, node, info);
}

std::string rule_complaint(std::string_view value, const ParamInfo& info) {
  return info.check_value ? info.check_value(value) : std::string();
}

template <class N>
bool parse_whole(std::string_view text, N& out) {
  const char* end = text.data() + text.size();
  auto [stop, code] = std::from_chars(text.data(), end, out);
  return code == std::errc() && stop == end;
}

}  // namespace

namespace {

// Puts an allowed word into its declared spelling, or says what is allowed.
std::string settle_word(const JsonNode& node, const ParamInfo& info, std::string& value) {
  if (info.allowed_words.empty()) return {};
  auto word = std::find_if(info.allowed_words.begin(), info.allowed_words.end(),
                           [&](const std::string& w) { return equal_without_case(w, value); });
  if (word == info.allowed_words.end()) {
    std::string list;
    for (const std::string& w : info.allowed_words) list += (list.empty() ? "" : ", ") + w;
    return info.word_complaint + must_be("one of " + list, node, info);
  }
  value = *word;
  return {};
}

}  // namespace

std::string read_param_value(const JsonNode& node, const ParamInfo& info, std::string& out) {
  if (!is_scalar(node)) return must_be("a text", node, info);
  std::string value(trimmed(node.text()));
  if (std::string complaint = settle_word(node, info, value); !complaint.empty()) return complaint;
  if (std::string complaint = rule_complaint(value, info); !complaint.empty()) return complaint;
  out = std::move(value);
  return {};
}

std::string read_param_value(const JsonNode& node, const ParamInfo& info, Secret& out) {
  std::string text;
  std::string complaint = read_param_value(node, info, text);
  if (complaint.empty()) out = Secret(std::move(text));
  return complaint;
}

std::string read_param_value(const JsonNode& node, const ParamInfo& info, int64_t& out) {
  int64_t value = 0;
  const bool usable = node.is_number() || node.is_text();
  if (!usable || !parse_whole(trimmed(node.text()), value))
    return must_be("an integer", node, info);
  std::string complaint = range_complaint(static_cast<double>(value), info, node);
  if (complaint.empty()) complaint = rule_complaint(trimmed(node.text()), info);
  if (complaint.empty()) out = value;
  return complaint;
}

std::string read_param_value(const JsonNode& node, const ParamInfo& info, double& out) {
  double value = 0;
  const bool usable = node.is_number() || node.is_text();
  if (!usable || !parse_whole(trimmed(node.text()), value) || !std::isfinite(value))
    return must_be("a number", node, info);
  std::string complaint = range_complaint(value, info, node);
  if (complaint.empty()) complaint = rule_complaint(trimmed(node.text()), info);
  if (complaint.empty()) out = value;
  return complaint;
}

std::string read_param_value(const JsonNode& node, const ParamInfo& info, bool& out) {
  const bool usable = node.kind() == JsonKind::kBool || node.is_text();
  const std::string_view text = trimmed(node.text());
  const bool yes = usable && equal_without_case(text, "true");
  if (!yes && !(usable && equal_without_case(text, "false")))
    return must_be("true or false", node, info);
  out = yes;
  return {};
}

std::string read_param_value(const JsonNode& node, const ParamInfo& info,
                             std::vector<std::string>& out) {
  if (node.is_text() && info.other_type == ParamType::kText) {
    std::string value;
    std::string complaint = read_param_value(node, info, value);
    if (complaint.empty()) out = {std::move(value)};
    return complaint;
  }
  if (!node.is_array()) return must_be("a list of texts", node, info);
  std::vector<std::string> list;
  for (const JsonNode* item : node.items()) {
    if (!is_scalar(*item))
      return "must be a list of texts, but entry " + std::to_string(list.size()) + " is " +
             std::string(to_string(item->kind()));
    std::string value = item->text();
    std::string complaint = settle_word(*item, info, value);
    if (complaint.empty()) complaint = rule_complaint(value, info);
    if (!complaint.empty())
      return "has a bad entry " + std::to_string(list.size()) + ": it " + complaint;
    list.push_back(std::move(value));
  }
  out = std::move(list);
  return {};
}

std::string read_param_value(const JsonNode& node, const ParamInfo& info, const JsonNode*& out) {
  const bool wants_list = info.type == ParamType::kList;
  if (wants_list ? !node.is_array() : !node.is_object())
    return must_be(wants_list ? "a list" : "an object", node, info);
  out = &node;
  return {};
}

std::optional<std::string> default_json(const std::string& value) {
  return value.empty() ? std::nullopt : std::optional(json_quote(value));
}
std::optional<std::string> default_json(int64_t value) { return std::to_string(value); }
std::optional<std::string> default_json(bool value) { return value ? "true" : "false"; }
std::optional<std::string> default_json(double value) { return json_number(value); }
std::optional<std::string> default_json(const std::vector<std::string>& value) {
  if (value.empty()) return std::nullopt;
  JsonOut out;
  out.begin_array();
  for (const std::string& entry : value) out.value(entry);
  out.end_array();
  return std::move(out).take();
}

}  // namespace otsstream
