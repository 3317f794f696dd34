// Every signature of the captured requests and of the accepted answers, recomputed
// (tablestore-protocol.md 1.3 - 1.6, 7).

#include "tablestore/wire/signature.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/hash.h"
#include "support/vectors.h"

namespace otsstream::tablestore {
namespace {

constexpr std::string_view kSecret = "testkey";
const std::string kV4Key = "EefU1p0mWAnhFP359HCzfEGl6DvEU1lbQqZCP4Bki5A=";

bool is_tablestore_request(const std::string& name) {
  for (const char* sdk : {"java_", "node_", "go_", "python_"}) {
    if (name.starts_with(sdk)) return true;
  }
  return false;
}

TEST(Signature, EveryCapturedRequest) {
  int count = 0;
  for (const auto& file : std::filesystem::directory_iterator(test::vector_folder())) {
    const std::string name = file.path().stem().stem().string();
    if (!file.path().string().ends_with(".headers.txt") || !is_tablestore_request(name)) continue;
    const auto headers = test::load_headers(name);
    EXPECT_EQ(content_md5(test::load_hex(name)), headers.get("x-ots-contentmd5")) << name;
    if (std::string v4 = headers.get("x-ots-signaturev4"); !v4.empty()) {
      EXPECT_EQ(sign_request_v4(kV4Key, headers.path(), headers.list), v4) << name;
    } else {
      EXPECT_EQ(sign_request_v2(kSecret, headers.path(), headers.list),
                headers.get("x-ots-signature"))
          << name;
    }
    EXPECT_TRUE(parse_date(headers.get("x-ots-date")).has_value()) << name;
    ++count;
  }
  EXPECT_EQ(count, 58);
}

TEST(Signature, EveryAnswer) {
  struct Case {
    const char* name;
    const char* path;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"resp_list_table", "/ListTable"},
           {"resp_create_table", "/CreateTable"},
           {"resp_describe_table", "/DescribeTable"},
           {"resp_update_table", "/UpdateTable"},
           {"resp_put_row", "/PutRow"},
           {"resp_get_row", "/GetRow"},
           {"resp_get_row_deflate", "/GetRow"},
           {"resp_get_range", "/GetRange"},
           {"resp_batch_write_row", "/BatchWriteRow"},
           {"resp_bulk_export_matrix", "/BulkExport"},
           {"resp_list_stream", "/ListStream"},
           {"resp_describe_stream", "/DescribeStream"},
           {"resp_get_shard_iterator", "/GetShardIterator"},
           {"resp_get_stream_record", "/GetStreamRecord"},
           {"resp_get_stream_record_closed", "/GetStreamRecord"},
           {"resp_error_404", "/DescribeTable"},
           {"resp_error_trimmed", "/GetStreamRecord"},
           {"resp_tunnel_describe", "/tunnel/describe"},
           {"resp_tunnel_heartbeat", "/tunnel/heartbeat"},
           {"resp_tunnel_readrecords", "/tunnel/readrecords"},
       }) {
    const auto headers = test::load_headers(c.name);
    EXPECT_EQ("OTS testid:" + sign_response(kSecret, c.path, headers.list),
              headers.get("Authorization"))
        << c.name;
    if (std::string_view(c.name) !=
        "resp_get_row_deflate") {  // there the MD5 is of the inflated body
      EXPECT_EQ(content_md5(test::load_hex(c.name)), headers.get("x-ots-contentmd5")) << c.name;
    }
  }
  const auto v4 = test::load_headers("resp_list_table_v4");
  EXPECT_EQ("OTS testid:" + sign_response(kV4Key, "/ListTable", v4.list), v4.get("Authorization"));
}

TEST(Signature, V4SigningKeyOfTheWorkedExample) {
  EXPECT_EQ(v4_signing_key(kSecret, "20261122", "cn-hangzhou"), kV4Key);
}

TEST(Signature, HeadersAreLowerCasedTrimmedSortedAndUnknownOnesSigned) {
  HeaderList plain = {{"x-ots-accesskeyid", "id"}, {"x-ots-date", "d"}, {"x-ots-zzz", "1"}};
  HeaderList wild = {{"X-Ots-Zzz", " 1 "},
                     {"Host", "h"},
                     {"X-OTS-Date", "d"},
                     {"x-ots-signature", "s"},
                     {"x-ots-accesskeyid", "id\t"}};
  EXPECT_EQ(sign_request_v2("k", "/PutRow", plain), sign_request_v2("k", "/PutRow", wild));
  wild[0].second = "2";
  EXPECT_NE(sign_request_v2("k", "/PutRow", plain), sign_request_v2("k", "/PutRow", wild));
}

TEST(Signature, EmptyBodyMd5) { EXPECT_EQ(content_md5(""), "1B2M2Y8AsgTpgAmY7PhCfg=="); }

TEST(Date, BothWays) {
  constexpr int64_t kWhole = 1795356290000;  // 2026-11-22T14:04:50Z
  EXPECT_EQ(format_date(kWhole + 398), "2026-11-22T14:04:50.398Z");
  for (const char* text : {"2026-11-22T14:04:50.398Z", "2026-11-22T14:04:50.11222Z",
                           "2026-11-22T14:04:50.1Z", "2026-11-22T14:04:50Z"}) {
    EXPECT_EQ(parse_date(text).value(), kWhole)
        << text;  // the fraction is not a fraction everywhere (1.3)
  }
  EXPECT_EQ(format_date(0), "1970-01-01T00:00:00.000Z");
}

TEST(Date, OthersAreRefused) {
  for (const char* text : {"", "Z", "2026-11-22", "2026-11-22T14:04:50", "2026-11-22T14:04:50.Z",
                           "2026-11-22 14:04:50Z", "2026-13-22T14:04:50Z", "2026-02-30T14:04:50Z",
                           "2026-11-22T24:04:50Z", "2026-11-22T14:60:50Z", "2026-11-22T14:04:61Z",
                           "2026-11-22T14:04:50.1xZ", "+026-11-22T14:04:50Z"}) {
    auto parsed = parse_date(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code, "Wire-Date");
  }
}

}  // namespace
}  // namespace otsstream::tablestore
