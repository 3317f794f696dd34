// Calls of functions, aggregates and windows.
#include "local/maxcompute/sql/translator.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

using maxcompute::ColumnType;
using maxcompute::TypeKind;

namespace {

ColumnType array_of(const ColumnType& element) {
  ColumnType type;
  type.kind = TypeKind::kArray;
  type.text = "array<" + element.text + ">";
  type.children = {element};
  return type;
}

}  // namespace

Result<Translator::Expression> Translator::call(const Scope& scope) {
  const SqlPosition at = tokens_.peek().at;
  const std::string name = maxcompute::ascii::lower(tokens_.peek().text);
  tokens_.next();
  tokens_.next();
  const FunctionRule* rule = find_function(name);
  const bool distinct = tokens_.accept_word("distinct");
  std::vector<Expression> arguments;
  bool all_rows = false;
  if (name == "count" && tokens_.accept_sign("*")) {
    all_rows = true;
  } else if (!tokens_.is_sign(")")) {
    do {
      OTS_TRY(auto argument, expression(scope));
      arguments.push_back(std::move(argument));
    } while (tokens_.accept_sign(","));
  }
  OTS_CHECK(tokens_.expect_sign(")"));
  bool known = true;
  OTS_TRY(auto special, special_call(scope, name, at, arguments, known));
  if (known) return special;
  if (rule == nullptr) return fail(sql_unsupported(at, "the function " + name));
  const bool wrong_count = arguments.size() < rule->min_arguments ||
                           arguments.size() > rule->max_arguments ||
                           (name == "count" && !all_rows && arguments.empty());
  if (wrong_count) {
    return fail(sql_semantic_error(
        at, name + " does not take " + std::to_string(arguments.size()) + " arguments"));
  }
  if (all_rows) {
    OTS_TRY(const std::string window, over(scope));
    Expression out;
    out.sql = "count(*)" + window;
    out.type = plain_type(TypeKind::kBigint);
    out.at = at;
    return out;
  }
  return finish_call(scope, *rule, at, distinct, std::move(arguments));
}

// Functions whose result or form depends on more than a letter of function_rules.h can say.
Result<Translator::Expression> Translator::special_call(const Scope&, const std::string& name,
                                                        SqlPosition at,
                                                        std::vector<Expression> arguments,
                                                        bool& known) {
  Expression out;
  out.at = at;
  auto build = [&](const Type& type, const std::vector<Expression>& items) {
    out.sql = "mc_complex(" + type_number(type);
    for (const Expression& item : items) out.sql += ", " + item.sql;
    out.sql += ")";
    out.type = type;
  };
  if (name == "array" && !arguments.empty()) {
    OTS_TRY(auto element, common_of(arguments, Purpose::kChoice));
    const Type type = element.value_or(plain_type(TypeKind::kString));
    for (Expression& item : arguments) {
      OTS_TRY(item, as(item, type));
    }
    build(array_of(type), arguments);
    return out;
  }
  if (name == "map" && !arguments.empty() && arguments.size() % 2 == 0) {
    std::vector<Expression> sides[2];
    for (size_t i = 0; i < arguments.size(); ++i) sides[i % 2].push_back(arguments[i]);
    OTS_TRY(auto key, common_of(sides[0], Purpose::kChoice));
    OTS_TRY(auto value, common_of(sides[1], Purpose::kChoice));
    const Type types[] = {key.value_or(plain_type(TypeKind::kString)),
                          value.value_or(plain_type(TypeKind::kString))};
    for (size_t i = 0; i < arguments.size(); ++i) {
      OTS_TRY(arguments[i], as(arguments[i], types[i % 2]));
    }
    Type type;
    type.kind = TypeKind::kMap;
    type.text = "map<" + types[0].text + "," + types[1].text + ">";
    type.children = {types[0], types[1]};
    build(type, arguments);
    return out;
  }
  if (name == "named_struct" && !arguments.empty() && arguments.size() % 2 == 0) {
    Type type;
    type.kind = TypeKind::kStruct;
    std::string fields;
    std::vector<Expression> values;
    for (size_t i = 0; i < arguments.size(); i += 2) {
      if (!arguments[i].is_text_literal) {
        return fail(sql_semantic_error(arguments[i].at, "the name of a field must be a text"));
      }
      type.field_names.push_back(maxcompute::ascii::lower(arguments[i].text));
      type.children.push_back(arguments[i + 1].type.value_or(plain_type(TypeKind::kString)));
      fields += (i > 0 ? "," : "") + type.field_names.back() + ":" + type.children.back().text;
      values.push_back(std::move(arguments[i + 1]));
    }
    type.text = "struct<" + fields + ">";
    build(type, values);
    return out;
  }
  if (name == "from_json" && arguments.size() == 2 && arguments[1].is_text_literal) {
    auto type = maxcompute::parse_type(arguments[1].text);
    if (!type) return fail(sql_semantic_error(arguments[1].at, type.error().message));
    OTS_TRY(const auto text, as(arguments[0], plain_type(TypeKind::kString)));
    out.sql = "mc_from_json(" + text.sql + ", " + type_number(*type) + ")";
    out.type = *type;
    return out;
  }
  // With one argument both are conversions.
  if (name == "to_char" && arguments.size() == 1) {
    return as(arguments[0], plain_type(TypeKind::kString));
  }
  if (name == "to_date" && arguments.size() == 1) {
    return as(arguments[0], plain_type(TypeKind::kDate));
  }
  if (name == "to_char" && arguments.size() == 2) {
    OTS_TRY(arguments[0], as(arguments[0], plain_type(TypeKind::kDatetime)));
    OTS_TRY(arguments[1], as(arguments[1], plain_type(TypeKind::kString)));
    out.sql = "mc_to_char(" + arguments[0].sql + ", " + arguments[1].sql + ")";
    out.type = plain_type(TypeKind::kString);
    return out;
  }
  if (name == "to_date" && arguments.size() == 2) {
    OTS_TRY(arguments[0], as(arguments[0], plain_type(TypeKind::kString)));
    OTS_TRY(arguments[1], as(arguments[1], plain_type(TypeKind::kString)));
    out.sql = "mc_to_date(" + arguments[0].sql + ", " + arguments[1].sql + ")";
    out.type = plain_type(TypeKind::kDatetime);
    return out;
  }
  known = false;
  return out;
}

Status Translator::convert_arguments(const FunctionRule& rule, std::vector<Expression>& arguments) {
  std::optional<Type> shared;
  if (const size_t from = rule.parameters.find('c'); from != std::string_view::npos) {
    OTS_TRY(shared, common_of(arguments, Purpose::kChoice, from));
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    Expression& argument = arguments[i];
    const auto& type = argument.type;
    std::optional<Type> wanted;
    switch (rule.parameters[std::min(i, rule.parameters.size() - 1)]) {
      case 's':
        wanted = plain_type(TypeKind::kString);
        break;
      case 'i':
        wanted = plain_type(TypeKind::kBigint);
        break;
      case 'b':
        wanted = plain_type(TypeKind::kBoolean);
        break;
      case 't':
        wanted = plain_type(TypeKind::kDatetime);
        break;
      case 'n':
        wanted = plain_type(TypeKind::kDouble);
        break;
      case 'm':
        if (type && !is_integer(type->kind) && type->kind != TypeKind::kDecimal) {
          wanted = plain_type(TypeKind::kDouble);
        }
        break;
      case 'c':
        wanted = shared;
        break;
      default:
        break;
    }
    if (wanted) {
      OTS_TRY(argument, as(argument, *wanted));
    }
  }
  return {};
}

Result<Translator::Expression> Translator::finish_call(const Scope& scope, const FunctionRule& rule,
                                                       SqlPosition at, bool distinct,
                                                       std::vector<Expression> arguments) {
  OTS_CHECK(convert_arguments(rule, arguments));
  Expression out;
  out.at = at;
  switch (rule.result) {
    case 'S':
      out.type = plain_type(TypeKind::kString);
      break;
    case 'I':
      out.type = plain_type(TypeKind::kBigint);
      break;
    case 'D':
      out.type = plain_type(TypeKind::kDouble);
      break;
    case 'B':
      out.type = plain_type(TypeKind::kBoolean);
      break;
    case 'T':
      out.type = plain_type(TypeKind::kDatetime);
      break;
    case 'd':
      out.type = plain_type(TypeKind::kDate);
      break;
    case 'Y':
      out.type = plain_type(TypeKind::kBinary);
      break;
    case '0':
      out.type = arguments[0].type;
      break;
    case 'C':
      out.type = arguments.back().type;
      for (const Expression& argument : arguments) {
        if (!out.type) out.type = argument.type;
      }
      break;
    case 'N':
      out.type = !arguments[0].type                              ? plain_type(TypeKind::kDouble)
                 : is_integer(arguments[0].type->kind)           ? plain_type(TypeKind::kBigint)
                 : arguments[0].type->kind == TypeKind::kDecimal ? wide_decimal()
                                                                 : plain_type(TypeKind::kDouble);
      break;
    default:
      out.type = array_of(arguments[0].type.value_or(plain_type(TypeKind::kString)));
      break;
  }
  const std::string_view function = rule.sqlite.empty() ? rule.name : rule.sqlite;
  std::vector<std::string> texts;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool by_order = (function == "min" || function == "max" || distinct) && i == 0;
    texts.push_back(by_order ? ordered(arguments[i]) : arguments[i].sql);
  }
  if (function == "mc_greatest" || function == "mc_least") {
    texts.insert(texts.begin(), type_number(out.type.value_or(plain_type(TypeKind::kString))));
  } else if (function == "mc_to_json" || function == "mc_size") {
    const Type type = arguments[0].type.value_or(plain_type(TypeKind::kString));
    if (function == "mc_size" && !is_complex(type.kind)) {
      return fail(sql_semantic_error(at, "size counts an array or a map, not a " + type.text));
    }
    texts.push_back(type_number(type));
  } else if (rule.result == 'L') {
    texts.push_back(type_number(*out.type));
  } else if (function == "mc_max_by" || function == "mc_min_by") {
    const bool decimal = arguments[1].type && arguments[1].type->kind == TypeKind::kDecimal;
    texts.push_back(decimal ? "1" : "0");
  }
  if (distinct && rule.kind != FunctionRule::kAggregate) {
    return fail(sql_parse_error(at, std::string(rule.name) + " takes no DISTINCT"));
  }
  if (texts.size() > 1 && (distinct || rule.name == "count")) {
    return fail(sql_unsupported(at, "DISTINCT or count over several columns"));
  }
  out.sql = std::string(function) + (distinct ? "(DISTINCT " : "(");
  for (size_t i = 0; i < texts.size(); ++i) out.sql += (i > 0 ? ", " : "") + texts[i];
  out.sql += ")";
  if (tokens_.is_word("within")) return fail(sql_unsupported(at, "WITHIN GROUP"));
  if (rule.kind == FunctionRule::kScalar) return out;
  if (tokens_.is_word("filter") && tokens_.is_sign("(", 1)) {
    tokens_.next();
    tokens_.next();
    OTS_CHECK(tokens_.expect_word("where"));
    OTS_TRY(auto condition, expression(scope));
    OTS_TRY(condition, as(condition, plain_type(TypeKind::kBoolean)));
    OTS_CHECK(tokens_.expect_sign(")"));
    out.sql += " FILTER (WHERE " + condition.sql + ")";
  }
  OTS_TRY(const std::string window, over(scope));
  if (window.empty() && rule.kind == FunctionRule::kWindow) {
    return fail(sql_semantic_error(at, std::string(rule.name) + " needs OVER (…)"));
  }
  out.sql += window;
  return out;
}

// OVER ([PARTITION BY …] [ORDER BY …] [ROWS|RANGE …]); nothing when it is not there.
Result<std::string> Translator::over(const Scope& scope) {
  if (!tokens_.accept_word("over")) return std::string();
  OTS_CHECK(tokens_.expect_sign("("));
  // The names of the select list are not seen here.
  Scope inner = scope;
  inner.aliases_visible = false;
  std::string sql = " OVER (";
  if (tokens_.accept_words("partition", "by") || tokens_.accept_words("distribute", "by")) {
    sql += "PARTITION BY ";
    std::string keys;
    do {
      OTS_TRY(auto key, expression(inner));
      // An integer would be no ordinal here, but a constant.
      keys += (keys.empty() ? "" : ", ") + ordered(key);
    } while (tokens_.accept_sign(","));
    sql += keys;
  }
  if (tokens_.accept_words("order", "by") || tokens_.accept_words("sort", "by")) {
    OTS_TRY(const std::string list, order_list(inner, false));
    sql += " ORDER BY " + list;
  }
  if (tokens_.is_word("rows") || tokens_.is_word("range")) {
    sql += tokens_.accept_word("rows") ? " ROWS " : " RANGE ";
    if (sql.ends_with("RANGE ")) tokens_.next();
    if (tokens_.accept_word("between")) {
      OTS_TRY(const std::string begin, frame_bound());
      OTS_CHECK(tokens_.expect_word("and"));
      OTS_TRY(const std::string end, frame_bound());
      sql += "BETWEEN " + begin + " AND " + end;
    } else {
      OTS_TRY(const std::string begin, frame_bound());
      sql += begin;
    }
  }
  OTS_CHECK(tokens_.expect_sign(")"));
  return sql + ")";
}

Result<std::string> Translator::frame_bound() {
  if (tokens_.accept_words("current", "row")) return std::string("CURRENT ROW");
  std::string bound = "UNBOUNDED";
  if (!tokens_.accept_word("unbounded")) {
    OTS_TRY(const int64_t rows, tokens_.positive_number());
    bound = std::to_string(rows);
  }
  if (tokens_.accept_word("preceding")) return bound + " PRECEDING";
  if (tokens_.accept_word("following")) return bound + " FOLLOWING";
  return fail(tokens_.unexpected("PRECEDING or FOLLOWING"));
}

}  // namespace otsstream::local
