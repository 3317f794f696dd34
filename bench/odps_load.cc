// otsstream_bench_odps_load ENDPOINT PROJECT TABLE ROWS: our odps writer, and nothing else of the
// program, as a client of a local MaxCompute: check, begin, one channel, commit. The rows are those
// of pyodps_load.py, prepared before the clock starts. It prints one JSON line of what it did and
// used.
//
// The keys are those that `otsstream local` has unless told otherwise.

#include <fmt/format.h>

#include <charconv>

#include "base/byte_budget.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "config/json_out.h"
#include "net/curl_transport.h"
#include "stopwatch.h"
#include "writer/odps/odps_writer.h"

namespace otsstream::bench {
namespace {

constexpr const char* kLaptopKey = "local";  // id and key
constexpr size_t kRowPool = 20'000;
constexpr size_t kBatchRows = 1'000;  // about what a page of the Stream gives

const std::vector<writer::InputColumn> kColumns = {
    {"pk1", ValueType::kString}, {"pk2", ValueType::kLong},   {"pk3", ValueType::kBytes},
    {"i", ValueType::kLong},     {"dbl", ValueType::kDouble}, {"s", ValueType::kString},
    {"b", ValueType::kBool},     {"bin", ValueType::kBytes}};

std::string_view copy_bytes(RowBatch& batch, size_t count, size_t from) {
  char* bytes = batch.allocate(count);
  for (size_t k = 0; k < count; ++k) bytes[k] = static_cast<char>(from + k);
  return {bytes, count};
}

// Row `i` of the pool; pyodps_load.py makes the same.
void add_row(RowBatch& batch, size_t i) {
  const auto row = batch.add_row();
  const auto number = static_cast<int64_t>(i);
  row[0] = Value::from_string(batch.copy(fmt::format("user_{:06}", i)));
  row[1] = Value::from_long(number);
  row[2] = Value::from_bytes(copy_bytes(batch, 4, i));
  row[3] = Value::from_long(-number * 1'000'003);
  row[4] = Value::from_double(static_cast<double>(i) / 7.0);
  row[5] = Value::from_string(batch.copy(fmt::format("hello, 世界 {}", i)));
  row[6] = Value::from_bool(i % 3 != 0);
  row[7] = Value::from_bytes(copy_bytes(batch, 16, i));
}

std::vector<RowBatch> make_pool() {
  std::vector<RowBatch> pool;
  for (size_t i = 0; i < kRowPool; ++i) {
    if (i % kBatchRows == 0) pool.emplace_back(kColumns.size());
    add_row(pool.back(), i);
  }
  return pool;
}

struct Session {
  Session(std::string endpoint, std::string project, std::string table) {
    writer::OdpsWriterContext context;
    context.base.executor = &executor;
    context.base.budget = budget.get();
    context.base.dirty = &dirty;
    context.base.cancel = &cancel;
    context.connection.endpoint = std::move(endpoint);
    context.connection.project = std::move(project);
    context.connection.access_id = kLaptopKey;
    context.connection.access_key = Secret(kLaptopKey);
    context.transport = &transport;
    context.random = &random;
    writer::OdpsSettings settings;
    settings.table = std::move(table);
    settings.truncate = true;
    settings.columns = {"*"};
    writer = writer::make_odps_writer(std::move(settings), std::move(context));
  }
  SystemClock clock;
  ThreadedExecutor executor{clock, 2};
  CurlTransport transport{executor};
  Random random{Random::system_seed()};
  std::shared_ptr<ByteBudget> budget = ByteBudget::create(executor, 64u << 20);
  DirtySink dirty{{.record_limit = 0, .percentage_limit = {}}};
  CancelToken cancel;
  std::unique_ptr<writer::Writer> writer;
};

Status wait_until_it_accepts(Executor& executor, writer::Channel& channel) {
  std::atomic<bool> ready{false};
  if (channel.accepts_more([&] {
        ready = true;
        executor.notify();
      }))
    return {};
  return executor.run_until([&] { return ready.load(); });
}

Status write(Session& session, const std::vector<RowBatch>& pool, size_t rows) {
  writer::Writer& writer = *session.writer;
  std::vector<std::string> warnings;
  OTS_CHECK(writer.check(kColumns, warnings));
  OTS_CHECK(writer.begin());
  OTS_TRY(auto channel, writer.open_channel(0, writer.staging_places()));
  for (size_t batch = 0; batch * kBatchRows < rows; ++batch) {
    OTS_CHECK(wait_until_it_accepts(session.executor, *channel));
    OTS_CHECK(channel->write(pool[batch % pool.size()]));
  }
  OTS_TRY(writer::ChannelResult result,
          await<writer::ChannelResult>(
              session.executor, [&](std::function<void(Result<writer::ChannelResult>)> done) {
                channel->finish(std::move(done));
              }));
  OTS_TRY(auto parts, writer.prepare({&result}));
  return writer.commit(parts, [] { return Status(); });
}

int run(const std::vector<std::string>& args) {
  size_t rows = 0;
  if (args.size() == 4) std::from_chars(args[3].data(), args[3].data() + args[3].size(), rows);
  if (rows == 0 || rows % kBatchRows != 0) {
    fmt::print(stderr,
               "usage: otsstream_bench_odps_load ENDPOINT PROJECT TABLE ROWS (thousands)\n");
    return 2;
  }
  Session session(args[0], args[1], args[2]);
  const std::vector<RowBatch> pool = make_pool();
  const Stopwatch watch;
  if (Status written = write(session, pool, rows); !written) {
    fmt::print(stderr, "{}\n", written.error().to_string());
    return 1;
  }
  JsonOut out(JsonStyle::kCompact);
  out.begin_object();
  out.member("wall", watch.wall()).member("cpu", watch.cpu());
  out.member("rows", static_cast<uint64_t>(rows));
  out.end_object();
  fmt::print("{}\n", std::move(out).take());
  return 0;
}

}  // namespace
}  // namespace otsstream::bench

int main(int argc, char** argv) {
  return otsstream::bench::run(std::vector<std::string>(argv + 1, argv + argc));
}
