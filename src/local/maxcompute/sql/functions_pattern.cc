// Functions over texts with a pattern in them: LIKE, regular expressions (RE2), JSON paths.
#include <re2/re2.h>

#include <charconv>

#include "config/json_text.h"
#include "config/utf8.h"
#include "local/maxcompute/sql/functions.h"

namespace otsstream::local {

namespace {

constexpr int64_t kRegexMemory = 8 << 20;

// Latin-1 for what is no UTF-8 would match other characters; RE2 refuses such texts instead.
std::unique_ptr<re2::RE2> compile(const SqlCall& call, std::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexMemory);
  auto regex =
      std::make_unique<re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (regex->ok()) return regex;
  call.error("the regular expression '" + std::string(pattern.substr(0, 80)) +
             "' is not one of RE2: " + regex->error());
  return nullptr;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

// SQLite turns `x REGEXP p` into regexp(p, x).
void regexp(const SqlCall& call) {
  if (auto regex = compile(call, call.text(0))) {
    give_integer(call.context, re2::RE2::PartialMatch(piece(call.text(1)), *regex) ? 1 : 0);
  }
}

void regexp_extract(const SqlCall& call) {
  auto regex = compile(call, call.text(1));
  if (!regex) return;
  const int64_t group = call.integer(2, 1);
  if (group < 0 || group > regex->NumberOfCapturingGroups()) {
    return call.error("the regular expression has no group " + std::to_string(group));
  }
  std::vector<re2::StringPiece> groups(static_cast<size_t>(group) + 1);
  const std::string_view text = call.text(0);
  if (!regex->Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, groups.data(),
                    static_cast<int>(groups.size()))) {
    return give_text(call.context, "");
  }
  give_text(call.context, {groups.back().data(), groups.back().size()});
}

// Every match, or the occurrence-th only. \1 in the replacement is the first group, as in RE2.
void regexp_replace(const SqlCall& call) {
  auto regex = compile(call, call.text(1));
  if (!regex) return;
  std::string text(call.text(0));
  const int64_t occurrence = call.integer(3, 0);
  if (occurrence == 0) {
    re2::RE2::GlobalReplace(&text, *regex, piece(call.text(2)));
    if (call.fits(text.size())) give_text(call.context, text);
    return;
  }
  size_t at = 0;
  re2::StringPiece match;
  for (int64_t i = 1; regex->Match(text, at, text.size(), re2::RE2::UNANCHORED, &match, 1); ++i) {
    const auto begin = static_cast<size_t>(match.data() - text.data());
    if (i == occurrence) {
      std::string part(match.data(), match.size());
      re2::RE2::Replace(&part, *regex, piece(call.text(2)));
      text.replace(begin, match.size(), part);
      break;
    }
    at = begin + std::max<size_t>(match.size(), 1);
    if (at > text.size()) break;
  }
  give_text(call.context, text);
}

void regexp_count(const SqlCall& call) {
  auto regex = compile(call, call.text(1));
  if (!regex) return;
  const std::string_view text = call.text(0);
  int64_t count = 0;
  re2::StringPiece match;
  for (size_t at = 0; at <= text.size() && regex->Match(piece(text), at, text.size(),
                                                        re2::RE2::UNANCHORED, &match, 1);) {
    ++count;
    at = static_cast<size_t>(match.data() - text.data()) + std::max<size_t>(match.size(), 1);
  }
  give_integer(call.context, count);
}

// % any text, _ any character, \ takes the next one as it is; letter case counts. Backtracks to
// the last % only, so it is linear for each of them.
bool like(std::string_view pattern, std::string_view text, char escape) {
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;
  size_t star_text = 0;
  while (t < text.size()) {
    const bool escaped = p + 1 < pattern.size() && pattern[p] == escape;
    if (p < pattern.size() && !escaped && pattern[p] == '%') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && !escaped && pattern[p] == '_') {
      t += std::max<size_t>(utf8_length(text, t), 1);
      ++p;
    } else if (p < pattern.size() && pattern[p + (escaped ? 1 : 0)] == text[t]) {
      p += escaped ? 2 : 1;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

// SQLite turns `x LIKE p ESCAPE e` into like(p, x, e).
void give_like(const SqlCall& call) {
  const char escape = call.count > 2 && !call.text(2).empty() ? call.text(2)[0] : '\\';
  give_integer(call.context, like(call.text(0), call.text(1), escape) ? 1 : 0);
}

// $.a.b[0]; nothing when there is no such value.
const JsonNode* walk(const JsonNode& root, std::string_view path) {
  const JsonNode* node = &root;
  if (!path.starts_with('$')) return nullptr;
  path.remove_prefix(1);
  while (!path.empty() && node != nullptr) {
    if (path[0] == '.') {
      path.remove_prefix(1);
      const size_t end = std::min(path.find_first_of(".["), path.size());
      node = node->is_object() ? node->find(path.substr(0, end)) : nullptr;
      path.remove_prefix(end);
      continue;
    }
    const size_t close = path.find(']');
    if (path[0] != '[' || close == std::string_view::npos) return nullptr;
    std::string_view inner = path.substr(1, close - 1);
    path.remove_prefix(close + 1);
    if (inner.size() > 1 && (inner[0] == '\'' || inner[0] == '"')) {
      node = node->is_object() ? node->find(inner.substr(1, inner.size() - 2)) : nullptr;
      continue;
    }
    size_t index = 0;
    auto [end, error] = std::from_chars(inner.data(), inner.data() + inner.size(), index);
    const bool valid = error == std::errc() && end == inner.data() + inner.size();
    node =
        valid && node->is_array() && index < node->items().size() ? node->items()[index] : nullptr;
  }
  return node;
}

void get_json_object(const SqlCall& call) {
  JsonOptions options;
  options.strict = true;
  auto document = parse_json(std::string(call.text(0)), "json", options);
  if (!document) return call.null();
  const JsonNode* node = walk((*document)->root(), call.text(1));
  if (node == nullptr || node->is_null()) return call.null();
  if (node->is_array() || node->is_object()) {
    const std::string& source = (*document)->source();
    return give_text(call.context,
                     std::string_view(source).substr(node->begin(), node->end() - node->begin()));
  }
  give_text(call.context, node->text());
}

constexpr ScalarFunction kFunctions[] = {
    {"regexp", 2, regexp},
    {"like", 2, give_like},
    {"like", 3, give_like},
    {"mc_regexp_extract", -1, regexp_extract},
    {"mc_regexp_replace", -1, regexp_replace},
    {"mc_regexp_count", 2, regexp_count},
    {"mc_get_json_object", 2, get_json_object},
};

}  // namespace

Status register_pattern_functions(sqlite3* db, SqlSession& session) {
  return register_scalars(db, session, kFunctions, std::size(kFunctions));
}

}  // namespace otsstream::local
