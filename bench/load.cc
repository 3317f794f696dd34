// otsstream_bench_load OPERATION ENDPOINT INSTANCE ...: a client of a local Tablestore in a process
// of its own, over our own client library. It prints one JSON line of what it did and used.
//
//   write ENDPOINT INSTANCE TABLE SHAPE ROWS   creates the table with its Stream, then puts ROWS
//   rows,
//       200 per BatchWriteRow: encodes, signs, sends, verifies the answer's MD5 and signature and
//       looks at the result of every row
//   read ENDPOINT INSTANCE TABLE verified      reads the whole Stream: MD5 and signature of every
//   answer,
//       then every record decoded with all its checksums
//   read ENDPOINT INSTANCE TABLE received      the same pages, of which only the next iterator is
//   looked at
//
// The keys are those that `otsstream local` has unless told otherwise.

#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <functional>

#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "config/json_out.h"
#include "net/curl_transport.h"
#include "stopwatch.h"
#include "stream_data.h"
#include "tablestore/client/client.h"
#include "tablestore/wire/limits.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_writer.h"
#include "tablestore/wire/signature.h"

namespace otsstream::bench {
namespace {

using namespace tablestore;  // NOLINT: a client of it

constexpr const char* kLaptopKey = "local";  // id and key
constexpr int kPartitions = 4;
// Requests under way at once: enough that neither side waits for the other.
constexpr int kWriters = 4;
constexpr size_t kRowPool = 20'000;

struct Session {
  Session(std::string endpoint, std::string instance) {
    connection.endpoint = std::move(endpoint);
    connection.instance = std::move(instance);
    connection.access_id = kLaptopKey;
    connection.access_key = Secret(kLaptopKey);
    caller = Caller::create(connection, transport, executor, random, {});
  }
  SystemClock clock;
  ThreadedExecutor executor{clock, 2};
  CurlTransport transport{executor};
  Random random{Random::system_seed()};
  Connection connection;
  std::shared_ptr<Caller> caller;
};

// Until every worker has said that it is done; the first error ends them all.
class Gang {
 public:
  explicit Gang(Executor& executor) : executor_(executor) {}
  bool failed() const { return failed_; }
  void started() { ++running_; }
  void finished(Status status = {}) {
    if (!status && !failed_.exchange(true)) error_ = std::move(status).error();
    --running_;
    executor_.notify();
  }
  Status wait() {
    OTS_CHECK(executor_.run_until([&] { return running_ == 0; }));
    if (error_) return fail(*error_);
    return {};
  }

 private:
  Executor& executor_;
  std::atomic<int> running_{0};
  std::atomic<bool> failed_{false};
  std::optional<Error> error_;  // read once all have finished
};

Status create_table(Session& session, const std::string& name) {
  CreateTableRequest request;
  request.meta.name = name;
  request.meta.primary_key = {{"id", KeyType::kString, false}};
  request.options.time_to_live = -1;
  request.options.max_versions = 1;
  request.stream = StreamSpec{true, 24, {}};
  CellValue begin = CellValue::inf_min();
  for (int i = 1; i <= kPartitions; ++i) {
    CellValue end = i == kPartitions ? CellValue::inf_max()
                                     : CellValue::of_string(key_text(kKeys / kPartitions * i));
    request.partitions.emplace_back(begin, end);
    begin = std::move(end);
  }
  return Client(session.caller).create_table(request);
}

// Rows to put, made before the clock starts.
std::vector<Row> make_rows(Shape shape) {
  ChangeSource source(shape, 0);
  std::vector<Row> rows;
  while (rows.size() < kRowPool) {
    Change change = source.next();
    if (change.action == ActionType::kPut) rows.push_back(std::move(change.row));
  }
  return rows;
}

struct WriteRun {
  Session& session;
  const std::string table;
  const std::vector<Row> rows;
  const size_t batches;
  Gang gang;
  std::atomic<size_t> next{0};
  std::atomic<size_t> written{0};
  std::atomic<size_t> row_bytes{0};
};

Status check_results(const SharedBuffer& body, size_t wanted) {
  BatchWriteRowResponse answer;
  OTS_CHECK(decode(body, answer));
  if (answer.tables.size() != 1 || answer.tables[0].rows.size() != wanted)
    return fail(ErrorKind::kCorrupt, "Bench-Answer", "not one result for each row");
  for (const RowResult& row : answer.tables[0].rows) {
    if (row.error) return fail(ErrorKind::kService, row.error->code, row.error->message);
  }
  return {};
}

// The next batch, and with its answer the one after it.
void write_on(WriteRun& run) {
  const size_t batch = run.next++;
  if (batch >= run.batches || run.gang.failed()) return run.gang.finished();
  BatchWriteRowRequest request;
  auto& target = request.tables.emplace_back();
  target.table = run.table;
  target.changes.resize(kMaxBatchWriteRows);
  size_t bytes = 0;
  for (size_t i = 0; i < kMaxBatchWriteRows; ++i) {
    const Row& row = run.rows[(batch * kMaxBatchWriteRows + i) % run.rows.size()];
    target.changes[i].row = SharedBuffer(encode_row(row));
    bytes += target.changes[i].row.size();
  }
  run.row_bytes += bytes;
  run.session.caller->call("BatchWriteRow", SharedBuffer(encode(request)), run.table,
                           [&run](Result<SharedBuffer> body) {
                             if (!body) return run.gang.finished(fail(std::move(body).error()));
                             if (Status good = check_results(*body, kMaxBatchWriteRows); !good)
                               return run.gang.finished(std::move(good));
                             run.written += kMaxBatchWriteRows;
                             write_on(run);
                           });
}

Status write(Session& session, const std::string& table, Shape shape, size_t rows) {
  OTS_CHECK(create_table(session, table));
  WriteRun run{session, table, make_rows(shape),
               (rows + kMaxBatchWriteRows - 1) / kMaxBatchWriteRows, Gang(session.executor)};
  Stopwatch watch;
  for (int i = 0; i < kWriters; ++i) {
    run.gang.started();
    session.executor.post([&run] { write_on(run); });
  }
  OTS_CHECK(run.gang.wait());
  JsonOut out(JsonStyle::kCompact);
  out.begin_object();
  out.member("wall", watch.wall()).member("cpu", watch.cpu());
  out.member("rows", static_cast<uint64_t>(run.written));
  out.member("row_bytes", static_cast<uint64_t>(run.row_bytes));
  out.end_object();
  fmt::print("{}\n", std::move(out).take());
  return {};
}

struct ReadRun {
  Session& session;
  const bool verifies;
  Gang gang;
  std::atomic<uint64_t> bytes{0};
  std::atomic<uint64_t> records{0};
  std::atomic<uint64_t> pages{0};
};

Status decode_all(const StreamPage& page) {
  thread_local StreamRecordView record;
  for (size_t i = 0; i < page.record_count(); ++i) OTS_CHECK(page.decode(i, record));
  return {};
}

void read_on(ReadRun& run, std::string iterator);

// A page that has come, of either kind. An empty one is the end of an open shard.
void take_page(ReadRun& run, Result<StreamPage> page) {
  if (!page) return run.gang.finished(fail(std::move(page).error()));
  run.bytes += page->body().size();
  run.records += page->record_count();
  ++run.pages;
  const bool goes_on = page->next_iterator() && page->record_count() > 0 && !run.gang.failed();
  // The next page is on its way while this one is decoded.
  if (goes_on) {
    run.gang.started();
    read_on(run, *page->next_iterator());
  }
  run.gang.finished(run.verifies ? decode_all(*page) : Status());
}

Request signed_request(const Session& session, std::string_view path, std::string body) {
  HeaderList headers = {{"x-ots-accesskeyid", kLaptopKey},
                        {"x-ots-apiversion", "2015-12-31"},
                        {"x-ots-contentmd5", content_md5(body)},
                        {"x-ots-date", format_date(session.clock.wall_ms())},
                        {"x-ots-instancename", session.connection.instance}};
  Request request;
  request.method = "POST";
  request.origin = session.connection.endpoint;
  request.target = path;
  request.headers.add("x-ots-signature", sign_request_v2(kLaptopKey, path, headers));
  for (auto& [name, value] : headers) request.headers.add(name, std::move(value));
  request.body = Body(std::move(body));
  return request;
}

void read_on(ReadRun& run, std::string iterator) {
  if (run.verifies) {
    return Client(run.session.caller)
        .get_stream_record_async(std::move(iterator), {}, [&run](Result<StreamPage> page) {
          take_page(run, std::move(page));
        });
  }
  run.session.transport.send(
      signed_request(run.session, "/GetStreamRecord",
                     encode(GetStreamRecordRequest{std::move(iterator), {}, {}})),
      [&run](Result<Response> answer) {
        if (!answer) return run.gang.finished(fail(std::move(answer).error()));
        if (answer->status != 200)
          return run.gang.finished(
              fail(ErrorKind::kService, "Bench-Status", std::to_string(answer->status)));
        take_page(run, StreamPage::skim(answer->body.flat()));
      });
}

Status read(Session& session, const std::string& table, bool verifies) {
  Client client(session.caller);
  OTS_TRY(ListStreamResponse streams, client.list_stream(table));
  if (streams.streams.empty()) return fail(ErrorKind::kConfig, "Bench-Stream", "no Stream");
  const std::string stream_id = streams.streams.front().stream_id;
  OTS_TRY(DescribeStreamResponse stream, client.describe_stream(stream_id));
  std::vector<std::string> iterators;
  for (const StreamShard& shard : stream.shards) {
    OTS_TRY(std::string iterator, client.get_shard_iterator(stream_id, shard.shard_id));
    iterators.push_back(std::move(iterator));
  }
  ReadRun run{session, verifies, Gang(session.executor)};
  Stopwatch watch;
  for (const std::string& iterator : iterators) {
    run.gang.started();
    read_on(run, iterator);
  }
  OTS_CHECK(run.gang.wait());
  JsonOut out(JsonStyle::kCompact);
  out.begin_object();
  out.member("wall", watch.wall()).member("cpu", watch.cpu());
  out.member("bytes", static_cast<uint64_t>(run.bytes));
  out.member("records", static_cast<uint64_t>(run.records));
  out.member("pages", static_cast<uint64_t>(run.pages));
  out.end_object();
  fmt::print("{}\n", std::move(out).take());
  return {};
}

std::optional<Shape> shape_of(std::string_view text) {
  for (Shape shape : {Shape::kPerson, Shape::kWide, Shape::kLetter}) {
    if (to_string(shape) == text) return shape;
  }
  return std::nullopt;
}

int usage() {
  fmt::print(stderr,
             "usage: otsstream_bench_load write ENDPOINT INSTANCE TABLE SHAPE ROWS\n"
             "       otsstream_bench_load read ENDPOINT INSTANCE TABLE verified|received\n");
  return 2;
}

int run(const std::vector<std::string>& args) {
  if (args.size() < 5) return usage();
  Session session(args[1], args[2]);
  Status done;
  if (args[0] == "write" && args.size() == 6) {
    size_t rows = 0;
    std::from_chars(args[5].data(), args[5].data() + args[5].size(), rows);
    auto shape = shape_of(args[4]);
    if (rows == 0 || !shape) return usage();
    done = write(session, args[3], *shape, rows);
  } else if (args[0] == "read" && args.size() == 5 &&
             (args[4] == "verified" || args[4] == "received")) {
    done = read(session, args[3], args[4] == "verified");
  } else {
    return usage();
  }
  if (done) return 0;
  fmt::print(stderr, "{}\n", done.error().to_string());
  return 1;
}

}  // namespace
}  // namespace otsstream::bench

int main(int argc, char** argv) {
  return otsstream::bench::run(std::vector<std::string>(argv + 1, argv + argc));
}
