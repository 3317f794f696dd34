#include "local/control.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "config/json_out.h"
#include "local/control_parts.h"

namespace otsstream::local {
namespace {

constexpr size_t kMaxBodyBytes = 1u << 20;

struct Route {
  std::string_view method;
  std::string_view path;
  ControlAnswer (*answer)(ControlCall&);
  bool has_rest = false;  // the path may go on: "/7"
};

// clang-format off: one a line
constexpr Route kRoutes[] = {
    {"GET", "/control/clock", show_clock},
    {"POST", "/control/clock", change_clock},
    {"POST", "/control/split", split_partition},
    {"POST", "/control/merge", merge_partitions},
    {"POST", "/control/expire", expire_log},
    {"GET", "/control/faults", list_faults},
    {"POST", "/control/faults", add_fault},
    {"DELETE", "/control/faults", remove_faults, true},
    {"GET", "/control/streams", show_streams},
    {"POST", "/control/streams", change_streams},
    {"POST", "/control/snapshot", write_snapshot},
    {"POST", "/control/restore", restore_snapshot},
    {"POST", "/control/reset", reset_instance},
    {"GET", "/control/counters", show_counters},
    {"DELETE", "/control/counters", reset_counters},
};
// clang-format on

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
    case ErrorKind::kCorrupt:
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

// What of `path` lies behind the route's; nullopt: another path.
std::optional<std::string_view> rest_of(const Route& route, std::string_view path) {
  if (path == route.path) return std::string_view();
  if (!route.has_rest || !path.starts_with(route.path)) return std::nullopt;
  path.remove_prefix(route.path.size());
  if (path.size() < 2 || path.front() != '/') return std::nullopt;
  return path.substr(1);
}

Result<std::shared_ptr<JsonDocument>> body_of(const Request& request) {
  std::string text(request.body.flat().view());
  if (text.empty()) text = "{}";
  return parse_json(std::move(text), "request", {.strict = true, .max_bytes = kMaxBodyBytes});
}

}  // namespace

tl::unexpected<Error> refuse_order(std::string message, std::string remedy) {
  return fail(ErrorKind::kUsage, "Control-Request", std::move(message), std::move(remedy));
}

Result<TableStore*> instance_of(const ControlCall& call, const std::string& name) {
  const std::vector<std::string> names = call.server.instance_names();
  if (name.empty() && names.size() != 1)
    return refuse_order(fmt::format("the server has several instances: {}", fmt::join(names, ", ")),
                        "name one as \"instance\"");
  const std::string& wanted = name.empty() ? names.front() : name;
  TableStore* tables = call.server.find_instance(wanted);
  if (!tables)
    return fail(ErrorKind::kNotFound, "Control-Instance",
                fmt::format("there is no instance '{}'", wanted),
                fmt::format("the server has {}", fmt::join(names, ", ")));
  return tables;
}

Result<std::shared_ptr<StoredTable>> table_of(const ControlCall& call, const std::string& instance,
                                              const std::string& table) {
  OTS_TRY(TableStore * tables, instance_of(call, instance));
  return tables->find(table);
}

bool Control::may_control(const Request& request) const {
  const std::string_view sent = request.headers.get(kControlKeyHeader);
  return keys_.empty() || std::any_of(keys_.begin(), keys_.end(), [&](const Secret& key) {
           return equal_secret(sent, key.reveal());
         });
}

Result<std::string> Control::answer(const Request& request) {
  if (!may_control(request))
    return fail(ErrorKind::kPermission, "Control-Key", "the control key is missing or wrong",
                fmt::format("send an access key of the server as {}", kControlKeyHeader));
  for (const Route& route : kRoutes) {
    if (route.method != request.method) continue;
    const std::optional<std::string_view> rest = rest_of(route, request.path());
    if (!rest) continue;
    OTS_TRY(auto document, body_of(request));
    if (!document->root().is_object())
      return refuse_order("the body is no JSON object", "send an object");
    ControlCall call{server_, document->root(), std::string(*rest)};
    return route.answer(call);
  }
  return fail(ErrorKind::kNotFound, "Control-Path",
              fmt::format("there is no {} {}", request.method, request.path()),
              "docs/local-tablestore.md lists the control requests");
}

Response Control::handle(const Request& request) {
  Result<std::string> result = answer(request);
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
