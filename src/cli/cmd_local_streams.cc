// otsstream local streams, counters: switches and figures of a running local Tablestore.

#include <fmt/format.h>

#include "cli/local_control.h"
#include "cli/terminal.h"
#include "local/stream_switches.h"

namespace otsstream::cli {

namespace {

struct SwitchOptions {
  ControlTarget target;
  std::shared_ptr<OrderValues> values = std::make_shared<OrderValues>();
  bool reset = false;
};

void print_switches(const JsonNode& answer) {
  std::vector<std::vector<std::string>> rows;
  for (const ParamInfo* info : local::stream_params().infos())
    rows.push_back({info->name, member_text(answer, info->name), info->help_text});
  fmt::print("{}", format_table({"switch", "value", "meaning"}, rows, 120));
}

void print_counters(const JsonNode& answer) {
  std::vector<std::vector<std::string>> rows;
  const JsonNode* operations = answer.find("operations");
  for (const JsonNode* one : operations ? operations->members() : std::vector<JsonNode*>()) {
    rows.push_back({one->key()});
    for (const char* member : {"requests", "errors", "faults", "bytes_in", "bytes_out"})
      rows.back().push_back(member_text(*one, member));
  }
  fmt::print(
      "{}",
      format_table({"operation", "requests", "errors", "faults", "bytes in", "bytes out"}, rows));
}

}  // namespace

void add_local_streams(CLI::App& local, Action& action) {
  auto options = std::make_shared<SwitchOptions>();
  CLI::App* app = local.add_subcommand(
      "streams", "Shows or changes how Streams behave: iterators, empty pages, page sizes");
  add_order_options(*app, local::stream_params().infos(), {}, options->values);
  add_target_options(*app, options->target);
  options->target.instance_matters = false;
  app->footer(
      "Examples:\n"
      "  otsstream local streams                        shows the switches\n"
      "  otsstream local streams --empty-every 3        every third page holds no record\n"
      "  otsstream local streams --iterator-life-ms 60000");
  app->callback([options, &action] {
    action = [options] {
      return run_control(options->target, options->values->empty() ? "GET" : "POST", "streams",
                         *options->values, print_switches);
    };
  });
}

void add_local_counters(CLI::App& local, Action& action) {
  auto options = std::make_shared<SwitchOptions>();
  CLI::App* app =
      local.add_subcommand("counters", "Requests, errors, faults and bytes by operation");
  app->add_flag("--reset", options->reset, "Begins to count anew");
  add_target_options(*app, options->target);
  options->target.instance_matters = false;
  app->footer("Example:\n  otsstream local counters --json");
  app->callback([options, &action] {
    action = [options] {
      return run_control(options->target, options->reset ? "DELETE" : "GET", "counters", {},
                         print_counters);
    };
  });
}

}  // namespace otsstream::cli
