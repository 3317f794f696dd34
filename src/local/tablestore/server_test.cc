#include "local/tablestore/server.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/bytes.h"
#include "base/compress.h"
#include "local/tablestore/tablestore_test_support.h"

namespace otsstream::local::tablestore_test {
namespace {

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

Request captured(const std::string& name) {
  std::string base = OTS_SOURCE_DIR "/tests/data/vectors/" + name;
  std::istringstream lines(file_text(base + ".headers.txt"));
  Request out;
  std::string line;
  std::getline(lines, line);
  out.method = line.substr(0, line.find(' '));
  out.target = line.substr(line.find(' ') + 1, line.rfind(' ') - line.find(' ') - 1);
  while (std::getline(lines, line) && line.size() > 1) {
    if (line.back() == '\r') line.pop_back();
    size_t colon = line.find(':');
    out.headers.add(line.substr(0, colon), line.substr(line.find_first_not_of(' ', colon + 1)));
  }
  out.body = Body(from_hex(file_text(base + ".body.hex")));
  return out;
}

// Requests of four official SDKs, as captured: signatures V2, V4, STS, deflate, odd dates, trailing
// zeros. On an empty instance.
TEST(TablestoreServerTest, UnderstandsCapturedRequests) {
  const std::map<std::string, std::string> kExpected = {
      {"node_list_table", ""},
      {"go_list_table", ""},
      {"java_list_table_v4", ""},
      {"java_list_table_sts", ""},
      {"node_create_table", ""},
      {"java_create_table", ""},
      {"go_create_table_stream_columns", ""},
      {"python_create_table_index", "OTSParameterInvalid"},  // indexes are not served
      {"java_describe_table", "OTSObjectNotExist"},
      {"java_describe_table_v4", "OTSObjectNotExist"},
      {"node_update_table", "OTSObjectNotExist"},
      {"node_put_row", "OTSObjectNotExist"},
      {"java_put_row", "OTSObjectNotExist"},
      {"java_put_row_deflate", "OTSObjectNotExist"},
      {"python_put_row", "OTSObjectNotExist"},
      {"go_put_row", "OTSObjectNotExist"},
      {"node_update_row", "OTSObjectNotExist"},
      {"java_update_row", "OTSObjectNotExist"},
      {"python_update_row", "OTSObjectNotExist"},
      {"go_update_row", "OTSObjectNotExist"},
      {"node_delete_row", "OTSObjectNotExist"},
      {"java_delete_row", "OTSObjectNotExist"},
      {"go_delete_row", "OTSObjectNotExist"},
      {"node_get_row", "OTSObjectNotExist"},
      {"java_get_row_pagination_filter", "OTSObjectNotExist"},
      {"node_get_range", "OTSObjectNotExist"},
      {"python_get_range_backward", "OTSObjectNotExist"},
      {"java_get_range", "OTSObjectNotExist"},
      {"go_get_range", "OTSObjectNotExist"},
      {"node_batch_get_row", ""},
      {"node_batch_write_row", ""},
      {"java_batch_write_row", ""},
      {"java_list_stream", "OTSObjectNotExist"},
      {"java_describe_stream", "OTSObjectNotExist"},
      {"java_describe_stream_paged", "OTSObjectNotExist"},
      {"java_get_shard_iterator", "OTSObjectNotExist"},
      {"java_get_shard_iterator_ts_token", "OTSObjectNotExist"},
      {"java_get_stream_record", "OTSTrimmedDataAccess"},
      {"go_get_stream_record", "OTSTrimmedDataAccess"},
      {"java_bulk_import", "OTSObjectNotExist"},
      {"node_start_local_transaction", "OTSObjectNotExist"},
      {"java_tunnel_create", "OTSParameterInvalid"},
      {"python_put_timeseries_data", "OTSParameterInvalid"},
  };
  for (const auto& [name, code] : kExpected) {
    TablestoreFixture local;
    Response response = local.server->handle(captured(name));
    EXPECT_EQ(code_of(response), code) << name << ": " << message_of(response);
    EXPECT_NE(response.headers.get("Authorization"), "") << name;
  }
}

TEST(TablestoreServerTest, SignsAnswersToV4WithTheSigningKey) {
  TablestoreFixture local;
  Response response = local.server->handle(captured("java_list_table_v4"));
  EXPECT_EQ(
      response.headers.get("Authorization"),
      "OTS testid:" + sign_response(v4_signing_key(kSecret, "20261122", "cn-hangzhou"),
                                    "/ListTable", TablestoreFixture::list_of(response.headers)));
}

struct RefusalCase {
  const char* name;
  void (*change)(Request&);
  bool sign_again;
  int status;
  const char* code;
  const char* message;  // part of it
};

TEST(TablestoreServerTest, RefusesWhatItCannotTrust) {
  const RefusalCase kCases[] = {
      {"wrong signature",
       [](Request& r) { r.headers.set("x-ots-signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="); }, false,
       403, "OTSAuthFailed", "Signature mismatch"},
      {"unsigned header", [](Request& r) { r.headers.set("x-ots-request-tag", "later"); }, false,
       403, "OTSAuthFailed", "Signature mismatch"},
      {"unknown key", [](Request& r) { r.headers.set("x-ots-accesskeyid", "nobody"); }, true, 403,
       "OTSAuthFailed", "AccessKeyID does not exist"},
      {"unknown instance", [](Request& r) { r.headers.set("x-ots-instancename", "elsewhere"); },
       true, 403, "OTSAuthFailed", "instance does not exist: 'elsewhere'"},
      {"too early", [](Request& r) { r.headers.set("x-ots-date", format_date(kNowMs - 901'000)); },
       true, 403, "OTSAuthFailed", "x-ots-date"},
      {"too late", [](Request& r) { r.headers.set("x-ots-date", format_date(kNowMs + 901'000)); },
       true, 403, "OTSAuthFailed", "x-ots-date"},
      {"other body", [](Request& r) { r.body = Body(std::string("x")); }, false, 403,
       "OTSAuthFailed", "MD5"},
      {"no date", [](Request& r) { r.headers.remove("x-ots-date"); }, true, 400,
       "OTSParameterInvalid", "Missing header: 'x-ots-date'"},
      {"no signature", [](Request& r) { r.headers.remove("x-ots-signature"); }, false, 400,
       "OTSParameterInvalid", "Missing header: 'x-ots-signature'"},
      {"broken date", [](Request& r) { r.headers.set("x-ots-date", "yesterday"); }, true, 400,
       "OTSParameterInvalid", "Invalid date"},
      {"other version", [](Request& r) { r.headers.set("x-ots-apiversion", "2014-08-08"); }, true,
       400, "OTSParameterInvalid", "Invalid API version"},
      {"GET", [](Request& r) { r.method = "GET"; }, false, 405, "OTSMethodNotAllowed", "use POST"},
  };
  TablestoreFixture local;
  for (const RefusalCase& c : kCases) {
    Request request = local.request("ListTable", "");
    c.change(request);
    if (c.sign_again) TablestoreFixture::sign(request);
    Response response = local.server->handle(request);
    EXPECT_EQ(response.status, c.status) << c.name;
    EXPECT_EQ(code_of(response), c.code) << c.name;
    EXPECT_THAT(message_of(response), ::testing::HasSubstr(c.message)) << c.name;
    EXPECT_EQ(response.headers.find("Authorization"), nullptr)
        << c.name << ": such an answer is not signed";
  }
  EXPECT_EQ(local.server->handle(local.request("ListTable", "")).status, 200);
  Request wrong_key = local.request("ListTable", "", "other secret");
  EXPECT_EQ(code_of(local.server->handle(wrong_key)), "OTSAuthFailed");
}

TEST(TablestoreServerTest, ChecksSecurityTokens) {
  TablestoreServerOptions options;
  options.instances["inst"]["testid"] = {Secret(kSecret), Secret("STS.token")};
  TablestoreFixture local(std::move(options));
  Request request = local.request("ListTable", "");
  EXPECT_EQ(code_of(local.server->handle(request)), "OTSAuthFailed");
  request.headers.set("x-ots-ststoken", "STS.token");
  TablestoreFixture::sign(request);
  EXPECT_EQ(local.server->handle(request).status, 200);
}

TEST(TablestoreServerTest, BoundsBodies) {
  TablestoreServerOptions options;
  options.instances["inst"]["testid"] = {Secret(kSecret), Secret()};
  options.max_body_bytes = 1000;
  TablestoreFixture local(std::move(options));
  Response too_large = local.server->handle(local.request("PutRow", std::string(1001, 'x')));
  EXPECT_EQ(too_large.status, 413);
  EXPECT_EQ(code_of(too_large), "OTSRequestBodyTooLarge");

  auto deflated = [&](std::string compressed, const std::string& size) {
    Request request = local.request("ListTable", std::move(compressed));
    request.headers.set("x-ots-request-compress-type", "deflate");
    request.headers.set("x-ots-request-compress-size", size);
    TablestoreFixture::sign(request);
    return local.server->handle(request);
  };
  EXPECT_EQ(code_of(deflated(zlib_deflate(std::string(100'000, 'x')), "100000")),
            "OTSRequestBodyTooLarge");
  EXPECT_EQ(code_of(deflated("no zlib stream", "10")), "OTSParameterInvalid");
  EXPECT_EQ(code_of(deflated(zlib_deflate("abc"), "4")), "OTSParameterInvalid");
}

TEST(TablestoreServerTest, DeflatesAnswersForClientsThatAsk) {
  TablestoreFixture local;
  local.create();
  std::string text(5000, 'x');
  local.put_row(row(key("a"), {put("v", CellValue::of_string(text))}));
  GetRowRequest get;
  get.table = "person";
  get.primary_key = SharedBuffer(encode_key(key("a")));
  get.read.max_versions = 1;
  auto answer = [&](const char* operation, std::string body, const char* accepted) {
    Request request = local.request(operation, std::move(body));
    request.headers.set("x-ots-response-compress-type", accepted);
    TablestoreFixture::sign(request);
    Response response = local.server->handle(request);
    EXPECT_EQ(response.headers.get("Authorization"),
              "OTS testid:" + sign_response(kSecret, request.target,
                                            TablestoreFixture::list_of(response.headers)))
        << "both compression headers are signed";
    return response;
  };
  Response plain = local.call("GetRow", encode(get));
  Response deflated = answer("GetRow", encode(get), "deflate");
  EXPECT_EQ(deflated.headers.get("x-ots-response-compress-type"), "deflate");
  EXPECT_EQ(deflated.headers.get("x-ots-response-compress-size"),
            std::to_string(plain.body.size()));
  EXPECT_EQ(deflated.headers.get("x-ots-contentmd5"), plain.headers.get("x-ots-contentmd5"))
      << "of the inflated body";
  EXPECT_LT(deflated.body.size(), plain.body.size() / 10);
  auto inflated = zlib_inflate(deflated.body.flat().view(), 1 << 20);
  ASSERT_TRUE(inflated);
  EXPECT_EQ(*inflated, plain.body.flat().view());

  const std::pair<const char*, Response> kPlain[] = {
      {"an unknown type", answer("GetRow", encode(get), "zstd")},
      {"an empty body", answer("DeleteTable", encode(DeleteTableRequest{"person"}), "deflate")},
      {"an error", answer("GetRow", encode(get), "deflate")},
  };
  for (const auto& [what, response] : kPlain)
    EXPECT_EQ(response.headers.find("x-ots-response-compress-type"), nullptr) << what;
}

// The captured answer that the Java SDK accepted: the same headers, in the same form.
TEST(TablestoreServerTest, DeflatesAsTheCapturedAnswerDoes) {
  const std::string folder = OTS_SOURCE_DIR "/tests/data/vectors";
  const std::string body = from_hex(file_text(folder + "/resp_get_row_deflate.body.hex"));
  const std::string plain = from_hex(file_text(folder + "/resp_get_row.body.hex"));
  EXPECT_EQ(zlib_inflate(body, 1 << 20).value(), plain);
  EXPECT_EQ(zlib_inflate(zlib_deflate(plain), 1 << 20).value(), plain);
  EXPECT_EQ(zlib_deflate(plain).substr(0, 1), body.substr(0, 1)) << "zlib's own header";
  const std::string headers = file_text(folder + "/resp_get_row_deflate.headers.txt");
  EXPECT_THAT(headers, ::testing::HasSubstr("x-ots-contentmd5: " + content_md5(plain)));
  EXPECT_THAT(headers, ::testing::HasSubstr("x-ots-response-compress-size: " +
                                            std::to_string(plain.size())));
}

TEST(TablestoreServerTest, AnswersHostileBodies) {
  TablestoreFixture local;
  local.create();
  for (const char* operation :
       {"CreateTable", "DescribeTable", "UpdateTable", "DeleteTable", "PutRow", "UpdateRow",
        "DeleteRow", "GetRow", "GetRange", "BatchGetRow", "BatchWriteRow", "DescribeStream",
        "GetShardIterator", "GetStreamRecord"}) {
    for (const std::string& body : {std::string(), std::string("\xff\xff\xff\xff"),
                                    std::string("\x0a\x7fshort"), std::string(300, '\0')}) {
      EXPECT_EQ(code_of(local.call(operation, body)), "OTSParameterInvalid")
          << operation << " of " << body.size() << " bytes";
    }
  }
  EXPECT_THAT(message_of(local.call("MakeCoffee", "")),
              ::testing::HasSubstr("Unsupported operation: 'MakeCoffee'"));
  EXPECT_THAT(message_of(local.call("Search", "")),
              ::testing::HasSubstr("not supported by the local Tablestore"));
}

TEST(TablestoreServerTest, CountsByOperation) {
  TablestoreFixture local;
  local.call("ListTable", "");
  local.call("DescribeTable", encode(DescribeTableRequest{"none"}));
  local.call("MakeCoffee", "");
  auto counters = local.server->counters();
  EXPECT_EQ(counters["ListTable"].requests, 1u);
  EXPECT_EQ(counters["ListTable"].errors, 0u);
  EXPECT_EQ(counters["DescribeTable"].errors, 1u);
  EXPECT_EQ(counters["DescribeTable"].bytes_in, 6u);
  EXPECT_EQ(counters["?"].requests, 1u);
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
