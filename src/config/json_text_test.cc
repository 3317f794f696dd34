#include "config/json_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/json_out.h"

namespace otsstream {
namespace {

using testing::HasSubstr;

std::shared_ptr<JsonDocument> parse(const std::string& text, const JsonOptions& options = {}) {
  auto document = parse_json(text, "job.json", options);
  if (!document) ADD_FAILURE() << document.error().to_string() << "\n" << text;
  return document ? *document : *parse_json("{}", "none");
}

// Every node as text, to compare trees at one glance.
std::string dump(const JsonNode& node) {
  std::string out;
  switch (node.kind()) {
    case JsonKind::kArray:
      for (const JsonNode* item : node.items()) out += (out.empty() ? "" : ",") + dump(*item);
      return "[" + out + "]";
    case JsonKind::kObject:
      for (const JsonNode* m : node.members())
        out += (out.empty() ? "" : ",") + m->key() + ":" + dump(*m);
      return "{" + out + "}";
    case JsonKind::kText:
      return "'" + node.text() + "'";
    default:
      return node.text();
  }
}

TEST(JsonText, ReadsWhatPeopleWrite) {
  const struct {
    const char* text;
    const char* tree;
  } kCases[] = {
      {"{}", "{}"},
      {"[]", "[]"},
      {" 12 ", "12"},
      {"[1,-0,0.50,1e3,-2.5E-7,true,false,null]", "[1,-0,0.50,1e3,-2.5E-7,true,false,null]"},
      {"{\"b\":1,\"a\":{\"c\":[]}}", "{b:1,a:{c:[]}}"},
      {"\xEF\xBB\xBF{\"a\":1}", "{a:1}"},
      {"{\"a\":1,}", "{a:1}"},
      {"[1,2 , // last\n ]", "[1,2]"},
      {"// head\n{# one\n\"a\"/* two */:/* three\nlines */1 // end\n}# tail", "{a:1}"},
      {"{\"a\": \"x # y // z /* w */\"}", "{a:'x # y // z /* w */'}"},
      {"{\"n\": 7// no blank before\n}", "{n:7}"},
      {"{\"a\": 30,//comment ends at a lone CR\r\"b\":1}", "{a:30,b:1}"},
      {"{\"a\": ${start.time}, \"b\": [${x}]}", "{a:${start.time},b:[${x}]}"},
      {"\"tab\there\"", "'tab\there'"},
      {"\"\\u00e9\\u4e2d\\ud83d\\ude00\\n\\/\\\"\\\\\"",
       "'\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80\n/\"\\'"},
      {"\"\\${x}\"", "'\\${x}'"},
      {"\"\"", "''"},
  };
  for (const auto& c : kCases) EXPECT_EQ(dump(parse(c.text)->root()), c.tree) << c.text;
}

TEST(JsonText, ErrorsPointAtTheUsersText) {
  const struct {
    std::string text;
    const char* where;
    const char* message;
  } kCases[] = {
      {"", "job.json:1:1", "the text is empty"},
      {"  // only this\n", "job.json:2:1", "the text is empty"},
      {"{\"a\": }", "job.json:1:7", "a value is missing before this `}`"},
      {"{\"a\": ,}", "job.json:1:7", "a value is missing before this comma"},
      {"{\"a\"", "job.json:1:1", "this `{` is never closed"},
      {"{\n \"a\": [1,\n  2\n", "job.json:2:7", "this `[` is never closed"},
      {"{\n\"a\": 1\n\"b\": 2\n}", "job.json:3:1", "expected `,` or `}`"},
      {"[1 2]", "job.json:1:4", "expected `,` or `]`"},
      {"{\"a\" 1}", "job.json:1:6", "expected `:`"},
      {"{a: 1}", "job.json:1:2", "expected a key in double quotes"},
      {"{,}", "job.json:1:2", "expected a key"},
      {"{\"a\": 1,,}", "job.json:1:9", "expected a key"},
      {"{\"a\": True}", "job.json:1:7", "a word without quotes"},
      {"{\"a\": 'x'}", "job.json:1:7", "double quotes"},
      {"{\"a\": 007}", "job.json:1:7", "not a valid number"},
      {"{\"a\": +1}", "job.json:1:7", "not a valid number"},
      {"{\"a\": 1.}", "job.json:1:7", "not a valid number"},
      {"{\"a\": $x}", "job.json:1:7", "cannot begin with `$`"},
      {"{\"a\": ${x\n}", "job.json:1:7", "no closing `}`"},
      {"{\"a\": \"open\n}", "job.json:1:7", "no closing quote on its line"},
      {"\"open", "job.json:1:1", "no closing quote"},
      {"\"bad \\x\"", "job.json:1:6", "unknown escape"},
      {"\"\\u12G4\"", "job.json:1:2", "four hexadecimal digits"},
      {"\"\\ud83d!\"", "job.json:1:2", "surrogate"},
      {"\"\\ud83d\\u0041\"", "job.json:1:2", "surrogate"},
      {"\"\\ude00\"", "job.json:1:2", "surrogate"},
      {std::string("\"a\x01\""), "job.json:1:3", "control character"},
      {"{} {}", "job.json:1:4", "something follows the end of the outermost object"},
      {"{\"a\":1, \"b\":2,\n\"a\":3}", "job.json:2:1",
       "the key `a` occurs twice in one object, first at line 1"},
      {"/* open", "job.json:1:1", "this comment has no end"},
      {"{\"\xE4\xB8\xAD\xE6\x96\x87\": x}", "job.json:1:8",
       "a word without quotes"},  // columns are characters
      {"{\"a\":\r\n\r\n x}", "job.json:3:2", "a word without quotes"},
      {"\"\xC0\x80\"", "job.json:1:2", "not valid UTF-8"},          // overlong
      {"\"\xED\xA0\x80\"", "job.json:1:2", "not valid UTF-8"},      // surrogate
      {"\"\xF4\x90\x80\x80\"", "job.json:1:2", "not valid UTF-8"},  // above U+10FFFF
      {"\"\xE4\xB8\"", "job.json:1:2", "not valid UTF-8"},          // cut
  };
  for (const auto& c : kCases) {
    auto document = parse_json(c.text, "job.json");
    ASSERT_FALSE(document) << c.text;
    EXPECT_EQ(document.error().where, c.where) << c.text;
    EXPECT_THAT(document.error().message, HasSubstr(c.message)) << c.text;
    EXPECT_EQ(document.error().code, "Config-Json");
    EXPECT_EQ(document.error().kind, ErrorKind::kConfig);
  }
}

TEST(JsonText, StrictTakesStandardJsonOnly) {
  JsonOptions strict;
  strict.strict = true;
  EXPECT_TRUE(parse_json("{\"a\": [1, \"x\"]}", "answer", strict));
  for (const char* text :
       {"{\"a\":1,}", "[1,]", "// x\n1", "# x\n1", "/* x */1", "${x}", "\"\t\"", "\"\\$\""})
    EXPECT_FALSE(parse_json(text, "answer", strict)) << text;
}

TEST(JsonText, LimitsDepthAndSize) {
  auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse_json(nested(200), "deep"));
  auto deep = parse_json(nested(201), "deep");
  ASSERT_FALSE(deep);
  EXPECT_THAT(deep.error().to_string(),
              HasSubstr("deep:1:201: brackets are nested deeper than 200 levels"));
  EXPECT_FALSE(parse_json(std::string(1000000, '['), "deep"));

  JsonOptions small;
  small.max_bytes = 4;
  EXPECT_TRUE(parse_json("[12]", "small", small));
  auto large = parse_json("[123]", "small", small);
  ASSERT_FALSE(large);
  EXPECT_THAT(large.error().message, HasSubstr("5 bytes, more than the 4 allowed"));
}

TEST(JsonText, EveryCutOfAJobIsAnErrorNotACrash) {
  const std::string text =
      "{\"a\": [1.5, \"x\\u00e9\", ${v}, {\"b\": null, /* c */ }], # d\n\"e\": true}";
  for (size_t length = 0; length < text.size(); ++length)
    EXPECT_FALSE(parse_json(text.substr(0, length), "cut")) << length;
  EXPECT_TRUE(parse_json(text, "whole"));
}

TEST(JsonText, NodesKnowTheirPlace) {
  auto document =
      parse("{\n  \"steps\": [\n    {\"parameter\": {\"date\": \"x\", \"odd key\": 1}}\n  ]\n}");
  const JsonNode& parameter = *document->root().find("steps")->items()[0]->find("parameter");
  const JsonNode& date = *parameter.find("date");
  EXPECT_EQ(date.path(), "steps[0].parameter.date");
  EXPECT_EQ(date.where(), "job.json:3:28 steps[0].parameter.date");
  EXPECT_EQ(date.key_where(), "job.json:3:20 steps[0].parameter.date");
  EXPECT_EQ(document->source().substr(date.begin(), date.end() - date.begin()), "\"x\"");
  EXPECT_EQ(parameter.find("odd key")->path(), "steps[0].parameter[\"odd key\"]");
  EXPECT_EQ(document->root().where(), "job.json:1:1");
  EXPECT_EQ(date.parent(), &parameter);
  EXPECT_EQ(document->source().substr(parameter.begin(), parameter.end() - parameter.begin()),
            "{\"date\": \"x\", \"odd key\": 1}");
}

TEST(JsonText, ValuesByType) {
  auto document = parse(
      "{\"i\": -9223372036854775808, \"u\": 18446744073709551615, \"d\": 0.1, \"t\": \"30\", "
      "\"b\": true, \"big\": 1e999}");
  const JsonNode& root = document->root();
  EXPECT_EQ(root.find("i")->as_int64().value(), INT64_MIN);
  EXPECT_EQ(root.find("u")->as_uint64().value(), UINT64_MAX);
  EXPECT_EQ(root.find("d")->as_double().value(), 0.1);
  EXPECT_EQ(root.find("t")->as_string().value(), "30");
  EXPECT_TRUE(root.find("b")->as_bool().value());
  EXPECT_EQ(root.find("u")->text(), "18446744073709551615");
  EXPECT_EQ(root.find("none"), nullptr);
  EXPECT_EQ(root.find("t")->find("none"), nullptr);
  EXPECT_EQ((*root.require("t"))->text(), "30");

  for (const auto& error : {root.find("u")->as_int64().error(), root.find("t")->as_int64().error()})
    EXPECT_THAT(error.message, HasSubstr("expected a 64-bit integer"));
  EXPECT_EQ(root.find("t")->as_int64().error().where, "job.json:1:71 t");
  EXPECT_FALSE(root.find("i")->as_uint64());
  EXPECT_FALSE(root.find("big")->as_double());
  EXPECT_FALSE(root.find("i")->as_string());
  EXPECT_FALSE(root.find("t")->as_bool());
  EXPECT_THAT(root.require("none").error().message, HasSubstr("`none` is missing"));
  EXPECT_FALSE(root.find("t")->require("x"));
}

TEST(JsonText, RewritesKeepPlaces) {
  auto document = parse("{\"${k}\": \"a\", \"n\": ${n}, \"s\": ${s}, \"z\": ${z}, \"same\": 1}");
  auto put = [&](const JsonNode& node, bool is_key) -> std::optional<std::string> {
    const std::string& text = is_key ? node.key() : node.text();
    if (text == "${k}") return "long key";
    if (text == "${n}") return "30";
    if (text == "${s}") return "ab\"c";
    if (text == "${z}") return "007";
    return std::nullopt;
  };
  ASSERT_TRUE(document->rewrite_texts(put));
  EXPECT_EQ(dump(document->root()), "{long key:'a',n:30,s:'ab\"c',z:'007',same:1}");
  EXPECT_TRUE(document->root().find("n")->is_number());
  EXPECT_EQ(document->root().find("n")->where(), "job.json:1:20 n");

  auto twice =
      document->rewrite_texts([](const JsonNode& node, bool is_key) -> std::optional<std::string> {
        if (is_key && node.key() == "s") return "same";
        return std::nullopt;
      });
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().to_string(), HasSubstr("the key `same` occurs twice"));
}

TEST(JsonText, TellsWhatIsNotStandard) {
  EXPECT_FALSE(parse("{\"a\": [1]}")->has_comments());
  EXPECT_FALSE(parse("{\"a\": [1]}")->has_trailing_commas());
  EXPECT_TRUE(parse("{\"a\": [1] # c\n}")->has_comments());
  EXPECT_TRUE(parse("{\"a\": [1,]}")->has_trailing_commas());
}

TEST(JsonOut, WritesBothStyles) {
  auto write = [](JsonStyle style) {
    JsonOut out(style);
    out.begin_object();
    out.member("text", "a\"\\\n\x01\x7F\xE4\xB8\xAD")
        .member("flag", true)
        .member("low", INT64_MIN)
        .member("high", UINT64_MAX);
    out.member("tenth", 0.1)
        .member("nan", 0.0 / 0.0)
        .member("none", std::optional<int>())
        .member("five", std::optional<int>(5));
    out.key("empty").begin_array().end_array();
    out.key("list").begin_array().value(1).begin_object().end_object().null().end_array();
    out.end_object();
    return std::move(out).take();
  };
  EXPECT_EQ(write(JsonStyle::kCompact),
            "{\"text\":\"a\\\"\\\\\\n\\u0001\\u007f\xE4\xB8\xAD\",\"flag\":true,\"low\":-"
            "9223372036854775808,"
            "\"high\":18446744073709551615,\"tenth\":0.1,\"nan\":null,\"none\":null,\"five\":5,"
            "\"empty\":[],\"list\":[1,{},null]}");
  EXPECT_EQ(write(JsonStyle::kPretty),
            "{\n  \"text\": \"a\\\"\\\\\\n\\u0001\\u007f\xE4\xB8\xAD\",\n  \"flag\": true,\n  "
            "\"low\": -9223372036854775808,\n"
            "  \"high\": 18446744073709551615,\n  \"tenth\": 0.1,\n  \"nan\": null,\n  \"none\": "
            "null,\n  \"five\": 5,\n"
            "  \"empty\": [],\n  \"list\": [\n    1,\n    {},\n    null\n  ]\n}");
  EXPECT_EQ(dump(parse(write(JsonStyle::kPretty))->root()),
            dump(parse(write(JsonStyle::kCompact))->root()));
}

TEST(JsonOut, BadUtf8BecomesTheReplacementCharacter) {
  EXPECT_EQ(json_quote("a\xFF\xC0\x80z"), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\"");
  EXPECT_EQ(json_quote("\xE4\xB8"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json_quote("\xF0\x9F\x98\x80"), "\"\xF0\x9F\x98\x80\"");
}

template <class V>
concept Writable = requires(JsonOut out, const V& v) {
  out.value(v);
};
static_assert(Writable<std::string> && Writable<int> && Writable<double> && Writable<bool>);
static_assert(!Writable<Secret>, "no key may reach a JSON text");

TEST(JsonOut, Numbers) {
  for (auto [value, text] :
       {std::pair{0.0, "0"}, {1e20, "1e+20"}, {-2.5, "-2.5"}, {1.0 / 3, "0.3333333333333333"}})
    EXPECT_EQ(json_number(value), text);
}

}  // namespace
}  // namespace otsstream
