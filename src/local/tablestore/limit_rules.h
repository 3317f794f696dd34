#pragma once
// Holds requests to the table of tablestore/wire/limits.h: the one place that refuses what is
// beyond a limit, and the one that knows of --loose.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tablestore/wire/limits.h"

namespace otsstream::local {

class LimitRules {
 public:
  // Loose: the service's upper bounds are off, and of its lower bounds one is left where the
  // service asks for more (nothing is kept for 0 seconds). Pages, lives and the server's own guards
  // stay.
  explicit LimitRules(bool loose = false) : loose_(loose) {}

  bool is_loose() const { return loose_; }
  // The limit's code and message, with `name` (a column, "read" ...) in it, when `value` is beyond.
  Status check(tablestore::LimitName limit, int64_t value, std::string_view name = {}) const {
    const tablestore::Limit& row = tablestore::limit_of(limit);
    if (loose_ ? value >= std::min<int64_t>(row.least, 1) : value >= row.least && value <= row.most)
      return {};
    return refuse(row, value, name);
  }
  Status check(tablestore::LimitName limit, size_t value, std::string_view name = {}) const {
    return check(limit, static_cast<int64_t>(value), name);
  }
  Status check(tablestore::LimitName limit, int32_t value, std::string_view name = {}) const {
    return check(limit, int64_t{value}, name);
  }

  // Length and characters of a name: letters, digits, underscores; no digit first. Loose: any
  // that is not empty.
  Status check_name(tablestore::LimitName limit, std::string_view name) const;

 private:
  static Status refuse(const tablestore::Limit& limit, int64_t value, std::string_view name);

  bool loose_;
};

// The table as Markdown, for docs/local-tablestore.md.
std::string limits_markdown();

}  // namespace otsstream::local
