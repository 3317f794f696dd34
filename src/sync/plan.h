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

// The reading half alone: without destination, units and channels.
Result<Plan> make_source_plan(tablestore::Client& client, const reader::Settings& settings,
                              const Clock& clock, Diagnostics& diagnostics);

// Fills in the columns that the read plan's settings and table give. Fails as check_shape does.
Status set_shape(Plan& plan);

// What the shape of the rows needs to know of the data table.
reader::ShapeTable shape_table(const Plan& plan);

// Shards of the plan's units.
int shards_to_read(const Plan& plan);

// Member "window": the bounds in ms, local time and UTC.
void write_window(JsonOut& out, const reader::Settings& settings);
// Member "units".
void write_units(JsonOut& out, const Plan& plan);
// A member with the ids of the shards whose action this is.
void write_ids(JsonOut& out, std::string_view name, const Plan& plan, reader::ShardAction action);
std::string to_json(const Plan& plan, JsonStyle style);

}  // namespace otsstream::sync
