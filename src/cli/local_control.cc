#include "cli/local_control.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/env.h"
#include "base/time_zone.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/time_text.h"
#include "config/json_out.h"
#include "local/control.h"
#include "local/control_params.h"

namespace otsstream::cli {

namespace {

constexpr Duration kPatience = seconds(30);

std::string flag_of(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return "--" + name;
}

Error not_ours(const std::string& endpoint) {
  return make_error(ErrorKind::kNetwork, "Local-NotOurs",
                    "what answers at " + endpoint + " is no local Tablestore of this program",
                    "name the address of the ready line with --endpoint");
}

Error refusal(const JsonNode& answer) {
  Error error = make_error(ErrorKind::kService, member_text(answer, "code"),
                           member_text(answer, "message"), member_text(answer, "remedy"));
  return error;
}

}  // namespace

void add_target_options(CLI::App& app, ControlTarget& target) {
  target.endpoint = read_env("OTSSTREAM_LOCAL_ENDPOINT")
                        .value_or(fmt::format("http://127.0.0.1:{}", kTablestorePort));
  app.add_option("--endpoint", target.endpoint,
                 "The Tablestore address of the ready line [OTSSTREAM_LOCAL_ENDPOINT]")
      ->capture_default_str();
  app.add_option("--instance", target.instance, "Needed when the server has several");
  app.add_option("--keys", target.keys, kKeysHelp);
  app.add_flag("--json", target.json, "The answer as JSON, for programs");
}

void add_order_options(CLI::App& app, const std::vector<const ParamInfo*>& infos,
                       const std::vector<std::string>& positional,
                       std::shared_ptr<OrderValues> values) {
  for (const std::string& name : positional) {
    auto info = std::find_if(infos.begin(), infos.end(),
                             [&](const ParamInfo* one) { return one->name == name; });
    if (info == infos.end()) continue;
    app.add_option_function<std::string>(
           name, [values, name](const std::string& text) { (*values)[name] = text; },
           (*info)->help_text)
        ->required((*info)->is_required);
  }
  for (const ParamInfo* info : infos) {
    const std::string& name = info->name;
    if (name == "instance" ||
        std::find(positional.begin(), positional.end(), name) != positional.end())
      continue;
    if (info->type == ParamType::kBool) {
      app.add_flag_callback(
          flag_of(name), [values, name] { (*values)[name] = "true"; }, info->help_text);
      continue;
    }
    app.add_option_function<std::string>(
           flag_of(name), [values, name](const std::string& text) { (*values)[name] = text; },
           info->help_text)
        ->required(info->is_required);
  }
}

std::string order_json(const OrderValues& values) {
  JsonOut out;
  out.begin_object();
  for (const auto& [name, text] : values) out.member(name, text);
  out.end_object();
  return std::move(out).take();
}

Result<std::shared_ptr<JsonDocument>> call_control(const ControlTarget& target,
                                                   const std::string& method,
                                                   const std::string& path,
                                                   const OrderValues& values) {
  OTS_TRY(local::AccessKeys keys, local_keys(target.keys));
  const std::vector<std::string> instances = keys.instances();
  const auto* key = keys.first_of(
      target.instance.empty() && keys.everywhere.empty() ? instances.front() : target.instance);
  if (!key)
    return fail(ErrorKind::kConfig, "Local-Keys",
                "the keys file names no key for the instance '" + target.instance + "'",
                "name an instance of the file with --instance");
  Session session(1);
  Request request;
  request.method = method;
  request.origin = target.endpoint;
  while (request.origin.ends_with('/')) request.origin.pop_back();
  request.target = "/control/" + path;
  request.headers.set(local::kControlKeyHeader, key->second.secret.reveal());
  if (method == "POST") {
    request.headers.set("Content-Type", "application/json");
    OrderValues members = values;
    if (!target.instance.empty() && target.instance_matters)
      members.emplace("instance", target.instance);
    request.body = Body(order_json(members));
  }
  request.connect_timeout = request.idle_timeout = kPatience;
  Result<Response> response = await<Response>(session.executor, [&](auto done) {
    session.transport.send(std::move(request), std::move(done));
  });
  if (!response && response.error().code == "Net-Connect")
    return fail(ErrorKind::kNetwork, "Local-NotRunning",
                "no local Tablestore answers at " + target.endpoint,
                "start one with `otsstream local`, or name its address with --endpoint");
  if (!response) return fail(std::move(response).error());
  auto document =
      parse_json(std::string(response->body.flat().view()), target.endpoint, {.strict = true});
  if (!document || !(*document)->root().is_object()) return fail(not_ours(target.endpoint));
  if (response->status == 200) return std::move(*document);
  if (!(*document)->root().find("code")) return fail(not_ours(target.endpoint));
  return fail(refusal((*document)->root()));
}

int run_control(const ControlTarget& target, const std::string& method, const std::string& path,
                const OrderValues& values, const ControlPrinter& print) {
  auto answer = call_control(target, method, path, values);
  if (!answer) {
    print_error(answer.error());
    return exit_code(answer.error().kind);
  }
  if (target.json)
    fmt::print("{}\n", (*answer)->source());
  else
    print((*answer)->root());
  return 0;
}

std::string member_text(const JsonNode& object, std::string_view name) {
  const JsonNode* member = object.find(name);
  return member ? member->text() : std::string();
}

Result<int64_t> parse_data_time(const ControlTarget& target, const std::string& text) {
  if (text == "now") {
    OTS_TRY(auto clock, call_control(target, "GET", "clock"));
    OTS_TRY(const JsonNode* now, clock->root().require("now_us"));
    OTS_TRY(int64_t us, now->as_int64());
    return us / 1000;
  }
  return parse_moment(text, Zone::china());
}

Result<int64_t> parse_span_ms(const std::string& text) {
  static constexpr std::pair<std::string_view, double> kUnits[] = {
      {"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}, {"", 1e3}};
  double number = 0;
  const char* end = text.data() + text.size();
  auto [stop, failed] = std::from_chars(text.data(), end, number);
  const std::string_view unit(stop, static_cast<size_t>(end - stop));
  for (const auto& [word, ms] : kUnits) {
    if (failed != std::errc() || unit != word || !std::isfinite(number)) continue;
    if (std::abs(number * ms) > static_cast<double>(local::kLargestMs)) break;
    return static_cast<int64_t>(std::llround(number * ms));
  }
  return fail(ErrorKind::kUsage, "Usage-Span", "'" + text + "' is no span of time",
              "write a number with ms, s, m, h or d, for example 90s");
}

}  // namespace otsstream::cli
