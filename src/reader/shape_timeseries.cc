#include "reader/shape_timeseries.h"

#include <fmt/format.h>

#include <algorithm>

namespace otsstream::reader {

namespace {

using tablestore::ActionType;
using tablestore::CellOp;
using tablestore::CellView;

constexpr std::string_view kHashColumn = "_#h";  // in front of the key, not part of it
constexpr std::string_view kTagsColumn = "_tags";
constexpr std::string_view kTimeColumn = "_time";
constexpr std::string_view kTimeAlias = "time";  // a vendor's sample calls it so

}  // namespace

bool parse_tags(std::string_view text,
                std::vector<std::pair<std::string_view, std::string_view>>& tags) {
  tags.clear();
  if (text.empty()) return true;
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
  text = text.substr(1, text.size() - 2);
  while (!text.empty()) {
    if (text.front() != '"') return false;
    const size_t end = text.find('"', 1);
    if (end == std::string_view::npos) return false;
    const std::string_view tag = text.substr(1, end - 1);
    const size_t sign = tag.find('=');
    if (sign == std::string_view::npos || sign == 0) return false;
    tags.emplace_back(tag.substr(0, sign), tag.substr(sign + 1));
    text.remove_prefix(end + 1);
    if (text.empty()) break;
    if (text.size() < 2 || text.front() != ',') return false;
    text.remove_prefix(1);
  }
  return true;
}

TimeseriesShaper::TimeseriesShaper(const ShapeOptions& options, const ShapeTable& table)
    : wanted_(options.timeseries_columns),
      operations_(options.operations),
      order_(options, table.stream_id) {
  for (const TimeseriesColumn& column : wanted_) {
    columns_.push_back({column.name, column.is_tag ? ValueType::kString : ValueType::kNull});
    Source source{column.is_tag, 0};
    if (!column.is_tag) {
      auto [known, is_new] = field_of_name_.emplace(column.name, fields_.size());
      if (is_new) fields_.emplace_back();
      source.field = known->second;
    }
    sources_.push_back(source);
  }
  if (order_.has_text()) columns_.push_back({"sequenceInfo", ValueType::kString});
  for (OutputColumn& column : order_.typed_columns()) columns_.push_back(std::move(column));
}

void TimeseriesShaper::find(std::string_view name, const Value& value, int64_t version) {
  const auto known = field_of_name_.find(name);
  if (known == field_of_name_.end()) return;
  Field& field = fields_[known->second];
  if (field.is_found && version < field.version) return;
  field = {value, version, true};
}

Status TimeseriesShaper::look_at_key(const tablestore::RowView& row) {
  tags_.clear();
  for (size_t i = 0; i < row.primary_key.size(); ++i) {
    const CellView& cell = row.primary_key[i];
    if (i == 0 && cell.name == kHashColumn) continue;
    Value value;
    if (!to_value(cell.value, value))
      return bad_record(fmt::format("key column {} has no value", cell.name));
    if (cell.name == kTagsColumn) {
      if (value.type() != ValueType::kString || !parse_tags(value.as_view(), tags_))
        return bad_record(R"(key column _tags does not hold a text like ["name=value"])");
    }
    find(cell.name, value, INT64_MAX);
    if (cell.name == kTimeColumn) find(kTimeAlias, value, -1);  // a field of that name comes first
  }
  return {};
}

Status TimeseriesShaper::look_at_fields(const tablestore::RowView& row) {
  for (const CellView& cell : row.cells) {
    if (cell.op != CellOp::kPut) continue;  // deletions are not exported (7.2)
    Value value;
    OTS_CHECK(to_written_value(cell, value));
    find(cell.name.substr(0, cell.name.find(':')), value, cell.timestamp);
  }
  return {};
}

const std::string_view* TimeseriesShaper::tag(std::string_view name) const {
  for (const auto& [key, value] : tags_)
    if (key == name) return &value;
  return nullptr;
}

Result<int> TimeseriesShaper::shape(const tablestore::StreamRecordView& record,
                                    std::string_view shard_id, RowBatch& batch) {
  const tablestore::RowView& row = record.row;
  if (!row.sequence) return bad_record("it has no sequence info");
  if (record.action == ActionType::kDelete) return 0;
  const Operation operation = record.action == ActionType::kPut ? kRowPut : kRowUpdated;
  if (!(operations_ & operation)) return 0;

  std::fill(fields_.begin(), fields_.end(), Field{});
  OTS_CHECK(look_at_key(row));
  OTS_CHECK(look_at_fields(row));
  const bool finds_value =
      std::any_of(fields_.begin(), fields_.end(), [](const Field& f) { return f.is_found; }) ||
      std::any_of(wanted_.begin(), wanted_.end(),
                  [&](const TimeseriesColumn& c) { return c.is_tag && tag(c.name); });
  if (!finds_value) return 0;
  OTS_CHECK(order_.begin(*row.sequence, shard_id, batch));

  std::span<Value> out = batch.add_row();
  size_t at = 0;
  for (size_t i = 0; i < sources_.size(); ++i, ++at) {
    if (!sources_[i].is_tag) {
      out[at] = fields_[sources_[i].field].value;
    } else if (const std::string_view* value = tag(wanted_[i].name)) {
      out[at] = Value::from_string(*value);
    }
  }
  Value* const text = order_.has_text() ? &out[at++] : nullptr;
  order_.write(0, batch, text, out.subspan(at));
  return 1;
}

}  // namespace otsstream::reader
