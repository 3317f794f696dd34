#pragma once
// What the commands below `otsstream status` share.

#include <functional>

#include "cli/commands.h"
#include "cli/status_source.h"

namespace otsstream::cli {

// Exit codes of `otsstream status` and its commands (otsstream-reader.md 11).
inline constexpr int kStatusDone = 0;
inline constexpr int kStatusNotFinished = 1;
inline constexpr int kStatusError = 2;

// Calls it; an error is printed and becomes kStatusError, or 255 for a wrong command line.
int run_status(const std::function<Result<int>()>& command);

// Fails with kNotFound "Status-NoWindow" when no row stands under the window's end.
Status check_not_empty(const reader::WindowRows& rows);

// delete, export and set.
void add_status_edit(CLI::App& status, Action& action);

}  // namespace otsstream::cli
