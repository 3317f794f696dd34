#pragma once
// What must hold after a run, whatever happened in it. Every finding is one line of text.

#include <map>
#include <string>
#include <vector>

#include "sim/cloud.h"
#include "sim/status_rows.h"

namespace otsstream::sim {

struct WindowCase {
  std::string table = kDestination;
  std::string partition;  // "pt=w0,hh=07"; empty: all of the table, partitioned by optype
  int64_t start_ms = 0;
  int64_t end_ms = 0;
};

// What a reader of the destination and of the status table sees.
struct Picture {
  std::vector<std::string> rows;  // of the window's partition, in landing order
  std::vector<StatusRow> status;
};
Picture take_picture(Cloud& cloud, const WindowCase& window);
std::vector<std::string> rows_of(Cloud& cloud, const std::string& table,
                                 const std::string& partition);

// What the partition of a window holds when the window is done.
struct Expectation {
  std::vector<std::string> rows;  // those that were there before among them, where runs append
  // Changes that were committed while or after the run read, but belong to the window by their time
  // (the run's clock was ahead of the service's): they land with this window or the next one.
  std::vector<std::string> late_rows;
  bool by_column = false;  // one partition for each value of optype
};

// Exactly those rows: none missing, none twice, none foreign; rows of one key, in one partition, in
// sequence order.
void check_rows(const Expectation& expected, const std::vector<std::string>& rows,
                std::vector<std::string>& findings);
// otsstream-reader.md 8 and 9.1: a stranger may continue from these rows. `by_time`: the window
// holds all of the changes of its time and no others.
void check_status(const Model& model, const WindowCase& window, bool by_time,
                  const std::string& stream, const WindowStatus& status,
                  std::vector<std::string>& findings);
// A failed run: each partition is as before, or wholly new; never in between.
void check_untouched(const Expectation& expected, const Picture& before, const Picture& after,
                     std::vector<std::string>& findings);

}  // namespace otsstream::sim
