#include "writer/odps/mapping.h"

#include <algorithm>
#include <set>

#include "config/diagnostics.h"
#include "maxcompute/wire/ascii.h"
#include "writer/odps/row_encoder.h"

namespace otsstream::writer {
namespace {

using maxcompute::Column;
using maxcompute::TableSchema;

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

std::string list_names(const std::vector<Column>& columns) {
  constexpr size_t kShown = 50;
  std::string out;
  for (size_t i = 0; i < columns.size() && i < kShown; ++i)
    out += (i == 0 ? "" : ", ") + columns[i].name;
  if (columns.size() > kShown) out += " and " + std::to_string(columns.size() - kShown) + " more";
  return out;
}

const Column* find_column(const std::vector<Column>& columns, const std::string& lower_name) {
  for (const Column& column : columns)
    if (maxcompute::ascii::lower(column.name) == lower_name) return &column;
  return nullptr;
}

Error column_error(const TableSchema& schema, std::string message, std::string remedy) {
  return make_error(ErrorKind::kConfig, "OdpsWriter-Column",
                    "table " + schema.table + ": " + std::move(message), std::move(remedy));
}

// Positions in schema.columns, in configured order; all that is wrong at once.
Result<std::vector<size_t>> resolve(const std::vector<std::string>& configured,
                                    const TableSchema& schema) {
  Diagnostics wrong;
  std::vector<size_t> positions;
  if (configured.size() == 1 && configured.front() == "*") {
    for (size_t i = 0; i < schema.columns.size(); ++i) positions.push_back(i);
    return positions;
  }
  std::set<const Column*> seen;
  for (const std::string& name : configured) {
    const std::string lower_name = maxcompute::ascii::lower(name);
    const Column* column = find_column(schema.columns, lower_name);
    if (column != nullptr && seen.insert(column).second) {
      positions.push_back(static_cast<size_t>(column - schema.columns.data()));
    } else if (column != nullptr) {
      wrong.add(Severity::kError,
                column_error(schema, "column " + quoted(name) + " is listed twice",
                             "list each column once in `column`"));
    } else if (find_column(schema.partition_keys, lower_name) != nullptr) {
      wrong.add(Severity::kError,
                column_error(schema, quoted(name) + " is a partition column",
                             "take it out of `column` and give its value in `partition`, or list "
                             "all partition columns in `column` and leave `partition` out"));
    } else {
      wrong.add(Severity::kError,
                column_error(schema,
                             "there is no column " + quoted(name) + "; its columns are " +
                                 list_names(schema.columns),
                             "correct `column` of the writer, or add the column to the table"));
    }
  }
  OTS_CHECK(wrong.to_status());
  return positions;
}

// What dataworks.md 3.1 wants to hear of its own sample: six columns for five fields, the sixth
// being the order of the changes.
bool is_sequence_column(std::string_view name) {
  std::string word = maxcompute::ascii::lower(name);
  std::erase(word, '_');
  return word == "sequenceinfo";
}

std::string missing_warning(const Mapping& mapping) {
  const size_t from = mapping.input_columns;
  const size_t count = mapping.names.size() - from;
  if (count == 1) {
    const std::string& name = mapping.names[from];
    std::string text =
        "column " + std::to_string(from + 1) + " " + quoted(name) + " will always be NULL; ";
    if (is_sequence_column(name)) return text + "set isExportSequenceInfo to true to fill it";
    return text + "the reader delivers " + std::to_string(from) + " columns";
  }
  std::string text = "columns ";
  for (size_t i = from; i < mapping.names.size(); ++i)
    text += (i == from ? "" : ", ") + std::to_string(i + 1) + " " + quoted(mapping.names[i]);
  return text + " will always be NULL; the reader delivers " + std::to_string(from) + " columns";
}

}  // namespace

Result<Mapping> make_mapping(const std::vector<std::string>& configured, const TableSchema& schema,
                             const std::vector<InputColumn>& input,
                             std::vector<std::string>& warnings) {
  OTS_TRY(const std::vector<size_t> positions, resolve(configured, schema));
  if (positions.size() < input.size()) {
    std::string fields;
    for (const InputColumn& column : input) fields += (fields.empty() ? "" : ", ") + column.name;
    return fail(column_error(schema,
                             "the reader delivers " + std::to_string(input.size()) + " columns (" +
                                 fields + "), the writer has only " +
                                 std::to_string(positions.size()) + " for them",
                             "list one table column for every column of the reader"));
  }

  Mapping mapping;
  mapping.input_columns = input.size();
  for (size_t position : positions) mapping.names.push_back(schema.columns[position].name);
  for (size_t field = 0; field < input.size(); ++field) {
    const Column& column = schema.columns[positions[field]];
    if (!may_convert(input[field].type, column.type.kind)) {
      warnings.push_back("column " + std::to_string(field + 1) + " " + quoted(column.name) + ": " +
                         std::string(to_string(input[field].type)) + " values of the reader's `" +
                         input[field].name + "` never convert to " + column.type.text +
                         "; every row that has one is dirty");
    }
    mapping.columns.push_back(
        {field, static_cast<uint32_t>(positions[field] + 1), column.name, column.type});
  }
  std::sort(mapping.columns.begin(), mapping.columns.end(),
            [](const MappedColumn& a, const MappedColumn& b) { return a.number < b.number; });
  if (mapping.names.size() > input.size()) warnings.push_back(missing_warning(mapping));
  return mapping;
}

}  // namespace otsstream::writer
