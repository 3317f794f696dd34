#pragma once
// Two projects, "proj" and "other", in memory, and statements run on them as an instance runs them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "local/maxcompute/backend.h"
#include "local/maxcompute/sql/script.h"
#include "maxcompute/wire/record_stream_writer.h"

namespace otsstream::local::test {

inline constexpr int64_t kSqlNow = 1'795'356'194;  // 2026-11-22 22:03:14 in GMT+8

class SqlTest : public ::testing::Test {
 protected:
  SqlTest() : clock_(kSqlNow * 1'000'000), random_(7) {
    blocks_ = std::move(*BlockStore::open("", random_));
    auto first = std::move(*Catalog::open("", "proj"));
    auto second = first->of_project("other");
    catalogs_.emplace("proj", std::move(first));
    catalogs_.emplace("other", std::move(second));
  }
  Catalog& catalog() { return *catalogs_.at("proj"); }
  Backend backend() { return Backend{"proj", clock_, random_, *blocks_, catalog(), catalogs_}; }

  Result<SqlOutcome> outcome(const std::string& sql, const SqlSettings& settings = {}) {
    return run_sql(backend(), sql, settings);
  }
  // The text of the last statement, or "code message".
  std::string run(const std::string& sql, const SqlSettings& settings = {}) {
    auto done = outcome(sql, settings);
    return done ? done->text : done.error().code + " " + done.error().message;
  }
  // Rows as "a|b|c", NULL as ∅; or the error.
  std::string rows(const std::string& sql, const SqlSettings& settings = {}) {
    auto done = outcome(sql, settings);
    if (!done) return done.error().message;
    auto texts = as_texts(done->table, Zone::china());
    if (!texts) return texts.error().message;
    std::string out;
    for (const auto& row : texts->rows) {
      if (!out.empty()) out += "\n";
      for (size_t i = 0; i < row.size(); ++i) {
        out += (i > 0 ? "|" : "") + row[i].value_or("∅");
      }
    }
    return out;
  }
  // Types of the result: "bigint,string".
  std::string types(const std::string& sql) {
    auto done = outcome(sql);
    if (!done) return done.error().message;
    std::string out;
    for (const auto& column : done->table.columns) {
      out += (out.empty() ? "" : ",") + column.type.text;
    }
    return out;
  }

  ManualClock clock_;
  Random random_;
  std::unique_ptr<BlockStore> blocks_;
  Catalogs catalogs_;
};

}  // namespace otsstream::local::test
