#include "reader/shape_params.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace otsstream::reader {

namespace {

struct OperationWord {
  const char* word;
  Operation operation;
};
constexpr OperationWord kColumnWords[] = {
    {"U", kCellWritten}, {"DO", kVersionDeleted}, {"DA", kColumnDeleted}, {"DR", kRowDeleted}};
constexpr OperationWord kRowWords[] = {
    {"PUT", kRowPut}, {"UPDATE", kRowUpdated}, {"DELETE", kRowRemoved}};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return text;
}

// "true" and "false" as texts, or booleans (D27).
bool is_truth(const JsonNode& node) {
  const std::string word = lower(node.text());
  return (node.is_text() || node.kind() == JsonKind::kBool) && (word == "true" || word == "false");
}

class ShapeReader {
 public:
  ShapeReader(const WrittenShape& written, const ParamPlaces& places, Diagnostics& diagnostics)
      : written_(written), places_(places), diagnostics_(diagnostics) {}

  ShapeOptions read() {
    out_.sequence_info = written_.export_sequence_info;
    out_.old_values = written_.export_old_values;
    out_.where_old_values = places_.where("exportOldValues");
    if (!read_mode()) return out_;
    is_rows() ? read_row_mode() : read_column_mode();
    read_order_columns();
    read_operations();
    return out_;
  }

 private:
  bool is_rows() const { return out_.mode != ShapeMode::kColumns; }

  // False when nobody can tell what the other parameters mean.
  bool read_mode() {
    if (written_.mode == kRowMode)
      out_.mode = written_.is_timeseries ? ShapeMode::kTimeseries : ShapeMode::kRows;
    return !written_.mode.empty() || !places_.has("mode");
  }

  void read_row_mode() {
    out_.deletes = written_.export_deletes;
    if (out_.mode == ShapeMode::kTimeseries) refuse_in_timeseries();
    out_.where_columns = places_.where("column");
    if (!written_.column_filter.empty())
      refuse("columnFilter", "row mode exports exactly the columns of `column`",
             "choose the columns in `column`, or leave mode out for column mode");
    const JsonNode* list = places_.find("column");
    if (!list || !list->is_array() || list->items().empty()) {
      diagnostics_.error(
          places_.at("column"), "Reader-RowColumns",
          !list ? "row mode needs `column`: the columns to export"
                : fmt::format("`column` must be a list of the columns to export, but is {}",
                              list->is_array() ? "empty" : to_string(list->kind())),
          R"(for example "column": [{"name": "id"}, {"name": "age"}])");
      return;
    }
    for (const JsonNode* item : list->items()) read_row_column(*item);
  }

  void read_row_column(const JsonNode& item) {
    if (!item.is_object()) {
      return bad_column(
          item, fmt::format("a column must be an object, but is {}", to_string(item.kind())),
          R"(write {"name": "NAME"})");
    }
    const JsonNode* name = item.find("name");
    if (!name || !name->is_text() || name->text().empty())
      return bad_column(name ? *name : item, "a column needs its `name`, a text that is not empty",
                        R"(write {"name": "NAME"})");
    const JsonNode* tag = item.find("is_timeseries_tag");
    if (tag && !tag->is_null() && !is_truth(*tag))
      bad_column(*tag, "`is_timeseries_tag` must be true or false", {});
    for (const JsonNode* member : item.members()) {
      if (member->key() == "name" || member->key() == "is_timeseries_tag") continue;
      const std::string near = nearest_name(member->key(), {"name", "is_timeseries_tag"});
      diagnostics_.warning(*member, "Config-UnknownKey",
                           fmt::format("unknown key `{}` of a column is ignored", member->key()),
                           near.empty() ? "" : fmt::format("did you mean `{}`?", near));
    }
    if (out_.mode == ShapeMode::kRows) {
      out_.row_columns.push_back(name->text());
    } else {
      out_.timeseries_columns.push_back({name->text(), tag && lower(tag->text()) == "true"});
    }
  }

  void refuse_in_timeseries() {
    constexpr const char* kRemedy = "remove it, or isTimeseriesTable";
    if (written_.export_deletes)
      refuse("exportDeletes", "rows of a time-series table are written, never deleted", kRemedy);
    if (written_.export_old_values)
      refuse("exportOldValues", "the Stream of a time-series table carries no original columns",
             kRemedy);
  }

  void bad_column(const JsonNode& at, std::string message, std::string remedy) {
    diagnostics_.error(at, "Reader-RowColumns", std::move(message), std::move(remedy));
  }

  void read_column_mode() {
    out_.column_filter = written_.column_filter;
    out_.where_columns = places_.where("columnFilter");
    if (places_.has("column")) {
      diagnostics_.warning(places_.at("column"), "Reader-ColumnIgnored",
                           "`column` has no effect: column mode exports all columns",
                           "remove it, or choose columns in columnFilter");
    }
    if (written_.is_timeseries) {
      diagnostics_.warning(places_.at("isTimeseriesTable"), "Reader-TimeseriesIgnored",
                           "`isTimeseriesTable` has no effect in column mode",
                           fmt::format("remove it, or set mode to {}", kRowMode));
    }
    if (written_.export_deletes) {
      refuse("exportDeletes", "column mode exports every deletion already, as DO, DA and DR",
             "remove exportDeletes; opTypes chooses among the operations");
    }
    if (const JsonNode* filter = places_.find("columnFilter");
        filter && filter->is_array() && filter->items().empty()) {
      refuse("columnFilter", "it is an empty list, which would leave DR rows only",
             R"(leave it out for all columns, or write "opTypes": ["DR"] for row deletions only)");
    }
    refuse_repeated("columnFilter");
  }

  void read_order_columns() {
    refuse_repeated("sequenceColumns");
    const std::vector<std::string>& words = order_column_words();
    for (size_t i = 0; i < written_.sequence_columns.size(); ++i) {
      const auto word = std::find(words.begin(), words.end(), written_.sequence_columns[i]);
      const auto column = static_cast<OrderColumn>(word - words.begin());
      if (column == OrderColumn::kCellIndex && is_rows()) {
        refuse_item("sequenceColumns", i, "row mode gives one row for a change: there are no cells",
                    "remove cellIndex");
      }
      out_.order_columns.push_back(column);
    }
  }

  void read_operations() {
    const JsonNode* list = places_.find("opTypes");
    if (!list) return;
    if (list->is_array() && list->items().empty())
      refuse("opTypes", "it is an empty list, so no row would be exported",
             "leave it out for all operations");
    refuse_repeated("opTypes");
    out_.operations = 0;
    for (size_t i = 0; i < written_.op_types.size(); ++i) read_operation(written_.op_types[i], i);
  }

  void read_operation(const std::string& word, size_t i) {
    const auto has_word = [&](const OperationWord& entry) { return word == entry.word; };
    const auto in_columns =
        std::find_if(std::begin(kColumnWords), std::end(kColumnWords), has_word);
    const auto in_rows = std::find_if(std::begin(kRowWords), std::end(kRowWords), has_word);
    if (!is_rows() && in_columns == std::end(kColumnWords)) {
      return refuse_item(
          "opTypes", i,
          fmt::format("{} is an operation of row mode; column mode tells cells apart", word),
          "use U, DO, DA and DR");
    }
    if (is_rows() && in_rows == std::end(kRowWords)) {
      return refuse_item(
          "opTypes", i,
          fmt::format("{} is an operation of column mode; row mode tells changes apart", word),
          "use PUT, UPDATE and, with exportDeletes, DELETE");
    }
    const Operation operation = is_rows() ? in_rows->operation : in_columns->operation;
    if (operation == kRowRemoved && !out_.deletes) {
      return refuse_item("opTypes", i, "row mode exports deletions on request only",
                         "set exportDeletes to true, or remove DELETE");
    }
    out_.operations |= operation;
  }

  void refuse_repeated(std::string_view name) {
    const JsonNode* list = places_.find(name);
    if (!list) return;
    std::set<std::string> seen;
    for (size_t i = 0; i < list->items().size(); ++i)
      if (!seen.insert(list->items()[i]->text()).second)
        refuse_item(name, i, fmt::format("{} is there twice", list->items()[i]->text()),
                    "name each once");
  }

  void refuse_item(std::string_view name, size_t i, std::string why, std::string remedy) {
    const JsonNode& list = places_.at(name);
    refuse_at(i < list.items().size() ? *list.items()[i] : list, name, std::move(why),
              std::move(remedy));
  }
  void refuse(std::string_view name, std::string why, std::string remedy) {
    refuse_at(places_.at(name), name, std::move(why), std::move(remedy));
  }
  void refuse_at(const JsonNode& at, std::string_view name, std::string why, std::string remedy) {
    diagnostics_.error(at, "Reader-Combination", fmt::format("`{}`: {}", name, why),
                       std::move(remedy));
  }

  const WrittenShape& written_;
  const ParamPlaces& places_;
  Diagnostics& diagnostics_;
  ShapeOptions out_;
};

}  // namespace

const std::vector<std::string>& operation_words() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all;
    for (const OperationWord& entry : kColumnWords) all.emplace_back(entry.word);
    for (const OperationWord& entry : kRowWords) all.emplace_back(entry.word);
    return all;
  }();
  return words;
}

ShapeOptions read_shape(const WrittenShape& written, const ParamPlaces& places,
                        Diagnostics& diagnostics) {
  return ShapeReader(written, places, diagnostics).read();
}

}  // namespace otsstream::reader
