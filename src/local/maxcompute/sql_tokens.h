#pragma once
// Words, quoted names, texts and signs of a SQL statement, each with its place.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace otsstream::local {

struct SqlPosition {
  int line = 1;
  int column = 1;
};

enum class SqlTokenKind { kWord, kQuotedName, kText, kSign, kEnd };

struct SqlToken {
  SqlTokenKind kind = SqlTokenKind::kEnd;
  std::string text;  // without quotes and escapes
  SqlPosition at;
  size_t begin = 0;  // bytes of the statement, quotes included
  size_t end = 0;
};

// "ODPS-0130161:[line,column] Parse exception - <what>" as a kConfig error.
Error sql_parse_error(SqlPosition at, std::string_view what);
// "ODPS-0130071:[line,column] Semantic analysis exception - <what>"
Error sql_semantic_error(SqlPosition at, std::string_view what);

// Comments and white space left out; the last token is kEnd. Numbers are words.
Result<std::vector<SqlToken>> sql_tokens(std::string_view sql);

}  // namespace otsstream::local
