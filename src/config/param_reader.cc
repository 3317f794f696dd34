#include "config/param_reader.h"

#include <algorithm>
#include <numeric>

namespace otsstream {

const JsonNode* ParamPlaces::find(std::string_view name) const {
  auto it = given.find(name);
  return it == given.end() ? nullptr : it->second;
}

const JsonNode& ParamPlaces::at(std::string_view name) const {
  const JsonNode* node = find(name);
  return node ? *node : *block;
}

std::string ParamPlaces::where(std::string_view name) const { return at(name).where(); }

std::string nearest_name(std::string_view word, const std::vector<std::string>& known) {
  auto lower = [](std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    return out;
  };
  // Levenshtein distance by rows; names are short.
  auto distance = [](const std::string& a, const std::string& b) {
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 1; i <= a.size(); ++i) {
      size_t diagonal = row[0];
      row[0] = i;
      for (size_t k = 1; k <= b.size(); ++k) {
        const size_t replaced = diagonal + (a[i - 1] == b[k - 1] ? 0 : 1);
        diagonal = row[k];
        row[k] = std::min({replaced, row[k] + 1, row[k - 1] + 1});
      }
    }
    return row[b.size()];
  };
  if (word.size() > 100) return {};
  const std::string wanted = lower(word);
  std::string best;
  size_t best_distance = std::max<size_t>(1, wanted.size() / 3) + 1;  // farther is no misspelling
  for (const std::string& name : known) {
    const size_t d = distance(wanted, lower(name));
    if (d < best_distance) {
      best = name;
      best_distance = d;
    }
  }
  return best;
}

namespace {

std::string folded(std::string_view key) {
  const size_t first = key.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  std::string out(key.substr(first, key.find_last_not_of(" \t\r\n") - first + 1));
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return out;
}

bool is_absent(const JsonNode& node) {
  if (node.is_null()) return true;
  return node.is_text() && node.text().find_first_not_of(" \t\r\n") == std::string::npos;
}

bool same_value(const JsonNode& a, const JsonNode& b) {
  const std::string_view left(a.document().source()), right(b.document().source());
  if (!a.members().empty() || !a.items().empty() || a.is_array() || a.is_object())
    return left.substr(a.begin(), a.end() - a.begin()) ==
           right.substr(b.begin(), b.end() - b.begin());
  return a.text() == b.text();
}

// One pass over the block; dotted names lead it into nested objects.
class BlockReader {
 public:
  BlockReader(const std::vector<BoundParam>& params, Diagnostics& diagnostics, ParamPlaces& places)
      : params_(params), diagnostics_(diagnostics), places_(places) {
    for (const BoundParam& param : params) {
      add_name(param.info->name, param);
      for (const std::string& alias : param.info->aliases) add_name(alias, param);
    }
  }

  void walk(const JsonNode& object, const std::string& prefix) {
    for (const JsonNode* member : object.members()) {
      const std::string name = known_spelling(*member, object, prefix);
      if (auto param = by_name_.find(name); param != by_name_.end()) {
        take(*param->second, *member);
      } else if (!is_inner(name)) {
        unknown_.push_back(member);
      } else if (member->is_object()) {
        walk(*member, name + ".");
      } else if (!is_absent(*member)) {
        diagnostics_.error(
            *member, "Config-Type",
            "`" + name + "` must be an object, but is " + std::string(to_string(member->kind())));
      }
    }
  }

  void assign_all() {
    for (const BoundParam& param : params_) {
      const ParamInfo& info = *param.info;
      const JsonNode* node = places_.find(info.name);
      if (!node) {
        if (info.is_required) complain_missing(info);
      } else if (!info.ignored_because.empty()) {
        diagnostics_.notice(*node, "Config-Ignored",
                            "`" + info.name + "` has no effect: " + info.ignored_because);
      } else if (std::string complaint = param.assign(*node); !complaint.empty()) {
        diagnostics_.error(*node, "Config-Value", "`" + info.name + "` " + complaint,
                           example_of(info));
      }
    }
  }

  void report_unknown(UnknownKeys policy) {
    if (policy == UnknownKeys::kIgnore || unknown_.empty()) return;
    if (policy == UnknownKeys::kErrorEach) {
      for (const JsonNode* node : unknown_)
        diagnostics_.error(*node, "Config-UnknownKey", "unknown parameter `" + node->key() + "`",
                           suggestion(*node));
      return;
    }
    if (policy == UnknownKeys::kWarnEach) {
      for (const JsonNode* node : unknown_) {
        Error warning =
            make_error(ErrorKind::kConfig, "Config-UnknownKey",
                       "unknown parameter `" + node->key() + "` is ignored", suggestion(*node));
        warning.where = node->key_where();  // the key is what is wrong, not its value
        diagnostics_.add(Severity::kWarning, std::move(warning));
      }
      return;
    }
    std::string list;
    for (const JsonNode* node : unknown_) {
      list += (list.empty() ? "`" : ", `") + node->key() + "`";
      if (std::string hint = suggestion(*node); !hint.empty()) list += " (" + hint + ")";
    }
    diagnostics_.notice(*unknown_.front(), "Config-UnknownKey",
                        "unknown keys are ignored: " + list);
  }

 private:
  void add_name(const std::string& name, const BoundParam& param) {
    by_name_[name] = &param;
    spelling_[folded(name)] = name;
    for (size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1))
      spelling_[folded(name.substr(0, dot))] = name.substr(0, dot);
    names_.push_back(name);
  }

  bool is_inner(const std::string& name) const {
    auto next = by_name_.lower_bound(name + ".");
    return next != by_name_.end() && next->first.compare(0, name.size() + 1, name + ".") == 0;
  }

  // The full declared name that this member means, or its own.
  std::string known_spelling(const JsonNode& member, const JsonNode& object,
                             const std::string& prefix) {
    const std::string name = prefix + member.key();
    if (by_name_.count(name) || is_inner(name)) return name;
    auto loose = spelling_.find(folded(prefix + folded(member.key())));
    if (loose == spelling_.end()) return name;
    const std::string exact_key =
        loose->second.substr(std::min(prefix.size(), loose->second.size()));
    if (object.find(exact_key)) return name;  // the exact key is there, this one is another
    diagnostics_.notice(member, "Config-KeySpelling",
                        "the key \"" + member.key() + "\" is taken as `" + exact_key + "`");
    return loose->second;
  }

  void take(const BoundParam& param, const JsonNode& node) {
    if (is_absent(node)) {
      blank_.emplace(param.info->name, &node);
      return;
    }
    auto [it, is_first] = places_.given.emplace(param.info->name, &node);
    if (is_first || same_value(*it->second, node)) return;
    diagnostics_.error(node, "Config-Contradiction",
                       "`" + it->second->key() + "` and `" + node.key() +
                           "` mean the same parameter, but have different values",
                       "keep one of the two");
  }

  void complain_missing(const ParamInfo& info) {
    auto blank = blank_.find(info.name);
    if (blank != blank_.end()) {
      diagnostics_.error(*blank->second, "Config-Missing",
                         "the required parameter `" + info.name + "` is empty", example_of(info));
    } else {
      diagnostics_.error(*places_.block, "Config-Missing",
                         "the required parameter `" + info.name + "` is missing", example_of(info));
    }
  }

  static std::string example_of(const ParamInfo& info) {
    return info.example_text.empty() ? std::string() : "for example " + info.example_text;
  }

  std::string suggestion(const JsonNode& node) const {
    // Names are compared by their last part: the place tells the rest.
    std::vector<std::string> last_parts;
    for (const std::string& name : names_) last_parts.push_back(name.substr(name.rfind('.') + 1));
    const std::string nearest = nearest_name(node.key(), last_parts);
    return nearest.empty() ? std::string() : "did you mean `" + nearest + "`?";
  }

  const std::vector<BoundParam>& params_;
  Diagnostics& diagnostics_;
  ParamPlaces& places_;
  std::map<std::string, const BoundParam*> by_name_;  // names and aliases
  std::map<std::string, std::string> spelling_;       // folded full name -> declared name
  std::map<std::string, const JsonNode*> blank_;      // given, but empty
  std::vector<std::string> names_;
  std::vector<const JsonNode*> unknown_;
};

}  // namespace

void read_bound_params(const JsonNode& block, const std::vector<BoundParam>& params,
                       UnknownKeys unknown, Diagnostics& diagnostics, ParamPlaces& places) {
  places.block = &block;
  places.given.clear();
  if (!block.is_object()) {
    diagnostics.error(
        block, "Config-Type",
        "expected an object with parameters, found " + std::string(to_string(block.kind())));
    return;
  }
  BlockReader reader(params, diagnostics, places);
  reader.walk(block, "");
  reader.assign_all();
  reader.report_unknown(unknown);
}

}  // namespace otsstream
