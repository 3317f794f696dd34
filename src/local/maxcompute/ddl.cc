#include "local/maxcompute/ddl.h"

#include <algorithm>

#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

using maxcompute::Column;
using maxcompute::PartitionSpec;
using maxcompute::TypeKind;

namespace {

template <class T>
Result<SqlStatement> statement(Result<T> parsed) {
  if (!parsed) return fail(std::move(parsed.error()));
  return SqlStatement(std::move(*parsed));
}

class DdlParser {
 public:
  explicit DdlParser(TokenReader& tokens) : t_(tokens) {}

  Result<SqlStatement> parse() {
    const SqlToken first = t_.peek();
    if (t_.accept_word("create")) return statement(create_table());
    if (t_.accept_word("drop")) return statement(drop_table());
    if (t_.accept_word("alter")) return alter_table();
    if (t_.accept_word("truncate")) return statement(truncate_table());
    if (t_.accept_word("show")) return show();
    if (t_.accept_word("desc") || t_.accept_word("describe")) return statement(describe());
    if (t_.at_end()) return fail(sql_parse_error(first.at, "empty statement"));
    return fail(
        sql_unsupported(first.at, "statements that begin with '" + first.text.substr(0, 40) + "'"));
  }

  Result<PartitionSpec> partition_spec() {
    const SqlPosition at = t_.peek().at;
    OTS_CHECK(t_.expect_sign("("));
    PartitionSpec spec;
    do {
      OTS_TRY(auto key, t_.name("a partition column"));
      OTS_CHECK(t_.expect_sign("="));
      OTS_TRY(auto value, partition_value());
      spec.add(std::move(key), std::move(value));
    } while (t_.accept_sign(","));
    OTS_CHECK(t_.expect_sign(")"));
    // A value that the Tunnel's text form cannot carry would make a partition that nobody can
    // write.
    if (auto same = PartitionSpec::parse(spec.quoted()); !same || *same != spec) {
      return fail(sql_semantic_error(
          at, same ? "a partition value cannot be written as text" : same.error().message));
    }
    return spec;
  }

 private:
  Result<CreateTable> create_table() {
    CreateTable out;
    if (!t_.is_word("table")) {
      for (const char* other :
           {"view", "function", "materialized", "external", "or", "package", "temporary", "sql"}) {
        if (t_.is_word(other)) {
          return fail(sql_unsupported(t_.peek().at, "CREATE " + t_.peek().text));
        }
      }
    }
    OTS_CHECK(t_.expect_word("table"));
    OTS_TRY(out.if_not_exists, t_.if_not_exists());
    OTS_TRY(out.table, t_.table_name());
    out.schema.table = out.table.name;
    if (t_.accept_word("like")) {
      OTS_TRY(out.like, t_.table_name());
      OTS_CHECK(table_options(out));
      return out;
    }
    const bool columns = t_.is_sign("(");
    if (columns) OTS_CHECK(column_list(out.schema.columns, out.schema.columns));
    if (!columns && !t_.is_word("as") && !t_.is_word("lifecycle") && !t_.is_word("comment")) {
      return fail(t_.unexpected("'('"));
    }
    OTS_CHECK(table_options(out));
    if (t_.accept_word("as")) {
      out.as_query = true;
    } else if (!columns) {
      return fail(t_.unexpected("AS SELECT"));
    }
    if (out.as_query && columns) {
      return fail(
          sql_semantic_error(out.table.at, "CREATE TABLE AS takes its columns from the query"));
    }
    return out;
  }

  Status table_options(CreateTable& out) {
    while (t_.peek().kind == SqlTokenKind::kWord && !t_.is_word("as")) {
      if (t_.accept_word("comment")) {
        OTS_TRY(out.comment, t_.text());
      } else if (t_.accept_word("partitioned")) {
        OTS_CHECK(t_.expect_word("by"));
        OTS_CHECK(partition_columns(out));
      } else if (t_.accept_word("lifecycle")) {
        OTS_TRY(out.schema.lifecycle_days, t_.positive_number());
      } else if (t_.is_word("tblproperties")) {
        OTS_CHECK(properties(out.schema));
      } else if (t_.is_word("stored") || t_.is_word("clustered") || t_.is_word("range") ||
                 t_.is_word("external")) {
        return fail(sql_unsupported(t_.peek().at, t_.peek().text + " in CREATE TABLE"));
      } else {
        return fail(t_.unexpected("COMMENT, PARTITIONED BY, LIFECYCLE, TBLPROPERTIES or the end"));
      }
    }
    return {};
  }

  // TBLPROPERTIES ('k'='v', …): of them only `transactional` changes anything here.
  Status properties(maxcompute::TableSchema& schema) {
    t_.next();
    OTS_CHECK(t_.expect_sign("("));
    do {
      OTS_TRY(const auto key, t_.text());
      OTS_CHECK(t_.expect_sign("="));
      OTS_TRY(const auto value, t_.text());
      if (maxcompute::ascii::lower(key) == "transactional") {
        schema.transactional = maxcompute::ascii::lower(value) == "true";
      }
    } while (t_.accept_sign(","));
    return t_.expect_sign(")");
  }

  Result<DropTable> drop_table() {
    DropTable out;
    if (t_.is_word("view") || t_.is_word("function")) {
      return fail(sql_unsupported(t_.peek().at, "DROP " + t_.peek().text));
    }
    OTS_CHECK(t_.expect_word("table"));
    OTS_TRY(out.if_exists, t_.if_exists());
    OTS_TRY(out.table, t_.table_name());
    t_.accept_word("purge");
    return out;
  }

  Result<SqlStatement> alter_table() {
    if (!t_.is_word("table")) {
      return fail(sql_unsupported(t_.peek().at, "ALTER " + t_.peek().text));
    }
    t_.next();
    OTS_TRY(auto table, t_.table_name());
    const SqlPosition at = t_.peek().at;
    if (t_.accept_word("add")) return add(std::move(table));
    if (t_.accept_word("drop")) {
      if (t_.is_word("column") || t_.is_word("columns")) {
        return fail(sql_unsupported(at, "dropping columns"));
      }
      DropPartitions out{std::move(table), {}, false};
      OTS_TRY(out.if_exists, t_.if_exists());
      OTS_TRY(out.partitions, partition_specs());
      return SqlStatement(std::move(out));
    }
    if (t_.accept_words("rename", "to")) {
      OTS_TRY(auto to, t_.table_name());
      return SqlStatement(RenameTable{std::move(table), std::move(to.name)});
    }
    if (t_.accept_word("change")) return change_column(std::move(table));
    if (t_.accept_words("set", "comment")) {
      OTS_TRY(auto comment, t_.text());
      return SqlStatement(SetTableComment{std::move(table), std::move(comment)});
    }
    if (t_.accept_words("set", "lifecycle")) {
      OTS_TRY(const auto days, t_.positive_number());
      return SqlStatement(SetLifecycle{std::move(table), days});
    }
    if (t_.accept_word("set")) {
      if (!t_.is_word("tblproperties")) return fail(t_.unexpected("COMMENT or LIFECYCLE"));
      maxcompute::TableSchema changed;
      OTS_CHECK(properties(changed));
      if (changed.transactional) {
        return fail(sql_unsupported(at, "making a table transactional that is there"));
      }
      return SqlStatement(LeaveTable{std::move(table)});
    }
    if (t_.accept_word("touch")) {
      if (t_.is_word("partition")) OTS_CHECK(partition_specs());
      return SqlStatement(LeaveTable{std::move(table)});
    }
    if (t_.accept_words("disable", "lifecycle") || t_.accept_words("enable", "lifecycle")) {
      return fail(sql_unsupported(at, "switching LIFECYCLE on and off"));
    }
    return fail(
        t_.unexpected("ADD, DROP, RENAME TO, CHANGE COLUMN, SET COMMENT, SET LIFECYCLE or TOUCH"));
  }

  Result<SqlStatement> add(TableName table) {
    if (t_.accept_word("columns") || t_.accept_word("column")) {
      AddColumns out{std::move(table), {}, false};
      OTS_TRY(out.if_not_exists, t_.if_not_exists());
      OTS_CHECK(column_list(out.columns, out.columns));
      return SqlStatement(std::move(out));
    }
    AddPartitions out{std::move(table), {}, false};
    OTS_TRY(out.if_not_exists, t_.if_not_exists());
    OTS_TRY(out.partitions, partition_specs());
    return SqlStatement(std::move(out));
  }

  // CHANGE [COLUMN] a COMMENT '…' | a RENAME TO b | a b type [COMMENT '…']
  Result<SqlStatement> change_column(TableName table) {
    t_.accept_word("column");
    OTS_TRY(auto from, t_.name("a column name"));
    if (t_.accept_word("comment")) {
      OTS_TRY(auto comment, t_.text());
      return SqlStatement(CommentColumn{std::move(table), std::move(from), std::move(comment)});
    }
    if (t_.accept_words("rename", "to")) {
      OTS_TRY(auto to, t_.name("a column name"));
      return SqlStatement(RenameColumn{std::move(table), std::move(from), std::move(to)});
    }
    return fail(sql_unsupported(t_.peek().at, "changing the type of a column"));
  }

  Result<TruncateTable> truncate_table() {
    TruncateTable out;
    OTS_CHECK(t_.expect_word("table"));
    OTS_TRY(out.table, t_.table_name());
    if (t_.is_word("partition")) {
      OTS_TRY(out.partitions, partition_specs());
    }
    return out;
  }

  Result<SqlStatement> show() {
    const SqlPosition at = t_.peek().at;
    if (t_.accept_word("tables")) {
      ShowTables out;
      if (t_.accept_word("in") || t_.accept_word("from")) {
        OTS_TRY(out.project, t_.name("a project"));
      }
      if (t_.accept_word("like")) {
        OTS_TRY(out.like, t_.text());
      }
      return SqlStatement(std::move(out));
    }
    if (t_.accept_word("partitions")) {
      ShowPartitions out;
      OTS_TRY(out.table, t_.table_name());
      if (t_.accept_word("partition")) {
        OTS_TRY(out.prefix, partition_spec());
      }
      return SqlStatement(std::move(out));
    }
    if (t_.accept_words("create", "table")) {
      ShowCreateTable out;
      OTS_TRY(out.table, t_.table_name());
      return SqlStatement(std::move(out));
    }
    return fail(sql_unsupported(at, "SHOW " + t_.peek().text.substr(0, 40)));
  }

  Result<DescribeTable> describe() {
    DescribeTable out;
    out.extended = t_.accept_word("extended");
    t_.accept_word("table");
    OTS_TRY(out.table, t_.table_name());
    if (t_.accept_word("partition")) {
      OTS_TRY(out.partition, partition_spec());
    }
    return out;
  }

  // ( name type [COMMENT '…'] [NOT NULL | NULL] [DEFAULT …] , … ); none of `others` may come again.
  Status column_list(std::vector<Column>& columns, const std::vector<Column>& others) {
    OTS_CHECK(t_.expect_sign("("));
    do {
      const SqlPosition at = t_.peek().at;
      if (t_.accept_words("primary", "key")) return fail(sql_unsupported(at, "PRIMARY KEY"));
      Column column;
      OTS_TRY(column.name, t_.name("a column name"));
      OTS_TRY(column.type, t_.type());
      while (true) {
        if (t_.accept_word("comment")) {
          OTS_TRY(column.comment, t_.text());
        } else if (t_.accept_word("not")) {
          OTS_CHECK(t_.expect_word("null"));
          column.nullable = false;
        } else if (t_.is_word("default") || t_.is_word("generated")) {
          return fail(sql_unsupported(t_.peek().at, "DEFAULT and GENERATED columns"));
        } else if (!t_.accept_word("null")) {
          break;
        }
      }
      auto same = [&](const Column& other) { return other.name == column.name; };
      if (std::any_of(columns.begin(), columns.end(), same) ||
          std::any_of(others.begin(), others.end(), same)) {
        return fail(sql_semantic_error(at, "column " + column.name + " is defined twice"));
      }
      columns.push_back(std::move(column));
    } while (t_.accept_sign(","));
    return t_.expect_sign(")");
  }

  Status partition_columns(CreateTable& table) {
    const SqlPosition at = t_.peek().at;
    if (!table.schema.partition_keys.empty()) {
      return fail(sql_parse_error(at, "PARTITIONED BY occurs twice"));
    }
    OTS_CHECK(column_list(table.schema.partition_keys, table.schema.columns));
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

  // PARTITION (k='v', …) [[,] PARTITION (…)] …
  Result<std::vector<PartitionSpec>> partition_specs() {
    std::vector<PartitionSpec> specs;
    OTS_CHECK(t_.expect_word("partition"));
    do {
      OTS_TRY(auto spec, partition_spec());
      specs.push_back(std::move(spec));
      t_.accept_sign(",");
    } while (t_.accept_word("partition"));
    return specs;
  }

  Result<std::string> partition_value() {
    std::string value;
    if (t_.accept_sign("-")) value = "-";
    if (t_.peek().kind != SqlTokenKind::kWord &&
        (t_.peek().kind != SqlTokenKind::kText || !value.empty())) {
      return fail(t_.unexpected("a partition value"));
    }
    value += t_.peek().text;
    t_.next();
    return value;
  }

  TokenReader& t_;
};

}  // namespace

Result<SqlStatement> parse_ddl(TokenReader& tokens) { return DdlParser(tokens).parse(); }

Result<PartitionSpec> parse_partition_spec(TokenReader& tokens) {
  return DdlParser(tokens).partition_spec();
}

Result<SqlStatement> parse_sql(std::string_view sql) {
  OTS_TRY(auto list, sql_tokens(sql));
  TokenReader tokens(sql, std::move(list));
  if (tokens.is_word("select") || tokens.is_word("with") || tokens.is_word("values") ||
      tokens.is_sign("(")) {
    return SelectText{std::string(sql)};
  }
  OTS_TRY(auto statement, parse_ddl(tokens));
  while (tokens.accept_sign(";")) {
  }
  if (!tokens.at_end()) return fail(tokens.unexpected("the end of the statement"));
  return statement;
}

}  // namespace otsstream::local
