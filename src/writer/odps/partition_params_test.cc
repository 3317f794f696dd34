#include "writer/odps/partition_params.h"

#include <gmock/gmock.h>

namespace otsstream::writer {
namespace {

using testing::HasSubstr;

struct Read {
  OdpsSettings settings;
  std::string errors, warnings;
};

// A block that is complete but for its partitions.
Read read(const std::string& members, const std::string& column = R"(["id", "pt"])") {
  auto document = parse_json(
      R"({"table": "t", "truncate": true, "column": )" + column + ", " + members + "}", "job.json");
  EXPECT_TRUE(document) << document.error().to_string();
  Diagnostics diagnostics;
  Read result;
  result.settings = read_odps_settings((*document)->root(), diagnostics);
  for (const Diagnostic& item : diagnostics.items()) {
    std::string& text = item.severity == Severity::kError ? result.errors : result.warnings;
    text += item.error.headline() + "\n";
  }
  return result;
}

TEST(PartitionParams, OneOrManyLevels) {
  EXPECT_EQ(read(R"("partition": "pt=20171019")").settings.partition.unquoted(), "pt=20171019");
  auto r = read(R"("partition": "pt=20150101, Type='1' / biz=2")");
  EXPECT_EQ(r.settings.partition.unquoted(), "pt=20150101,type=1,biz=2");
  EXPECT_EQ(r.errors + r.warnings, "");
  EXPECT_FALSE(r.settings.dynamic_partition);
}

TEST(PartitionParams, DynamicWithFormats) {
  auto r = read(
      R"("supportDynamicPartition": "true", "partitionColumnMapping": [
           {"name": "PT", "srcDateFormat": "yyyy-MM-dd HH:mm:ss", "dateFormat": "yyyyMMdd"},
           {"name": "hh", "dateFormat": "HH"}])");
  EXPECT_EQ(r.errors + r.warnings, "");
  EXPECT_EQ(r.settings.dynamic_partition, true);
  ASSERT_EQ(r.settings.partition_formats.size(), 2u);
  EXPECT_EQ(r.settings.partition_formats[0].column, "pt");
  EXPECT_EQ(r.settings.partition_formats[0].source_format, "yyyy-MM-dd HH:mm:ss");
  EXPECT_EQ(r.settings.partition_formats[0].format, "yyyyMMdd");
  EXPECT_EQ(r.settings.partition_formats[1].source_format, "");
  EXPECT_EQ(read(R"("supportDynamicPartition": false)").settings.dynamic_partition, false);
}

TEST(PartitionParams, CustomColumnsHaveFixedValues) {
  auto r = read(
      R"("supportDynamicPartition": true, "partitionFormatType": "custom", "customPartitionColumns": [
           {"name": "pt", "valueMode": "20171019", "category": "constant"},
           {"name": "HH", "valueMode": "01", "category": ""}])",
      R"(["*"])");
  EXPECT_EQ(r.errors + r.warnings, "");
  EXPECT_EQ(r.settings.fixed_partition_values.unquoted(), "pt=20171019,hh=01");
}

struct Bad {
  const char* members;
  const char* expected;
};

TEST(PartitionParams, Refuses) {
  for (
      const Bad& bad : std::initializer_list<Bad>{
          {R"("partition": "pt")", "partition part 'pt' has no '='"},
          {R"("partition": "pt=1,pt=2")", "repeats a column"},
          {R"("partitionColumnMapping": {})", "`partitionColumnMapping` must be a list"},
          {R"("partitionColumnMapping": ["pt"])", "an entry must be an object, but is a text"},
          {R"("partitionColumnMapping": [{"dateFormat": "yyyy"}])", "an entry needs its `name`"},
          {R"("partitionColumnMapping": [{"name": "pt"}])", "an entry needs its `dateFormat`"},
          {R"("partitionColumnMapping": [{"name": ["pt"], "dateFormat": "yyyy"}])",
           "`name` must be a text, but is a list"},
          {R"("partitionColumnMapping": [{"name": "pt", "dateFormat": "YYYY"}])",
           "the letter `Y` is not known here"},
          {R"("partitionColumnMapping": [{"name": "pt", "dateFormat": "yyyy", "srcDateFormat": "'"}])",
           "a quote has no end"},
          {R"("partitionColumnMapping": [{"name": "pt", "dateFormat": "yyyy"}, {"name": "PT", "dateFormat": "MM"}])",
           "the partition column `pt` stands here twice [OdpsWriter-Partition]"},
          {R"("partitionFormatType": "custom")", "needs `customPartitionColumns`"},
          {R"("partitionFormatType": "custom", "customPartitionColumns": [1])",
           "an entry must be an object"},
          {R"("partitionFormatType": "custom", "customPartitionColumns": [{"name": "pt"}])",
           "an entry needs its `valueMode`"},
          {R"("partitionFormatType": "custom", "customPartitionColumns": [{"name": "pt", "valueMode": "yyyyMMdd", "category": "eventTime"}])",
           "of the category `eventTime` have no fixed value"},
          {R"("partitionFormatType": "custom", "customPartitionColumns": [{"name": "pt", "valueMode": "1',hh='2"}])",
           "cannot be the value of one partition column"},
          {R"("partitionFormatType": "custom", "customPartitionColumns": [{"name": "p-t", "valueMode": "1"}])",
           "has no proper column name"},
          {R"("partition": "pt=1", "partitionFormatType": "custom", "customPartitionColumns": [{"name": "pt", "valueMode": "1"}])",
           "both name the partition"}}) {
    EXPECT_THAT(read(bad.members).errors, HasSubstr(bad.expected)) << bad.members;
  }
}

TEST(PartitionParams, WarnsOfWhatHasNoEffect) {
  for (
      const Bad& odd : std::initializer_list<Bad>{
          {R"("supportDynamicPartition": true, "partition": "pt=1")",
           "`partition` has no effect: `supportDynamicPartition` is true"},
          {R"("supportDynamicPartition": false, "partitionColumnMapping": [{"name": "pt", "dateFormat": "yyyy"}])",
           "`partitionColumnMapping` has no effect"},
          {R"("partitionFormatType": "other")", "only custom is known, not `other`"},
          {R"("customPartitionColumns": [])", "`partitionFormatType` is not custom"},
          {R"("partitionColumnMapping": [{"name": "pt", "dateFormat": "yyyy", "srcFormat": "x"}])",
           "unknown key `srcFormat` is ignored"}}) {
    auto r = read(odd.members);
    EXPECT_EQ(r.errors, "") << odd.members;
    EXPECT_THAT(r.warnings, HasSubstr(odd.expected)) << odd.members;
  }
  EXPECT_TRUE(
      read(R"("supportDynamicPartition": true, "partition": "pt=1")").settings.partition.empty());
}

}  // namespace
}  // namespace otsstream::writer
