#include "local/maxcompute/rest_routes.h"

#include <algorithm>

#include "config/json_out.h"
#include "local/maxcompute/answers.h"
#include "local/maxcompute/first_rows.h"
#include "local/maxcompute/instances.h"
#include "local/maxcompute/rest_lists.h"
#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/rest_xml.h"
#include "maxcompute/wire/xml_text.h"

namespace otsstream::local {

using maxcompute::PartitionInfo;
using maxcompute::PartitionSpec;
namespace xml = maxcompute::xml;

namespace {

constexpr size_t kMaxHeadRows = 10'000;
constexpr int64_t kProjectCreated = 1'577'836'800;  // 2020-01-01; a local project has no birthday

tl::unexpected<Error> no_such_object(const Call& call) {
  return fail(ErrorKind::kNotFound, "NoSuchObject",
              "the local MaxCompute has nothing at " + std::string(call.request.path()));
}

tl::unexpected<Error> wrong_method(const Call& call) {
  return fail(
      ErrorKind::kUnsupported, "MethodNotAllowed",
      std::string(call.method()) + " is not possible at " + std::string(call.request.path()));
}

// ---- project

Response project(const Backend& backend) {
  Response response = xml_answer(maxcompute::write_project_xml(backend.project));
  const std::string created = format_http_date(kProjectCreated * 1000);
  response.headers.set("x-odps-owner", kOwner);
  response.headers.set("x-odps-creation-time", created);
  response.headers.set("Last-Modified", created);
  return response;
}

// Without odps.namespace.schema: it would switch PyODPS to three-level names.
Response tenant() {
  JsonOut out;
  out.begin_object().key("Tenant").begin_object();
  out.member("Name", "local").member("OwnerId", "1").member("TenantId", "1");
  out.member("TenantState", "NORMAL").member("CreateTime", 1).member("UpdateTime", 1);
  out.member("TenantMeta", "{}").key("Parameters").begin_object().end_object();
  out.end_object().end_object();
  return json_answer(std::move(out).take());
}

// host:port alone; the client prefixes the scheme of its REST endpoint.
Response tunnel_address(const Call& call) {
  std::string_view origin = call.origin;
  if (size_t scheme = origin.find("://"); scheme != std::string_view::npos) {
    origin.remove_prefix(scheme + 3);
  }
  return text_answer(std::string(origin));
}

// ---- tables

Result<Response> list_tables(const Backend& backend, const Call& call) {
  OTS_TRY(size_t limit, count_param(call, "maxitems", kMaxItems));
  const std::string type = call.value("type");
  const std::string owner = call.value("owner");
  std::vector<std::pair<std::string, std::string>> tables;
  std::string next_marker;
  if ((type.empty() || maxcompute::ascii::lower(type) == "managed_table") &&
      (owner.empty() || owner == kOwner)) {
    OTS_TRY(auto names,
            backend.catalog.table_names(call.value("name"), call.value("marker"), limit + 1));
    if (names.size() > limit) {
      names.resize(limit);
      next_marker = names.back();
    }
    for (std::string& name : names) tables.emplace_back(std::move(name), kOwner);
  }
  return xml_answer(maxcompute::write_table_list_xml(tables, next_marker));
}

// The first rows as CSV: `?data&linenum=N`, optionally of one partition and of some columns.
Result<Response> head(const Backend& backend, const Call& call, const std::string& table) {
  FirstRows wanted;
  wanted.table = table;
  wanted.columns = call.value("cols");
  OTS_TRY(wanted.limit, count_param(call, "linenum", kMaxHeadRows));
  OTS_TRY(wanted.partition, PartitionSpec::parse(call.value("partition")));
  OTS_TRY(auto rows, first_rows(backend, wanted));
  OTS_TRY(auto csv, to_csv(rows, Zone::china()));
  return text_answer(std::move(csv), "text/csv; charset=utf-8");
}

// ---- partitions

std::string partition_names_xml(const std::vector<PartitionInfo>& partitions) {
  std::string out(xml::kDeclaration);
  out += "<Partitions>\n";
  for (const PartitionInfo& partition : partitions) {
    out += "  <Partition>" + xml::element("Name", partition.spec.unquoted()) + "</Partition>\n";
  }
  return out + "</Partitions>\n";
}

Result<Response> list_partitions(const Backend& backend, const Call& call,
                                 const std::string& table) {
  OTS_TRY(size_t limit, count_param(call, "maxitems", kMaxItems));
  OTS_TRY(auto prefix, PartitionSpec::parse(call.value("partition")));
  OTS_TRY(auto list, backend.catalog.partitions(table, prefix));
  if (call.has("reverse")) std::reverse(list.begin(), list.end());
  if (call.has("name")) return xml_answer(partition_names_xml(list));
  // The marker is the last partition of the page before.
  if (const std::string marker = call.value("marker"); !marker.empty()) {
    OTS_TRY(auto last, PartitionSpec::parse(marker));
    auto at = std::find_if(list.begin(), list.end(),
                           [&](const PartitionInfo& info) { return info.spec == last; });
    if (at == list.end()) {
      return fail(ErrorKind::kConfig, "InvalidArgument",
                  "marker '" + marker + "': that partition is gone; list from the beginning");
    }
    list.erase(list.begin(), at + 1);
  }
  std::string next_marker;
  if (list.size() > limit) {
    list.resize(limit);
    next_marker = list.back().spec.unquoted();
  }
  return xml_answer(maxcompute::write_partition_list_xml(list, next_marker));
}

Result<Response> get_table(const Backend& backend, const Call& call, const std::string& table) {
  if (call.has("data")) return head(backend, call, table);
  if (call.has("partitions")) return list_partitions(backend, call, table);
  if (call.has("partition")) {
    OTS_TRY(auto spec, PartitionSpec::parse(call.value("partition")));
    OTS_TRY(auto info, backend.catalog.partition(table, spec));
    return xml_answer(maxcompute::write_partition_xml(info));
  }
  OTS_TRY(auto info, backend.catalog.table(table));
  return xml_answer(call.has("extended") ? maxcompute::write_table_extended_xml(info)
                                         : maxcompute::write_table_xml(info));
}

Result<Response> answer_project(const Backend& backend, const Call& call) {
  const auto& path = call.path;
  const bool get = call.method() == "GET";
  if (path.size() == 2) return get ? Result<Response>(project(backend)) : wrong_method(call);
  const std::string& kind = path[2];
  if (kind == "logs" && path.size() == 3) {
    return call.method() == "PUT" ? Result<Response>(Response()) : wrong_method(call);
  }
  if (kind == "tunnel" && path.size() == 3) {
    return get ? Result<Response>(tunnel_address(call)) : wrong_method(call);
  }
  if (kind == "tables" && path.size() <= 4) {
    if (!get) return wrong_method(call);
    return path.size() == 3 ? list_tables(backend, call) : get_table(backend, call, path[3]);
  }
  if (kind == "instances" && path.size() == 3 && get) return list_instances(backend, call);
  if (kind == "instances" && path.size() <= 4) return answer_instances(backend, call);
  return no_such_object(call);
}

}  // namespace

Result<Response> answer_rest(const Backend& backend, const Call& call) {
  const auto& path = call.path;
  if (path.size() == 1 && path[0] == "tenants" && call.method() == "GET") return tenant();
  if (path.size() == 1 && path[0] == "projects" && call.method() == "GET") {
    return list_projects(backend, call);
  }
  // /logview/host among them: clients take 404 for "there is no log viewer".
  if (path.size() < 2 || path[0] != "projects") return no_such_object(call);
  if (maxcompute::ascii::lower(path[1]) != backend.project) {
    return fail(ErrorKind::kNotFound, "NoSuchProject",
                "ODPS-0420111: Project not found - '" + path[1] + "'");
  }
  // /projects/P/schemas/S/tables/T is the same table: there is one schema.
  if (path.size() >= 5 && path[2] == "schemas") {
    Call without_schema = call;
    without_schema.path.erase(without_schema.path.begin() + 2, without_schema.path.begin() + 4);
    return answer_project(backend, without_schema);
  }
  return answer_project(backend, call);
}

}  // namespace otsstream::local
