#pragma once
// Row changes that were checked and applied to nothing yet: those of one call, or of an open local
// transaction.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "tablestore/wire/types.h"

namespace otsstream::local {

struct PendingWrites {
  // Of the change log; its sequence is given at the commit.
  struct Record {
    std::string key;  // sort key of the row
    tablestore::ActionType action;
    SharedBuffer row;    // PlainBuffer, without a sequence
    std::string origin;  // PlainBuffer, "" = none
  };
  // What the changed rows will be, as they are stored, by sort key: what a later change of the same
  // row builds on. Absent: deleted.
  std::map<std::string, std::optional<SharedBuffer>, std::less<>> rows;
  std::vector<Record> records;  // in the order of the changes
  size_t bytes = 0;             // written so far, by the service's rule (row_rules.h row_size)
};

}  // namespace otsstream::local
