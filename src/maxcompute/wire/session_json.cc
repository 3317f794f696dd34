// Tunnel sessions (maxcompute-protocol.md 3.2, 3.4). Members without a value are left out, never
// null (T31).

#include <algorithm>

#include "config/json_out.h"
#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/rest_xml.h"
#include "maxcompute/wire/schema_json.h"

namespace otsstream::maxcompute {
namespace {

void write_schema(JsonOut& out, const TableSchema& schema) {
  out.key("Schema").begin_object();
  schema_json::write_tunnel_columns(out, schema);
  out.end_object();
}

Status read_schema(const JsonNode& root, const std::string& what, TableSchema& schema) {
  const JsonNode* node = root.find("Schema");
  if (!node || !node->is_object())
    return fail(schema_json::bad_json(what, "it has no 'Schema' object"));
  return schema_json::read_columns(*node, schema);
}

using ascii::lower;  // state words come in any letter case

}  // namespace

std::string write_upload_session_json(const UploadSessionInfo& info) {
  JsonOut out;
  out.begin_object();
  out.member("UploadID", info.id).member("Status", info.status);
  out.member("MaxFieldSize", info.max_field_size);
  out.key("UploadedBlockList").begin_array();
  for (int block : info.blocks) out.begin_object().member("BlockID", block).end_object();
  out.end_array();
  write_schema(out, info.schema);
  out.end_object();
  return std::move(out).take();
}

Result<UploadSessionInfo> read_upload_session_json(std::string_view body) {
  const std::string what = "upload session answer";
  OTS_TRY(auto document, schema_json::parse_answer(body, what));
  const JsonNode& root = document->root();
  UploadSessionInfo info;
  info.id = schema_json::text_member(root, "UploadID");
  if (info.id.empty()) return fail(schema_json::bad_json(what, "it has no 'UploadID'"));
  info.status = lower(schema_json::text_member(root, "Status"));
  if (info.status.empty()) return fail(schema_json::bad_json(what, "it has no 'Status'"));
  info.max_field_size = schema_json::int_member(root, "MaxFieldSize", info.max_field_size);
  if (const JsonNode* list = root.find("UploadedBlockList"); list && list->is_array()) {
    for (const JsonNode* item : list->items()) {
      int64_t block = schema_json::int_member(*item, "BlockID", -1);
      if (block < 0 || block > INT32_MAX)
        return fail(schema_json::bad_json(what, "a block has no proper 'BlockID'"));
      info.blocks.push_back(static_cast<int>(block));
    }
  }
  std::sort(info.blocks.begin(), info.blocks.end());
  OTS_CHECK(read_schema(root, what, info.schema));
  return info;
}

std::string write_download_session_json(const DownloadSessionInfo& info) {
  JsonOut out;
  out.begin_object();
  out.member("DownloadID", info.id).member("Status", info.status);
  out.member("RecordCount", info.records);
  write_schema(out, info.schema);
  out.end_object();
  return std::move(out).take();
}

Result<DownloadSessionInfo> read_download_session_json(std::string_view body) {
  const std::string what = "download session answer";
  OTS_TRY(auto document, schema_json::parse_answer(body, what));
  const JsonNode& root = document->root();
  DownloadSessionInfo info;
  info.id = schema_json::text_member(root, "DownloadID");
  if (info.id.empty()) return fail(schema_json::bad_json(what, "it has no 'DownloadID'"));
  info.status = lower(schema_json::text_member(root, "Status"));
  // Still being prepared: count and schema come later.
  if (info.status == "initiating") return info;
  int64_t records = schema_json::int_member(root, "RecordCount", -1);
  if (records < 0) return fail(schema_json::bad_json(what, "it has no proper 'RecordCount'"));
  info.records = static_cast<uint64_t>(records);
  OTS_CHECK(read_schema(root, what, info.schema));
  return info;
}

}  // namespace otsstream::maxcompute
