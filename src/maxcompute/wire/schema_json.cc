#include "maxcompute/wire/schema_json.h"

#include <vector>

#include "maxcompute/wire/ascii.h"

namespace otsstream::maxcompute::schema_json {
namespace {

constexpr size_t kMaxJson = 64u << 20;

using ascii::lower;

void write_rest(JsonOut& out, std::string_view key, const std::vector<Column>& columns) {
  out.key(key).begin_array();
  for (const Column& column : columns) {
    out.begin_object();
    out.member("name", column.name).member("type", column.type.text);
    out.member("comment", column.comment).member("label", "");
    out.member("isNullable", column.nullable);
    out.end_object();
  }
  out.end_array();
}

void write_tunnel(JsonOut& out, std::string_view key, const std::vector<Column>& columns) {
  out.key(key).begin_array();
  for (size_t i = 0; i < columns.size(); ++i) {
    out.begin_object();
    out.member("name", columns[i].name).member("type", columns[i].type.text);
    out.member("nullable", columns[i].nullable ? "true" : "false");
    out.member("column_id", std::to_string(i)).member("comment", columns[i].comment);
    out.end_object();
  }
  out.end_array();
}

Status read_list(const JsonNode& object, std::string_view key, std::vector<Column>& columns) {
  const JsonNode* list = object.find(key);
  if (!list || list->is_null()) return {};
  if (!list->is_array()) return fail(bad_json("schema", "'" + std::string(key) + "' is no array"));
  for (const JsonNode* item : list->items()) {
    Column column;
    column.name = lower(text_member(*item, "name"));
    if (column.name.empty())
      return fail(bad_json("schema", "a column in '" + std::string(key) + "' has no name"));
    auto type = parse_type(text_member(*item, "type"));
    if (!type) return fail(wrap_error(type.error(), "schema: column '" + column.name + "'"));
    column.type = std::move(*type);
    column.comment = text_member(*item, "comment");
    column.nullable =
        bool_member(*item, "isNullable", true) && bool_member(*item, "nullable", true);
    columns.push_back(std::move(column));
  }
  return {};
}

}  // namespace

void write_rest_columns(JsonOut& out, const TableSchema& schema) {
  write_rest(out, "columns", schema.columns);
  write_rest(out, "partitionKeys", schema.partition_keys);
}

void write_tunnel_columns(JsonOut& out, const TableSchema& schema) {
  write_tunnel(out, "columns", schema.columns);
  write_tunnel(out, "partitionKeys", schema.partition_keys);
}

Status read_columns(const JsonNode& object, TableSchema& schema) {
  schema.columns.clear();
  schema.partition_keys.clear();
  OTS_CHECK(read_list(object, "columns", schema.columns));
  return read_list(object, "partitionKeys", schema.partition_keys);
}

Result<std::shared_ptr<JsonDocument>> parse_answer(std::string_view body, const std::string& what) {
  JsonOptions options;
  options.strict = true;
  options.max_depth = 64;
  options.max_bytes = kMaxJson;
  auto document = parse_json(std::string(body), what, options);
  if (!document) {
    Error error = bad_json(what, "no well-formed JSON");
    error.cause = std::make_shared<Error>(document.error());
    return fail(std::move(error));
  }
  if (!(*document)->root().is_object()) return fail(bad_json(what, "the JSON is no object"));
  return document;
}

std::string text_member(const JsonNode& object, std::string_view key) {
  const JsonNode* node = object.find(key);
  return node && node->is_text() ? node->text() : std::string();
}

int64_t int_member(const JsonNode& object, std::string_view key, int64_t otherwise) {
  const JsonNode* node = object.find(key);
  return node && node->is_number() ? node->as_int64().value_or(otherwise) : otherwise;
}

bool bool_member(const JsonNode& object, std::string_view key, bool otherwise) {
  const JsonNode* node = object.find(key);
  if (!node) return otherwise;
  if (node->is_text()) return lower(node->text()) == "true";
  return node->kind() == JsonKind::kBool ? node->as_bool().value_or(otherwise) : otherwise;
}

Error bad_json(const std::string& what, const std::string& why) {
  return make_error(ErrorKind::kCorrupt, "MaxCompute-Json", what + ": " + why,
                    "check that the endpoint is a MaxCompute endpoint");
}

}  // namespace otsstream::maxcompute::schema_json
