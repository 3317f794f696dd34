#pragma once
// What the commands that steer a running local Tablestore share: its address, one control call, and
// options made of the declarations that the server reads its requests with
// (local/control_params.h). docs/local-tablestore.md.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/local_server.h"
#include "config/json_text.h"
#include "config/param.h"

namespace otsstream::cli {

// --endpoint, --instance, --keys and --json of every one of these commands.
struct ControlTarget {
  std::string endpoint;
  std::string instance;
  bool instance_matters = true;  // to the request itself, not only to which key is sent
  std::string keys;
  bool json = false;
};
void add_target_options(CLI::App& app, ControlTarget& target);

// Values of a request's members, as they stand on the command line.
using OrderValues = std::map<std::string, std::string>;
// One option per parameter ("--delay-ms" for "delay_ms"), except `instance`, which is the target's,
// and those named in `positional`, which stand without a name in this order.
void add_order_options(CLI::App& app, const std::vector<const ParamInfo*>& infos,
                       const std::vector<std::string>& positional,
                       std::shared_ptr<OrderValues> values);
std::string order_json(const OrderValues& values);

// The answer to one control request. Fails with kNetwork "Local-NotRunning" when nothing listens
// there, "Local-NotOurs" when something else does, and with the server's own code and remedy when
// it refuses.
Result<std::shared_ptr<JsonDocument>> call_control(const ControlTarget& target,
                                                   const std::string& method,
                                                   const std::string& path,
                                                   const OrderValues& values = {});

// Calls and prints: the answer as it is with --json, else by `print`. Gives the exit code.
using ControlPrinter = std::function<void(const JsonNode& answer)>;
int run_control(const ControlTarget& target, const std::string& method, const std::string& path,
                const OrderValues& values, const ControlPrinter& print);

std::string member_text(const JsonNode& object, std::string_view name);  // "" when absent

// "2026-11-22T14:10:00Z", 14 digits in GMT+8, or ms since 1970; and "now": the server's data time.
Result<int64_t> parse_data_time(const ControlTarget& target, const std::string& text);
// "90", "90s", "5m", "2h", "1d", "250ms"; a bare number is seconds. May be negative.
Result<int64_t> parse_span_ms(const std::string& text);

}  // namespace otsstream::cli
