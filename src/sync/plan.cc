#include "sync/plan.h"

#include <algorithm>

#include "base/time_zone.h"
#include "reader/shape.h"

namespace otsstream::sync {

namespace {

// More units than channels even out shards of different size; fewer, larger ones waste no staging
// places.
constexpr int kUnitsPerChannel = 4;

int count_reads(const std::vector<reader::ShardPlan>& shards) {
  return static_cast<int>(std::count_if(
      shards.begin(), shards.end(),
      [](const reader::ShardPlan& shard) { return shard.action == reader::ShardAction::kRead; }));
}

}  // namespace

Result<Plan> make_source_plan(tablestore::Client& client, const reader::Settings& settings,
                              const Clock& clock, Diagnostics& diagnostics) {
  Plan plan;
  OTS_TRY(plan.read, reader::make_read_plan(client, settings, clock, diagnostics));
  plan.status_table = settings.status_table;
  OTS_CHECK(set_shape(plan));
  return plan;
}

Status set_shape(Plan& plan) {
  const reader::ShapeOptions& shape = plan.read.settings.shape;
  const reader::ShapeTable table = shape_table(plan);
  OTS_CHECK(reader::check_shape(shape, table, plan.warnings));
  plan.columns = reader::make_shaper(shape, table)->columns();
  return {};
}

Result<Plan> make_plan(tablestore::Client& client, writer::Writer& writer,
                       const reader::Settings& settings, int concurrent, const Clock& clock,
                       Diagnostics& diagnostics) {
  OTS_TRY(Plan plan, make_source_plan(client, settings, clock, diagnostics));
  std::vector<writer::InputColumn> input;
  for (const reader::OutputColumn& column : plan.columns)
    input.push_back({column.name, column.type});
  OTS_CHECK(writer.check(input, plan.warnings));
  plan.destination = writer.describe();
  plan.destination_json = writer.plan_json();

  plan.channels = std::min(concurrent, count_reads(plan.read.shards));
  if (settings.max_shards_at_once > 0)
    plan.channels = std::min(plan.channels, settings.max_shards_at_once);
  plan.channels = std::max(1, plan.channels);
  plan.units =
      make_units(plan.read.shards, plan.channels * kUnitsPerChannel, writer.staging_places());
  return plan;
}

reader::ShapeTable shape_table(const Plan& plan) {
  return {plan.read.primary_key, plan.read.original_columns, plan.read.stream_id};
}

int shards_to_read(const Plan& plan) { return count_reads(plan.read.shards); }

void write_window(JsonOut& out, const reader::Settings& settings) {
  out.key("window").begin_object();
  out.member("startMs", settings.window.start_ms).member("endMs", settings.window.end_ms);
  out.member("startLocal", format_local(settings.window.start_ms, settings.zone));
  out.member("endLocal", format_local(settings.window.end_ms, settings.zone));
  out.member("startUtc", format_iso_utc(settings.window.start_ms));
  out.member("endUtc", format_iso_utc(settings.window.end_ms));
  out.member("zone", settings.zone.name());
  out.end_object();
}

void write_units(JsonOut& out, const Plan& plan) {
  out.key("units").begin_array();
  for (const Unit& unit : plan.units) write_json(out, unit);
  out.end_array();
}

void write_ids(JsonOut& out, std::string_view name, const Plan& plan, reader::ShardAction action) {
  out.key(name).begin_array();
  for (const reader::ShardPlan& shard : plan.read.shards)
    if (shard.action == action) out.value(shard.shard.shard_id);
  out.end_array();
}

std::string to_json(const Plan& plan, JsonStyle style) {
  const reader::Settings& settings = plan.read.settings;
  JsonOut out(style);
  out.begin_object();
  out.member("format", "otsstream-plan/1");
  out.member("dataTable", settings.data_table);
  out.member("streamId", plan.read.stream_id);
  out.member("expirationHours", plan.read.expiration_hours);
  write_window(out, settings);
  out.member("statusTable", plan.status_table);
  out.member("continues", plan.read.continues);
  out.key("destination").raw(plan.destination_json);
  out.key("columns").begin_array();
  for (const reader::OutputColumn& column : plan.columns) out.value(column.name);
  out.end_array();
  out.member("channels", plan.channels);
  write_units(out, plan);
  // Shards that nobody reads, so that the plan accounts for every shard of the Stream.
  write_ids(out, "skipped", plan, reader::ShardAction::kSkip);
  write_ids(out, "closed", plan, reader::ShardAction::kClosed);
  out.key("warnings").begin_array();
  for (const std::string& warning : plan.warnings) out.value(warning);
  out.end_array();
  out.end_object();
  return std::move(out).take();
}

}  // namespace otsstream::sync
