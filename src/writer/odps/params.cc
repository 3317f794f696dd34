#include "writer/odps/params.h"

#include <set>

#include "config/json_text.h"
#include "config/param_reader.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::writer {
namespace {

// Any JSON value; only whether it stands there counts.
struct Presence {};
std::optional<std::string> default_json(const Presence&) { return std::nullopt; }
std::string read_param_value(const JsonNode&, const ParamInfo&, Presence&) { return {}; }

}  // namespace
}  // namespace otsstream::writer

namespace otsstream {
template <>
struct ParamMember<writer::Presence> {
  static constexpr ParamType kType = ParamType::kList;
};
}  // namespace otsstream

namespace otsstream::writer {
namespace {

constexpr int64_t kSmallestBlockMb = 8;  // DataX raises smaller values to it

// The block as it is written, before it is checked as a whole. Access data is declared here, but
// read where connections are known (job/).
struct Written {
  std::string datasource, odps_server, tunnel_server, project, access_id;
  Secret access_key, security_token;
  std::string table, partition;
  std::vector<std::string> column;
  bool truncate = false;
  bool empty_as_null = false;
  bool compress = false;
  bool consistency_commit = false;
  std::optional<int64_t> block_size_mb;
  std::optional<int> max_retry_time;
  std::string over_length_rule = "keepOn";
  std::string tunnel_quota;
  bool dynamic_partition = false;
  Presence partition_column_mapping, partition_format_type, custom_partition_columns,
      custom_partition_functions;
  Presence pre_sql, post_sql;
};

const ParamSet<Written>& params() {
  static const ParamSet<Written>* const set = [] {
    auto* s = new ParamSet<Written>;  // lives as long as the process: entries are handed out by
                                      // odps_parameter_infos()
    s->add("datasource", &Written::datasource)
        .alias("dataSource")
        .example("\"odps_first\"")
        .help("Name of the connection that holds endpoint, project and keys.");
    s->add("odpsServer", &Written::odps_server)
        .alias("endpoint")
        .example("\"http://service.cn-hangzhou.maxcompute.aliyun.com/api\"")
        .help("REST endpoint, when no datasource is named.");
    s->add("tunnelServer", &Written::tunnel_server)
        .alias("tunnelEndpoint")
        .help("Tunnel endpoint; absent: the REST endpoint is asked for it.");
    s->add("project", &Written::project).help("Project, when no datasource is named.");
    s->add("accessId", &Written::access_id)
        .alias("accessKeyId")
        .help("Access key id, when no datasource is named.");
    s->add("accessKey", &Written::access_key)
        .alias("accessKeySecret")
        .help("Access key secret, when no datasource is named. It appears in no log.");
    s->add("securityToken", &Written::security_token).help("Token of temporary credentials.");
    s->add("table", &Written::table)
        .required()
        .example("\"person\"")
        .help("Destination table; it must exist.");
    s->add("partition", &Written::partition)
        .example("\"pt=20171019\"")
        .help(
            "Partition of the last level, for partitioned tables only; it is created when missing. "
            "Levels are separated by `,` or `/`.");
    s->add("column", &Written::column)
        .required()
        .example("[\"id\", \"name\"]")
        .help("Table columns in the order of the reader's columns, or [\"*\"] for all.");
    s->add("truncate", &Written::truncate)
        .required()
        .example("true")
        .help(
            "true: the rows replace the content of the partition (or plain table) when the job "
            "commits; false: they are added to it.");
    s->add("emptyAsNull", &Written::empty_as_null).help("Empty texts become NULL.");
    s->add("isCompress", &Written::compress)
        .alias("compress")
        .help("Compression on the way to the service: accepted, not done yet.");
    s->add("consistencyCommit", &Written::consistency_commit)
        .help("Accepted for its name only: all rows of a job always become visible at once.");
    s->add("blockSizeInMB", &Written::block_size_mb)
        .range(1, 512)
        .help(
            "Size of an upload block, as far as the job's memory carries it; absent: chosen from "
            "the job's memory.");
    s->add("maxRetryTime", &Written::max_retry_time).range(1, 10).help("Retries of one request.");
    s->add("overLengthRule", &Written::over_length_rule)
        .words({"keepOn", "truncate", "setNull"})
        .help("What becomes of texts over 8 MB. Only keepOn: the record is dirty.");
    s->add("tunnelQuota", &Written::tunnel_quota)
        .help("Quota of the Tunnel: accepted, not used yet.");
    s->add("supportDynamicPartition", &Written::dynamic_partition)
        .help("Partition by column values: not yet.");
    s->add("partitionColumnMapping", &Written::partition_column_mapping)
        .help("Of dynamic partitions: not yet.");
    s->add("partitionFormatType", &Written::partition_format_type)
        .of_type(ParamType::kText)
        .help("Of dynamic partitions: not yet.");
    s->add("customPartitionColumns", &Written::custom_partition_columns)
        .help("Of dynamic partitions: not yet.");
    s->add("customPartitionFunctions", &Written::custom_partition_functions)
        .help("Of dynamic partitions: not yet.");
    s->add("preSql", &Written::pre_sql).help("Statements before the job: not yet.");
    s->add("postSql", &Written::post_sql).help("Statements after the job: not yet.");

    s->ignore("maxFieldLength", ParamType::kInt, "it belongs to overLengthRule truncate");
    s->ignore("maxOdpsFieldLength", ParamType::kInt, "the upload session tells the limit");
    s->ignore("enableOverLengthOutput", ParamType::kBool,
              "over-long texts are reported with the other dirty records");
    s->ignore("maxOverLengthOutputCount", ParamType::kInt,
              "over-long texts are reported with the other dirty records");
    s->ignore("writeTimeoutInMs", ParamType::kInt,
              "a block is given up when nothing moves for the connection's idle time");
    s->ignore("dynamicPartitionMemUsageFlushIntervalInMinute", ParamType::kInt,
              "memory is bounded by the job's budget at all times");
    for (const char* name :
         {"useDateWithCalendar", "calendarLenient", "checkWithGetSize", "dryRun"})
      s->ignore(name, ParamType::kBool, "internal to DataX");
    for (const char* name : {"calendarType", "calendarTimeZone"})
      s->ignore(name, ParamType::kText, "internal to DataX");
    for (const char* name : {"guid", "tableComment", "partitionKey"})
      s->ignore(name, ParamType::kText, "written by the console for itself");
    s->ignore("envType", ParamType::kInt,
              "written by the console; environments are chosen with the connections");
    s->ignore("isSupportThreeModel", ParamType::kBool, "tables are addressed by project and name");
    s->ignore("successOnNoFile", ParamType::kBool, "it concerns file readers");
    return s;
  }();
  return *set;
}

void refuse(Diagnostics& diagnostics, const JsonNode& at, std::string message, std::string remedy) {
  Error error = make_error(ErrorKind::kUnsupported, "OdpsWriter-NotYet", std::move(message),
                           std::move(remedy));
  error.where = at.where();
  diagnostics.add(Severity::kError, std::move(error));
}

void check_unsupported(const Written& written, const ParamPlaces& places,
                       Diagnostics& diagnostics) {
  if (written.dynamic_partition)
    refuse(diagnostics, places.at("supportDynamicPartition"),
           "`supportDynamicPartition`: this version does not write dynamic partitions yet",
           "name one partition in `partition` and run the job once per partition");
  for (const char* name : {"partitionColumnMapping", "partitionFormatType",
                           "customPartitionColumns", "customPartitionFunctions"}) {
    if (const JsonNode* node = places.find(name))
      refuse(diagnostics, *node,
             "`" + std::string(name) + "`: this version does not write dynamic partitions yet",
             "name one partition in `partition`");
  }
  for (const char* name : {"preSql", "postSql"}) {
    const JsonNode* node = places.find(name);
    if (node != nullptr && !(node->is_array() && node->items().empty()))
      refuse(diagnostics, *node,
             "`" + std::string(name) + "`: this version does not run statements around a job yet",
             "run them as a node of their own");
  }
}

void tell_differences(const Written& written, const ParamPlaces& places, Diagnostics& diagnostics) {
  if (written.compress)
    diagnostics.notice(
        places.at("isCompress"), "Config-Ignored",
        "blocks are not compressed on their way to the service yet; the rows are the same");
  if (places.has("consistencyCommit") && !written.consistency_commit)
    diagnostics.notice(places.at("consistencyCommit"), "Config-Ignored",
                       "`consistencyCommit` false has no effect: all rows of the job become "
                       "visible at once, or none");
  if (written.over_length_rule != "keepOn")
    diagnostics.error(places.at("overLengthRule"), "OdpsWriter-NotYet",
                      "`overLengthRule` " + written.over_length_rule + " is not there yet",
                      "use keepOn: a record with an over-long text is dirty");
  if (places.has("tunnelQuota"))
    diagnostics.notice(places.at("tunnelQuota"), "Config-Ignored",
                       "`tunnelQuota` has no effect yet: the project's default quota is used");
}

void check_columns(const std::vector<std::string>& columns, const ParamPlaces& places,
                   Diagnostics& diagnostics) {
  const JsonNode* at = places.find("column");
  if (at == nullptr) return;
  if (columns.empty() && at->is_array() && at->items().empty())
    return diagnostics.error(*at, "Config-Value", "`column` lists no column",
                             "list the table's columns, or [\"*\"]");
  std::set<std::string> seen;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string name = maxcompute::ascii::lower(maxcompute::ascii::trim(columns[i]));
    const JsonNode& entry = *at->items()[i];
    if (name.empty())
      diagnostics.error(entry, "Config-Value",
                        "entry " + std::to_string(i) + " of `column` is empty");
    if (name == "*" && columns.size() > 1)
      diagnostics.error(entry, "Config-Value", "`column` holds * beside other names",
                        "write [\"*\"] alone, or list every column");
    if (!name.empty() && name != "*" && !seen.insert(name).second)
      diagnostics.error(entry, "Config-Value",
                        "`column` names `" + columns[i] + "` twice (letter case does not count)");
  }
}

}  // namespace

OdpsSettings read_odps_settings(const JsonNode& parameter, Diagnostics& diagnostics) {
  ParamPlaces places;
  const Written written = read_params(parameter, params(), diagnostics, &places);
  check_unsupported(written, places, diagnostics);
  tell_differences(written, places, diagnostics);
  check_columns(written.column, places, diagnostics);

  OdpsSettings settings;
  settings.table = written.table;
  settings.truncate = written.truncate;
  for (const std::string& name : written.column)
    settings.columns.emplace_back(maxcompute::ascii::trim(name));
  settings.empty_as_null = written.empty_as_null;
  settings.block_size_mb = written.block_size_mb;
  settings.max_retry_time = written.max_retry_time;
  if (settings.block_size_mb && *settings.block_size_mb < kSmallestBlockMb) {
    diagnostics.notice(places.at("blockSizeInMB"), "Config-Value",
                       "`blockSizeInMB` " + std::to_string(*settings.block_size_mb) +
                           " is taken as " + std::to_string(kSmallestBlockMb));
    settings.block_size_mb = kSmallestBlockMb;
  }
  if (auto partition = maxcompute::PartitionSpec::parse(written.partition)) {
    settings.partition = std::move(*partition);
  } else {
    diagnostics.error(places.at("partition"), "Config-Value",
                      "`partition`: " + partition.error().message, partition.error().remedy);
  }
  return settings;
}

const std::vector<const ParamInfo*>& odps_parameter_infos() {
  static const auto* const infos = new std::vector<const ParamInfo*>(params().infos());
  return *infos;
}

}  // namespace otsstream::writer
