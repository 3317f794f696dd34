#include "sync/merge_sql.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time_zone.h"
#include "base/wall_time.h"
#include "job/variables.h"
#include "reader/params.h"
#include "writer/odps/params.h"

namespace otsstream::sync {

namespace {

constexpr char kToday[] = "${bizdate}";
constexpr char kYesterday[] = "${yesterday}";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

std::string text_literal(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

tl::unexpected<Error> refuse(std::string message, std::string remedy, std::string where = {}) {
  Error error = make_error(ErrorKind::kConfig, "Merge-Job", std::move(message), std::move(remedy));
  error.where = std::move(where);
  return fail(std::move(error));
}

// The log as the job lands it, by the columns of the destination.
struct Log {
  std::string table;
  std::vector<std::string> keys;
  std::string column_name;
  std::string version;
  std::string value;
  std::string operation;
  std::string sequence;
  maxcompute::PartitionSpec partition;
};

Status check_shape(const reader::ShapeOptions& shape) {
  if (shape.mode != reader::ShapeMode::kColumns) {
    return refuse("the job exports in row mode, whose rows do not say what was deleted",
                  "remove `mode` (and `column`): column mode tells every change of every cell");
  }
  if (!shape.sequence_info) {
    return refuse("the job does not export sequenceInfo, so the order of the changes is lost",
                  "set isExportSequenceInfo to true and add a column for it to the writer");
  }
  constexpr unsigned kNeeded =
      reader::kCellWritten | reader::kVersionDeleted | reader::kColumnDeleted | reader::kRowDeleted;
  if ((shape.operations & kNeeded) != kNeeded) {
    return refuse("the job leaves out operations by opTypes; without them the state is wrong",
                  "remove opTypes");
  }
  return {};
}

Result<Log> read_log(const job::JobSpec& job, Diagnostics& diagnostics) {
  if (job.reader == nullptr || job.writer == nullptr || job.writer_name != "odps") {
    return refuse("the job does not write to MaxCompute",
                  "merge-sql is for jobs with the writer odps");
  }
  OTS_TRY(const reader::Settings settings,
          reader::read_settings(*job.reader, job.settings.time_zone, diagnostics));
  const writer::OdpsSettings target = writer::read_odps_settings(*job.writer, diagnostics);
  OTS_CHECK(diagnostics.to_status());
  const reader::ShapeOptions& shape = settings.shape;
  OTS_CHECK(check_shape(shape));
  if (target.columns == std::vector<std::string>{"*"}) {
    return refuse("the writer's `column` is \"*\", which does not tell the key columns",
                  "name the columns of the destination, in the order of the reader's");
  }
  // Key columns, then colName, version, colValue, opType, sequenceInfo, then what was added.
  const size_t added = (shape.old_values ? 2 : 0) + shape.order_columns.size();
  constexpr size_t kFixed = 5;
  if (target.columns.size() < kFixed + added + 1) {
    return refuse(fmt::format("the writer names {} columns; the reader gives at least {}",
                              target.columns.size(), kFixed + added + 1),
                  "name a column for each key column, colName, version, colValue, opType and "
                  "sequenceInfo");
  }
  if (target.dynamic_partition.value_or(false)) {
    return refuse("the job chooses partitions by the rows", "land the log in one partition a day");
  }
  if (target.partition.empty()) {
    return refuse("the log's table is not partitioned, so a day's changes cannot be told",
                  "partition it by the business date, for example \"partition\": "
                  "\"pt=${bdp.system.bizdate}\"");
  }
  Log log;
  log.table = target.table;
  log.partition = target.partition;
  const size_t keys = target.columns.size() - kFixed - added;
  for (size_t i = 0; i < keys; ++i) log.keys.push_back(lower(target.columns[i]));
  log.column_name = lower(target.columns[keys]);
  log.version = lower(target.columns[keys + 1]);
  log.value = lower(target.columns[keys + 2]);
  log.operation = lower(target.columns[keys + 3]);
  log.sequence = lower(target.columns[keys + 4]);
  return log;
}

class Writer {
 public:
  Writer(const Log& log, const MergeOptions& options, std::string today, std::string yesterday)
      : log_(log),
        options_(options),
        cells_(options.cells.empty() ? log.table + "_cells" : options.cells),
        into_(options.into.empty() ? log.table + "_current" : options.into),
        day_(options.snapshot_partition.empty() ? lower(log.partition.parts()[0].first)
                                                : lower(options.snapshot_partition)),
        today_(std::move(today)),
        yesterday_(std::move(yesterday)) {}

  // `day_value`: the value of the log's partition that is the day.
  std::string write(const std::string& day_value) const {
    std::string out = create_cells() + "\n" + fold(day_value);
    if (!options_.columns.empty()) out += "\n" + create_current() + "\n" + pivot();
    return out;
  }

 private:
  std::string type_of_key(const std::string& key) const {
    for (const MergeColumn& column : options_.keys) {
      if (column.name == key) return column.type;
    }
    return "string";
  }
  std::string key_list(std::string_view prefix = "") const {
    std::string out;
    for (const std::string& key : log_.keys) {
      out += (out.empty() ? "" : ", ") + std::string(prefix) + quoted(key);
    }
    return out;
  }
  std::string key_definitions() const {
    std::string out;
    for (const std::string& key : log_.keys) {
      out += "  " + quoted(key) + " " + type_of_key(key) + ",\n";
    }
    return out;
  }
  std::string partitioned() const {
    std::string out = "\n) PARTITIONED BY (" + quoted(day_) + " string)";
    if (options_.lifecycle_days > 0) out += fmt::format(" LIFECYCLE {}", options_.lifecycle_days);
    return out + ";\n";
  }
  std::string snapshot(const std::string& day) const {
    return quoted(day_) + " = " + text_literal(day);
  }
  std::string log_condition(const std::string& day_value) const {
    std::string out;
    for (const auto& [key, value] : log_.partition.parts()) {
      out += (out.empty() ? "" : " AND ") + quoted(lower(key)) + " = " +
             text_literal(value == day_value ? today_ : value);
    }
    return out;
  }

  std::string create_cells() const {
    return "-- Every cell that is there at the end of a day, each version a row.\n"
           "CREATE TABLE IF NOT EXISTS " +
           quoted(cells_) + " (\n" + key_definitions() + "  " + quoted(log_.column_name) +
           " string,\n  " + quoted(log_.version) + " bigint,\n  " + quoted(log_.value) + " string" +
           partitioned();
  }

  // A snapshot's cell is a U before all changes. What came later than the last DR of its row and
  // the last DA of its column, and is the last word on its version, is there.
  std::string fold(const std::string& day_value) const {
    const std::string keys = key_list();
    const std::string name = quoted(log_.column_name);
    const std::string version = quoted(log_.version);
    const std::string value = quoted(log_.value);
    const std::string operation = quoted(log_.operation);
    const std::string sequence = quoted(log_.sequence);
    std::string cast_keys;
    for (const std::string& key : log_.keys) {
      const std::string type = type_of_key(key);
      cast_keys += (cast_keys.empty() ? "" : ", ") +
                   (type == "string" ? quoted(key)
                                     : fmt::format("CAST({0} AS {1}) AS {0}", quoted(key), type));
    }
    return fmt::format(
        "-- Yesterday's cells and today's changes give today's cells.\n"
        "INSERT OVERWRITE TABLE {cells} PARTITION ({today})\n"
        "SELECT {keys}, {name}, {version}, {value}\n"
        "FROM (\n"
        "  SELECT {keys}, {name}, {version}, {value}, {op}, {seq},\n"
        "    MAX(CASE WHEN {op} = 'DR' THEN {seq} END) OVER (PARTITION BY {keys}) AS row_deleted,\n"
        "    MAX(CASE WHEN {op} = 'DA' THEN {seq} END) OVER (PARTITION BY {keys}, {name}) AS "
        "column_deleted,\n"
        "    ROW_NUMBER() OVER (PARTITION BY {keys}, {name}, {version} ORDER BY {seq} DESC) AS "
        "nth_last\n"
        "  FROM (\n"
        "    SELECT {keys}, {name}, {version}, {value}, 'U' AS {op}, '' AS {seq}\n"
        "    FROM {cells} WHERE {yesterday}\n"
        "    UNION ALL\n"
        "    SELECT {cast_keys}, {name}, {version}, {value}, {op}, {seq}\n"
        "    FROM {log} WHERE {log_day}\n"
        "  ) changes\n"
        ") ordered_changes\n"
        "WHERE {op} = 'U' AND nth_last = 1\n"
        "  AND (row_deleted IS NULL OR {seq} > row_deleted)\n"
        "  AND (column_deleted IS NULL OR {seq} > column_deleted);\n",
        fmt::arg("cells", quoted(cells_)), fmt::arg("today", snapshot(today_)),
        fmt::arg("yesterday", snapshot(yesterday_)), fmt::arg("keys", keys), fmt::arg("name", name),
        fmt::arg("version", version), fmt::arg("value", value), fmt::arg("op", operation),
        fmt::arg("seq", sequence), fmt::arg("cast_keys", cast_keys),
        fmt::arg("log", quoted(log_.table)), fmt::arg("log_day", log_condition(day_value)));
  }

  std::string create_current() const {
    std::string columns;
    for (const MergeColumn& column : options_.columns) {
      columns += (columns.empty() ? "  " : ",\n  ") + quoted(column.name) + " " + column.type;
    }
    return "-- The current state: a row for each row of the source, a column for each column.\n"
           "CREATE TABLE IF NOT EXISTS " +
           quoted(into_) + " (\n" + key_definitions() + columns + partitioned();
  }

  std::string pivot() const {
    const std::string name = quoted(log_.column_name);
    std::string columns;
    for (const MergeColumn& column : options_.columns) {
      std::string cell = fmt::format("MAX(CASE WHEN {} = {} THEN {} END)", name,
                                     text_literal(column.source), quoted(log_.value));
      if (column.type != "string") cell = fmt::format("CAST({} AS {})", cell, column.type);
      columns += ",\n  " + cell + " AS " + quoted(column.name);
    }
    return fmt::format(
        "INSERT OVERWRITE TABLE {into} PARTITION ({today})\n"
        "SELECT {keys}{columns}\n"
        "FROM (\n"
        "  SELECT {keys}, {name}, {value},\n"
        "    ROW_NUMBER() OVER (PARTITION BY {keys}, {name} ORDER BY {version} DESC) AS "
        "nth_newest\n"
        "  FROM {cells} WHERE {today}\n"
        ") newest\n"
        "WHERE nth_newest = 1\n"
        "GROUP BY {keys};\n",
        fmt::arg("into", quoted(into_)), fmt::arg("today", snapshot(today_)),
        fmt::arg("keys", key_list()), fmt::arg("columns", columns), fmt::arg("name", name),
        fmt::arg("value", quoted(log_.value)), fmt::arg("version", quoted(log_.version)),
        fmt::arg("cells", quoted(cells_)));
  }

  const Log& log_;
  const MergeOptions& options_;
  const std::string cells_;
  const std::string into_;
  const std::string day_;
  const std::string today_;
  const std::string yesterday_;
};

// The names that must not meet in one table.
Status check_names(const Log& log, const MergeOptions& options) {
  std::vector<std::string> names = log.keys;
  for (const MergeColumn& column : options.columns) names.push_back(column.name);
  std::sort(names.begin(), names.end());
  if (const auto twice = std::adjacent_find(names.begin(), names.end()); twice != names.end()) {
    return refuse("two columns of the current-state table would be called " + *twice,
                  "give one another name: --columns \"SOURCE=NAME TYPE\"");
  }
  for (const MergeColumn& key : options.keys) {
    if (std::find(log.keys.begin(), log.keys.end(), key.name) == log.keys.end()) {
      std::string known;
      for (const std::string& name : log.keys) known += (known.empty() ? "" : ", ") + name;
      return refuse("the job has no key column " + key.name, "its key columns are " + known);
    }
  }
  for (const std::string& name : {options.into, options.cells, options.snapshot_partition}) {
    if (!name.empty() && !is_name(name)) {
      return refuse("'" + name + "' is no name", "use letters, digits and underscores");
    }
  }
  return {};
}

}  // namespace

Result<MergeColumn> parse_merge_column(std::string_view text) {
  const auto trim = [](std::string_view part) {
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    return part;
  };
  const auto wrong = [&](const std::string& why) {
    return fail(ErrorKind::kUsage, "Merge-Column", "column '" + std::string(text) + "': " + why,
                "write NAME, \"NAME TYPE\" or \"SOURCE=NAME TYPE\"");
  };
  MergeColumn column;
  std::string_view rest = trim(text);
  const size_t equal = rest.find('=');
  if (equal != std::string_view::npos) {
    column.source = std::string(trim(rest.substr(0, equal)));
    rest = trim(rest.substr(equal + 1));
  }
  const size_t blank = std::min(rest.find(' '), rest.size());
  const std::string_view name = rest.substr(0, blank);
  if (!is_name(name)) return wrong("'" + std::string(name) + "' is no name of a column");
  column.name = lower(name);
  if (column.source.empty()) column.source = std::string(name);
  const std::string_view type = trim(rest.substr(blank));
  auto parsed = maxcompute::parse_type(type.empty() ? "string" : type);
  if (!parsed) return wrong(parsed.error().message);
  column.type = parsed->text;
  return column;
}

Status add_merge_columns(std::string_view list, std::vector<MergeColumn>& columns) {
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size()) {
      if (list[i] == '(' || list[i] == '<') ++depth;
      if (list[i] == ')' || list[i] == '>') --depth;
      if (list[i] != ',' || depth > 0) continue;
    }
    OTS_TRY(MergeColumn column, parse_merge_column(list.substr(begin, i - begin)));
    columns.push_back(std::move(column));
    begin = i + 1;
  }
  return {};
}

Result<std::string> merge_sql(const job::JobSpec& job, const MergeOptions& options,
                              Diagnostics& diagnostics) {
  OTS_TRY(const Log log, read_log(job, diagnostics));
  OTS_CHECK(check_names(log, options));
  std::string today = kToday;
  std::string yesterday = kYesterday;
  // The day is the innermost partition level whose value is a date; else the first level.
  std::string day_value = log.partition.parts()[0].second;
  for (const auto& [key, value] : log.partition.parts()) {
    if (parse_date8(value, Zone::utc())) day_value = value;
  }
  if (!options.bizdate.empty()) {
    OTS_TRY(const int64_t midnight, parse_date8(options.bizdate, Zone::utc()));
    today = options.bizdate;
    yesterday = format_date8(midnight - kMsPerDay, Zone::utc());
  }
  return Writer(log, options, today, yesterday).write(day_value);
}

}  // namespace otsstream::sync
