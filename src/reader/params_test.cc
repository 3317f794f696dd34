#include "reader/params.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "config/json_text.h"

namespace otsstream::reader {
namespace {

using testing::HasSubstr;

const char* const kBase = R"("datasource": "c", "dataTable": "person", "statusTable": "status")";
const char* const kWindow =
    R"(, "startTimeString": "20171019161000", "endTimeString": "20171019162600")";

struct Outcome {
  Result<Settings> settings = fail(ErrorKind::kInternal, "none", "");
  Diagnostics diagnostics;
  std::shared_ptr<JsonDocument> document;

  // Codes of that severity, in order, with blanks between.
  std::string codes(Severity severity) const {
    std::string out;
    for (const Diagnostic& d : diagnostics.items()) {
      if (d.severity == severity) out += (out.empty() ? "" : " ") + d.error.code;
    }
    return out;
  }
  std::string errors() const { return codes(Severity::kError); }
  const Error* find(std::string_view code) const {
    for (const Diagnostic& d : diagnostics.items()) {
      if (d.error.code == code) return &d.error;
    }
    return nullptr;
  }
};

Outcome read_block(const std::string& members, std::optional<std::string> job_zone = {}) {
  Outcome out;
  auto document = parse_json("{" + members + "}", "job.json");
  EXPECT_TRUE(document) << (document ? "" : document.error().message) << members;
  if (!document) return out;
  out.document = *document;
  out.settings = read_settings(out.document->root(), job_zone, out.diagnostics);
  EXPECT_EQ(out.settings.has_value(), !out.diagnostics.has_errors());
  return out;
}
Outcome with_base(const std::string& more) {
  return read_block(kBase + (more.empty() ? "" : ", " + more));
}
Outcome with_window(const std::string& more) {
  return read_block(std::string(kBase) + kWindow + (more.empty() ? "" : ", " + more));
}

// 2.2: the forms of a window and what each mixture says.
TEST(WindowParameters, A1W1ToW10) {
  const std::string millis =
      R"("startTimestampMillis": 1508400600000, "endTimestampMillis": "1508401560000")";
  const std::string texts =
      R"("startTimeString": "20171019161000", "endTimeString": "20171019162600")";
  const std::string date = R"("date": "20171019")";
  struct Case {
    const char* name;
    std::string block;
    const char* code;
    const char* text;
  };
  const Case cases[] = {
      {"W1 nothing", R"("maxRetries": 3)", "Window-Missing", "Must set date or time range"},
      {"W1 half of millis", R"("startTimestampMillis": 1508400600000)", "Window-Missing",
       "only startTimestampMillis"},
      {"W1 half of each",
       R"("startTimestampMillis": 1508400600000, "endTimeString": "20171019162600")",
       "Window-Missing", "Must set date or time range"},
      {"W2", date + "," + millis + "," + texts, "Window-AllThree", "all three"},
      {"W2 halves", date + R"(, "endTimestampMillis": 1, "startTimeString": "20171019162600")",
       "Window-AllThree", ""},
      {"W3", date + "," + millis, "Window-DateAndMillis", "date and range"},
      {"W4", date + "," + texts, "Window-DateAndString", "date and range string"},
      {"W5", millis + "," + texts, "Window-MillisAndString", "millis and range string"},
      {"W5 one half more", millis + R"(, "endTimeString": "20171019162600")",
       "Window-MillisAndString", ""},
      {"W6 12 digits", R"("startTimeString": "201710191610", "endTimeString": "20171019162600")",
       "Window-TimeString", "`startTimeString` must be a time of 14 digits"},
      {"W6 15 digits", R"("startTimeString": "201710191610000", "endTimeString": "20171019162600")",
       "Window-TimeString", ""},
      {"W6 month 13", R"("startTimeString": "20171319161000", "endTimeString": "20181019162600")",
       "Window-TimeString", "20171319161000"},
      {"W6 hour 25", R"("startTimeString": "20171019251000", "endTimeString": "20181019162600")",
       "Window-TimeString", ""},
      {"W7", R"("date": "2017101")", "Window-Date", "2017101"},
      {"W7 placeholder", R"("date": "yyyyMMdd")", "Window-Date", "placeholder not replaced"},
      {"W7 30 February", R"("date": "20170230")", "Window-Date", "20170230"},
      {"W8 millis", R"("startTimestampMillis": "soon", "endTimestampMillis": 1508401560000)",
       "Window-NotInteger", "`startTimestampMillis` must be an integer"},
      {"W8 fraction", R"("startTimestampMillis": 1.5, "endTimestampMillis": 1508401560000)",
       "Window-NotInteger", ""},
      {"W8 text", R"("startTimeString": "2017-10-19 16:10:00", "endTimeString": "20171019162600")",
       "Window-NotInteger", "14 digits"},
      {"W9", R"("startTimeString": "  ", "endTimeString": "20171019162600")", "Window-Blank",
       "startTimeString is empty"},
      {"W10 equal", R"("startTimeString": "20171019161000", "endTimeString": "20171019161000")",
       "Window-Order", "end must be larger than its start"},
      {"W10 reversed", R"("startTimestampMillis": 2, "endTimestampMillis": 1)", "Window-Order", ""},
      {"W3 with the placeholder", R"("date": "yyyyMMdd",)" + millis, "Window-DateAndMillis",
       "placeholder not replaced"},
      {"formatted time as millis",
       R"("startTimestampMillis": 20171019161000, "endTimestampMillis": 1508401560000)",
       "Window-FormattedMillis", "formatted time"},
      {"millis as text", R"("startTimeString": "1508400600000", "endTimeString": "20171019162600")",
       "Window-MillisInString", "holds milliseconds"},
      {"variable", R"("startTimeString": "${startTime}", "endTimeString": "20171019162600")",
       "Window-Variable", "${startTime}"},
      {"bare variable", R"("startTimestampMillis": ${start}, "endTimestampMillis": 1508401560000)",
       "Window-Variable", "${start}"},
      {"schedule expression",
       R"("startTimeString": "$[yyyymmddhh24miss]", "endTimeString": "20171019162600")",
       "Window-Variable", ""},
  };
  std::set<std::string> codes;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Outcome out = with_base(c.block);
    EXPECT_EQ(out.errors(), c.code);
    const Error* error = out.find(c.code);
    ASSERT_TRUE(error);
    EXPECT_THAT(error->message, HasSubstr(c.text));
    EXPECT_THAT(error->where, HasSubstr("job.json:1:"));
    codes.insert(c.code);
  }
  EXPECT_EQ(codes.size(), 13u);  // one code per situation
}

TEST(WindowParameters, AllMistakesAtOnce) {
  const Outcome out = read_block(R"("startTimestampMillis": "a", "endTimestampMillis": "b")");
  EXPECT_THAT(out.errors(), HasSubstr("Config-Missing Config-Missing"));
  EXPECT_THAT(out.errors(), HasSubstr("Window-NotInteger Window-NotInteger"));
}

TEST(WindowParameters, PlaceIsThatOfTheValue) {
  const Outcome out = read_block(std::string(kBase) + ",\n\"date\":\n  \"2017\"");
  ASSERT_TRUE(out.find("Window-Date"));
  EXPECT_EQ(out.find("Window-Date")->where, "job.json:3:3 date");
}

TEST(WindowParameters, FormsAndZones) {
  struct Case {
    const char* name;
    std::string block;
    std::optional<std::string> job_zone;
    Window window;
  };
  const std::string texts =
      R"("startTimeString": "20171019161000", "endTimeString": "20171019162600")";
  const Window china{1508400600000, 1508401560000};
  const Window utc{1508429400000, 1508430360000};
  const Case cases[] = {
      {"default zone is GMT+8", texts, {}, china},
      {"texts as numbers",
       R"("startTimeString": 20171019161000, "endTimeString": 20171019162600)",
       {},
       china},
      {"blanks around",
       R"("startTimeString": " 20171019161000 ", "endTimeString": "20171019162600\t")",
       {},
       china},
      {"own zone", texts + R"(, "timeZone": "UTC")", {}, utc},
      {"the job's zone", texts, "UTC", utc},
      {"own zone wins", texts + R"(, "timeZone": "Asia/Shanghai")", "UTC", china},
      {"offset", texts + R"(, "timeZone": "+08:00")", {}, china},
      {"millis",
       R"("startTimestampMillis": 1508400600000, "endTimestampMillis": "1508401560000")",
       {},
       china},
      {"date", R"("date": "20171019")", {}, {1508342400000, 1508428800000}},
      {"date as a number", R"("date": 20171019)", {}, {1508342400000, 1508428800000}},
      // 2017-10-29 has 25 hours in Berlin; a date is 24 hours all the same.
      {"date with a clock change",
       R"("date": "20171029", "timeZone": "Europe/Berlin")",
       {},
       {1509228000000, 1509314400000}},
      {"blank texts are absent",
       R"("date": "", "startTimestampMillis": " ", "endTimestampMillis": "", )" + texts,
       {},
       china},
      {"null is absent", R"("date": null, )" + texts, {}, china},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Outcome out = read_block(std::string(kBase) + ", " + c.block, c.job_zone);
    ASSERT_TRUE(out.settings) << out.settings.error().to_string();
    EXPECT_EQ(out.settings->window, c.window);
  }
}

TEST(Parameters, DefaultsOfTheMissionText) {
  const Outcome out = with_window(R"("maxRetries": 30, "isExportSequenceInfo": false,)");
  ASSERT_TRUE(out.settings) << out.settings.error().to_string();
  const Settings& s = *out.settings;
  EXPECT_EQ(s.datasource, "c");
  EXPECT_EQ(s.data_table, "person");
  EXPECT_EQ(s.status_table, "status");
  EXPECT_EQ(s.max_retries, 30);
  EXPECT_FALSE(s.shape.sequence_info);
  EXPECT_TRUE(s.seek);
  EXPECT_FALSE(s.clamp_window);
  EXPECT_EQ(s.zone.name(), "GMT+8");
  EXPECT_TRUE(out.diagnostics.items().empty());
}

// 2.1 to 2.4, one line per rule.
TEST(Parameters, A1A10EachRowAndNoSecrets) {
  struct Case {
    const char* name;
    std::string block;  // next to a whole window
    const char* errors;
    const char* others;  // codes of warnings, then of notices
  };
  const std::string tables = R"("dataTable": "person", "statusTable": "status")";
  const std::string four =
      R"("endpoint": "http://h", "instanceName": "i", "accessId": "a", "accessKey": "top-secret")";
  const std::string base = kBase;
  const Case cases[] = {
      {"datasource alias", tables + R"(, "dataSource": "c")", "", "|"},
      {"four values", tables + "," + four, "", "|"},
      {"four values, our aliases",
       tables +
           R"(, "endpoint": "http://h", "instanceName": "i", "accessKeyId": "a", "accessKeySecret": "top-secret")",
       "", "|"},
      {"explicit values win", base + "," + four, "", "|Reader-ExplicitConnection"},
      {"no connection", tables,
       "Reader-NoConnection Reader-NoConnection Reader-NoConnection Reader-NoConnection", "|"},
      {"empty endpoint",
       tables +
           R"(, "endpoint": " ", "instanceName": "i", "accessId": "a", "accessKey": "top-secret")",
       "Reader-NoConnection", "|"},
      {"table alias", R"("datasource": "c", "table": "person", "statusTable": "status")", "", "|"},
      {"two names, one table", base + R"(, "table": "person")", "", "|"},
      {"two names, two tables", base + R"(, "table": "other")", "Config-Contradiction", "|"},
      {"no tables", R"("datasource": "c")", "Config-Missing Config-Missing", "|"},
      {"blank table", R"("datasource": "c", "dataTable": " ", "statusTable": "status")",
       "Config-Missing", "|"},
      {"one table for both", R"("datasource": "c", "dataTable": "t", "statusTable": "t ")",
       "Reader-SameTable", "|"},
      {"variable in a name", R"("datasource": "c", "dataTable": "${t}", "statusTable": "s")",
       "Reader-Variable", "|"},
      {"column mode by name", base + R"(, "mode": "Multi_Version")", "", "|"},
      {"column mode by empty text", base + R"(, "mode": "")", "", "|"},
      {"row mode",
       base + R"(, "mode": "Single_Version_and_Update_Only", "column": [{"name": "a"}])", "", "|"},
      {"unknown mode", base + R"(, "mode": "rows")", "Config-Value", "|"},
      {"column in column mode", base + R"(, "column": [{"name": "a"}])", "",
       "Reader-ColumnIgnored|"},
      {"time series in column mode", base + R"(, "isTimeseriesTable": "true")", "",
       "Reader-TimeseriesIgnored|"},
      {"time series",
       base + R"(, "isTimeseriesTable": true, "mode": "single_version_and_update_only",
                "column": [{"name": "_tags", "is_timeseries_tag": true}])",
       "", "|"},
      {"no time series", base + R"(, "isTimeseriesTable": "False")", "", "|"},
      {"time series, neither", base + R"(, "isTimeseriesTable": "maybe")", "Config-Value", "|"},
      {"sequence info", base + R"(, "isExportSequenceInfo": "true")", "", "|"},
      {"sequence info, neither", base + R"(, "isExportSequenceInfo": 1)", "Config-Value", "|"},
      {"no retries", base + R"(, "maxRetries": 0)", "", "|"},
      {"retries as text", base + R"(, "maxRetries": "5")", "", "|"},
      {"negative retries", base + R"(, "maxRetries": -1)", "Config-Value", "|"},
      {"retries, no number", base + R"(, "maxRetries": "many")", "Config-Value", "|"},
      {"seek off", base + R"(, "enableSeekIterator": false)", "", "|"},
      {"threads", base + R"(, "threadNum": "32")", "", "|"},
      {"threads, no number", base + R"(, "threadNum": "all")", "Config-Value", "|"},
      {"offsets of the process", base + R"(, "BEFORE_OFFSET_TIME_MILLIS": 0)", "", "|"},
      {"negative offset", base + R"(, "afterOffsetTimeMillis": -1)", "Config-Value", "|"},
      {"endpoint without a scheme",
       tables + R"(, "endpoint": "h", "instanceName": "i", "accessId": "a", "accessKey": "k")",
       "Config-Value", "|"},
      {"simplified", base + R"(, "confSimplifyEnable": true)", "", "|Config-Ignored"},
      {"table group", base + R"(, "enableTableGroupSupport": true)", "", "|"},
      {"no table group", base + R"(, "enableTableGroupSupport": false)", "", "|"},
      {"window policy", base + R"(, "windowPolicy": "CLAMP")", "", "|"},
      {"window policy unknown", base + R"(, "windowPolicy": "bend")", "Config-Value", "|"},
      {"gaps", base + R"(, "onGap": "Continue")", "", "|"},
      {"gaps unknown", base + R"(, "onGap": "skip")", "Config-Value", "|"},
      {"zone unknown", base + R"(, "timeZone": "Mars/Olympus")", "Config-TimeZone", "|"},
      {"misspelt key", base + R"(, "maxRetry": 3)", "", "Config-UnknownKey|"},
      {"key in another case", base + R"(, "MaxRetries ": 3)", "", "|Config-KeySpelling"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Outcome out = read_block(c.block + kWindow);
    EXPECT_EQ(out.errors(), c.errors);
    EXPECT_EQ(out.codes(Severity::kWarning) + "|" + out.codes(Severity::kNotice), c.others);
    for (const Diagnostic& d : out.diagnostics.items()) {
      EXPECT_THAT(d.error.to_string(), testing::Not(HasSubstr("top-secret")));
      EXPECT_NE(d.error.where, "");
    }
  }
}

TEST(Parameters, ValuesArriveTrimmed) {
  const Outcome out = read_block(
      R"("endpoint": " http://h ", "instanceName": "i ", "accessId": " a", "accessKey": " k ", "securityToken": "t",
         "dataTable": " person ", "statusTable": "status", "isExportSequenceInfo": "true", "maxRetries": "5",
         "enableSeekIterator": "false", "windowPolicy": "clamp", "threadNum": 3,
         "beforeOffsetTimeMillis": 1, "afterOffsetTimeMillis": "2")" +
      std::string(kWindow));
  ASSERT_TRUE(out.settings) << out.settings.error().to_string();
  const Settings& s = *out.settings;
  EXPECT_EQ(s.endpoint, "http://h");
  EXPECT_EQ(s.instance, "i");
  EXPECT_EQ(s.access_id, "a");
  EXPECT_EQ(s.access_key.reveal(), "k");
  EXPECT_EQ(s.security_token.reveal(), "t");
  EXPECT_EQ(s.data_table, "person");
  EXPECT_TRUE(s.shape.sequence_info);
  EXPECT_EQ(s.max_retries, 5);
  EXPECT_FALSE(s.seek);
  EXPECT_TRUE(s.clamp_window);
  EXPECT_EQ(s.max_shards_at_once, 3);
  EXPECT_EQ(s.offsets.before_ms, 1);
  EXPECT_EQ(s.offsets.after_ms, 2);
}

TEST(Parameters, MessagesHelp) {
  const Outcome misspelt = with_window(R"("maxRetris": 3)");
  ASSERT_TRUE(misspelt.find("Config-UnknownKey"));
  EXPECT_THAT(misspelt.find("Config-UnknownKey")->remedy, HasSubstr("maxRetries"));
  const Outcome mode = with_window(R"("mode": "rows")");
  EXPECT_THAT(mode.settings.error().message, HasSubstr("Unsupported Mode"));
  const Outcome zone = read_block(std::string(kBase) + kWindow, "Mars");
  ASSERT_TRUE(zone.find("Config-TimeZone"));
  EXPECT_EQ(zone.find("Config-TimeZone")->where, "common.column.timeZone");
}

TEST(Parameters, AreDeclaredOnceWithHelp) {
  std::set<std::string> names;
  for (const ParamInfo* info : parameter_infos()) {
    EXPECT_TRUE(names.insert(info->name).second) << info->name;
    EXPECT_FALSE(info->help_text.empty() && info->ignored_because.empty()) << info->name;
    EXPECT_FALSE(info->group_title.empty()) << info->name;
  }
  for (const char* name : {"datasource",
                           "endpoint",
                           "accessId",
                           "accessKey",
                           "instanceName",
                           "dataTable",
                           "statusTable",
                           "startTimestampMillis",
                           "endTimestampMillis",
                           "startTimeString",
                           "endTimeString",
                           "date",
                           "mode",
                           "column",
                           "isTimeseriesTable",
                           "isExportSequenceInfo",
                           "maxRetries",
                           "enableSeekIterator",
                           "threadNum",
                           "enableTableGroupSupport",
                           "confSimplifyEnable",
                           "timeZone",
                           "windowPolicy",
                           "onGap",
                           "columnFilter",
                           "opTypes",
                           "exportDeletes",
                           "exportOldValues",
                           "sequenceColumns"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

// What the docs show as an example is taken by the parameter's own declaration.
TEST(Parameters, ExamplesAreValid) {
  for (const ParamInfo* info : parameter_infos()) {
    SCOPED_TRACE(info->name);
    ASSERT_NE(info->example_text, "");
    ASSERT_TRUE(parse_json(info->example_text, "example", {.strict = true}));
    const Outcome out = read_block("\"" + info->name + "\": " + info->example_text);
    for (const Diagnostic& d : out.diagnostics.items()) {
      const bool is_about_it =
          d.severity == Severity::kError && d.error.where.ends_with(info->name);
      const bool is_variable = d.error.code == "Reader-Variable";
      EXPECT_FALSE(is_about_it && !is_variable && d.error.code != "Config-Contradiction" &&
                   d.error.code != "Reader-Combination")
          << d.error.to_string();
    }
  }
}

}  // namespace
}  // namespace otsstream::reader
