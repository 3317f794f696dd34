#pragma once
// The tokens of one statement, read from left to right: what every parser of statements is made of.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/maxcompute/sql_tokens.h"
#include "maxcompute/wire/types.h"

namespace otsstream::local {

// A table as the statement names it, and where: messages point there.
struct TableName {
  std::string name;  // lower case
  SqlPosition at;
  std::string project;  // lower case; empty: the one that the statement runs in
};

class TokenReader {
 public:
  // `sql` must outlive the reader; the last token is kEnd.
  TokenReader(std::string_view sql, std::vector<SqlToken> tokens)
      : sql_(sql), tokens_(std::move(tokens)) {}

  const SqlToken& peek(size_t ahead = 0) const {
    return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
  }
  void next() { ++position_; }
  size_t position() const { return position_; }
  void go_to(size_t position) { position_ = position; }
  std::string_view source(size_t begin, size_t end) const {
    return sql_.substr(begin, end - begin);
  }

  // `word` in lower case.
  bool is_word(std::string_view word, size_t ahead = 0) const;
  bool is_sign(std::string_view sign, size_t ahead = 0) const {
    return peek(ahead).kind == SqlTokenKind::kSign && peek(ahead).text == sign;
  }
  // Two or three signs without a blank between them: "<=", "<=>".
  bool is_signs(std::string_view signs) const;
  bool at_end() const { return peek().kind == SqlTokenKind::kEnd; }

  bool accept_word(std::string_view word);
  bool accept_words(std::string_view first, std::string_view second);
  bool accept_sign(std::string_view sign);
  bool accept_signs(std::string_view signs);
  Status expect_word(std::string_view word);
  Status expect_sign(std::string_view sign);
  Error unexpected(std::string_view wanted) const;

  // 1 to 128 letters, digits and underscores, with or without back-quotes; lower case.
  Result<std::string> name(std::string_view what);
  // [project.[schema.]]table
  Result<TableName> table_name();
  Result<std::string> text();
  Result<int64_t> positive_number();
  // A word, then nested <…> or (…) as they come; the wire layer knows the types.
  Result<maxcompute::ColumnType> type();
  // IF EXISTS and IF NOT EXISTS; false when they are not there.
  Result<bool> if_exists();
  Result<bool> if_not_exists();

 private:
  std::string_view sql_;
  std::vector<SqlToken> tokens_;
  size_t position_ = 0;
};

}  // namespace otsstream::local
