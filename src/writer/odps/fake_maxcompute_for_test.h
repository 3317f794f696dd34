#pragma once
// A service with one table for the writer's tests: it keeps sessions, blocks and what was
// committed, and logs every request. It shares nothing with the local server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/compress.h"
#include "maxcompute/wire/content_encoding.h"
#include "maxcompute/wire/record_stream_reader.h"
#include "maxcompute/wire/rest_xml.h"
#include "net/loop_transport.h"
#include "writer/odps/odps_writer.h"

namespace otsstream::writer {

class FakeMaxCompute {
 public:
  struct Session {
    std::string status = "normal";
    std::string partition;
    bool overwrite = false;
    std::map<int, std::string> blocks;
  };

  FakeMaxCompute() {
    info.schema.project = "demo";
    info.schema.table = "person";
    columns({"id string", "colname string", "version bigint", "colvalue string", "optype string",
             "sequenceinfo string"});
    keys({"pt string"});
  }
  void columns(const std::vector<std::string>& list) { info.schema.columns = parse(list); }
  void keys(const std::vector<std::string>& list) { info.schema.partition_keys = parse(list); }

  Response serve(const Request& request) {
    log.push_back(request.method + " " + request.target);
    const auto query = parse_query(request.query());
    auto has = [&](const char* key) { return find_param(query, key) != nullptr; };
    auto text = [&](const char* key) {
      return has(key) ? find_param(query, key)->value : std::string();
    };
    const bool rest = request.path().starts_with("/api/");
    if (request.path().ends_with("/tunnel")) return answer(200, "tunnel:2");
    if (request.path().ends_with("/instances")) return run_sql(request);
    if (rest && !request.path().ends_with("/tables/person")) return error(404, "NoSuchTable");
    if (rest && has("partition")) {
      std::string spec = text("partition");
      std::erase(spec, '\'');
      return partitions.contains(spec) ? answer(200, maxcompute::write_partition_xml({}))
                                       : error(404, "NoSuchPartition");
    }
    if (rest) return answer(200, maxcompute::write_table_xml(info));
    if (table_dropped) return error(404, "NoSuchTable");
    if (has("uploads")) {
      if (transactional && text("overwrite") == "true")
        return error(400, "InvalidArgument", "overwrite is not for transactional tables");
      if (text("create_partition") == "true") partitions.insert(text("partition"));
      if (!info.schema.partition_keys.empty() && !partitions.contains(text("partition")))
        return error(404, "NoSuchPartition");
      const std::string id = "S" + std::to_string(sessions.size() + 1);
      sessions[id] = {"normal", text("partition"), text("overwrite") == "true", {}};
      return state(id);
    }
    const std::string id = text("uploadid");
    if (!sessions.contains(id)) return error(404, "NoSuchObject");
    Session& session = sessions[id];
    if (!session.partition.empty() && !partitions.contains(session.partition))
      return error(404, "NoSuchPartition");
    if (request.method == "GET") {
      if (closing_polls > 0 && --closing_polls == 0) session.status = "closed";
      return state(id);
    }
    if (request.method == "PUT") {
      const std::string body(request.body.flat().view());
      puts.emplace_back(std::stoi(text("blockid")), body);
      if (refuse_puts > 0) return --refuse_puts, error(500, "InternalServerError");
      if (session.status != "normal") return error(409, "StatusConflict");
      const std::string encoding(request.headers.get("Content-Encoding"));
      encodings.insert(encoding);
      std::string raw = body;
      if (auto codec = maxcompute::codec_of(encoding)) raw = *decompress(*codec, body, 1u << 30);
      EXPECT_TRUE(maxcompute::verify_record_stream(raw, info.schema.columns));
      session.blocks[std::stoi(text("blockid"))] = raw;
      return answer(200, "");
    }
    if (refuse_commits > 0) return --refuse_commits, error(403, "NoPermission");
    session.status = "closed";
    auto& landed = content[session.partition];
    if (session.overwrite) landed.clear();
    for (const auto& [place, bytes] : session.blocks) landed.push_back(bytes);
    return state(id);
  }

  // Rows of a partition as text, cells joined by '|', NULL as ~.
  std::vector<std::string> rows(const std::string& partition) {
    return rows_of(content[partition]);
  }
  std::vector<std::string> rows_of(const std::vector<std::string>& blocks) const {
    std::vector<std::string> out;
    for (const std::string& block : blocks) {
      maxcompute::RecordStreamReader reader(block, info.schema.columns);
      std::vector<Value> row(info.schema.columns.size());
      while (true) {
        auto more = reader.next(row);
        EXPECT_TRUE(more) << (more ? "" : more.error().to_string());
        if (!more || !*more) break;
        std::string line, scratch;
        for (const Value& value : row)
          line += (&value == row.data() ? "" : "|") +
                  (value.is_null() ? "~" : std::string(*to_text(value, {}, scratch)));
        out.push_back(line);
      }
    }
    return out;
  }
  size_t count(const std::string& part) const {
    return static_cast<size_t>(std::count_if(log.begin(), log.end(), [&](const std::string& line) {
      return line.find(part) != std::string::npos;
    }));
  }

  maxcompute::TableInfo info;
  std::set<std::string> partitions;
  std::map<std::string, Session> sessions;
  std::map<std::string, std::vector<std::string>> content;
  std::vector<std::pair<int, std::string>> puts;
  std::vector<std::string> log;
  int refuse_puts = 0;
  int refuse_commits = 0;
  bool transactional = false;       // refuses sessions that overwrite
  bool table_dropped = false;       // behind the plan's back
  std::set<std::string> encodings;  // of the blocks that came
  std::vector<std::string> statements;
  std::string failing_statement;  // fails when it is exactly this
  int closing_polls = 0;          // a session becomes "closed" at so manieth GET

 private:
  static std::vector<maxcompute::Column> parse(const std::vector<std::string>& list) {
    std::vector<maxcompute::Column> columns;
    for (const std::string& text : list) {
      const size_t blank = text.find(' ');
      columns.push_back(
          {text.substr(0, blank), *maxcompute::parse_type(text.substr(blank + 1)), "", true});
    }
    return columns;
  }
  static Response answer(int status, std::string body) {
    Response response;
    response.status = status;
    response.body = Body(std::move(body));
    return response;
  }
  static Response error(int status, const std::string& code, std::string text = {}) {
    if (text.empty()) text = code + " here";
    return answer(status, maxcompute::write_error_xml({code, text, "R", "h"}));
  }
  Response state(const std::string& id) {
    maxcompute::UploadSessionInfo answer_info;
    answer_info.id = id;
    answer_info.status = sessions[id].status;
    answer_info.schema = info.schema;
    for (const auto& [place, bytes] : sessions[id].blocks) answer_info.blocks.push_back(place);
    return answer(200, maxcompute::write_upload_session_json(answer_info));
  }
  Response run_sql(const Request& request) {
    auto job = maxcompute::read_sql_job_xml(request.body.flat().view());
    EXPECT_TRUE(job);
    statements.push_back(job->query);
    const bool failed = job->query == failing_statement;
    const auto done = [&] {
      return answer(201,
                    maxcompute::write_result_xml(
                        job->task_name,
                        failed ? maxcompute::TaskStatus::kFailed : maxcompute::TaskStatus::kSuccess,
                        "text", failed ? "ODPS-0130161:Parse exception" : ""));
    };
    if (job->task_name.find("Sql_") != std::string::npos) return done();
    if (job->query.starts_with("TRUNCATE TABLE `demo`.`person`;")) {
      content[""].clear();
      return done();
    }
    const size_t open = job->query.find("PARTITION (");
    const size_t close = job->query.find(')', open);
    if (open == std::string::npos) return error(400, "InvalidArgument");
    std::string spec = job->query.substr(open + 11, close - open - 11);
    std::erase(spec, '\'');
    if (job->query.starts_with("TRUNCATE")) {
      content[spec].clear();
      return done();
    }
    partitions.insert(spec);
    return done();
  }
};

// Everything that a writer needs, on virtual time. Uploads take a second.
class OdpsWriterTestBase : public testing::Test {
 protected:
  OdpsWriterTestBase() {
    auto handler = [this](const Request& request) { return service.serve(request); };
    transport.route("http://rest:1", handler);
    transport.route("http://tunnel:2", handler);
    settings.table = "person";
    settings.partition = *maxcompute::PartitionSpec::parse("pt=20171019");
    settings.truncate = true;
    settings.columns = {"id", "colname", "version", "colvalue", "optype", "sequenceinfo"};
  }
  std::unique_ptr<Writer> make() {
    OdpsWriterContext context;
    context.base = {&executor, budget.get(), &dirty, &cancel, channels, budget->capacity()};
    context.connection.endpoint = "http://rest:1/api";
    context.connection.tunnel_endpoint = "http://tunnel:2";
    context.connection.project = "demo";
    context.connection.access_id = "id";
    context.connection.access_key = Secret("key");
    context.client.retry = {3, milliseconds(100), seconds(1), 0};
    context.client.cancel = &cancel;
    context.transport = &transport;
    context.random = &random;
    return make_odps_writer(settings, std::move(context));
  }
  static std::vector<InputColumn> input() {
    return {{"id", ValueType::kString},
            {"colName", ValueType::kString},
            {"version", ValueType::kLong},
            {"colValue", ValueType::kNull},
            {"opType", ValueType::kString}};
  }
  // Checked and begun.
  std::unique_ptr<Writer> begun() {
    auto writer = make();
    EXPECT_TRUE(writer->check(input(), warnings));
    auto staging = writer->begin();
    EXPECT_TRUE(staging) << staging.error().to_string();
    if (staging) staging_name = *staging;
    return writer;
  }
  // Of a job with one target.
  std::vector<StagedPart> parts(std::vector<int> places) const {
    return {{staging_name, "", std::move(places)}};
  }
  // One channel writes `batch` and is done.
  ChannelResult transfer(Writer& writer, const RowBatch& batch, int first_place = 0,
                         int places = 100) {
    auto channel = writer.open_channel(first_place, places);
    EXPECT_TRUE(channel);
    Status written = (*channel)->write(batch);
    EXPECT_TRUE(written) << written.error().to_string();
    auto result = finish(**channel);
    EXPECT_TRUE(result) << (result ? "" : result.error().to_string());
    return result ? *result : ChannelResult{};
  }
  Result<ChannelResult> finish(Channel& channel) {
    return await<ChannelResult>(executor, [&](auto done) { channel.finish(done); });
  }
  static void add(RowBatch& batch, const std::string& id, int64_t version, Value value) {
    auto row = batch.add_row();
    row[0] = Value::from_string(batch.copy(id));
    row[1] = Value::from_string("c");
    row[2] = Value::from_long(version);
    row[3] = value;
    row[4] = Value::from_string("U");
  }

  ManualClock clock{1508400000LL * 1000000};
  VirtualExecutor executor{clock, 1};
  Random random{1};
  CancelToken cancel;
  FakeMaxCompute service;
  LoopTransport transport{executor, seconds(1)};
  std::shared_ptr<ByteBudget> budget = ByteBudget::create(executor, 64u << 20);
  DirtySink dirty{DirtySink::Options{std::nullopt, std::nullopt, 0}};
  OdpsSettings settings;
  int channels = 7;
  std::vector<std::string> warnings;
  std::string staging_name;
};

}  // namespace otsstream::writer
