// Requests that no client sends: each is answered with an error of the request, and the server goes
// on.
#include "base/compress.h"
#include "base/random.h"
#include "local/maxcompute/server_test_support.h"
#include "maxcompute/wire/content_encoding.h"

namespace otsstream::local {
namespace {

using test::code_of;
using test::id_and_text;
using test::text_of;

class HostileRequestsTest : public test::MaxComputeTest {
 protected:
  HostileRequestsTest() {
    ddl("CREATE TABLE t (id BIGINT, v STRING)");
    ddl("CREATE TABLE p (id BIGINT, v STRING) PARTITIONED BY (ds STRING)");
    land("t", id_and_text({{1, "a"}}));
  }
  void expect_alive() { EXPECT_THAT(select("select id, v from t"), testing::ElementsAre("1|a")); }
};

TEST_F(HostileRequestsTest, AreRefusedByTheirOwnFault) {
  const std::string longer(70'000, 'x');
  struct {
    const char* method;
    std::string target;
    std::string body;
  } cases[] = {
      {"GET", "/", ""},
      {"GET", "//", ""},
      {"GET", "/api", ""},
      {"GET", "/api/", ""},
      {"GET", "/api/projects/%00", ""},
      {"GET", "/api/projects/proj/tables/" + longer, ""},
      {"GET", "/api/projects/proj/tables/%ff%fe", ""},
      {"GET", "/api/projects/proj/tables/t'%20or%20'1'='1", ""},
      {"GET", "/api/projects/proj/tables?maxitems=-1", ""},
      {"GET", "/api/projects/proj/tables?maxitems=99999999999999999999", ""},
      {"GET", "/api/projects/proj/tables/t?partitions", ""},
      {"GET", "/api/projects/proj/tables/p?partitions&partition=ds", ""},
      {"GET", "/api/projects/proj/tables/p?partitions&marker=ds%3D'9'", ""},
      {"GET", "/api/projects/proj/tables/p?partition=" + longer, ""},
      {"GET", "/api/projects/proj/tables/t?data&linenum=0", ""},
      {"GET", "/api/projects/proj/tables/t?data&linenum=1&cols=%27", ""},
      {"GET", "/api/projects/proj/tables/t?data&linenum=1&partition=a%3D1", ""},
      {"GET", "/api/projects/proj/instances/%2e%2e", ""},
      {"POST", "/api/projects/proj/instances", ""},
      {"POST", "/api/projects/proj/instances", "<Instance>"},
      {"POST", "/api/projects/proj/instances", "<!DOCTYPE x [<!ENTITY a 'b'>]><Instance/>"},
      {"POST", "/api/projects/proj/instances", longer},
      {"PUT", "/projects/proj/tables/t", ""},
      {"DELETE", "/projects/proj/tables/t?uploadid=x", ""},
      {"POST", "/projects/proj/tables/t?uploads&downloads&partition=x", ""},
      {"POST", "/projects/proj/tables/t?uploadid=" + longer, ""},
      {"PUT", "/projects/proj/tables/t?uploadid=x&blockid=0", longer},
      {"GET", "/projects/proj/tables/t?data&downloadid=x&rowrange=(0,1)", ""},
      {"GET", "/projects/proj/instances/x?data&downloadid=x&rowrange=(0,1)", ""},
      {"GET", "/projects/proj/tables/t/preview?limit=many", ""},
      {"GET", "/projects/proj/schemas/default/tables/t", ""},
  };
  for (const auto& c : cases) {
    Response answer = send(c.method, c.target, Body(c.body));
    EXPECT_GE(answer.status, 400) << c.target.substr(0, 80);
    EXPECT_LT(answer.status, 500) << c.target.substr(0, 80) << text_of(answer);
    EXPECT_NE(code_of(answer), "") << c.target.substr(0, 80);
    EXPECT_LT(text_of(answer).size(), 200'000u);
  }
  expect_alive();
}

TEST_F(HostileRequestsTest, DamagedBodiesInEveryEncodingAreRefused) {
  const std::string upload = open_upload("t");
  const std::string good = id_and_text({{1, "a"}, {2, "b"}});
  Random dice(5);
  for (const char* encoding : {"", "deflate", "zstd", "x-lz4-frame", "x-snappy-framed"}) {
    const Headers headers = *encoding == 0 ? Headers{} : Headers{{"Content-Encoding", encoding}};
    auto codec = maxcompute::codec_of(encoding);
    const std::string sent = codec ? *compress(*codec, good) : good;
    for (int i = 0; i < 200; ++i) {
      std::string bad = sent;
      bad[dice.below(bad.size())] ^= static_cast<char>(1 + dice.below(255));
      Response answer = put_block("t", upload, 0, bad, "", headers);
      EXPECT_LT(answer.status, 500) << encoding << to_hex(bad);
    }
  }
  expect_alive();
}

TEST_F(HostileRequestsTest, NumbersOfRowsBeyondAllRangesAreClipped) {
  auto session =
      maxcompute::read_download_session_json(text_of(post("/projects/proj/tables/t?downloads")));
  ASSERT_TRUE(session);
  const std::string rows = "/projects/proj/tables/t?data&downloadid=" + session->id + "&rowrange=";
  EXPECT_EQ(text_of(get(rows + "(0,18446744073709551615)")), id_and_text({{1, "a"}}));
  EXPECT_EQ(text_of(get(rows + "(18446744073709551615,18446744073709551615)")), id_and_text({}));
  EXPECT_EQ(code_of(get(rows + "(18446744073709551616,1)")), "InvalidRowRange");
}

}  // namespace
}  // namespace otsstream::local
