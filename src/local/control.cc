#include "local/control.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "config/json_out.h"
#include "config/json_text.h"

namespace otsstream::local {
namespace {

constexpr std::string_view kKeyHeader = "x-otsstream-control-key";

int http_status(const Error& error) {
  switch (error.kind) {
    case ErrorKind::kNotFound:
      return 404;
    case ErrorKind::kPermission:
      return 403;
    case ErrorKind::kConflict:
      return 409;
    case ErrorKind::kInternal:
    case ErrorKind::kResource:
      return 500;
    default:
      return 400;
  }
}

Response json_response(int status, std::string text) {
  Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  response.body = Body(std::move(text));
  return response;
}

tl::unexpected<Error> bad_request(std::string message, std::string remedy) {
  return fail(ErrorKind::kUsage, "Control-Request", std::move(message), std::move(remedy));
}

// The key to split at: {"key": text or integer} or {"key_base64": text}; nullopt when neither is
// there.
Result<std::optional<tablestore::CellValue>> split_key(const JsonNode& body) {
  if (const JsonNode* key = body.find("key")) {
    if (key->is_number()) {
      OTS_TRY(int64_t number, key->as_int64());
      return tablestore::CellValue::of_integer(number);
    }
    OTS_TRY(std::string text, key->as_string());
    return tablestore::CellValue::of_string(text);
  }
  if (const JsonNode* key = body.find("key_base64")) {
    OTS_TRY(std::string text, key->as_string());
    OTS_TRY(std::string bytes, base64_decode(text));
    return tablestore::CellValue::of_blob(bytes);
  }
  return std::nullopt;
}

Result<std::string> text_of(const JsonNode& body, std::string_view key) {
  OTS_TRY(const JsonNode* node, body.require(key));
  return node->as_string();
}

Result<std::shared_ptr<StoredTable>> table_of(TablestoreServer& server, const JsonNode& body) {
  std::string instance;
  if (body.find("instance")) {
    OTS_TRY(instance, text_of(body, "instance"));
  } else {
    auto names = server.instance_names();
    if (names.size() != 1)
      return bad_request("the server has several instances", "name one as \"instance\"");
    instance = names.front();
  }
  TableStore* tables = server.find_instance(instance);
  if (!tables)
    return fail(ErrorKind::kNotFound, "Control-Instance",
                fmt::format("there is no instance '{}'", instance));
  OTS_TRY(std::string name, text_of(body, "table"));
  return tables->find(name);
}

std::string clock_json(const DataClock& clock) {
  DataClock::State state = clock.state();
  JsonOut out;
  out.begin_object();
  out.member("now_us", state.now_us);
  out.member("lag_ms", state.lag_us / 1000);
  out.member("stopped", state.stopped);
  out.end_object();
  return std::move(out).take();
}

Result<std::string> change_clock(DataClock& clock, const JsonNode& body) {
  if (body.members().size() != 1)
    return bad_request("a clock change has exactly one member",
                       "lag_ms, set_ms, step_ms, stop or run");
  const JsonNode& change = *body.members().front();
  const std::string& word = change.key();
  if (word == "stop" || word == "run") {
    OTS_TRY(bool yes, change.as_bool());
    if (!yes)
      return bad_request(fmt::format("\"{}\" takes true only", word),
                         "say \"stop\": true or \"run\": true");
    word == "stop" ? clock.stop() : clock.run();
  } else if (word == "lag_ms" || word == "set_ms" || word == "step_ms") {
    constexpr int64_t kLargestMs = INT64_MAX / 4000;
    OTS_TRY(int64_t ms, change.as_int64());
    if (ms > kLargestMs || ms < -kLargestMs)
      return bad_request("the time is out of range", "give milliseconds");
    if (word == "lag_ms") clock.set_lag(milliseconds(ms));
    if (word == "set_ms") OTS_CHECK(clock.set(ms * 1000));
    if (word == "step_ms") OTS_CHECK(clock.step(milliseconds(ms)));
  } else {
    return bad_request(fmt::format("unknown clock change '{}'", word),
                       "lag_ms, set_ms, step_ms, stop or run");
  }
  return clock_json(clock);
}

Result<std::string> split(TablestoreServer& server, const JsonNode& body) {
  OTS_TRY(auto table, table_of(server, body));
  OTS_TRY(std::optional<tablestore::CellValue> key, split_key(body));
  std::string shard;
  if (body.find("shard")) {
    OTS_TRY(shard, text_of(body, "shard"));
  }
  OTS_TRY(SplitResult result, table->split(key, shard));
  JsonOut out;
  out.begin_object();
  out.member("parent", result.parent);
  out.key("children").begin_array().value(result.left).value(result.right).end_array();
  out.end_object();
  return std::move(out).take();
}

Result<std::string> merge(TablestoreServer& server, const JsonNode& body) {
  OTS_TRY(auto table, table_of(server, body));
  OTS_TRY(std::string a, text_of(body, "shard_a"));
  OTS_TRY(std::string b, text_of(body, "shard_b"));
  OTS_TRY(MergeResult result, table->merge(a, b));
  JsonOut out;
  out.begin_object();
  out.member("child", result.child);
  out.member("parent", result.parent);
  out.member("sibling", result.sibling);
  out.end_object();
  return std::move(out).take();
}

Result<std::string> expire(TablestoreServer& server, const JsonNode& body) {
  OTS_TRY(auto table, table_of(server, body));
  OTS_TRY(const JsonNode* until, body.require("until_ms"));
  OTS_TRY(int64_t ms, until->as_int64());
  if (ms < 0 || ms > INT64_MAX / 1000)
    return bad_request("until_ms is out of range", "give milliseconds since 1970");
  table->expire_log(ms * 1000);
  return std::string("{}");
}

std::string counters_json(const TablestoreServer& server) {
  JsonOut out;
  out.begin_object().key("operations").begin_object();
  for (const auto& [operation, counters] : server.counters()) {
    out.key(operation).begin_object();
    out.member("requests", counters.requests);
    out.member("errors", counters.errors);
    out.member("bytes_in", counters.bytes_in);
    out.member("bytes_out", counters.bytes_out);
    out.end_object();
  }
  out.end_object().end_object();
  return std::move(out).take();
}

Result<std::string> answer(TablestoreServer& server, const Request& request) {
  std::string_view path = request.path();
  if (request.method == "GET") {
    if (path == "/control/clock") return clock_json(server.data_clock());
    if (path == "/control/counters") return counters_json(server);
  } else if (request.method == "POST") {
    OTS_TRY(auto document, parse_json(std::string(request.body.flat().view()), "request",
                                      {.strict = true, .max_bytes = 1u << 20}));
    const JsonNode& body = document->root();
    if (!body.is_object()) return bad_request("the body is no JSON object", "send an object");
    if (path == "/control/clock") return change_clock(server.data_clock(), body);
    if (path == "/control/split") return split(server, body);
    if (path == "/control/merge") return merge(server, body);
    if (path == "/control/expire") return expire(server, body);
  }
  return fail(ErrorKind::kNotFound, "Control-Path",
              fmt::format("there is no {} {}", request.method, path),
              "docs/local-tablestore.md lists the control paths");
}

}  // namespace

Response Control::handle(const Request& request) {
  auto result = [&]() -> Result<std::string> {
    if (!key_.empty() && !equal_secret(request.headers.get(kKeyHeader), key_.reveal()))
      return fail(ErrorKind::kPermission, "Control-Key", "the control key is missing or wrong",
                  fmt::format("send it as {}", kKeyHeader));
    return answer(server_, request);
  }();
  if (result) return json_response(200, std::move(*result));
  const Error& error = result.error();
  JsonOut out;
  out.begin_object();
  out.member("code", error.code);
  out.member("message", error.message);
  out.member("remedy", error.remedy);
  out.end_object();
  return json_response(http_status(error), std::move(out).take());
}

Handler with_control(TablestoreServer& server, Control& control) {
  return [&server, &control](const Request& request) {
    return Control::owns(request.path()) ? control.handle(request) : server.handle(request);
  };
}

}  // namespace otsstream::local
