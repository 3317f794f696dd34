// merge-sql: the SQL that folds a log into a current-state table, run by the local MaxCompute and
// compared with a model that applies the changes one by one.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/random.h"
#include "base/time_zone.h"
#include "local/maxcompute/sql/sql_test_support.h"
#include "sync/merge_sql.h"

namespace otsstream::test {
namespace {

using ::testing::HasSubstr;

std::string job_text(const std::string& reader_extra, const std::string& columns,
                     const std::string& partition = "pt=20240102") {
  return R"({"type": "job", "version": "1.0", "configuration": {
    "reader": {"plugin": "otsstream", "parameter": {"datasource": "a", "dataTable": "person",
      "statusTable": "s", "date": "20240102")" +
         reader_extra + R"(}},
    "writer": {"plugin": "odps", "parameter": {"datasource": "b", "table": "log",
      "truncate": true, "partition": ")" +
         partition + R"(", "column": [)" + columns + R"(]}}}})";
}
constexpr char kSequence[] = R"(, "isExportSequenceInfo": true)";
constexpr char kColumns[] =
    R"("id", "shop", "colname", "version", "colvalue", "optype", "sequenceinfo")";

Result<std::string> print(const std::string& text, const sync::MergeOptions& options = {}) {
  Diagnostics diagnostics;
  OTS_TRY(const job::JobSpec job, job::load_job(text, "job.json", {}, diagnostics));
  return sync::merge_sql(job, options, diagnostics);
}

TEST(MergeColumn, ReadsNamesSourcesAndTypes) {
  struct {
    const char* text;
    const char* meaning;
  } cases[] = {
      {"age", "age|age|string"},
      {" Age  BIGINT ", "Age|age|bigint"},
      {"Full-Name=full_name", "Full-Name|full_name|string"},
      {"v = w decimal(10,2)", "v|w|decimal(10,2)"},
      {"Full-Name", "Merge-Column"},
      {"a strange", "Merge-Column"},
      {"", "Merge-Column"},
  };
  for (const auto& c : cases) {
    auto column = sync::parse_merge_column(c.text);
    EXPECT_EQ(
        column ? column->source + "|" + column->name + "|" + column->type : column.error().code,
        c.meaning)
        << c.text;
  }
}

TEST(MergeColumn, ReadsListsWithTypesThatHoldCommas) {
  std::vector<sync::MergeColumn> columns;
  ASSERT_TRUE(
      sync::add_merge_columns("name, price decimal(10,2),tags map<string,bigint>", columns));
  ASSERT_EQ(columns.size(), 3u);
  EXPECT_EQ(columns[0].name, "name");
  EXPECT_EQ(columns[1].type, "decimal(10,2)");
  EXPECT_EQ(columns[2].type, "map<string,bigint>");
  EXPECT_FALSE(sync::add_merge_columns("name,,age", columns));
}

TEST(MergeSql, RefusesLogsThatCannotBeFolded) {
  struct {
    std::string text;
    const char* why;
  } cases[] = {
      {job_text("", kColumns), "does not export sequenceInfo"},
      {job_text(std::string(kSequence) + R"(, "opTypes": ["U", "DR"])", kColumns),
       "leaves out operations"},
      {job_text(std::string(kSequence) +
                    R"(, "mode": "single_version_and_update_only", "column": [{"name": "id"}])",
                R"("id", "sequenceinfo")"),
       "row mode"},
      {job_text(kSequence, R"("*")"), "does not tell the key columns"},
      {job_text(kSequence, R"("colname", "version", "colvalue", "optype", "sequenceinfo")"),
       "at least 6"},
      {job_text(kSequence, kColumns, ""), "not partitioned"},
  };
  for (const auto& c : cases) {
    auto sql = print(c.text);
    ASSERT_FALSE(sql) << c.text;
    EXPECT_EQ(sql.error().code, "Merge-Job") << sql.error().to_string();
    EXPECT_THAT(sql.error().message, HasSubstr(c.why));
    EXPECT_NE(sql.error().remedy, "");
  }
  sync::MergeOptions options;
  options.columns = {{"Id", "id", "string"}};
  EXPECT_THAT(print(job_text(kSequence, kColumns), options).error().message,
              HasSubstr("would be called id"));
  options = {};
  options.keys = {{"x", "x", "bigint"}};
  EXPECT_THAT(print(job_text(kSequence, kColumns), options).error().remedy, HasSubstr("id, shop"));
}

TEST(MergeSql, LeavesTheDayToTheScheduler) {
  auto sql = print(job_text(kSequence, kColumns, "pt=20240102,hh=00"));
  ASSERT_TRUE(sql) << sql.error().to_string();
  EXPECT_THAT(*sql,
              HasSubstr("INSERT OVERWRITE TABLE `log_cells` PARTITION (`pt` = '${bizdate}')"));
  EXPECT_THAT(*sql, HasSubstr("FROM `log_cells` WHERE `pt` = '${yesterday}'"));
  EXPECT_THAT(*sql, HasSubstr("FROM `log` WHERE `pt` = '${bizdate}' AND `hh` = '00'"));
  EXPECT_THAT(*sql, testing::Not(HasSubstr("log_current")));
}

// ---- the model

using Key = std::pair<std::string, int64_t>;
using Versions = std::map<int64_t, std::string>;
using Model = std::map<Key, std::map<std::string, Versions>>;

struct Change {
  Key key;
  std::string column, operation;
  int64_t version = 0;
  std::string value;
  std::string sequence;
};

void apply(Model& model, const Change& change) {
  auto& row = model[change.key];
  if (change.operation == "DR") row.clear();
  if (change.operation == "DA") row.erase(change.column);
  if (change.operation == "DO") row[change.column].erase(change.version);
  if (change.operation == "U") row[change.column][change.version] = change.value;
}

class Merge : public local::test::SqlTest {
 protected:
  // One change of a row: PutRow, UpdateRow or DeleteRow, with few versions so that they meet.
  void make_changes(std::vector<Change>& log, Random& dice, int64_t time) {
    static const char* const kAttributes[] = {"age", "Full-Name", "note"};
    const Key key{fmt::format("k{}", dice.below(6)), static_cast<int64_t>(dice.below(2)) - 1};
    int64_t cell = 0;
    auto add = [&](const std::string& operation, const std::string& column, int64_t version,
                   const std::string& value) {
      log.push_back({key, column, operation, version, value,
                     fmt::format("{:010}_{:020}_{:010}_s:{:010}", 0, time / 3, time % 3, cell++)});
    };
    const uint64_t kind = dice.below(10);
    if (kind < 4) add("DR", "", 0, "");
    if (kind == 0) return;
    for (const char* column : kAttributes) {
      const auto version = static_cast<int64_t>(dice.below(3)) + 1;
      switch (dice.below(kind < 4 ? 2 : 5)) {
        case 0:
          break;
        case 1:
        case 2:
          add("U", column, version, fmt::format("{}", dice.below(1000)));
          if (dice.below(3) == 0) add("U", column, version % 3 + 1, "7");
          break;
        case 3:
          add("DO", column, version, "");
          break;
        default:
          add("DA", column, 0, "");
      }
    }
  }

  void land(std::vector<Change> log, const std::string& day, Random& dice) {
    for (size_t i = log.size(); i > 1; --i) std::swap(log[i - 1], log[dice.below(i)]);
    std::string sql = "INSERT OVERWRITE TABLE log PARTITION (pt='" + day + "') VALUES ";
    bool first = true;
    for (const Change& c : log) {
      const bool cell = c.operation != "DR";
      const bool versioned = c.operation == "U" || c.operation == "DO";
      sql += fmt::format("{}('{}', {}, {}, {}, {}, '{}', '{}')", first ? "" : ", ", c.key.first,
                         c.key.second, cell ? "'" + c.column + "'" : "cast(null as string)",
                         versioned ? std::to_string(c.version) : "cast(null as bigint)",
                         c.operation == "U" ? "'" + c.value + "'" : "cast(null as string)",
                         c.operation, c.sequence);
      first = false;
    }
    ASSERT_EQ(run(sql), "");
  }
};

TEST_F(Merge, GivesWhatAModelGives) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    Random dice(seed);
    for (const char* table : {"log", "log_cells", "now"}) {
      run(fmt::format("drop table if exists {}", table));
    }
    ASSERT_EQ(
        run("create table log (id string, shop bigint, colname string, version bigint, "
            "colvalue string, optype string, sequenceinfo string) partitioned by (pt string)"),
        "");
    Model model;
    int64_t time = 0;
    int64_t midnight = *parse_date8("20240228", Zone::utc());
    for (int day = 0; day < 4; ++day, midnight += 24 * 3600 * 1000) {
      const std::string date = format_date8(midnight, Zone::utc());
      std::vector<Change> log;
      const uint64_t changes = day == 2 ? 0 : 30;  // a day without changes too
      for (uint64_t i = 0; i < changes; ++i) make_changes(log, dice, time++);
      for (const Change& change : log) apply(model, change);
      if (log.empty()) {
        ASSERT_EQ(run("alter table log add partition (pt='" + date + "')"), "");
      } else {
        land(log, date, dice);
      }
      sync::MergeOptions options;
      options.into = "now";
      options.bizdate = date;
      options.keys = {{"shop", "shop", "bigint"}};
      options.columns = {{"age", "age", "bigint"}, {"Full-Name", "full_name", "string"}};
      auto sql = print(job_text(kSequence, kColumns), options);
      ASSERT_TRUE(sql) << sql.error().to_string();
      ASSERT_EQ(run(*sql), "") << *sql;
      // Again: the same, since a day's partition is replaced.
      ASSERT_EQ(run(*sql), "");

      std::set<std::string> cells, current;
      for (const auto& [key, columns] : model) {
        std::map<std::string, std::string> newest;
        for (const auto& [column, versions] : columns) {
          for (const auto& [version, value] : versions) {
            cells.insert(
                fmt::format("{}|{}|{}|{}|{}", key.first, key.second, column, version, value));
            newest[column] = value;
          }
        }
        if (newest.empty()) continue;
        auto shown = [&](const char* column) {
          return newest.contains(column) ? newest[column] : std::string("∅");
        };
        current.insert(
            fmt::format("{}|{}|{}|{}", key.first, key.second, shown("age"), shown("Full-Name")));
      }
      auto lines = [&](const std::string& query) {
        std::set<std::string> out;
        const std::string text = rows(query);
        for (size_t at = 0; at < text.size();) {
          const size_t end = std::min(text.find('\n', at), text.size());
          EXPECT_TRUE(out.insert(text.substr(at, end - at)).second) << "a row twice";
          at = end + 1;
        }
        return out;
      };
      EXPECT_EQ(lines("select id, shop, colname, version, colvalue from log_cells where pt='" +
                      date + "'"),
                cells)
          << "seed " << seed << " day " << date;
      EXPECT_EQ(lines("select id, shop, age, full_name from now where pt='" + date + "'"), current)
          << "seed " << seed << " day " << date;
      EXPECT_EQ(types("select id, shop, age from now"), "string,bigint,bigint");
    }
  }
}

}  // namespace
}  // namespace otsstream::test
