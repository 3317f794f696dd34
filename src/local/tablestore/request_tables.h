#pragma once
// Which tables a request is about, told from its bytes alone: what fault rules are matched with.

#include <string>
#include <string_view>
#include <vector>

namespace otsstream::local {

class TableStore;

// Empty for operations without a table (ListTable, CommitTransaction), for unknown Streams and for
// bytes that are no message.
std::vector<std::string> tables_of(std::string_view operation, std::string_view message,
                                   const TableStore& tables);

}  // namespace otsstream::local
