#include "local/maxcompute/arrow_preview.h"

#include <algorithm>
#include <charconv>

#include "local/maxcompute/arrow_stream.h"
#include "local/maxcompute/first_rows.h"
#include "local/maxcompute/tunnel_body.h"

namespace otsstream::local {

namespace {

Result<uint64_t> row_limit(const std::string& text) {
  if (text.empty() || text == "-1") return kMaxPreviewRows;
  uint64_t limit = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error == std::errc() && end == text.data() + text.size()) {
    return std::min(limit, kMaxPreviewRows);
  }
  return fail(ErrorKind::kConfig, "InvalidArgument", "limit '" + text + "' is no number of rows");
}

}  // namespace

Result<Response> answer_preview(const Backend& backend, const Call& call,
                                const std::string& table) {
  FirstRows wanted;
  wanted.table = table;
  wanted.columns = call.value("columns");
  OTS_TRY(wanted.limit, row_limit(call.value("limit")));
  OTS_TRY(wanted.partition, maxcompute::PartitionSpec::parse(call.value("partition")));
  OTS_TRY(auto rows, first_rows(backend, wanted));
  OTS_TRY(auto stream,
          ipc_stream_of_records(rows.record_stream, rows.columns, preview_layout(call)));
  return stream_answer(call.request, std::move(stream), maxcompute::BodyForm::kArrow);
}

}  // namespace otsstream::local
