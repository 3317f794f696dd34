#include "job/variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace otsstream::job {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Variables kVariables = {{"startTime", "20171019161000"},
                              {"day", "18"},
                              {"day_long", "Thursday"},
                              {"bdp.system.bizdate", "20171018"},
                              {"bdp.system.cyctime", "20171019163000"},
                              {"bdp", "short"},
                              {"quote", "a\"b\\${day}"},
                              {"blank", "  "}};

std::vector<std::string> errors_of(const Diagnostics& diagnostics) {
  std::vector<std::string> out;
  for (const Diagnostic& d : diagnostics.items()) out.push_back(d.error.headline());
  return out;
}

TEST(Variables, ReplacesInTexts) {
  const struct {
    const char* json;
    const char* value;
  } kCases[] = {
      {R"("${startTime}")", "20171019161000"},
      {R"("pt=${day}/hh=${day}")", "pt=18/hh=18"},
      {R"("pt=${bdp.system.bizdate}")", "pt=20171018"},
      {R"("pt=$bdp.system.bizdate")", "pt=20171018"},
      {R"("$bdp.system")", "short.system"},
      {R"("pt=$[yyyymmdd-1]/hh=$[hh24-1/24]")", "pt=20171018/hh=15"},
      {R"("$[add_months(yyyymm,-1)]_${yyyymmdd-7*1}")", "201709_20171011"},
      {R"("${yyyy-mm-dd} $bizdate $cyctime $gmtdate")",
       "2017-10-18 20171018 20171019163000 20171019"},
      {R"("\\$[yyyy] \\$bizdate")", "$[yyyy] $bizdate"},
      {R"("$day_long $day-$day.")", "Thursday 18-18."},
      {R"("$unknown $ $1 cost$")", "$unknown $ $1 cost$"},
      {R"("$blank")", "$blank"},
      {R"("\${day} \$day")", "${day} $day"},
      {R"("\\${day} \\$day")", "${day} $day"},
      {R"("${quote}")", "a\"b\\${day}"},  // harmless, and not looked into again
      {R"("no variable")", "no variable"},
      {R"(${startTime})", "20171019161000"},
  };
  for (const auto& c : kCases) {
    auto document = parse_json(c.json, "j").value();
    Diagnostics diagnostics;
    substitute_variables(*document, kVariables, diagnostics);
    EXPECT_THAT(errors_of(diagnostics), IsEmpty()) << c.json;
    EXPECT_EQ(document->root().text(), c.value) << c.json;
  }
}

TEST(Variables, ReplacesBareValuesAndKeys) {
  auto document = parse_json(R"({"n": ${day}, "s": ${day_long}, "${day_long}": 1})", "j").value();
  Diagnostics diagnostics;
  substitute_variables(*document, kVariables, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_EQ(document->root().find("n")->as_int64().value(), 18);
  EXPECT_EQ(document->root().find("s")->as_string().value(), "Thursday");
  EXPECT_TRUE(document->root().find("Thursday"));
}

TEST(Variables, ErrorsNameVariablePlaceAndRemedy) {
  const struct {
    const char* json;
    const char* said;
  } kCases[] = {
      {"{\n\"a\": \"x ${endTime}\"}",
       "j:2:6 a: the variable `${endTime}` has no value [Config-UnassignedVariable] - set it with "
       "-p endTime=VALUE"},
      {"{\"a\": [1, ${startTme}]}",
       "j:1:11 a[1]: the variable `${startTme}` has no value [Config-UnassignedVariable] - set it "
       "with -p startTme=VALUE; did you mean `startTime`?"},
      {"{\"${k}\": 1}",
       "j:1:2 [\"${k}\"]: the variable `${k}` has no value [Config-UnassignedVariable] - set it "
       "with -p k=VALUE"},
      {"{\"a\": \"${blank}\"}",
       "j:1:7 a: the variable `${blank}` has an empty value [Config-UnassignedVariable] - set it "
       "with -p blank=VALUE"},
      {"{\"a\": \"${day\"}",
       "j:1:7 a: this `${` has no closing `}` [Config-UnassignedVariable] - add `}`, or write "
       "\\\\${ for a literal ${"},
      {"{\"a\": \"${yyyymmdd-x}\"}",
       "j:1:7 a: `${yyyymmdd-x}` is not a variable: a name has letters, digits, `_` and `.` only "
       "[Config-UnassignedVariable] - "
       "put expressions into the variable's value, or write \\\\${ for a literal ${"},
      {"{\"x\": \"${day}\", \"18\": 1, \"${day}\": 2}",
       "j:1:26 18: the key `18` occurs twice in one object [Config-DuplicateKey] - remove one of "
       "the two"},
  };
  for (const auto& c : kCases) {
    auto document = parse_json(c.json, "j").value();
    Diagnostics diagnostics;
    substitute_variables(*document, kVariables, diagnostics);
    EXPECT_THAT(errors_of(diagnostics), ElementsAre(c.said)) << c.json;
  }
}

TEST(Variables, ExpressionsNeedTheTimesThatTheyAreMadeOf) {
  for (const auto& [text, said] :
       {std::pair(R"({"a": "$[yyyymmdd]"})",
                  "j:1:7 a: `$[yyyymmdd]` is made of `bdp.system.cyctime`, which has no value "
                  "[Config-UnassignedVariable] - set it with -p bdp.system.cyctime=VALUE"),
        std::pair(R"({"a": "${yyyymmdd-1}"})",
                  "j:1:7 a: `${yyyymmdd-1}` is made of `bdp.system.bizdate`, which has no value "
                  "[Config-UnassignedVariable] - set it with -p bdp.system.bizdate=VALUE")}) {
    auto document = parse_json(text, "j").value();
    Diagnostics diagnostics;
    substitute_variables(*document, {}, diagnostics);
    EXPECT_THAT(errors_of(diagnostics), ElementsAre(said));
  }
}

TEST(Variables, PiecesOfKeysAreInNoError) {
  auto document = parse_json(
                      R"({"accessKey": "ab${hid!den}", "securityToken": "x${hidden",
                          "password": "$[hid"})",
                      "j")
                      .value();
  Diagnostics diagnostics;
  substitute_variables(*document, kVariables, diagnostics);
  ASSERT_EQ(errors_of(diagnostics).size(), 2u);
  for (const std::string& text : errors_of(diagnostics)) EXPECT_THAT(text, Not(HasSubstr("hid")));
  EXPECT_EQ(document->root().find("password")->text(), "$[hid");
}

TEST(Variables, ListsWhatATextUses) {
  auto document =
      parse_json(R"({"a": "${x} ${b.c} \${no}", "k": [${x}, "$word"], "${key}": 1} // ${comment})",
                 "j")
          .value();
  EXPECT_THAT(variables_used(*document), ElementsAre("x", "b.c", "key"));
}

TEST(ParamOption, BothForms) {
  using Map = Variables;
  const struct {
    const char* option;
    Map result;
  } kCases[] = {
      {"a=1", {{"a", "1"}}},
      {"a=", {{"a", ""}}},
      {"a=b=c d", {{"a", "b=c d"}}},
      {"bdp.system.bizdate=20171018", {{"bdp.system.bizdate", "20171018"}}},
      {"-Da=1", {{"a", "1"}}},
      {"-Da=1 -Db=2", {{"a", "1"}, {"b", "2"}}},
      {" -Da=x y   -Db=p-D=q ", {{"a", "x y"}, {"b", "p-D=q"}}},
      {"\"-Da=1 -Db=2\"", {{"a", "1"}, {"b", "2"}}},
      {"-Da='x y' -Db=\"z\"", {{"a", "x y"}, {"b", "z"}}},
      {"-Da=1 -Da=2", {{"a", "2"}}},
  };
  for (const auto& c : kCases) {
    Variables variables;
    auto status = parse_param_option(c.option, variables);
    ASSERT_TRUE(status) << c.option << ": " << status.error().to_string();
    EXPECT_EQ(variables, c.result) << c.option;
  }
  for (const char* bad : {"", "a", "=1", "a b=1", "-D", "-Da", "-D=1", "-Da=1 -D", "a-b=1"}) {
    Variables variables;
    auto status = parse_param_option(bad, variables);
    ASSERT_FALSE(status) << bad;
    EXPECT_EQ(status.error().kind, ErrorKind::kUsage);
    EXPECT_EQ(status.error().code, "Usage-Parameter");
    EXPECT_THAT(status.error().remedy, HasSubstr("-p startTime="));
  }
}

}  // namespace
}  // namespace otsstream::job
