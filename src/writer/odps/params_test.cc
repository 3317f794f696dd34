#include "writer/odps/params.h"

#include <gmock/gmock.h>

namespace otsstream::writer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Read {
  OdpsSettings settings;
  Diagnostics diagnostics;
  std::string all(Severity severity) const {
    std::string text;
    for (const Diagnostic& item : diagnostics.items())
      if (item.severity == severity) text += item.error.headline() + "\n";
    return text;
  }
};

Read read(const std::string& text) {
  auto document = parse_json(text, "job.json");
  EXPECT_TRUE(document) << document.error().to_string();
  Read result;
  result.settings = read_odps_settings((*document)->root(), result.diagnostics);
  return result;
}

TEST(OdpsParams, DataWorksSpelling) {
  auto r = read(
      R"({"datasource": "odps_first", "table": "person", "truncate": true, "partition": "pt=20171019",
                    "column": ["id", "colname"], "emptyAsNull": false, "compress": false, "guid": "x"})");
  EXPECT_FALSE(r.diagnostics.has_errors());
  EXPECT_EQ(r.all(Severity::kWarning), "");
  EXPECT_EQ(r.settings.table, "person");
  EXPECT_TRUE(r.settings.truncate);
  EXPECT_EQ(r.settings.partition.unquoted(), "pt=20171019");
  EXPECT_THAT(r.settings.columns, ElementsAre("id", "colname"));
  EXPECT_FALSE(r.settings.block_size_mb);
  EXPECT_FALSE(r.settings.max_retry_time);
}

TEST(OdpsParams, DataXSpelling) {
  auto r = read(
      R"({"accessId": "AK", "accessKey": "SECRET", "project": "p", "odpsServer": "http://h/api", "tunnelServer": "http://t",
                    "table": "t", "truncate": "False", "partition": " pt = '1' / hh=02 ", "column": ["*"], "blockSizeInMB": "16",
                    "isCompress": true, "maxRetryTime": 3, "emptyAsNull": "true", "consistencyCommit": false})");
  EXPECT_FALSE(r.diagnostics.has_errors());
  EXPECT_EQ(r.all(Severity::kWarning), "");
  EXPECT_FALSE(r.settings.truncate);
  EXPECT_EQ(r.settings.partition.unquoted(), "pt=1,hh=02");
  EXPECT_THAT(r.settings.columns, ElementsAre("*"));
  EXPECT_TRUE(r.settings.empty_as_null);
  EXPECT_EQ(r.settings.block_size_mb, 16);
  EXPECT_EQ(r.settings.max_retry_time, 3);
  EXPECT_THAT(r.all(Severity::kNotice),
              HasSubstr("not compressed on their way to the service yet"));
  EXPECT_THAT(r.all(Severity::kNotice), HasSubstr("all rows of the job become visible at once"));
}

TEST(OdpsParams, SmallBlocksBecomeEight) {
  auto r = read(R"({"table": "t", "truncate": true, "column": ["a"], "blockSizeInMB": 2})");
  EXPECT_EQ(r.settings.block_size_mb, 8);
  EXPECT_THAT(r.all(Severity::kNotice), HasSubstr("taken as 8"));
}

TEST(OdpsParams, EveryParameterIsDeclaredWithHelpOrReason) {
  for (const ParamInfo* info : odps_parameter_infos())
    EXPECT_TRUE(!info->help_text.empty() || !info->ignored_because.empty()) << info->name;
}

struct Bad {
  const char* member;
  const char* expected;
  Severity severity = Severity::kError;
};
void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.member; }

class OdpsParamsBad : public testing::TestWithParam<Bad> {};

TEST_P(OdpsParamsBad, IsNamed) {
  auto r = read(std::string("{") + GetParam().member + "}");
  EXPECT_THAT(r.all(GetParam().severity), HasSubstr(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    All, OdpsParamsBad,
    testing::Values(
        Bad{R"("truncate": true, "column": ["a"])", "`table`"},
        Bad{R"("table": "t", "column": ["a"])", "`truncate`"},
        Bad{R"("table": "t", "truncate": "yes", "column": ["a"])",
            "`truncate` must be true or false"},
        Bad{R"("table": "t", "truncate": true)", "`column`"},
        Bad{R"("table": "t", "truncate": true, "column": [])", "`column` lists no column"},
        Bad{R"("table": "t", "truncate": true, "column": ["a", " "])",
            "entry 1 of `column` is empty"},
        Bad{R"("table": "t", "truncate": true, "column": ["a", "*"])", "* beside other names"},
        Bad{R"("table": "t", "truncate": true, "column": ["a", "B", "A"])", "names `A` twice"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "partition": "pt")",
            "job.json:1:64 partition: `partition`: partition part 'pt' has no '='"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "partition": "pt=")",
            "has no value"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "blockSizeInMB": 513)",
            "`blockSizeInMB` must be between 1 and 512"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "maxRetryTime": 11)",
            "`maxRetryTime` must be between 1 and 10"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "supportDynamicPartition": true)",
            "`supportDynamicPartition`: this version does not write dynamic partitions yet "
            "[OdpsWriter-NotYet]"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "partitionColumnMapping": [{}])",
            "`partitionColumnMapping`"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "partitionFormatType": "custom")",
            "`partitionFormatType`"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "customPartitionColumns": [1])",
            "`customPartitionColumns`"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "preSql": ["x"])",
            "does not run statements around a job yet [OdpsWriter-NotYet]"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "postSql": ["x"])", "`postSql`"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "overLengthRule": "cut")",
            "one of keepOn, truncate, setNull"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "overLengthRule": "setNull")",
            "is not there yet"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "tabel": "t")",
            "unknown parameter `tabel`", Severity::kWarning},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "tunnelQuota": "q")",
            "default quota", Severity::kNotice},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "writeTimeoutInMs": 5)",
            "`writeTimeoutInMs` has no effect", Severity::kNotice}));

TEST(OdpsParams, EmptyListsOfStatementsAndFalseAreFine) {
  auto r = read(
      R"({"table": "t", "truncate": true, "column": ["a"], "preSql": [], "supportDynamicPartition": false, "overLengthRule": "keepOn"})");
  EXPECT_TRUE(r.diagnostics.items().empty()) << r.all(Severity::kError) << r.all(Severity::kNotice);
}

}  // namespace
}  // namespace otsstream::writer
