#include "config/param.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/param_docs.h"
#include "config/param_reader.h"

namespace otsstream {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Example {
  std::string table;
  int max_retries = 30;
  std::optional<int64_t> block_size;
  bool truncate = false;
  double rate = 1.5;
  std::string mode = "slow";
  std::vector<std::string> columns;
  const JsonNode* extra = nullptr;
  Secret key;
  std::string partition;
};

const ParamSet<Example>& example_params() {
  static ParamSet<Example> set;
  if (set.entries().empty()) {
    set.add("table", &Example::table)
        .alias("dataTable")
        .required()
        .help("The table.")
        .example("person");
    set.add("maxRetries", &Example::max_retries).range(0, 100).help("Retries.");
    set.add("blockSize", &Example::block_size).at_least(8);
    set.add("truncate", &Example::truncate);
    set.add("speed.rate", &Example::rate).at_least(0);
    set.add("mode", &Example::mode).words({"slow", "Fast"}).ours().help("How a|b.");
    set.add("column", &Example::columns);
    set.add("extra", &Example::extra);
    set.add("accessKey", &Example::key);
    set.add("partition", &Example::partition).check([](std::string_view text) {
      return text.find('=') == std::string_view::npos ? std::string("must be name=value")
                                                      : std::string();
    });
    set.ignore("dmu", ParamType::kInt, "it is a billing unit");
  }
  return set;
}

struct Reading {
  std::shared_ptr<JsonDocument> document;
  Example value;
  Diagnostics diagnostics;
  ParamPlaces places;
  std::vector<std::string> said() const {
    std::vector<std::string> out;
    for (const Diagnostic& d : diagnostics.items())
      out.push_back(std::string(to_string(d.severity)) + " " + d.error.headline());
    return out;
  }
};

void read(const std::string& text, Reading& out) {
  out.document = parse_json(text, "j").value();
  out.value = read_params(out.document->root(), example_params(), out.diagnostics, &out.places);
}

TEST(ParamReader, ReadsEveryType) {
  Reading r;
  read(
      R"({"table": " person ", "maxRetries": "7", "blockSize": 64, "truncate": "TRUE", "speed": {"rate": "2.5"},
           "mode": "fast", "column": ["a", "b"], "extra": {"x": 1}, "accessKey": "k", "partition": "pt=1"})",
      r);
  EXPECT_THAT(r.said(), IsEmpty());
  EXPECT_EQ(r.value.table, "person");
  EXPECT_EQ(r.value.max_retries, 7);
  EXPECT_EQ(r.value.block_size, 64);
  EXPECT_TRUE(r.value.truncate);
  EXPECT_EQ(r.value.rate, 2.5);
  EXPECT_EQ(r.value.mode, "Fast");
  EXPECT_THAT(r.value.columns, ElementsAre("a", "b"));
  EXPECT_EQ(r.value.extra->find("x")->text(), "1");
  EXPECT_EQ(r.value.key.reveal(), "k");
  EXPECT_EQ(r.places.where("maxRetries"), "j:1:37 maxRetries");
  EXPECT_EQ(r.places.where("dmu"), "j:1:1");
}

TEST(ParamReader, AbsentNullAndBlankKeepDefaults) {
  for (const char* text :
       {R"({"table": "t"})",
        R"({"table": "t", "maxRetries": null, "mode": "  ", "truncate": "", "speed": {}})",
        R"({"table": "t", "blockSize": "", "speed": null})"}) {
    Reading r;
    read(text, r);
    EXPECT_THAT(r.said(), IsEmpty()) << text;
    EXPECT_EQ(r.value.max_retries, 30);
    EXPECT_EQ(r.value.mode, "slow");
    EXPECT_EQ(r.value.rate, 1.5);
    EXPECT_FALSE(r.value.block_size);
    EXPECT_FALSE(r.places.has("mode"));
  }
}

TEST(ParamReader, ComplaintsNamePlaceParameterAndValue) {
  const struct {
    const char* text;
    const char* said;
  } kCases[] = {
      {R"({})",
       "error j:1:1: the required parameter `table` is missing [Config-Missing] - for example "
       "person"},
      {R"({"table": " "})",
       "error j:1:11 table: the required parameter `table` is empty [Config-Missing] - for example "
       "person"},
      {R"({"table": {}})",
       "error j:1:11 table: `table` must be a text, but is an object [Config-Value] - for example "
       "person"},
      {R"({"table": "t", "maxRetries": "many"})",
       "error j:1:30 maxRetries: `maxRetries` must be an integer, but is \"many\" [Config-Value]"},
      {R"({"table": "t", "maxRetries": 2.5})",
       "error j:1:30 maxRetries: `maxRetries` must be an integer, but is \"2.5\" [Config-Value]"},
      {R"({"table": "t", "maxRetries": -1})",
       "error j:1:30 maxRetries: `maxRetries` must be between 0 and 100, but is \"-1\" "
       "[Config-Value]"},
      {R"({"table": "t", "maxRetries": true})",
       "error j:1:30 maxRetries: `maxRetries` must be an integer, but is \"true\" [Config-Value]"},
      {R"({"table": "t", "blockSize": 7})",
       "error j:1:29 blockSize: `blockSize` must be at least 8, but is \"7\" [Config-Value]"},
      {R"({"table": "t", "truncate": 1})",
       "error j:1:28 truncate: `truncate` must be true or false, but is \"1\" [Config-Value]"},
      {R"({"table": "t", "truncate": "yes"})",
       "error j:1:28 truncate: `truncate` must be true or false, but is \"yes\" [Config-Value]"},
      {R"({"table": "t", "speed": {"rate": "x"}})",
       "error j:1:34 speed.rate: `speed.rate` must be a number, but is \"x\" [Config-Value]"},
      {R"({"table": "t", "speed": 3})",
       "error j:1:25 speed: `speed` must be an object, but is a number [Config-Type]"},
      {R"({"table": "t", "mode": "quick"})",
       "error j:1:24 mode: `mode` must be one of slow, Fast, but is \"quick\" [Config-Value]"},
      {R"({"table": "t", "column": "a"})",
       "error j:1:26 column: `column` must be a list of texts, but is \"a\" [Config-Value]"},
      {R"({"table": "t", "column": ["a", {}]})",
       "error j:1:26 column: `column` must be a list of texts, but entry 1 is an object "
       "[Config-Value]"},
      {R"({"table": "t", "extra": []})",
       "error j:1:25 extra: `extra` must be an object, but is a list [Config-Value]"},
      {R"({"table": "t", "partition": "pt"})",
       "error j:1:29 partition: `partition` must be name=value [Config-Value]"},
      {R"({"table": "t", "dataTable": "u"})",
       "error j:1:29 dataTable: `table` and `dataTable` mean the same parameter, but have "
       "different values [Config-Contradiction] - keep one of the two"},
      {R"({"table": "t", "dmu": 1})",
       "notice j:1:23 dmu: `dmu` has no effect: it is a billing unit [Config-Ignored]"},
      {R"({"table": "t", "maxRetrys": 1})",
       "warning j:1:16 maxRetrys: unknown parameter `maxRetrys` is ignored [Config-UnknownKey] - "
       "did you mean `maxRetries`?"},
      {R"({"table": "t", "speed": {"rat": 1}})",
       "warning j:1:26 speed.rat: unknown parameter `rat` is ignored [Config-UnknownKey] - did you "
       "mean `rate`?"},
      {R"({"table": "t", "zebra": 1})",
       "warning j:1:16 zebra: unknown parameter `zebra` is ignored [Config-UnknownKey]"},
      {R"({"table": "t", "Truncate ": true})",
       "notice j:1:29 [\"Truncate \"]: the key \"Truncate \" is taken as `truncate` "
       "[Config-KeySpelling]"},
      {R"([])", "error j:1:1: expected an object with parameters, found a list [Config-Type]"},
  };
  for (const auto& c : kCases) {
    Reading r;
    read(c.text, r);
    EXPECT_THAT(r.said(), ElementsAre(c.said)) << c.text;
  }
}

TEST(ParamReader, AliasesMayAgreeAndLooseKeysCount) {
  Reading r;
  read(R"({"dataTable": "t", "table": "t", "SPEED ": {" Rate": 4}})", r);
  EXPECT_EQ(r.value.table, "t");
  EXPECT_EQ(r.value.rate, 4);
  EXPECT_FALSE(r.diagnostics.has_errors());
  EXPECT_EQ(r.diagnostics.count(Severity::kNotice), 2u);
}

TEST(ParamReader, AllErrorsAtOnceAsOne) {
  Reading r;
  read("{\"maxRetries\": \"x\",\n\"truncate\": 5}", r);
  EXPECT_EQ(r.diagnostics.count(Severity::kError), 3u);
  const std::string text = r.diagnostics.to_error().to_string();
  EXPECT_THAT(text, HasSubstr("3 errors: (1) j:1:1: the required parameter `table` is missing"));
  EXPECT_THAT(text, HasSubstr("(2) j:1:16 maxRetries"));
  EXPECT_THAT(text, HasSubstr("(3) j:2:13 truncate"));
  EXPECT_FALSE(r.diagnostics.to_status());
  EXPECT_TRUE(Diagnostics().to_status());
}

TEST(Diagnostics, OnlyRemarksAreNoError) {
  auto document = parse_json("{}", "j").value();
  Diagnostics diagnostics;
  diagnostics.warning(document->root(), "Config-Value", "odd");
  EXPECT_TRUE(diagnostics.to_status());
  EXPECT_EQ(diagnostics.to_error().code, "Config-NoError");  // asked for against the contract
  EXPECT_EQ(diagnostics.to_error().kind, ErrorKind::kInternal);
}

TEST(ParamReader, SecretsAreInNoComplaint) {
  for (const char* text : {R"({"table": "t", "accessKey": ["hidden"]})",
                           R"({"table": "t", "accessKey": {"hidden": "hidden"}})"}) {
    Reading r;
    read(text, r);
    ASSERT_EQ(r.said().size(), 1u);
    EXPECT_THAT(r.said()[0], Not(HasSubstr("hidden")));
  }
}

TEST(NearestName, FindsMisspellingsOnly) {
  const std::vector<std::string> known = {"startTimeString", "endTimeString", "date", "table",
                                          "statusTable"};
  const struct {
    const char* word;
    const char* nearest;
  } kCases[] = {
      {"startTimeStrng", "startTimeString"},
      {"STARTTIMESTRING", "startTimeString"},
      {"endTime", ""},
      {"dte", "date"},
      {"tabel", ""},
      {"tables", "table"},
      {"stausTable", "statusTable"},
      {"x", ""},
      {"", ""},
  };
  for (const auto& c : kCases) EXPECT_EQ(nearest_name(c.word, known), c.nearest) << c.word;
  EXPECT_EQ(nearest_name(std::string(5000, 'a'), known), "");
}

TEST(ParamDocs, HelpMarkdownAndSchemaComeFromTheDeclaration) {
  const auto infos = example_params().infos();
  const std::string help = params_help(infos);
  EXPECT_THAT(
      help,
      HasSubstr(
          "  table  (text, required, also dataTable)\n      The table.\n      Example: person\n"));
  EXPECT_THAT(help, HasSubstr("  maxRetries  (integer, default 30, 0 to 100)\n      Retries.\n"));
  EXPECT_THAT(help, HasSubstr("  mode  (text, default \"slow\", slow or Fast, not in DataX)\n"));
  EXPECT_THAT(
      help, HasSubstr("  dmu  (integer)\n      Accepted without effect: it is a billing unit.\n"));

  const std::string markdown = params_markdown(infos);
  EXPECT_THAT(
      markdown,
      HasSubstr(
          "| `table` | `dataTable` | text | required |  | The table. Example: `person`. |\n"));
  EXPECT_THAT(markdown, HasSubstr("| `blockSize` |  | integer | – | at least 8 |  |\n"));
  EXPECT_THAT(markdown, HasSubstr("How a\\|b. *(ours: DataX and DataWorks do not know it)*"));

  const std::string schema = params_schema("example", infos);
  auto document = parse_json(schema, "schema", {.strict = true});
  ASSERT_TRUE(document) << document.error().to_string();
  const JsonNode& properties = **(*document)->root().require("properties");
  EXPECT_EQ(properties.find("maxRetries")->find("default")->text(), "30");
  EXPECT_EQ(properties.find("maxRetries")->find("maximum")->text(), "100");
  EXPECT_EQ(properties.find("maxRetries")->find("type")->items()[0]->text(), "integer");
  EXPECT_EQ(properties.find("speed")->find("properties")->find("rate")->find("default")->text(),
            "1.5");
  EXPECT_EQ(properties.find("mode")->find("enum")->items()[1]->text(), "Fast");
  EXPECT_EQ(properties.find("dataTable")->find("description")->text(), "Same as table. The table.");
  EXPECT_EQ(properties.find("accessKey")->find("writeOnly")->text(), "true");
  EXPECT_EQ(properties.find("dmu")->find("deprecated")->text(), "true");
}

struct Boxes {
  std::string mode;
  std::vector<std::string> words;
  Secret key;
};

const ParamSet<Boxes>& grouped_params() {
  static ParamSet<Boxes> set;
  if (set.entries().empty()) {
    set.group("First");
    set.add("mode", &Boxes::mode).words({"a", "b"}, "holds an unknown mode: it ").example("\"a\"");
    set.group("Second");
    set.add("words", &Boxes::words)
        .words({"U", "DR"})
        .example(R"(["U"])")
        .only_when("mode", "a")
        .help("Some.");
    set.add("key", &Boxes::key).alias("secretKey").required();
    set.ignore("old", ParamType::kInt, "it is old");
  }
  return set;
}

TEST(ParamReader, WordsOfListsAreSettledOneByOne) {
  auto document = parse_json(R"({"words": ["u", "Dr"], "key": "k"})", "j").value();
  Diagnostics diagnostics;
  EXPECT_THAT(read_params(document->root(), grouped_params(), diagnostics).words,
              ElementsAre("U", "DR"));
  document = parse_json(R"({"words": ["U", "X"], "mode": "c", "key": "k"})", "j").value();
  read_params(document->root(), grouped_params(), diagnostics);
  EXPECT_THAT(diagnostics.to_error().message,
              HasSubstr("`words` has a bad entry 1: it must be one of U, DR, but is \"X\""));
  EXPECT_THAT(diagnostics.to_error().message,
              HasSubstr("`mode` holds an unknown mode: it must be"));
}

TEST(ParamDocs, GroupsAreHeadings) {
  const auto infos = grouped_params().infos();
  EXPECT_THAT(params_help(infos), testing::StartsWith("First\n  mode  (text, a or b)\n"));
  EXPECT_THAT(params_help(infos), HasSubstr("\n\nSecond\n  words  (list, U or DR)\n"));
  EXPECT_THAT(params_markdown(infos), testing::StartsWith("### First\n\n| Parameter |"));
  EXPECT_THAT(params_markdown(infos), HasSubstr("|\n\n### Second\n\n| Parameter |"));
}

TEST(ParamDocs, SchemaOfListsAndExamples) {
  auto document =
      parse_json(params_schema("p", grouped_params().infos()), "schema", {.strict = true}).value();
  const JsonNode& words = *document->root().find("properties")->find("words");
  EXPECT_EQ(words.find("items")->find("enum")->items()[1]->text(), "DR");
  EXPECT_EQ(words.find("enum"), nullptr);
  EXPECT_EQ(words.find("examples")->items()[0]->items()[0]->text(), "U");  // JSON, not its text
}

TEST(ParamDocs, TwoTypesAndFreeForm) {
  struct Free {
    std::string packing = "false";
    std::vector<std::string> lines;
    const JsonNode* entries = nullptr;
  };
  ParamSet<Free> set;
  set.add("packing", &Free::packing).words({"false", "tight"}).or_type(ParamType::kBool);
  set.add("lines", &Free::lines).or_type(ParamType::kText);
  set.add("entries", &Free::entries).of_type(ParamType::kList);
  EXPECT_THAT(params_markdown(set.infos()), HasSubstr("| text or boolean |"));
  EXPECT_THAT(params_help(set.infos()), HasSubstr("lines  (list or text)"));
  EXPECT_THAT(params_form("p", set.infos()), HasSubstr(R"("control": "json")"));
  const auto schema = parse_json(params_schema("p", set.infos()), "schema", {.strict = true});
  const JsonNode& packing = *(*schema)->root().find("properties")->find("packing");
  EXPECT_EQ(packing.find("type")->items()[1]->text(), "boolean");
  EXPECT_EQ(packing.find("enum")->items()[2]->kind(), JsonKind::kBool);

  const auto block = parse_json(R"({"packing": false, "lines": "one"})", "b").value();
  Diagnostics diagnostics;
  const Free read = read_params(block->root(), set, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_EQ(read.packing, "false");
  EXPECT_EQ(read.lines, std::vector<std::string>{"one"});
}

TEST(ParamDocs, FormHasWhatAPageNeeds) {
  auto parsed = parse_json(params_form("p", grouped_params().infos()), "form", {.strict = true});
  ASSERT_TRUE(parsed) << parsed.error().to_string();
  const JsonNode& form = (*parsed)->root();
  EXPECT_EQ(form.find("format")->text(), "otsstream-form/1");
  const auto& groups = form.find("groups")->items();
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0]->find("title")->text(), "First");
  EXPECT_EQ(groups[0]->find("fields")->items()[0]->find("control")->text(), "choice");
  const auto& fields = groups[1]->find("fields")->items();
  ASSERT_EQ(fields.size(), 2u);  // without the ignored one
  EXPECT_EQ(fields[0]->find("control")->text(), "choices");
  EXPECT_EQ(fields[0]->find("onlyWhen")->find("name")->text(), "mode");
  EXPECT_EQ(fields[0]->find("onlyWhen")->find("value")->text(), "a");
  EXPECT_EQ(fields[0]->find("example")->items()[0]->text(), "U");
  EXPECT_EQ(fields[1]->find("control")->text(), "secret");
  EXPECT_EQ(fields[1]->find("required")->text(), "true");
  EXPECT_EQ(fields[1]->find("aliases")->items()[0]->text(), "secretKey");
}

TEST(Diagnostics, WhatHasNoValueIsToldOnce) {
  auto document = parse_json("{\"a\": 1, \"b\": 2}", "j").value();
  const JsonNode& a = *document->root().find("a");
  Diagnostics diagnostics;
  diagnostics.error(a, "First", "no value");
  diagnostics.spoil(a.where());
  diagnostics.error(a, "Second", "is no integer");
  diagnostics.warning(a, "Third", "odd");
  diagnostics.error(*document->root().find("b"), "Fourth", "another place");
  EXPECT_EQ(diagnostics.count(Severity::kError), 2u);
  EXPECT_EQ(diagnostics.count(Severity::kWarning), 1u);
}

TEST(Diagnostics, AddOnceLeavesOutWhatWasTold) {
  auto document = parse_json("{\"a\": 1, \"b\": 2}", "j").value();
  const JsonNode& a = *document->root().find("a");
  auto about = [](std::string where) {
    Error error = make_error(ErrorKind::kConfig, "Config-Value", "wrong");
    error.where = std::move(where);
    return error;
  };
  Diagnostics diagnostics;
  diagnostics.add_once(about(""));  // nothing was told yet
  EXPECT_EQ(diagnostics.count(Severity::kError), 1u);
  diagnostics.error(a, "Config-Value", "wrong");
  diagnostics.add_once(about(a.where()));
  diagnostics.add_once(about(""));
  EXPECT_EQ(diagnostics.count(Severity::kError), 2u);
  diagnostics.add_once(about("elsewhere"));
  EXPECT_EQ(diagnostics.count(Severity::kError), 3u);
}

}  // namespace
}  // namespace otsstream
