#pragma once
// Reads JSON as people write it in job texts: `//`, `#` and `/* */` comments, trailing commas, a
// bare
// ${variable} as a value. Nothing is lost: every node knows where it stands in the text, so that an
// error of meaning can point at the user's own line, and a later rewrite can keep comments and
// order. The answers of the services are read with the same code (JsonOptions::strict).

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace otsstream {

enum class JsonKind { kNull, kBool, kNumber, kText, kVariable, kArray, kObject };

std::string_view to_string(JsonKind kind);  // "a text", "an object", ... as messages say it

struct JsonPosition {
  int line = 1;    // 1-based
  int column = 1;  // 1-based, in characters (code points), not bytes
};

class JsonDocument;

// One value. Owned by its document; pointers and references are good as long as the document lives.
class JsonNode {
 public:
  JsonKind kind() const { return kind_; }
  bool is_null() const { return kind_ == JsonKind::kNull; }
  bool is_text() const { return kind_ == JsonKind::kText; }
  bool is_number() const { return kind_ == JsonKind::kNumber; }
  bool is_array() const { return kind_ == JsonKind::kArray; }
  bool is_object() const { return kind_ == JsonKind::kObject; }

  // A text's value without quotes and escapes; the source text of a number, boolean, null or
  // ${variable}; empty for containers.
  const std::string& text() const { return text_; }

  // The value as the wanted type or an error that names the place and both types, never the value.
  Result<std::string> as_string() const;  // of a text only
  Result<int64_t> as_int64() const;       // of a number without fraction and exponent
  Result<uint64_t> as_uint64() const;
  Result<double> as_double() const;
  Result<bool> as_bool() const;

  // Children in source order; both are empty for other kinds. A member's name is its key().
  const std::vector<JsonNode*>& items() const { return children_if(JsonKind::kArray); }
  const std::vector<JsonNode*>& members() const { return children_if(JsonKind::kObject); }
  const std::string& key() const { return key_; }
  const JsonNode* find(std::string_view key) const;             // nullptr when absent or no object
  Result<const JsonNode*> require(std::string_view key) const;  // error that names the missing path

  const JsonNode* parent() const { return parent_; }  // nullptr at the root
  const JsonDocument& document() const { return *document_; }

  // Place in the source: bytes [begin, end) of the value, and the begin of its key when it has one.
  size_t begin() const { return begin_; }
  size_t end() const { return end_; }
  size_t key_begin() const { return key_begin_; }
  JsonPosition position() const;
  std::string path() const;   // "configuration.reader.parameter.date", "steps[0]"; "" at the root
  std::string where() const;  // "job.json:12:7 configuration.reader.parameter.date"
  std::string key_where() const;  // the same, pointing at the key

 private:
  friend class JsonParser;
  friend class JsonDocument;
  const std::vector<JsonNode*>& children_if(JsonKind kind) const;
  Error wrong_kind(std::string_view wanted) const;

  JsonKind kind_ = JsonKind::kNull;
  size_t index_ = 0;  // in the parent
  size_t begin_ = 0;
  size_t end_ = 0;
  size_t key_begin_ = 0;
  std::string key_;
  std::string text_;
  std::vector<JsonNode*> children_;
  JsonNode* parent_ = nullptr;
  const JsonDocument* document_ = nullptr;
};

// A parsed text and all its nodes.
class JsonDocument {
 public:
  const JsonNode& root() const { return *root_; }
  const std::string& source() const { return source_; }
  const std::string& source_name() const { return source_name_; }
  JsonPosition position(size_t offset) const;
  std::string where(size_t offset) const;  // "job.json:12:7"

  // What the text used beyond standard JSON.
  bool has_comments() const { return has_comments_; }
  bool has_trailing_commas() const { return has_trailing_commas_; }

  // Offers every key (is_key) and every text or bare ${variable} to `replace`, which returns the
  // new text or nothing. A replaced bare variable becomes the number, boolean or null that it
  // spells, else a text. Places stay those of the source. Keys that become equal are an error.
  using Replace = std::function<std::optional<std::string>(const JsonNode& node, bool is_key)>;
  Status rewrite_texts(const Replace& replace);

 private:
  friend class JsonParser;
  // What an unquoted word is as a value; kText when it is none.
  static JsonKind kind_of_bare(std::string_view text);

  std::string source_name_;
  std::string source_;
  std::vector<size_t> line_begins_;
  std::deque<JsonNode> nodes_;
  JsonNode* root_ = nullptr;
  bool has_comments_ = false;
  bool has_trailing_commas_ = false;
};

struct JsonOptions {
  bool strict = false;  // standard JSON only: no comments, trailing commas, ${variables}, raw tabs
  size_t max_depth = 200;
  size_t max_bytes = size_t{64} << 20;
};

// Errors: kConfig "Config-Json", where = "source_name:line:column". They never quote the text,
// which may hold keys.
Result<std::shared_ptr<JsonDocument>> parse_json(std::string text, std::string source_name,
                                                 const JsonOptions& options = {});

}  // namespace otsstream
