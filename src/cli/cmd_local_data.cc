// otsstream local snapshot, restore, reset: all tables of an instance of a running local
// Tablestore.

#include <fmt/format.h>

#include <filesystem>

#include "cli/local_control.h"
#include "local/control_params.h"

namespace otsstream::cli {

namespace {

struct DataOptions {
  ControlTarget target;
  std::shared_ptr<OrderValues> values = std::make_shared<OrderValues>();
};

// The server may have another working directory.
OrderValues with_full_path(OrderValues values) {
  std::error_code ignored;
  const std::filesystem::path full = std::filesystem::absolute(values["path"], ignored);
  if (!full.empty()) values["path"] = full.lexically_normal().string();
  return values;
}

void print_tables(const char* done, const JsonNode& answer) {
  const JsonNode* tables = answer.find("tables");
  const size_t count = tables ? tables->items().size() : 0;
  fmt::print("{}: {} tables\n", done, count);
}

}  // namespace

void add_local_data(CLI::App& local, Action& action) {
  auto file_command = [&](const char* name, const char* help, const char* done,
                          const char* example) {
    auto options = std::make_shared<DataOptions>();
    CLI::App* app = local.add_subcommand(name, help);
    add_order_options(*app, local::snapshot_params().infos(), {"path"}, options->values);
    add_target_options(*app, options->target);
    app->footer(example);
    app->callback([options, name, done, &action] {
      action = [options, name, done] {
        return run_control(options->target, "POST", name, with_full_path(*options->values),
                           [done](const JsonNode& answer) { print_tables(done, answer); });
      };
    });
  };
  file_command("snapshot", "Writes all tables, rows and Streams of an instance to a file",
               "snapshot written", "Example:\n  otsstream local snapshot before.snapshot");
  file_command("restore", "Puts a snapshot in place of everything that an instance holds",
               "snapshot restored", "Example:\n  otsstream local restore before.snapshot");

  auto options = std::make_shared<DataOptions>();
  CLI::App* app = local.add_subcommand("reset", "Removes all tables of an instance");
  add_target_options(*app, options->target);
  app->footer("Example:\n  otsstream local reset");
  app->callback([options, &action] {
    action = [options] {
      return run_control(options->target, "POST", "reset", {},
                         [](const JsonNode& answer) { print_tables("instance emptied", answer); });
    };
  });
}

}  // namespace otsstream::cli
