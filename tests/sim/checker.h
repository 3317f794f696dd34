#pragma once
// What must hold after a run, whatever happened in it. Every finding is one line of text.

#include <map>
#include <string>
#include <vector>

#include "sim/cloud.h"
#include "sim/status_rows.h"

namespace otsstream::sim {

// What a reader of the destination and of the status table sees.
struct Picture {
  std::vector<std::string> rows;  // of the window's partition, in landing order
  std::vector<StatusRow> status;
};
Picture take_picture(Cloud& cloud, const std::string& partition);

struct WindowCase {
  std::string partition;
  int64_t start_ms = 0;
  int64_t end_ms = 0;
};

// What the partition of a window holds when the window is done.
struct Expectation {
  std::vector<std::string> rows;
  // Changes that were committed while or after the run read, but belong to the window by their time
  // (the run's clock was ahead of the service's): they land with this window or the next one.
  std::vector<std::string> late_rows;
};

// Exactly those rows: none missing, none twice, none foreign; rows of one key in sequence order.
void check_rows(const Expectation& expected, const std::vector<std::string>& rows,
                std::vector<std::string>& findings);
// otsstream-reader.md 8 and 9.1: a stranger may continue from these rows. `by_time`: the window
// holds all of the changes of its time and no others.
void check_status(const Model& model, const WindowCase& window, bool by_time,
                  const std::string& stream, const WindowStatus& status,
                  std::vector<std::string>& findings);
// A failed run: as before, or wholly new; never in between.
void check_untouched(const Expectation& expected, const Picture& before, const Picture& after,
                     std::vector<std::string>& findings);

}  // namespace otsstream::sim
