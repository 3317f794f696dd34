#include "support/program_world.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/time_zone.h"
#include "support/lines.h"
#include "support/world.h"

namespace otsstream::test {

namespace {

using tablestore::CellOp;
using tablestore::CellValue;

void expect_ok(const Status& status) {
  EXPECT_TRUE(status.has_value()) << (status ? "" : status.error().to_string());
}

}  // namespace

ProgramWorld::ProgramWorld(std::string program_path)
    : program(std::move(program_path)), random(1), executor(clock, 2), transport(executor) {
  local::LocalCloudOptions options;
  options.keys.everywhere["testid"] = {Secret("testkey"), {}};
  options.data_lag = std::chrono::hours(2);
  auto started = local::LocalCloud::start(std::move(options), clock, random);
  if (!started) {
    ADD_FAILURE() << started.error().to_string();
    return;
  }
  cloud = std::move(*started);
  tablestore = std::make_unique<tablestore::Client>(
      tablestore::Caller::create({cloud->tablestore_endpoint(),
                                  cloud->options().instances.front(),
                                  "testid",
                                  Secret("testkey"),
                                  {}},
                                 transport, executor, random, {}));
}

void ProgramWorld::create_tables() {
  tablestore::CreateTableRequest request;
  request.meta.name = "person";
  request.meta.primary_key = {{"id", tablestore::KeyType::kString, false}};
  request.options = {-1, 1, 86400, {}, {}};
  request.stream = tablestore::StreamSpec{true, 24, {}};
  expect_ok(tablestore->create_table(request));

  sql("CREATE TABLE person (id STRING, colname STRING, version BIGINT, colvalue STRING, optype "
      "STRING, sequenceinfo STRING) "
      "PARTITIONED BY (pt STRING);");

  connections_file = folder.path("connections.json");
  expect_ok(write_file_atomic(connections_file, cloud->connections_json(), 0600));
  job_file = folder.path("person.json");
  expect_ok(write_file_atomic(job_file, person_job()));
}

void ProgramWorld::write(int from, int to) {
  for (int i = from; i < to; ++i) {
    expect_ok(
        tablestore->put_row("person", {{{"id", CellValue::of_string(fmt::format("{:04}", i))}},
                                       {{"v", CellOp::kPut, CellValue::of_integer(i), {}}},
                                       false,
                                       {}}));
    expect_ok(cloud->tablestore().data_clock().step(milliseconds(10)));
  }
}

void ProgramWorld::split() {
  auto table =
      cloud->tablestore().find_instance(cloud->options().instances.front())->find("person");
  ASSERT_TRUE(table.has_value());
  auto done = (*table)->split({}, {});
  EXPECT_TRUE(done.has_value()) << done.error().to_string();
}

std::string ProgramWorld::mark() {
  const int64_t second = cloud->tablestore().data_clock().now_us() / 1'000'000 + 1;
  expect_ok(cloud->tablestore().data_clock().set(second * 1'000'000));
  return format_time14(second * 1000, Zone::china());
}

std::vector<std::string> ProgramWorld::run_arguments(const std::string& start,
                                                     const std::string& end,
                                                     const std::vector<std::string>& more) const {
  std::vector<std::string> arguments = {"run",
                                        job_file,
                                        "--connections",
                                        connections_file,
                                        "--bizdate",
                                        "20171018",
                                        "-p",
                                        "startTime=" + start,
                                        "-p",
                                        "endTime=" + end};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

ProgramResult ProgramWorld::run(const std::string& start, const std::string& end,
                                const std::vector<std::string>& more,
                                const Environment& environment) {
  return run_program(program, run_arguments(start, end, more), environment);
}

std::vector<std::string> ProgramWorld::landed() {
  auto result = cloud->maxcompute().query(
      "select id, colname, version, colvalue, optype from person where pt = '20171018'");
  return row_lines(result);
}

std::vector<std::string> ProgramWorld::status_rows() {
  return status_lines(*tablestore, kStatusTable);
}

void ProgramWorld::forget_status() { (void)tablestore->delete_table(kStatusTable); }

void ProgramWorld::forget_landed() {
  sql("ALTER TABLE person DROP IF EXISTS PARTITION (pt='20171018');");
}

void ProgramWorld::sql(const std::string& statement) {
  maxcompute::Connection connection;
  connection.endpoint = cloud->maxcompute_endpoint();
  connection.project = "local";
  connection.access_id = "testid";
  connection.access_key = Secret("testkey");
  maxcompute::RestClient rest(std::make_shared<maxcompute::HttpCaller>(
      std::move(connection), maxcompute::ClientOptions{}, transport, executor, random));
  auto done = rest.run_sql(statement, "test");
  EXPECT_TRUE(done.has_value()) << statement << ": " << done.error().to_string();
}

}  // namespace otsstream::test
