#include <cmath>

#include "local/tablestore/tablestore_test_support.h"
#include "tablestore/wire/filter.h"
#include "tablestore/wire/limits.h"

namespace otsstream::local::tablestore_test {
namespace {

class RowHandlersTest : public ::testing::Test {
 protected:
  RowHandlersTest() {
    TableOptions options;
    options.max_versions = 3;
    local.create(person(), 24, options);
  }
  TablestoreFixture local;
};

Filter column_is(std::string name, CellValue value, Comparator comparator = Comparator::kEqual) {
  Filter filter;
  filter.comparator = comparator;
  filter.column = std::move(name);
  filter.value = std::move(value);
  filter.filter_if_missing = true;
  return filter;
}
Filter joined(LogicalOperator how, std::vector<Filter> parts) {
  Filter filter;
  filter.kind = Filter::Kind::kComposite;
  filter.combinator = how;
  filter.parts = std::move(parts);
  return filter;
}
SharedBuffer bytes_of(const Filter& filter) { return SharedBuffer(encode_filter(filter)); }

TEST_F(RowHandlersTest, PutReplacesTheWholeRow) {
  local.put_row(row(key("a"), {put("x", 1), put("y", CellValue::of_double(1.5)),
                               put("b", CellValue::of_blob(std::string("\0\xff", 2)))}));
  EXPECT_EQ(local.get(key("a")),
            row(key("a"), {put("b", CellValue::of_blob(std::string("\0\xff", 2)), kNowMs),
                           put("x", 1, kNowMs), put("y", CellValue::of_double(1.5), kNowMs)}));
  local.put_row(row(key("a"), {put("z", CellValue::of_boolean(false))}));
  EXPECT_EQ(local.get(key("a")), row(key("a"), {put("z", CellValue::of_boolean(false), kNowMs)}));
  local.put_row(row(key("a")));
  EXPECT_EQ(local.get(key("a")), row(key("a"))) << "a row of a key only";
  EXPECT_EQ(local.get(key("none")), std::nullopt);
}

TEST_F(RowHandlersTest, UpdateKeepsVersionsUpToTheTablesMaximum) {
  for (int i = 0; i < 5; ++i) local.update_row(row(key("a"), {put("x", i, kNowMs - 10 * i)}));
  EXPECT_EQ(
      local.get(key("a"))->cells,
      (std::vector<Cell>{put("x", 0, kNowMs), put("x", 1, kNowMs - 10), put("x", 2, kNowMs - 20)}));
  local.update_row(row(key("a"), {delete_one("x", kNowMs - 10), put("y", 7)}));
  EXPECT_EQ(
      local.get(key("a"))->cells,
      (std::vector<Cell>{put("x", 0, kNowMs), put("x", 2, kNowMs - 20), put("y", 7, kNowMs)}));
  local.update_row(row(key("a"), {delete_all("x")}));
  EXPECT_EQ(local.get(key("a"))->cells, (std::vector<Cell>{put("y", 7, kNowMs)}));
  local.update_row(row(key("a"), {put("y", 8, kNowMs)}));
  EXPECT_EQ(local.get(key("a"))->cells, (std::vector<Cell>{put("y", 8, kNowMs)}))
      << "the same version is replaced";
  local.update_row(row(key("new"), {delete_all("x")}));
  EXPECT_EQ(local.get(key("new")), std::nullopt) << "an update that only deletes makes no row";
  local.delete_row(key("a"));
  EXPECT_EQ(local.get(key("a")), std::nullopt);
  local.delete_row(key("a"));
}

TEST_F(RowHandlersTest, IncrementsCount) {
  local.update_row(row(key("a"), {increment("n", 5)}));
  local.clock.advance(seconds(1));
  local.update_row(row(key("a"), {increment("n", -7)}));
  EXPECT_EQ(local.get(key("a"))->cells[0].value, CellValue::of_integer(-2));
  local.put_row(row(key("a"), {put("n", INT64_MAX), put("t", CellValue::of_string("x"))}));
  EXPECT_EQ(code_of(local.write(WriteType::kUpdate, row(key("a"), {increment("n", 1)}))),
            "OTSParameterInvalid")
      << "overflow";
  EXPECT_EQ(code_of(local.write(WriteType::kUpdate, row(key("a"), {increment("t", 1)}))),
            "OTSParameterInvalid")
      << "no INTEGER";
}

TEST_F(RowHandlersTest, VersionsMustLieNearNow) {
  constexpr int64_t kDayMs = 86'400'000;
  struct Case {
    int64_t version;
    const char* code;
  };
  for (Case c : {Case{kNowMs - kDayMs, ""},
                 {kNowMs - kDayMs - 1, "OTSParameterInvalid"},
                 {kNowMs + kDayMs - 1, ""},
                 {kNowMs + kDayMs, "OTSParameterInvalid"}}) {
    EXPECT_EQ(code_of(local.write(WriteType::kPut, row(key("a"), {put("x", 1, c.version)}))),
              c.code)
        << c.version - kNowMs;
  }
}

TEST(RowTimeToLiveTest, ExpiredCellsAndRowsAreGone) {
  TablestoreFixture local;
  TableOptions options;
  options.time_to_live = 86400;
  local.create(person(), 24, options);
  local.put_row(row(key("a"), {put("old", 1, kNowMs - 3'600'000), put("new", 2)}));
  local.clock.advance(seconds(23 * 3600 + 1));
  EXPECT_EQ(local.get(key("a"))->cells, (std::vector<Cell>{put("new", 2, kNowMs)}));
  local.clock.advance(seconds(3600));
  EXPECT_EQ(local.get(key("a")), std::nullopt);
  EXPECT_EQ(code_of(local.write(WriteType::kUpdate, row(key("a"), {put("x", 1)}),
                                {RowExistence::kExpectExist, {}})),
            "OTSConditionCheckFail");
}

TEST_F(RowHandlersTest, ConditionsGuardWrites) {
  Condition must_exist{RowExistence::kExpectExist, {}};
  Condition must_not_exist{RowExistence::kExpectNotExist, {}};
  Response refused = local.write(WriteType::kPut, row(key("a")), must_exist);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(code_of(refused), "OTSConditionCheckFail");
  EXPECT_NE(refused.headers.get("Authorization"), "")
      << "a refusal other than OTSAuthFailed is signed";
  EXPECT_EQ(code_of(local.write(WriteType::kPut,
                                row(key("a"), {put("owner", CellValue::of_string("me"))}),
                                must_not_exist)),
            "");
  EXPECT_EQ(code_of(local.write(WriteType::kPut, row(key("a")), must_not_exist)),
            "OTSConditionCheckFail");
  EXPECT_EQ(code_of(local.write(WriteType::kUpdate, row(key("b"), {put("x", 1)}), must_exist)),
            "OTSConditionCheckFail");
  EXPECT_EQ(code_of(local.write(WriteType::kDelete, row(key("b")), must_exist)),
            "OTSConditionCheckFail");
  EXPECT_EQ(code_of(local.write(WriteType::kUpdate, row(key("b"), {put("x", 1)}), must_not_exist)),
            "OTSParameterInvalid");
  EXPECT_EQ(code_of(local.write(WriteType::kDelete, row(key("b")), must_not_exist)),
            "OTSParameterInvalid");

  Condition mine{RowExistence::kExpectExist,
                 bytes_of(column_is("owner", CellValue::of_string("me")))};
  Condition yours{RowExistence::kExpectExist,
                  bytes_of(column_is("owner", CellValue::of_string("you")))};
  EXPECT_EQ(code_of(local.write(WriteType::kUpdate, row(key("a"), {put("x", 1)}), yours)),
            "OTSConditionCheckFail");
  EXPECT_EQ(code_of(local.write(WriteType::kUpdate, row(key("a"), {put("x", 1)}), mine)), "");
  EXPECT_EQ(code_of(local.write(WriteType::kDelete, row(key("a")), yours)),
            "OTSConditionCheckFail");
  EXPECT_EQ(code_of(local.write(WriteType::kDelete, row(key("a")), mine)), "");
  Filter page;
  page.kind = Filter::Kind::kPagination;
  EXPECT_EQ(
      code_of(local.write(WriteType::kPut, row(key("a")), {RowExistence::kIgnore, bytes_of(page)})),
      "OTSParameterInvalid");
  EXPECT_EQ(code_of(local.write(WriteType::kPut, row(key("a")),
                                {RowExistence::kIgnore, SharedBuffer(std::string("junk"))})),
            "OTSParameterInvalid");
}

TEST_F(RowHandlersTest, FiltersDecideWhatARowShows) {
  local.put_row(row(key("a"), {put("n", 5), put("t", CellValue::of_string("mm")),
                               put("d", CellValue::of_double(1.5))}));
  auto n = [](Comparator comparator, int64_t value) {
    return column_is("n", CellValue::of_integer(value), comparator);
  };
  Filter missing_passes = column_is("none", CellValue::of_integer(1));
  missing_passes.filter_if_missing = false;
  struct Case {
    const char* name;
    Filter filter;
    bool passes;
  };
  const Case kCases[] = {
      {"=", n(Comparator::kEqual, 5), true},
      {"= other", n(Comparator::kEqual, 6), false},
      {"!=", n(Comparator::kNotEqual, 6), true},
      {"!= same", n(Comparator::kNotEqual, 5), false},
      {">", n(Comparator::kGreaterThan, 4), true},
      {"> same", n(Comparator::kGreaterThan, 5), false},
      {">=", n(Comparator::kGreaterEqual, 5), true},
      {"<", n(Comparator::kLessThan, 6), true},
      {"<=", n(Comparator::kLessEqual, 5), true},
      {"<= less", n(Comparator::kLessEqual, 4), false},
      {"text", column_is("t", CellValue::of_string("ma"), Comparator::kGreaterThan), true},
      {"double", column_is("d", CellValue::of_double(1.5)), true},
      {"key", column_is("id", CellValue::of_string("a")), true},
      {"another type", column_is("n", CellValue::of_string("5")), false},
      {"another type is unequal", column_is("n", CellValue::of_string("5"), Comparator::kNotEqual),
       true},
      {"exists", column_is("n", CellValue::of_integer(0), Comparator::kExist), true},
      {"exists not", column_is("none", CellValue::of_integer(0), Comparator::kNotExist), true},
      {"missing drops", column_is("none", CellValue::of_integer(1)), false},
      {"missing passes", missing_passes, true},
      {"not", joined(LogicalOperator::kNot, {n(Comparator::kEqual, 5)}), false},
      {"and",
       joined(LogicalOperator::kAnd, {n(Comparator::kEqual, 5), n(Comparator::kLessThan, 5)}),
       false},
      {"or", joined(LogicalOperator::kOr, {n(Comparator::kEqual, 5), n(Comparator::kLessThan, 5)}),
       true},
  };
  for (const Case& c : kCases) {
    ReadOptions read;
    read.filter = bytes_of(c.filter);
    EXPECT_EQ(local.get(key("a"), read).has_value(), c.passes) << c.name;
  }
  Filter page;
  page.kind = Filter::Kind::kPagination;
  page.offset = 1;
  page.limit = 1;
  ReadOptions read;
  read.filter = bytes_of(page);
  EXPECT_EQ(local.get(key("a"), read)->cells, (std::vector<Cell>{put("n", 5, kNowMs)}));
  read.filter = bytes_of(joined(LogicalOperator::kAnd, {n(Comparator::kEqual, 5), page}));
  EXPECT_EQ(local.get(key("a"), read)->cells.size(), 1u);

  Filter negative = page;
  negative.limit = -1;
  Filter many = joined(LogicalOperator::kOr, std::vector<Filter>(11, n(Comparator::kEqual, 5)));
  for (const Filter& filter : {negative, many}) {
    GetRowRequest request;
    request.table = "person";
    request.primary_key = SharedBuffer(encode_key(key("a")));
    request.read.max_versions = 1;
    request.read.filter = bytes_of(filter);
    EXPECT_EQ(code_of(local.call("GetRow", encode(request))), "OTSParameterInvalid");
  }
}

TEST_F(RowHandlersTest, FiltersCompareAPartOfATextAsAskedFor) {
  local.put_row(row(key("a"), {put("t", CellValue::of_string("t1:abc,n:42,d:2.5,")), put("n", 7)}));
  auto ruled = [](std::string column, std::string regex, std::optional<int32_t> cast,
                  CellValue wanted, Comparator comparator = Comparator::kEqual) {
    Filter filter = column_is(std::move(column), std::move(wanted), comparator);
    filter.transfer_rule = Filter::TransferRule{std::move(regex), cast};
    return filter;
  };
  constexpr int32_t kInteger = 0, kDouble = 1, kText = 3, kNull = 6, kBlob = 7;
  auto text = [](std::string_view v) { return CellValue::of_string(v); };
  struct Case {
    const char* name;
    Filter filter;
    bool passes;
  };
  const Case kCases[] = {
      {"group", ruled("t", "t1:([a-z]+),", kText, text("abc")), true},
      {"group differs", ruled("t", "t1:([a-z]+),", kText, text("abd")), false},
      {"no cast", ruled("t", "t1:([a-z]+),", {}, text("abc")), true},
      {"no group: the match", ruled("t", "n:[0-9]+", kText, text("n:42")), true},
      {"integer", ruled("t", "n:([0-9]+)", kInteger, CellValue::of_integer(42)), true},
      {"integer order",
       ruled("t", "n:([0-9]+)", kInteger, CellValue::of_integer(9), Comparator::kGreaterThan),
       true},
      {"double", ruled("t", "d:([0-9.]+)", kDouble, CellValue::of_double(2.5)), true},
      {"no match is a missing column", ruled("t", "x:(.*)", kText, text("abc")), false},
      {"no number", ruled("t", "t1:(a)", kInteger, CellValue::of_integer(0)), false},
      {"part of a number", ruled("t", "n:([0-9]+,)", kInteger, CellValue::of_integer(42)), false},
      {"no text", ruled("n", "7", kInteger, CellValue::of_integer(7)), false},
  };
  for (const Case& c : kCases) {
    ReadOptions read;
    read.filter = bytes_of(c.filter);
    EXPECT_EQ(local.get(key("a"), read).has_value(), c.passes) << c.name;
  }
  Condition condition{RowExistence::kIgnore,
                      bytes_of(ruled("t", "n:([0-9]+)", kInteger, CellValue::of_integer(42)))};
  EXPECT_EQ(code_of(local.write(WriteType::kUpdate, row(key("a"), {put("x", 1)}), condition)), "");

  GetRowRequest request;
  request.table = "person";
  request.primary_key = SharedBuffer(encode_key(key("a")));
  request.read.max_versions = 1;
  const std::pair<Filter, const char*> kRefused[] = {
      {ruled("t", "t1:([a-z", kText, text("a")), "invalid regex"},
      {ruled("t", "(((a{1000}){1000}){1000})", kText, text("a")), "invalid regex"},
      {ruled("t", "a", kNull, text("a")), "not to type 6"},
      {ruled("t", "a", kBlob, text("a")), "not to type 7"},
  };
  for (const auto& [filter, message] : kRefused) {
    request.read.filter = bytes_of(joined(LogicalOperator::kNot, {filter}));
    Response refused = local.call("GetRow", encode(request));
    EXPECT_EQ(code_of(refused), "OTSParameterInvalid") << message;
    EXPECT_THAT(message_of(refused), ::testing::HasSubstr(message));
  }
}

TEST_F(RowHandlersTest, CapacityUnitsGoByTheKilobytesReadAndWritten) {
  auto written = [&](WriteType type, const Row& change, Condition condition = {}) {
    WriteRowResponse answer;
    EXPECT_TRUE(decode(local.write(type, change, std::move(condition)).body.flat(), answer));
    return answer.consumed;
  };
  // Of a row: names and values of key and cells, 8 bytes for each version.
  auto cell_of = [](size_t bytes) {
    return put("v", CellValue::of_string(std::string(bytes - 1 - 8, 'x')));
  };
  const size_t key_bytes = 2 + 1;  // "id", "a"
  EXPECT_EQ(written(WriteType::kPut, row(key("a"), {cell_of(4096 - key_bytes)})),
            (CapacityUnit{0, 1}));
  EXPECT_EQ(written(WriteType::kPut, row(key("a"), {cell_of(4097 - key_bytes)})),
            (CapacityUnit{0, 2}));
  EXPECT_EQ(written(WriteType::kUpdate, row(key("a"), {delete_all("none")}),
                    {RowExistence::kExpectExist, {}}),
            (CapacityUnit{1, 1}))
      << "a condition reads";
  EXPECT_EQ(written(WriteType::kDelete, row(key("none"))), (CapacityUnit{0, 1}));

  auto read = [&](std::string_view id, ReadOptions options) {
    GetRowRequest request;
    request.table = "person";
    request.primary_key = SharedBuffer(encode_key(key(id)));
    request.read = std::move(options);
    request.read.max_versions = 1;
    return local.ask<GetRowResponse>("GetRow", encode(request)).consumed;
  };
  EXPECT_EQ(read("none", {}), (CapacityUnit{1, 0})) << "no row costs one unit";
  EXPECT_EQ(read("a", {}), (CapacityUnit{2, 0}));
  ReadOptions key_only;
  key_only.columns_to_get = {"id"};
  EXPECT_EQ(read("a", key_only), (CapacityUnit{1, 0})) << "what is not asked for is not read";
  ReadOptions filtered;
  filtered.filter = bytes_of(column_is("v", CellValue::of_string("other")));
  EXPECT_EQ(read("a", filtered), (CapacityUnit{2, 0})) << "what a filter drops was read";

  for (char id = 'b'; id < 'f'; ++id)
    local.put_row(row(key(std::string(1, id)), {cell_of(1024 - key_bytes)}));
  auto range =
      local.ask<GetRangeResponse>("GetRange", encode(local.range_request(key("b"), high())));
  EXPECT_EQ(range.consumed, (CapacityUnit{1, 0}))
      << "the rows of a range are added up, then rounded";
}

TEST_F(RowHandlersTest, ReadsChooseColumnsAndVersions) {
  local.put_row(row(key("a"), {put("x", 1, kNowMs - 2), put("x", 2, kNowMs - 1), put("x", 3),
                               put("y", 4), put("z", 5, kNowMs - 2)}));
  struct Case {
    const char* name;
    ReadOptions read;
    std::vector<Cell> cells;
  };
  ReadOptions columns, newest, range, at, wide;
  columns.columns_to_get = {"y", "z", "none"};
  newest.max_versions = 1;
  newest.columns_to_get = {"x"};
  range.time_range = TimeRange{kNowMs - 2, kNowMs, {}};
  at.time_range = TimeRange{{}, {}, kNowMs - 1};
  wide.start_column = "y";
  wide.end_column = "z";
  const Case kCases[] = {
      {"columns", columns, {put("y", 4, kNowMs), put("z", 5, kNowMs - 2)}},
      {"newest", newest, {put("x", 3, kNowMs)}},
      {"range", range, {put("x", 2, kNowMs - 1), put("x", 1, kNowMs - 2), put("z", 5, kNowMs - 2)}},
      {"specific", at, {put("x", 2, kNowMs - 1)}},
      {"from column to column", wide, {put("y", 4, kNowMs)}},
  };
  for (const Case& c : kCases) EXPECT_EQ(local.get(key("a"), c.read)->cells, c.cells) << c.name;
  ReadOptions none;
  none.columns_to_get = {"none"};
  EXPECT_EQ(local.get(key("a"), none), std::nullopt);
  none.columns_to_get = {"none", "id"};
  EXPECT_EQ(local.get(key("a"), none), row(key("a")));
}

TEST_F(RowHandlersTest, RefusesBadReads) {
  using Change = void (*)(GetRowRequest&);
  struct Case {
    const char* name;
    Change change;
    const char* code;
  };
  const Case kCases[] = {
      {"no version condition", [](auto& r) { r.read.max_versions.reset(); }, "OTSParameterInvalid"},
      {"max versions 0", [](auto& r) { r.read.max_versions = 0; }, "OTSParameterInvalid"},
      {"range backwards",
       [](auto& r) {
         r.read.time_range = TimeRange{5, 5, {}};
       },
       "OTSParameterInvalid"},
      {"range half open",
       [](auto& r) {
         r.read.time_range = TimeRange{5, {}, {}};
       },
       "OTSParameterInvalid"},
      {"both",
       [](auto& r) {
         r.read.time_range = TimeRange{1, 5, 3};
       },
       "OTSParameterInvalid"},
      {"1025 columns", [](auto& r) { r.read.columns_to_get.assign(1025, "c"); },
       "OTSParameterInvalid"},
      {"transaction", [](auto& r) { r.transaction_id = "t"; }, "OTSSessionNotExist"},
      {"marker", [](auto& r) { r.primary_key = SharedBuffer(encode_delete_key(key("a"))); },
       "OTSParameterInvalid"},
      {"key of another name",
       [](auto& r) {
         r.primary_key = SharedBuffer(encode_key({{"uid", CellValue::of_string("a")}}));
       },
       "OTSInvalidPK"},
      {"key of another type",
       [](auto& r) {
         r.primary_key = SharedBuffer(encode_key({{"id", CellValue::of_integer(1)}}));
       },
       "OTSInvalidPK"},
      {"key too wide",
       [](auto& r) {
         r.primary_key = SharedBuffer(
             encode_key({{"id", CellValue::of_string("a")}, {"b", CellValue::of_string("a")}}));
       },
       "OTSInvalidPK"},
      {"bound", [](auto& r) { r.primary_key = SharedBuffer(encode_key(low())); }, "OTSInvalidPK"},
      {"damaged",
       [](auto& r) {
         std::string bytes = encode_key(key("a"));
         bytes.back() ^= 1;
         r.primary_key = SharedBuffer(bytes);
       },
       "OTSParameterInvalid"},
  };
  for (const Case& c : kCases) {
    GetRowRequest request;
    request.table = "person";
    request.primary_key = SharedBuffer(encode_key(key("a")));
    request.read.max_versions = 1;
    c.change(request);
    Response response = local.call("GetRow", encode(request));
    EXPECT_EQ(code_of(response), c.code) << c.name << ": " << message_of(response);
  }
}

TEST_F(RowHandlersTest, RefusesBadWrites) {
  std::vector<Cell> many;
  for (size_t i = 0; i <= kMaxColumnsPerWrite; ++i) many.push_back(put("c" + std::to_string(i), 1));
  std::string two_mb(kMaxAttributeValueBytes, 'x');
  Cell no_value{"x", CellOp::kPut, {}, {}};
  struct Case {
    const char* name;
    WriteType type;
    Row change;
    const char* code;
  };
  const Case kCases[] = {
      {"1025 columns", WriteType::kPut, row(key("a"), many), "OTSOutOfColumnCountLimit"},
      {"value over 2 MB", WriteType::kPut,
       row(key("a"), {put("x", CellValue::of_string(two_mb + "x"))}), "OTSParameterInvalid"},
      {"row over 4 MB", WriteType::kPut,
       row(key("a"), {put("x", CellValue::of_string(two_mb)), put("y", CellValue::of_blob(two_mb)),
                      put("z", 1)}),
       "OTSOutOfRowSizeLimit"},
      {"key over 1 KB", WriteType::kPut, row(key(std::string(1025, 'k'))), "OTSParameterInvalid"},
      {"not a number", WriteType::kPut, row(key("a"), {put("x", CellValue::of_double(NAN))}),
       "OTSParameterInvalid"},
      {"infinite", WriteType::kPut, row(key("a"), {put("x", CellValue::of_double(INFINITY))}),
       "OTSParameterInvalid"},
      {"key column as attribute", WriteType::kPut, row(key("a"), {put("id", 1)}),
       "OTSParameterInvalid"},
      {"empty name", WriteType::kPut, row(key("a"), {put("", 1)}), "OTSParameterInvalid"},
      {"long name", WriteType::kPut, row(key("a"), {put(std::string(256, 'n'), 1)}),
       "OTSParameterInvalid"},
      {"delete in put", WriteType::kPut, row(key("a"), {delete_all("x")}), "OTSParameterInvalid"},
      {"increment in put", WriteType::kPut, row(key("a"), {increment("x", 1)}),
       "OTSParameterInvalid"},
      {"no value", WriteType::kPut, row(key("a"), {no_value}), "OTSParameterInvalid"},
      {"null", WriteType::kPut, row(key("a"), {put("x", CellValue())}), "OTSParameterInvalid"},
      {"update of nothing", WriteType::kUpdate, row(key("a")), "OTSParameterInvalid"},
      {"auto increment", WriteType::kPut, row({{"id", CellValue::auto_increment()}}),
       "OTSInvalidPK"},
  };
  for (const Case& c : kCases) {
    Response response = local.write(c.type, c.change);
    EXPECT_EQ(response.status, 400) << c.name;
    EXPECT_EQ(code_of(response), c.code) << c.name << ": " << message_of(response);
  }
  EXPECT_EQ(code_of(local.write(WriteType::kPut,
                                row(key("a"), {put("x", CellValue::of_string(two_mb))}))),
            "");
  EXPECT_EQ(code_of(local.write(WriteType::kPut, row(key(std::string(1024, 'k'))))), "");
  WriteRowRequest no_marker;
  no_marker.table = "person";
  no_marker.row = SharedBuffer(encode_key(key("a")));
  EXPECT_EQ(code_of(local.call("DeleteRow", encode_delete(no_marker))), "OTSParameterInvalid");
  no_marker.row = SharedBuffer(encode_delete_key(key("a")));
  EXPECT_EQ(code_of(local.call("PutRow", encode_put(no_marker))), "OTSParameterInvalid");
}

TEST(RowOptionsTest, DefinedTypesAndForbiddenUpdates) {
  TablestoreFixture local;
  TableMeta meta = person();
  meta.defined_columns = {{"age", DefinedColumnType::kInteger}};
  TableOptions options;
  options.allow_update = false;
  local.create(meta, 24, options);
  EXPECT_EQ(
      code_of(local.write(WriteType::kPut, row(key("a"), {put("age", CellValue::of_string("x"))}))),
      "OTSParameterInvalid");
  EXPECT_EQ(code_of(local.write(WriteType::kPut, row(key("a"), {put("age", 3)}))), "");
  EXPECT_EQ(code_of(local.write(WriteType::kUpdate, row(key("a"), {put("age", 3)}))),
            "OTSParameterInvalid");
}

TEST(RowOptionsTest, RecordsOfDeletesCarryThePreviousValues) {
  TablestoreFixture local;
  local.create(person(), 24, {}, {"n"});
  local.put_row(row(key("a"), {put("n", 1), put("x", 1)}));
  local.update_row(row(key("a"), {delete_one("n", kNowMs)}));
  local.put_row(row(key("a"), {put("n", 2)}));
  local.update_row(row(key("a"), {delete_all("n"), put("x", 2)}));
  local.put_row(row(key("a"), {put("n", 3)}));
  local.delete_row(key("a"));
  local.delete_row(key("a"));
  std::vector<std::vector<Row>> before;
  for (const LoggedRecord& record : local.read_all(local.shards()[0].shard_id))
    before.push_back(rows_of(SharedBuffer(record.origin)));
  auto one = [](int64_t n) { return std::vector<Row>{row(key("a"), {put("n", n, kNowMs)})}; };
  const std::vector<Row> kKeyOnly = {row(key("a"))};
  EXPECT_EQ(before,
            (std::vector<std::vector<Row>>{{}, one(1), kKeyOnly, one(2), kKeyOnly, one(3), {}}))
      << "a row without the column has an image of its key, no row has none";
}

TEST(RowOptionsTest, UpdatesOfFullRowsDropWhatTheyDoNotName) {
  TablestoreFixture local;
  TableOptions options;
  options.update_full_row = true;
  options.max_versions = 3;
  local.create(person(), 24, options);
  local.put_row(row(key("a"), {put("n", 5), put("x", 1)}));
  local.clock.advance(seconds(1));
  local.update_row(row(key("a"), {increment("n", 2), put("y", 3)}));
  ReadOptions newest;
  newest.max_versions = 1;
  EXPECT_EQ(local.get(key("a"), newest)->cells,
            (std::vector<Cell>{put("n", 7, kNowMs + 1000), put("y", 3, kNowMs + 1000)}));
  auto records = local.read_all(local.shards()[0].shard_id);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[1].action, ActionType::kPut) << "the record replaces the row";
  EXPECT_EQ(records[1].row.cells, local.get(key("a"))->cells);
  local.update_row(row(key("none"), {delete_all("x")}));
  EXPECT_EQ(local.get(key("none")), std::nullopt);
}

TEST_F(RowHandlersTest, ReturnsWhatWasAskedFor) {
  auto returned = [&](WriteType type, const Row& change, ReturnContent wanted) {
    WriteRowResponse answer;
    EXPECT_TRUE(decode(local.write(type, change, {}, wanted).body.flat(), answer));
    return rows_of(answer.row);
  };
  EXPECT_EQ(returned(WriteType::kPut, row(key("a"), {put("n", 1)}), {ReturnType::kPrimaryKey, {}}),
            std::vector<Row>{row(key("a"))});
  EXPECT_EQ(returned(WriteType::kPut, row(key("a"), {put("n", 1)}), {ReturnType::kNone, {}}),
            std::vector<Row>{});
  EXPECT_EQ(returned(WriteType::kUpdate, row(key("a"), {increment("n", 4), put("m", 1)}),
                     {ReturnType::kAfterModify, {"n"}}),
            std::vector<Row>{row(key("a"), {put("n", 5, kNowMs)})});
}

TEST(RowAutoIncrementTest, GeneratesRisingNumbers) {
  TablestoreFixture local;
  TableMeta meta = person();
  meta.primary_key.push_back({"seq", KeyType::kInteger, true});
  local.create(meta);
  int64_t last = 0;
  for (int i = 0; i < 10; ++i) {
    WriteRowResponse answer;
    Row change = row({{"id", CellValue::of_string("a")}, {"seq", CellValue::auto_increment()}},
                     {put("n", i)});
    ASSERT_TRUE(
        decode(local.write(WriteType::kPut, change, {}, ReturnContent{ReturnType::kPrimaryKey, {}})
                   .body.flat(),
               answer));
    PrimaryKey made = rows_of(answer.row).at(0).primary_key;
    EXPECT_GT(made[1].value.integer, last);
    last = made[1].value.integer;
    EXPECT_EQ(local.get(made)->cells[0].value, CellValue::of_integer(i));
  }
  Row update =
      row({{"id", CellValue::of_string("a")}, {"seq", CellValue::auto_increment()}}, {put("n", 1)});
  EXPECT_EQ(code_of(local.write(WriteType::kUpdate, update)), "OTSParameterInvalid");
}

TEST_F(RowHandlersTest, ChargesByFourKilobytes) {
  WriteRowResponse answer;
  ASSERT_TRUE(
      decode(local
                 .write(WriteType::kPut,
                        row(key("a"), {put("x", CellValue::of_string(std::string(5000, 'x')))}))
                 .body.flat(),
             answer));
  EXPECT_EQ(answer.consumed, (CapacityUnit{0, 2}));
  ASSERT_TRUE(decode(
      local.write(WriteType::kPut, row(key("a")), {RowExistence::kExpectExist, {}}).body.flat(),
      answer));
  EXPECT_EQ(answer.consumed, (CapacityUnit{1, 1}));
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
