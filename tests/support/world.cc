#include "support/world.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/time_zone.h"
#include "support/lines.h"
#include "tablestore/wire/service_error.h"
#include "tablestore/wire/signature.h"

namespace otsstream::test {

namespace {

constexpr const char* kTablestoreOrigin = "http://tablestore.local";
constexpr const char* kMaxComputeOrigin = "http://maxcompute.local";

constexpr const char* kConnections = R"({
  "otsstream": {"type": "ots", "endpoint": "http://tablestore.local", "instanceName": "inst", "accessId": "testid", "accessKey": "testkey"},
  "wrong_key": {"type": "ots", "endpoint": "http://tablestore.local", "instanceName": "inst", "accessId": "testid", "accessKey": "not-the-key"},
  "odps_first": {"type": "odps", "endpoint": "http://maxcompute.local/api", "project": "demo", "accessId": "testid", "accessKey": "testkey"}
})";

template <class T>
T value_of(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().to_string();
    return T{};
  }
  return std::move(*result);
}

}  // namespace

int64_t china_ms(const std::string& text) {
  std::string digits;
  for (char c : text)
    if (c >= '0' && c <= '9') digits += c;
  const std::string millis = digits.size() > 14 ? digits.substr(14) : "0";
  Result<int64_t> time = parse_time14(digits.substr(0, 14), Zone::china());
  EXPECT_TRUE(time.has_value()) << text;
  return *time + std::stoll(millis);
}

World::World(const std::string& start, uint64_t seed)
    : clock(china_ms(start) * 1000),
      executor(clock, seed),
      loop(executor),
      network(loop, executor, seed),
      random(seed) {
  local::TablestoreServerOptions tablestore_options;
  tablestore_options.instances["inst"]["testid"] = {Secret("testkey"), {}};
  tablestore_options.data_lag = std::chrono::hours(2);
  tablestore_server = local::TablestoreServer::create(std::move(tablestore_options), clock, random);
  replace_maxcompute();
  loop.route(kTablestoreOrigin,
             [this](const Request& request) { return answer_tablestore(request); });
  loop.route(kMaxComputeOrigin,
             [this](const Request& request) { return maxcompute_server->handle(request); });

  connections = value_of(job::Connections::parse(kConnections, "test connections"));
  tablestore = std::make_unique<tablestore::Client>(tablestore::Caller::create(
      {kTablestoreOrigin, "inst", "testid", Secret("testkey"), {}}, loop, executor, random, {}));
  maxcompute = std::make_unique<maxcompute::RestClient>(std::make_shared<maxcompute::HttpCaller>(
      maxcompute::Connection{
          std::string(kMaxComputeOrigin) + "/api", "", "demo", "testid", Secret("testkey"), {}},
      maxcompute::ClientOptions{}, loop, executor, random));
}

// A changed body is signed again as the server would.
void World::sign(const Request& request, Response& response) {
  response.headers.set("x-ots-contentmd5", tablestore::content_md5(response.body.flat().view()));
  tablestore::HeaderList signed_headers;
  for (const Header& header : response.headers.list())
    signed_headers.emplace_back(header.name, header.value);
  response.headers.set("Authorization",
                       "OTS testid:" + tablestore::sign_response(
                                           "testkey", std::string(request.path()), signed_headers));
}

Response World::answer_tablestore(const Request& request) {
  Response response = tablestore_server->handle(request);
  const std::string code = refuse_tablestore ? refuse_tablestore(request, response) : std::string();
  if (!code.empty()) {
    const tablestore::ServiceError* known = tablestore::find_service_error(code);
    response.status = known ? known->http_status : 500;
    response.body = Body(tablestore::encode(tablestore::ErrorMessage{code, "said the test"}));
    sign(request, response);
    return response;
  }
  if (!edit_stream || request.path() != "/DescribeStream" || response.status != 200)
    return response;
  tablestore::DescribeStreamResponse message;
  EXPECT_TRUE(tablestore::decode(response.body.flat(), message).has_value());
  edit_stream(message);
  response.body = Body(tablestore::encode(message));
  sign(request, response);
  return response;
}

void World::create_data_table(const std::string& name, bool stream,
                              std::vector<std::string> original_columns) {
  tablestore::CreateTableRequest request;
  request.meta.name = name;
  request.meta.primary_key = {{"id", tablestore::KeyType::kString, false}};
  request.options.time_to_live = -1;
  request.options.max_versions = 100;
  request.options.max_version_deviation = 10LL * 365 * 86400;
  if (stream) request.stream = tablestore::StreamSpec{true, 24, std::move(original_columns)};
  Status created = tablestore->create_table(request);
  ASSERT_TRUE(created.has_value()) << created.error().to_string();
}

void World::create_destination(const std::string& columns) {
  auto created = maxcompute->run_sql(
      "CREATE TABLE person (" + columns + ") PARTITIONED BY (pt STRING);", "create");
  ASSERT_TRUE(created.has_value()) << created.error().to_string();
}

void World::replace_maxcompute() {
  local::MaxComputeOptions options;
  options.projects = {"demo"};
  options.access_keys.emplace("testid", Secret("testkey"));
  options.clock = &clock;
  options.random = &random;
  options.public_origin = kMaxComputeOrigin;
  maxcompute_server = value_of(local::MaxComputeServer::create(std::move(options)));
}

std::shared_ptr<local::StoredTable> World::data_table(const std::string& name) {
  return value_of(tablestore_server->find_instance("inst")->find(name));
}

void World::set_data_time(const std::string& china_time) {
  tablestore_server->data_clock().stop();
  Status set = tablestore_server->data_clock().set(china_ms(china_time) * 1000);
  EXPECT_TRUE(set.has_value()) << set.error().to_string();
}

std::string person_job() { return value_of(read_file(OTS_SOURCE_DIR "/examples/person.json")); }

Result<sync::Report> World::run(const std::string& start14, const std::string& end14,
                                const std::string& bizdate) {
  return run_text(person_job(), variables(start14, end14, bizdate));
}

job::Variables World::variables(const std::string& start14, const std::string& end14,
                                const std::string& bizdate) {
  return {
      {"startTime", start14}, {"endTime", end14}, {std::string(job::kBizdateVariable), bizdate}};
}

Result<job::JobSpec> World::bind(std::string text, const job::Variables& variables) {
  diagnostics = {};
  OTS_TRY(job::JobText parsed, job::parse_job(std::move(text), "person.json"));
  return job::bind_job(std::move(parsed), variables, diagnostics);
}

sync::RunContext World::context() {
  sync::RunContext context;
  context.executor = &executor;
  context.transport = job_transport;
  context.clock = &clock;
  context.random = &random;
  context.cancel = &cancel;
  context.connections = &connections;
  return context;
}

Result<sync::Report> World::run_text(std::string text, const job::Variables& variables) {
  OTS_TRY(job::JobSpec job, bind(std::move(text), variables));
  return sync::run_job(job, context(), diagnostics);
}

std::vector<std::string> World::landed(const std::string& bizdate, const std::string& columns) {
  const std::string list =
      columns == "*" ? "id, colname, version, colvalue, optype, sequenceinfo" : columns;
  auto result =
      maxcompute_server->query("select " + list + " from person where pt = '" + bizdate + "'");
  return row_lines(result);
}

std::vector<std::string> World::partitions() {
  std::vector<std::string> texts;
  for (const auto& partition : value_of(maxcompute->list_partitions("person")))
    texts.push_back(partition.unquoted());
  return texts;
}

std::vector<std::string> World::status_rows() { return status_lines(*tablestore, kStatusTable); }

}  // namespace otsstream::test
