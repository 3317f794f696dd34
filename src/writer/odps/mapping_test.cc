#include "writer/odps/mapping.h"

#include <gmock/gmock.h>

#include "writer/odps/target_table.h"

namespace otsstream::writer {
namespace {

using maxcompute::PartitionSpec;
using maxcompute::TableSchema;
using testing::ElementsAre;
using testing::HasSubstr;

TableSchema schema(std::vector<std::pair<std::string, std::string>> columns,
                   std::vector<std::string> keys = {"pt"}) {
  TableSchema out;
  out.table = "person";
  for (const auto& [name, type] : columns)
    out.columns.push_back({name, *maxcompute::parse_type(type), "", true});
  for (const std::string& key : keys)
    out.partition_keys.push_back({key, *maxcompute::parse_type("string"), "", true});
  return out;
}

const TableSchema kPerson = schema({{"id", "string"},
                                    {"colname", "string"},
                                    {"version", "bigint"},
                                    {"colvalue", "string"},
                                    {"optype", "string"},
                                    {"sequenceinfo", "string"}});
const std::vector<std::string> kSix = {"id",       "colname", "version",
                                       "colvalue", "optype",  "sequenceinfo"};

std::vector<InputColumn> fields(size_t count) {
  const std::vector<InputColumn> all = {
      {"id", ValueType::kString},     {"colName", ValueType::kString},
      {"version", ValueType::kLong},  {"colValue", ValueType::kNull},
      {"opType", ValueType::kString}, {"sequenceInfo", ValueType::kString},
      {"more", ValueType::kString}};
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
}

std::vector<std::pair<size_t, uint32_t>> numbers(const Mapping& mapping) {
  std::vector<std::pair<size_t, uint32_t>> out;
  for (const MappedColumn& column : mapping.columns) out.emplace_back(column.field, column.number);
  return out;
}

TEST(Mapping, TheSampleWarnsOnceOfItsSixthColumn) {
  std::vector<std::string> warnings;
  auto mapping = make_mapping(kSix, kPerson, fields(5), warnings);
  ASSERT_TRUE(mapping);
  EXPECT_THAT(numbers(*mapping), ElementsAre(std::pair(0, 1), std::pair(1, 2), std::pair(2, 3),
                                             std::pair(3, 4), std::pair(4, 5)));
  EXPECT_THAT(warnings, ElementsAre("column 6 `sequenceinfo` will always be NULL; set "
                                    "isExportSequenceInfo to true to fill it"));
  EXPECT_THAT(mapping->names, testing::ElementsAreArray(kSix));
}

TEST(Mapping, AllSixWarnOfNothing) {
  std::vector<std::string> warnings;
  ASSERT_TRUE(make_mapping(kSix, kPerson, fields(6), warnings));
  EXPECT_THAT(warnings, ElementsAre());
}

TEST(Mapping, OtherMissingColumnsAreOneGenericWarning) {
  std::vector<std::string> warnings;
  ASSERT_TRUE(make_mapping({"*"}, kPerson, fields(4), warnings));
  ASSERT_TRUE(make_mapping({"id", "optype"}, kPerson, fields(1), warnings));
  EXPECT_THAT(
      warnings,
      ElementsAre(
          "columns 5 `optype`, 6 `sequenceinfo` will always be NULL; the reader delivers 4 columns",
          "column 2 `optype` will always be NULL; the reader delivers 1 columns"));
}

TEST(Mapping, ByPositionWithoutCaseInTheOrderOfTheTable) {
  std::vector<std::string> warnings;
  auto mapping = make_mapping({"OpType", "ID", "colvalue"}, kPerson, fields(3), warnings);
  ASSERT_TRUE(mapping);
  EXPECT_THAT(numbers(*mapping), ElementsAre(std::pair(1, 1), std::pair(2, 4), std::pair(0, 5)));
  EXPECT_THAT(mapping->names, ElementsAre("optype", "id", "colvalue"));
  EXPECT_THAT(warnings, ElementsAre());
}

struct Refused {
  std::vector<std::string> columns;
  size_t fields;
  const char* message;
};

TEST(Mapping, Refuses) {
  const TableSchema typed =
      schema({{"id", "string"}, {"price", "decimal(10,2)"}, {"tags", "array<string>"}});
  const Refused cases[] = {
      {{"id", "colour"}, 2, "there is no column `colour`; its columns are id, price, tags"},
      {{"id", "ID"}, 2, "column `ID` is listed twice"},
      {{"id"}, 2, "the reader delivers 2 columns (id, colName), the writer has only 1 for them"},
      {{"*"}, 5, "the writer has only 3 for them"},
      {{"id", "PT"}, 2, "`PT` is a partition column"},
  };
  for (const Refused& c : cases) {
    std::vector<std::string> warnings;
    auto mapping = make_mapping(c.columns, typed, fields(c.fields), warnings);
    ASSERT_FALSE(mapping) << c.message;
    EXPECT_THAT(mapping.error().message, HasSubstr(c.message));
    EXPECT_EQ(mapping.error().kind, ErrorKind::kConfig) << c.message;
    EXPECT_EQ(mapping.error().code, "OdpsWriter-Column") << c.message;
    EXPECT_FALSE(mapping.error().remedy.empty()) << c.message;
  }
}

TEST(Mapping, NamesAllThatIsWrongAtOnce) {
  std::vector<std::string> warnings;
  auto mapping = make_mapping({"colour", "ID", "id", "PT", "size"}, kPerson, fields(5), warnings);
  ASSERT_FALSE(mapping);
  EXPECT_EQ(mapping.error().code, "OdpsWriter-Column");
  for (const char* part :
       {"4 errors: (1) ", "there is no column `colour`", "(2) ", "column `id` is listed twice",
        "(3) ", "`PT` is a partition column", "(4) ", "there is no column `size`"})
    EXPECT_THAT(mapping.error().message, HasSubstr(part));
}

TEST(Mapping, WarnsOfEveryTypeThatNeverConverts) {
  std::vector<std::string> warnings;
  ASSERT_TRUE(make_mapping(
      {"*"}, schema({{"d", "boolean"}, {"a", "array<bigint>"}, {"s", "string"}}),
      {{"price", ValueType::kDouble}, {"version", ValueType::kLong}, {"count", ValueType::kLong}},
      warnings));
  EXPECT_THAT(
      warnings,
      ElementsAre(HasSubstr("Double values of the reader's `price` never convert to boolean"),
                  HasSubstr("column 2 `a`: Long values of the reader's `version` never convert to "
                            "array<bigint>; every row that has one is dirty")));
}

TEST(TargetPartition, OrderedAndSpelledAsTheTable) {
  const TableSchema table = schema({{"id", "string"}}, {"pt", "hh"});
  auto partition = target_partition(table, *PartitionSpec::parse("HH=02,pt=1"));
  ASSERT_TRUE(partition);
  EXPECT_EQ(partition->unquoted(), "pt=1,hh=02");
  EXPECT_TRUE(target_partition(schema({}, {}), PartitionSpec())->empty());
}

TEST(TargetPartition, Refuses) {
  TableSchema view = schema({}, {});
  view.type = "VIRTUAL_VIEW";
  PartitionSpec empty_value;
  empty_value.add("pt", "");
  struct Case {
    TableSchema table;
    PartitionSpec wanted;
    const char* message;
    const char* code = "OdpsWriter-Partition";
  };
  const Case cases[] = {
      {view, {}, "is a VIRTUAL_VIEW and cannot be written", "OdpsWriter-TableType"},
      {schema({}, {}), *PartitionSpec::parse("pt=1"),
       "is not partitioned, but the job names the partition pt=1"},
      {schema({}), {}, "is partitioned, but the job names no partition"},
      {schema({}, {"pt", "hh"}), *PartitionSpec::parse("pt=1"), "has the partition column `hh`"},
      {schema({}), *PartitionSpec::parse("pt=1,hh=2"), "has no partition column `hh`"},
      {schema({}), empty_value, "has an empty value"},
  };
  for (const Case& c : cases) {
    auto partition = target_partition(c.table, c.wanted);
    ASSERT_FALSE(partition) << c.message;
    EXPECT_THAT(partition.error().message, HasSubstr(c.message));
    EXPECT_EQ(partition.error().code, c.code) << c.message;
    EXPECT_FALSE(partition.error().remedy.empty());
  }
}

TEST(TargetTable, NoticesChangedColumns) {
  EXPECT_TRUE(check_same_columns(kPerson, kPerson));
  TableSchema other = kPerson;
  other.columns[2].type = *maxcompute::parse_type("string");
  EXPECT_FALSE(check_same_columns(kPerson, other));
  other.columns.pop_back();
  auto changed = check_same_columns(kPerson, other);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, ErrorKind::kConflict);
}

}  // namespace
}  // namespace otsstream::writer
