#include "local/maxcompute/sql/token_reader.h"

#include <charconv>

#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

bool TokenReader::is_word(std::string_view word, size_t ahead) const {
  const SqlToken& token = peek(ahead);
  return token.kind == SqlTokenKind::kWord && maxcompute::ascii::lower(token.text) == word;
}

bool TokenReader::is_signs(std::string_view signs) const {
  for (size_t i = 0; i < signs.size(); ++i) {
    if (!is_sign(signs.substr(i, 1), i)) return false;
    if (i > 0 && peek(i).begin != peek(i - 1).end) return false;
  }
  return true;
}

bool TokenReader::accept_word(std::string_view word) {
  if (!is_word(word)) return false;
  next();
  return true;
}

bool TokenReader::accept_words(std::string_view first, std::string_view second) {
  if (!is_word(first) || !is_word(second, 1)) return false;
  next();
  next();
  return true;
}

bool TokenReader::accept_sign(std::string_view sign) {
  if (!is_sign(sign)) return false;
  next();
  return true;
}

bool TokenReader::accept_signs(std::string_view signs) {
  if (!is_signs(signs)) return false;
  position_ += signs.size();
  return true;
}

Status TokenReader::expect_word(std::string_view word) {
  if (accept_word(word)) return {};
  std::string upper(word);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return fail(unexpected(upper));
}

Status TokenReader::expect_sign(std::string_view sign) {
  if (accept_sign(sign)) return {};
  return fail(unexpected("'" + std::string(sign) + "'"));
}

Error TokenReader::unexpected(std::string_view wanted) const {
  const std::string found =
      at_end() ? "the end of the statement" : "'" + peek().text.substr(0, 40) + "'";
  return sql_parse_error(peek().at, "expected " + std::string(wanted) + ", found " + found);
}

Result<std::string> TokenReader::name(std::string_view what) {
  const SqlToken& token = peek();
  if (token.kind != SqlTokenKind::kWord && token.kind != SqlTokenKind::kQuotedName) {
    return fail(unexpected(what));
  }
  const bool plain = std::all_of(token.text.begin(), token.text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (token.text.empty() || token.text.size() > 128 || !plain) {
    return fail(sql_parse_error(
        token.at, "'" + token.text + "' is no name: 1 to 128 letters, digits and underscores"));
  }
  std::string out = maxcompute::ascii::lower(token.text);
  next();
  return out;
}

Result<TableName> TokenReader::table_name() {
  std::vector<std::string> parts;
  const SqlPosition at = peek().at;
  do {
    // A project may have a '-' in its name, which only the back-quoted form carries.
    if (parts.empty() && is_sign(".", 1) && peek().kind == SqlTokenKind::kQuotedName) {
      parts.push_back(maxcompute::ascii::lower(peek().text));
      next();
      continue;
    }
    OTS_TRY(auto part, name("a table name"));
    parts.push_back(std::move(part));
  } while (parts.size() < 3 && accept_sign("."));
  TableName out;
  out.name = std::move(parts.back());
  out.at = at;
  if (parts.size() > 1) out.project = std::move(parts.front());
  return out;
}

Result<std::string> TokenReader::text() {
  if (peek().kind != SqlTokenKind::kText) return fail(unexpected("a quoted text"));
  std::string out = peek().text;
  next();
  return out;
}

Result<int64_t> TokenReader::positive_number() {
  const std::string& digits = peek().text;
  int64_t number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (peek().kind != SqlTokenKind::kWord || error != std::errc() ||
      end != digits.data() + digits.size() || number <= 0) {
    return fail(unexpected("a positive number"));
  }
  next();
  return number;
}

Result<maxcompute::ColumnType> TokenReader::type() {
  const SqlToken first = peek();
  if (first.kind != SqlTokenKind::kWord) return fail(unexpected("a column type"));
  size_t end = first.end;
  next();
  if (is_sign("<") || is_sign("(")) {
    int depth = 0;
    do {
      if (at_end()) return fail(unexpected("the end of the type"));
      if (is_sign("<") || is_sign("(")) ++depth;
      if (is_sign(">") || is_sign(")")) --depth;
      end = peek().end;
      next();
    } while (depth > 0);
  }
  auto type = maxcompute::parse_type(source(first.begin, end));
  if (!type) return fail(sql_parse_error(first.at, type.error().message));
  return std::move(*type);
}

Result<bool> TokenReader::if_exists() {
  if (!accept_word("if")) return false;
  OTS_CHECK(expect_word("exists"));
  return true;
}

Result<bool> TokenReader::if_not_exists() {
  if (!accept_word("if")) return false;
  OTS_CHECK(expect_word("not"));
  OTS_CHECK(expect_word("exists"));
  return true;
}

}  // namespace otsstream::local
