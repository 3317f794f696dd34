#include "writer/odps/partition_source.h"

#include <algorithm>
#include <mutex>

#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/partition_value.h"
#include "record/shown.h"

namespace otsstream::writer {

using maxcompute::PartitionSpec;
using maxcompute::TableSchema;
using maxcompute::TypeKind;
using maxcompute::ascii::lower;

// The first value of each kind that its format did not fit.
struct PartitionSource::Unformatted {
  std::mutex mutex;
  std::string remark;
};

namespace {

// The service's limit for the text of one value.
constexpr size_t kMaxValueBytes = 255;

tl::unexpected<Error> config_error(std::string message, std::string remedy) {
  return fail(ErrorKind::kConfig, "OdpsWriter-DynamicPartition", std::move(message),
              std::move(remedy));
}

bool lists(const OdpsSettings& settings, const std::string& name) {
  return std::any_of(settings.columns.begin(), settings.columns.end(),
                     [&](const std::string& column) { return lower(column) == lower(name); });
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "`" : ", `") + name + "`";
  return text;
}

// The first cells of a row, for people who look for it.
std::string row_text(std::span<const Value> row, const ConvertOptions& convert) {
  constexpr size_t kCells = 6, kCellBytes = 40;
  std::string text, scratch;
  for (size_t i = 0; i < std::min(row.size(), kCells); ++i) {
    text += text.empty() ? "" : ", ";
    auto cell = to_text(row[i], convert, scratch);
    text += row[i].is_null() || !cell ? "NULL" : std::string(cut_text(*cell, kCellBytes));
  }
  return "(" + text + (row.size() > kCells ? ", …)" : ")");
}

// Of the value that is the matter itself.
std::string shortened(std::string_view text) {
  constexpr size_t kBytes = 100;
  return std::string(cut_text(text, kBytes)) + (text.size() > kBytes ? "..." : "");
}

bool is_integer(TypeKind kind) {
  return kind == TypeKind::kBigint || kind == TypeKind::kInt || kind == TypeKind::kSmallint ||
         kind == TypeKind::kTinyint;
}

}  // namespace

Result<bool> is_dynamic(const OdpsSettings& settings, const TableSchema& schema) {
  std::vector<std::string> listed, missing;
  for (const maxcompute::Column& key : schema.partition_keys)
    (lists(settings, key.name) ? listed : missing).push_back(key.name);
  const std::string table = "table " + schema.table;
  if (settings.dynamic_partition == false || !settings.fixed_partition_values.empty()) {
    if (listed.empty()) return false;
    return config_error(table + ": `column` lists the partition column " + joined(listed) +
                            ", but the job names its partition itself",
                        "take it out of `column`, or set supportDynamicPartition to true and take "
                        "`partition` and custom partition columns out");
  }
  const bool wanted = settings.dynamic_partition == true;
  if (!wanted && listed.empty()) return false;
  if (schema.partition_keys.empty())
    return config_error(table + " is not partitioned, but supportDynamicPartition is true",
                        "take supportDynamicPartition out");
  if (!missing.empty())
    return config_error(
        table + ": rows choose their partition, but `column` does not list " + joined(missing),
        "list every partition column in `column`, by name and not as *, or none");
  if (!settings.partition.empty())
    return config_error(
        table + ": the job names partition " + settings.partition.unquoted() +
            ", and `column` lists the partition column " + joined(listed),
        "either take `partition` out, or take the partition columns out of `column`");
  return true;
}

Result<PartitionSource::Made> PartitionSource::make(const OdpsSettings& settings,
                                                    const TableSchema& schema,
                                                    const std::vector<InputColumn>& input,
                                                    ConvertOptions convert,
                                                    std::vector<std::string>& warnings) {
  Made made;
  made.source.convert_ = std::move(convert);
  made.source.unformatted_ = std::make_shared<Unformatted>();
  for (const maxcompute::Column& key : schema.partition_keys) {
    Level level{lower(key.name), key.type, 0, {}, {}};
    for (size_t i = 0; i < settings.columns.size(); ++i)
      if (lower(settings.columns[i]) == lower(key.name)) level.field = i;
    if (level.field >= input.size())
      return config_error("table " + schema.table + ": `column` lists the partition column `" +
                              key.name + "` as number " + std::to_string(level.field + 1) +
                              ", the reader has " + std::to_string(input.size()) + " columns",
                          "move it forward, or export more columns");
    for (const PartitionFormat& format : settings.partition_formats) {
      if (lower(format.column) != lower(key.name)) continue;
      if (!format.source_format.empty()) {
        OTS_TRY(level.source_format, TimeFormat::parse(format.source_format));
      }
      OTS_TRY(level.format, TimeFormat::parse(format.format));
    }
    made.source.levels_.push_back(std::move(level));
  }
  for (const PartitionFormat& format : settings.partition_formats) {
    const auto& keys = schema.partition_keys;
    if (std::none_of(keys.begin(), keys.end(), [&](const maxcompute::Column& key) {
          return lower(key.name) == lower(format.column);
        }))
      return config_error("partitionColumnMapping names `" + format.column +
                              "`, which is no partition column of table " + schema.table,
                          "name a partition column");
  }

  // The other columns keep their places in the record.
  std::vector<std::string> columns;
  std::vector<InputColumn> fields;
  std::vector<size_t> kept;
  for (size_t i = 0; i < settings.columns.size(); ++i) {
    const auto& keys = schema.partition_keys;
    if (std::any_of(keys.begin(), keys.end(), [&](const maxcompute::Column& key) {
          return lower(key.name) == lower(settings.columns[i]);
        }))
      continue;
    columns.push_back(settings.columns[i]);
    if (i >= input.size()) continue;  // always NULL
    fields.push_back(input[i]);
    kept.push_back(i);
  }
  OTS_TRY(made.mapping, make_mapping(columns, schema, fields, warnings));
  for (MappedColumn& column : made.mapping.columns) column.field = kept[column.field];
  made.mapping.input_columns = input.size();
  return made;
}

Status PartitionSource::append_key(std::span<const Value> row, std::string& key) const {
  std::string scratch;
  for (const Level& level : levels_) {
    const Value& value = row[level.field];
    key += static_cast<char>(value.type());
    if (!value.is_null()) {
      OTS_TRY(std::string_view text, to_text(value, convert_, scratch));
      key += text;
    }
    key += '\0';
  }
  return {};
}

std::optional<std::string> PartitionSource::formatted(const Level& level,
                                                      const Value& value) const {
  std::optional<int64_t> time_ms;
  std::string scratch;
  if (!level.source_format || value.type() == ValueType::kDate) {
    if (auto ms = to_date_ms(value, convert_)) time_ms = *ms;
  } else if (auto text = to_text(value, convert_, scratch)) {
    time_ms = level.source_format->read(*text, convert_.zone);
  }
  if (!time_ms) return std::nullopt;
  std::string out;
  level.format->append(out, *time_ms, convert_.zone);
  return out;
}

Result<std::string> PartitionSource::value_of(const Level& level,
                                              std::span<const Value> row) const {
  auto refuse = [&](const std::string& what, std::string remedy) {
    return fail(ErrorKind::kConfig, "OdpsWriter-PartitionValue",
                "row " + row_text(row, convert_) + ": the value of partition column `" +
                    level.name + "` " + what,
                std::move(remedy));
  };
  const Value& value = row[level.field];
  std::string scratch, text;
  if (!value.is_null()) {
    OTS_TRY(std::string_view as_it_is, to_text(value, convert_, scratch));
    text = as_it_is;
  }
  if (maxcompute::ascii::trim(text).empty())
    return refuse("is blank: the row belongs to no partition",
                  "filter such rows out, or partition by a column that is never empty");
  if (level.format) {
    if (auto anew = formatted(level, value)) {
      text = std::move(*anew);
    } else {
      std::lock_guard lock(unformatted_->mutex);
      if (unformatted_->remark.empty())
        unformatted_->remark = "partition column `" + level.name + "`: \"" + shortened(text) +
                               "\" is no time of its format and was taken as it is (the first such "
                               "value)";
    }
  }
  if (is_integer(level.type.kind)) {
    auto number = maxcompute::partition_value(text, level.type);
    if (!number)
      return refuse(
          "is \"" + shortened(text) + "\", which is no integer of type " + level.type.text,
          "correct the data");
    text = std::move(*number);
  } else if (level.type.kind == TypeKind::kDate && !level.format) {
    auto ms = to_date_ms(value, convert_);
    if (!ms) return refuse("is \"" + shortened(text) + "\", which is no date", "correct the data");
    OTS_TRY(TimeFormat day, TimeFormat::parse("yyyy-MM-dd"));
    text.clear();
    day.append(text, *ms, convert_.zone);
  }
  if (text.size() > kMaxValueBytes)
    return refuse("has " + std::to_string(text.size()) + " bytes, more than " +
                      std::to_string(kMaxValueBytes),
                  "partition by a column with short values");
  // What PartitionSpec would not read back as the same one cannot travel.
  PartitionSpec one;
  one.add(level.name, text);
  auto back = PartitionSpec::parse(one.unquoted());
  if (!back || !(*back == one))
    return refuse("is \"" + shortened(text) + "\", which a partition cannot have as its value",
                  "blanks at the ends, quotes, '=', ',', '/' and control characters do not travel "
                  "in a partition spec; clean the values, or partition by another column");
  return text;
}

Result<PartitionSpec> PartitionSource::spec_of(std::span<const Value> row) const {
  PartitionSpec spec;
  for (const Level& level : levels_) {
    OTS_TRY(std::string value, value_of(level, row));
    spec.add(level.name, std::move(value));
  }
  return spec;
}

std::string PartitionSource::describe() const {
  std::string text;
  for (const Level& level : levels_) text += "/" + level.name + "=*";
  return text;
}

std::vector<std::string> PartitionSource::names() const {
  std::vector<std::string> names;
  for (const Level& level : levels_) names.push_back(level.name);
  return names;
}

std::string PartitionSource::remark() const {
  std::lock_guard lock(unformatted_->mutex);
  return unformatted_->remark;
}

}  // namespace otsstream::writer
