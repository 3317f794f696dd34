#include "local/maxcompute/tunnel_routes.h"

#include <charconv>

#include "base/compress.h"
#include "local/maxcompute/answers.h"
#include "local/maxcompute/download_stream.h"
#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/record_stream_reader.h"
#include "maxcompute/wire/rest_xml.h"

namespace otsstream::local {

using maxcompute::ascii::lower;

namespace {

Response session_answer(std::string json) {
  Response response = json_answer(std::move(json));
  // "true" would make the Java client shift DATETIME values by its calendar.
  response.headers.set("odps-tunnel-date-transform", "false");
  return response;
}

Response upload_answer(const UploadState& state) {
  maxcompute::UploadSessionInfo info;
  info.id = state.id;
  info.status = state.status;
  info.blocks = state.blocks;
  info.schema = state.schema;
  return session_answer(maxcompute::write_upload_session_json(info));
}

Response download_answer(const DownloadState& state) {
  maxcompute::DownloadSessionInfo info;
  info.id = state.id;
  info.status = state.status;
  info.records = state.records();
  info.schema = state.schema;
  return session_answer(maxcompute::write_download_session_json(info));
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

// The record stream as it was before compression.
Result<SharedBuffer> record_stream(const Request& request) {
  SharedBuffer body = request.body.flat();
  const std::string encoding = lower(request.headers.get("Content-Encoding"));
  if (encoding.empty() || encoding == "identity") return body;
  if (encoding != "deflate") {
    return fail(ErrorKind::kUnsupported, "NotImplemented",
                "the local MaxCompute does not read blocks in Content-Encoding " + encoding,
                "send them raw or in deflate");
  }
  auto raw = zlib_inflate(body.view(), kMaxBlockBytes);
  if (raw) return SharedBuffer(std::move(*raw));
  return fail(
      raw.error().kind,
      raw.error().kind == ErrorKind::kResource ? "MaxMessageLengthExceeded" : "MalformedDataStream",
      "deflate: " + raw.error().message);
}

Result<Response> put_block(const Backend& backend, const Call& call, const SessionKey& key) {
  OTS_TRY(int id, block_id(call));
  OTS_TRY(auto session, backend.catalog.upload(key, backend.now()));
  OTS_TRY(auto stream, record_stream(call.request));
  // The long part, outside every lock.
  OTS_TRY(uint64_t records,
          maxcompute::verify_record_stream(stream.view(), session.schema.columns));
  OTS_TRY(auto blob, backend.blocks.put(stream));
  Status listed = backend.catalog.put_block(key, id, {blob, records, stream.size()}, backend.now());
  if (!listed) {
    backend.blocks.remove({blob});
    return fail(std::move(listed.error()));
  }
  backend.sweep();
  return Response();
}

Result<Response> read_rows(const Backend& backend, const Call& call, const SessionKey& key) {
  BlockStore::Reading reading(backend.blocks);
  OTS_TRY(auto session, backend.catalog.download(key, backend.now()));
  if (session.status != "normal") {
    return fail(ErrorKind::kConflict, "StatusConflict",
                "download session " + key.id + " is " + session.status);
  }
  OTS_TRY(auto range, parse_row_range(call.value("rowrange")));
  OTS_TRY(auto columns, parse_columns(call.value("columns"), session.schema));
  OTS_TRY(auto stream, read_records(session, range, columns, backend.blocks));
  Response response;
  response.headers.set("Content-Type", "application/octet-stream");
  response.headers.set("odps-tunnel-date-transform", "false");
  if (accepts_deflate(call.request.headers.get("Accept-Encoding"))) {
    response.headers.set("Content-Encoding", "deflate");
    stream = SharedBuffer(zlib_deflate(stream.view()));
  }
  response.body = Body(std::move(stream));
  return response;
}

Result<Response> answer_table(const Backend& backend, const Call& call, const std::string& table) {
  const std::string_view method = call.method();
  if (call.has("arrow")) {
    return fail(ErrorKind::kUnsupported, "MethodNotAllowed",
                "the local MaxCompute has no Arrow streams", "use the record stream");
  }
  SessionKey key;
  key.table = table;
  OTS_TRY(key.partition, maxcompute::PartitionSpec::parse(call.value("partition")));
  const int64_t now = backend.now();
  if (method == "POST" && call.has("uploads")) {
    key.id = backend.new_id();
    OTS_TRY(auto state, backend.catalog.create_upload(key, call.is_true("overwrite"),
                                                      call.is_true("create_partition"), now));
    backend.sweep();
    return upload_answer(state);
  }
  if (method == "POST" && call.has("downloads")) {
    key.id = backend.new_id();
    OTS_TRY(auto state, backend.catalog.create_download(key, now));
    backend.sweep();
    return download_answer(state);
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
  if (call.has("downloadid") && method == "GET") {
    key.id = call.value("downloadid");
    if (call.has("data")) return read_rows(backend, call, key);
    OTS_TRY(auto state, backend.catalog.download(key, now));
    return download_answer(state);
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
  if (path[2] == "tables" && path.size() > 4) {
    return fail(ErrorKind::kUnsupported, "MethodNotAllowed",
                "the local MaxCompute has no " + path[4] + " for tables",
                "use upload and download sessions");
  }
  // Makes PyODPS read the result of a SELECT through REST.
  if (path[2] == "instances") {
    return fail(ErrorKind::kConfig, "InvalidArgument",
                "the local MaxCompute has no instance tunnel", "ask the instance for its result");
  }
  return fail(ErrorKind::kNotFound, "NoSuchObject",
              "the local MaxCompute has nothing at " + std::string(call.request.path()));
}

}  // namespace otsstream::local
