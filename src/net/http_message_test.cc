#include "net/http_message.h"

#include <gtest/gtest.h>

namespace otsstream {
namespace {

TEST(Headers, CompareWithoutCaseAndKeepOrder) {
  Headers headers{{"Content-Type", "a"}, {"x-ots-date", "1"}, {"X-OTS-DATE", "2"}};
  EXPECT_EQ(headers.get("content-type"), "a");
  ASSERT_NE(headers.find("X-Ots-Date"), nullptr);
  EXPECT_EQ(*headers.find("X-Ots-Date"), "1");
  EXPECT_EQ(headers.find("x-ots"), nullptr);
  EXPECT_EQ(headers.get("absent"), "");

  headers.set("X-ots-Date", "3");  // replaces the first, drops the second
  ASSERT_EQ(headers.list().size(), 2u);
  EXPECT_EQ(headers.list()[1].name, "x-ots-date");
  EXPECT_EQ(headers.list()[1].value, "3");
  headers.set("new", "n");
  headers.add("NEW", "m");
  EXPECT_EQ(headers.list().size(), 4u);
  headers.remove("neW");
  EXPECT_EQ(headers.list().size(), 2u);
}

TEST(Body, FlatSharesOnePartAndJoinsMany) {
  EXPECT_EQ(Body().flat().view(), "");
  SharedBuffer one(std::string("one"));
  Body body(one);
  EXPECT_EQ(body.flat().data(), one.data());
  body.append(SharedBuffer());  // an empty part is none
  EXPECT_EQ(body.parts().size(), 1u);
  body.append(SharedBuffer(std::string("two")));
  EXPECT_EQ(body.size(), 6u);
  EXPECT_EQ(body.flat().view(), "onetwo");
  EXPECT_TRUE(Body(std::string()).empty());
}

TEST(Request, SplitsTargetAtTheFirstQuestionMark) {
  struct Case {
    const char* target;
    const char* path;
    const char* query;
  };
  for (auto [target, path, query] :
       {Case{"/a", "/a", ""}, Case{"/a?", "/a", ""}, Case{"", "", ""},
        Case{"/a%3Fb?c?d", "/a%3Fb", "c?d"}, Case{"?x=1", "", "x=1"}}) {
    Request request;
    request.target = target;
    EXPECT_EQ(request.path(), path) << target;
    EXPECT_EQ(request.query(), query) << target;
  }
}

TEST(Percent, Decodes) {
  struct Case {
    const char* text;
    const char* plain;
    const char* form;
  };
  for (auto [text, plain, form] :
       {Case{"", "", ""}, Case{"%41+b", "A+b", "A b"},
        Case{"%e4%BD%a0", "\xe4\xbd\xa0", "\xe4\xbd\xa0"}, Case{"100%", "100%", "100%"},
        Case{"%4", "%4", "%4"}, Case{"%zz%41", "%zzA", "%zzA"}, Case{"%%41", "%A", "%A"},
        Case{"%2541", "%41", "%41"}, Case{"%2B", "+", "+"}}) {
    EXPECT_EQ(percent_decode(text, false), plain) << text;
    EXPECT_EQ(percent_decode(text, true), form) << text;
  }
  EXPECT_EQ(percent_decode("%00", false), std::string(1, '\0'));
}

TEST(Percent, EncodesAllButUnreserved) {
  EXPECT_EQ(percent_encode("AZaz09-_.~"), "AZaz09-_.~");
  EXPECT_EQ(percent_encode("ds=20240101,hh=01"), "ds%3D20240101%2Chh%3D01");
  EXPECT_EQ(percent_encode("a b+c/d%\xe4\xbd\xa0"), "a%20b%2Bc%2Fd%25%E4%BD%A0");
  EXPECT_EQ(percent_encode(std::string_view("\0\xff", 2)), "%00%FF");
}

TEST(Query, Parses) {
  auto params = parse_query("uploads&&partition=ds%3D1%2Chh%3D02&a=&=v&a=b=c&sp+ace=x+y");
  struct Want {
    const char* key;
    const char* value;
    bool has_value;
  };
  const Want wants[] = {{"uploads", "", false}, {"partition", "ds=1,hh=02", true},
                        {"a", "", true},        {"", "v", true},
                        {"a", "b=c", true},     {"sp ace", "x y", true}};
  ASSERT_EQ(params.size(), std::size(wants));
  for (size_t i = 0; i < params.size(); ++i) {
    EXPECT_EQ(params[i].key, wants[i].key) << i;
    EXPECT_EQ(params[i].value, wants[i].value) << i;
    EXPECT_EQ(params[i].has_value, wants[i].has_value) << i;
  }
  ASSERT_NE(find_param(params, "a"), nullptr);
  EXPECT_EQ(find_param(params, "a")->value, "");  // the first one
  EXPECT_EQ(find_param(params, "A"), nullptr);    // keys have case
  EXPECT_TRUE(parse_query("").empty());
}

}  // namespace
}  // namespace otsstream
