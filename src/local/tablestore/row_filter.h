#pragma once
// A filter or column condition, checked and ready to be asked: regular expressions compiled once
// per request (RE2: its time is linear in the text, whatever a request sends).

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "local/tablestore/limit_rules.h"
#include "tablestore/wire/filter.h"
#include "tablestore/wire/types.h"

namespace re2 {
class RE2;
}

namespace otsstream::local {

class RowFilter {
 public:
  // OTSParameterInvalid: too many conditions, negative pagination, a bad regular expression.
  static Result<RowFilter> open(tablestore::Filter filter, const LimitRules& limits);

  // Whether the row is let through. A pagination filter always does.
  bool passes(const tablestore::Row& row) const { return passes(filter_, row); }
  bool has_pagination() const;
  // Cuts the row's columns to the page of a pagination filter that stands alone or is joined to
  // others by AND.
  void paginate(tablestore::Row& row) const;

 private:
  explicit RowFilter(tablestore::Filter filter) : filter_(std::move(filter)) {}
  Status prepare(const tablestore::Filter& part);
  bool passes(const tablestore::Filter& filter, const tablestore::Row& row) const;
  bool single_passes(const tablestore::Filter& filter, const tablestore::Row& row) const;
  // The stored value as the filter compares it; absent: the rule does not fit it.
  std::optional<tablestore::CellValue> transferred(const tablestore::Filter& filter,
                                                   const tablestore::CellValue& stored) const;

  tablestore::Filter filter_;
  std::map<std::string, std::shared_ptr<const re2::RE2>, std::less<>> patterns_;
};

}  // namespace otsstream::local
