#include "reader/params.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "config/param_reader.h"
#include "reader/shape_params.h"
#include "reader/window_params.h"

namespace otsstream::reader {

namespace {

// A time as the text holds it, number or text; window_params.cc says what is wrong with it, in its
// own words.
struct WindowText {
  bool operator==(const WindowText&) const = default;
};
std::optional<std::string> default_json(const WindowText&) { return std::nullopt; }
std::string read_param_value(const JsonNode& node, const ParamInfo&, WindowText&) {
  if (node.is_array() || node.is_object())
    return fmt::format("must be a time, but is {}", to_string(node.kind()));
  return {};
}
// Any JSON value: what row mode would read and column mode passes over.
struct Unused {};
std::optional<std::string> default_json(const Unused&) { return std::nullopt; }
std::string read_param_value(const JsonNode&, const ParamInfo&, Unused&) { return {}; }

}  // namespace

}  // namespace otsstream::reader

namespace otsstream {
template <>
struct ParamMember<reader::WindowText> {
  static constexpr ParamType kType = ParamType::kText;
};
template <>
struct ParamMember<reader::Unused> {
  static constexpr ParamType kType = ParamType::kList;
};
}  // namespace otsstream

namespace otsstream::reader {
namespace {

// The block as it is written, before it is checked as a whole.
struct Written : WrittenShape {
  std::string datasource, endpoint, instance, access_id;
  Secret access_key, security_token;
  std::string data_table, status_table;
  WindowText start_millis, end_millis, start_text, end_text, date;
  std::string time_zone;
  std::string window_policy = "strict";
  int64_t before_offset_ms = SafetyOffsets().before_ms;
  int64_t after_offset_ms = SafetyOffsets().after_ms;
  std::string on_gap = "fail";
  Unused column;
  int max_retries = 30;
  bool seek = true;
  int thread_num = 32;
  bool table_group = false;
};

std::string check_endpoint(std::string_view text) {
  const bool has_scheme = text.starts_with("http://") || text.starts_with("https://");
  return has_scheme || text.find("${") != std::string_view::npos
             ? ""
             : "must be an address that begins with http:// or https://";
}

void declare_connection(ParamSet<Written>& set) {
  set.group("Connection");
  set.add("datasource", &Written::datasource)
      .alias("dataSource")
      .example("\"otsstream\"")
      .help("Name of the connection that holds endpoint, instance and keys.");
  set.add("endpoint", &Written::endpoint)
      .example("\"https://inst.cn-hangzhou.ots.aliyuncs.com\"")
      .check(check_endpoint)
      .help("Address of the instance, when no datasource is named; it wins over the datasource's.");
  set.add("instanceName", &Written::instance)
      .example("\"inst\"")
      .help("Name of the instance, when no datasource is named.");
  set.add("accessId", &Written::access_id)
      .alias("accessKeyId")
      .example("\"${accessId}\"")
      .help("Access key id, when no datasource is named.");
  set.add("accessKey", &Written::access_key)
      .alias("accessKeySecret")
      .example("\"${accessKey}\"")
      .help("Access key secret, when no datasource is named. It appears in no log.");
  set.add("securityToken", &Written::security_token)
      .ours()
      .example("\"${token}\"")
      .help("Token of temporary credentials.");
}

void declare_tables(ParamSet<Written>& set) {
  set.group("Tables");
  set.add("dataTable", &Written::data_table)
      .alias("table")
      .required()
      .example("\"person\"")
      .help("Table whose changes are exported; its Stream must be enabled.");
  set.add("statusTable", &Written::status_table)
      .required()
      .example("\"TableStoreStreamReaderStatusTable\"")
      .help("Table of the same instance that keeps the progress; created when missing.");
}

void declare_window(ParamSet<Written>& set) {
  set.group("Window");
  set.add("startTimestampMillis", &Written::start_millis)
      .of_type(ParamType::kInt)
      .example("1508400600000")
      .help("Start of the window, inclusive, in ms.");
  set.add("endTimestampMillis", &Written::end_millis)
      .of_type(ParamType::kInt)
      .example("1508401560000")
      .help("End of the window, exclusive, in ms.");
  set.add("startTimeString", &Written::start_text)
      .example("\"20171019161000\"")
      .help("Start of the window, inclusive, yyyyMMddHHmmss in timeZone.");
  set.add("endTimeString", &Written::end_text)
      .example("\"20171019162600\"")
      .help("End of the window, exclusive, yyyyMMddHHmmss in timeZone.");
  set.add("date", &Written::date)
      .example("\"20171019\"")
      .help("One day, yyyyMMdd: 24 hours from midnight in timeZone.");
  set.add("timeZone", &Written::time_zone)
      .ours()
      .example("\"Asia/Shanghai\"")
      .help(
          "Zone of startTimeString, endTimeString and date; else the job's "
          "common.column.timeZone, else GMT+8.");
  set.add("windowPolicy", &Written::window_policy)
      .ours()
      .words({"strict", "clamp"})
      .example("\"clamp\"")
      .help(
          "What becomes of a window beyond the legal range: an error, or a warning and a shorter "
          "window.");
  set.add("beforeOffsetTimeMillis", &Written::before_offset_ms)
      .alias("BEFORE_OFFSET_TIME_MILLIS")
      .ours()
      .at_least(0)
      .example("600000")
      .help(
          "The window must start this much later than the oldest retained change, in ms (a process "
          "property of DataX).");
  set.add("afterOffsetTimeMillis", &Written::after_offset_ms)
      .alias("AFTER_OFFSET_TIME_MILLIS")
      .ours()
      .at_least(0)
      .example("300000")
      .help(
          "The window must end this much before now, in ms; younger changes may still be on their "
          "way into the log (a process property of DataX).");
}

void declare_shape(ParamSet<Written>& set) {
  set.group("Rows");
  set.add("mode", &Written::mode)
      .example("\"single_version_and_update_only\"")
      .words({"multi_version", std::string(kRowMode)}, "holds an Unsupported Mode: it ")
      .help(
          "Absent or multi_version: column mode, one row per changed cell. "
          "single_version_and_update_only: row mode, one row per changed row.");
  set.add("column", &Written::column)
      .example(R"([{"name": "id"}, {"name": "age"}])")
      .only_when("mode", std::string(kRowMode))
      .help(
          "Row mode: the columns to export, in order; primary key or attribute columns, named as "
          "in the table. Column mode exports all.");
  set.add("isTimeseriesTable", &Written::is_timeseries)
      .example("true")
      .help(
          "Row mode: the table is a time-series table. `column` then names parts of the key, "
          "fields without their type, and, with is_timeseries_tag, tags.");
  set.add("isExportSequenceInfo", &Written::export_sequence_info)
      .example("true")
      .help("Adds the text column sequenceInfo, whose order is the order of the changes.");
  set.add("columnFilter", &Written::column_filter)
      .ours()
      .example(R"(["name", "age"])")
      .only_when("mode", "multi_version")
      .help(
          "Column mode: export changes of these attribute columns only. DR rows stay: they concern "
          "every column.");
  set.add("opTypes", &Written::op_types)
      .ours()
      .words(operation_words())
      .example(R"(["U", "DR"])")
      .help(
          "Export these operations only: U, DO, DA, DR in column mode; PUT, UPDATE, DELETE in row "
          "mode.");
  set.add("exportDeletes", &Written::export_deletes)
      .ours()
      .example("true")
      .only_when("mode", std::string(kRowMode))
      .help(
          "Row mode: export deleted rows too. Adds opType (PUT, UPDATE, DELETE) and `NAME_op` of "
          "each attribute column: U written, DA deleted, DO one version deleted, NULL not "
          "touched.");
  set.add("exportOldValues", &Written::export_old_values)
      .ours()
      .example("true")
      .help(
          "Adds what stood there before the change, where the Stream carries original columns: "
          "oldValue and oldVersion in column mode, `NAME_old` of each attribute column in row "
          "mode.");
  set.add("sequenceColumns", &Written::sequence_columns)
      .ours()
      .words(order_column_words())
      .example(R"(["timestamp", "shard", "eventId"])")
      .help(
          "Adds typed columns with the place of the change in the log, in this order. timestamp is "
          "in microseconds; cellIndex exists in column mode only; eventId is the same in every "
          "run.");
}

void declare_behaviour(ParamSet<Written>& set) {
  set.group("Behaviour");
  set.add("maxRetries", &Written::max_retries)
      .at_least(0)
      .example("30")
      .help("Retries of one request; 0 means none.");
  set.add("enableSeekIterator", &Written::seek)
      .example("true")
      .help(
          "Without checkpoints of an earlier run, find the start by time instead of reading from "
          "the oldest entry.");
  set.add("onGap", &Written::on_gap)
      .ours()
      .words({"fail", "continue"})
      .example("\"continue\"")
      .help(
          "What becomes of a run when the Stream no longer holds changes of its window: an error "
          "that names per shard what is gone, or a run over what is left, with the gaps in its "
          "report.");
  set.add("threadNum", &Written::thread_num)
      .example("32")
      .help(
          "Shards that are read at the same time, at most; 0 or less: as many as the channels take "
          "up. Requests overlap without threads.");
  set.add("enableTableGroupSupport", &Written::table_group)
      .example("true")
      .help(
          "Instances with table groups: every read carries the table's name, and an empty answer "
          "ends a shard only when the server says that no more may come.");
  set.ignore("confSimplifyEnable", ParamType::kBool, "it concerns distributed DataX only")
      .example("false");
}

const ParamSet<Written>& params() {
  static const ParamSet<Written>* const set = [] {
    auto* s = new ParamSet<Written>;  // lives as long as the process: entries are handed out by
                                      // parameter_infos()
    declare_connection(*s);
    declare_tables(*s);
    declare_window(*s);
    declare_shape(*s);
    declare_behaviour(*s);
    return s;
  }();
  return *set;
}

constexpr std::string_view kWindowNames[] = {"startTimestampMillis", "endTimestampMillis",
                                             "startTimeString", "endTimeString", "date"};

// Second look at the block: what single values cannot tell.
class Checker {
 public:
  Checker(const Written& written, const ParamPlaces& places, Diagnostics& diagnostics)
      : written_(written), places_(places), diagnostics_(diagnostics) {}

  void variables() {
    for (const auto& [name, node] : places_.given) {
      const bool is_time = std::find(std::begin(kWindowNames), std::end(kWindowNames), name) !=
                           std::end(kWindowNames);
      if (is_time || node->text().find("${") == std::string::npos) continue;
      diagnostics_.error(*node, "Reader-Variable", fmt::format("`{}` still holds a variable", name),
                         "give the variable a value with -p name=value");
    }
  }

  void connection() {
    std::string given;
    for (const char* name : {"endpoint", "instanceName", "accessId", "accessKey"}) {
      const bool missing = !places_.has(name);
      if (missing && !places_.has("datasource")) {
        diagnostics_.error(*places_.block, "Reader-NoConnection",
                           fmt::format("neither datasource nor `{}` is given", name),
                           "name a connection in datasource, or give endpoint, instanceName, "
                           "accessId and accessKey");
      }
      if (!missing) given += fmt::format("{}{}", given.empty() ? "" : ", ", name);
    }
    if (!written_.datasource.empty() && !given.empty()) {
      diagnostics_.notice(
          places_.at("datasource"), "Reader-ExplicitConnection",
          fmt::format("{} in the job text win over connection {}", given, written_.datasource));
    }
  }

  void tables() {
    if (written_.data_table.empty() || written_.data_table != written_.status_table) return;
    diagnostics_.error(
        places_.at("statusTable"), "Reader-SameTable",
        fmt::format("statusTable must not be the data table ({})", written_.data_table),
        "choose another name; the status table is created when missing");
  }

  std::optional<Zone> zone(const std::optional<std::string>& job_zone) {
    const bool own = !written_.time_zone.empty();
    if (!own && !job_zone) return Zone::china();
    auto zone = Zone::parse(own ? written_.time_zone : *job_zone);
    if (zone) return *zone;
    Error error = std::move(zone).error();
    error.where = own ? places_.where("timeZone") : "common.column.timeZone";
    diagnostics_.add(Severity::kError, std::move(error));
    return std::nullopt;
  }

 private:
  const Written& written_;
  const ParamPlaces& places_;
  Diagnostics& diagnostics_;
};

}  // namespace

Result<Settings> read_settings(const JsonNode& parameter,
                               const std::optional<std::string>& job_zone,
                               Diagnostics& diagnostics) {
  const size_t errors_before = diagnostics.count(Severity::kError);
  ParamPlaces places;
  Written written = read_params(parameter, params(), diagnostics, &places);
  if (!parameter.is_object()) return fail(diagnostics.to_error());

  Checker checker(written, places, diagnostics);
  checker.variables();
  checker.connection();
  checker.tables();
  ShapeOptions shape = read_shape(written, places, diagnostics);
  const std::optional<Zone> zone = checker.zone(job_zone);
  std::optional<Window> window;
  if (zone) window = read_window(places, *zone, diagnostics);
  // Without a window its error may be one that was told before, of a variable without a value.
  if (diagnostics.count(Severity::kError) > errors_before || !window)
    return fail(diagnostics.to_error());

  Settings settings;
  settings.data_table = std::move(written.data_table);
  settings.status_table = std::move(written.status_table);
  settings.window = *window;
  settings.zone = *zone;
  settings.on_gap = written.on_gap == "continue" ? OnGap::kContinue : OnGap::kFail;
  settings.clamp_window = written.window_policy == "clamp";
  settings.offsets = {written.before_offset_ms, written.after_offset_ms};
  settings.shape = std::move(shape);
  settings.max_retries = written.max_retries;
  settings.seek = written.seek;
  settings.table_group = written.table_group;
  settings.max_shards_at_once = written.thread_num;
  settings.datasource = std::move(written.datasource);
  settings.endpoint = std::move(written.endpoint);
  settings.instance = std::move(written.instance);
  settings.access_id = std::move(written.access_id);
  settings.access_key = std::move(written.access_key);
  settings.security_token = std::move(written.security_token);
  return settings;
}

Result<SourceTables> read_source_tables(const JsonNode& parameter,
                                        const std::optional<std::string>& job_zone,
                                        Diagnostics& diagnostics) {
  static const ParamSet<Written>* const set = [] {
    auto* s = new ParamSet<Written>;  // as params()
    declare_connection(*s);
    declare_tables(*s);
    s->add("timeZone", &Written::time_zone);
    s->unknown_keys(UnknownKeys::kIgnore);
    return s;
  }();
  ParamPlaces places;
  Written written = read_params(parameter, *set, diagnostics, &places);
  Checker checker(written, places, diagnostics);
  if (parameter.is_object()) {
    checker.variables();
    checker.connection();
    checker.tables();
  }
  const std::optional<Zone> zone = checker.zone(job_zone);
  if (diagnostics.has_errors()) return fail(diagnostics.to_error());
  return SourceTables{std::move(written.data_table), std::move(written.status_table), *zone};
}

const std::vector<const ParamInfo*>& parameter_infos() {
  static const std::vector<const ParamInfo*> infos = params().infos();
  return infos;
}

}  // namespace otsstream::reader
