#include "job/variables.h"

#include <algorithm>
#include <optional>

#include "config/param_reader.h"
#include "job/schedule_expr.h"

namespace otsstream::job {

namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

bool is_name(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_word(c) || c == '.'; });
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_blank(std::string_view text) { return trimmed(text).empty(); }

// Shell and Java have taken quotes off before; a pasted option may still carry them.
std::string_view without_quotes(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == text.back() &&
                      (text.front() == '"' || text.front() == '\'');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

Status assign(std::string_view text, Variables& variables) {
  const size_t equals = text.find('=');
  const std::string_view name = trimmed(text.substr(0, equals));
  if (equals == std::string_view::npos || !is_name(name))
    // The text is not repeated: a mistyped option may hold anything.
    return fail(ErrorKind::kUsage, "Usage-Parameter",
                "-p takes name=value, with a name of letters, digits, `_` and `.`",
                "for example -p startTime=20171019161000");
  variables[std::string(name)] = std::string(without_quotes(text.substr(equals + 1)));
  return {};
}

}  // namespace

Status parse_param_option(std::string_view option, Variables& variables) {
  std::string_view rest = trimmed(without_quotes(trimmed(option)));
  if (rest.substr(0, 2) != "-D") return assign(rest, variables);
  while (!rest.empty()) {
    rest.remove_prefix(2);
    // The next assignment begins at a -D behind a blank.
    size_t next = rest.find("-D");
    while (next != std::string_view::npos &&
           (next == 0 || !std::isspace(static_cast<unsigned char>(rest[next - 1]))))
      next = rest.find("-D", next + 1);
    OTS_CHECK(assign(trimmed(rest.substr(0, next)), variables));
    rest = next == std::string_view::npos ? std::string_view() : rest.substr(next);
  }
  return {};
}

namespace {

// What `on_braced` and `on_word` make of the variables of a text; other characters stay.
// on_braced(inside, closed): the text to put in place of ${inside}; closed = false without a `}`.
// on_bracketed(inside, closed): likewise of $[inside].
// on_word(word): the replacement of the longest variable at the beginning of `word` and the length
// of its name, or nothing.
struct Replaced {
  std::string value;
  size_t length = 0;
};
template <class OnBraced, class OnBracketed, class OnWord>
std::string scan(const std::string& text, OnBraced on_braced, OnBracketed on_bracketed,
                 OnWord on_word) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '$') {
      out += '$';
      i += 2;
    } else if (text[i] != '$') {
      out += text[i++];
    } else if (i + 1 < text.size() && (text[i + 1] == '{' || text[i + 1] == '[')) {
      const bool braced = text[i + 1] == '{';
      const size_t end = text.find(braced ? '}' : ']', i);
      const bool closed = end != std::string::npos;
      const std::string inside = text.substr(i + 2, closed ? end - i - 2 : std::string::npos);
      out += braced ? on_braced(inside, closed) : on_bracketed(inside, closed);
      i = closed ? end + 1 : text.size();
    } else {
      size_t end = i + 1;
      while (end < text.size() && (is_word(text[end]) || text[end] == '.')) ++end;
      std::optional<Replaced> found = on_word(std::string_view(text).substr(i + 1, end - i - 1));
      out += found ? found->value : "$";
      i += 1 + (found ? found->length : 0);
    }
  }
  return out;
}

class Substitution {
 public:
  Substitution(const Variables& variables, Diagnostics& diagnostics)
      : variables_(variables), diagnostics_(diagnostics) {}

  // Nobody needs to be told that `${x}` is no integer either.
  ~Substitution() {
    for (std::string& where : spoiled_) diagnostics_.spoil(std::move(where));
  }

  std::optional<std::string> replace(const JsonNode& node, bool is_key) {
    const std::string& text = is_key ? node.key() : node.text();
    if (text.find('$') == std::string::npos) return std::nullopt;
    const std::string where = is_key ? node.key_where() : node.where();
    hide_text_ = !is_key && may_be_secret(node.key());
    return scan(
        text, [&](const std::string& inside, bool closed) { return braced(inside, closed, where); },
        [&](const std::string& inside, bool closed) { return bracketed(inside, closed, where); },
        [&](std::string_view word) { return plain(word); });
  }

 private:
  // The value of a variable that the caller provides; "" when it did not.
  std::string built_in(std::string_view name) const {
    auto variable = variables_.find(name);
    return variable == variables_.end() ? std::string() : variable->second;
  }

  // `text` was made of the variable `base`.
  std::string settle(Result<std::string> text, std::string_view base, const std::string& written,
                     const std::string& where) {
    if (text) return std::move(*text);
    if (text.error().code == "Config-Time" && built_in(base).empty()) {
      text = fail(ErrorKind::kConfig, "Config-UnassignedVariable",
                  "`" + written + "` is made of `" + std::string(base) + "`, which has no value",
                  "set it with -p " + std::string(base) + "=VALUE");
    }
    text.error().where = where;
    diagnostics_.add(Severity::kError, std::move(text).error());
    spoiled_.push_back(where);
    return written;
  }

  // What looks like an expression in a key or token is a piece of it.
  std::string bracketed(const std::string& inside, bool closed, const std::string& where) {
    const std::string written = "$[" + inside + (closed ? "]" : "");
    if (hide_text_) return written;
    if (!closed)
      return settle(
          fail(ErrorKind::kConfig, "Config-ScheduleExpression", "this `$[` has no closing `]`",
               "add `]`, or write \\\\$[ for a literal $["),
          kCyctimeVariable, written, where);
    return settle(schedule_time_text(inside, built_in(kCyctimeVariable)), kCyctimeVariable, written,
                  where);
  }

  std::string braced(const std::string& inside, bool closed, const std::string& where) {
    const std::string written = "${" + inside + (closed ? "}" : "");
    auto variable = variables_.find(inside);
    if (closed && variable != variables_.end() && !is_blank(variable->second))
      return variable->second;
    if (closed && !hide_text_ && variable == variables_.end()) {
      if (auto text = business_date_text(inside, built_in(kBizdateVariable)))
        return settle(std::move(*text), kBizdateVariable, written, where);
    }
    std::string message, remedy;
    if (!closed) {
      message = "this `${` has no closing `}`";
      remedy = "add `}`, or write \\\\${ for a literal ${";
    } else if (!is_name(inside)) {
      message = (hide_text_ ? "`${...}`" : "`" + written + "`") +
                " is not a variable: a name has letters, digits, `_` and `.` only";
      remedy = "put expressions into the variable's value, or write \\\\${ for a literal ${";
    } else {
      message = "the variable `" + written + "` has " +
                (variable == variables_.end() ? "no value" : "an empty value");
      remedy = "set it with -p " + inside + "=VALUE";
      if (variable == variables_.end()) {
        std::vector<std::string> names;
        for (const auto& [name, value] : variables_) names.push_back(name);
        if (std::string near = nearest_name(inside, names); !near.empty())
          remedy += "; did you mean `" + near + "`?";
      }
    }
    Error error = make_error(ErrorKind::kConfig, "Config-UnassignedVariable", std::move(message),
                             std::move(remedy));
    error.where = where;
    diagnostics_.add(Severity::kError, std::move(error));
    spoiled_.push_back(where);
    return written;
  }

  // What looks like an expression there may be a piece of a key.
  static bool may_be_secret(std::string key) {
    std::transform(key.begin(), key.end(), key.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    for (const char* part : {"key", "secret", "token", "password"})
      if (key.find(part) != std::string::npos) return true;
    return false;
  }

  // A dotted name as a whole first, then the part before the first dot, as DataX sees it.
  std::optional<Replaced> plain(std::string_view word) const {
    for (std::string_view name = word; !name.empty();) {
      auto variable = variables_.find(name);
      if (variable != variables_.end() && !is_blank(variable->second))
        return Replaced{variable->second, name.size()};
      if (std::string value = scheduled(name); !value.empty())
        return Replaced{std::move(value), name.size()};
      const size_t dot = name.rfind('.');
      if (dot == std::string_view::npos) break;
      name = name.substr(0, dot);
    }
    return std::nullopt;
  }

  // Built-in names of the scheduler (dataworks.md 6.2).
  std::string scheduled(std::string_view name) const {
    if (name == "bizdate") return built_in(kBizdateVariable);
    if (name == "cyctime") return built_in(kCyctimeVariable);
    if (name == "gmtdate") return built_in(kCyctimeVariable).substr(0, 8);
    return {};
  }

  const Variables& variables_;
  Diagnostics& diagnostics_;
  std::vector<std::string> spoiled_;  // places that have no value
  bool hide_text_ = false;
};

void collect(const std::string& text, std::vector<std::string>& names) {
  scan(
      text,
      [&](const std::string& inside, bool closed) {
        if (closed && is_name(inside) &&
            std::find(names.begin(), names.end(), inside) == names.end())
          names.push_back(inside);
        return std::string();
      },
      [](const std::string&, bool) { return std::string(); },
      [](std::string_view) -> std::optional<Replaced> { return std::nullopt; });
}

void collect_all(const JsonNode& node, std::vector<std::string>& names) {
  collect(node.key(), names);
  collect(node.text(), names);
  for (const JsonNode* child : node.members()) collect_all(*child, names);
  for (const JsonNode* child : node.items()) collect_all(*child, names);
}

}  // namespace

void substitute_variables(JsonDocument& document, const Variables& variables,
                          Diagnostics& diagnostics) {
  Substitution substitution(variables, diagnostics);
  Status done = document.rewrite_texts(
      [&](const JsonNode& node, bool is_key) { return substitution.replace(node, is_key); });
  if (!done) diagnostics.add(Severity::kError, std::move(done).error());
}

std::vector<std::string> variables_used(const JsonDocument& document) {
  std::vector<std::string> names;
  collect_all(document.root(), names);
  return names;
}

}  // namespace otsstream::job
