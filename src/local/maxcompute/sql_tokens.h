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
// "ODPS-0130161:[line,column] Parse exception - the local MaxCompute does not support <what>, …"
Error sql_unsupported(SqlPosition at, std::string_view what);
// "ODPS-0130131:[line,column] Table not found - table <name> cannot be resolved"
Error table_not_found(SqlPosition at, std::string_view name);

// As a statement writes them: `name`, 'text'.
std::string sql_name(std::string_view name);
std::string sql_text(std::string_view text);

// Comments and white space left out; the last token is kEnd. Numbers are words,
// "1.5e-3" too.
Result<std::vector<SqlToken>> sql_tokens(std::string_view sql);

}  // namespace otsstream::local
