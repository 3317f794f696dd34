#pragma once
// A parameter is declared once; parser, defaults, checks, --help, documentation and JSON Schema all
// come from that declaration.
//
//   struct ReaderParams { std::string data_table; int64_t max_retries = 30; };
//
//   ParamSet<ReaderParams> set;
//   set.add("dataTable", &ReaderParams::data_table).alias("table").required().help("Table to
//   read."); set.add("maxRetries", &ReaderParams::max_retries).range(0, 1000).help("Retries of one
//   request."); set.ignore("confSimplifyEnable", ParamType::kBool, "concerns distributed DataX
//   only");
//
// The default of a parameter is the initialiser of its member; an optional<> member has none.
// A dotted name ("speed.mbps") reaches into nested objects.

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/secret.h"
#include "config/json_text.h"

namespace otsstream {

enum class ParamType { kText, kInt, kBool, kDecimal, kList, kObject };

std::string_view to_string(
    ParamType type);  // "text", "integer", "boolean", "decimal", "list", "object"

// The declaration without the place that the value goes to: all that documentation needs.
struct ParamInfo {
  std::string name;
  ParamType type = ParamType::kText;
  std::optional<ParamType> other_type;  // that the value may be written as, too
  std::vector<std::string> aliases;
  bool is_required = false;
  bool is_secret = false;                   // the value appears in no message
  bool is_free_form = false;                // JSON whose members are not declared
  bool is_ours = false;                     // DataX and DataWorks do not know it
  std::optional<std::string> default_text;  // as JSON
  std::optional<double> min, max;           // of integers and decimals, both inclusive
  std::vector<std::string> allowed_words;   // of texts and of a list's entries; without case
  std::string word_complaint;               // said of another word, before the list of them
  // Further rule on the written value: returns what is wrong with it, or "".
  std::function<std::string(std::string_view)> check_value;
  std::string help_text;
  std::string example_text;
  std::string ignored_because;  // not empty: accepted without effect, for this reason
  std::string group_title;      // heading that it stands under; may be empty
  // Only of use when that other parameter has that value; for forms. Checks have their own words.
  std::string needed_by, needed_value;

  ParamInfo& alias(std::string other) {
    aliases.push_back(std::move(other));
    return *this;
  }
  ParamInfo& required() {
    is_required = true;
    default_text.reset();
    return *this;
  }
  ParamInfo& ours() {
    is_ours = true;
    return *this;
  }
  ParamInfo& secret() {
    is_secret = true;
    return *this;
  }
  ParamInfo& only_when(std::string other, std::string value) {
    needed_by = std::move(other);
    needed_value = std::move(value);
    return *this;
  }
  ParamInfo& of_type(ParamType t) {
    type = t;
    return *this;
  }
  ParamInfo& or_type(ParamType t) {
    other_type = t;
    return *this;
  }
  ParamInfo& at_least(double low) {
    min = low;
    return *this;
  }
  ParamInfo& range(double low, double high) {
    min = low;
    max = high;
    return *this;
  }
  ParamInfo& words(std::vector<std::string> list, std::string complaint = {}) {
    allowed_words = std::move(list);
    word_complaint = std::move(complaint);
    return *this;
  }
  ParamInfo& check(std::function<std::string(std::string_view)> rule) {
    check_value = std::move(rule);
    return *this;
  }
  ParamInfo& help(std::string text) {
    help_text = std::move(text);
    return *this;
  }
  ParamInfo& example(std::string text) {
    example_text = std::move(text);
    return *this;
  }
};

// Writes the node's value to `out`, or says what is wrong with it ("" = fine). Numbers and booleans
// may be written as texts ("30", "True").
std::string read_param_value(const JsonNode& node, const ParamInfo& info, std::string& out);
std::string read_param_value(const JsonNode& node, const ParamInfo& info, Secret& out);
std::string read_param_value(const JsonNode& node, const ParamInfo& info, int64_t& out);
std::string read_param_value(const JsonNode& node, const ParamInfo& info, bool& out);
std::string read_param_value(const JsonNode& node, const ParamInfo& info, double& out);
std::string read_param_value(const JsonNode& node, const ParamInfo& info,
                             std::vector<std::string>& out);
std::string read_param_value(const JsonNode& node, const ParamInfo& info, const JsonNode*& out);

// What a member's C++ type means for the declaration.
template <class M>
struct ParamMember;
template <>
struct ParamMember<std::string> {
  static constexpr ParamType kType = ParamType::kText;
};
template <>
struct ParamMember<Secret> {
  static constexpr ParamType kType = ParamType::kText;
};
template <>
struct ParamMember<int64_t> {
  static constexpr ParamType kType = ParamType::kInt;
};
template <>
struct ParamMember<int> {
  static constexpr ParamType kType = ParamType::kInt;
};
template <>
struct ParamMember<bool> {
  static constexpr ParamType kType = ParamType::kBool;
};
template <>
struct ParamMember<double> {
  static constexpr ParamType kType = ParamType::kDecimal;
};
template <>
struct ParamMember<std::vector<std::string>> {
  static constexpr ParamType kType = ParamType::kList;
};
template <>
struct ParamMember<const JsonNode*> {
  static constexpr ParamType kType = ParamType::kObject;  // or of_type(kList)
};
template <class M>
struct ParamMember<std::optional<M>> : ParamMember<M> {};

std::optional<std::string> default_json(const std::string& value);  // none for ""
std::optional<std::string> default_json(int64_t value);
std::optional<std::string> default_json(bool value);
std::optional<std::string> default_json(double value);
std::optional<std::string> default_json(const std::vector<std::string>& value);  // none for []
inline std::optional<std::string> default_json(int value) { return default_json(int64_t{value}); }
inline std::optional<std::string> default_json(const Secret&) { return std::nullopt; }
inline std::optional<std::string> default_json(const JsonNode*) { return std::nullopt; }
template <class M>
std::optional<std::string> default_json(const std::optional<M>& value) {
  return value ? default_json(*value) : std::nullopt;
}

inline std::string read_param_value(const JsonNode& node, const ParamInfo& info, int& out) {
  int64_t wide = 0;
  std::string complaint = read_param_value(node, info, wide);
  if (!complaint.empty()) return complaint;
  if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max())
    return "is out of range";
  out = static_cast<int>(wide);
  return {};
}
template <class M>
std::string read_param_value(const JsonNode& node, const ParamInfo& info, std::optional<M>& out) {
  M value{};
  std::string complaint = read_param_value(node, info, value);
  if (complaint.empty()) out = std::move(value);
  return complaint;
}

enum class UnknownKeys {
  kWarnEach,   // one warning per key, with the nearest known name
  kErrorEach,  // the same as errors
  kOneNotice,  // one notice for all of them (job settings, where the vendor adds keys freely)
  kIgnore,
};

template <class T>
class ParamSet {
 public:
  struct Entry {
    ParamInfo info;
    std::function<std::string(const JsonNode&, T&)> assign;  // empty for ignored parameters
  };

  // The heading of the parameters that follow.
  void group(std::string title) { group_ = std::move(title); }

  template <class M, class Owner>
  requires std::is_base_of_v<Owner, T> ParamInfo& add(std::string name, M Owner::*member) {
    Entry& entry = entries_.emplace_back();
    ParamInfo& info = entry.info;  // a deque's elements do not move
    info.name = std::move(name);
    info.group_title = group_;
    info.type = ParamMember<M>::kType;
    info.is_secret = std::is_same_v<M, Secret>;
    info.is_free_form = std::is_same_v<M, const JsonNode*>;
    info.default_text = default_json(T{}.*member);
    entry.assign = [member, &info](const JsonNode& node, T& out) {
      return read_param_value(node, info, out.*member);
    };
    return info;
  }

  ParamInfo& ignore(std::string name, ParamType type, std::string reason) {
    ParamInfo& info = entries_.emplace_back().info;
    info.name = std::move(name);
    info.group_title = group_;
    info.type = type;
    info.ignored_because = std::move(reason);
    return info;
  }

  ParamSet& unknown_keys(UnknownKeys policy) {
    unknown_ = policy;
    return *this;
  }

  ParamSet() = default;
  ParamSet(const ParamSet&) = delete;  // entries hold references to each other
  ParamSet& operator=(const ParamSet&) = delete;

  const std::deque<Entry>& entries() const { return entries_; }
  UnknownKeys unknown_keys() const { return unknown_; }
  std::vector<const ParamInfo*> infos() const {
    std::vector<const ParamInfo*> list;
    for (const Entry& entry : entries_) list.push_back(&entry.info);
    return list;
  }

 private:
  std::deque<Entry> entries_;
  std::string group_;
  UnknownKeys unknown_ = UnknownKeys::kWarnEach;
};

}  // namespace otsstream
