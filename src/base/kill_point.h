#pragma once
// Named places where a test may end the process as a crash would:
// KILL_POINT("sync.commit.after_prepared") calls _exit(137) when the environment variable
// OTSSTREAM_KILL_AT holds that name, or "name:n" for the n-th pass (n = 1, 2, ...). Off, it costs
// one predicted branch. The kill loop (tests/e2e) runs over every name of kill_points(); a
// KILL_POINT whose name is not listed there aborts when it is passed with the variable set. A
// variable that names no listed point aborts at start: a kill loop with a typing mistake would
// prove nothing.

#include <string_view>
#include <vector>

namespace otsstream {

// Every name, in the order in which a run passes them.
const std::vector<std::string_view>& kill_points();
void pass_kill_point(std::string_view name);
extern const bool kill_points_armed;

}  // namespace otsstream

#define KILL_POINT(name)                                                    \
  do {                                                                      \
    if (::otsstream::kill_points_armed) ::otsstream::pass_kill_point(name); \
  } while (false)
