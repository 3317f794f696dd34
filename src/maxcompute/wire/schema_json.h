#pragma once
// Schemas as JSON in their two dialects (trap T12): the table body of REST and the session answers
// of the Tunnel.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/json_out.h"
#include "config/json_text.h"
#include "maxcompute/wire/types.h"

namespace otsstream::maxcompute::schema_json {

// Adds the members "columns" and "partitionKeys" to the open object.
void write_rest_columns(JsonOut& out, const TableSchema& schema);
void write_tunnel_columns(JsonOut& out, const TableSchema& schema);
// Reads both dialects: isNullable as a boolean, nullable as a text.
Status read_columns(const JsonNode& object, TableSchema& schema);

// Parses an answer of the service; fails with kCorrupt "MaxCompute-Json" naming `what`. The root is
// an object.
Result<std::shared_ptr<JsonDocument>> parse_answer(std::string_view body, const std::string& what);
// Member as text, number or boolean; the default when it is absent, null or of another kind.
std::string text_member(const JsonNode& object, std::string_view key);
int64_t int_member(const JsonNode& object, std::string_view key, int64_t otherwise);
bool bool_member(const JsonNode& object, std::string_view key, bool otherwise);
Error bad_json(const std::string& what, const std::string& why);

}  // namespace otsstream::maxcompute::schema_json
