// otsstream local limits: the limits that the local Tablestore holds requests to.

#include <fmt/format.h>

#include "cli/local_server.h"
#include "local/tablestore/limit_rules.h"

namespace otsstream::cli {

void add_local_limits(CLI::App& local, Action& action) {
  CLI::App* command = local.add_subcommand(
      "limits", "Lists the limits of the service, which --loose turns off, as a Markdown table");
  command->callback([&action] {
    action = [] {
      fmt::print("{}", local::limits_markdown());
      return 0;
    };
  });
}

}  // namespace otsstream::cli
