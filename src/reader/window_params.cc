#include "reader/window_params.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "base/wall_time.h"

namespace otsstream::reader {
namespace {

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

class WindowReader {
 public:
  WindowReader(const ParamPlaces& places, const Zone& zone, Diagnostics& diagnostics)
      : places_(places), zone_(zone), diagnostics_(diagnostics) {}

  std::optional<Window> read() {
    const bool millis = has("startTimestampMillis") || has("endTimestampMillis");
    const bool texts = has("startTimeString") || has("endTimeString");
    const bool date = has("date");
    const bool whole_millis = has("startTimestampMillis") && has("endTimestampMillis");
    const bool whole_texts = has("startTimeString") && has("endTimeString");

    if (!date && !whole_millis && !whole_texts) return complain_missing();  // W1, W9
    if (date && millis && texts)
      return mixed("Window-AllThree", "cannot set all three of date, …Millis and …String");
    if (date && millis)
      return mixed("Window-DateAndMillis", "cannot set both date and range (…Millis)");
    if (date && texts)
      return mixed("Window-DateAndString", "cannot set both date and range string (…String)");
    if (millis && texts)
      return mixed("Window-MillisAndString", "cannot set both range in millis and range string");

    std::optional<Window> window;
    if (date) {
      // Also on days on which the clock changes (2.2).
      if (auto start = day("date")) window = Window{*start, *start + kMsPerDay};
    } else {
      const bool in_ms = whole_millis;
      const auto start = in_ms ? timestamp("startTimestampMillis") : time("startTimeString");
      const auto end = in_ms ? timestamp("endTimestampMillis") : time("endTimeString");
      if (start && end) window = Window{*start, *end};
    }
    if (window && window->start_ms >= window->end_ms) {  // W10
      const char* end_name = whole_millis ? "endTimestampMillis" : "endTimeString";
      diagnostics_.error(places_.at(end_name), "Window-Order",
                         fmt::format("the window's end must be larger than its start, but it is {}",
                                     to_string(*window, zone_)));
      return std::nullopt;
    }
    return window;
  }

 private:
  bool has(std::string_view name) const { return places_.has(name); }
  std::string_view text(std::string_view name) const { return trimmed(places_.at(name).text()); }

  std::optional<Window> complain_missing() {
    static constexpr std::string_view kNames[] = {"startTimestampMillis", "endTimestampMillis",
                                                  "startTimeString", "endTimeString", "date"};
    std::string given, blank;
    for (std::string_view name : kNames) {
      if (has(name)) {
        given += fmt::format("{}{}", given.empty() ? "" : ", ", name);
      } else if (const JsonNode* node = places_.block->find(name); node && node->is_text()) {
        blank += fmt::format("{}{}", blank.empty() ? "" : ", ", name);
      }
    }
    std::string message = "Must set date or time range";
    if (!given.empty()) message += ": only " + given + " is there";
    if (!blank.empty()) message += std::string(given.empty() ? ": " : "; ") + blank + " is empty";
    diagnostics_.error(
        *places_.block, blank.empty() ? "Window-Missing" : "Window-Blank", message,
        "give startTimeString and endTimeString (yyyyMMddHHmmss), or startTimestampMillis and "
        "endTimestampMillis, or date (yyyyMMdd)");
    return std::nullopt;
  }

  std::optional<Window> mixed(std::string_view code, std::string message) {
    std::string remedy = "keep one of the three forms";
    const JsonNode& at = has("date")              ? places_.at("date")
                         : has("startTimeString") ? places_.at("startTimeString")
                                                  : places_.at("endTimeString");
    if (has("date") && !all_digits(text("date"))) {
      message += fmt::format("; date is still `{}`: placeholder not replaced", text("date"));
      remedy = "remove date";
    }
    diagnostics_.error(at, std::string(code), std::move(message), std::move(remedy));
    return std::nullopt;
  }

  // True when the value still holds a variable, which is then the complaint.
  bool is_variable(std::string_view name) {
    if (text(name).find("${") == std::string_view::npos &&
        text(name).find("$[") == std::string_view::npos)
      return false;
    diagnostics_.error(places_.at(name), "Window-Variable",
                       fmt::format("`{}` still holds a variable: {}", name, text(name)),
                       "give the variable a value, for example -p startTime=20171019161000");
    return true;
  }

  std::optional<int64_t> timestamp(std::string_view name) {
    if (is_variable(name)) return std::nullopt;
    const std::string_view value = text(name);
    int64_t ms = 0;
    const auto [stop, problem] = std::from_chars(value.data(), value.data() + value.size(), ms);
    if (problem != std::errc() || stop != value.data() + value.size()) {
      return bad("Window-NotInteger", name, "must be an integer (milliseconds)",
                 "for example 1508400600000");
    }
    if (value.size() == 14 && parse_time14(value, zone_)) {
      return bad("Window-FormattedMillis", name,
                 "holds a formatted time where milliseconds are expected",
                 fmt::format("use {} for times like {}",
                             name[0] == 's' ? "startTimeString" : "endTimeString", value));
    }
    return ms;
  }

  std::optional<int64_t> time(std::string_view name) {
    if (is_variable(name)) return std::nullopt;
    const std::string_view value = text(name);
    if (!all_digits(value)) {
      return bad("Window-NotInteger", name, "must be an integer text of 14 digits (yyyyMMddHHmmss)",
                 "for example 20171019161000");
    }
    if (value.size() == 13) {
      return bad("Window-MillisInString", name,
                 "holds milliseconds where a formatted time is expected",
                 fmt::format("use {}, or write {}",
                             name[0] == 's' ? "startTimestampMillis" : "endTimestampMillis",
                             as_time14(value)));
    }
    auto ms = parse_time14(value, zone_);
    if (ms) return *ms;
    return bad("Window-TimeString", name,
               "must be a time of 14 digits (yyyyMMddHHmmss): " + ms.error().message,
               "for example 20171019161000");
  }

  std::optional<int64_t> day(std::string_view name) {
    if (is_variable(name)) return std::nullopt;
    if (auto ms = parse_date8(text(name), zone_)) return *ms;
    const bool placeholder = text(name).find_first_of("yYmMdD") != std::string_view::npos;
    return bad("Window-Date", name,
               placeholder ? "must be a date of 8 digits (yyyyMMdd): placeholder not replaced"
                           : "must be a date of 8 digits (yyyyMMdd)",
               "for example 20171019");
  }

  std::string as_time14(std::string_view ms_digits) const {
    int64_t ms = 0;
    std::from_chars(ms_digits.data(), ms_digits.data() + ms_digits.size(), ms);
    return format_time14(ms, zone_);
  }

  std::nullopt_t bad(std::string code, std::string_view name, std::string_view problem,
                     std::string remedy) {
    diagnostics_.error(places_.at(name), std::move(code),
                       fmt::format("`{}` {}, but is `{}`", name, problem, text(name).substr(0, 60)),
                       std::move(remedy));
    return std::nullopt;
  }

  const ParamPlaces& places_;
  const Zone& zone_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::optional<Window> read_window(const ParamPlaces& places, const Zone& zone,
                                  Diagnostics& diagnostics) {
  return WindowReader(places, zone, diagnostics).read();
}

}  // namespace otsstream::reader
