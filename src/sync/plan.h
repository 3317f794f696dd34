#pragma once
// plan: everything checked and frozen before anything is written. Reads only; check and preview
// stop here.

#include <string>
#include <vector>

#include "config/diagnostics.h"
#include "reader/read_plan.h"
#include "reader/shape.h"
#include "sync/unit.h"
#include "writer/writer.h"

namespace otsstream::sync {

struct Plan {
  reader::ReadPlan read;
  std::string status_table;
  std::string destination;       // Writer::describe()
  std::string destination_json;  // Writer::plan_json()
  std::vector<reader::OutputColumn> columns;
  std::vector<Unit> units;
  int channels = 1;
  std::vector<std::string> warnings;
};

// `concurrent`: wanted channels. Coordinator thread only.
Result<Plan> make_plan(tablestore::Client& client, writer::Writer& writer,
                       const reader::Settings& settings, int concurrent, const Clock& clock,
                       Diagnostics& diagnostics);

// What the shape of the rows needs to know of the data table.
reader::ShapeTable shape_table(const Plan& plan);

// Shards of the plan's units.
int shards_to_read(const Plan& plan);

// Member "window": the bounds in ms, local time and UTC.
void write_window(JsonOut& out, const reader::Settings& settings);
std::string to_json(const Plan& plan, JsonStyle style);

}  // namespace otsstream::sync
