// otsstream demo: a real job on one machine, from writes to committed rows, and the next window
// after it.

#include <fmt/format.h>

#include <functional>
#include <memory>

#include "base/file.h"
#include "base/time_zone.h"
#include "base/wall_time.h"
#include "cli/commands.h"
#include "cli/demo_story.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "job/connections.h"
#include "job/job_spec.h"
#include "local/local_cloud.h"
#include "maxcompute/client/rest_client.h"
#include "reader/status_table.h"
#include "sync/job_runner.h"

namespace otsstream::cli {

namespace {

constexpr const char* kStatusTable = "TableStoreStreamReaderStatusTable";
// The demo's data time starts this long ago, so that its windows end more than five minutes before
// now.
constexpr Duration kLag = std::chrono::minutes(40);
constexpr int64_t kSecondMs = 1000;

void headline(std::string_view text) { fmt::print("\n== {} ==\n", text); }

class Demo {
 public:
  explicit Demo(std::string job_path) : job_path_(std::move(job_path)), zone_(Zone::china()) {
    cancel_on_signals(cancel_);
  }

  Status play() {
    OTS_CHECK(start_cloud());
    OTS_CHECK(create_tables());

    headline("A thousand writes");
    const int64_t first_start = next_second();
    OTS_TRY(StoryCounts counts, write_first_chapter(*tablestore_, cloud_->tablestore().data_clock(),
                                                    [this] { return split(); }));
    print_counts(counts);

    const int64_t first_end = next_second();
    OTS_CHECK(run_window("The job", first_start, first_end, yesterday(0)));
    OTS_CHECK(show_rows(yesterday(0)));
    OTS_CHECK(show_checkpoints(first_end));

    headline("A few more writes, and the next window");
    OTS_TRY(StoryCounts more,
            write_second_chapter(*tablestore_, cloud_->tablestore().data_clock()));
    print_counts(more);
    const int64_t second_end = next_second();
    OTS_CHECK(run_window("The next window", first_end, second_end, yesterday(1)));
    OTS_CHECK(show_rows(yesterday(1)));
    OTS_CHECK(show_checkpoints(second_end));
    return prove_continuation();
  }

 private:
  Status start_cloud() {
    local::LocalCloudOptions options;
    options.keys.everywhere["demo"] = {Secret(session_.random.hex(32)), {}};
    options.data_lag = kLag;
    OTS_TRY(cloud_, local::LocalCloud::start(std::move(options), session_.clock, session_.random));
    OTS_TRY(connections_, job::Connections::parse(cloud_->connections_json(), "demo connections"));
    OTS_TRY(job::TablestoreAccess ots, connections_.tablestore("otsstream"));
    OTS_TRY(job::MaxComputeAccess odps, connections_.maxcompute("odps_first"));
    tablestore_ = std::make_unique<tablestore::Client>(tablestore::Caller::create(
        {ots.endpoint, ots.instance, ots.access_id, ots.access_key, ots.security_token},
        session_.transport, session_.executor, session_.random, {}));
    maxcompute_ = std::make_unique<maxcompute::RestClient>(std::make_shared<maxcompute::HttpCaller>(
        maxcompute::Connection{odps.endpoint, odps.tunnel_endpoint, odps.project, odps.access_id,
                               odps.access_key, odps.security_token},
        maxcompute::ClientOptions{}, session_.transport, session_.executor, session_.random));
    headline("Two local services");
    fmt::print("Tablestore at {}, MaxCompute at {}\n", cloud_->tablestore_endpoint(),
               cloud_->maxcompute_endpoint());
    return {};
  }

  Status create_tables() {
    OTS_CHECK(create_demo_table(*tablestore_));
    OTS_TRY(std::string ignored,
            maxcompute_->run_sql("CREATE TABLE person (id STRING, colname STRING, version BIGINT, "
                                 "colvalue STRING, optype STRING, "
                                 "sequenceinfo STRING) PARTITIONED BY (pt STRING);",
                                 "create"));
    fmt::print(
        "Tablestore table person (primary key id STRING, Stream on); MaxCompute table person, "
        "partitioned by pt\n");
    return {};
  }

  Status split() {
    local::TableStore* store =
        cloud_->tablestore().find_instance(cloud_->options().instances.front());
    OTS_TRY(auto table, store->find(kDemoTable));
    OTS_CHECK(table->split({}, {}));
    fmt::print("... half-way, the table's partition splits in two\n");
    return {};
  }

  int64_t next_second() {
    const int64_t now_ms = cloud_->tablestore().data_clock().now_us() / 1000;
    const int64_t second = (now_ms / kSecondMs + 1) * kSecondMs;
    // Whatever is written next lies at or behind that second.
    if (Status set = cloud_->tablestore().data_clock().set(second * 1000); !set) return now_ms;
    return second;
  }

  // Business date of the demo's first run, and of the run `days` later.
  std::string yesterday(int days) const {
    return format_date8(session_.clock.wall_ms() + (days - 1) * kMsPerDay, zone_);
  }

  static void print_counts(const StoryCounts& c) {
    fmt::print(
        "{} operations: {} PutRow, {} UpdateRow that set, {} that delete one version, {} that "
        "delete all versions, {} DeleteRow, {} rows by BatchWriteRow\n",
        c.operations(), c.put, c.update, c.delete_version, c.delete_column, c.delete_row, c.batch);
  }

  Status run_window(std::string_view title, int64_t start_ms, int64_t end_ms,
                    const std::string& bizdate) {
    headline(title);
    const std::string start = format_time14(start_ms, zone_), end = format_time14(end_ms, zone_);
    fmt::print("otsstream run {} --bizdate {} -p startTime={} -p endTime={}\n", job_path_, bizdate,
               start, end);
    std::fflush(stdout);
    OTS_TRY(std::string text, read_file(job_path_));
    Diagnostics diagnostics;
    const job::Variables variables = {
        {std::string(job::kBizdateVariable), bizdate}, {"startTime", start}, {"endTime", end}};
    OTS_TRY(job::JobSpec job, job::load_job(std::move(text), job_path_, variables, diagnostics));

    ProgressDisplay display(stderr, false);
    sync::RunContext context;
    context.executor = &session_.executor;
    context.transport = &session_.transport;
    context.clock = &session_.clock;
    context.random = &session_.random;
    context.cancel = &cancel_;
    context.connections = &connections_;
    context.observe = [&](const sync::Snapshot& snapshot) { display.show(snapshot); };
    context.observe_every = milliseconds(20);
    Result<sync::Report> report = sync::run_job(job, context, diagnostics);
    if (report) display.show(report->totals);
    display.finish();
    if (!report) return fail(report.error());
    for (const std::string& warning : report->plan.warnings) fmt::print("warning: {}\n", warning);
    fmt::print("{}", sync::to_text(*report));
    last_ = std::move(*report);
    return {};
  }

  Status show_rows(const std::string& bizdate) {
    headline("Landed rows of partition pt=" + bizdate);
    OTS_TRY(local::QueryResult rows,
            cloud_->maxcompute().query(
                "select id, colname, version, colvalue, optype from person where pt='" + bizdate +
                "' limit 10"));
    print_result(rows);
    OTS_TRY(local::QueryResult totals,
            cloud_->maxcompute().query("select optype, count(*) as n from person where pt='" +
                                       bizdate + "' group by optype order by optype"));
    fmt::print("\n");
    print_result(totals);
    return {};
  }

  static void print_result(const local::QueryResult& result) {
    std::vector<std::vector<std::string>> cells;
    for (const auto& row : result.rows) {
      cells.emplace_back();
      for (const auto& cell : row) cells.back().push_back(cell.value_or("NULL"));
    }
    fmt::print("{}", format_table(result.columns, cells, 24));
  }

  Status show_checkpoints(int64_t end_ms) {
    headline("Checkpoints in the status table");
    reader::StatusTable status(*tablestore_, session_.clock, kStatusTable);
    OTS_TRY(auto rows, status.checkpoints(last_.plan.read.stream_id, end_ms));
    std::vector<std::vector<std::string>> cells;
    for (const reader::CheckpointRow& row : rows)
      cells.push_back({format_local(end_ms, zone_), row.shard_id, row.checkpoint,
                       std::to_string(row.send_record_count)});
    fmt::print("{}",
               format_table({"window end", "shard", "checkpoint", "records sent"}, cells, 40));
    return {};
  }

  Status prove_continuation() {
    headline("Proof");
    if (!last_.plan.read.continues)
      return fail(ErrorKind::kInternal, "Demo-Continuation",
                  "the second window did not continue from the first one's checkpoints");
    for (const reader::ShardPlan& shard : last_.plan.read.shards) {
      fmt::print("shard {}: {}\n", shard.shard.shard_id,
                 shard.action == reader::ShardAction::kClosed
                     ? "closed, read to its end before"
                     : fmt::format("started at the {}", reader::to_string(shard.source)));
    }
    fmt::print(
        "The second window read {} stream records, exactly the ones written after the first.\n",
        last_.totals.records);
    return {};
  }

  const std::string job_path_;
  const Zone zone_;
  CancelToken cancel_;
  Session session_;
  std::unique_ptr<local::LocalCloud> cloud_;
  job::Connections connections_;
  std::unique_ptr<tablestore::Client> tablestore_;
  std::unique_ptr<maxcompute::RestClient> maxcompute_;
  sync::Report last_;
};

}  // namespace

void add_demo(CLI::App& app, Action& action) {
  auto job = std::make_shared<std::string>("examples/person.json");
  CLI::App* command = app.add_subcommand(
      "demo", "Shows a whole job, its checkpoints and the next window, without any cloud");
  command->add_option("--job", *job, "The job text")->capture_default_str();
  command->callback([job, &action] {
    action = [job] {
      Demo demo(*job);
      if (Status played = demo.play(); !played) {
        print_error(played.error());
        return exit_code(played.error().kind);
      }
      return 0;
    };
  });
}

}  // namespace otsstream::cli
