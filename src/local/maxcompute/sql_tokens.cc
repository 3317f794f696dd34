#include "local/maxcompute/sql_tokens.h"

#include <cstring>

namespace otsstream::local {

namespace {

// Letters behind a backslash in a text, and what they stand for.
constexpr char kEscapes[] = "ntrb0";
constexpr char kEscaped[] = "\n\t\r\b";  // the end of the text is the NUL of '0'

std::string place(SqlPosition at) {
  return "[" + std::to_string(at.line) + "," + std::to_string(at.column) + "]";
}

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "12e", "1.5E": a sign may follow.
bool is_exponent(std::string_view number) {
  return number.size() > 1 && (number.back() == 'e' || number.back() == 'E') &&
         number.find_first_not_of("0123456789.") == number.size() - 1;
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
    if (is_digit(first)) {
      token.kind = SqlTokenKind::kWord;
      take_number(token);
      return {};
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

  // 12, 1.5, 1e-3; also words that begin with a digit.
  void take_number(SqlToken& token) {
    bool plain = true;
    while (offset_ < sql_.size()) {
      const char c = here();
      const bool digit_follows = offset_ + 1 < sql_.size() && is_digit(sql_[offset_ + 1]);
      const bool fraction = c == '.' && plain && digit_follows;
      const bool exponent_sign = (c == '+' || c == '-') && is_exponent(token.text) && digit_follows;
      if (!is_word_char(c) && !fraction && !exponent_sign) return;
      plain = plain && is_digit(c);
      take_char(token);
    }
  }

  // A doubled quote stands for itself; in texts a backslash and a letter of kEscapes are that
  // control character, and a backslash takes any other character as it is.
  Status take_quoted(SqlToken& token, char quote) {
    advance();
    while (offset_ < sql_.size()) {
      if (here() == quote) {
        advance();
        if (offset_ == sql_.size() || here() != quote) return {};
      } else if (here() == '\\' && quote != '`' && offset_ + 1 < sql_.size()) {
        advance();
        if (const char* escape = std::strchr(kEscapes, here()); escape != nullptr && *escape != 0) {
          token.text += kEscaped[escape - kEscapes];
          advance();
          continue;
        }
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

Error sql_unsupported(SqlPosition at, std::string_view what) {
  return make_error(ErrorKind::kUnsupported, "ODPS-0130161",
                    "ODPS-0130161:" + place(at) + " Parse exception - the local MaxCompute does " +
                        "not support " + std::string(what) + ", see docs/local-maxcompute.md");
}

Error table_not_found(SqlPosition at, std::string_view name) {
  return make_error(ErrorKind::kNotFound, "ODPS-0130131",
                    "ODPS-0130131:" + place(at) + " Table not found - table " + std::string(name) +
                        " cannot be resolved");
}

std::string sql_name(std::string_view name) {
  std::string out = "`";
  for (char c : name) {
    if (c == '`') out += '`';
    out += c;
  }
  return out + "`";
}

std::string sql_text(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\0') {
      out += "\\0";
      continue;
    }
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

Error sql_semantic_error(SqlPosition at, std::string_view what) {
  return make_error(
      ErrorKind::kConfig, "ODPS-0130071",
      "ODPS-0130071:" + place(at) + " Semantic analysis exception - " + std::string(what));
}

Result<std::vector<SqlToken>> sql_tokens(std::string_view sql) { return Scanner(sql).scan(); }

}  // namespace otsstream::local
