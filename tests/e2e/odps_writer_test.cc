// What the odps writer offers, as jobs against both local services on virtual time: partitions by
// column, tables that cannot be overwritten, sessions that expire under way, statements of the job,
// compression, quota and signatures.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/lines.h"
#include "support/world.h"

namespace otsstream::test {
namespace {

using tablestore::CellOp;
using tablestore::CellValue;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kStart = "20171019161000";
constexpr const char* kEnd = "20171019162600";

class OdpsJobs : public testing::Test {
 protected:
  OdpsJobs() {
    world.create_data_table();
    world.set_data_time("2017-10-19 16:20:00.000");
  }
  void put(const std::string& id) {
    Status done =
        world.tablestore->put_row("person", {{{"id", CellValue::of_string(id)}},
                                             {{"v", CellOp::kPut, CellValue::of_integer(1), {}}},
                                             false,
                                             {}});
    ASSERT_TRUE(done.has_value()) << done.error().to_string();
  }
  void sql(const std::string& text) {
    auto done = world.maxcompute->run_sql(text, "test");
    ASSERT_TRUE(done.has_value()) << done.error().to_string();
  }
  // examples/person.json with `from` replaced by `to`.
  static std::string job(std::initializer_list<std::pair<std::string, std::string>> edits) {
    std::string text = person_job();
    for (const auto& [from, to] : edits) {
      const size_t at = text.find(from);
      EXPECT_NE(at, std::string::npos) << from;
      if (at != std::string::npos) text.replace(at, from.size(), to);
    }
    return text;
  }
  static std::string with(const std::string& member) {
    return job({{"\"truncate\": true", "\"truncate\": true, " + member}});
  }
  // Rows choose their partition by their operation.
  static std::string by_op_type() {
    return job({{"\"partition\": \"pt=${bdp.system.bizdate}\",", ""}});
  }
  void create_by_op_type() {
    sql("CREATE TABLE person (id STRING, colname STRING, version BIGINT, colvalue STRING, "
        "sequenceinfo STRING) PARTITIONED BY (optype STRING);");
  }
  Result<sync::Report> run(const std::string& text, const std::string& start = kStart,
                           const std::string& end = kEnd) {
    return world.run_text(text, World::variables(start, end));
  }
  sync::Report run_ok(const std::string& text) {
    auto report = run(text);
    EXPECT_TRUE(report.has_value()) << (report ? "" : report.error().to_string());
    return report ? std::move(*report) : sync::Report{};
  }
  std::vector<std::string> rows_of(const std::string& partition) {
    return row_lines(world.maxcompute_server->query(
        "select id, colname from person where optype = '" + partition + "'"));
  }

  World world;
};

TEST_F(OdpsJobs, RowsChooseTheirPartition) {
  create_by_op_type();
  put("a");
  put("b");
  const sync::Report report = run_ok(by_op_type());
  EXPECT_EQ(report.plan.destination, "odps demo.person/optype=*");
  EXPECT_THAT(report.landed, ElementsAre("optype=DR", "optype=U"));
  EXPECT_THAT(sync::to_text(report), HasSubstr("2, each at once, one by one"));
  EXPECT_THAT(sync::to_json(report), HasSubstr("\"landed\""));
  EXPECT_THAT(rows_of("DR"), ElementsAre("a|NULL", "b|NULL"));
  EXPECT_THAT(rows_of("U"), ElementsAre("a|v", "b|v"));
  // A second run replaces what it touches.
  run_ok(by_op_type());
  EXPECT_THAT(rows_of("U"), SizeIs(2));
  // A window without rows touches nothing.
  auto empty = run(by_op_type(), "20171019162100", kEnd);
  ASSERT_TRUE(empty.has_value()) << empty.error().to_string();
  EXPECT_THAT(empty->landed, IsEmpty());
  EXPECT_THAT(rows_of("U"), SizeIs(2));
}

TEST_F(OdpsJobs, AHalfDoneCommitOfPartitionsIsFinishedByTheNextRun) {
  create_by_op_type();
  put("a");
  for (const char* mode : {"true", "false"}) {
    SCOPED_TRACE(mode);
    sql("TRUNCATE TABLE person;");
    const std::string text =
        job({{"\"partition\": \"pt=${bdp.system.bizdate}\",", ""},
             {"\"truncate\": true", "\"maxRetryTime\": 1, \"truncate\": " + std::string(mode)}});
    // The second commit never arrives.
    world.network.add({.fault = Fault::kResetBeforeSend,
                       .method = "POST",
                       .query_contains = "uploadid=",
                       .skip = 1});
    auto failed = run(text);
    ASSERT_FALSE(failed.has_value());
    EXPECT_THAT(failed.error().message, HasSubstr("1 of 2 partitions are visible"));
    EXPECT_THAT(rows_of("DR"), SizeIs(1));
    EXPECT_THAT(rows_of("U"), IsEmpty());
    world.network.clear();
    world.executor.run_for(std::chrono::minutes(11));  // the lease of the run that failed
    const sync::Report report = run_ok(text);
    EXPECT_TRUE(report.resumed);
    EXPECT_THAT(rows_of("DR"), SizeIs(1));
    EXPECT_THAT(rows_of("U"), SizeIs(1));
  }
}

// Every answer to a commit is lost, of one session or of many: asking the session settles it, and
// nothing lands twice.
TEST_F(OdpsJobs, LostAnswersToCommitsAreSettledByAskingTheSessions) {
  create_by_op_type();
  put("a");
  put("b");
  world.network.add(
      {.fault = Fault::kResetAfterSend, .method = "POST", .query_contains = "uploadid="});
  const sync::Report report = run_ok(job({{"\"partition\": \"pt=${bdp.system.bizdate}\",", ""},
                                          {"\"truncate\": true", "\"truncate\": false"}}));
  EXPECT_THAT(report.landed, SizeIs(2));
  EXPECT_EQ(world.network.faults_injected(), 2u);
  EXPECT_THAT(rows_of("DR"), SizeIs(2));
  EXPECT_THAT(rows_of("U"), SizeIs(2));
}

TEST_F(OdpsJobs, AValueThatIsNoPartitionEndsTheJobAndLandsNothing) {
  sql("CREATE TABLE person (id STRING, version BIGINT, colvalue STRING, optype STRING, "
      "sequenceinfo STRING) PARTITIONED BY (colname STRING);");
  put("culprit");  // its DR row has no column name
  auto failed = run(by_op_type());
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, "OdpsWriter-PartitionValue");
  EXPECT_THAT(failed.error().to_string(), HasSubstr("row (culprit, "));
  EXPECT_THAT(world.partitions(), IsEmpty());
}

TEST_F(OdpsJobs, ATransactionalTableIsReplacedAllTheSame) {
  sql("CREATE TABLE person (id STRING, colname STRING, version BIGINT, colvalue STRING, optype "
      "STRING, sequenceinfo STRING) PARTITIONED BY (pt STRING) "
      "TBLPROPERTIES ('transactional'='true');");
  put("a");
  const sync::Report first = run_ok(person_job());
  EXPECT_THAT(first.warnings, Contains(HasSubstr("was emptied just before the commit")));
  EXPECT_THAT(world.landed(), SizeIs(2));
  run_ok(person_job());
  EXPECT_THAT(world.landed(), SizeIs(2)) << "replaced, not added";

  // The commit is lost behind the emptying: the next run of the job brings the rows.
  world.network.add(
      {.fault = Fault::kResetBeforeSend, .method = "POST", .query_contains = "uploadid="});
  EXPECT_FALSE(run(person_job()).has_value());
  EXPECT_THAT(world.landed(), IsEmpty());
  world.network.clear();
  world.executor.run_for(std::chrono::minutes(11));
  EXPECT_TRUE(run_ok(person_job()).resumed);
  EXPECT_THAT(world.landed(), SizeIs(2));
}

Response refusal(int status, const std::string& code) {
  Response response;
  response.status = status;
  response.body = Body(maxcompute::write_error_xml({code, "said the test", "R", "h"}));
  return response;
}

// Lost while blocks are sent, or found lost before the commit.
TEST_F(OdpsJobs, ALostSessionIsBegunAfreshByItself) {
  world.create_destination();
  put("a");
  for (const char* method : {"PUT", "GET"}) {
    SCOPED_TRACE(method);
    world.network.clear();
    world.network.add({.fault = Fault::kStatus,
                       .method = method,
                       .query_contains = "uploadid=",
                       .count = 1,
                       .answer = refusal(409, "StatusConflict")});
    const sync::Report report = run_ok(person_job());
    EXPECT_THAT(report.warnings, Contains(HasSubstr("attempt 1 of 3 was given up")));
    EXPECT_EQ(report.totals.rows, 2);
    EXPECT_THAT(world.landed(), SizeIs(2));
  }
}

// Spoils the answers that the job gets.
struct Answers final : Transport {
  using Edit = std::function<void(const Request&, Response&)>;
  Answers(Transport& to, Edit what) : below(to), edit(std::move(what)) {}
  void send(Request request, Callback done) override {
    below.send(request, [this, request, done = std::move(done)](Result<Response> answer) {
      if (answer) edit(request, *answer);
      done(std::move(answer));
    });
  }
  Transport& below;
  Edit edit;
};

// The service itself lets the session go, a day after it was opened.
TEST_F(OdpsJobs, ASessionThatExpiresUnderWayIsBegunAfresh) {
  world.create_destination();
  put("a");
  int opened = 0;
  Answers day_passes(world.network, [&](const Request& request, Response&) {
    if (request.target.find("uploads") != std::string::npos && ++opened == 1)
      world.clock.advance(std::chrono::hours(25));
  });
  world.job_transport = &day_passes;
  const sync::Report report = run_ok(person_job());
  EXPECT_EQ(opened, 2);
  EXPECT_THAT(report.warnings, Contains(HasSubstr("is expired")));
  EXPECT_THAT(world.landed(), SizeIs(2));
}

// One partition is visible, the session of the other is lost: with append nothing can finish the
// window, and nothing may repeat it. With truncate the next run replaces both.
TEST_F(OdpsJobs, AHalfCommittedWindowThatAppendsIsNotRepeated) {
  create_by_op_type();
  put("a");
  for (const char* mode : {"false", "true"}) {
    SCOPED_TRACE(mode);
    sql("TRUNCATE TABLE person;");
    const std::string text =
        job({{"\"partition\": \"pt=${bdp.system.bizdate}\",", ""},
             {"\"truncate\": true", "\"maxRetryTime\": 1, \"truncate\": " + std::string(mode)}});
    world.network.add({.fault = Fault::kResetBeforeSend,
                       .method = "POST",
                       .query_contains = "uploadid=",
                       .skip = 1});
    EXPECT_FALSE(run(text).has_value());
    world.network.clear();
    world.executor.run_for(std::chrono::minutes(11));
    bool resuming = true;
    Answers canceled(world.network, [&](const Request& request, Response& answer) {
      if (request.target.find("uploads") != std::string::npos) resuming = false;
      std::string body(answer.body.flat().view());
      const size_t at = body.find("\"normal\"");
      if (!resuming || request.target.find("uploadid=") == std::string::npos ||
          at == std::string::npos)
        return;
      answer.body = Body(body.replace(at, 8, "\"canceled\""));
    });
    world.job_transport = &canceled;
    auto again = run(text);
    if (std::string(mode) == "false") {
      ASSERT_FALSE(again.has_value());
      EXPECT_EQ(again.error().code, "Sync-HalfCommitted");
      EXPECT_THAT(rows_of("U"), IsEmpty());
      ASSERT_TRUE(world.tablestore->delete_table(kStatusTable).has_value());
    } else {
      ASSERT_TRUE(again.has_value()) << again.error().to_string();
      EXPECT_FALSE(again->resumed);
      EXPECT_THAT(rows_of("U"), SizeIs(1));
    }
    EXPECT_THAT(rows_of("DR"), SizeIs(1));
    world.job_transport = &world.network;
  }
}

TEST_F(OdpsJobs, LargerBlocksRaiseTheMemoryAndTheReportSaysSo) {
  world.create_destination();
  put("a");
  const sync::Report report = run_ok(with("\"blockSizeInMB\": 16"));
  EXPECT_THAT(report.warnings,
              Contains("blockSizeInMB 16 with 7 channels needs 256 MiB of memory: the job's budget "
                       "is raised from 64 MiB"));
  EXPECT_GE(report.peak_budget_bytes, 32u << 20) << "the one channel that was needed";
  EXPECT_LE(report.peak_budget_bytes, 256u << 20);
}

TEST_F(OdpsJobs, SessionsThatAreLostAgainAndAgainEndTheRun) {
  world.create_destination();
  put("a");
  world.network.add({.fault = Fault::kStatus,
                     .method = "PUT",
                     .query_contains = "uploadid=",
                     .answer = refusal(404, "NoSuchUpload")});
  auto failed = run(person_job());
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, "Writer-StagingGone");
  EXPECT_EQ(world.network.faults_injected(), 3u);
  // Its fence was given back: the next run need not wait.
  world.network.clear();
  run_ok(person_job());
  EXPECT_THAT(world.landed(), SizeIs(2));
}

// Runs a statement at the service when the first block is about to leave.
struct ChangeUnderWay final : Transport {
  ChangeUnderWay(Transport& to, maxcompute::HttpCaller& by, std::string text)
      : below(to), caller(by), statement(std::move(text)) {}
  void send(Request request, Callback done) override {
    if (request.method != "PUT" || statement.empty())
      return below.send(std::move(request), std::move(done));
    maxcompute::HttpCaller::Call call;
    call.method = "POST";
    call.base = caller.connection().endpoint;
    call.resource = "/projects/demo/instances";
    call.headers.set("Content-Type", "application/xml");
    call.body = Body(maxcompute::write_sql_job_xml({"t", std::exchange(statement, ""), {}, "u"}));
    caller.call(call, [this, request, done](Result<Response> changed) {
      EXPECT_TRUE(changed.has_value());
      below.send(request, done);
    });
  }
  Transport& below;
  maxcompute::HttpCaller& caller;
  std::string statement;
};

TEST_F(OdpsJobs, ADestinationThatChangesDuringTheRunIsNotLanded) {
  struct Case {
    const char* statement;
    const char* says;
  };
  for (const Case& c :
       {Case{"ALTER TABLE person DROP PARTITION (pt='20171018');", "was dropped while the job ran"},
        Case{"ALTER TABLE person ADD COLUMNS (more STRING);", "person"},
        Case{"DROP TABLE person;", "was dropped while the job ran"}}) {
    SCOPED_TRACE(c.statement);
    sql("DROP TABLE IF EXISTS person;");
    world.create_destination();
    put("a");
    ChangeUnderWay change(world.network, world.maxcompute->caller(), c.statement);
    world.job_transport = &change;
    auto failed = run(person_job());
    ASSERT_FALSE(failed.has_value());
    EXPECT_THAT(failed.error().to_string(), HasSubstr(c.says));
    EXPECT_FALSE(failed.error().remedy.empty()) << failed.error().to_string();
    if (std::string(c.statement).starts_with("ALTER TABLE person ADD")) {
      EXPECT_THAT(world.landed(), IsEmpty());
    }
  }
}

TEST_F(OdpsJobs, AFailedPostSqlLeavesTheRowsAndIsRunAgainAlone) {
  world.create_destination();
  put("a");
  const std::string bad = with(
      "\"preSql\": [\"ALTER TABLE person ADD IF NOT EXISTS PARTITION (pt='before')\"], "
      "\"postSql\": [\"ALTER TABLE nobody ADD PARTITION (pt='after')\"]");
  auto failed = run(bad);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, "OdpsWriter-PostSql");
  EXPECT_THAT(failed.error().message, HasSubstr("the rows have landed"));
  EXPECT_THAT(world.landed(), SizeIs(2));
  EXPECT_THAT(world.partitions(), Contains("pt=before"));

  const std::string good =
      with("\"postSql\": [\"ALTER TABLE person ADD IF NOT EXISTS PARTITION (pt='after')\"]");
  const sync::Report report = run_ok(good);  // at once: the failed run holds nothing any more
  EXPECT_TRUE(report.resumed);
  EXPECT_THAT(world.landed(), SizeIs(2));
  EXPECT_THAT(world.partitions(), Contains("pt=after"));
}

TEST_F(OdpsJobs, AFailedPreSqlReadsAndWritesNothing) {
  world.create_destination();
  put("a");
  auto failed = run(with("\"preSql\": [\"DROP TABLE nobody\"]"));
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, "OdpsWriter-PreSql");
  EXPECT_THAT(world.partitions(), IsEmpty());
  run_ok(person_job());  // the window is free
}

class Encodings : public OdpsJobs, public testing::WithParamInterface<const char*> {};

TEST_P(Encodings, LandTheSameRows) {
  world.create_destination();
  for (int i = 0; i < 20; ++i) put(fmt::format("{:02}", i));
  run_ok(with(fmt::format("\"compress\": \"{}\"", GetParam())));
  EXPECT_THAT(world.landed(), SizeIs(40));
}

INSTANTIATE_TEST_SUITE_P(All, Encodings,
                         testing::Values("true", "false", "deflate", "zstd", "lz4", "snappy"),
                         [](const auto& each) { return std::string(each.param); });

TEST_F(OdpsJobs, RegionAndQuotaReachEveryCall) {
  world.create_destination();
  put("a");
  int tunnel_calls = 0;
  struct Watch final : Transport {
    Watch(Transport& to, int& calls) : below(to), tunnel(calls) {}
    void send(Request request, Callback done) override {
      const bool maxcompute = request.target.find("/projects/") != std::string::npos;
      if (maxcompute) {
        EXPECT_THAT(std::string(request.headers.get("Authorization")),
                    HasSubstr("/cn-hangzhou/odps/aliyun_v4_request:"))
            << request.target;
        const bool routing = request.target.find("/tunnel?") != std::string::npos;
        if (routing || request.target.find("upload") != std::string::npos) {
          EXPECT_THAT(request.target, HasSubstr("quotaName=fast"));
          ++tunnel;
        }
      }
      below.send(std::move(request), std::move(done));
    }
    Transport& below;
    int& tunnel;
  } watch(world.network, tunnel_calls);
  world.job_transport = &watch;
  run_ok(with("\"region\": \"cn-hangzhou\", \"tunnelQuota\": \"fast\""));
  EXPECT_GE(tunnel_calls, 5);
  EXPECT_THAT(world.landed(), SizeIs(2));
}

}  // namespace
}  // namespace otsstream::test
