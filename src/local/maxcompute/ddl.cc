#include "local/maxcompute/ddl.h"

#include <algorithm>
#include <charconv>

#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

using maxcompute::Column;
using maxcompute::ColumnType;
using maxcompute::PartitionSpec;
using maxcompute::TypeKind;

namespace {

bool same_name(std::string_view a, std::string_view b) {
  return maxcompute::ascii::lower(a) == maxcompute::ascii::lower(b);
}

class DdlParser {
 public:
  DdlParser(std::string_view sql, std::string_view project, std::vector<SqlToken> tokens)
      : sql_(sql), project_(project), tokens_(std::move(tokens)) {}

  Result<SqlStatement> parse() {
    const SqlToken& first = peek();
    if (is_word("select") || is_word("with") || is_word("values") || is_sign("(")) {
      return SelectText{std::string(sql_)};
    }
    if (accept_word("create")) return finish(create_table());
    if (accept_word("drop")) return finish(drop_table());
    if (accept_word("alter")) return alter_table();
    if (accept_word("truncate")) return finish(truncate_table());
    if (first.kind == SqlTokenKind::kEnd) return fail(sql_parse_error(first.at, "empty statement"));
    return fail(sql_parse_error(
        first.at, "the local MaxCompute does not run statements that begin with '" + first.text +
                      "'; it knows CREATE TABLE, DROP TABLE, ALTER TABLE … ADD|DROP PARTITION, "
                      "TRUNCATE TABLE and SELECT"));
  }

 private:
  // ---- statements

  Result<CreateTable> create_table() {
    CreateTable out;
    OTS_CHECK(expect_word("table"));
    if (accept_word("if")) {
      OTS_CHECK(expect_word("not"));
      OTS_CHECK(expect_word("exists"));
      out.if_not_exists = true;
    }
    OTS_TRY(out.table, table_name());
    out.schema.table = out.table.name;
    OTS_CHECK(column_list(out, out.schema.columns));
    while (peek().kind == SqlTokenKind::kWord) {
      if (accept_word("comment")) {
        OTS_TRY(out.comment, text());
      } else if (accept_word("partitioned")) {
        OTS_CHECK(expect_word("by"));
        OTS_CHECK(partition_columns(out));
      } else if (accept_word("lifecycle")) {
        OTS_TRY(out.schema.lifecycle_days, positive_number());
      } else {
        return fail(unexpected("COMMENT, PARTITIONED BY, LIFECYCLE or the end"));
      }
    }
    return out;
  }

  Result<DropTable> drop_table() {
    DropTable out;
    OTS_CHECK(expect_word("table"));
    OTS_TRY(out.if_exists, if_exists());
    OTS_TRY(out.table, table_name());
    return out;
  }

  Result<SqlStatement> alter_table() {
    OTS_CHECK(expect_word("table"));
    OTS_TRY(auto table, table_name());
    if (accept_word("add")) {
      AddPartitions out{std::move(table), {}, false};
      if (accept_word("if")) {
        OTS_CHECK(expect_word("not"));
        OTS_CHECK(expect_word("exists"));
        out.if_not_exists = true;
      }
      OTS_TRY(out.partitions, partition_specs());
      return finish(Result<AddPartitions>(std::move(out)));
    }
    if (accept_word("drop")) {
      DropPartitions out{std::move(table), {}, false};
      OTS_TRY(out.if_exists, if_exists());
      OTS_TRY(out.partitions, partition_specs());
      return finish(Result<DropPartitions>(std::move(out)));
    }
    return fail(unexpected("ADD or DROP, followed by PARTITION"));
  }

  Result<TruncateTable> truncate_table() {
    TruncateTable out;
    OTS_CHECK(expect_word("table"));
    OTS_TRY(out.table, table_name());
    if (is_word("partition")) {
      OTS_TRY(out.partitions, partition_specs());
    }
    return out;
  }

  // ---- parts

  Result<bool> if_exists() {
    if (!accept_word("if")) return false;
    OTS_CHECK(expect_word("exists"));
    return true;
  }

  Result<std::string> name(std::string_view what) {
    const SqlToken& token = peek();
    if (token.kind != SqlTokenKind::kWord && token.kind != SqlTokenKind::kQuotedName) {
      return fail(unexpected(what));
    }
    const bool plain = std::all_of(token.text.begin(), token.text.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (token.text.empty() || token.text.size() > 128 || !plain) {
      return fail(sql_parse_error(token.at, "'" + token.text +
                                                "' is no name: 1 to 128 letters, "
                                                "digits and underscores"));
    }
    std::string out = maxcompute::ascii::lower(token.text);
    next();
    return out;
  }

  // [project.[schema.]]table
  Result<TableName> table_name() {
    std::vector<std::string> parts;
    SqlPosition at = peek().at;
    do {
      // A project may have a '-' in its name, which only the back-quoted form carries.
      if (parts.empty() && peek(1).text == "." && peek().kind == SqlTokenKind::kQuotedName) {
        parts.push_back(maxcompute::ascii::lower(peek().text));
        next();
        continue;
      }
      OTS_TRY(auto part, name("a table name"));
      parts.push_back(std::move(part));
    } while (parts.size() < 3 && accept_sign("."));
    if (parts.size() > 1 && parts.front() != maxcompute::ascii::lower(project_)) {
      return fail(ErrorKind::kNotFound, "ODPS-0420111",
                  "ODPS-0420111: Project not found - '" + parts.front() + "'");
    }
    return TableName{std::move(parts.back()), at};
  }

  Result<std::string> text() {
    if (peek().kind != SqlTokenKind::kText) return fail(unexpected("a quoted text"));
    std::string out = peek().text;
    next();
    return out;
  }

  Result<int64_t> positive_number() {
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

  // ( name type [COMMENT '…'] [NOT NULL | NULL] , … )
  Status column_list(const CreateTable& table, std::vector<Column>& columns) {
    OTS_CHECK(expect_sign("("));
    do {
      const SqlPosition at = peek().at;
      Column column;
      OTS_TRY(column.name, name("a column name"));
      OTS_TRY(column.type, type());
      while (true) {
        if (accept_word("comment")) {
          OTS_TRY(column.comment, text());
        } else if (accept_word("not")) {
          OTS_CHECK(expect_word("null"));
          column.nullable = false;
        } else if (!accept_word("null")) {
          break;
        }
      }
      auto same = [&](const Column& other) { return other.name == column.name; };
      if (std::any_of(columns.begin(), columns.end(), same) ||
          std::any_of(table.schema.columns.begin(), table.schema.columns.end(), same)) {
        return fail(sql_semantic_error(at, "column " + column.name + " is defined twice"));
      }
      columns.push_back(std::move(column));
    } while (accept_sign(","));
    return expect_sign(")");
  }

  Status partition_columns(CreateTable& table) {
    const SqlPosition at = peek().at;
    if (!table.schema.partition_keys.empty()) {
      return fail(sql_parse_error(at, "PARTITIONED BY occurs twice"));
    }
    OTS_CHECK(column_list(table, table.schema.partition_keys));
    for (const Column& column : table.schema.partition_keys) {
      switch (column.type.kind) {
        case TypeKind::kString:
        case TypeKind::kBigint:
        case TypeKind::kInt:
        case TypeKind::kSmallint:
        case TypeKind::kTinyint:
        case TypeKind::kVarchar:
        case TypeKind::kChar:
        case TypeKind::kDate:
          continue;
        default:
          return fail(sql_semantic_error(
              at, "partition column " + column.name + " cannot be " + column.type.text));
      }
    }
    return {};
  }

  // A word, then nested <…> or (…) as they come; the wire layer knows the types.
  Result<ColumnType> type() {
    const SqlToken first = peek();
    if (first.kind != SqlTokenKind::kWord) return fail(unexpected("a column type"));
    size_t end = first.end;
    next();
    if (is_sign("<") || is_sign("(")) {
      int depth = 0;
      do {
        if (peek().kind == SqlTokenKind::kEnd) return fail(unexpected("the end of the type"));
        if (is_sign("<") || is_sign("(")) ++depth;
        if (is_sign(">") || is_sign(")")) --depth;
        end = peek().end;
        next();
      } while (depth > 0);
    }
    auto type = maxcompute::parse_type(sql_.substr(first.begin, end - first.begin));
    if (!type) return fail(sql_parse_error(first.at, type.error().message));
    return std::move(*type);
  }

  // PARTITION (k='v', …) [[,] PARTITION (…)] …
  Result<std::vector<PartitionSpec>> partition_specs() {
    std::vector<PartitionSpec> specs;
    OTS_CHECK(expect_word("partition"));
    do {
      const SqlPosition at = peek().at;
      OTS_CHECK(expect_sign("("));
      PartitionSpec spec;
      do {
        OTS_TRY(auto key, name("a partition column"));
        OTS_CHECK(expect_sign("="));
        OTS_TRY(auto value, partition_value());
        spec.add(std::move(key), std::move(value));
      } while (accept_sign(","));
      OTS_CHECK(expect_sign(")"));
      // A value that the Tunnel's text form cannot carry would make a partition that nobody can
      // write.
      if (auto same = PartitionSpec::parse(spec.quoted()); !same || *same != spec) {
        return fail(sql_semantic_error(
            at, same ? "a partition value cannot be written as text" : same.error().message));
      }
      specs.push_back(std::move(spec));
      accept_sign(",");
    } while (accept_word("partition"));
    return specs;
  }

  Result<std::string> partition_value() {
    std::string value;
    if (accept_sign("-")) value = "-";
    if (peek().kind != SqlTokenKind::kWord &&
        (peek().kind != SqlTokenKind::kText || !value.empty())) {
      return fail(unexpected("a partition value"));
    }
    value += peek().text;
    next();
    return value;
  }

  // ---- tokens

  const SqlToken& peek(size_t ahead = 0) const {
    return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
  }
  void next() { ++position_; }

  bool is_word(std::string_view word) const {
    return peek().kind == SqlTokenKind::kWord && same_name(peek().text, word);
  }
  bool is_sign(std::string_view sign) const {
    return peek().kind == SqlTokenKind::kSign && peek().text == sign;
  }
  bool accept_word(std::string_view word) {
    if (!is_word(word)) return false;
    next();
    return true;
  }
  bool accept_sign(std::string_view sign) {
    if (!is_sign(sign)) return false;
    next();
    return true;
  }
  Status expect_word(std::string_view word) {
    if (accept_word(word)) return {};
    std::string upper(word);
    for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
    return fail(unexpected(upper));
  }
  Status expect_sign(std::string_view sign) {
    if (accept_sign(sign)) return {};
    return fail(unexpected("'" + std::string(sign) + "'"));
  }
  Error unexpected(std::string_view wanted) const {
    const std::string found =
        peek().kind == SqlTokenKind::kEnd ? "the end of the statement" : "'" + peek().text + "'";
    return sql_parse_error(peek().at, "expected " + std::string(wanted) + ", found " + found);
  }

  template <class T>
  Result<SqlStatement> finish(Result<T> statement) {
    if (!statement) return fail(std::move(statement.error()));
    while (accept_sign(";")) {
    }
    if (peek().kind != SqlTokenKind::kEnd) return fail(unexpected("the end of the statement"));
    return SqlStatement(std::move(*statement));
  }

  std::string_view sql_;
  std::string_view project_;
  std::vector<SqlToken> tokens_;
  size_t position_ = 0;
};

}  // namespace

Result<SqlStatement> parse_sql(std::string_view sql, std::string_view project) {
  OTS_TRY(auto tokens, sql_tokens(sql));
  return DdlParser(sql, project, std::move(tokens)).parse();
}

}  // namespace otsstream::local
