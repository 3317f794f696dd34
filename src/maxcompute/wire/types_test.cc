#include "maxcompute/wire/types.h"

#include <gtest/gtest.h>

namespace otsstream::maxcompute {
namespace {

TEST(Types, EveryTypeStringOfTheService) {
  struct Case {
    const char* text;
    TypeKind kind;
    const char* normal;
  } cases[] = {
      {"tinyint", TypeKind::kTinyint, "tinyint"},
      {"SMALLINT", TypeKind::kSmallint, "smallint"},
      {"Int", TypeKind::kInt, "int"},
      {" bigint ", TypeKind::kBigint, "bigint"},
      {"float", TypeKind::kFloat, "float"},
      {"DOUBLE", TypeKind::kDouble, "double"},
      {"boolean", TypeKind::kBoolean, "boolean"},
      {"string", TypeKind::kString, "string"},
      {"binary", TypeKind::kBinary, "binary"},
      {"json", TypeKind::kJson, "json"},
      {"CHAR( 5 )", TypeKind::kChar, "char(5)"},
      {"varchar(65535)", TypeKind::kVarchar, "varchar(65535)"},
      {"decimal", TypeKind::kDecimal, "decimal"},
      {"Decimal(10, 2)", TypeKind::kDecimal, "decimal(10,2)"},
      {"decimal(10)", TypeKind::kDecimal, "decimal(10,0)"},
      {"decimal(38,18)", TypeKind::kDecimal, "decimal(38,18)"},
      {"date", TypeKind::kDate, "date"},
      {"datetime", TypeKind::kDatetime, "datetime"},
      {"timestamp", TypeKind::kTimestamp, "timestamp"},
      {"timestamp_ntz", TypeKind::kTimestampNtz, "timestamp_ntz"},
      {"interval_day_time", TypeKind::kIntervalDayTime, "interval_day_time"},
      {"interval_year_month", TypeKind::kIntervalYearMonth, "interval_year_month"},
      {"ARRAY< BIGINT >", TypeKind::kArray, "array<bigint>"},
      {"map<string, array<decimal(4,1)>>", TypeKind::kMap, "map<string,array<decimal(4,1)>>"},
      {"struct<x:int, `y z`:string>", TypeKind::kStruct, "struct<x:int,`y z`:string>"},
      {"array<struct<p:double,q:array<string>>>", TypeKind::kArray,
       "array<struct<p:double,q:array<string>>>"},
  };
  for (const Case& c : cases) {
    auto type = parse_type(c.text);
    ASSERT_TRUE(type) << c.text;
    EXPECT_EQ(type->kind, c.kind) << c.text;
    EXPECT_EQ(type->text, c.normal);
    EXPECT_EQ(*parse_type(type->text), *type) << "the normal form is stable";
  }
}

TEST(Types, ArgumentsAndPartsAreKnown) {
  auto decimal = *parse_type("decimal(10,2)");
  EXPECT_EQ(decimal.precision, 10);
  EXPECT_EQ(decimal.scale, 2);
  EXPECT_EQ(parse_type("decimal(7)")->precision, 7);
  EXPECT_EQ(parse_type("decimal(7)")->scale, 0);
  EXPECT_EQ(parse_type("decimal")->precision, 54);
  EXPECT_EQ(parse_type("decimal")->scale, 18);
  EXPECT_EQ(parse_type("varchar(300)")->length, 300);
  EXPECT_EQ(parse_type("char(12)")->length, 12);

  auto type = *parse_type("MAP< char(2) , array<struct<X:decimal(4, 1), `y Z`:array<string>>>>");
  ASSERT_EQ(type.children.size(), 2u);
  EXPECT_EQ(type.children[0].text, "char(2)");
  EXPECT_EQ(type.children[0].length, 2);
  const ColumnType& array = type.children[1];
  EXPECT_EQ(array.text, "array<struct<x:decimal(4,1),`y z`:array<string>>>");
  ASSERT_EQ(array.children.size(), 1u);
  const ColumnType& fields = array.children[0];
  EXPECT_EQ(fields.kind, TypeKind::kStruct);
  EXPECT_EQ(fields.field_names, (std::vector<std::string>{"x", "y z"}));
  ASSERT_EQ(fields.children.size(), 2u);
  EXPECT_EQ(fields.children[0].scale, 1);
  EXPECT_EQ(fields.children[1].children[0].kind, TypeKind::kString);
}

TEST(Types, WhatIsNoTypeIsRefused) {
  std::string deep;
  for (int i = 0; i < 10000; ++i) deep += "array<";
  for (const std::string& text :
       {std::string(), std::string("text"), std::string("bigint x"), std::string("char"),
        std::string("varchar(0)"), std::string("char(256)"), std::string("decimal(55,1)"),
        std::string("decimal(5,6)"), std::string("decimal(5"), std::string("array"),
        std::string("array<>"), std::string("array<bigint"), std::string("map<string>"),
        std::string("struct<>"), std::string("struct<x>"), std::string("struct<:int>"),
        std::string("struct<`:int>"), std::string("int(5)"), deep}) {
    auto type = parse_type(text);
    ASSERT_FALSE(type) << text.substr(0, 50);
    EXPECT_EQ(type.error().code, "MaxCompute-Type");
    EXPECT_LT(type.error().message.size(), 200u);
  }
}

TEST(PartitionSpec, BothFormsAreOne) {
  for (const char* text : {"ds=20240101,hh=01", "ds='20240101',hh='01'", "ds=20240101/hh=01",
                           " DS = '20240101' , hh = \"01\" "}) {
    auto spec = PartitionSpec::parse(text);
    ASSERT_TRUE(spec) << text;
    EXPECT_EQ(spec->unquoted(), "ds=20240101,hh=01");
    EXPECT_EQ(spec->quoted(), "ds='20240101',hh='01'");
  }
  EXPECT_TRUE(PartitionSpec::parse("  ")->empty());
}

TEST(PartitionSpec, BadPartsAreNamed) {
  struct Case {
    const char* text;
    const char* message;
  } cases[] = {
      {"ds", "'ds' has no '='"},           {"ds=1,", "'' has no '='"},
      {"=1", "'=1' has no proper column"}, {"d s=1", "'d s=1' has no proper column"},
      {"ds=", "'ds=' has no value"},       {"ds=''", "has no value"},
      {"ds=1=2", "in its value"},          {"ds='a'b", "in its value"},
      {"ds=1,DS=2", "repeats a column"},   {"ds=2024/01/01", "'01' has no '='"},
  };
  for (const Case& c : cases) {
    auto spec = PartitionSpec::parse(c.text);
    ASSERT_FALSE(spec) << c.text;
    EXPECT_EQ(spec.error().code, "MaxCompute-Partition");
    EXPECT_NE(spec.error().message.find(c.message), std::string::npos) << spec.error().message;
  }
}

TEST(PartitionSpec, AValueCannotEndItsLiteralEarly) {
  PartitionSpec spec;
  spec.add("ds", "x');drop table t;--\\");
  EXPECT_EQ(spec.quoted(), "ds='x\\');drop table t;--\\\\'");
}

}  // namespace
}  // namespace otsstream::maxcompute
