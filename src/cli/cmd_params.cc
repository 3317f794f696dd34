// otsstream params PLUGIN: the parameters of a plug-in, from the declarations that read them.

#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "config/param_docs.h"
#include "job/settings.h"
#include "local/control_params.h"
#include "sync/registry.h"

namespace otsstream::cli {

namespace {

struct ParamsOptions {
  std::string plugin;
  bool markdown = false;
  bool schema = false;
  bool form = false;
};

// The job's settings are declared in the same way and are listed under this word.
constexpr const char* kSetting = "setting";

Result<std::vector<const ParamInfo*>> find_parameters(const std::string& name) {
  if (name == kSetting) return job::settings_infos();
  std::string known;
  for (const local::ControlOrder& order : local::control_orders()) {
    if (order.name == name) return order.params;
  }
  for (const sync::Plugin& plugin : sync::plugins()) {
    if (plugin.name == name) return plugin.parameters;
    known += plugin.name + ", ";
  }
  return fail(ErrorKind::kUsage, "Usage-Plugin", "no plug-in is named " + name,
              "use one of: " + known + kSetting);
}

int params_command(const ParamsOptions& options) {
  auto parameters = find_parameters(options.plugin);
  if (!parameters) {
    print_error(parameters.error());
    return exit_code(parameters.error().kind);
  }
  const std::string text = options.schema     ? params_schema(options.plugin, *parameters)
                           : options.form     ? params_form(options.plugin, *parameters)
                           : options.markdown ? params_markdown(*parameters)
                                              : params_help(*parameters);
  fmt::print("{}", text);
  return 0;
}

}  // namespace

void add_params(CLI::App& app, Action& action) {
  auto options = std::make_shared<ParamsOptions>();
  CLI::App* command =
      app.add_subcommand("params", "Lists the parameters of a plug-in, or of the job's setting");
  command->add_option("plugin", options->plugin, "otsstream, odps, stream or setting")->required();
  CLI::Option* markdown = command->add_flag("--markdown", options->markdown, "As a Markdown table");
  CLI::Option* schema =
      command->add_flag("--schema", options->schema, "As a JSON Schema")->excludes(markdown);
  command->add_flag("--form", options->form, "As JSON for a page that asks for the values")
      ->excludes(markdown)
      ->excludes(schema);
  command->footer("Example:\n  otsstream params odps --schema");
  command->callback(
      [options, &action] { action = [options] { return params_command(*options); }; });
}

}  // namespace otsstream::cli
