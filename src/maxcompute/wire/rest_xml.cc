// Projects, tables and partitions (maxcompute-protocol.md 2.1 - 2.4).

#include "maxcompute/wire/rest_xml.h"

#include "base/time_zone.h"
#include "config/json_out.h"
#include "maxcompute/wire/schema_json.h"
#include "maxcompute/wire/xml_text.h"

namespace otsstream::maxcompute {
namespace {

std::string http_date(int64_t epoch_seconds) { return format_http_date(epoch_seconds * 1000); }

void write_table_members(JsonOut& out, const TableInfo& info) {
  schema_json::write_rest_columns(out, info.schema);
  out.member("tableName", info.schema.table).member("comment", info.comment);
  out.member("owner", info.owner).member("createTime", info.created);
  out.member("lastModifiedTime", info.modified).member("lastDDLTime", info.created);
  out.member("lastAccessTime", info.modified);
  out.member("isVirtualView", info.schema.type == "VIRTUAL_VIEW");
  out.member("isExternal", info.schema.type == "EXTERNAL_TABLE").member("shardExist", false);
  if (info.schema.lifecycle_days > 0) out.member("lifecycle", info.schema.lifecycle_days);
  out.member("size", info.bytes).member("recordNum", info.records).member("tableLabel", "0");
}

std::string write_table(const TableInfo& info, const std::string& schema) {
  std::string out(xml::kDeclaration);
  out += "<Table>\n  " + xml::element("Name", info.schema.table) + "\n  " +
         xml::element("Project", info.schema.project) + "\n  " +
         xml::element("TableId", info.table_id) + "\n  <Schema format=\"Json\">" +
         xml::cdata(schema) + "</Schema>\n  " + xml::element("Comment", info.comment) + "\n  " +
         xml::element("Owner", info.owner) + "\n  <TableLabel></TableLabel>\n  " +
         xml::element("CreationTime", http_date(info.created)) + "\n  " +
         xml::element("LastModifiedTime", http_date(info.modified)) + "\n  " +
         xml::element("LastAccessTime", http_date(info.modified)) + "\n  " +
         xml::element("Type", info.schema.type) + "\n</Table>\n";
  return out;
}

// <Marker/> exists even when it is empty (T14).
std::string list_head(std::string_view root, std::string_view next_marker) {
  std::string out(xml::kDeclaration);
  return out + "<" + std::string(root) + ">" + xml::element("Marker", next_marker) +
         "<MaxItems>1000</MaxItems>\n";
}

}  // namespace

std::string write_table_xml(const TableInfo& info) {
  JsonOut schema;
  schema.begin_object();
  write_table_members(schema, info);
  schema.end_object();
  return write_table(info, schema.text());
}

std::string write_table_extended_xml(const TableInfo& info) {
  JsonOut schema;
  schema.begin_object();
  write_table_members(schema, info);
  schema.member("IsArchived", false).member("PhysicalSize", info.bytes).member("FileNum", 1);
  // JSON in a text (T13).
  schema.member("Reserved", info.schema.transactional ? R"({"Transactional":"true"})"
                                                      : R"({"Transactional":"false"})");
  schema.end_object();
  return write_table(info, schema.text());
}

Result<TableSchema> read_table_xml(std::string_view body) {
  OTS_TRY(auto document, xml::parse(body, "Table", "table answer"));
  pugi::xml_node root = document->document_element();
  TableSchema schema;
  schema.project = xml::child_word(root, "Project");
  schema.table = xml::child_word(root, "Name");
  if (std::string type = xml::child_word(root, "Type"); !type.empty()) schema.type = type;
  std::string text = xml::child_text(root, "Schema");
  OTS_TRY(auto json, schema_json::parse_answer(text, "schema of the table answer"));
  OTS_CHECK(schema_json::read_columns(json->root(), schema));
  if (schema.columns.empty())
    return fail(schema_json::bad_json("table answer", "the schema has no columns"));
  int64_t lifecycle = schema_json::int_member(json->root(), "lifecycle", 0);
  schema.lifecycle_days = lifecycle > 0 ? lifecycle : 0;
  if (schema_json::bool_member(json->root(), "isVirtualView", false)) schema.type = "VIRTUAL_VIEW";
  return schema;
}

std::string write_table_list_xml(
    const std::vector<std::pair<std::string, std::string>>& name_and_owner,
    std::string_view next_marker) {
  std::string out = list_head("Tables", next_marker);
  for (const auto& [name, owner] : name_and_owner)
    out += "  <Table>" + xml::element("Name", name) + xml::element("Owner", owner) + "</Table>\n";
  return out + "</Tables>\n";
}

std::string write_partition_list_xml(const std::vector<PartitionInfo>& partitions,
                                     std::string_view next_marker) {
  std::string out = list_head("Partitions", next_marker);
  for (const PartitionInfo& partition : partitions) {
    out += "  <Partition>";
    for (const auto& [key, value] : partition.spec.parts())
      out += "<Column Name=\"" + xml::escape(key) + "\" Value=\"" + xml::escape(value) + "\"/>";
    out += xml::element("CreationTime", std::to_string(partition.created)) +
           xml::element("LastDDLTime", std::to_string(partition.created)) +
           xml::element("LastModifiedTime", std::to_string(partition.modified)) + "</Partition>\n";
  }
  return out + "</Partitions>\n";
}

Result<PartitionPage> read_partition_list_xml(std::string_view body) {
  OTS_TRY(auto document, xml::parse(body, "Partitions", "partition list"));
  pugi::xml_node root = document->document_element();
  PartitionPage page;
  page.next_marker = xml::child_word(root, "Marker");
  for (const pugi::xml_node& node : root.children("Partition")) {
    PartitionSpec spec;
    for (const pugi::xml_node& column : node.children("Column"))
      spec.add(column.attribute("Name").value(), column.attribute("Value").value());
    if (spec.empty()) {
      OTS_TRY(spec, PartitionSpec::parse(xml::child_word(node, "Name")));
    }
    if (spec.empty())
      return fail(ErrorKind::kCorrupt, "MaxCompute-Xml",
                  "partition list: a partition has neither columns nor a name");
    page.partitions.push_back(std::move(spec));
  }
  return page;
}

std::string write_partition_xml(const PartitionInfo& info) {
  JsonOut schema;
  schema.begin_object();
  schema.member("createTime", info.created).member("lastDDLTime", info.created);
  schema.member("lastModifiedTime", info.modified).member("partitionSize", info.bytes);
  schema.member("partitionRecordNum", info.records);
  // What an extended get asks for; a plain one ignores it.
  schema.member("IsArchived", false).member("IsExstore", false).member("LifeCycle", -1);
  schema.member("PhysicalSize", info.bytes).member("FileNum", 1).member("Reserved", "{}");
  schema.end_object();
  return std::string(xml::kDeclaration) + "<Partition><Schema>" + xml::cdata(schema.text()) +
         "</Schema></Partition>\n";
}

std::string write_project_xml(std::string_view project) {
  return std::string(xml::kDeclaration) + "<Project>\n  " + xml::element("Name", project) +
         "<Type>managed</Type><Comment></Comment><State>AVAILABLE</State>\n  " +
         xml::element("ProjectGroupName", project) +
         "\n  <Properties><Property><Name>odps.schema.model.enabled</Name><Value>false</Value>"
         "</Property></Properties>\n</Project>\n";
}

}  // namespace otsstream::maxcompute
