#pragma once
// Unit: the piece of a plan that one channel transfers. Manifest: what came of it. Both are plain
// data with a JSON form (docs/formats/plan.md, docs/formats/manifest.md), so that another process
// can transfer a unit and this one can commit it.

#include <string>
#include <vector>

#include "base/result.h"
#include "config/json_out.h"
#include "config/json_text.h"
#include "reader/read_plan.h"
#include "reader/shard_cursor.h"
#include "writer/writer.h"

namespace otsstream::sync {

struct Unit {
  int number = 0;
  std::vector<reader::ShardPlan> shards;  // in reading order; all of action kRead
  int first_place = 0;                    // staging places [first_place, first_place + places)
  int places = 0;                         // 0: the writer has no places
};

struct Manifest {
  int unit = 0;
  std::vector<reader::ShardResult> shards;  // one per shard of the unit, same order
  writer::ChannelResult channel;
};

// Cuts the shards to read into at most `max_units` bundles of neighbours, parents before children,
// and deals out the staging places in the same order.
std::vector<Unit> make_units(const std::vector<reader::ShardPlan>& shards, int max_units,
                             int staging_places);

// Member "parts": pieces of the staging with their places.
void write_parts(JsonOut& out, const std::vector<writer::StagedPart>& parts);
Result<std::vector<writer::StagedPart>> read_parts(const JsonNode& list);

// A row checksum as 16 hex digits: JSON's numbers are not wide enough for it.
std::string checksum_text(uint64_t checksum);
Result<uint64_t> read_checksum(std::string_view text);

void write_json(JsonOut& out, const Unit& unit);
void write_json(JsonOut& out, const Manifest& manifest);
Result<Unit> read_unit(const JsonNode& node);
Result<Manifest> read_manifest(const JsonNode& node);

}  // namespace otsstream::sync
