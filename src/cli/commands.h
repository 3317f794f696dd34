#pragma once
// The commands of the program. Each one declares its options on the parser and, when the user chose
// it, sets `action`.

#include <CLI/CLI.hpp>
#include <functional>

namespace otsstream::cli {

using Action = std::function<int()>;  // gives the exit code

void add_run(CLI::App& app, Action& action);
void add_check(CLI::App& app, Action& action);
void add_preview(CLI::App& app, Action& action);
void add_verify(CLI::App& app, Action& action);
void add_local(CLI::App& app, Action& action);
void add_demo(CLI::App& app, Action& action);
void add_status(CLI::App& app, Action& action);
void add_merge_sql(CLI::App& app, Action& action);
void add_params(CLI::App& app, Action& action);

}  // namespace otsstream::cli
