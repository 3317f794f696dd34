#include "maxcompute/client/download_session.h"

#include <algorithm>

#include "base/compress.h"
#include "maxcompute/client/tunnel_call.h"
#include "maxcompute/wire/record_stream_reader.h"

namespace otsstream::maxcompute {
namespace {

constexpr Duration kFirstPoll = milliseconds(100);
constexpr Duration kSlowestPoll = seconds(5);
constexpr int kMaxPolls = 100;
constexpr size_t kMaxInflated = size_t{1} << 30;

}  // namespace

std::string DownloadSession::subject() const {
  return "download of " + describe_target(table_, partition_);
}

HttpCaller::Call DownloadSession::session_call(std::string method, std::string query) const {
  return tunnel_call(*caller_, tunnel_endpoint_, table_, partition_, std::move(method),
                     std::move(query), subject());
}

Result<std::unique_ptr<DownloadSession>> DownloadSession::create(std::shared_ptr<HttpCaller> caller,
                                                                 std::string tunnel_endpoint,
                                                                 std::string table,
                                                                 PartitionSpec partition) {
  std::unique_ptr<DownloadSession> session(new DownloadSession());
  session->caller_ = std::move(caller);
  session->tunnel_endpoint_ = std::move(tunnel_endpoint);
  session->table_ = std::move(table);
  session->partition_ = std::move(partition);

  HttpCaller::Call call = session->session_call("POST", "downloads");
  Duration pause = kFirstPoll;
  for (int poll = 0; poll < kMaxPolls; ++poll) {
    OTS_TRY(Response answer, session->caller_->call(call));
    auto info = read_download_session_json(answer.body.flat().view());
    if (!info) return fail(wrap_error(info.error(), session->subject() + ": unreadable answer"));
    session->info_ = std::move(*info);
    if (session->info_.status == "normal") return session;
    if (session->info_.status != "initiating")
      return fail(ErrorKind::kService, "MaxCompute-SessionState",
                  session->subject() + ": the session's state is '" + session->info_.status + "'");
    OTS_CHECK(session->caller_->pause(pause));
    pause = std::min(pause * 2, kSlowestPoll);
    call = session->session_call("GET", "downloadid=" + percent_encode(session->info_.id));
  }
  return fail(ErrorKind::kTimeout, "MaxCompute-Initiating",
              session->subject() + ": the service does not finish preparing the session");
}

Result<RowBatch> DownloadSession::read(uint64_t start, uint64_t count) {
  count = start >= info_.records ? 0 : std::min(count, info_.records - start);
  if (count == 0)
    return RowBatch(info_.schema.columns.size());  // the clients do not ask for zero rows

  RetryState retry(caller_->options().retry, caller_->random());
  while (true) {
    OTS_TRY(Response answer,
            caller_->call(session_call("GET", "data&downloadid=" + percent_encode(info_.id) +
                                                  "&rowrange=" +
                                                  percent_encode("(" + std::to_string(start) + "," +
                                                                 std::to_string(count) + ")"))));
    Result<RowBatch> batch = decode(answer, count);
    if (batch) return batch;
    // Damage on the way shows in the checksums; the same range may be asked for again.
    Error error = wrap_error(batch.error(), subject() + ": damaged answer");
    if (error.kind == ErrorKind::kCorrupt) error.retry = RetryClass::kAlways;
    std::optional<Duration> pause = retry.next_pause(error, true);
    if (!pause) return fail(std::move(error));
    OTS_CHECK(caller_->pause(*pause));
  }
}

Result<RowBatch> DownloadSession::decode(const Response& answer, uint64_t count) const {
  SharedBuffer stream = answer.body.flat();
  std::string_view encoding = answer.headers.get("Content-Encoding");
  if (encoding == "deflate") {
    OTS_TRY(std::string inflated, zlib_inflate(stream.view(), kMaxInflated));
    stream = SharedBuffer(std::move(inflated));
  } else if (!encoding.empty() && encoding != "identity") {
    return fail(
        ErrorKind::kUnsupported, "MaxCompute-Encoding",
        "the answer is compressed with '" + std::string(encoding) + "', which was not asked for");
  }
  const std::vector<Column>& columns = info_.schema.columns;
  RowBatch batch(columns.size());
  batch.keep(stream);
  RecordStreamReader reader(stream.view(), columns);
  std::vector<Value> row(columns.size());
  while (true) {
    OTS_TRY(bool more, reader.next(row));
    if (!more) break;
    std::ranges::copy(row, batch.add_row().begin());
  }
  if (reader.records() != count)
    return fail(
        ErrorKind::kCorrupt, "MaxCompute-RowCount",
        "asked for " + std::to_string(count) + " rows, got " + std::to_string(reader.records()));
  return batch;
}

}  // namespace otsstream::maxcompute
