// otsstream_bench_cloud CONNECTIONS_FILE MEGABYTES: both local servers in a process of their own,
// with a change log to read.
//
// Prints one JSON line when everything is filled:
//   {"start": "yyyymmddhh24miss", "end": ..., "tables": {"person": {"records", "log_bytes"}, ...}}
// and then, for every line on its standard input, what it has used and sent since the start:
//   {"cpu_seconds", "stream_bytes", "requests", "peak_rss_kb"}
// It ends when its standard input ends.

#include <fmt/format.h>
#include <sys/resource.h>

#include <charconv>
#include <iostream>

#include "base/clock.h"
#include "base/executor.h"
#include "base/file.h"
#include "base/random.h"
#include "base/time_zone.h"
#include "config/json_out.h"
#include "local/local_cloud.h"
#include "maxcompute/client/rest_client.h"
#include "net/curl_transport.h"
#include "stream_data.h"
#include "tablestore/wire/limits.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::bench {
namespace {

using tablestore::ActionType;
using tablestore::CellValue;
using tablestore::WriteType;

constexpr const char* kAccessId = "bench";
// Windows end at least five minutes before now (W11).
constexpr Duration kLag = std::chrono::minutes(40);
constexpr int kShards = 4;
constexpr int64_t kSecondUs = 1'000'000;

WriteType write_type(ActionType action) {
  switch (action) {
    case ActionType::kPut:
      return WriteType::kPut;
    case ActionType::kUpdate:
      return WriteType::kUpdate;
    case ActionType::kDelete:
      return WriteType::kDelete;
  }
  return WriteType::kPut;
}

struct Filled {
  size_t records = 0;
  size_t bytes = 0;  // of the written rows' PlainBuffers; the log adds some dozens per record
};

// Past the servers' front door: their sockets and signatures are not what is measured.
Result<Filled> fill(local::TableStore& store, Shape shape, size_t bytes) {
  const std::string name(to_string(shape));
  local::TableDefinition definition;
  definition.meta.name = name;
  definition.meta.primary_key = {{"id", tablestore::KeyType::kString, false}};
  definition.options.time_to_live = -1;
  definition.options.max_versions = 1;
  definition.stream = tablestore::StreamSpec{true, 24, {}};
  for (int i = 1; i < kShards; ++i)
    definition.split_keys.push_back(CellValue::of_string(key_text(kKeys / kShards * i)));
  OTS_CHECK(store.create(std::move(definition)));
  OTS_TRY(auto table, store.find(name));

  ChangeSource source(shape, 0);
  Filled filled;
  bool is_split = false;
  std::vector<std::string> rows(tablestore::kMaxBatchWriteRows);
  while (filled.bytes < bytes) {
    std::vector<local::RowWrite> writes(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      const Change change = source.next();
      rows[i] = change.action == ActionType::kDelete ? encode_delete_key(change.row.primary_key)
                                                     : encode_row(change.row);
      writes[i].type = write_type(change.action);
      OTS_CHECK(read_single_row(rows[i], writes[i].row));
      filled.bytes += rows[i].size();
    }
    for (const auto& written : table->write(writes)) {
      if (!written) return fail(written.error());
    }
    filled.records += rows.size();
    if (!is_split && filled.bytes > bytes / 2) {
      OTS_TRY(auto split, table->split(CellValue::of_string(key_text(kKeys / kShards / 2))));
      is_split = true;
    }
  }
  return filled;
}

// Moves data time to the next full second, which no record has yet, and says it.
Result<int64_t> next_second_ms(local::DataClock& clock) {
  const int64_t us = (clock.now_us() / kSecondUs + 1) * kSecondUs;
  OTS_CHECK(clock.set(us));
  return us / 1000;
}

Status create_destinations(local::LocalCloud& cloud, const Secret& key, const Clock& clock,
                           Random& random) {
  ThreadedExecutor executor(clock, 1);
  CurlTransport transport(executor);
  maxcompute::Connection connection;
  connection.endpoint = cloud.maxcompute_endpoint();
  connection.project = cloud.options().projects.front();
  connection.access_id = kAccessId;
  connection.access_key = key;
  maxcompute::RestClient client(std::make_shared<maxcompute::HttpCaller>(
      connection, maxcompute::ClientOptions{}, transport, executor, random));
  for (Shape shape : {Shape::kPerson, Shape::kLetter}) {
    const std::string ddl = fmt::format(
        "CREATE TABLE {} (id STRING, colname STRING, version BIGINT, colvalue STRING, optype "
        "STRING) PARTITIONED BY (pt STRING);",
        to_string(shape));
    if (auto created = client.run_sql(ddl, "create"); !created) return fail(created.error());
  }
  return {};
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

void print_usage(local::LocalCloud& cloud) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto counters = cloud.tablestore().counters();
  const auto stream = counters.find("GetStreamRecord");
  JsonOut out(JsonStyle::kCompact);
  out.begin_object();
  out.member("cpu_seconds", seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
  out.member("stream_bytes", stream == counters.end() ? uint64_t{0} : stream->second.bytes_out);
  out.member("requests", stream == counters.end() ? uint64_t{0} : stream->second.requests);
  out.member("peak_rss_kb", static_cast<int64_t>(usage.ru_maxrss));
  out.end_object();
  fmt::print("{}\n", std::move(out).take());
  std::fflush(stdout);
}

Status serve(const std::string& connections_file, size_t bytes) {
  SystemClock clock;
  Random random(Random::system_seed());
  const Secret key(random.hex(32));
  local::LocalCloudOptions options;
  options.keys.everywhere[kAccessId] = {key, {}};
  options.data_lag = kLag;
  OTS_TRY(auto cloud, local::LocalCloud::start(std::move(options), clock, random));
  OTS_CHECK(create_destinations(*cloud, key, clock, random));
  OTS_CHECK(write_file_atomic(connections_file, cloud->connections_json(), 0600));

  local::DataClock& data_clock = cloud->tablestore().data_clock();
  OTS_TRY(int64_t start_ms, next_second_ms(data_clock));
  std::vector<std::pair<Shape, Filled>> tables;
  for (Shape shape : {Shape::kPerson, Shape::kLetter}) {
    OTS_TRY(
        Filled filled,
        fill(*cloud->tablestore().find_instance(cloud->options().instances.front()), shape, bytes));
    tables.emplace_back(shape, filled);
  }
  OTS_TRY(int64_t end_ms, next_second_ms(data_clock));

  const Zone zone = Zone::china();
  JsonOut out(JsonStyle::kCompact);
  out.begin_object();
  out.member("start", format_time14(start_ms, zone)).member("end", format_time14(end_ms, zone));
  out.key("tables").begin_object();
  for (const auto& [shape, filled] : tables) {
    out.key(to_string(shape)).begin_object();
    out.member("records", static_cast<uint64_t>(filled.records))
        .member("bytes", static_cast<uint64_t>(filled.bytes));
    out.end_object();
  }
  out.end_object();
  out.end_object();
  fmt::print("{}\n", std::move(out).take());
  std::fflush(stdout);

  for (std::string line; std::getline(std::cin, line);) print_usage(*cloud);
  return {};
}

}  // namespace
}  // namespace otsstream::bench

int main(int argc, char** argv) {
  size_t megabytes = 0;
  if (argc == 3) {
    const std::string_view text(argv[2]);
    std::from_chars(text.data(), text.data() + text.size(), megabytes);
  }
  if (megabytes == 0) {
    fmt::print(stderr, "usage: otsstream_bench_cloud CONNECTIONS_FILE MEGABYTES\n");
    return 2;
  }
  if (auto served = otsstream::bench::serve(argv[1], megabytes << 20); !served) {
    fmt::print(stderr, "{}\n", served.error().to_string());
    return 1;
  }
  return 0;
}
