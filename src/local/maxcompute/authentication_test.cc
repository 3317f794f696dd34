#include "local/maxcompute/authentication.h"

#include "local/maxcompute/server_test_support.h"

namespace otsstream::local {
namespace {

using test::code_of;
using test::text_of;
using ::testing::HasSubstr;
using ::testing::Not;

class AuthenticationTest : public test::MaxComputeTest {
 protected:
  Request project() const {
    Request request;
    request.target = "/api/projects/proj?curr_project=proj";
    request.headers.set("Date", format_http_date(clock_.wall_ms()));
    return request;
  }
  std::string code(const Request& request) { return code_of(server_->handle(request)); }
};

TEST_F(AuthenticationTest, TakesBothVersions) {
  Request v2 = project();
  sign(v2);
  EXPECT_EQ(server_->handle(v2).status, 200);
  Request v4 = project();
  v4.headers.set("Authorization", maxcompute::authorization_v4(test::kId, test::kKey, "20261122",
                                                               "cn-hangzhou", canonical(v4)));
  EXPECT_EQ(server_->handle(v4).status, 200);
  // On the Tunnel nothing is cut from the path (T1); only the error's form tells the endpoints
  // apart.
  Request tunnel = project();
  tunnel.target = "/projects/proj/tables/t?uploadid=1";
  sign(tunnel);
  EXPECT_EQ(code(tunnel), "NoSuchUpload");
}

TEST_F(AuthenticationTest, TemporaryIdsMustSendTheirToken) {
  const std::map<std::string, Secret> keys = {{test::kId, Secret(test::kKey)}};
  const std::map<std::string, Secret> tokens = {{test::kId, Secret("token")}};
  auto code = [&](const char* token, const std::map<std::string, Secret>& wanted) {
    Request request = project();
    if (token != nullptr) request.headers.set("authorization-sts-token", token);
    sign(request);
    Status status = authenticate(request, "/projects/proj", keys, wanted, clock_);
    return status ? "" : status.error().code;
  };
  EXPECT_EQ(code("token", tokens), "");
  EXPECT_EQ(code("another", tokens), "ODPS-0410051");
  EXPECT_EQ(code(nullptr, tokens), "ODPS-0410051");
  EXPECT_EQ(code("ignored", {}), "");
}

TEST_F(AuthenticationTest, RefusesWithTheReason) {
  const std::string canonical_text = canonical(project());
  struct {
    const char* what;
    std::string authorization;
    const char* code;
  } cases[] = {
      {"none", "", "Unauthorized"},
      {"another scheme", "Basic dGVzdA==", "Unauthorized"},
      {"no signature", "ODPS test_ak", "Unauthorized"},
      {"unknown id", maxcompute::authorization_v2("nobody", test::kKey, canonical_text),
       "ODPS-0410051"},
      {"wrong key", maxcompute::authorization_v2(test::kId, "wrong", canonical_text),
       "ODPS-0410042"},
      {"other text", maxcompute::authorization_v2(test::kId, test::kKey, "GET"), "ODPS-0410042"},
      {"V4, wrong key",
       maxcompute::authorization_v4(test::kId, "wrong", "20261122", "r", canonical_text),
       "ODPS-0410042"},
      {"V4, day before",
       maxcompute::authorization_v4(test::kId, test::kKey, "20261121", "r", canonical_text),
       "ODPS-0410031"},
  };
  for (const auto& c : cases) {
    Request request = project();
    if (!c.authorization.empty()) request.headers.set("Authorization", c.authorization);
    Response response = server_->handle(request);
    EXPECT_EQ(response.status, 401) << c.what;
    EXPECT_EQ(code_of(response), c.code) << c.what;
    EXPECT_THAT(text_of(response), Not(HasSubstr(test::kKey))) << c.what;
    EXPECT_FALSE(response.headers.get("x-odps-request-id").empty()) << c.what;
  }
}

TEST_F(AuthenticationTest, AllowsFifteenMinutes) {
  struct {
    int64_t seconds_off;
    const char* code;
  } cases[] = {{-900, ""}, {900, ""}, {-901, "ODPS-0410031"}, {901, "ODPS-0410031"}};
  for (const auto& c : cases) {
    Request request = project();
    request.headers.set("Date", format_http_date(clock_.wall_ms() + c.seconds_off * 1000));
    sign(request);
    EXPECT_EQ(code(request), c.code) << c.seconds_off;
  }
  for (const char* date : {"", "yesterday"}) {
    Request request = project();
    request.headers.set("Date", date);
    if (*date == 0) request.headers.remove("Date");
    request.headers.set("Authorization",
                        maxcompute::authorization_v2(test::kId, test::kKey, canonical(request)));
    EXPECT_EQ(code(request), "Unauthorized") << date;
  }
}

// T16: PyODPS decodes the whole query, then each value; T2: '+' and %20 are the same blank.
TEST_F(AuthenticationTest, AcceptsWhatPyOdpsSigns) {
  struct {
    const char* value;  // as it stands in the query
    const char* signed_as;
  } cases[] = {
      {"a%252Bb", "curr_project=proj&partition=ds='a+b'"},
      {"a%2Bb", "curr_project=proj&partition=ds='a b'"},
      {"a%26b", "b'&curr_project=proj&partition=ds='a"},
      {"100%25", "curr_project=proj&partition=ds='100%'"},
      {"%2541", "curr_project=proj&partition=ds='A'"},
  };
  for (const auto& c : cases) {
    Request request = project();
    request.target =
        "/api/projects/proj?partition=ds%3D%27" + std::string(c.value) + "%27&curr_project=proj";
    const std::string canonical_text =
        "GET\n\n\n" + std::string(request.headers.get("Date")) + "\n/projects/proj?" + c.signed_as;
    request.headers.set("Authorization",
                        maxcompute::authorization_v2(test::kId, test::kKey, canonical_text));
    EXPECT_EQ(code(request), "") << c.value;
  }
  Request blank = project();
  blank.target = "/api/projects/proj?x=a+b";
  Request percent = project();
  percent.target = "/api/projects/proj?x=a%20b";
  sign(percent);
  blank.headers = percent.headers;
  EXPECT_EQ(code(blank), "");
}

TEST(MaxComputeOptionsTest, NamesWhatIsMissing) {
  auto made = MaxComputeServer::create({});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "MaxCompute-Options");
}

}  // namespace
}  // namespace otsstream::local
