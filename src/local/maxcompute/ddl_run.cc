// Carries out parsed DDL on the catalogue, with the texts that the service shows for a failed task.
#include "local/maxcompute/catalog.h"
#include "local/maxcompute/ddl.h"

namespace otsstream::local {

namespace {

Error as_task_error(Error error, const TableName& table, std::string_view project) {
  if (error.code == "NoSuchTable") {
    error.code = "ODPS-0130131";
    error.message = "ODPS-0130131:[" + std::to_string(table.at.line) + "," +
                    std::to_string(table.at.column) + "] Table not found - table " +
                    std::string(project) + "." + table.name + " cannot be resolved";
  } else if (error.code == "TableAlreadyExists" || error.code == "PartitionAlreadyExists") {
    error.code = "ODPS-0110061";
    error.message =
        "ODPS-0110061: Failed to run ddltask - AlreadyExistsException(message:" + error.message +
        ")";
  } else if (error.code == "NoSuchPartition") {
    error.code = "ODPS-0110061";
    error.message = "ODPS-0110061: Failed to run ddltask - " + error.message;
  } else if (error.code == "InvalidPartitionSpec" || error.code == "MissingPartitionSpec") {
    error = sql_semantic_error(table.at, error.message);
  } else {
    error.message = "ODPS-0010000: System internal error - " + error.message;
  }
  return error;
}

struct Runner {
  Catalog& catalog;
  int64_t now;

  Status operator()(const CreateTable& s) const {
    return catalog.create_table(s.schema, s.comment, s.if_not_exists, now);
  }
  Status operator()(const DropTable& s) const {
    return catalog.drop_table(s.table.name, s.if_exists);
  }
  Status operator()(const AddPartitions& s) const {
    return catalog.add_partitions(s.table.name, s.partitions, s.if_not_exists, now);
  }
  Status operator()(const DropPartitions& s) const {
    return catalog.drop_partitions(s.table.name, s.partitions, s.if_exists);
  }
  Status operator()(const TruncateTable& s) const {
    return catalog.truncate(s.table.name, s.partitions, now);
  }
};

}  // namespace

Status run_ddl(const SqlStatement& statement, Catalog& catalog, std::string_view project,
               int64_t now) {
  return std::visit(
      [&](const auto& s) -> Status {
        if constexpr (std::is_same_v<std::decay_t<decltype(s)>, SelectText>) {
          return fail(ErrorKind::kInternal, "Local-Statement", "a SELECT is no DDL");
        } else {
          Status done = Runner{catalog, now}(s);
          if (!done) return fail(as_task_error(std::move(done.error()), s.table, project));
          return {};
        }
      },
      statement);
}

}  // namespace otsstream::local
