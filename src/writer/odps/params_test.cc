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
  EXPECT_EQ(r.settings.content_encoding, "deflate");
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
        Bad{R"("table": "t", "truncate": true, "column": ["*"], "supportDynamicPartition": true)",
            "`column` * names no partition column"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "preSql": ["x", " ; "])",
            "entry 1 of `preSql` is empty"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "postSql": [["x"]])", "`postSql`"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "compress": "gzip")",
            "one of false, true, deflate, zstd, lz4, snappy"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "writeTimeoutInMs": 0)",
            "`writeTimeoutInMs` must be at least 1"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "maxFieldLength": 0)",
            "`maxFieldLength` must be at least 1"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "maxOdpsFieldLength": "x")",
            "`maxOdpsFieldLength` must be an integer"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "overLengthRule": "cut")",
            "one of keepOn, truncate, setNull"},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "tabel": "t")",
            "unknown parameter `tabel`", Severity::kWarning},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "maxFieldLength": 5)",
            "`maxFieldLength` has no effect with `overLengthRule` keepOn", Severity::kNotice},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "overLengthRule": "setNull", "maxFieldLength": 5)",
            "has no effect with `overLengthRule` setNull", Severity::kNotice},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "customPartitionFunctions": [])",
            "`customPartitionFunctions` has no effect", Severity::kNotice},
        Bad{R"("table": "t", "truncate": true, "column": ["a"], "dryRun": true)",
            "`dryRun` has no effect", Severity::kNotice}));

TEST(OdpsParams, EmptyListsOfStatementsAndFalseAreFine) {
  auto r = read(
      R"({"table": "t", "truncate": true, "column": ["a"], "preSql": [], "supportDynamicPartition": false, "overLengthRule": "keepOn"})");
  EXPECT_TRUE(r.diagnostics.items().empty()) << r.all(Severity::kError) << r.all(Severity::kNotice);
}

TEST(OdpsParams, CompressIsASwitchOrAWord) {
  struct Case {
    const char* written;
    const char* content_encoding;
  };
  for (const Case& c : std::initializer_list<Case>{{"true", "deflate"},
                                                   {"false", ""},
                                                   {"\"True\"", "deflate"},
                                                   {"\"deflate\"", "deflate"},
                                                   {"\"zstd\"", "zstd"},
                                                   {"\"LZ4\"", "x-lz4-frame"},
                                                   {"\"snappy\"", "x-snappy-framed"},
                                                   {"null", ""}}) {
    for (const char* name : {"compress", "isCompress"}) {
      auto r = read(std::string(R"({"table": "t", "truncate": true, "column": ["a"], ")") + name +
                    "\": " + c.written + "}");
      EXPECT_TRUE(r.diagnostics.items().empty()) << r.all(Severity::kError);
      EXPECT_EQ(r.settings.content_encoding, c.content_encoding) << c.written;
    }
  }
}

TEST(OdpsParams, OverLongFields) {
  auto kept = read(R"({"table": "t", "truncate": true, "column": ["a"]})").settings;
  EXPECT_EQ(kept.over_length, OverLength::kKeepOn);
  EXPECT_EQ(kept.max_field_length, 8388608);
  EXPECT_EQ(kept.max_odps_field_length, 8388608);
  auto r = read(
      R"({"table": "t", "truncate": true, "column": ["a"], "overLengthRule": "TRUNCATE", "maxFieldLength": 100, "maxOdpsFieldLength": "200"})");
  EXPECT_TRUE(r.diagnostics.items().empty());
  EXPECT_EQ(r.settings.over_length, OverLength::kTruncate);
  EXPECT_EQ(r.settings.max_field_length, 100);
  EXPECT_EQ(r.settings.max_odps_field_length, 200);
}

TEST(OdpsParams, StatementsAreAListOrOneTextAndEndWithASemicolon) {
  auto r = read(
      R"({"table": "t", "truncate": true, "column": ["a"], "preSql": " drop table x ", "postSql": ["select 1;", "select 2"]})");
  EXPECT_TRUE(r.diagnostics.items().empty()) << r.all(Severity::kError);
  EXPECT_THAT(r.settings.pre_sql, ElementsAre("drop table x;"));
  EXPECT_THAT(r.settings.post_sql, ElementsAre("select 1;", "select 2;"));
}

TEST(OdpsParams, QuotaAndTimeoutUnderEitherName) {
  auto r = read(
      R"({"table": "t", "truncate": true, "column": ["a"], "tunnelQuota": "q1", "writeTimeoutInMs": 600000})");
  EXPECT_EQ(r.settings.tunnel_quota, "q1");
  EXPECT_EQ(r.settings.write_timeout_ms, 600000);
  r = read(R"({"table": "t", "truncate": true, "column": ["a"], "quotaName": "q2"})");
  EXPECT_EQ(r.settings.tunnel_quota, "q2");
  EXPECT_FALSE(r.settings.write_timeout_ms);
}

}  // namespace
}  // namespace otsstream::writer
