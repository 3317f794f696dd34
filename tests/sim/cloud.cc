#include "sim/cloud.h"

#include <fmt/format.h>

#include "maxcompute/client/upload_session.h"
#include "maxcompute/wire/record_stream_writer.h"

namespace otsstream::sim {

namespace {

using tablestore::CellOp;
using tablestore::CellValue;

constexpr const char* kKey = "testkey";
constexpr int64_t kHourUs = 3600LL * 1'000'000;

constexpr const char* kConnections = R"({
  "source": {"type": "ots", "endpoint": "http://tablestore.local", "instanceName": "inst", "accessId": "testid", "accessKey": "testkey"},
  "target": {"type": "odps", "endpoint": "http://maxcompute.local/api", "project": "demo", "accessId": "testid", "accessKey": "testkey"}
})";

// The simulation itself must not fail; if it does, nothing it says is worth anything.
void must(const Status& status) {
  if (!status) {
    std::fprintf(stderr, "simulation: %s\n", status.error().to_string().c_str());
    std::abort();
  }
}
template <class T>
T must_have(Result<T> result) {
  if (!result) must(fail(result.error()));
  return std::move(*result);
}

CellValue value_of(const CellChange& cell) {
  switch (cell.type) {
    case CellChange::Type::kInteger:
      return CellValue::of_integer(std::stoll(cell.value));
    case CellChange::Type::kDouble:
      return CellValue::of_double(std::stod(cell.value));
    case CellChange::Type::kBoolean:
      return CellValue::of_boolean(cell.value == "true");
    case CellChange::Type::kString:
      break;
  }
  return CellValue::of_string(cell.value);
}

tablestore::Row row_of(const RowChange& change) {
  tablestore::Row row;
  row.primary_key = {{"id", CellValue::of_string(change.key)}};
  for (const CellChange& cell : change.cells) {
    switch (cell.kind) {
      case CellChange::Kind::kSet:
        row.cells.push_back({cell.column, CellOp::kPut, value_of(cell), cell.version_ms});
        break;
      case CellChange::Kind::kDeleteOneVersion:
        row.cells.push_back({cell.column, CellOp::kDeleteOneVersion, {}, cell.version_ms});
        break;
      case CellChange::Kind::kDeleteAllVersions:
        row.cells.push_back({cell.column, CellOp::kDeleteAllVersions, {}, {}});
        break;
    }
  }
  return row;
}

tablestore::WriteType type_of(RowChange::Kind kind) {
  switch (kind) {
    case RowChange::Kind::kPut:
      return tablestore::WriteType::kPut;
    case RowChange::Kind::kUpdate:
      return tablestore::WriteType::kUpdate;
    case RowChange::Kind::kDelete:
      break;
  }
  return tablestore::WriteType::kDelete;
}

}  // namespace

Cloud::Cloud(const Story& story, ManualClock& clock, VirtualExecutor& executor, Trace& trace)
    : story_(story),
      clock_(clock),
      executor_(executor),
      trace_(trace),
      random_(story.seed * 3 + 2),
      loop_(executor, Duration(story.latency_us)),
      author_loop_(executor) {
  local::TablestoreServerOptions options;
  options.instances["inst"]["testid"] = {Secret(kKey), {}};
  tablestore_ = local::TablestoreServer::create(std::move(options), clock, random_);
  local::StreamSettings streams;
  streams.page_records = story.records_per_page;
  streams.describe_page = story.shards_per_page;
  streams.seek_token_steps = story.seek_tokens;
  if (story.iterator_life_ms > 0) streams.iterator_life_ms = story.iterator_life_ms;
  tablestore_->streams().set(streams);
  local::MaxComputeOptions maxcompute;
  maxcompute.projects = {"demo"};
  maxcompute.access_keys.emplace("testid", Secret(kKey));
  maxcompute.clock = &clock;
  maxcompute.random = &random_;
  maxcompute.public_origin = kMaxComputeOrigin;
  maxcompute_faults_ = std::make_unique<local::FaultRules>(clock);
  maxcompute.faults = maxcompute_faults_.get();
  maxcompute_ = must_have(local::MaxComputeServer::create(std::move(maxcompute)));

  auto maxcompute_answers = [this](const Request& request) { return maxcompute_->handle(request); };
  loop_.route(kTablestoreOrigin, [this](const Request& request) { return answer_run(request); });
  loop_.route(kMaxComputeOrigin, maxcompute_answers);
  author_loop_.route(kTablestoreOrigin,
                     [this](const Request& request) { return answer_author(request); });
  author_loop_.route(kMaxComputeOrigin, maxcompute_answers);
  author_ = std::make_unique<tablestore::Client>(
      tablestore::Caller::create({kTablestoreOrigin, "inst", "testid", Secret(kKey), {}},
                                 author_loop_, executor, random_, {}));
  connections_ = must_have(job::Connections::parse(kConnections, "simulation"));
  create_tables();
}

void Cloud::create_tables() {
  tablestore::CreateTableRequest request;
  request.meta.name = kDataTable;
  request.meta.primary_key = {{"id", tablestore::KeyType::kString, false}};
  request.options.time_to_live = -1;
  request.options.max_versions = 100;
  request.options.max_version_deviation = 10LL * 365 * 86400;
  request.stream = tablestore::StreamSpec{true, kExpirationHours, {}};
  must(author_->create_table(request));
  open_stream();
  for (const std::string& key : story_.first_splits) {
    Act split;
    split.kind = Act::Kind::kSplit;
    split.key = key;
    perform(split, false);
  }

  owner_caller_ = std::make_shared<maxcompute::HttpCaller>(
      maxcompute::Connection{
          std::string(kMaxComputeOrigin) + "/api", "", "demo", "testid", Secret(kKey), {}},
      maxcompute::ClientOptions{}, author_loop_, executor_, random_);
  owner_ = std::make_unique<maxcompute::RestClient>(owner_caller_);
  if (!story_.by_column) create_destination(kDestination);
}

void Cloud::create_destination(const std::string& table) {
  std::string levels = "optype STRING";
  if (!story_.by_column) {
    levels.clear();
    for (int i = 0; i < story_.levels; ++i)
      levels += fmt::format("{}{} STRING", i == 0 ? "" : ", ", kPartitionColumns[i]);
  }
  must_have(owner_->run_sql(
      fmt::format("CREATE TABLE {} (id STRING, colname STRING, version BIGINT, colvalue STRING, {}"
                  "sequenceinfo STRING) PARTITIONED BY ({});",
                  table, story_.by_column ? "" : "optype STRING, ", levels),
      "create"));
  has_table_ = true;
}

void Cloud::restore_table() {
  if (has_table_ || story_.by_column) return;
  create_destination(kDestination);
  trace_.add("cloud", "the destination is there again");
}

bool Cloud::alter(Act::Kind kind, const std::string& partition) {
  if (!has_table_) return false;
  switch (kind) {
    case Act::Kind::kDropPartition: {
      const auto spec = must_have(maxcompute::PartitionSpec::parse(partition));
      if (!must_have(owner_->partition_exists(kDestination, spec))) return false;
      must(owner_->drop_partition(kDestination, spec));
      trace_.hit(FaultKind::kPartitionDropped);
      trace_.add("cloud", "drops the partition " + partition);
      return true;
    }
    case Act::Kind::kDropTable:
    case Act::Kind::kRecreateTable:
      must_have(owner_->run_sql("DROP TABLE person;", "drop"));
      has_table_ = false;
      trace_.hit(FaultKind::kTableDropped);
      trace_.add("cloud", "drops the destination");
      if (kind == Act::Kind::kRecreateTable) create_destination(kDestination);
      return true;
    case Act::Kind::kAddColumn:
      must_have(owner_->run_sql(
          fmt::format("ALTER TABLE person ADD COLUMNS (extra{} STRING);", columns_added_++),
          "alter"));
      trace_.hit(FaultKind::kColumnAdded);
      trace_.add("cloud", "adds a column to the destination");
      return false;
    default:
      return false;
  }
}

void Cloud::land(const std::string& table, const std::string& partition,
                 const std::vector<std::string>& ids) {
  const auto spec = must_have(maxcompute::PartitionSpec::parse(partition));
  must(owner_->add_partition(table, spec));
  auto session = must_have(maxcompute::UploadSession::create(
      owner_caller_, must_have(owner_->tunnel_endpoint()), {table, spec, false}));
  maxcompute::RecordStreamWriter stream;
  for (const std::string& id : ids) {
    stream.add_text(1, id);
    stream.end_record();
  }
  must_have(await<bool>(executor_, [&](std::function<void(Result<bool>)> done) {
    session->put_block(0, SharedBuffer(stream.finish()), [done = std::move(done)](Status status) {
      if (!status) return done(fail(status.error()));
      done(true);
    });
  }));
  must(session->commit({0}));
}

void Cloud::arm(const Expiry& expiry) {
  local::FaultRule rule;
  rule.fault = "expire-session";
  rule.operation = expiry.operation;
  rule.skip = expiry.skip;
  rule.count = 1;
  must_have(maxcompute_faults_->add(std::move(rule)));
}

void Cloud::disarm_expiry() {
  for (const auto& rule : maxcompute_faults_->list())
    if (rule.applied > 0) trace_.hit(FaultKind::kExpiredSession);
  maxcompute_faults_->clear();
}

void Cloud::delete_fence(const StatusRow& fence) {
  using tablestore::CellValue;
  must(author_->delete_row(kStatusTable, {{"StreamId", CellValue::of_string(fence.stream)},
                                          {"StatusType", CellValue::of_string(fence.type)},
                                          {"StatusValue", CellValue::of_string(fence.value)}}));
  trace_.add("cloud", "an operator deletes the fence row");
}

// Root shards are listed in the order of their partitions.
void Cloud::open_stream() {
  const auto streams = must_have(author_->list_stream(kDataTable));
  stream_id_ = streams.streams.front().stream_id;
  std::vector<std::string> roots;
  for (const auto& shard : must_have(author_->describe_stream(stream_id_)).shards)
    roots.push_back(shard.shard_id);
  model_.stream_on(roots);
  listed_.clear();
  trace_.add("cloud", fmt::format("the Stream is on, {} shards", roots.size()));
}

std::shared_ptr<local::StoredTable> Cloud::table() {
  return must_have(tablestore_->find_instance("inst")->find(kDataTable));
}

void Cloud::perform(const Act& act, bool meanwhile) {
  switch (act.kind) {
    case Act::Kind::kWrite:
      return write(act.changes);
    case Act::Kind::kSplit: {
      if (model_.has_partition_from(act.key)) return;
      const auto made = must_have(table()->split(CellValue::of_string(act.key)));
      model_.split(act.key, made.left, made.right);
      if (meanwhile) trace_.hit(FaultKind::kSplit);
      return trace_.add("cloud", "splits at " + act.key);
    }
    case Act::Kind::kMerge: {
      const std::vector<std::string> shards = model_.open_shards();
      if (shards.size() < 2 || !model_.is_stream_on()) return;
      const size_t left = static_cast<size_t>(act.which) % (shards.size() - 1);
      const auto made = must_have(table()->merge(shards[left], shards[left + 1]));
      model_.merge(made.parent, made.sibling, made.child);
      if (meanwhile) trace_.hit(FaultKind::kMerge);
      return trace_.add("cloud", fmt::format("merges partitions {} and {}", left, left + 1));
    }
    default:
      return;  // alter()'s
  }
}

void Cloud::write(const std::vector<RowChange>& changes) {
  if (changes.size() == 1) {
    const RowChange& change = changes.front();
    const tablestore::Row row = row_of(change);
    switch (change.kind) {
      case RowChange::Kind::kPut:
        must(author_->put_row(kDataTable, row));
        break;
      case RowChange::Kind::kUpdate:
        must(author_->update_row(kDataTable, row));
        break;
      case RowChange::Kind::kDelete:
        must(author_->delete_row(kDataTable, row.primary_key));
        break;
    }
  } else {
    std::vector<tablestore::Client::Write> writes;
    for (const RowChange& change : changes)
      writes.push_back({type_of(change.kind), row_of(change)});
    must(author_->batch_write(kDataTable, writes));
  }
  model_.acknowledged(changes, committed_us_);
  trace_.add("cloud", fmt::format("{} changes at {}", changes.size(), committed_us_));
}

void Cloud::switch_stream(const std::vector<RowChange>& unlogged) {
  tablestore::UpdateTableRequest request;
  request.table = kDataTable;
  request.stream = tablestore::StreamSpec{false, {}, {}};
  must_have(author_->update_table(request));
  model_.stream_off();
  trace_.add("cloud", "the Stream is off");
  for (const RowChange& change : unlogged) write({change});
  request.stream = tablestore::StreamSpec{true, kExpirationHours, {}};
  must_have(author_->update_table(request));
  trace_.hit(FaultKind::kStreamSwitch);
  open_stream();
}

void Cloud::look_at_shards() {
  std::set<std::string> now;
  for (const auto& shard : must_have(author_->describe_stream(stream_id_)).shards)
    now.insert(shard.shard_id);
  for (const std::string& shard : listed_)
    if (!now.contains(shard)) trace_.hit(FaultKind::kShardExpired);
  listed_ = std::move(now);
}

void Cloud::expire() { model_.expired(clock_.wall_us() - kExpirationHours * kHourUs); }

// The time of a commit is the data clock's behind it: nothing else moves while a request is
// answered.
Response Cloud::answer_author(const Request& request) {
  Response response = tablestore_->handle(request);
  committed_us_ = tablestore_->data_clock().state().now_us;
  return response;
}

Response Cloud::answer_run(const Request& request) {
  Response response = tablestore_->handle(request);
  constexpr int kTrimmed = 404;
  if (request.path() == "/GetStreamRecord" && response.status == kTrimmed)
    trace_.hit(FaultKind::kTrimmedIterator);
  return response;
}

void Cloud::give_empty_pages(int pages) {
  local::StreamSettings streams = tablestore_->streams().settings();
  if (streams.empty_pages < empty_pages_) trace_.hit(FaultKind::kEmptyPage);
  streams.empty_pages = empty_pages_ = pages;
  tablestore_->streams().set(streams);
}

}  // namespace otsstream::sim
