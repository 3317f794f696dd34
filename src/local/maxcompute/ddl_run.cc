// Carries out parsed DDL on the catalogue, with the texts that the service shows for a failed task.
#include "local/maxcompute/backend.h"
#include "local/maxcompute/ddl.h"
#include "local/maxcompute/sql/describe.h"

namespace otsstream::local {

namespace {

struct Runner {
  const Backend& backend;
  int64_t now;

  Result<Catalog*> catalog(const TableName& table) const {
    if (table.project.empty()) return &backend.catalog;
    return backend.catalog_of(table.project);
  }
  template <class Method>
  Result<std::string> change(const TableName& table, Method method) const {
    OTS_TRY(Catalog* const where, catalog(table));
    OTS_CHECK(method(*where));
    return std::string();
  }

  Result<std::string> operator()(const CreateTable& s) const {
    OTS_CHECK(create_table(s, backend));
    return std::string();
  }
  Result<std::string> operator()(const DropTable& s) const {
    return change(s.table, [&](Catalog& c) { return c.drop_table(s.table.name, s.if_exists); });
  }
  Result<std::string> operator()(const AddPartitions& s) const {
    return change(s.table, [&](Catalog& c) {
      return c.add_partitions(s.table.name, s.partitions, s.if_not_exists, now);
    });
  }
  Result<std::string> operator()(const DropPartitions& s) const {
    return change(s.table, [&](Catalog& c) {
      return c.drop_partitions(s.table.name, s.partitions, s.if_exists);
    });
  }
  Result<std::string> operator()(const TruncateTable& s) const {
    return change(s.table, [&](Catalog& c) { return c.truncate(s.table.name, s.partitions, now); });
  }
  Result<std::string> operator()(const AddColumns& s) const {
    return change(s.table, [&](Catalog& c) {
      return c.add_columns(s.table.name, s.columns, s.if_not_exists, now);
    });
  }
  Result<std::string> operator()(const RenameTable& s) const {
    return change(s.table, [&](Catalog& c) { return c.rename_table(s.table.name, s.to, now); });
  }
  Result<std::string> operator()(const RenameColumn& s) const {
    return change(s.table,
                  [&](Catalog& c) { return c.rename_column(s.table.name, s.from, s.to, now); });
  }
  Result<std::string> operator()(const CommentColumn& s) const {
    return change(s.table, [&](Catalog& c) {
      return c.set_column_comment(s.table.name, s.column, s.comment, now);
    });
  }
  Result<std::string> operator()(const SetTableComment& s) const {
    return change(s.table, [&](Catalog& c) { return c.set_comment(s.table.name, s.comment, now); });
  }
  Result<std::string> operator()(const SetLifecycle& s) const {
    return change(s.table, [&](Catalog& c) { return c.set_lifecycle(s.table.name, s.days, now); });
  }
  Result<std::string> operator()(const LeaveTable& s) const {
    return change(s.table, [&](Catalog& c) -> Status {
      OTS_CHECK(c.table(s.table.name));
      return {};
    });
  }
  Result<std::string> operator()(const ShowTables& s) const {
    Catalog* where = &backend.catalog;
    if (!s.project.empty()) {
      OTS_TRY(where, backend.catalog_of(s.project));
    }
    return show_tables(*where, s.like);
  }
  Result<std::string> operator()(const ShowPartitions& s) const {
    OTS_TRY(Catalog* const where, catalog(s.table));
    return show_partitions(*where, s.table.name, s.prefix);
  }
  Result<std::string> operator()(const ShowCreateTable& s) const {
    OTS_TRY(Catalog* const where, catalog(s.table));
    OTS_TRY(const auto info, where->table(s.table.name));
    return create_table_text(info);
  }
  Result<std::string> operator()(const DescribeTable& s) const {
    OTS_TRY(Catalog* const where, catalog(s.table));
    return describe_table(*where, s.table.name, s.partition, s.extended);
  }
  Result<std::string> operator()(const SelectText&) const {
    return fail(ErrorKind::kInternal, "Local-Statement", "a SELECT is no DDL");
  }
};

}  // namespace

Error as_task_error(Error error, const TableName& table, std::string_view project) {
  if (error.code.starts_with("ODPS-")) return error;
  if (error.code == "NoSuchTable") {
    return table_not_found(
        table.at,
        (table.project.empty() ? std::string(project) : table.project) + "." + table.name);
  }
  if (error.code == "TableAlreadyExists" || error.code == "PartitionAlreadyExists" ||
      error.code == "ColumnAlreadyExists") {
    error.code = "ODPS-0110061";
    error.message =
        "ODPS-0110061: Failed to run ddltask - AlreadyExistsException(message:" + error.message +
        ")";
  } else if (error.code == "NoSuchPartition" || error.code == "TableModified") {
    error.code = "ODPS-0110061";
    error.message = "ODPS-0110061: Failed to run ddltask - " + error.message;
  } else if (error.code == "InvalidPartitionSpec" || error.code == "MissingPartitionSpec" ||
             error.code == "NoSuchColumn" || error.code == "InvalidArgument") {
    error = sql_semantic_error(table.at, error.message);
  } else if (error.code == "NoSuchProject") {
    error.code = "ODPS-0420111";
  } else {
    error.message = "ODPS-0010000: System internal error - " + error.message;
  }
  return error;
}

Status create_table(const CreateTable& statement, const Backend& backend) {
  auto catalog_of = [&](const TableName& name) -> Result<Catalog*> {
    if (name.project.empty()) return &backend.catalog;
    return backend.catalog_of(name.project);
  };
  OTS_TRY(Catalog* const catalog, catalog_of(statement.table));
  maxcompute::TableSchema schema = statement.schema;
  std::string comment = statement.comment;
  if (statement.like) {
    auto like = catalog_of(*statement.like);
    if (!like) return fail(std::move(like.error()));
    auto info = (*like)->table(statement.like->name);
    if (!info) {
      return fail(as_task_error(std::move(info.error()), *statement.like, backend.project));
    }
    const int64_t lifecycle = schema.lifecycle_days;
    schema = info->schema;
    schema.table = statement.table.name;
    schema.lifecycle_days = lifecycle;
    if (comment.empty()) comment = info->comment;
  }
  return catalog->create_table(schema, comment, statement.if_not_exists, backend.now());
}

Result<std::string> run_ddl(const SqlStatement& statement, const Backend& backend) {
  return std::visit(
      [&](const auto& s) -> Result<std::string> {
        auto done = Runner{backend, backend.now()}(s);
        if (done) return done;
        TableName table;
        if constexpr (requires { s.table; }) table = s.table;
        if constexpr (std::is_same_v<std::decay_t<decltype(s)>, SelectText>) return done;
        return fail(as_task_error(std::move(done.error()), table, backend.project));
      },
      statement);
}

}  // namespace otsstream::local
