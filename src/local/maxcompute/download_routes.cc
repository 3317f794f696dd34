#include "local/maxcompute/download_routes.h"

#include <algorithm>

#include "local/maxcompute/answers.h"
#include "local/maxcompute/arrow_stream.h"
#include "local/maxcompute/download_stream.h"
#include "local/maxcompute/tunnel_body.h"
#include "maxcompute/wire/rest_xml.h"

namespace otsstream::local {

namespace {

// Rows of a session, as a record stream or, with the key `arrow`, as Arrow.
Result<Response> read_rows(const Backend& backend, const Call& call, const DownloadState& session) {
  if (session.status != "normal") {
    return fail(ErrorKind::kConflict, "StatusConflict",
                "download session " + session.id + " is " + session.status);
  }
  OTS_TRY(auto range, parse_row_range(call.value("rowrange")));
  const uint64_t total = session.records();
  range.start = std::min(range.start, total);
  range.count = std::min(range.count, total - range.start);
  OTS_TRY(auto columns, parse_columns(call.value("columns"), session.schema));
  const bool arrow = call.has("arrow");
  // Arrow columns come in the table's order (T27).
  if (arrow) std::sort(columns.begin(), columns.end());
  OTS_TRY(auto stream,
          read_records(session.blocks, session.schema.columns, range, columns, backend.blocks));
  if (!arrow) {
    return stream_answer(call.request, std::move(stream), maxcompute::BodyForm::kRecordStream);
  }
  std::vector<maxcompute::Column> chosen;
  for (size_t column : columns) chosen.push_back(session.schema.columns[column]);
  OTS_TRY(auto body, arrow_of_records(stream.view(), chosen, arrow_layout(call)));
  return stream_answer(call.request, std::move(body), maxcompute::BodyForm::kArrow);
}

tl::unexpected<Error> not_a_download(const Call& call) {
  return fail(ErrorKind::kConfig, "InvalidArgument",
              std::string(call.method()) + " " + std::string(call.request.path()) +
                  " needs downloads or downloadid");
}

}  // namespace

Response session_answer(std::string json) {
  Response response = json_answer(std::move(json));
  response.headers.set("odps-tunnel-date-transform", "false");
  return response;
}

Response download_answer(const DownloadState& state) {
  maxcompute::DownloadSessionInfo info;
  info.id = state.id;
  info.status = state.status;
  info.records = state.records();
  info.schema = state.schema;
  return session_answer(maxcompute::write_download_session_json(info));
}

Result<Response> answer_table_download(const Backend& backend, const Call& call, SessionKey key) {
  if (call.method() == "POST" && call.has("downloads")) {
    key.id = backend.new_id();
    OTS_TRY(auto state, backend.catalog.create_download(key, backend.now()));
    backend.sweep();
    return download_answer(state);
  }
  if (call.method() != "GET" || !call.has("downloadid")) return not_a_download(call);
  key.id = call.value("downloadid");
  BlockStore::Reading reading(backend.blocks);
  OTS_TRY(auto state, backend.catalog.download(key, backend.now()));
  return call.has("data") ? read_rows(backend, call, state) : download_answer(state);
}

Result<Response> answer_result_download(const Backend& backend, const Call& call,
                                        const std::string& instance) {
  Catalog& catalog = backend.catalog;
  if (call.method() == "POST" && call.has("downloads")) {
    OTS_TRY(auto state, catalog.create_result_download(backend.new_id(), instance,
                                                       call.has("instance_tunnel_limit_enabled"),
                                                       backend.now()));
    return download_answer(state);
  }
  if (call.method() != "GET" || !call.has("downloadid")) return not_a_download(call);
  BlockStore::Reading reading(backend.blocks);
  OTS_TRY(auto state, catalog.result_download(call.value("downloadid"), instance, backend.now()));
  return call.has("data") ? read_rows(backend, call, state) : download_answer(state);
}

}  // namespace otsstream::local
