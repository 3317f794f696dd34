#include "reader/params.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "config/param_reader.h"
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
struct Written {
  std::string datasource, endpoint, instance, access_id;
  Secret access_key, security_token;
  std::string data_table, status_table;
  WindowText start_millis, end_millis, start_text, end_text, date;
  std::string time_zone;
  std::string window_policy = "strict";
  std::string mode;
  Unused column;
  bool is_timeseries = false;
  bool export_sequence_info = false;
  int max_retries = 30;
  bool seek = true;
  bool table_group = false;
};

const ParamSet<Written>& params() {
  static const ParamSet<Written>* const set = [] {
    auto* s = new ParamSet<Written>;  // lives as long as the process: entries are handed out by
                                      // parameter_infos()
    s->add("datasource", &Written::datasource)
        .alias("dataSource")
        .example("\"otsstream\"")
        .help("Name of the connection that holds endpoint, instance and keys.");
    s->add("endpoint", &Written::endpoint)
        .example("\"https://inst.cn-hangzhou.ots.aliyuncs.com\"")
        .help("Address of the instance, when no datasource is named.");
    s->add("instanceName", &Written::instance)
        .help("Name of the instance, when no datasource is named.");
    s->add("accessId", &Written::access_id)
        .alias("accessKeyId")
        .help("Access key id, when no datasource is named.");
    s->add("accessKey", &Written::access_key)
        .alias("accessKeySecret")
        .help("Access key secret, when no datasource is named. It appears in no log.");
    s->add("securityToken", &Written::security_token)
        .ours()
        .help("Token of temporary credentials.");
    s->add("dataTable", &Written::data_table)
        .alias("table")
        .required()
        .example("\"person\"")
        .help("Table whose changes are exported; its Stream must be enabled.");
    s->add("statusTable", &Written::status_table)
        .required()
        .example("\"TableStoreStreamReaderStatusTable\"")
        .help("Table of the same instance that keeps the progress; created when missing.");
    s->add("startTimestampMillis", &Written::start_millis)
        .of_type(ParamType::kInt)
        .example("1508400600000")
        .help("Start of the window, inclusive, in ms.");
    s->add("endTimestampMillis", &Written::end_millis)
        .of_type(ParamType::kInt)
        .example("1508401560000")
        .help("End of the window, exclusive, in ms.");
    s->add("startTimeString", &Written::start_text)
        .example("\"20171019161000\"")
        .help("Start of the window, inclusive, yyyyMMddHHmmss in timeZone.");
    s->add("endTimeString", &Written::end_text)
        .example("\"20171019162600\"")
        .help("End of the window, exclusive, yyyyMMddHHmmss in timeZone.");
    s->add("date", &Written::date)
        .example("\"20171019\"")
        .help("One day, yyyyMMdd: 24 hours from midnight in timeZone.");
    s->add("timeZone", &Written::time_zone)
        .ours()
        .example("\"Asia/Shanghai\"")
        .help(
            "Zone of startTimeString, endTimeString and date; else the job's "
            "common.column.timeZone, else GMT+8.");
    s->add("windowPolicy", &Written::window_policy)
        .ours()
        .words({"strict", "clamp"})
        .help(
            "What becomes of a window beyond the legal range: an error, or a warning and a shorter "
            "window.");
    s->add("mode", &Written::mode)
        .example("\"multi_version\"")
        .help(
            "Absent or multi_version: column mode, one row per changed cell. Row mode comes "
            "later.");
    s->add("column", &Written::column).help("Columns of row mode; column mode exports all.");
    s->add("isTimeseriesTable", &Written::is_timeseries).help("Time-series tables come later.");
    s->add("isExportSequenceInfo", &Written::export_sequence_info)
        .help("Adds the text column sequenceInfo, whose order is the order of the changes.");
    s->add("maxRetries", &Written::max_retries)
        .at_least(0)
        .help("Retries of one request; 0 means none.");
    s->add("enableSeekIterator", &Written::seek)
        .help(
            "Without checkpoints of an earlier run, find the start by time instead of reading from "
            "the oldest entry.");
    s->add("enableTableGroupSupport", &Written::table_group).help("Table groups come later.");
    s->ignore("threadNum", ParamType::kInt,
              "requests overlap without threads; setting.speed bounds the job");
    s->ignore("confSimplifyEnable", ParamType::kBool, "it concerns distributed DataX only");
    return s;
  }();
  return *set;
}

void not_yet(const JsonNode& at, std::string_view what, Diagnostics& diagnostics) {
  Error error = make_error(ErrorKind::kUnsupported, "Reader-NotYet",
                           fmt::format("{} is not supported yet", what),
                           "this version exports wide-column tables in column mode");
  error.where = at.where();
  diagnostics.add(Severity::kError, std::move(error));
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
    const std::pair<const char*, bool> parts[] = {{"endpoint", written_.endpoint.empty()},
                                                  {"instanceName", written_.instance.empty()},
                                                  {"accessId", written_.access_id.empty()},
                                                  {"accessKey", written_.access_key.empty()}};
    std::string given;
    for (const auto& [name, missing] : parts) {
      if (missing && written_.datasource.empty()) {
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

  void shape() {
    std::string mode = written_.mode;
    std::transform(mode.begin(), mode.end(), mode.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    if (mode == "single_version_and_update_only") {
      not_yet(places_.at("mode"), "mode single_version_and_update_only (row mode)", diagnostics_);
    } else if (!mode.empty() && mode != "multi_version") {
      diagnostics_.error(places_.at("mode"), "Reader-Mode",
                         fmt::format("Unsupported Mode: {}", written_.mode),
                         "leave mode out for column mode");
    } else if (places_.has("column")) {
      diagnostics_.warning(places_.at("column"), "Reader-ColumnIgnored",
                           "`column` has no effect: column mode exports all columns", "remove it");
    }
    if (written_.is_timeseries)
      not_yet(places_.at("isTimeseriesTable"), "isTimeseriesTable", diagnostics_);
    if (written_.table_group)
      not_yet(places_.at("enableTableGroupSupport"), "enableTableGroupSupport", diagnostics_);
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
  checker.shape();
  const std::optional<Zone> zone = checker.zone(job_zone);
  std::optional<Window> window;
  if (zone) window = read_window(places, *zone, diagnostics);
  if (diagnostics.count(Severity::kError) > errors_before) return fail(diagnostics.to_error());

  Settings settings;
  settings.data_table = std::move(written.data_table);
  settings.status_table = std::move(written.status_table);
  settings.window = *window;
  settings.zone = *zone;
  settings.clamp_window = written.window_policy == "clamp";
  settings.export_sequence_info = written.export_sequence_info;
  settings.max_retries = written.max_retries;
  settings.seek = written.seek;
  settings.datasource = std::move(written.datasource);
  settings.endpoint = std::move(written.endpoint);
  settings.instance = std::move(written.instance);
  settings.access_id = std::move(written.access_id);
  settings.access_key = std::move(written.access_key);
  settings.security_token = std::move(written.security_token);
  return settings;
}

const std::vector<const ParamInfo*>& parameter_infos() {
  static const std::vector<const ParamInfo*> infos = params().infos();
  return infos;
}

}  // namespace otsstream::reader
