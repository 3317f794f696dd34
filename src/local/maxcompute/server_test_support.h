#pragma once
// A local MaxCompute with one project and one key, and requests to it as the official clients sign
// them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time_zone.h"
#include "local/maxcompute/server.h"
#include "maxcompute/wire/record_stream_reader.h"
#include "maxcompute/wire/record_stream_writer.h"
#include "maxcompute/wire/rest_xml.h"
#include "maxcompute/wire/signature.h"

namespace otsstream::local::test {

inline constexpr char kId[] = "test_ak";
inline constexpr char kKey[] = "test_sk";
inline constexpr int64_t kNow = 1'795'356'194;  // Sun, 22 Nov 2026 14:03:14 GMT

inline std::string text_of(const Response& response) {
  return std::string(response.body.flat().view());
}

// Code of an error answer, XML or JSON; "" when it is none.
inline std::string code_of(const Response& response) {
  auto error = maxcompute::read_error(text_of(response));
  return error ? error->code : "";
}

inline std::string vector_bytes(const std::string& name) {
  std::ifstream in(std::string(OTS_SOURCE_DIR "/tests/data/vectors/") + name + ".hex");
  std::stringstream text;
  text << in.rdbuf();
  EXPECT_TRUE(in.good() || in.eof()) << name;
  return from_hex(text.str());
}

class MaxComputeTest : public ::testing::Test {
 protected:
  MaxComputeTest() { start(""); }

  // A new server object on `directory`, as after a restart of the process.
  void start(const std::string& directory, std::vector<std::string> projects = {"proj"}) {
    server_.reset();
    MaxComputeOptions options;
    options.projects = std::move(projects);
    options.access_keys.emplace(kId, Secret(kKey));
    options.clock = &clock_;
    options.random = &random_;
    options.public_origin = "http://127.0.0.1:8087";
    options.directory = directory;
    auto made = MaxComputeServer::create(std::move(options));
    ASSERT_TRUE(made) << made.error().to_string();
    server_ = std::move(*made);
  }

  void sign(Request& request) const {
    if (request.headers.find("Date") == nullptr) {
      request.headers.set("Date", format_http_date(clock_.wall_ms()));
    }
    request.headers.set("Authorization",
                        maxcompute::authorization_v2(kId, kKey, canonical(request)));
  }

  static std::string canonical(const Request& request) {
    std::string_view resource = request.path();
    if (resource.starts_with("/api/")) resource.remove_prefix(4);
    maxcompute::HeaderList headers;
    for (const Header& h : request.headers.list()) headers.emplace_back(h.name, h.value);
    return maxcompute::canonical_string(request.method, resource, request.query(), headers);
  }

  Response send(std::string method, std::string target, Body body = {}, Headers headers = {}) {
    Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers = std::move(headers);
    request.body = std::move(body);
    sign(request);
    return server_->handle(request);
  }
  Response get(std::string target) { return send("GET", std::move(target)); }
  Response post(std::string target) { return send("POST", std::move(target)); }

  // Submits one statement and gives back the task's state and result text.
  std::pair<maxcompute::TaskStatus, std::string> sql(const std::string& query) {
    const std::string job = maxcompute::write_sql_job_xml({"Task1", query, {}, "uuid-1"});
    Response created = send("POST", "/api/projects/proj/instances?curr_project=proj", Body(job),
                            {{"Content-Type", "application/xml"}});
    EXPECT_EQ(created.status, 201) << text_of(created);
    const std::string location(created.headers.get("Location"));
    const std::string instance =
        "/api/projects/proj/instances/" + location.substr(location.rfind('/') + 1);
    auto status = maxcompute::read_task_status(text_of(get(instance + "?taskstatus")));
    auto result = maxcompute::read_result(text_of(get(instance + "?result")));
    EXPECT_TRUE(status && result);
    if (!status || !result) return {maxcompute::TaskStatus::kCancelled, ""};
    return {*status, *result};
  }
  void ddl(const std::string& query) {
    auto [status, text] = sql(query);
    EXPECT_EQ(status, maxcompute::TaskStatus::kSuccess) << query << "\n" << text;
    EXPECT_EQ(text, "") << query;
  }

  static std::string with(const std::string& query, const std::string& partition) {
    return query + (partition.empty() ? "" : "&partition=" + percent_encode(partition));
  }
  std::string open_upload(const std::string& table, const std::string& partition = "",
                          bool overwrite = false) {
    Response created = post(
        with("/projects/proj/tables/" + table + "?uploads" + (overwrite ? "&overwrite=true" : ""),
             partition));
    auto info = maxcompute::read_upload_session_json(text_of(created));
    EXPECT_TRUE(info) << text_of(created);
    return info ? info->id : "";
  }
  Response put_block(const std::string& table, const std::string& upload, int block,
                     std::string stream, const std::string& partition = "", Headers headers = {}) {
    headers.set("Content-Type", "application/octet-stream");
    return send("PUT",
                with("/projects/proj/tables/" + table + "?uploadid=" + upload +
                         "&blockid=" + std::to_string(block),
                     partition),
                Body(std::move(stream)), std::move(headers));
  }
  Response commit(const std::string& table, const std::string& upload,
                  const std::string& partition = "") {
    return post(with("/projects/proj/tables/" + table + "?uploadid=" + upload, partition));
  }
  // One session with one block.
  void land(const std::string& table, std::string stream, const std::string& partition = "",
            bool overwrite = false) {
    const std::string upload = open_upload(table, partition, overwrite);
    EXPECT_EQ(put_block(table, upload, 0, std::move(stream), partition).status, 200);
    EXPECT_EQ(commit(table, upload, partition).status, 200);
  }

  // Rows as "a|b|c" with ∅ for NULL.
  std::vector<std::string> select(const std::string& query) {
    auto result = server_->query(query);
    EXPECT_TRUE(result) << query << "\n" << result.error().to_string();
    std::vector<std::string> rows;
    if (!result) return rows;
    for (const auto& row : result->rows) {
      std::string line;
      for (const auto& cell : row)
        line += (line.empty() && &cell == &row[0] ? "" : "|") + cell.value_or("∅");
      rows.push_back(std::move(line));
    }
    return rows;
  }

  ManualClock clock_{kNow * 1'000'000};
  Random random_{7};
  std::unique_ptr<MaxComputeServer> server_;
};

// Records of (bigint, string).
inline std::string id_and_text(const std::vector<std::pair<int64_t, std::string>>& rows) {
  maxcompute::RecordStreamWriter out;
  for (const auto& [id, text] : rows) {
    out.add_bigint(1, id);
    out.add_text(2, text);
    out.end_record();
  }
  return out.finish();
}

// A directory that goes away with its owner.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "ots-mc-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace otsstream::local::test
