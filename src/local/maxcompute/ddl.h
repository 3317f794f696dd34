#pragma once
// The statements that clients of MaxCompute send to set up tables (maxcompute-protocol.md 2.6),
// read and carried out. Key words in any letter case, any white space, names with or without
// back-quotes and with or without project and schema before them.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "local/maxcompute/sql_tokens.h"
#include "maxcompute/wire/types.h"

namespace otsstream::local {

class Catalog;

// A table as the statement names it, and where: messages point there.
struct TableName {
  std::string name;
  SqlPosition at;
};

struct CreateTable {
  TableName table;
  maxcompute::TableSchema schema;
  std::string comment;
  bool if_not_exists = false;
};
struct DropTable {
  TableName table;
  bool if_exists = false;
};
struct AddPartitions {
  TableName table;
  std::vector<maxcompute::PartitionSpec> partitions;
  bool if_not_exists = false;
};
struct DropPartitions {
  TableName table;
  std::vector<maxcompute::PartitionSpec> partitions;
  bool if_exists = false;
};
struct TruncateTable {
  TableName table;
  std::vector<maxcompute::PartitionSpec> partitions;  // empty: the whole table
};
struct SelectText {
  std::string sql;  // as it came
};

using SqlStatement =
    std::variant<CreateTable, DropTable, AddPartitions, DropPartitions, TruncateTable, SelectText>;

// Exactly one statement, with or without ';'. `project` is the only qualifier that names may have
// (besides a schema). Errors: kConfig "ODPS-0130161", message "ODPS-0130161:[line,column] Parse
// exception - …"; kNotFound "ODPS-0420111" for another project.
Result<SqlStatement> parse_sql(std::string_view sql, std::string_view project);

// Carries out all but SelectText. `now`: epoch seconds. Errors carry the texts that the service
// shows for a failed task, e.g. "ODPS-0130131:[1,1] Table not found - table proj.t cannot be
// resolved".
Status run_ddl(const SqlStatement& statement, Catalog& catalog, std::string_view project,
               int64_t now);

}  // namespace otsstream::local
