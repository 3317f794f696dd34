#include "local/maxcompute/operations.h"

#include <algorithm>

#include "local/maxcompute/ddl.h"
#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/rest_xml.h"

namespace otsstream::local {

using maxcompute::PartitionSpec;
using maxcompute::ascii::lower;

namespace {

// Where a request is found, most particular ones first.
struct Row {
  std::string_view name;
  bool is_rest;
  std::string_view method;
  std::string_view kind;  // behind the project: "tables"; "" = the project itself
  bool named;             // something follows the kind: "tables/T"
  std::string_view keys;  // of the query, with blanks between them; all must be there
};

// clang-format off: one a line
constexpr Row kRows[] = {
    {"GetProject", true, "GET", "", false, ""},
    {"GetTunnel", true, "GET", "tunnel", false, ""},
    {"ListTables", true, "GET", "tables", false, ""},
    {"PreviewTable", true, "GET", "tables", true, "data"},
    {"ListPartitions", true, "GET", "tables", true, "partitions"},
    {"GetPartition", true, "GET", "tables", true, "partition"},
    {"GetTable", true, "GET", "tables", true, ""},
    {"SubmitSql", true, "POST", "instances", false, ""},
    {"GetTaskStatus", true, "GET", "instances", true, "taskstatus"},
    {"GetResult", true, "GET", "instances", true, "result"},
    {"GetInstance", true, "GET", "instances", true, ""},
    {"StopInstance", true, "PUT", "instances", true, ""},
    {"CreateUpload", false, "POST", "tables", true, "uploads"},
    {"PutBlock", false, "PUT", "tables", true, "uploadid"},
    {"GetUpload", false, "GET", "tables", true, "uploadid"},
    {"CommitUpload", false, "POST", "tables", true, "uploadid"},
    {"CreateDownload", false, "POST", "tables", true, "downloads"},
    {"ReadRows", false, "GET", "tables", true, "downloadid data"},
    {"GetDownload", false, "GET", "tables", true, "downloadid"},
    {"PreviewTable", false, "GET", "tables", true, ""},
    {"ReadResult", false, "", "instances", true, ""},
};
// clang-format on

bool has_all(const Call& call, std::string_view keys) {
  while (!keys.empty()) {
    const size_t end = std::min(keys.find(' '), keys.size());
    if (!call.has(keys.substr(0, end))) return false;
    keys.remove_prefix(std::min(end + 1, keys.size()));
  }
  return true;
}

// Segments behind the project, without the schema: there is one.
std::vector<std::string> behind_project(const Call& call) {
  if (call.path.size() < 2 || call.path[0] != "projects") return {};
  std::vector<std::string> rest(call.path.begin() + 2, call.path.end());
  if (rest.size() >= 3 && rest[0] == "schemas") rest.erase(rest.begin(), rest.begin() + 2);
  return rest;
}

std::string text_of(const PartitionSpec& partition) {
  PartitionSpec with_lower_keys;
  for (const auto& [key, value] : partition.parts()) with_lower_keys.add(lower(key), value);
  return with_lower_keys.unquoted();
}

void add_statement(std::string_view sql, FaultSubject::Targets& targets) {
  auto statement = parse_sql(sql);
  if (!statement) return;
  std::visit(
      [&](const auto& one) {
        if constexpr (requires { one.table.name; }) targets.tables.push_back(lower(one.table.name));
        if constexpr (requires { one.partitions; }) {
          for (const PartitionSpec& partition : one.partitions)
            targets.partitions.push_back(text_of(partition));
        }
      },
      *statement);
}

}  // namespace

const std::vector<std::string_view>& maxcompute_operations() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> made;
    for (const Row& row : kRows)
      if (std::find(made.begin(), made.end(), row.name) == made.end()) made.push_back(row.name);
    return made;
  }();
  return names;
}

bool is_maxcompute_operation(std::string_view name) {
  const auto& names = maxcompute_operations();
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view operation_of(const Call& call, bool is_rest) {
  if (call.path.size() < 2 || call.path[0] != "projects") return "Other";
  const std::vector<std::string> rest = behind_project(call);
  for (const Row& row : kRows) {
    if (row.is_rest != is_rest || (!row.method.empty() && row.method != call.method())) continue;
    if ((rest.empty() ? std::string_view() : std::string_view(rest[0])) != row.kind) continue;
    if (row.named != (rest.size() > 1) || !has_all(call, row.keys)) continue;
    return row.name;
  }
  return "Other";
}

FaultSubject::Targets targets_of(const Call& call) {
  FaultSubject::Targets targets;
  const std::vector<std::string> rest = behind_project(call);
  if (rest.size() > 1 && rest[0] == "tables") {
    targets.tables.push_back(lower(rest[1]));
    auto partition = PartitionSpec::parse(call.value("partition"));
    if (partition && !partition->empty()) targets.partitions.push_back(text_of(*partition));
  } else if (rest.size() == 1 && rest[0] == "instances" && call.method() == "POST") {
    const SharedBuffer body = call.request.body.flat();
    if (auto job = maxcompute::read_sql_job_xml(body.view())) add_statement(job->query, targets);
  }
  return targets;
}

}  // namespace otsstream::local
