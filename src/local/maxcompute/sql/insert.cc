#include "local/maxcompute/sql/insert.h"

#include <algorithm>
#include <map>

#include "base/span_text.h"
#include "local/maxcompute/backend.h"
#include "local/maxcompute/ddl.h"
#include "local/maxcompute/partition_values.h"
#include "local/maxcompute/sql/convert_cell.h"
#include "local/maxcompute/sql/sql_value.h"
#include "maxcompute/wire/record_cursor.h"

namespace otsstream::local {

using maxcompute::Cell;
using maxcompute::Column;
using maxcompute::ColumnType;
using maxcompute::PartitionSpec;
using maxcompute::RecordStreamWriter;
using maxcompute::TableSchema;

namespace {

constexpr size_t kMaxShownValue = 60;

std::string shown(const Cell& cell, const ColumnType& type, const Zone& zone) {
  std::string text;
  maxcompute::append_text(text, cell, type, zone);
  if (text.size() <= kMaxShownValue) return "'" + text + "'";
  return "'" + text.substr(0, kMaxShownValue) + "…' (" + std::to_string(text.size()) + " bytes)";
}

// Where a column of the query goes.
struct Target {
  const Column* column = nullptr;
  uint32_t number = 0;  // in the record stream; 0: a partition column
  size_t level = 0;     // of a partition column
};

class Landing {
 public:
  Landing(const Insert& insert, const ResultTable& rows, const TableSchema& schema,
          const Backend& backend, const Zone& zone)
      : insert_(insert), rows_(rows), schema_(schema), backend_(backend), zone_(zone) {}

  Status run(Catalog& catalog) {
    OTS_CHECK(find_partitions());
    OTS_CHECK(find_targets());
    OTS_CHECK(convert_rows());
    std::vector<PartitionBlocks> parts;
    std::vector<std::string> blobs;
    Status done = [&]() -> Status {
      for (auto& [values, writer] : streams_) {
        PartitionBlocks part;
        for (size_t level = 0; level < values.size(); ++level) {
          part.spec.add(schema_.partition_keys[level].name, values[level]);
        }
        const uint64_t records = writer.records();
        std::string stream = writer.finish();
        if (records > 0) {
          const uint64_t bytes = stream.size();
          OTS_TRY(auto blob, backend_.blocks.put(SharedBuffer(std::move(stream))));
          blobs.push_back(blob);
          part.blocks.push_back({std::move(blob), records, bytes});
        }
        parts.push_back(std::move(part));
      }
      return catalog.land(schema_, parts, insert_.overwrite, backend_.now());
    }();
    // What nobody lists would only take up room.
    if (!done) backend_.blocks.remove(blobs);
    return done;
  }

 private:
  tl::unexpected<Error> wrong(const std::string& what) const {
    return fail(sql_semantic_error(insert_.table.at, what));
  }

  Status find_partitions() {
    values_.resize(schema_.partition_keys.size());
    std::vector<bool> named(values_.size());
    for (const auto& [key, value] : insert_.partition) {
      size_t level = 0;
      while (level < values_.size() && schema_.partition_keys[level].name != key) ++level;
      if (level == values_.size()) return wrong("no partition column is named " + key);
      if (named[level]) return wrong("partition column " + key + " occurs twice");
      named[level] = true;
      if (value) {
        if (value->empty()) return wrong("the value of partition column " + key + " is empty");
        values_[level] = *value;
      } else {
        dynamic_.push_back(level);
      }
    }
    if (std::find(named.begin(), named.end(), false) != named.end()) {
      return wrong("table " + schema_.table +
                   " is partitioned: PARTITION (…) must name every "
                   "partition column");
    }
    std::sort(dynamic_.begin(), dynamic_.end());
    // A partition that is named whole is there afterwards, even without rows.
    if (dynamic_.empty()) {
      OTS_CHECK(check_partition(values_));
      streams_.try_emplace(values_);
    }
    return {};
  }

  // A value that the Tunnel's text form cannot carry would make a partition that nobody can read.
  Status check_partition(const std::vector<std::string>& values) const {
    if (values.empty()) return {};
    PartitionSpec spec;
    for (size_t level = 0; level < values.size(); ++level) {
      spec.add(schema_.partition_keys[level].name, values[level]);
    }
    if (const auto same = PartitionSpec::parse(spec.quoted()); same && *same == spec) return {};
    return wrong("partition '" + spec.unquoted() + "' cannot be written as text");
  }

  Status find_targets() {
    auto add_data = [&](const std::string& name) -> Status {
      for (size_t i = 0; i < schema_.columns.size(); ++i) {
        if (schema_.columns[i].name != name) continue;
        for (const Target& other : targets_) {
          if (other.number == i + 1) return wrong("column " + name + " occurs twice");
        }
        targets_.push_back({&schema_.columns[i], static_cast<uint32_t>(i + 1), 0});
        return {};
      }
      return wrong("table " + schema_.table + " has no data column " + name);
    };
    if (insert_.columns.empty()) {
      for (const Column& column : schema_.columns) OTS_CHECK(add_data(column.name));
    }
    for (const std::string& name : insert_.columns) {
      const auto level = std::find_if(dynamic_.begin(), dynamic_.end(), [&](size_t candidate) {
        return schema_.partition_keys[candidate].name == name;
      });
      if (level == dynamic_.end()) {
        OTS_CHECK(add_data(name));
      } else {
        targets_.push_back({&schema_.partition_keys[*level], 0, *level});
        listed_levels_ = true;
      }
    }
    if (!listed_levels_) {
      for (size_t level : dynamic_) targets_.push_back({&schema_.partition_keys[level], 0, level});
    }
    if (targets_.size() != rows_.columns.size()) {
      return wrong("the query gives " + std::to_string(rows_.columns.size()) +
                   " columns, the target takes " + std::to_string(targets_.size()));
    }
    for (size_t i = 0; i < targets_.size(); ++i) {
      if (!can_convert(rows_.columns[i].type, targets_[i].column->type)) {
        return wrong("column " + targets_[i].column->name + " is " + targets_[i].column->type.text +
                     ", the query gives " + rows_.columns[i].type.text);
      }
    }
    return {};
  }

  tl::unexpected<Error> no_fit(uint64_t row, size_t i, const std::string& value,
                               const std::string& why) const {
    return fail(ErrorKind::kConfig, "ODPS-0121095",
                "ODPS-0121095: Invalid argument - row " + std::to_string(row) + ", column " +
                    targets_[i].column->name + " (" + targets_[i].column->type.text +
                    "): " + value + " of type " + rows_.columns[i].type.text + ": " + why);
  }

  Status convert_rows() {
    maxcompute::RecordCursor cursor(rows_.record_stream, rows_.columns);
    std::vector<maxcompute::EncodedCell> cells(rows_.columns.size());
    // Columns of a record come in the order of the table.
    std::vector<size_t> order;
    for (size_t i = 0; i < targets_.size(); ++i) order.push_back(i);
    std::sort(order.begin(), order.end(),
              [&](size_t a, size_t b) { return targets_[a].number < targets_[b].number; });
    std::vector<maxcompute::ParsedCell> converted(cells.size());
    for (uint64_t row = 1;; ++row) {
      OTS_TRY(const bool more, cursor.next(cells));
      if (!more) return {};
      for (size_t i = 0; i < cells.size(); ++i) {
        OTS_CHECK(convert(row, i, cells[i], converted[i]));
      }
      std::vector<std::string> values = values_;
      for (size_t i = 0; i < cells.size(); ++i) {
        if (targets_[i].number != 0) continue;
        std::string text;
        if (!converted[i].cell.null) {
          maxcompute::append_text(text, converted[i].cell, targets_[i].column->type, zone_);
        }
        if (text.empty()) {
          return no_fit(row, i, converted[i].cell.null ? "NULL" : "''",
                        "it cannot name a partition");
        }
        values[targets_[i].level] = std::move(text);
      }
      if (!streams_.contains(values)) OTS_CHECK(check_partition(values));
      RecordStreamWriter& out = streams_[values];
      for (size_t i : order) {
        if (targets_[i].number == 0 || converted[i].cell.null) continue;
        OTS_CHECK(
            add_to_record(out, targets_[i].number, converted[i].cell, targets_[i].column->type));
      }
      OTS_CHECK(check_missing(row));
      out.end_record();
    }
  }

  Status convert(uint64_t row, size_t i, const maxcompute::EncodedCell& encoded,
                 maxcompute::ParsedCell& out) const {
    const ColumnType& from = rows_.columns[i].type;
    const Column& column = *targets_[i].column;
    out = {};
    if (encoded.null) {
      if (column.nullable) return {};
      return no_fit(row, i, "NULL", "the column is NOT NULL");
    }
    OTS_TRY(const Cell cell, maxcompute::decode_cell(encoded.bytes, from));
    auto done = convert_cell(cell, from, column.type, zone_, Conversion::kStore);
    if (!done) return no_fit(row, i, shown(cell, from, zone_), done.error().message);
    out = std::move(*done);
    return {};
  }

  // Columns that the statement does not list become NULL.
  Status check_missing(uint64_t row) const {
    if (insert_.columns.empty()) return {};
    for (size_t i = 0; i < schema_.columns.size(); ++i) {
      const bool listed = std::any_of(targets_.begin(), targets_.end(),
                                      [&](const Target& target) { return target.number == i + 1; });
      if (!listed && !schema_.columns[i].nullable) {
        return fail(ErrorKind::kConfig, "ODPS-0121095",
                    "ODPS-0121095: Invalid argument - row " + std::to_string(row) + ", column " +
                        schema_.columns[i].name + ": it is NOT NULL and gets no value");
      }
    }
    return {};
  }

  const Insert& insert_;
  const ResultTable& rows_;
  const TableSchema& schema_;
  const Backend& backend_;
  const Zone& zone_;
  std::vector<std::string> values_;  // of the partition levels; empty where they are dynamic
  std::vector<size_t> dynamic_;      // levels
  bool listed_levels_ = false;
  std::vector<Target> targets_;  // one per column of the query
  std::map<std::vector<std::string>, RecordStreamWriter> streams_;
};

}  // namespace

Result<Insert> parse_insert(TokenReader& tokens) {
  Insert out;
  OTS_CHECK(tokens.expect_word("insert"));
  out.overwrite = tokens.accept_word("overwrite");
  if (!out.overwrite) OTS_CHECK(tokens.expect_word("into"));
  tokens.accept_word("table");
  OTS_TRY(out.table, tokens.table_name());
  if (tokens.accept_word("partition")) {
    OTS_CHECK(tokens.expect_sign("("));
    do {
      OTS_TRY(auto key, tokens.name("a partition column"));
      std::optional<std::string> value;
      if (tokens.accept_sign("=")) {
        value = tokens.accept_sign("-") ? "-" : "";
        if (tokens.peek().kind != SqlTokenKind::kWord &&
            tokens.peek().kind != SqlTokenKind::kText) {
          return fail(tokens.unexpected("a partition value"));
        }
        *value += tokens.peek().text;
        tokens.next();
      }
      out.partition.emplace_back(std::move(key), std::move(value));
    } while (tokens.accept_sign(","));
    OTS_CHECK(tokens.expect_sign(")"));
  }
  const bool list = tokens.is_sign("(") && !tokens.is_word("select", 1) &&
                    !tokens.is_word("with", 1) && !tokens.is_word("values", 1) &&
                    !tokens.is_sign("(", 1);
  if (list) {
    tokens.next();
    do {
      OTS_TRY(auto column, tokens.name("a column name"));
      out.columns.push_back(std::move(column));
    } while (tokens.accept_sign(","));
    OTS_CHECK(tokens.expect_sign(")"));
  }
  return out;
}

Status run_insert(const Insert& insert, const ResultTable& rows, const Backend& backend,
                  const Zone& zone) {
  Catalog* catalog = &backend.catalog;
  if (!insert.table.project.empty()) {
    auto found = backend.catalog_of(insert.table.project);
    if (!found) return fail(as_task_error(std::move(found.error()), insert.table, backend.project));
    catalog = *found;
  }
  auto info = catalog->table(insert.table.name);
  if (!info) return fail(as_task_error(std::move(info.error()), insert.table, backend.project));
  Status done = Landing(insert, rows, info->schema, backend, zone).run(*catalog);
  if (!done) return fail(as_task_error(std::move(done.error()), insert.table, backend.project));
  return {};
}

}  // namespace otsstream::local
