#include "config/json_text.h"

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "config/json_out.h"

namespace otsstream {

std::string_view to_string(JsonKind kind) {
  switch (kind) {
    case JsonKind::kNull:
      return "null";
    case JsonKind::kBool:
      return "a boolean";
    case JsonKind::kNumber:
      return "a number";
    case JsonKind::kText:
      return "a text";
    case JsonKind::kVariable:
      return "a ${variable}";
    case JsonKind::kArray:
      return "a list";
    case JsonKind::kObject:
      return "an object";
  }
  return "a value";
}

// --- JsonNode ------------------------------------------------------------------------------------

namespace {

bool is_plain_key(std::string_view key) {
  if (key.empty()) return false;
  return std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '-' || c >= 0x80;
  });
}

template <class N>
bool parse_whole(const std::string& text, N& out) {
  const char* end = text.data() + text.size();
  auto [stop, code] = std::from_chars(text.data(), end, out);
  return code == std::errc() && stop == end;
}

std::string joined(std::string place, const std::string& path) {
  if (!path.empty()) place += " " + path;
  return place;
}

}  // namespace

const std::vector<JsonNode*>& JsonNode::children_if(JsonKind kind) const {
  static const std::vector<JsonNode*> kNone;
  return kind_ == kind ? children_ : kNone;
}

const JsonNode* JsonNode::find(std::string_view key) const {
  for (const JsonNode* member : members())
    if (member->key_ == key) return member;
  return nullptr;
}

Result<const JsonNode*> JsonNode::require(std::string_view key) const {
  if (!is_object()) return fail(wrong_kind("an object"));
  if (const JsonNode* member = find(key)) return member;
  Error error =
      make_error(ErrorKind::kConfig, "Config-Missing", "`" + std::string(key) + "` is missing");
  error.where = where();
  return fail(std::move(error));
}

Error JsonNode::wrong_kind(std::string_view wanted) const {
  Error error =
      make_error(ErrorKind::kConfig, "Config-Type",
                 "expected " + std::string(wanted) + ", found " + std::string(to_string(kind_)));
  error.where = where();
  return error;
}

Result<std::string> JsonNode::as_string() const {
  if (!is_text()) return fail(wrong_kind("a text"));
  return text_;
}

Result<int64_t> JsonNode::as_int64() const {
  int64_t value = 0;
  if (!is_number() || !parse_whole(text_, value)) return fail(wrong_kind("a 64-bit integer"));
  return value;
}

Result<uint64_t> JsonNode::as_uint64() const {
  uint64_t value = 0;
  if (!is_number() || !parse_whole(text_, value))
    return fail(wrong_kind("an unsigned 64-bit integer"));
  return value;
}

Result<double> JsonNode::as_double() const {
  double value = 0;
  if (!is_number() || !parse_whole(text_, value)) return fail(wrong_kind("a decimal number"));
  return value;
}

Result<bool> JsonNode::as_bool() const {
  if (kind_ != JsonKind::kBool) return fail(wrong_kind("true or false"));
  return text_ == "true";
}

JsonPosition JsonNode::position() const { return document_->position(begin_); }

std::string JsonNode::path() const {
  if (!parent_) return {};
  std::string path = parent_->path();
  if (parent_->is_array()) return path + "[" + std::to_string(index_) + "]";
  if (!is_plain_key(key_)) return path + "[" + json_quote(key_) + "]";
  return path.empty() ? key_ : path + "." + key_;
}

std::string JsonNode::where() const { return joined(document_->where(begin_), path()); }

std::string JsonNode::key_where() const { return joined(document_->where(key_begin_), path()); }

// --- JsonDocument --------------------------------------------------------------------------------

JsonPosition JsonDocument::position(size_t offset) const {
  offset = std::min(offset, source_.size());
  auto next = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
  const size_t line = static_cast<size_t>(next - line_begins_.begin());
  JsonPosition position;
  position.line = static_cast<int>(line);
  for (size_t i = line_begins_[line - 1]; i < offset; ++i)
    if ((static_cast<unsigned char>(source_[i]) & 0xC0) != 0x80) ++position.column;
  return position;
}

std::string JsonDocument::where(size_t offset) const {
  const JsonPosition at = position(offset);
  return source_name_ + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

namespace {

bool is_json_number(std::string_view text) {
  size_t i = 0;
  auto digits = [&] {
    const size_t first = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i > first;
  };
  if (i < text.size() && text[i] == '-') ++i;
  const size_t integer = i;
  if (!digits()) return false;
  if (text[integer] == '0' && i > integer + 1) return false;  // 007 is a text, not a number
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (!digits()) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (!digits()) return false;
  }
  return i == text.size();
}

}  // namespace

JsonKind JsonDocument::kind_of_bare(std::string_view text) {
  if (text == "true" || text == "false") return JsonKind::kBool;
  if (text == "null") return JsonKind::kNull;
  return is_json_number(text) ? JsonKind::kNumber : JsonKind::kText;
}

Status JsonDocument::rewrite_texts(const Replace& replace) {
  for (JsonNode& node : nodes_) {
    if (node.parent_ && node.parent_->is_object())
      if (auto key = replace(node, true)) node.key_ = std::move(*key);
    if (node.kind_ != JsonKind::kText && node.kind_ != JsonKind::kVariable) continue;
    auto text = replace(node, false);
    if (!text) continue;
    if (node.kind_ == JsonKind::kVariable) node.kind_ = kind_of_bare(*text);
    node.text_ = std::move(*text);
  }
  for (const JsonNode& node : nodes_) {
    std::unordered_set<std::string_view> keys;
    for (const JsonNode* member : node.members()) {
      if (keys.insert(member->key_).second) continue;
      Error error = make_error(ErrorKind::kConfig, "Config-DuplicateKey",
                               "the key `" + member->key_ + "` occurs twice in one object",
                               "remove one of the two");
      error.where = member->key_where();
      return fail(std::move(error));
    }
  }
  return {};
}

}  // namespace otsstream
