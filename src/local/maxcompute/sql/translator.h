#pragma once
// A SELECT in MaxCompute's SQL -> one in SQLite's, with the type of every expression known on the
// way: implicit conversions become explicit calls, names become positions ("s2.c0"), so that a
// mistake is told with its place in the text as it came. What is not supported is refused by name.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/maxcompute/sql/function_rules.h"
#include "local/maxcompute/sql/sql_value.h"
#include "local/maxcompute/sql/token_reader.h"

namespace otsstream::local {

struct SourceTable {
  const maxcompute::TableSchema* schema = nullptr;
  std::string sqlite_name;  // its columns are c0, c1, …: data columns, then partition columns
};
using FindTable = std::function<Result<SourceTable>(const TableName& name)>;

struct QueryColumn {
  std::string name;
  std::optional<maxcompute::ColumnType> type;  // nothing: NULL alone
};

// `columns` are c0, c1, … of `sql`.
struct TranslatedQuery {
  std::string sql;
  std::vector<QueryColumn> columns;
};

class Translator {
 public:
  // All must outlive the translator.
  Translator(TokenReader& tokens, SqlSession& session, FindTable find_table)
      : tokens_(tokens), session_(session), find_table_(std::move(find_table)) {}

  // From SELECT, WITH, VALUES or '(' up to where the query ends. Errors: kConfig "ODPS-0130161" and
  // "ODPS-0130071" with places, kUnsupported "ODPS-0130161", kNotFound "ODPS-0130131".
  Result<TranslatedQuery> query();

 private:
  using Type = maxcompute::ColumnType;

  struct Expression {
    std::string sql;
    std::optional<Type> type;  // nothing: NULL alone
    SqlPosition at;
    std::string name;                // of a plain column
    std::optional<int64_t> integer;  // of a plain literal: ordinals of GROUP BY and ORDER BY
    bool is_text_literal = false;
    std::string text;  // of a plain text literal
  };
  struct SourceColumn {
    std::string name;
    std::optional<Type> type;
    bool hidden = false;  // the right side of USING
  };
  struct Source {
    std::string alias;   // as the statement calls it
    std::string prefix;  // "s3"
    std::vector<SourceColumn> columns;
  };
  struct Scope {
    const Scope* outer = nullptr;
    std::vector<Source> sources;
    std::vector<std::pair<std::string, Expression>> aliases;  // of the select list
    bool aliases_visible = false;                             // behind the select list
    bool aliases_first = false;                               // in ORDER BY
  };
  struct Cte {
    std::string name;
    std::string sqlite_name;
    std::vector<QueryColumn> columns;
  };
  // One SELECT without what may follow it.
  struct Core {
    TranslatedQuery query;
    std::shared_ptr<Scope> scope;  // nothing: ORDER BY sees the columns of the result only
  };
  enum class Purpose { kChoice, kComparison };

  // ---- translator.cc: queries
  Result<TranslatedQuery> full_query(const Scope* outer);
  Status with_clause(const Scope* outer, std::string& out);
  Result<Core> set_operand(const Scope* outer);
  Result<TranslatedQuery> combined(TranslatedQuery left, TranslatedQuery right,
                                   const std::string& operation, SqlPosition at);
  Result<std::string> tail(Core& core);
  Result<Core> select(const Scope* outer);
  Result<TranslatedQuery> values_rows(const Scope* outer);
  std::optional<size_t> find_from() const;
  Result<std::string> select_items(Scope& scope, std::vector<QueryColumn>& columns);
  Status star(const Scope& scope, const std::string& qualifier, SqlPosition at,
              std::vector<Expression>& items, std::vector<std::string>& names);
  Result<std::string> group_by(Scope& scope);
  Result<std::string> order_list(Scope& scope, bool ordinals);
  Result<std::string> limit();
  Status unsupported_clause() const;
  bool ends_select() const;

  // ---- translator_from.cc
  Result<std::string> from(Scope& scope, std::string& conditions);
  Result<std::string> table_reference(Scope& scope);
  Result<std::string> join(Scope& scope, std::string& conditions, std::string left);
  Result<std::string> using_columns(Scope& scope);
  Result<std::optional<std::string>> alias();
  Status alias_columns(Source& source);

  // ---- translator_predicate.cc
  Result<Expression> expression(const Scope& scope);
  Result<Expression> and_chain(const Scope& scope);
  Result<Expression> negation(const Scope& scope);
  Result<Expression> predicate(const Scope& scope);
  Result<Expression> predicate_tail(const Scope& scope, Expression left, bool& more);
  Result<Expression> in_list(const Scope& scope, Expression left, bool negated);
  Result<Expression> compare(const Expression& left, const std::string& operation,
                             const Expression& right);

  // ---- translator_arithmetic.cc
  Result<Expression> bits(const Scope& scope);
  Result<Expression> sum(const Scope& scope);
  Result<Expression> product(const Scope& scope);
  Result<Expression> unary(const Scope& scope);
  Expression arithmetic(std::vector<Expression> operands, const std::string& operations);

  // ---- translator_expression.cc
  Result<Expression> postfix(const Scope& scope);
  Result<Expression> primary(const Scope& scope);
  Result<Expression> word(const Scope& scope);
  Result<Expression> number(const std::string& text, SqlPosition at);
  Result<Expression> case_expression(const Scope& scope);
  Result<Expression> cast(const Scope& scope);
  Result<Expression> column(const Scope& scope);

  // ---- translator_call.cc
  Result<Expression> call(const Scope& scope);
  Result<Expression> special_call(const Scope& scope, const std::string& name, SqlPosition at,
                                  std::vector<Expression> arguments, bool& known);
  Status convert_arguments(const FunctionRule& rule, std::vector<Expression>& arguments);
  Result<Expression> finish_call(const Scope& scope, const FunctionRule& rule, SqlPosition at,
                                 bool distinct, std::vector<Expression> arguments);
  Result<std::string> over(const Scope& scope);
  Result<std::string> frame_bound();

  // ---- types
  // `expression` as a value of `type`; an error where there is no conversion.
  Result<Expression> as(const Expression& expression, const Type& type);
  std::optional<Type> common(const std::optional<Type>& a, const std::optional<Type>& b,
                             Purpose purpose) const;
  Result<std::optional<Type>> common_of(const std::vector<Expression>& expressions, Purpose purpose,
                                        size_t from = 0) const;
  std::string type_number(const Type& type) {
    return std::to_string(session_.types.index_of(type));
  }
  std::string fresh(char letter) { return letter + std::to_string(++names_); }
  // With the collation of decimals where order or equality matter.
  std::string ordered(const Expression& expression) const;
  std::string sort_key(const Expression& key) const;
  Expression boolean(std::string sql, SqlPosition at) const;

  class Depth {
   public:
    explicit Depth(int& depth) : depth_(depth) { ++depth_; }
    ~Depth() { --depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

   private:
    int& depth_;
  };
  Status enter(SqlPosition at) const;

  TokenReader& tokens_;
  SqlSession& session_;
  FindTable find_table_;
  std::vector<Cte> ctes_;
  int names_ = 0;
  int depth_ = 0;
};

// How deep queries and expressions may stand in each other: SQLite's parser has a limit too.
inline constexpr int kMaxSqlDepth = 30;

const maxcompute::ColumnType& plain_type(maxcompute::TypeKind kind);
// decimal(38,18): what exact arithmetic gives.
const maxcompute::ColumnType& wide_decimal();
bool is_reserved_word(std::string_view lower_word);
// A text between SQLite's quotes, NUL bytes included.
std::string sqlite_text(std::string_view text);

}  // namespace otsstream::local
