// Operations on many rows: BatchWriteRow, BulkImport and the answers of all batches
// (tablestore-protocol.md 2.3). The hot path of writing, on both sides: over protozero instead of
// generated messages, so that opening one allocates nothing per field and copies no row.

#include <protozero/pbf_message.hpp>
#include <protozero/pbf_writer.hpp>

#include "tablestore/wire/messages.h"
#include "tablestore/wire/protobuf_io.h"

namespace otsstream::tablestore {
namespace {

using protozero::pbf_tag_type;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

enum class BatchField : pbf_tag_type { kTable = 1, kTransactionId = 2, kIsAtomic = 3 };
enum class TableField : pbf_tag_type { kName = 1, kRow = 2 };
enum class ChangeField : pbf_tag_type {
  kType = 1,
  kRow = 2,
  kCondition = 3,  // not of BulkImport
  kReturnContent = 4,
};
enum class ConditionField : pbf_tag_type { kRowExistence = 1, kColumnCondition = 2 };
enum class ReturnField : pbf_tag_type { kType = 1, kColumn = 2 };
enum class ResultField : pbf_tag_type { kIsOk = 1, kError = 2, kConsumed = 3, kRow = 4 };
enum class ErrorField : pbf_tag_type { kCode = 1, kMessage = 2 };
enum class ConsumedField : pbf_tag_type { kCapacityUnit = 1 };
enum class CapacityField : pbf_tag_type { kRead = 1, kWrite = 2 };

template <class Field>
constexpr pbf_tag_type tag(Field field) {
  return static_cast<pbf_tag_type>(field);
}
template <class Field>
constexpr uint32_t bytes_of(Field field) {
  return tag_and_type(field, pbf_wire_type::length_delimited);
}
template <class Field>
constexpr uint32_t number_of(Field field) {
  return tag_and_type(field, pbf_wire_type::varint);
}

std::string_view to_std(protozero::data_view v) { return {v.data(), v.size()}; }

void add_bytes(protozero::pbf_writer& to, pbf_tag_type field, std::string_view bytes) {
  to.add_bytes(field, bytes.data(), bytes.size());
}

// What is wrong with a message that protozero could read: a missing required field, by its place
// ("tables[0].rows[17].condition"), or something else in words.
struct Missing {
  std::string place;
  std::string reason = {};
  explicit operator bool() const { return !place.empty(); }
  // Seen from the message that holds the list.
  Missing inside(const char* list, size_t index) const {
    return {fmt::format("{}[{}].{}", list, index, place), reason};
  }
};

// Runs `read`, which may throw what protozero throws and gives what required field is missing.
template <class Read>
Status open_message(const char* name, const SharedBuffer& in, Read read) {
  try {
    if (Missing missing = read(); !missing.reason.empty()) {
      return wire_error(fmt::format("{}: {}", name, missing.reason));
    } else if (missing) {
      return wire_error(fmt::format("{}: required fields are missing: {}", name, missing.place));
    }
  } catch (const protozero::exception& e) {
    return wire_error(
        fmt::format("{}: the {} bytes are no protobuf message: {}", name, in.size(), e.what()));
  }
  return {};
}

void write_condition(protozero::pbf_writer& change, const Condition& from) {
  protozero::pbf_writer to(change, tag(ChangeField::kCondition));
  to.add_enum(tag(ConditionField::kRowExistence), static_cast<int32_t>(from.row_existence));
  if (!from.column_condition.empty())
    add_bytes(to, tag(ConditionField::kColumnCondition), from.column_condition.view());
}

// False: the required field is missing. Like every reader here, it takes an unknown value of an
// enum for an absent field.
bool read_condition(const SharedBuffer& in, protozero::pbf_message<ConditionField> from,
                    Condition& to) {
  bool has_existence = false;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case number_of(ConditionField::kRowExistence):
        if (int32_t value = from.get_enum(); value >= 0 && value <= 2) {
          to.row_existence = static_cast<RowExistence>(value);
          has_existence = true;
        }
        break;
      case bytes_of(ConditionField::kColumnCondition):
        to.column_condition = in.slice(to_std(from.get_view()));
        break;
      default:
        from.skip();
    }
  }
  return has_existence;
}

void write_return_content(protozero::pbf_writer& change, const ReturnContent& from) {
  protozero::pbf_writer to(change, tag(ChangeField::kReturnContent));
  if (from.type) to.add_enum(tag(ReturnField::kType), static_cast<int32_t>(*from.type));
  for (const std::string& column : from.columns) to.add_string(tag(ReturnField::kColumn), column);
}

void read_return_content(protozero::pbf_message<ReturnField> from, ReturnContent& to) {
  while (from.next()) {
    switch (from.tag_and_type()) {
      case number_of(ReturnField::kType):
        if (int32_t value = from.get_enum(); value >= 0 && value <= 2)
          to.type = static_cast<ReturnType>(value);
        break;
      case bytes_of(ReturnField::kColumn):
        to.columns.push_back(from.get_string());
        break;
      default:
        from.skip();
    }
  }
}

bool read_type_and_row(const SharedBuffer& in, protozero::pbf_message<ChangeField>& from,
                       std::optional<WriteType>& type, std::optional<SharedBuffer>& row) {
  switch (from.tag_and_type()) {
    case number_of(ChangeField::kType):
      if (int32_t value = from.get_enum(); value >= 1 && value <= 3)
        type = static_cast<WriteType>(value);
      return true;
    case bytes_of(ChangeField::kRow):
      row = in.slice(to_std(from.get_view()));
      return true;
    default:
      return false;
  }
}

// "" when nothing is missing.
const char* missing_of(const std::optional<WriteType>& type,
                       const std::optional<SharedBuffer>& row) {
  return !type ? "type" : !row ? "row_change" : "";
}

Missing read_change(const SharedBuffer& in, protozero::pbf_message<ChangeField> from,
                    BatchWriteRowRequest::Change& to) {
  std::optional<WriteType> type;
  std::optional<SharedBuffer> row;
  bool has_condition = false, is_condition_whole = true;
  while (from.next()) {
    if (read_type_and_row(in, from, type, row)) continue;
    switch (from.tag_and_type()) {
      case bytes_of(ChangeField::kCondition):
        has_condition = true;
        is_condition_whole = read_condition(in, from.get_message(), to.condition);
        break;
      case bytes_of(ChangeField::kReturnContent):
        if (!to.return_content) to.return_content.emplace();
        read_return_content(from.get_message(), *to.return_content);
        break;
      default:
        from.skip();
    }
  }
  if (const char* missing = missing_of(type, row); *missing != 0) return {missing};
  if (!has_condition) return {"condition"};
  if (!is_condition_whole) return {"condition.row_existence"};
  to.type = *type;
  to.row = *std::move(row);
  return {};
}

Missing read_table(const SharedBuffer& in, protozero::pbf_message<TableField> from,
                   BatchWriteRowRequest::Table& to) {
  bool has_name = false;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case bytes_of(TableField::kName):
        to.table = from.get_string();
        has_name = true;
        break;
      case bytes_of(TableField::kRow): {
        Missing missing = read_change(in, from.get_message(), to.changes.emplace_back());
        if (missing) return missing.inside("rows", to.changes.size() - 1);
        break;
      }
      default:
        from.skip();
    }
  }
  return {has_name ? "" : "table_name"};
}

void write_consumed(protozero::pbf_writer& row, const CapacityUnit& from) {
  protozero::pbf_writer consumed(row, tag(ResultField::kConsumed));
  protozero::pbf_writer unit(consumed, tag(ConsumedField::kCapacityUnit));
  unit.add_int32(tag(CapacityField::kRead), from.read);
  unit.add_int32(tag(CapacityField::kWrite), from.write);
}

// False: the required field is missing.
bool read_consumed(protozero::pbf_message<ConsumedField> from, CapacityUnit& to) {
  bool has_unit = false;
  while (from.next()) {
    if (from.tag_and_type() != bytes_of(ConsumedField::kCapacityUnit)) {
      from.skip();
      continue;
    }
    has_unit = true;
    protozero::pbf_message<CapacityField> unit = from.get_message();
    while (unit.next()) {
      switch (unit.tag_and_type()) {
        case number_of(CapacityField::kRead):
          to.read = unit.get_int32();
          break;
        case number_of(CapacityField::kWrite):
          to.write = unit.get_int32();
          break;
        default:
          unit.skip();
      }
    }
  }
  return has_unit;
}

void write_error(protozero::pbf_writer& row, const ErrorMessage& from) {
  protozero::pbf_writer error(row, tag(ResultField::kError));
  error.add_string(tag(ErrorField::kCode), from.code);
  error.add_string(tag(ErrorField::kMessage), from.message);
}

bool read_error(protozero::pbf_message<ErrorField> from, ErrorMessage& to) {
  bool has_code = false;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case bytes_of(ErrorField::kCode):
        to.code = from.get_string();
        has_code = true;
        break;
      case bytes_of(ErrorField::kMessage):
        to.message = from.get_string();
        break;
      default:
        from.skip();
    }
  }
  return has_code;
}

// `row_always`: readers of BatchGetRow look into `row` of every good result, where zero bytes say
// "no such row".
void write_table_result(const BatchTableResult& from, bool row_always, protozero::pbf_writer& to) {
  to.add_string(tag(TableField::kName), from.table);
  for (const RowResult& result : from.rows) {
    protozero::pbf_writer row(to, tag(TableField::kRow));
    row.add_bool(tag(ResultField::kIsOk), !result.error);
    if (result.error) {
      write_error(row, *result.error);
      continue;
    }
    write_consumed(row, result.consumed);
    if (row_always || !result.row.empty())
      add_bytes(row, tag(ResultField::kRow), result.row.view());
  }
}

std::string write_batch(const std::vector<BatchTableResult>& tables, bool row_always) {
  std::string out;
  protozero::pbf_writer message(out);
  for (const BatchTableResult& from : tables) {
    protozero::pbf_writer table(message, tag(BatchField::kTable));
    write_table_result(from, row_always, table);
  }
  return out;
}

Missing read_row_result(const SharedBuffer& in, protozero::pbf_message<ResultField> from,
                        RowResult& to) {
  std::optional<bool> is_ok;
  std::optional<ErrorMessage> error;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case number_of(ResultField::kIsOk):
        is_ok = from.get_bool();
        break;
      case bytes_of(ResultField::kError):
        if (!read_error(from.get_message(), error.emplace())) return {"error.code"};
        break;
      case bytes_of(ResultField::kConsumed):
        if (!read_consumed(from.get_message(), to.consumed)) return {"consumed.capacity_unit"};
        break;
      case bytes_of(ResultField::kRow):
        to.row = in.slice(to_std(from.get_view()));
        break;
      default:
        from.skip();
    }
  }
  if (!is_ok) return {"is_ok"};
  if (*is_ok) return {};
  if (!error) return {"error"};
  to.error = std::move(error);
  return {};
}

Missing read_table_result(const SharedBuffer& in, protozero::pbf_message<TableField> from,
                          BatchTableResult& to) {
  bool has_name = false;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case bytes_of(TableField::kName):
        to.table = from.get_string();
        has_name = true;
        break;
      case bytes_of(TableField::kRow): {
        Missing missing = read_row_result(in, from.get_message(), to.rows.emplace_back());
        if (missing) {
          if (missing.place == "error")
            missing.reason =
                fmt::format("row {} of table {} failed (is_ok = false) without an error",
                            to.rows.size() - 1, to.table);
          return missing.inside("rows", to.rows.size() - 1);
        }
        break;
      }
      default:
        from.skip();
    }
  }
  return {has_name ? "" : "table_name"};
}

Status read_batch(const SharedBuffer& in, const char* name, std::vector<BatchTableResult>& tables) {
  tables.clear();
  return open_message(name, in, [&]() -> Missing {
    protozero::pbf_message<BatchField> from(in.data(), in.size());
    while (from.next()) {
      if (from.tag_and_type() != bytes_of(BatchField::kTable)) {
        from.skip();
        continue;
      }
      Missing missing = read_table_result(in, from.get_message(), tables.emplace_back());
      if (missing) return missing.inside("tables", tables.size() - 1);
    }
    return {};
  });
}

}  // namespace

std::string encode(const BatchGetRowResponse& from) { return write_batch(from.tables, true); }

Status decode(const SharedBuffer& in, BatchGetRowResponse& to) {
  return read_batch(in, "BatchGetRowResponse", to.tables);
}

std::string encode(const BatchWriteRowRequest& from) {
  std::string out;
  protozero::pbf_writer message(out);
  for (const BatchWriteRowRequest::Table& table : from.tables) {
    protozero::pbf_writer t(message, tag(BatchField::kTable));
    t.add_string(tag(TableField::kName), table.table);
    for (const BatchWriteRowRequest::Change& change : table.changes) {
      protozero::pbf_writer c(t, tag(TableField::kRow));
      c.add_enum(tag(ChangeField::kType), static_cast<int32_t>(change.type));
      add_bytes(c, tag(ChangeField::kRow), change.row.view());
      write_condition(c, change.condition);
      if (change.return_content) write_return_content(c, *change.return_content);
    }
  }
  if (!from.transaction_id.empty())
    message.add_string(tag(BatchField::kTransactionId), from.transaction_id);
  if (from.atomic) message.add_bool(tag(BatchField::kIsAtomic), *from.atomic);
  return out;
}

Status decode(const SharedBuffer& in, BatchWriteRowRequest& to) {
  to = {};
  return open_message("BatchWriteRowRequest", in, [&]() -> Missing {
    protozero::pbf_message<BatchField> from(in.data(), in.size());
    while (from.next()) {
      switch (from.tag_and_type()) {
        case bytes_of(BatchField::kTable): {
          Missing missing = read_table(in, from.get_message(), to.tables.emplace_back());
          if (missing) return missing.inside("tables", to.tables.size() - 1);
          break;
        }
        case bytes_of(BatchField::kTransactionId):
          to.transaction_id = from.get_string();
          break;
        case number_of(BatchField::kIsAtomic):
          to.atomic = from.get_bool();
          break;
        default:
          from.skip();
      }
    }
    return {};
  });
}

std::string encode(const BatchWriteRowResponse& from) { return write_batch(from.tables, false); }

Status decode(const SharedBuffer& in, BatchWriteRowResponse& to) {
  return read_batch(in, "BatchWriteRowResponse", to.tables);
}

std::string encode(const BulkImportRequest& from) {
  std::string out;
  protozero::pbf_writer message(out);
  message.add_string(tag(TableField::kName), from.table);
  for (const BulkImportRequest::Change& change : from.changes) {
    protozero::pbf_writer c(message, tag(TableField::kRow));
    c.add_enum(tag(ChangeField::kType), static_cast<int32_t>(change.type));
    add_bytes(c, tag(ChangeField::kRow), change.row.view());
  }
  return out;
}

Status decode(const SharedBuffer& in, BulkImportRequest& to) {
  to = {};
  return open_message("BulkImportRequest", in, [&]() -> Missing {
    protozero::pbf_message<TableField> from(in.data(), in.size());
    bool has_name = false;
    while (from.next()) {
      switch (from.tag_and_type()) {
        case bytes_of(TableField::kName):
          to.table = from.get_string();
          has_name = true;
          break;
        case bytes_of(TableField::kRow): {
          std::optional<WriteType> type;
          std::optional<SharedBuffer> row;
          protozero::pbf_message<ChangeField> change(from.get_message());
          while (change.next()) {
            if (!read_type_and_row(in, change, type, row)) change.skip();
          }
          if (const char* missing = missing_of(type, row); *missing != 0)
            return {fmt::format("rows[{}].{}", to.changes.size(), missing)};
          to.changes.push_back({*type, *std::move(row)});
          break;
        }
        default:
          from.skip();
      }
    }
    return {has_name ? "" : "table_name"};
  });
}

std::string encode(const BulkImportResponse& from) {
  std::string out;
  protozero::pbf_writer message(out);
  write_table_result(from.result, false, message);
  return out;
}

Status decode(const SharedBuffer& in, BulkImportResponse& to) {
  to = {};
  return open_message("BulkImportResponse", in, [&] {
    return read_table_result(in, protozero::pbf_message<TableField>(in.data(), in.size()),
                             to.result);
  });
}

}  // namespace otsstream::tablestore
