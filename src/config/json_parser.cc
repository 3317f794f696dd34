// The parser behind parse_json(): text -> JsonDocument.

#include <cctype>
#include <charconv>
#include <unordered_set>

#include "config/json_text.h"
#include "config/utf8.h"

namespace otsstream {

// Recursive descent; the depth limit keeps the stack small.
class JsonParser {
 public:
  static Result<std::shared_ptr<JsonDocument>> parse(std::string text, std::string source_name,
                                                     const JsonOptions& options) {
    auto document = std::make_shared<JsonDocument>();
    document->source_name_ = std::move(source_name);
    if (text.size() > options.max_bytes) {
      Error error =
          make_error(ErrorKind::kConfig, "Config-Json",
                     "the text has " + std::to_string(text.size()) + " bytes, more than the " +
                         std::to_string(options.max_bytes) + " allowed");
      error.where = document->source_name_;
      return fail(std::move(error));
    }
    document->source_ = std::move(text);
    OTS_CHECK(JsonParser(*document, options).run());
    return document;
  }

 private:
  JsonParser(JsonDocument& document, const JsonOptions& options)
      : document_(document), source_(document.source_), options_(options) {}

  Status run() {
    find_lines();
    OTS_CHECK(check_utf8());
    if (source_.compare(0, 3, "\xEF\xBB\xBF") == 0) at_ = 3;
    OTS_CHECK(skip_blanks());
    if (at_ == source_.size()) return error(at_, "the text is empty");
    OTS_TRY(document_.root_, value(nullptr, 1));
    OTS_CHECK(skip_blanks());
    if (at_ < source_.size())
      return error(
          at_, "something follows the end of the " + root_word(),
          "one text holds one value; look for a surplus closing bracket before this place");
    return {};
  }

  std::string root_word() const {
    return document_.root_->is_object() ? "outermost object" : "outermost value";
  }

  tl::unexpected<Error> error(size_t offset, std::string message, std::string remedy = {}) const {
    Error e = make_error(ErrorKind::kConfig, "Config-Json", std::move(message), std::move(remedy));
    e.where = document_.where(offset);
    return fail(std::move(e));
  }

  void find_lines() {
    auto& begins = document_.line_begins_;
    begins.assign(1, source_.compare(0, 3, "\xEF\xBB\xBF") == 0 ? 3 : 0);
    for (size_t i = 0; i < source_.size(); ++i) {
      const bool ends_line =
          source_[i] == '\n' ||
          (source_[i] == '\r' && (i + 1 == source_.size() || source_[i + 1] != '\n'));
      if (ends_line) begins.push_back(i + 1);
    }
  }

  Status check_utf8() const {
    for (size_t i = 0; i < source_.size();) {
      const size_t length = utf8_length(source_, i);
      if (length == 0) return error(i, "the text is not valid UTF-8", "save the file as UTF-8");
      i += length;
    }
    return {};
  }

  bool starts_with(std::string_view word) const {
    return std::string_view(source_).substr(at_, word.size()) == word;
  }

  Status skip_to_line_end() {
    if (options_.strict) return error(at_, "comments are not allowed here");
    document_.has_comments_ = true;
    while (at_ < source_.size() && source_[at_] != '\n' && source_[at_] != '\r') ++at_;
    return {};
  }

  Status skip_blanks() {
    while (at_ < source_.size()) {
      const char c = source_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else if (c == '#' || starts_with("//")) {
        OTS_CHECK(skip_to_line_end());
      } else if (starts_with("/*")) {
        if (options_.strict) return error(at_, "comments are not allowed here");
        const size_t end = source_.find("*/", at_ + 2);
        if (end == std::string::npos) return error(at_, "this comment has no end", "add `*/`");
        document_.has_comments_ = true;
        at_ = end + 2;
      } else {
        break;
      }
    }
    return {};
  }

  JsonNode* new_node(JsonKind kind, JsonNode* parent) {
    JsonNode& node = document_.nodes_.emplace_back();
    node.kind_ = kind;
    node.parent_ = parent;
    node.document_ = &document_;
    node.begin_ = at_;
    return &node;
  }

  Result<JsonNode*> value(JsonNode* parent, size_t depth) {
    if (at_ == source_.size()) return error(at_, "the text ends where a value should be");
    switch (source_[at_]) {
      case '{':
        return object(parent, depth);
      case '[':
        return array(parent, depth);
      case '"': {
        JsonNode* node = new_node(JsonKind::kText, parent);
        OTS_TRY(node->text_, quoted());
        node->end_ = at_;
        return node;
      }
      case '$':
        return variable(parent);
      default:
        return bare_word(parent);
    }
  }

  Result<JsonNode*> variable(JsonNode* parent) {
    if (options_.strict || !starts_with("${"))
      return error(at_, "a value cannot begin with `$`", "write texts in double quotes");
    JsonNode* node = new_node(JsonKind::kVariable, parent);
    const size_t end = source_.find_first_of("}\n\r\",", at_);
    if (end == std::string::npos || source_[end] != '}')
      return error(at_, "this ${variable} has no closing `}`");
    at_ = node->end_ = end + 1;
    node->text_ = source_.substr(node->begin_, node->end_ - node->begin_);
    return node;
  }

  Result<JsonNode*> bare_word(JsonNode* parent) {
    JsonNode* node = new_node(JsonKind::kNull, parent);
    size_t end = at_;
    while (end < source_.size() &&
           (std::isalnum(static_cast<unsigned char>(source_[end])) || source_[end] == '-' ||
            source_[end] == '+' || source_[end] == '.'))
      ++end;
    std::string word = source_.substr(at_, end - at_);
    const JsonKind kind = JsonDocument::kind_of_bare(word);
    if (kind == JsonKind::kText) return error(at_, why_no_value(word), how_to_write(word));
    node->kind_ = kind;
    node->text_ = std::move(word);
    at_ = node->end_ = end;
    return node;
  }

  std::string why_no_value(const std::string& word) const {
    if (word.empty()) {
      const char c = source_[at_];
      if (c == ',') return "a value is missing before this comma";
      if (c == '}' || c == ']' || c == ':')
        return std::string("a value is missing before this `") + c + "`";
      if (c == '\'') return "texts stand in double quotes, not in single ones";
      return "a value cannot begin with this character";
    }
    if (word[0] == '-' || word[0] == '+' || word[0] == '.' ||
        std::isdigit(static_cast<unsigned char>(word[0])))
      return "this is not a valid number";
    return "a word without quotes is not a value";
  }

  static std::string how_to_write(const std::string& word) {
    if (word.empty()) return {};
    return "write texts in double quotes, numbers like 12 or 0.5, and true, false, null in lower "
           "case";
  }

  // What follows a member or item: a comma, or the end of the container. True at the end.
  Result<bool> after_child(const JsonNode& container, char bracket) {
    OTS_CHECK(skip_blanks());
    if (at_ == source_.size()) return unclosed(container);
    if (source_[at_] == bracket) return true;
    if (source_[at_] != ',')
      return error(at_, std::string("expected `,` or `") + bracket + "` here",
                   "a comma may be missing before this place, or a quote inside a text");
    const size_t comma = at_++;
    OTS_CHECK(skip_blanks());
    if (at_ == source_.size()) return unclosed(container);
    if (source_[at_] != bracket) return false;
    if (options_.strict)
      return error(comma, "a comma before the closing bracket is not allowed here");
    document_.has_trailing_commas_ = true;
    return true;
  }

  tl::unexpected<Error> unclosed(const JsonNode& container) const {
    const bool object = container.kind_ == JsonKind::kObject;
    return error(container.begin_, object ? "this `{` is never closed" : "this `[` is never closed",
                 object ? "add `}`" : "add `]`");
  }

  Status check_depth(size_t depth) const {
    if (depth <= options_.max_depth) return {};
    return error(
        at_, "brackets are nested deeper than " + std::to_string(options_.max_depth) + " levels");
  }

  Result<JsonNode*> array(JsonNode* parent, size_t depth) {
    OTS_CHECK(check_depth(depth));
    JsonNode* node = new_node(JsonKind::kArray, parent);
    ++at_;
    OTS_CHECK(skip_blanks());
    bool ended = at_ < source_.size() && source_[at_] == ']';
    while (!ended) {
      if (at_ == source_.size()) return unclosed(*node);
      OTS_TRY(JsonNode * item, value(node, depth + 1));
      item->index_ = node->children_.size();
      node->children_.push_back(item);
      OTS_TRY(ended, after_child(*node, ']'));
    }
    node->end_ = ++at_;
    return node;
  }

  Result<JsonNode*> object(JsonNode* parent, size_t depth) {
    OTS_CHECK(check_depth(depth));
    JsonNode* node = new_node(JsonKind::kObject, parent);
    std::unordered_set<std::string> keys;
    ++at_;
    OTS_CHECK(skip_blanks());
    bool ended = at_ < source_.size() && source_[at_] == '}';
    while (!ended) {
      if (at_ == source_.size()) return unclosed(*node);
      OTS_CHECK(member(*node, keys, depth));
      OTS_TRY(ended, after_child(*node, '}'));
    }
    node->end_ = ++at_;
    return node;
  }

  Status member(JsonNode& object, std::unordered_set<std::string>& keys, size_t depth) {
    const size_t key_begin = at_;
    if (source_[at_] != '"') return error(at_, "expected a key in double quotes or `}` here");
    OTS_TRY(std::string key, quoted());
    if (!keys.insert(key).second) return fail(duplicate(object, key_begin, key));
    OTS_CHECK(skip_blanks());
    if (at_ == source_.size()) return unclosed(object);
    if (source_[at_] != ':') return error(at_, "expected `:` after the key");
    ++at_;
    OTS_CHECK(skip_blanks());
    OTS_TRY(JsonNode * child, value(&object, depth + 1));
    child->index_ = object.children_.size();
    child->key_ = std::move(key);
    child->key_begin_ = key_begin;
    object.children_.push_back(child);
    return {};
  }

  Error duplicate(const JsonNode& object, size_t offset, const std::string& key) const {
    const JsonNode* first = object.find(key);
    std::string message = "the key `" + key + "` occurs twice in one object";
    if (first)
      message += ", first at line " + std::to_string(document_.position(first->key_begin_).line);
    return error(offset, std::move(message), "remove one of the two").value();
  }

  // From the opening to behind the closing quote.
  Result<std::string> quoted() {
    const size_t begin = at_++;
    std::string text;
    while (true) {
      if (at_ == source_.size()) return error(begin, "this text has no closing quote");
      const unsigned char c = static_cast<unsigned char>(source_[at_]);
      if (c == '"') {
        ++at_;
        return text;
      }
      if (c == '\n' || c == '\r')
        return error(begin, "this text has no closing quote on its line",
                     "close the text, or write a line break inside it as \\n");
      if (c < 0x20 && (options_.strict || c != '\t'))
        return error(at_, "a control character stands inside a text", "write it as a \\u escape");
      if (c == '\\') {
        OTS_CHECK(escape(text));
      } else {
        text += static_cast<char>(c);
        ++at_;
      }
    }
  }

  // At a backslash. `\$` is kept with its backslash for the substitution of variables, which
  // removes it (job/variables.h); strict texts do not know it.
  Status escape(std::string& text) {
    const size_t begin = at_++;
    if (at_ == source_.size()) return error(begin, "the text ends inside an escape");
    const char c = source_[at_++];
    switch (c) {
      case '"':
      case '\\':
      case '/':
        text += c;
        return {};
      case 'b':
        text += '\b';
        return {};
      case 'f':
        text += '\f';
        return {};
      case 'n':
        text += '\n';
        return {};
      case 'r':
        text += '\r';
        return {};
      case 't':
        text += '\t';
        return {};
      case 'u':
        return unicode_escape(begin, text);
      case '$':
        if (options_.strict) break;
        text += "\\$";
        return {};
      default:
        break;
    }
    return error(begin, "unknown escape", "a backslash itself is written as \\\\");
  }

  Result<unsigned> four_hex(size_t escape_begin) {
    unsigned unit = 0;
    if (at_ + 4 <= source_.size()) {
      const char* first = source_.data() + at_;
      auto [stop, code] = std::from_chars(first, first + 4, unit, 16);
      if (code == std::errc() && stop == first + 4) {
        at_ += 4;
        return unit;
      }
    }
    return error(escape_begin, "\\u must be followed by four hexadecimal digits");
  }

  Status unicode_escape(size_t begin, std::string& text) {
    OTS_TRY(unsigned point, four_hex(begin));
    if (point >= 0xD800 && point <= 0xDBFF) {
      if (!starts_with("\\u")) return error(begin, "this \\u escape is half of a surrogate pair");
      at_ += 2;
      OTS_TRY(const unsigned low, four_hex(begin));
      if (low < 0xDC00 || low > 0xDFFF)
        return error(begin, "this \\u escape is half of a surrogate pair");
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
    } else if (point >= 0xDC00 && point <= 0xDFFF) {
      return error(begin, "this \\u escape is half of a surrogate pair");
    }
    append_utf8(point, text);
    return {};
  }

  JsonDocument& document_;
  const std::string& source_;
  JsonOptions options_;
  size_t at_ = 0;
};

Result<std::shared_ptr<JsonDocument>> parse_json(std::string text, std::string source_name,
                                                 const JsonOptions& options) {
  return JsonParser::parse(std::move(text), std::move(source_name), options);
}

}  // namespace otsstream
