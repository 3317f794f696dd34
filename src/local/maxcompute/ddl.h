#pragma once
// The statements that set up tables (maxcompute-protocol.md 2.6), read and carried out. Key words
// in any letter case, any white space, names with or without back-quotes and with or without
// project and schema before them.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "local/maxcompute/sql/token_reader.h"
#include "maxcompute/wire/types.h"

namespace otsstream::local {

struct Backend;

struct CreateTable {
  TableName table;
  maxcompute::TableSchema schema;
  std::string comment;
  bool if_not_exists = false;
  bool as_query = false;               // … AS SELECT: the query is what comes next
  std::optional<TableName> like = {};  // … LIKE table
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
struct AddColumns {
  TableName table;
  std::vector<maxcompute::Column> columns;
  bool if_not_exists = false;
};
struct RenameTable {
  TableName table;
  std::string to;
};
struct RenameColumn {
  TableName table;
  std::string from;
  std::string to;
};
struct CommentColumn {
  TableName table;
  std::string column;
  std::string comment;
};
struct SetTableComment {
  TableName table;
  std::string comment;
};
struct SetLifecycle {
  TableName table;
  int64_t days = 0;
};
// TOUCH, SET TBLPROPERTIES, CHANGEOWNER and others that change nothing that is kept here.
struct LeaveTable {
  TableName table;
};
struct ShowTables {
  std::string project;
  std::string like;  // '*' any text; empty: all
};
struct ShowPartitions {
  TableName table;
  maxcompute::PartitionSpec prefix;
};
struct ShowCreateTable {
  TableName table;
};
struct DescribeTable {
  TableName table;
  bool extended = false;
  maxcompute::PartitionSpec partition;
};
struct SelectText {
  std::string sql;  // as it came
};

using SqlStatement =
    std::variant<CreateTable, DropTable, AddPartitions, DropPartitions, TruncateTable, AddColumns,
                 RenameTable, RenameColumn, CommentColumn, SetTableComment, SetLifecycle,
                 LeaveTable, ShowTables, ShowPartitions, ShowCreateTable, DescribeTable,
                 SelectText>;

// The statement that begins at the next token, up to ';', the end, or the query of CREATE TABLE AS;
// no SELECT. Errors: kConfig "ODPS-0130161" and "ODPS-0130071", kUnsupported "ODPS-0130161", with
// places.
Result<SqlStatement> parse_ddl(TokenReader& tokens);
// PARTITION (k='v', …)
Result<maxcompute::PartitionSpec> parse_partition_spec(TokenReader& tokens);
// Exactly one statement, with or without ';'.
Result<SqlStatement> parse_sql(std::string_view sql);

// Carries out all but SelectText; gives the text that the statement shows ("" for most). Errors
// carry the texts that the service shows for a failed task, e.g. "ODPS-0130131:[1,1] Table not
// found - table proj.t cannot be resolved".
Result<std::string> run_ddl(const SqlStatement& statement, const Backend& backend);
// CREATE TABLE AS: what the query gives becomes the columns.
Status create_table(const CreateTable& statement, const Backend& backend);
// An error of the catalogue as a task shows it.
Error as_task_error(Error error, const TableName& table, std::string_view project);

}  // namespace otsstream::local
