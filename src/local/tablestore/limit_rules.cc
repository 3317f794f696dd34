#include "local/tablestore/limit_rules.h"

#include <fmt/args.h>
#include <fmt/format.h>

#include "local/tablestore/rejection.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string range_text(const Limit& limit) {
  if (limit.most == kUnlimited) return fmt::format("at least {}", limit.least);
  if (limit.least == 0) return fmt::format("{}", limit.most);
  return fmt::format("{} – {}", limit.least, limit.most);
}

std::string_view answer_text(const Limit& limit) {
  return limit.kind == LimitKind::kPage ? "the answer ends there, the next call goes on"
                                        : limit.message;
}

}  // namespace

Status LimitRules::check_name(LimitName limit, std::string_view name) const {
  OTS_CHECK(check(limit, name.size(), name));
  if (loose_) return {};
  const bool is_well_formed =
      is_letter(name.front()) &&
      std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_digit(c); });
  if (is_well_formed) return {};
  return refuse(limit_of(limit), static_cast<int64_t>(name.size()), name);
}

Status LimitRules::refuse(const Limit& limit, int64_t value, std::string_view name) {
  constexpr size_t kShownName = 300;  // longer than any allowed one, whatever was sent
  return reject(limit.code,
                fmt::format(fmt::runtime(limit.message),
                            fmt::arg("name", name.substr(0, kShownName)), fmt::arg("value", value),
                            fmt::arg("least", limit.least), fmt::arg("most", limit.most)));
}

std::string limits_markdown() {
  std::string out = "| limit | | unit | beyond it | documented |\n|---|---|---|---|---|\n";
  for (const Limit& limit : kLimits) {
    const std::string code = limit.code.empty() ? std::string() : fmt::format("`{}` ", limit.code);
    out += fmt::format("| {} | {} | {} | {}{} | {} |\n", limit.subject, range_text(limit),
                       limit.unit, code, answer_text(limit), limit.source);
  }
  return out;
}

}  // namespace otsstream::local
