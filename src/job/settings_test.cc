#include "job/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/param_docs.h"
#include "job/dialect.h"

namespace otsstream::job {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double kMegabyte = 1048576;

// One line that shows all settings that differ from "nothing set".
std::string shown(const Settings& s) {
  std::string out;
  auto add = [&](const std::string& name, const auto& value) {
    out += (out.empty() ? "" : " ") + name + "=" + std::to_string(value);
  };
  if (s.concurrent) add("concurrent", *s.concurrent);
  if (s.bytes_per_second > 0) add("bytes", static_cast<int64_t>(s.bytes_per_second));
  if (s.records_per_second > 0) add("records", static_cast<int64_t>(s.records_per_second));
  if (s.error_limit_record) add("dirty", *s.error_limit_record);
  if (s.error_limit_percentage)
    add("share%", static_cast<int>(*s.error_limit_percentage * 100 + 0.5));
  if (s.time_zone) out += (out.empty() ? "zone=" : " zone=") + *s.time_zone;
  if (s.memory_budget_bytes) add("MB", *s.memory_budget_bytes >> 20);
  if (s.resume_after_failure) add("resume", 1);
  if (s.dry_run) add("dry", 1);
  return out;
}

struct Row {
  const char* setting;
  const char* result;
  std::vector<const char*> said;  // parts of what is said, in order
};

void check(const Row& row, Dialect dialect = Dialect::kDataWorks2) {
  SCOPED_TRACE(row.setting);
  auto document = parse_json(row.setting, "j").value();
  Diagnostics diagnostics;
  EXPECT_EQ(shown(read_settings(dialect, &document->root(), nullptr, nullptr, diagnostics)),
            row.result);
  ASSERT_EQ(diagnostics.items().size(), row.said.size());
  for (size_t i = 0; i < row.said.size(); ++i)
    EXPECT_THAT(std::string(to_string(diagnostics.items()[i].severity)) + " " +
                    diagnostics.items()[i].error.headline(),
                HasSubstr(row.said[i]));
}

TEST(Settings, Speed) {
  for (const Row& row : std::vector<Row>{
           {R"({})", "", {}},
           {R"({"speed": {"concurrent": 7, "mbps": 7}})", "concurrent=7 bytes=7340032", {}},
           {R"({"speed": {"concurrent": " 2 ", "mbps": "1"}})", "concurrent=2 bytes=1048576", {}},
           {R"({"speed": {"mbps": "2.5"}})", "bytes=2621440", {}},
           {R"({"speed": {"throttle": false, "mbps": 7}})", "", {}},
           {R"({"speed": {"throttle": "True", "mbps": 7}})", "bytes=7340032", {}},
           {R"({"speed": {"throttle": true}})",
            "",
            {"error j:1:24 speed.throttle: `throttle` is true, but `mbps` gives no positive rate"}},
           {R"({"speed": {"throttle": false, "byte": 9}})",
            "",
            {"warning j:1:39 speed.byte: `throttle` is false"}},
           {R"({"speed": {"mbps": 0}})",
            "",
            {"warning j:1:20 speed.mbps: `mbps` 0 counts as no rate cap"}},
           {R"({"speed": {"mbps": ""}})", "", {}},
           {R"({"speed": {"mbps": -1}})",
            "",
            {"error j:1:20 speed.mbps: `speed.mbps` must be at least 0, but is \"-1\""}},
           {R"({"speed": {"mbps": "fast"}})",
            "",
            {"`speed.mbps` must be a number, but is \"fast\""}},
           {R"({"speed": {"concurrent": "2.5"}})",
            "",
            {"error j:1:26 speed.concurrent: `speed.concurrent` must be an integer, but is "
             "\"2.5\""}},
           {R"({"speed": {"concurrent": 0}})", "", {"`speed.concurrent` must be at least 1"}},
           {R"({"speed": {"concurrent": 64}})", "concurrent=64", {}},
           {R"({"speed": {"channel": 5}})", "concurrent=5", {}},
           {R"({"speed": {"channel": 5, "concurrent": 5}})", "concurrent=5", {}},
           {R"({"speed": {"channel": 5, "concurrent": 3}})",
            "concurrent=3",
            {"warning j:1:23 speed.channel: `channel` and `concurrent` differ"}},
           {R"({"speed": {"channel": -1}})",
            "",
            {"warning j:1:23 speed.channel: `channel` is not positive"}},
           {R"({"speed": {"byte": 1000, "record": "200"}})", "bytes=1000 records=200", {}},
           {R"({"speed": {"byte": -1, "record": -1}})", "", {}},
           {R"({"speed": {"byte": 1000, "mbps": 1}})",
            "bytes=1000",
            {"warning j:1:20 speed.byte: `byte` and `mbps` differ; the smaller rate counts"}},
           {R"({"speed": {"dmu": 1}})", "", {"notice j:1:19 speed.dmu: `speed.dmu` has no effect"}},
           {R"({"speed": {"concurent": 1, "x": 2}, "y": 3})",
            "",
            {"notice j:1:25 speed.concurent: unknown keys are ignored: `concurent` (did you mean "
             "`concurrent`?), `x`, `y`"}},
       })
    check(row);
}

TEST(Settings, ErrorLimit) {
  for (const Row& row : std::vector<Row>{
           {R"({"errorLimit": {"record": "0"}})", "dirty=0", {}},
           {R"({"errorLimit": {"record": 12}})", "dirty=12", {}},
           {R"({"errorLimit": {"record": ""}})", "", {}},
           {R"({"errorLimit": {"record": null}})", "", {}},
           {R"({"errorLimit": {"record": -1}})",
            "",
            {"error j:1:27 errorLimit.record: `errorLimit.record` must be at least 0"}},
           {R"({"errorLimit": {"percentage": 0.02}})", "share%=2", {}},
           {R"({"errorLimit": {"percentage": 2}})", "", {"must be between 0 and 1, but is \"2\""}},
           {R"({"errorLimit": {"record": 1, "percentage": 0.02}})",
            "dirty=1",
            {"notice j:1:44 errorLimit.percentage: `record` is set"}},
           {R"({"errorLimit": {"strategy": "Ignore"}})", "", {}},
           {R"({"errorLimit": {"strategy": "Ignore", "record": 0}})",
            "",
            {"warning j:1:49 errorLimit.record: `strategy` Ignore"}},
           {R"({"errorLimit": {"strategy": "zerotolerance"}})", "dirty=0", {}},
           {R"({"errorLimit": {"strategy": "ZeroTolerance", "record": 5}})",
            "dirty=0",
            {"warning j:1:56 errorLimit.record: `strategy` ZeroTolerance"}},
           {R"({"errorLimit": {"strategy": "ZeroTolerance", "record": 0}})", "dirty=0", {}},
           {R"({"errorLimit": {"strategy": "Tolerance", "record": 5}})", "dirty=5", {}},
           {R"({"errorLimit": {"strategy": "Tolerance", "record": 0}})",
            "dirty=0",
            {"tolerates nothing"}},
           {R"({"errorLimit": {"strategy": "Tolerance"}})",
            "",
            {"error j:1:29 errorLimit.strategy: `strategy` Tolerance needs `record`"}},
           {R"({"errorLimit": {"strategy": "ZeroTolerance", "percentage": 0.5}})",
            "dirty=0",
            {"`percentage` has no effect"}},
           {R"({"errorLimit": {"strategy": "Maybe"}})",
            "",
            {"must be one of Ignore, Tolerance, ZeroTolerance, but is \"Maybe\""}},
       })
    check(row);
}

TEST(Settings, TheRest) {
  for (
      const Row& row : std::vector<Row>{
          {R"({"executeMode": null, "failoverEnable": null})", "", {}},
          {R"({"executeMode": "distribute"})",
           "",
           {"notice j:1:17 executeMode: `executeMode` is accepted; the job runs on this one "
            "machine [Config-Setting]"}},
          {R"({"failoverEnable": true})", "resume=1", {"notice j:1:20 failoverEnable"}},
          {R"({"failoverEnable": "false"})", "", {}},
          {R"({"jvmOption": "-Xms1024m -Xmx2g"})", "MB=2048", {}},
          {R"({"speed": {"jvmOption": "-Xmx1024m"}})", "MB=1024", {}},
          {R"({"jvmOption": "-Xmx1024m", "jvmMemory": 4})", "MB=1024", {}},
          {R"({"jvmMemory": "4"})", "MB=4096", {}},
          {R"({"jvmOption": "-Xss nonsense -Xmxlots"})", "", {}},
          {R"({"common": {"column": {"timeZone": "Asia/Tokyo"}}})", "zone=Asia/Tokyo", {}},
          {R"({"common": {"column": {"timeZone": "Mars"}}})",
           "",
           {"error j:1:36 common.column.timeZone: `common.column.timeZone` is not a time zone"}},
          {R"({"locale": "zh_CN"})", "", {"notice j:1:12 locale: `locale` has no effect"}},
          {R"({"keyVersion": "1"})", "", {"encrypted values"}},
          {R"({"dryRun": "true"})", "dry=1", {}},
          {R"({"speed": {"concurrent": 3}, "core": {"transport": {"channel": {"speed": {"byte": 100, "record": 10}}}}})",
           "concurrent=3 bytes=300 records=30",
           {"warning j:1:38 core: `setting.core` has no effect in the hosted product "
            "[Config-VendorIgnores]"}},
      })
    check(row);
}

TEST(Settings, DataXKeepsCommonAndCoreBesideTheJob) {
  auto setting = parse_json(R"({"speed": {"channel": 2}})", "j").value();
  auto common =
      parse_json(R"({"column": {"timeZone": "GMT+9", "encoding": "utf-8"}})", "j").value();
  auto core =
      parse_json(
          R"({"transport": {"channel": {"speed": {"byte": 500, "record": -1}, "capacity": 512}}, "other": 1})",
          "j")
          .value();
  Diagnostics diagnostics;
  const Settings s =
      read_settings(Dialect::kDataX, &setting->root(), &common->root(), &core->root(), diagnostics);
  EXPECT_EQ(shown(s), "concurrent=2 bytes=1000 zone=GMT+9");
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.count(Severity::kNotice), 2u);  // capacity, other
  EXPECT_EQ(diagnostics.count(Severity::kWarning), 0u);
}

TEST(Settings, FormsOfTimesStandInEitherPlace) {
  const char* column =
      R"({"datetimeFormat": "yyyy-MM-dd'T'HH:mm:ss", "dateFormat": "dd.MM.yyyy",
          "timeFormat": "HH.mm", "extraFormats": ["yyyyMMdd", "yyyyMM"]})";
  auto inside = parse_json(std::string(R"({"common": {"column": )") + column + "}}", "j").value();
  auto beside = parse_json(std::string(R"({"column": )") + column + "}", "j").value();
  Diagnostics diagnostics;
  for (const Settings& s :
       {read_settings(Dialect::kDataWorks2, &inside->root(), nullptr, nullptr, diagnostics),
        read_settings(Dialect::kDataX, nullptr, &beside->root(), nullptr, diagnostics)}) {
    EXPECT_EQ(s.time_forms.datetime, "yyyy-MM-dd'T'HH:mm:ss");
    EXPECT_EQ(s.time_forms.date, "dd.MM.yyyy");
    EXPECT_EQ(s.time_forms.time, "HH.mm");
    EXPECT_EQ(s.time_forms.extra, (std::vector<std::string>{"yyyyMMdd", "yyyyMM"}));
  }
  EXPECT_THAT(diagnostics.items(), IsEmpty());
}

TEST(Settings, FormsAndEncodingsThatCannotBeUsedAreErrors) {
  for (const Row& row : std::vector<Row>{
           {R"({"common": {"column": {"dateFormat": "yyyy-DDD"}}})",
            "",
            {"error j:1:38 common.column.dateFormat: `common.column.dateFormat` cannot be used: "
             "time format `yyyy-DDD`: the letter `D` is not known here; known letters are"}},
           {R"({"common": {"column": {"extraFormats": ["yyyy", "'"]}}})",
            "",
            {"has a bad entry 1: it cannot be used: time format `'`: a quote has no end"}},
           {R"({"common": {"column": {"encoding": "GBK"}}})",
            "",
            {"`common.column.encoding` must be one of utf-8, utf8, but is \"GBK\""}},
           {R"({"common": {"column": {"encoding": "UTF-8"}}})", "", {}}})
    check(row);
}

TEST(Settings, NoneAtAll) {
  Diagnostics diagnostics;
  EXPECT_EQ(shown(read_settings(Dialect::kDataX, nullptr, nullptr, nullptr, diagnostics)), "");
  EXPECT_THAT(diagnostics.items(), IsEmpty());
}

TEST(Settings, JvmHeap) {
  const struct {
    const char* options;
    std::optional<size_t> bytes;
  } kCases[] = {
      {"-Xms1g -Xmx512m", size_t{512} << 20},
      {"-Xmx1G", size_t{1} << 30},
      {"-Xmx64k", size_t{64} << 10},
      {"-Xmx4096", 4096},
      {"-Xmx1g -Xmx2g", size_t{2} << 30},
      {"-Xms1g", std::nullopt},
      {"-Xmx", std::nullopt},
      {"-Xmx0", std::nullopt},
      {"-Xmx1x", std::nullopt},
      {"-Xmx1gb", std::nullopt},
      {"", std::nullopt},
      {"-Xmx99999999999999999t", std::nullopt},
  };
  for (const auto& c : kCases) EXPECT_EQ(jvm_heap_bytes(c.options), c.bytes) << c.options;
}

TEST(Settings, EveryKeyIsDocumented) {
  for (const ParamInfo* info : settings_infos())
    EXPECT_FALSE(info->help_text.empty() && info->ignored_because.empty()) << info->name;
  EXPECT_THAT(params_markdown(settings_infos()), HasSubstr("| `errorLimit.strategy` |"));
  EXPECT_TRUE(parse_json(params_schema("setting", settings_infos()), "schema", {.strict = true}));
}

}  // namespace
}  // namespace otsstream::job
