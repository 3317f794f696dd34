#include "local/maxcompute/tunnel_routes.h"

#include <algorithm>
#include <charconv>

#include "local/maxcompute/answers.h"
#include "local/maxcompute/arrow_preview.h"
#include "local/maxcompute/arrow_stream.h"
#include "local/maxcompute/block_check.h"
#include "local/maxcompute/download_routes.h"
#include "local/maxcompute/plain_decimals.h"
#include "local/maxcompute/tunnel_body.h"
#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/rest_xml.h"

namespace otsstream::local {

using maxcompute::ascii::lower;

namespace {

Response upload_answer(const UploadState& state) {
  maxcompute::UploadSessionInfo info;
  info.id = state.id;
  info.status = state.status;
  info.blocks = state.blocks;
  info.schema = state.schema;
  info.max_field_size = kMaxFieldSize;
  return session_answer(maxcompute::write_upload_session_json(info));
}

Result<int> block_id(const Call& call) {
  const std::string text = call.value("blockid");
  int id = -1;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id < 0 || id > kMaxBlockId) {
    return fail(ErrorKind::kConfig, "InvalidBlockID",
                "block id '" + text + "' is no number from 0 to " + std::to_string(kMaxBlockId));
  }
  return id;
}

Result<Response> put_block(const Backend& backend, const Call& call, const SessionKey& key) {
  OTS_TRY(int id, block_id(call));
  OTS_TRY(auto session, backend.catalog.upload(key, backend.now()));
  if (session.status != "normal") {
    return fail(ErrorKind::kConflict, "StatusConflict",
                "upload session " + key.id + " is " + session.status);
  }
  // The long part, outside every lock.
  OTS_TRY(auto stream, unpacked_body(call.request));
  if (call.has("arrow")) {
    OTS_TRY(stream, records_of_arrow(stream.view(), session.schema.columns, arrow_layout(call)));
  }
  OTS_TRY(auto plain, with_plain_decimals(stream.view(), session.schema.columns));
  if (plain) stream = SharedBuffer(std::move(*plain));
  OTS_TRY(uint64_t records, check_block(stream.view(), session.schema.columns));
  OTS_TRY(auto blob, backend.blocks.put(stream));
  Status listed = backend.catalog.put_block(key, id, {blob, records, stream.size()}, backend.now());
  if (!listed) {
    backend.blocks.remove({blob});
    return fail(std::move(listed.error()));
  }
  backend.sweep();
  return Response();
}

Result<Response> answer_table(const Backend& backend, const Call& call, const std::string& table) {
  const std::string_view method = call.method();
  SessionKey key;
  key.table = table;
  OTS_TRY(key.partition, maxcompute::PartitionSpec::parse(call.value("partition")));
  if (call.has("downloads") || call.has("downloadid")) {
    return answer_table_download(backend, call, std::move(key));
  }
  const int64_t now = backend.now();
  if (method == "POST" && call.has("uploads")) {
    key.id = backend.new_id();
    OTS_TRY(auto state, backend.catalog.create_upload(key, call.is_true("overwrite"),
                                                      call.is_true("create_partition"), now));
    backend.sweep();
    return upload_answer(state);
  }
  if (call.has("uploadid")) {
    key.id = call.value("uploadid");
    if (method == "PUT") return put_block(backend, call, key);
    if (method == "GET") {
      OTS_TRY(auto state, backend.catalog.upload(key, now));
      return upload_answer(state);
    }
    if (method == "POST") {
      OTS_TRY(auto state, backend.catalog.commit_upload(key, now));
      backend.sweep();
      return upload_answer(state);
    }
  }
  return fail(ErrorKind::kConfig, "InvalidArgument",
              std::string(method) + " on table " + lower(table) +
                  " needs uploads, uploadid, downloads or downloadid");
}

}  // namespace

Result<Response> answer_tunnel(const Backend& backend, const Call& call) {
  std::vector<std::string> path = call.path;
  if (path.size() < 3 || path[0] != "projects") {
    return fail(ErrorKind::kNotFound, "NoSuchObject",
                "the local MaxCompute has nothing at " + std::string(call.request.path()),
                "the REST endpoint is " + call.origin + "/api");
  }
  if (lower(path[1]) != backend.project) {
    return fail(ErrorKind::kNotFound, "NoSuchProject",
                "ODPS-0420111: Project not found - '" + path[1] + "'");
  }
  // There is one schema.
  if (path.size() >= 5 && path[2] == "schemas") path.erase(path.begin() + 2, path.begin() + 4);
  if (path[2] == "tables" && path.size() == 4) return answer_table(backend, call, path[3]);
  if (path[2] == "tables" && path.size() == 5 && path[4] == "preview" && call.method() == "GET") {
    return answer_preview(backend, call, path[3]);
  }
  if (path[2] == "instances" && path.size() == 4) {
    return answer_result_download(backend, call, path[3]);
  }
  if (path[2] == "tables" && path.size() > 4) {
    return fail(ErrorKind::kUnsupported, "MethodNotAllowed",
                "the local MaxCompute has no " + path[4] + " for tables",
                "use upload and download sessions");
  }
  return fail(ErrorKind::kNotFound, "NoSuchObject",
              "the local MaxCompute has nothing at " + std::string(call.request.path()));
}

}  // namespace otsstream::local
