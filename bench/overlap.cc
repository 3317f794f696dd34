// otsstream_bench_overlap: reading and writing in turn against what the engine does, on real
// threads and the machine's own clock. The network takes 20 ms there and back, the writer 20 ms a
// page. Prints one JSON line: {"pages", "serial_seconds", "engine_seconds", "ratio"}.

#include <fmt/format.h>

#include <cstdio>

#include "net/loop_transport.h"
#include "support/transfer_world.h"

namespace otsstream::bench {
namespace {

constexpr int kPages = 50;
constexpr Duration kNetwork = milliseconds(20);
constexpr Duration kWriter = milliseconds(20);

double seconds_since(const Clock& clock, int64_t us) {
  return static_cast<double>(clock.steady_us() - us) / 1e6;
}

void wait(Executor& executor, Duration span) {
  (void)await<void>(executor, [&](std::function<void(Status)> done) {
    executor.post_after(span, [done = std::move(done)] { done({}); });
  });
}

// One page, its rows, the writer; then the next page.
int read_serially(test::TransferWorld& source, tablestore::Client& client, Executor& executor) {
  const reader::ShardPlan& shard = source.plan.units.at(0).shards.at(0);
  reader::ShardCursor cursor(shard, source.plan.read.settings.window);
  const auto shaper = reader::make_shaper({}, {source.plan.read.primary_key, {}, {}});
  RowBatch batch(shaper->columns().size());
  int pages = 0;
  while (!cursor.finished()) {
    const auto request = cursor.next_request();
    if (!request) break;
    auto page = await<tablestore::StreamPage>(executor, [&](tablestore::Client::PageCallback done) {
      client.get_stream_record_async(request->iterator, request->limit, std::move(done));
    });
    if (!page || !cursor.receive(std::move(*page))) return -1;
    batch.clear();
    if (!cursor.shape(*shaper, batch, 1u << 20)) return -1;
    if (batch.empty()) continue;
    ++pages;
    wait(executor, kWriter);
  }
  return pages;
}

int run() {
  test::TransferWorld source(Duration(0), Duration(0));
  source.world.set_data_time("2017-10-19 16:20:00.000");
  source.write("k", 0, kPages * 1000);

  const SystemClock clock;
  // The served data lies in 2017, and so does the server's wall clock: signatures need the same.
  const SkewedClock then(clock, Duration(source.world.clock.wall_us() - clock.wall_us()));
  ThreadedExecutor workers(then, 2);
  LoopTransport transport(workers, kNetwork);
  transport.route("http://tablestore.local", [&](const Request& request) {
    return source.world.tablestore_server->handle(request);
  });
  tablestore::Client client(tablestore::Caller::create(
      {"http://tablestore.local", "inst", "testid", Secret("testkey"), {}}, transport, workers,
      source.world.random, {}));
  test::SlowWriter writer(workers, kWriter, 1000);

  int64_t begin_us = clock.steady_us();
  source.transfer_with(client, writer, workers, 1);
  const double plan_and_engine = seconds_since(clock, begin_us);
  const double engine = static_cast<double>(source.took_us) / 1e6;
  begin_us = clock.steady_us();
  const int pages = read_serially(source, client, workers);
  const double serial = seconds_since(clock, begin_us);
  if (pages < 0 || source.records() != kPages * 1000 || plan_and_engine < engine) return 1;
  fmt::print(
      "{{\"pages\": {}, \"serial_seconds\": {:.3f}, \"engine_seconds\": {:.3f}, \"ratio\": "
      "{:.2f}}}\n",
      pages, serial, engine, serial / engine);
  return 0;
}

}  // namespace
}  // namespace otsstream::bench

int main() { return otsstream::bench::run(); }
