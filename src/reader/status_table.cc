#include "reader/status_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/kill_point.h"
#include "reader/many_requests.h"

namespace otsstream::reader {
namespace {

using tablestore::Client;
using tablestore::Row;
using tablestore::WriteType;

constexpr int32_t kTimeToLiveSeconds = 2'592'000;    // 8.1: 30 days
constexpr Duration kReadyLimit = seconds(120);       // 10.2
constexpr Duration kReadyPause = milliseconds(100);  // 10.2
constexpr size_t kBatchRows = 200;                   // BatchWriteRow's limit

std::string describe_key(const std::vector<tablestore::KeySchema>& key) {
  std::string text;
  for (const auto& column : key) {
    const char* type = column.type == tablestore::KeyType::kString    ? "STRING"
                       : column.type == tablestore::KeyType::kInteger ? "INTEGER"
                                                                      : "BINARY";
    text += fmt::format("{}{} {}{}", text.empty() ? "" : ", ", column.name, type,
                        column.auto_increment ? " AUTO_INCREMENT" : "");
  }
  return text;
}

// Right after its creation a table may also be unknown to the part of the service that serves rows.
bool is_not_ready(const Error& error) {
  return error.code == "OTSPartitionUnavailable" || error.code == "OTSTableNotReady" ||
         error.code == "OTSObjectNotExist";
}

}  // namespace

StatusTable::StatusTable(Client& client, const Clock& clock, std::string name)
    : client_(client), clock_(clock), name_(std::move(name)) {}

Result<std::optional<tablestore::DescribeTableResponse>> StatusTable::describe() {
  auto table = client_.describe_table(name_);
  if (!table && table.error().code == "OTSObjectNotExist")
    return std::optional<tablestore::DescribeTableResponse>();
  if (!table) return fail(std::move(table).error());
  const auto& wanted = status_table_meta(name_).primary_key;
  if (table->meta.primary_key != wanted) {
    return fail(ErrorKind::kConflict, "Status-Shape",
                fmt::format("unexpected table meta: table {} exists and is no status table: its "
                            "key is ({}), expected ({})",
                            name_, describe_key(table->meta.primary_key), describe_key(wanted)),
                "choose another name in statusTable; it is created when missing");
  }
  return std::optional(std::move(*table));
}

Result<bool> StatusTable::check() {
  OTS_TRY(auto table, describe());
  return table.has_value();
}

Result<bool> StatusTable::check(int32_t stream_expiration_hours, Diagnostics& diagnostics) {
  OTS_TRY(auto table, describe());
  if (!table) return false;
  const int64_t ttl = table->options.time_to_live.value_or(-1);
  if (ttl > 0 && ttl < int64_t{stream_expiration_hours} * 3600) {
    diagnostics.add(
        Severity::kWarning,
        make_error(
            ErrorKind::kConfig, "Status-TimeToLive",
            fmt::format(
                "rows of status table {} live {} s, entries of the Stream {} h: a run may not find "
                "where the one before it ended",
                name_, ttl, stream_expiration_hours),
            "raise the time to live of the status table"));
  }
  return true;
}

Status StatusTable::ensure() {
  OTS_TRY(auto table, describe());
  if (table) return {};
  tablestore::CreateTableRequest request;
  request.meta = status_table_meta(name_);
  request.options.time_to_live = kTimeToLiveSeconds;
  request.options.max_versions = 1;
  // Somebody may create it at the same moment, or the first try's answer may be lost: then its
  // shape decides.
  if (Status created = client_.create_table(request); !created) {
    if (created.error().code != "OTSObjectAlreadyExist") {
      return fail(
          wrap_error(created.error(), fmt::format("status table {} cannot be created", name_)));
    }
    OTS_TRY(auto other, describe());
    (void)other;
  }

  const int64_t give_up_us = clock_.steady_us() + kReadyLimit.count();
  const KeyRange range = checkpoint_range("", 0);
  for (;;) {
    // One try each: the client's own retries take minutes, and would hide the limit. They are for
    // what has nothing to do with the table being new.
    Status probe = client_.probe_range(name_, range.from, range.to);
    if (!probe && !is_not_ready(probe.error())) {
      auto patient =
          client_.get_range(name_, tablestore::Direction::kForward, range.from, range.to, 1);
      probe = patient ? Status() : Status(fail(std::move(patient).error()));
      if (!probe && !is_not_ready(probe.error())) return probe;
    }
    if (probe) return {};
    if (clock_.steady_us() >= give_up_us) {
      Error error = wrap_error(
          std::move(probe).error(),
          fmt::format("status table {} was created but did not answer within 120 s", name_));
      error.kind = ErrorKind::kTimeout;
      error.code = "Status-NotReady";
      error.remedy = "run the job again";
      return fail(std::move(error));
    }
    pause(kReadyPause);
  }
}

void StatusTable::pause(Duration span) {
  Executor& executor = client_.caller().executor();
  (void)await<void>(executor, [&](std::function<void(Status)> done) {
    executor.post_after(span, [done = std::move(done)] { done({}); });
  });
}

Result<std::vector<CheckpointRow>> StatusTable::checkpoints(const std::string& stream_id,
                                                            int64_t time_ms) {
  const KeyRange range = checkpoint_range(stream_id, time_ms);
  OTS_TRY(std::vector<Row> rows, client_.get_range_all(name_, range.from, range.to));
  std::vector<CheckpointRow> out;
  out.reserve(rows.size());
  for (const Row& row : rows) {
    OTS_TRY(CheckpointRow checkpoint, read_checkpoint_row(row));
    out.push_back(std::move(checkpoint));
  }
  return out;
}

Result<std::optional<JobDescription>> StatusTable::job_description(const std::string& stream_id,
                                                                   int64_t time_ms) {
  OTS_TRY(auto row, client_.get_row(name_, job_description_key(stream_id, time_ms)));
  if (!row) return std::optional<JobDescription>();
  OTS_TRY(JobDescription description, read_job_description(*row));
  return std::optional(std::move(description));
}

Result<std::optional<int64_t>> StatusTable::legacy_shard_count(const std::string& stream_id,
                                                               int64_t time_ms) {
  OTS_TRY(auto row, client_.get_row(name_, shard_count_key(stream_id, time_ms)));
  if (!row) return std::optional<int64_t>();
  return integer_cell(*row, "ShardCount");
}

Result<std::map<std::string, std::string>> StatusTable::nearest(const std::string& stream_id,
                                                                std::vector<std::string> shard_ids,
                                                                int64_t after_ms,
                                                                int64_t up_to_ms) {
  std::map<std::string, std::string> found;
  if (shard_ids.empty() || after_ms >= up_to_ms) return found;
  std::sort(shard_ids.begin(), shard_ids.end());
  const std::set<std::string_view> wanted(shard_ids.begin(), shard_ids.end());
  const auto take = [&](const Row& row) -> std::optional<ShardTimeKey> {
    auto key = read_shard_time_key(row);
    if (!key || !wanted.contains(key->shard_id)) return key;
    if (key->time_ms <= after_ms || key->time_ms > up_to_ms) return key;
    auto iterator = text_cell(row, "Checkpoint");
    // Rows come in order of time: the last one of a shard is its newest.
    if (iterator && *iterator && !(*iterator)->empty()) {
      found[key->shard_id] = **iterator;
    } else {
      found.erase(key->shard_id);
    }
    return key;
  };

  const KeyRange range = shard_times_range(stream_id, shard_ids.front(), shard_ids.back());
  OTS_TRY(auto page,
          client_.get_range(name_, tablestore::Direction::kForward, range.from, range.to));
  std::string last_shard;
  for (const Row& row : page.rows) {
    if (auto key = take(row)) last_shard = key->shard_id;
  }
  if (!page.next_start) return found;

  // The page may end in the middle of its last shard.
  const auto first_open = std::lower_bound(shard_ids.begin(), shard_ids.end(), last_shard);
  const std::vector<std::string> open(first_open, shard_ids.end());
  OTS_TRY(auto newest,
          ask_many<std::vector<Row>>(
              client_.caller().executor(), open.size(), [&](size_t i, auto reply) {
                const KeyRange one = nearest_range(stream_id, open[i], after_ms, up_to_ms);
                client_.get_range_async(name_, tablestore::Direction::kBackward, one.from, one.to,
                                        1, [reply](Result<Client::RangePage> rows) {
                                          if (!rows) return reply(fail(std::move(rows).error()));
                                          reply(std::move(rows->rows));
                                        });
              }));
  for (const std::string& shard : open) found.erase(shard);
  for (const std::vector<Row>& rows : newest) {
    for (const Row& row : rows) take(row);
  }
  return found;
}

Status StatusTable::put_shard_times(const std::string& stream_id,
                                    const std::vector<ShardTime>& positions) {
  std::vector<Client::Write> writes;
  writes.reserve(positions.size());
  for (const ShardTime& position : positions) {
    Row row;
    row.primary_key = shard_time_key(stream_id, position.shard_id, position.time_ms);
    row.cells.push_back({"Checkpoint",
                         tablestore::CellOp::kPut,
                         tablestore::CellValue::of_string(position.iterator),
                         {}});
    writes.push_back({WriteType::kPut, std::move(row)});
  }
  return put_in_batches(writes, kBatchRows, [] {});
}

Status StatusTable::put_in_batches(const std::vector<Client::Write>& writes, size_t batch_rows,
                                   const std::function<void()>& between) {
  for (size_t first = 0; first < writes.size(); first += batch_rows) {
    if (first > 0) between();
    const auto from = writes.begin() + static_cast<ptrdiff_t>(first);
    const auto to = from + static_cast<ptrdiff_t>(std::min(batch_rows, writes.size() - first));
    OTS_CHECK(client_.batch_write(name_, {from, to}));
  }
  return {};
}

Status StatusTable::clear(const std::string& stream_id, int64_t time_ms) {
  OTS_TRY(std::vector<Row> rows, read_rows(checkpoint_range(stream_id, time_ms)));
  std::vector<tablestore::PrimaryKey> keys;
  keys.reserve(rows.size());
  for (Row& row : rows) keys.push_back(std::move(row.primary_key));
  return delete_rows(keys);
}

Result<std::vector<Row>> StatusTable::read_rows(const KeyRange& range) {
  return client_.get_range_all(name_, range.from, range.to);
}

Status StatusTable::put_rows(const std::vector<Row>& rows) {
  std::vector<Client::Write> writes;
  writes.reserve(rows.size());
  for (const Row& row : rows) writes.push_back({WriteType::kPut, row});
  return put_in_batches(writes, kBatchRows, [] {});
}

Status StatusTable::delete_rows(const std::vector<tablestore::PrimaryKey>& keys) {
  std::vector<Client::Write> writes;
  writes.reserve(keys.size());
  for (const tablestore::PrimaryKey& key : keys) {
    Row gone;
    gone.primary_key = key;
    gone.delete_marker = true;
    writes.push_back({WriteType::kDelete, std::move(gone)});
  }
  return put_in_batches(writes, kBatchRows, [] {});
}

Status StatusTable::put_checkpoints(const std::string& stream_id, int64_t time_ms,
                                    const std::vector<CheckpointRow>& rows) {
  std::vector<Client::Write> writes;
  writes.reserve(rows.size());
  for (const CheckpointRow& row : rows)
    writes.push_back({WriteType::kPut, to_row(stream_id, time_ms, row)});
  // Never all in one request: what a crash between two of them leaves must be met in tests, not
  // only with hundreds of shards.
  const size_t half = std::clamp<size_t>((rows.size() + 1) / 2, 1, kBatchRows);
  return put_in_batches(writes, half, [] { KILL_POINT("sync.commit.between_checkpoints"); });
}

Status StatusTable::put_job_description(const JobDescription& description) {
  return client_.put_row(name_, to_row(description));
}

}  // namespace otsstream::reader
