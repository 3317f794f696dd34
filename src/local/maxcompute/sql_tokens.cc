#include "local/maxcompute/sql_tokens.h"

namespace otsstream::local {

namespace {

std::string place(SqlPosition at) {
  return "[" + std::to_string(at.line) + "," + std::to_string(at.column) + "]";
}

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

class Scanner {
 public:
  explicit Scanner(std::string_view sql) : sql_(sql) {}

  Result<std::vector<SqlToken>> scan() {
    std::vector<SqlToken> tokens;
    while (true) {
      OTS_CHECK(skip_blanks());
      SqlToken token;
      token.at = at_;
      token.begin = offset_;
      if (offset_ == sql_.size()) {
        token.end = offset_;
        tokens.push_back(std::move(token));
        return tokens;
      }
      OTS_CHECK(take(token));
      token.end = offset_;
      tokens.push_back(std::move(token));
    }
  }

 private:
  char here() const { return sql_[offset_]; }
  bool starts(std::string_view text) const { return sql_.substr(offset_).starts_with(text); }

  void advance() {
    if (here() == '\n') {
      ++at_.line;
      at_.column = 1;
    } else if ((static_cast<unsigned char>(here()) & 0xc0) != 0x80) {
      ++at_.column;  // characters, not bytes
    }
    ++offset_;
  }

  Status skip_blanks() {
    while (offset_ < sql_.size()) {
      if (here() == ' ' || (here() >= '\t' && here() <= '\r')) {
        advance();
      } else if (starts("--")) {
        while (offset_ < sql_.size() && here() != '\n') advance();
      } else if (starts("/*")) {
        SqlPosition begin = at_;
        while (offset_ < sql_.size() && !starts("*/")) advance();
        if (offset_ == sql_.size()) return fail(sql_parse_error(begin, "comment without end"));
        advance();
        advance();
      } else {
        return {};
      }
    }
    return {};
  }

  Status take(SqlToken& token) {
    const char first = here();
    if (first == '`') {
      token.kind = SqlTokenKind::kQuotedName;
      return take_quoted(token, '`');
    }
    if (first == '\'' || first == '"') {
      token.kind = SqlTokenKind::kText;
      return take_quoted(token, first);
    }
    if (is_word_char(first)) {
      token.kind = SqlTokenKind::kWord;
      while (offset_ < sql_.size() && is_word_char(here())) take_char(token);
      return {};
    }
    token.kind = SqlTokenKind::kSign;
    take_char(token);
    return {};
  }

  void take_char(SqlToken& token) {
    token.text += here();
    advance();
  }

  // A doubled quote stands for itself; in texts a backslash takes the next character as it is.
  Status take_quoted(SqlToken& token, char quote) {
    advance();
    while (offset_ < sql_.size()) {
      if (here() == quote) {
        advance();
        if (offset_ == sql_.size() || here() != quote) return {};
      } else if (here() == '\\' && quote != '`' && offset_ + 1 < sql_.size()) {
        advance();
      }
      take_char(token);
    }
    return fail(sql_parse_error(token.at, std::string("no closing ") + quote));
  }

  std::string_view sql_;
  size_t offset_ = 0;
  SqlPosition at_;
};

}  // namespace

Error sql_parse_error(SqlPosition at, std::string_view what) {
  return make_error(ErrorKind::kConfig, "ODPS-0130161",
                    "ODPS-0130161:" + place(at) + " Parse exception - " + std::string(what));
}

Error sql_semantic_error(SqlPosition at, std::string_view what) {
  return make_error(
      ErrorKind::kConfig, "ODPS-0130071",
      "ODPS-0130071:" + place(at) + " Semantic analysis exception - " + std::string(what));
}

Result<std::vector<SqlToken>> sql_tokens(std::string_view sql) { return Scanner(sql).scan(); }

}  // namespace otsstream::local
