#include "job/job_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/hash.h"

namespace otsstream::job {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Variables kVariables = {{"startTime", "20171019161000"},
                              {"endTime", "20171019162600"},
                              {"bdp.system.bizdate", "20171018"}};

std::vector<std::string> said(const Diagnostics& diagnostics) {
  std::vector<std::string> out;
  for (const Diagnostic& d : diagnostics.items())
    out.push_back(std::string(to_string(d.severity)) + " " + d.error.headline());
  return out;
}

std::string text_of(const JsonNode* node, const char* key) {
  const JsonNode* member = node ? node->find(key) : nullptr;
  return member ? member->text() : "(none)";
}

std::string mission_text() { return read_file(OTS_SOURCE_DIR "/examples/person.json").value(); }

TEST(MissionJob, TextIsKeptToTheByte) {
  std::string hex;
  for (unsigned char c : sha256(mission_text())) {
    hex += "0123456789abcdef"[c >> 4];
    hex += "0123456789abcdef"[c & 15];
  }
  EXPECT_EQ(hex, "1b6c6e42510a3635580e03c50b3fa01b1f5bdff91670de1115a85aeb2960d016");
}

TEST(MissionJob, LoadsAsItIs) {
  Diagnostics diagnostics;
  auto job = load_job(mission_text(), "person.json", kVariables, diagnostics);
  ASSERT_TRUE(job) << job.error().to_string();
  EXPECT_EQ(diagnostics.count(Severity::kWarning), 0u);
  EXPECT_THAT(said(diagnostics),
              ElementsAre(HasSubstr("comments and commas before closing brackets are accepted, but "
                                    "are not standard JSON [Config-Lenient]")));
  EXPECT_EQ(job->dialect, Dialect::kDataWorks1);
  EXPECT_EQ(job->reader_name, "otsstream");
  EXPECT_EQ(job->writer_name, "odps");
  EXPECT_EQ(text_of(job->reader, "startTimeString"), "20171019161000");
  EXPECT_EQ(text_of(job->reader, "endTimeString"), "20171019162600");
  EXPECT_EQ(text_of(job->reader, "statusTable"), "TableStoreStreamReaderStatusTable");
  EXPECT_EQ(job->reader->find("maxRetries")->as_int64().value(), 30);
  EXPECT_FALSE(job->reader->find("isExportSequenceInfo")->as_bool().value());
  EXPECT_EQ(text_of(job->writer, "partition"), "pt=20171018");
  EXPECT_EQ(job->writer->find("column")->items().size(), 6u);
  EXPECT_EQ(job->reader->find("startTimeString")->where(),
            "person.json:10:20 configuration.reader.parameter.startTimeString");
  EXPECT_EQ(job->settings.concurrent, 7);
  EXPECT_EQ(job->settings.bytes_per_second, 7.0 * 1048576);
  EXPECT_FALSE(job->settings.error_limit_record);
  EXPECT_FALSE(job->settings.time_zone);
}

TEST(MissionJob, NamesEveryUnassignedVariable) {
  Diagnostics diagnostics;
  auto job = load_job(mission_text(), "person.json", {}, diagnostics);
  ASSERT_FALSE(job);
  const std::string text = job.error().to_string();
  EXPECT_THAT(text, HasSubstr("3 errors"));
  EXPECT_THAT(text, HasSubstr("person.json:10:20 configuration.reader.parameter.startTimeString: "
                              "the variable `${startTime}` has no value"));
  EXPECT_THAT(text, HasSubstr("-p startTime=VALUE"));
  EXPECT_THAT(text, HasSubstr("`${endTime}`"));
  EXPECT_THAT(
      text,
      HasSubstr("configuration.writer.parameter.partition: the variable `${bdp.system.bizdate}`"));
  EXPECT_EQ(job.error().kind, ErrorKind::kConfig);
}

// The same job in the three forms.
const char* const kDataX = R"({"job": {"content": [{
  "reader": {"name": "otsstreamreader", "parameter": {"dataTable": "person"}},
  "writer": {"name": "odpswriter", "parameter": {"table": "person_log"}}}],
  "setting": {"speed": {"channel": 2, "byte": 1048576}, "errorLimit": {"record": 0}}},
  "common": {"column": {"timeZone": "GMT+9"}}})";
const char* const kDataWorks1 = R"({"type": "job", "version": "1.0", "configuration": {
  "reader": {"plugin": "otsstream", "parameter": {"dataTable": "person"}},
  "writer": {"plugin": "odps", "parameter": {"table": "person_log"}},
  "setting": {"speed": {"concurrent": "2", "mbps": "1"}, "errorLimit": {"record": "0"}, "common": {"column": {"timeZone": "GMT+9"}}}}})";
const char* const kDataWorks2 = R"({"type": "job", "version": "2.0", "steps": [
  {"stepType": "odps", "category": "writer", "name": "Writer", "parameter": {"table": "person_log"}, "copies": 1, "gui": {"x": 1}},
  {"stepType": "otsstream", "category": "reader", "name": "Reader", "parameter": {"dataTable": "person"}}],
  "setting": {"speed": {"throttle": true, "concurrent": 2, "mbps": 1}, "errorLimit": {"strategy": "ZeroTolerance"},
              "common": {"column": {"timeZone": "GMT+9"}}},
  "order": {"hops": [{"from": "Reader", "to": "Writer"}]}, "extend": {"mode": "code", "cu": "0.5"}, "transform": false})";

TEST(Dialects, AllThreeMeanTheSame) {
  const std::pair<const char*, Dialect> kForms[] = {{kDataX, Dialect::kDataX},
                                                    {kDataWorks1, Dialect::kDataWorks1},
                                                    {kDataWorks2, Dialect::kDataWorks2}};
  for (const auto& [text, dialect] : kForms) {
    JobText parsed = parse_job(text, "j").value();
    EXPECT_EQ(declared_time_zone(parsed), "GMT+9");
    Diagnostics diagnostics;
    auto job = bind_job(parsed, {}, diagnostics);
    ASSERT_TRUE(job) << job.error().to_string();
    EXPECT_THAT(said(diagnostics), IsEmpty()) << text;
    EXPECT_EQ(job->dialect, dialect);
    EXPECT_EQ(job->reader_name, "otsstream");
    EXPECT_EQ(job->writer_name, "odps");
    EXPECT_EQ(text_of(job->reader, "dataTable"), "person");
    EXPECT_EQ(text_of(job->writer, "table"), "person_log");
    EXPECT_EQ(job->settings.concurrent, 2);
    EXPECT_EQ(job->settings.bytes_per_second, 1048576);
    EXPECT_EQ(job->settings.error_limit_record, 0);
    EXPECT_EQ(job->settings.time_zone, "GMT+9");
    EXPECT_EQ(job->transformer, nullptr);
  }
}

TEST(Dialects, PluginNames) {
  const struct {
    const char* written;
    const char* name;
  } kCases[] = {
      {"otsstreamreader", "otsstream"},
      {"otsstream", "otsstream"},
      {"OTSStreamReader", "otsstream"},
      {" odps ", "odps"},
      {"odpswriter", "odps"},
      {"streamwriter", "stream"},
      {"stream", "stream"},
      {"txtfilewriter", "txtfile"},
      {"postgresqlwriter", "postgresql"},
      {"otswriter", "ots"},
      {"reader", "reader"},
      {"mysql", "mysql"},
  };
  for (const auto& c : kCases) EXPECT_EQ(plugin_name(c.written), c.name) << c.written;
}

// Everything that load_job says about one text, warnings and the error's headline.
std::vector<std::string> remarks(const std::string& text) {
  Diagnostics diagnostics;
  auto job = load_job(text, "j", {}, diagnostics);
  std::vector<std::string> out = said(diagnostics);
  if (!job) out.push_back("error " + job.error().headline());
  return out;
}

const std::string kPlugins =
    R"("reader": {"plugin": "otsstream", "parameter": {}}, "writer": {"plugin": "stream", "parameter": {}})";
const std::string kSteps =
    R"("steps": [{"stepType": "otsstream", "category": "reader", "name": "R", "parameter": {}},
{"stepType": "stream", "category": "writer", "name": "W", "parameter": {}}])";

TEST(Dialects, OdditiesLoadWithARemark) {
  const struct {
    std::string text;
    std::vector<testing::Matcher<std::string>> said;
  } kCases[] = {
      {"{\"configuration\": {" + kPlugins + "}}", {}},
      {"{" + kSteps + "}", {}},
      {"{\"version\": 1.0, \"configuration\": {" + kPlugins + "}}", {}},
      {"{\"version\": null, " + kSteps + "}", {}},
      {"{\"version\": \"1.0\", " + kSteps + "}",
       {HasSubstr("warning j:1:13 version: `version` contradicts the content, which is of the form "
                  "DataWorks 2.0 and is read so [Job-Version] - write \"2.0\"")}},
      {"{\"version\": \"2.0\", \"configuration\": {" + kPlugins + "}}",
       {HasSubstr("which is of the form DataWorks 1.0")}},
      {"{\"version\": \"3.1\", " + kSteps + "}",
       {HasSubstr("warning j:1:13 version: unknown `version`; the content decides the form "
                  "[Job-Version]")}},
      {"{\"type\": \"node\", " + kSteps + "}",
       {HasSubstr("warning j:1:10 type: `type` should be \"job\" [Job-Type]")}},
      {"{\"version\": \"1.0\", \"configuration\": {" + kPlugins + "}, " + kSteps + "}",
       {HasSubstr("both `configuration` and `steps`; it is read as DataWorks 1.0 [Job-Version]")}},
      {"{\"configuration\": {" + kPlugins + "}, " + kSteps + "}",
       {HasSubstr("it is read as DataWorks 2.0")}},
      {"{\"Configuration \": {" + kPlugins + ", \"Setting \": {\"Speed \": {\"concurrent\": 1}}}}",
       {HasSubstr("notice j:1:20 [\"Configuration \"]: the key \"Configuration \" is taken as "
                  "`configuration`"),
        HasSubstr("\"Setting \" is taken as `setting`"),
        HasSubstr("\"Speed \" is taken as `speed`")}},
      {"# head\n{" + kSteps + ", # tail\n}", {HasSubstr("notice j:2:1: comments and commas")}},
      {"{\"steps\": [{\"category\": \"processor\"}, {\"stepType\": \"otsstream\", \"category\": "
       "\"Reader\", \"parameter\": {}},"
       "{\"stepType\": \"odps\", \"category\": \"writer\", \"parameter\": {}}]}",
       {HasSubstr("notice j:1:12 steps[0]: the processor step is ignored")}},
      {"{\"job\": {\"preHandler\": {\"pluginName\": \"x\"}, \"content\": [{\"reader\": {\"name\": "
       "\"otsstreamreader\", \"parameter\": {}},"
       "\"writer\": {\"name\": \"streamwriter\", \"parameter\": {}}}, {}]}}",
       {HasSubstr("`preHandler` is ignored"),
        HasSubstr("only the first entry of `content` is run")}},
      {"{\"job\": {\"content\": [{\"reader\": {\"name\": \"otsstreamreader\", \"parameter\": {}},"
       "\"writer\": {\"name\": \"streamwriter\", \"parameter\": {}}}]}, " +
           kSteps + "}",
       {HasSubstr("it is read as DataX [Job-Version]")}},
  };
  for (const auto& c : kCases)
    EXPECT_THAT(remarks(c.text), testing::ElementsAreArray(c.said)) << c.text;
}

TEST(Dialects, BrokenTextsSayWhatIsMissingWhere) {
  const struct {
    std::string text;
    const char* said;
  } kCases[] = {
      {"[]", "error j:1:1: a job text is an object, but this is a list [Job-Form]"},
      {"{}",
       "error j:1:1: this is no job text: it has none of `job` (DataX), `configuration` (DataWorks "
       "1.0), `steps` (DataWorks 2.0) [Job-Form]"},
      {"{\"job\": 1}", "must be an object, but is a number"},
      {"{\"job\": {}}", "error j:1:9 job: `content` is missing"},
      {"{\"job\": {\"content\": []}}",
       "error j:1:21 job.content: `content` must be a list with one entry"},
      {"{\"job\": {\"content\": [{\"reader\": {\"name\": \"x\", \"parameter\": {}}}]}}",
       "error j:1:22 job.content[0]: `writer` is missing"},
      {"{\"job\": {\"content\": [7]}}", "job.content[0]: must be an object, but is a number"},
      {"{\"configuration\": {\"reader\": {\"plugin\": 3, \"parameter\": []}, \"writer\": "
       "{\"plugin\": \"odps\"}}}",
       "error 3 errors: (1) j:1:41 configuration.reader.plugin: `plugin` must be the name of a "
       "plug-in [Config-Type] - for example \"otsstream\"; "
       "(2) j:1:57 configuration.reader.parameter: `parameter` must be an object, but is a list "
       "[Config-Type]; "
       "(3) j:1:72 configuration.writer: `parameter` is missing"},
      {"{\"steps\": {}}", "`steps` must be a list, but is an object"},
      {"{\"steps\": []}", "no step has the category `reader`"},
      {"{\"steps\": [{\"stepType\": \"x\"}]}", "steps[0]: `category` is missing"},
      {"{\"steps\": [{\"category\": \"sink\"}]}", "`category` must be reader, writer or processor"},
      {"{\"steps\": [5]}", "steps[0]: must be an object, but is a number"},
      {"{\"steps\": [{\"category\": \"reader\", \"stepType\": \"a\", \"parameter\": {}}, "
       "{\"category\": \"reader\"}]}",
       "steps[1]: a second step of category `reader`; one job has one reader [Job-Form]"},
      {"{" + kSteps + ", \"order\": {\"hops\": [{\"from\": \"Reader\", \"to\": \"W\"}]}}",
       "order.hops[0].from: the hop names the step `Reader`, which does not exist [Job-Hop]"},
      {"{" + kSteps + ", \"setting\": []}", "`setting` must be an object, but is a list"},
      {"{\"a\": 1,,}", "error j:1:9: expected a key in double quotes or `}` here [Config-Json]"},
  };
  for (const auto& c : kCases) {
    const auto all = remarks(c.text);
    ASSERT_FALSE(all.empty()) << c.text;
    EXPECT_THAT(all.back(), HasSubstr(c.said)) << c.text;
  }
}

TEST(Dialects, TransformersAreFound) {
  Diagnostics diagnostics;
  auto job = load_job(
      R"({"job": {"content": [{"reader": {"name": "a", "parameter": {}}, "writer": {"name": "b", "parameter": {}},
      "transformer": [{"name": "dx_substr"}]}]}})",
      "j", {}, diagnostics);
  ASSERT_TRUE(job);
  ASSERT_NE(job->transformer, nullptr);
  EXPECT_EQ(job->transformer->items().size(), 1u);
}

TEST(Dialects, ZoneGivenByAVariableIsNotDeclared) {
  EXPECT_EQ(
      declared_time_zone(
          parse_job(R"({"steps": [], "setting": {"common": {"column": {"timeZone": "${z}"}}}})",
                    "j")
              .value()),
      std::nullopt);
  EXPECT_EQ(declared_time_zone(parse_job("{}", "j").value()), std::nullopt);
}

}  // namespace
}  // namespace otsstream::job
