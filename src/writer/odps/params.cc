#include "writer/odps/params.h"

#include <set>

#include "config/param_reader.h"
#include "maxcompute/wire/ascii.h"
#include "writer/odps/partition_params.h"

namespace otsstream::writer {
namespace {

constexpr int64_t kSmallestBlockMb = 8;  // DataX raises smaller values to it

// The block as it is written, before it is checked as a whole. Access data is declared here, but
// read where connections are known (job/).
struct Written : WrittenPartitions {
  std::string datasource, odps_server, tunnel_server, project, region, access_id;
  Secret access_key, security_token;
  std::string table;
  std::vector<std::string> column;
  bool truncate = false;
  bool empty_as_null = false;
  std::string compress = "false";
  bool consistency_commit = false;
  std::optional<int64_t> block_size_mb;
  std::optional<int> max_retry_time;
  std::optional<int64_t> write_timeout_ms;
  std::string over_length_rule = "keepOn";
  int64_t max_field_length = OdpsSettings{}.max_field_length;
  int64_t max_odps_field_length = OdpsSettings{}.max_odps_field_length;
  std::string tunnel_quota;
  std::vector<std::string> pre_sql, post_sql;
};

// Words of isCompress -> Content-Encoding of blocks (maxcompute-protocol.md 3.3).
struct CompressWord {
  const char* word;
  const char* content_encoding;
};
constexpr CompressWord kCompressWords[] = {{"false", ""},          {"true", "deflate"},
                                           {"deflate", "deflate"}, {"zstd", "zstd"},
                                           {"lz4", "x-lz4-frame"}, {"snappy", "x-snappy-framed"}};

std::vector<std::string> compress_words() {
  std::vector<std::string> words;
  for (const CompressWord& entry : kCompressWords) words.emplace_back(entry.word);
  return words;
}

void declare_connection(ParamSet<Written>& set) {
  set.group("Connection");
  set.add("datasource", &Written::datasource)
      .alias("dataSource")
      .example("\"odps_first\"")
      .help("Name of the connection that holds endpoint, project and keys.");
  set.add("odpsServer", &Written::odps_server)
      .alias("endpoint")
      .example("\"http://service.cn-hangzhou.maxcompute.aliyun.com/api\"")
      .help("REST endpoint, when no datasource is named.");
  set.add("tunnelServer", &Written::tunnel_server)
      .alias("tunnelEndpoint")
      .help("Tunnel endpoint; absent: the REST endpoint is asked for it.");
  set.add("project", &Written::project).help("Project, when no datasource is named.");
  set.add("region", &Written::region)
      .alias("regionId")
      .example("\"cn-hangzhou\"")
      .help("Region of the project: requests are signed by V4; absent: by V2.");
  set.add("accessId", &Written::access_id)
      .alias("accessKeyId")
      .help("Access key id, when no datasource is named.");
  set.add("accessKey", &Written::access_key)
      .alias("accessKeySecret")
      .help("Access key secret, when no datasource is named. It appears in no log.");
  set.add("securityToken", &Written::security_token).help("Token of temporary credentials.");
}

void declare_destination(ParamSet<Written>& set) {
  set.group("Destination");
  set.add("table", &Written::table)
      .required()
      .example("\"person\"")
      .help("Destination table; it must exist.");
  set.add("partition", &Written::partition)
      .example("\"pt=20171019\"")
      .help(
          "Partition of the last level, for partitioned tables only; it is created when missing. "
          "Levels are separated by `,` or `/`.");
  set.add("column", &Written::column)
      .required()
      .example("[\"id\", \"name\"]")
      .help("Table columns in the order of the reader's columns, or [\"*\"] for all.");
  set.add("truncate", &Written::truncate)
      .required()
      .example("true")
      .help(
          "true: the rows replace the content of the partition (or plain table) when the job "
          "commits; false: they are added to it.");
  set.add("consistencyCommit", &Written::consistency_commit)
      .help("Accepted for its name only: all rows of a job always become visible at once.");
}

void declare_partitions(ParamSet<Written>& set) {
  set.group("Partitions by value");
  set.add("supportDynamicPartition", &Written::dynamic)
      .example("true")
      .help(
          "true: the values of the partition columns in `column` say into which partition a row "
          "goes. Absent: true when `column` lists all partition columns.");
  set.add("partitionColumnMapping", &Written::formats)
      .of_type(ParamType::kList)
      .example(
          R"([{"name": "pt", "srcDateFormat": "yyyy-MM-dd HH:mm:ss", "dateFormat": "yyyyMMdd"}])")
      .only_when("supportDynamicPartition", "true")
      .help(
          "Partition columns whose value is a time written anew; without srcDateFormat it is read "
          "like any time.");
  set.add("partitionFormatType", &Written::format_type)
      .example("\"custom\"")
      .help("custom: the values of the partition columns stand in customPartitionColumns.");
  set.add("customPartitionColumns", &Written::custom_columns)
      .of_type(ParamType::kList)
      .example(R"([{"name": "pt", "valueMode": "20171019", "category": "constant"}])")
      .only_when("partitionFormatType", "custom")
      .help("The fixed value of every partition column. The category is constant, or left out.");
  set.ignore("customPartitionFunctions", ParamType::kList,
             "custom partition columns have fixed values");
  set.ignore("dynamicPartitionMemUsageFlushIntervalInMinute", ParamType::kInt,
             "memory is bounded by the job's budget at all times");
}

void declare_values(ParamSet<Written>& set) {
  set.group("Values");
  set.add("emptyAsNull", &Written::empty_as_null).help("Empty texts become NULL.");
  set.add("overLengthRule", &Written::over_length_rule)
      .words({"keepOn", "truncate", "setNull"})
      .help(
          "What becomes of values of string and binary columns that are longer than "
          "maxOdpsFieldLength. keepOn: left as they are; a text that the upload session does not "
          "take makes its record dirty. truncate: cut. setNull: NULL.");
  set.add("maxFieldLength", &Written::max_field_length)
      .at_least(1)
      .only_when("overLengthRule", "truncate")
      .help("Bytes that truncate leaves of a binary value; of a text, 6 less.");
  set.add("maxOdpsFieldLength", &Written::max_odps_field_length)
      .at_least(1)
      .help("Bytes above which overLengthRule takes effect.");
  for (const char* name : {"enableOverLengthOutput", "maxOverLengthOutputCount"})
    set.ignore(name, name[0] == 'e' ? ParamType::kBool : ParamType::kInt,
               "it limits log lines of DataX; dirty records are reported in one way");
  set.ignore("useDateWithCalendar", ParamType::kBool, "a day is counted in the zone of the job");
  for (const char* name : {"calendarType", "calendarTimeZone"})
    set.ignore(name, ParamType::kText, "a day is counted in the zone of the job");
  set.ignore("calendarLenient", ParamType::kBool, "a day is counted in the zone of the job");
}

void declare_upload(ParamSet<Written>& set) {
  set.group("Upload");
  set.add("isCompress", &Written::compress)
      .alias("compress")
      .or_type(ParamType::kBool)
      .words(compress_words())
      .example("true")
      .help("Compression of blocks on their way to the service; true is deflate.");
  set.add("blockSizeInMB", &Written::block_size_mb)
      .range(1, 512)
      .help(
          "Size of an upload block; less than 8 counts as 8. Absent: chosen from the job's "
          "memory.");
  set.add("maxRetryTime", &Written::max_retry_time).range(1, 10).help("Retries of one request.");
  set.add("writeTimeoutInMs", &Written::write_timeout_ms)
      .at_least(1)
      .help("A request is given up, and sent again, when nothing moves for this long.");
  set.add("tunnelQuota", &Written::tunnel_quota)
      .alias("quotaName")
      .help("Quota of the Tunnel; absent: the project's own.");
  set.ignore("checkWithGetSize", ParamType::kBool, "internal to DataX");
  set.ignore("dryRun", ParamType::kBool, "`otsstream check` tells what a job would do");
}

void declare_rest(ParamSet<Written>& set) {
  set.group("Statements");
  for (auto [name, member, when] :
       {std::tuple("preSql", &Written::pre_sql, "before anything is written"),
        std::tuple("postSql", &Written::post_sql, "after the commit")})
    set.add(name, member)
        .or_type(ParamType::kText)
        .example("[\"analyze table person compute statistics\"]")
        .help(std::string("Statements that run, in this order, ") + when +
              ". They must bear being run again.");

  set.group("Of the console");
  for (const char* name : {"guid", "tableComment", "partitionKey"})
    set.ignore(name, ParamType::kText, "written by the console for itself");
  set.ignore("envType", ParamType::kInt,
             "written by the console; environments are chosen with the connections");
  set.ignore("isSupportThreeModel", ParamType::kBool, "tables are addressed by project and name");
  set.ignore("successOnNoFile", ParamType::kBool, "it concerns file readers");
}

const ParamSet<Written>& params() {
  static const ParamSet<Written>* const set = [] {
    auto* s = new ParamSet<Written>;  // lives as long as the process: entries are handed out by
                                      // odps_parameter_infos()
    declare_connection(*s);
    declare_destination(*s);
    declare_partitions(*s);
    declare_values(*s);
    declare_upload(*s);
    declare_rest(*s);
    return s;
  }();
  return *set;
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

// Every statement ends with `;` (maxcompute-protocol.md 2.5).
std::vector<std::string> statements(const std::vector<std::string>& written, std::string_view name,
                                    const ParamPlaces& places, Diagnostics& diagnostics) {
  std::vector<std::string> out;
  for (size_t i = 0; i < written.size(); ++i) {
    std::string statement(maxcompute::ascii::trim(written[i]));
    if (statement.empty() || statement == ";") {
      diagnostics.error(places.at(name), "Config-Value",
                        "entry " + std::to_string(i) + " of `" + std::string(name) + "` is empty");
      continue;
    }
    if (statement.back() != ';') statement += ';';
    out.push_back(std::move(statement));
  }
  return out;
}

void read_values(const Written& written, const ParamPlaces& places, Diagnostics& diagnostics,
                 OdpsSettings& settings) {
  settings.empty_as_null = written.empty_as_null;
  if (written.over_length_rule == "truncate") settings.over_length = OverLength::kTruncate;
  if (written.over_length_rule == "setNull") settings.over_length = OverLength::kSetNull;
  settings.max_field_length = written.max_field_length;
  settings.max_odps_field_length = written.max_odps_field_length;
  for (auto [name, used] :
       {std::pair("maxFieldLength", settings.over_length == OverLength::kTruncate),
        std::pair("maxOdpsFieldLength", settings.over_length != OverLength::kKeepOn)}) {
    if (places.has(name) && !used)
      diagnostics.notice(places.at(name), "Config-Ignored",
                         "`" + std::string(name) + "` has no effect with `overLengthRule` " +
                             written.over_length_rule);
  }
}

void read_upload(const Written& written, const ParamPlaces& places, Diagnostics& diagnostics,
                 OdpsSettings& settings) {
  for (const CompressWord& entry : kCompressWords)
    if (written.compress == entry.word) settings.content_encoding = entry.content_encoding;
  settings.tunnel_quota = written.tunnel_quota;
  settings.max_retry_time = written.max_retry_time;
  settings.write_timeout_ms = written.write_timeout_ms;
  settings.block_size_mb = written.block_size_mb;
  if (settings.block_size_mb && *settings.block_size_mb < kSmallestBlockMb) {
    diagnostics.notice(places.at("blockSizeInMB"), "Config-Value",
                       "`blockSizeInMB` " + std::to_string(*settings.block_size_mb) +
                           " is taken as " + std::to_string(kSmallestBlockMb));
    settings.block_size_mb = kSmallestBlockMb;
  }
}

}  // namespace

OdpsSettings read_odps_settings(const JsonNode& parameter, Diagnostics& diagnostics) {
  ParamPlaces places;
  const Written written = read_params(parameter, params(), diagnostics, &places);
  OdpsSettings settings;
  settings.table = written.table;
  settings.truncate = written.truncate;
  check_columns(written.column, places, diagnostics);
  for (const std::string& name : written.column)
    settings.columns.emplace_back(maxcompute::ascii::trim(name));
  if (written.dynamic == true && settings.columns == std::vector<std::string>{"*"} &&
      written.format_type.empty())
    diagnostics.error(places.at("column"), "OdpsWriter-Partition",
                      "`column` * names no partition column, and `supportDynamicPartition` is true",
                      "list the columns, the partition columns among them");
  if (places.has("consistencyCommit") && !written.consistency_commit)
    diagnostics.notice(places.at("consistencyCommit"), "Config-Ignored",
                       "`consistencyCommit` false has no effect: all rows of the job become "
                       "visible at once, or none");
  read_partitions(written, places, diagnostics, settings);
  read_values(written, places, diagnostics, settings);
  read_upload(written, places, diagnostics, settings);
  settings.pre_sql = statements(written.pre_sql, "preSql", places, diagnostics);
  settings.post_sql = statements(written.post_sql, "postSql", places, diagnostics);
  return settings;
}

const std::vector<const ParamInfo*>& odps_parameter_infos() {
  static const auto* const infos = new std::vector<const ParamInfo*>(params().infos());
  return *infos;
}

}  // namespace otsstream::writer
