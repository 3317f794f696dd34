#include "sync/status_lines.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "config/json_out.h"
#include "config/json_text.h"
#include "config/utf8.h"
#include "reader/status_survey.h"

namespace otsstream::sync {

namespace {

using tablestore::Cell;
using tablestore::CellOp;
using tablestore::CellType;
using tablestore::CellValue;
using tablestore::Row;

constexpr std::string_view kFormat = "otsstream-status-rows/1";
constexpr const char* kKeyNames[] = {"StreamId", "StatusType", "StatusValue"};

bool is_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

void write_tagged(JsonOut& out, std::string_view tag, std::string_view text) {
  out.begin_object().member(tag, text).end_object();
}

void write_value(JsonOut& out, const CellValue& value) {
  switch (value.type) {
    case CellType::kString:
      if (is_utf8(value.bytes)) {
        out.value(value.bytes);
      } else {
        write_tagged(out, "string64", base64_encode(value.bytes));
      }
      return;
    case CellType::kInteger:
      out.value(value.integer);
      return;
    case CellType::kBoolean:
      out.value(value.integer != 0);
      return;
    case CellType::kBlob:
      write_tagged(out, "binary64", base64_encode(value.bytes));
      return;
    case CellType::kDouble:
      out.begin_object().member("double", value.real).end_object();
      return;
    default:
      out.null();
  }
}

// A value of a line, or nothing when it is none.
std::optional<CellValue> read_value(const JsonNode& node) {
  if (node.is_text()) return CellValue::of_string(node.text());
  if (node.kind() == JsonKind::kBool) return CellValue::of_boolean(node.text() == "true");
  if (node.is_number()) {
    auto number = node.as_int64();
    if (!number) return std::nullopt;
    return CellValue::of_integer(*number);
  }
  if (node.members().size() != 1) return std::nullopt;
  const JsonNode& only = *node.members().front();
  if (only.key() == "double") {
    auto number = only.as_double();
    if (!number) return std::nullopt;
    return CellValue::of_double(*number);
  }
  if (!only.is_text()) return std::nullopt;
  auto bytes = base64_decode(only.text());
  if (!bytes) return std::nullopt;
  if (only.key() == "string64") return CellValue::of_string(*bytes);
  if (only.key() == "binary64") return CellValue::of_blob(*bytes);
  return std::nullopt;
}

tl::unexpected<Error> bad_line(const std::string& where, std::string message) {
  Error error = make_error(ErrorKind::kConfig, "Status-Import", std::move(message),
                           "import the lines as `otsstream status export` wrote them");
  error.where = where;
  return fail(std::move(error));
}

// What DataX and we rely on when we read such a row.
Status check_row(const Row& row) {
  switch (reader::read_status_key(row.primary_key).kind) {
    case reader::StatusKind::kJobDescription: {
      OTS_TRY(auto description, reader::read_job_description(row));
      if (row.primary_key != reader::job_description_key(description.stream_id, description.end_ms))
        return fail(ErrorKind::kCorrupt, "Status-Row",
                    "JobStreamId or EndTime are not those of the row's key");
      return {};
    }
    case reader::StatusKind::kCheckpoint: {
      auto checkpoint = reader::read_checkpoint_row(row);
      if (!checkpoint) return fail(std::move(checkpoint).error());
      return {};
    }
    case reader::StatusKind::kShardCount: {
      OTS_TRY(auto count, reader::integer_cell(row, "ShardCount"));
      if (!count) return fail(ErrorKind::kCorrupt, "Status-Row", "it has no ShardCount");
      return {};
    }
    case reader::StatusKind::kShardTime: {
      OTS_TRY(auto checkpoint, reader::text_cell(row, "Checkpoint"));
      if (!checkpoint) return fail(ErrorKind::kCorrupt, "Status-Row", "it has no Checkpoint");
      return {};
    }
    case reader::StatusKind::kFence: {
      auto fence = reader::read_fence_row(row);
      if (!fence) return fail(std::move(fence).error());
      return {};
    }
    case reader::StatusKind::kUnknown:
      break;
  }
  return fail(ErrorKind::kCorrupt, "Status-Row", "its key is none of a status table");
}

Result<Row> read_line(const JsonNode& root, const std::string& where) {
  Row row;
  for (const char* name : kKeyNames) {
    const JsonNode* node = root.find(name);
    auto value = node ? read_value(*node) : std::nullopt;
    if (!value || value->type != CellType::kString)
      return bad_line(where, fmt::format("{} is missing or no text", name));
    row.primary_key.push_back({name, std::move(*value)});
  }
  const JsonNode* columns = root.find("columns");
  if (!columns || !columns->is_object()) return bad_line(where, "it has no columns");
  for (const JsonNode* column : columns->members()) {
    auto value = read_value(*column);
    if (!value)
      return bad_line(where, fmt::format("the value of column {} cannot be read", column->key()));
    row.cells.push_back({column->key(), CellOp::kPut, std::move(*value), std::nullopt});
  }
  if (Status checked = check_row(row); !checked) return bad_line(where, checked.error().message);
  return row;
}

}  // namespace

std::string to_json_lines(const std::vector<Row>& rows) {
  JsonOut head;
  head.begin_object().member("format", kFormat).end_object();
  std::string text = std::move(head).take() + "\n";
  for (const Row& row : rows) {
    JsonOut out;
    out.begin_object();
    for (const auto& column : row.primary_key) {
      out.key(column.name);
      write_value(out, column.value);
    }
    out.key("columns").begin_object();
    for (const Cell& cell : row.cells) {
      if (!cell.value) continue;
      out.key(cell.name);
      write_value(out, *cell.value);
    }
    out.end_object().end_object();
    text += std::move(out).take() + "\n";
  }
  return text;
}

Result<std::vector<Row>> read_json_lines(std::string_view text, const std::string& name) {
  std::vector<Row> rows;
  bool has_head = false;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string where = fmt::format("{}:{}", name, number);
    auto document = parse_json(std::string(line), where, {.strict = true});
    if (!document) return bad_line(where, document.error().message);
    const JsonNode& root = (*document)->root();
    if (!has_head) {
      const JsonNode* format = root.find("format");
      if (!format || format->text() != kFormat)
        return bad_line(where, fmt::format("it is no line of format {}", kFormat));
      has_head = true;
      continue;
    }
    OTS_TRY(Row row, read_line(root, where));
    rows.push_back(std::move(row));
  }
  if (!has_head) return bad_line(name, "there is no line in it");
  return rows;
}

}  // namespace otsstream::sync
