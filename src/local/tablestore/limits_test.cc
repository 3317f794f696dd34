// Every limit of tablestore/wire/limits.h at its edge: what is still taken, what is refused and
// with which words, and what --loose lets pass.

#include <functional>
#include <set>

#include "base/compress.h"
#include "local/tablestore/limit_rules.h"
#include "local/tablestore/tablestore_test_support.h"
#include "tablestore/wire/filter.h"

namespace otsstream::local::tablestore_test {
namespace {

using ::testing::HasSubstr;

TablestoreServerOptions with_loose(bool loose) {
  TablestoreServerOptions options;
  options.loose = loose;
  return options;
}

struct Refusal {
  std::string code, message;
};
// Of the call, or of the first row of a batch that failed.
Refusal refusal_of(const Response& response) {
  BatchWriteRowResponse batch;
  if (response.status == 200 && decode(response.body.flat(), batch)) {
    for (const BatchTableResult& table : batch.tables) {
      for (const RowResult& row : table.rows) {
        if (row.error) return {row.error->code, row.error->message};
      }
    }
  }
  return {code_of(response), message_of(response)};
}

std::string text(int64_t size, char c = 'x') { return std::string(static_cast<size_t>(size), c); }
CellValue string_of(int64_t size) { return CellValue::of_string(text(size)); }

// Such a message of exactly `size` bytes.
std::string message_of_size(int64_t size, const std::function<std::string(int64_t)>& with_padding) {
  int64_t padding = size;
  std::string message;
  for (int attempt = 0; attempt < 10; ++attempt) {
    message = with_padding(padding);
    if (static_cast<int64_t>(message.size()) == size) return message;
    padding -= static_cast<int64_t>(message.size()) - size;
  }
  ADD_FAILURE() << "no message of " << size << " bytes";
  return message;
}

template <class Schema>
void add_columns(std::vector<Schema>& columns, int64_t count) {
  columns.clear();
  for (int64_t i = 0; i < count; ++i) columns.push_back({"c" + std::to_string(i)});
}

Response create_with(const TablestoreFixture& local,
                     const std::function<void(CreateTableRequest&)>& change) {
  CreateTableRequest request;
  request.meta = person("t");
  request.options.max_versions = 1;
  request.options.time_to_live = -1;
  change(request);
  return local.call("CreateTable", encode(request));
}

Response put_cells(const TablestoreFixture& local, std::vector<Cell> cells) {
  return local.write(WriteType::kPut, row(key("a"), std::move(cells)));
}

Response read_with(const TablestoreFixture& local,
                   const std::function<void(ReadOptions&)>& change) {
  GetRowRequest request;
  request.table = "person";
  request.primary_key = SharedBuffer(encode_key(key("a")));
  request.read.max_versions = 1;
  change(request.read);
  return local.call("GetRow", encode(request));
}

// Three rows, the last one padded.
template <class Changes, class Change>
void add_large_rows(Changes& changes, int64_t padding, Change change) {
  for (int64_t size : {int64_t{1'500'000}, int64_t{1'500'000}, padding - 3'000'000})
    changes.push_back(change(row(key("a"), {put("v", string_of(std::max<int64_t>(size, 0)))})));
}

Response batch_write(const TablestoreFixture& local, const BatchWriteRowRequest& request) {
  return local.call("BatchWriteRow", encode(request));
}
BatchWriteRowRequest::Change put_change(const Row& content) {
  return {WriteType::kPut, SharedBuffer(encode_row(content)), {}, {}};
}
BulkImportRequest::Change import_change(const Row& content) {
  return {WriteType::kPut, SharedBuffer(encode_row(content))};
}

// The answer to a request that has `n` of what the limit counts.
using Attempt = Response (*)(const TablestoreFixture&, int64_t n);
struct LimitCase {
  LimitName limit;
  Attempt attempt;
  const char* beyond;  // part of the message for one too many; nullptr: there is no upper bound
  const char* below;   // part of the message for one too few; nullptr: there is no lower bound
};

const LimitCase kCases[] = {
    {LimitName::kTableName,
     [](const TablestoreFixture& local, int64_t n) { return local.create(person(text(n))); },
     "Invalid table name: 'xxx", "Invalid table name: ''."},
    {LimitName::kColumnName,
     [](const TablestoreFixture& local, int64_t n) { return put_cells(local, {put(text(n), 1)}); },
     "Invalid column name: 'xxx", "Invalid column name: ''."},
    {LimitName::kTables,
     [](const TablestoreFixture& local, int64_t n) {
       for (int64_t i = 2; i < n; ++i) local.create(person("t" + std::to_string(i)), std::nullopt);
       return local.create(person("last"), std::nullopt);
     },
     "Number of tables exceeded the quota of 64.", nullptr},
    {LimitName::kKeyColumns,
     [](const TablestoreFixture& local, int64_t n) {
       return create_with(local, [n](auto& r) { add_columns(r.meta.primary_key, n); });
     },
     "The number of primary key columns must be in range: [1, 4].",
     "The number of primary key columns must be in range: [1, 4]."},
    {LimitName::kDefinedColumns,
     [](const TablestoreFixture& local, int64_t n) {
       return create_with(local, [n](auto& r) { add_columns(r.meta.defined_columns, n); });
     },
     "The number of defined columns must be in range: [0, 32].", nullptr},
    {LimitName::kStreamColumns,
     [](const TablestoreFixture& local, int64_t n) {
       std::vector<DefinedColumn> columns;
       add_columns(columns, n);
       std::vector<std::string> names;
       for (const DefinedColumn& column : columns) names.push_back(column.name);
       return local.create(person("t"), 24, {}, names);
     },
     "The number of original columns in a stream must be in range: [0, 32].", nullptr},
    {LimitName::kReservedCapacityUnits,
     [](const TablestoreFixture& local, int64_t n) {
       return create_with(local, [n](auto& r) { r.reserved.write = static_cast<int32_t>(n); });
     },
     "Invalid reserved write capacity units 100001: the range is [0, 100000].",
     "Invalid reserved write capacity units -1: the range is [0, 100000]."},
    {LimitName::kTimeToLive,
     [](const TablestoreFixture& local, int64_t n) {
       return create_with(local,
                          [n](auto& r) { r.options.time_to_live = static_cast<int32_t>(n); });
     },
     nullptr, "Invalid time to live 86399: -1 or at least 86400 seconds."},
    {LimitName::kMaxVersions,
     [](const TablestoreFixture& local, int64_t n) {
       return create_with(local,
                          [n](auto& r) { r.options.max_versions = static_cast<int32_t>(n); });
     },
     nullptr, "Invalid max versions 0: at least 1."},
    {LimitName::kMaxVersions,
     [](const TablestoreFixture& local, int64_t n) {
       return read_with(local, [n](auto& read) { read.max_versions = static_cast<int32_t>(n); });
     },
     nullptr, "Invalid max versions 0: at least 1."},
    {LimitName::kVersionDeviation,
     [](const TablestoreFixture& local, int64_t n) {
       return create_with(local, [n](auto& r) { r.options.max_version_deviation = n; });
     },
     nullptr, "Invalid deviation of cell versions 0: at least 1 second."},
    {LimitName::kStreamHours,
     [](const TablestoreFixture& local, int64_t n) {
       return local.create(person("t"), static_cast<int32_t>(n));
     },
     "Stream expiration time must be in range: [1, 168] hours.",
     "Stream expiration time must be in range: [1, 168] hours."},
    {LimitName::kKeyValue,
     [](const TablestoreFixture& local, int64_t n) {
       return local.write(WriteType::kPut, row(key(text(n))));
     },
     "The length of primary key column: 'id' exceeds the MaxLength:1024 with CurrentLength:1025.",
     nullptr},
    {LimitName::kAttributeValue,
     [](const TablestoreFixture& local, int64_t n) {
       return put_cells(local, {put("v", string_of(n))});
     },
     "The length of attribute column: 'v' exceeds the MaxLength:2097152 with "
     "CurrentLength:2097153.",
     nullptr},
    {LimitName::kColumnsPerWrite,
     [](const TablestoreFixture& local, int64_t n) {
       std::vector<Cell> cells;
       for (int64_t i = 0; i < n; ++i) cells.push_back(put("c" + std::to_string(i), 1));
       return put_cells(local, std::move(cells));
     },
     "The number of attribute columns exceeds the limit, limit count: 1024, column count: 1025.",
     nullptr},
    {LimitName::kRowBytes,
     [](const TablestoreFixture& local, int64_t n) {
       // Name, 8 bytes and value: "id" and its "a" are 11, each of "u", "v", "w" is 9 and its text.
       return put_cells(local, {put("u", string_of(1'500'000)), put("v", string_of(1'500'000)),
                                put("w", string_of(n - 3'000'000 - 11 - 3 * 9))});
     },
     "The row size exceeds the limit, limit: 4194304, size: 4194305.", nullptr},
    {LimitName::kRequestBody,
     [](const TablestoreFixture& local, int64_t n) {
       // A field that no message has. The refusal comes before anybody knows who asks: it is not
       // signed.
       std::string message = message_of_size(n, [](int64_t padding) {
         std::string body = "\xfa\x3f";
         for (auto size = static_cast<uint64_t>(padding); size > 0; size >>= 7)
           body += static_cast<char>((size & 127) | (size > 127 ? 128 : 0));
         return body + text(padding);
       });
       return local.server->handle(local.request("ListTable", std::move(message)));
     },
     "The size of POST data is too large.", nullptr},
    {LimitName::kBatchGetRows,
     [](const TablestoreFixture& local, int64_t n) {
       BatchGetRowRequest request;
       auto& table = request.tables.emplace_back();
       table.table = "person";
       table.read.max_versions = 1;
       table.keys.assign(static_cast<size_t>(n), SharedBuffer(encode_key(key("a"))));
       return local.call("BatchGetRow", encode(request));
     },
     "Rows count exceeds the upper limit: 100, count: 101.", "No row is specified in BatchGetRow."},
    {LimitName::kBatchWriteRows,
     [](const TablestoreFixture& local, int64_t n) {
       BatchWriteRowRequest request;
       auto& table = request.tables.emplace_back();
       table.table = "person";
       table.changes.assign(static_cast<size_t>(n), put_change(row(key("a"))));
       return batch_write(local, request);
     },
     "Rows count exceeds the upper limit: 200, count: 201.",
     "No row is specified in BatchWriteRow."},
    {LimitName::kBatchWriteBytes,
     [](const TablestoreFixture& local, int64_t n) {
       return local.call("BatchWriteRow", message_of_size(n, [](int64_t padding) {
                           BatchWriteRowRequest request;
                           request.tables.emplace_back().table = "person";
                           add_large_rows(request.tables[0].changes, padding, put_change);
                           return encode(request);
                         }));
     },
     "The total data size of BatchWriteRow exceeds the limit, limit: 4194304, size: 4194305.",
     nullptr},
    {LimitName::kBulkImportRows,
     [](const TablestoreFixture& local, int64_t n) {
       BulkImportRequest request;
       request.table = "person";
       request.changes.assign(static_cast<size_t>(n), import_change(row(key("a"))));
       return local.call("BulkImport", encode(request));
     },
     "Rows count exceeds the upper limit: 200, count: 201.", "No row is specified in BulkImport."},
    {LimitName::kBulkImportBytes,
     [](const TablestoreFixture& local, int64_t n) {
       return local.call("BulkImport", message_of_size(n, [](int64_t padding) {
                           BulkImportRequest request;
                           request.table = "person";
                           add_large_rows(request.changes, padding, import_change);
                           return encode(request);
                         }));
     },
     "The total data size of BulkImport exceeds the limit, limit: 4194304, size: 4194305.",
     nullptr},
    {LimitName::kColumnsToGet,
     [](const TablestoreFixture& local, int64_t n) {
       return read_with(local, [n](auto& read) {
         for (int64_t i = 0; i < n; ++i) read.columns_to_get.push_back("c" + std::to_string(i));
       });
     },
     "The number of columns to get must be in range: [0, 128].", nullptr},
    {LimitName::kFilterConditions,
     [](const TablestoreFixture& local, int64_t n) {
       Filter single;
       single.column = "c";
       single.value = CellValue::of_integer(1);
       Filter all;
       all.kind = Filter::Kind::kComposite;
       all.parts.assign(static_cast<size_t>(n), single);
       return read_with(local, [&](auto& read) { read.filter = SharedBuffer(encode_filter(all)); });
     },
     "The number of conditions of a filter must be in range: [0, 10].", nullptr},
    {LimitName::kTransactionBytes,
     [](const TablestoreFixture& local, int64_t n) {
       StartLocalTransactionRequest start{"person", SharedBuffer(encode_key(key("a")))};
       WriteRowRequest write;
       write.table = "person";
       write.transaction_id =
           local.ask<StartLocalTransactionResponse>("StartLocalTransaction", encode(start))
               .transaction_id;
       Response last;
       // "id" and "a", "v" and its version are 12 bytes beside the text.
       for (int64_t size : {int64_t{1'500'000}, int64_t{1'500'000}, n - 3'000'000 - 3 * 12}) {
         write.row = SharedBuffer(encode_row(row(key("a"), {put("v", string_of(size))})));
         last = local.call("PutRow", encode_put(write));
       }
       return last;
     },
     "The data of the transaction exceeds the limit, limit: 4194304, size: 4194305.", nullptr},
};

TEST(LimitsTest, TakesTheLastAndRefusesTheNext) {
  for (const LimitCase& c : kCases) {
    const Limit& limit = limit_of(c.limit);
    auto attempt = [&](int64_t n, bool loose) {
      TablestoreFixture local(with_loose(loose));
      EXPECT_EQ(code_of(local.create()), "");
      return refusal_of(c.attempt(local, n));
    };
    if (c.beyond) {
      EXPECT_EQ(attempt(limit.most, false).code, "") << limit.subject << " at the limit";
      Refusal refusal = attempt(limit.most + 1, false);
      EXPECT_EQ(refusal.code, limit.code) << limit.subject;
      EXPECT_THAT(refusal.message, HasSubstr(c.beyond)) << limit.subject;
      EXPECT_EQ(attempt(limit.most + 1, true).code, "") << limit.subject << " with --loose";
    } else {
      EXPECT_EQ(limit.most, kUnlimited) << limit.subject;
    }
    if (!c.below) continue;
    EXPECT_EQ(attempt(limit.least, false).code, "") << limit.subject << " at the lower limit";
    Refusal refusal = attempt(limit.least - 1, false);
    EXPECT_EQ(refusal.code, limit.code) << limit.subject;
    EXPECT_THAT(refusal.message, HasSubstr(c.below)) << limit.subject;
    const bool makes_sense = limit.least > 1;
    EXPECT_EQ(attempt(limit.least - 1, true).code, makes_sense ? "" : limit.code)
        << limit.subject << " with --loose";
  }
}

TEST(LimitsTest, NamesAreLettersDigitsAndUnderscores) {
  for (const char* name : {"a-b", "1a", "a b", "\xe5\x90\x8d", "a.b"}) {
    TablestoreFixture strict, loose(with_loose(true));
    loose.create();
    strict.create();
    EXPECT_EQ(refusal_of(strict.create(person(name))).message,
              "Invalid table name: '" + std::string(name) + "'.");
    EXPECT_EQ(refusal_of(put_cells(strict, {put(name, 1)})).message,
              "Invalid column name: '" + std::string(name) + "'.");
    EXPECT_EQ(code_of(loose.create(person(name))), "") << name;
    EXPECT_EQ(code_of(put_cells(loose, {put(name, 1)})), "") << name;
  }
  TablestoreFixture local;
  EXPECT_EQ(code_of(local.create(person("_A9z"))), "");
}

TEST(LimitsTest, ALongNameIsShownShortened) {
  TablestoreFixture local;
  EXPECT_LT(refusal_of(local.create(person(text(1'000'000)))).message.size(), 400u);
}

TEST(LimitsTest, AnInflatedBodyIsHeldToTheLimitToo) {
  for (bool loose : {false, true}) {
    TablestoreFixture local(with_loose(loose));
    std::string body = message_of_size(limit_of(LimitName::kRequestBody).most + 1, [](int64_t n) {
      return "\xfa\x3f\xff\xff\xff\x02" + text(n);
    });
    Request request = local.request("ListTable", zlib_deflate(body));
    request.headers.set("x-ots-request-compress-type", "deflate");
    request.headers.set("x-ots-request-compress-size", std::to_string(body.size()));
    TablestoreFixture::sign(request);
    Response response = local.server->handle(request);
    EXPECT_EQ(response.status, loose ? 400 : 413) << "loose: inflated, and then no message";
    if (!loose) {
      EXPECT_EQ(message_of(response), "The size of inflated POST data is too large.");
    }
  }
}

// --loose takes the service's limit away, not the server's own guard.
TEST(LimitsTest, LooseKeepsTheGuardOfBodies) {
  TablestoreServerOptions options = with_loose(true);
  options.max_body_bytes = 6 << 20;
  TablestoreFixture local(options);
  EXPECT_EQ(message_of(local.server->handle(local.request("ListTable", text((6 << 20) + 1)))),
            "The request body exceeds 6291456 bytes.");
}

TEST(LimitsTest, ALocalTransactionLives60Seconds) {
  ASSERT_EQ(limit_of(LimitName::kTransactionLife).most, 60);
  for (bool loose : {false, true}) {
    TablestoreFixture local(with_loose(loose));
    local.create();
    auto commit_after = [&](Duration span) {
      StartLocalTransactionRequest start{"person", SharedBuffer(encode_key(key("a")))};
      auto id = local.ask<StartLocalTransactionResponse>("StartLocalTransaction", encode(start))
                    .transaction_id;
      local.clock.advance(span);
      return refusal_of(local.call("CommitTransaction", encode(EndTransactionRequest{id})));
    };
    EXPECT_EQ(commit_after(milliseconds(59'999)).code, "");
    Refusal late = commit_after(seconds(60));
    EXPECT_EQ(late.code, "OTSSessionNotExist");
    EXPECT_EQ(late.message, "Session not exist or may be timeout.");
  }
}

// Pages end there with and without --loose, and the client goes on.
class PageLimitsTest : public ::testing::TestWithParam<bool> {
 protected:
  PageLimitsTest() : local(with_loose(GetParam())) { local.create(); }
  void put_rows(int64_t count, const CellValue& value) {
    for (int64_t done = 0; done < count;) {
      BatchWriteRowRequest request;
      request.tables.emplace_back().table = "person";
      for (size_t bytes = 0; done < count && bytes < 2'000'000 &&
                             request.tables[0].changes.size() < kMaxBatchWriteRows;
           ++done) {
        char id[8];
        snprintf(id, sizeof id, "%05d", static_cast<int>(done));
        request.tables[0].changes.push_back(put_change(row(key(id), {put("v", value)})));
        bytes += value.bytes.size();
      }
      ASSERT_EQ(refusal_of(batch_write(local, request)).code, "");
    }
  }
  std::vector<size_t> pages_of_range() {
    std::vector<size_t> pages;
    GetRangeRequest request = local.range_request(low(), high());
    do {
      auto answer = local.ask<GetRangeResponse>("GetRange", encode(request));
      pages.push_back(rows_of(answer.rows).size());
      request.inclusive_start = answer.next_start;
    } while (!request.inclusive_start.empty());
    return pages;
  }
  std::vector<size_t> pages_of_stream() {
    std::vector<size_t> pages;
    std::string at = local.iterator(local.shards()[0].shard_id);
    for (ReadPage page = local.read(at); !page.records.empty(); page = local.read(*page.next))
      pages.push_back(page.records.size());
    return pages;
  }
  TablestoreFixture local;
};
INSTANTIATE_TEST_SUITE_P(Loose, PageLimitsTest, ::testing::Bool());

TEST_P(PageLimitsTest, ByRows) {
  put_rows(5001, CellValue::of_integer(1));
  EXPECT_EQ(pages_of_range(), (std::vector<size_t>{5000, 1})) << "kRangeRows";
  ASSERT_EQ(limit_of(LimitName::kRangeRows).most, 5000);
  for (size_t records : pages_of_stream())
    EXPECT_LE(records, most(LimitName::kStreamRecords)) << "a page without a limit";
}

TEST_P(PageLimitsTest, ByBytes) {
  put_rows(4, string_of(1'500'000));
  EXPECT_EQ(pages_of_range(), (std::vector<size_t>{2, 2})) << "4 MB";
  ASSERT_EQ(limit_of(LimitName::kRangeBytes).most, 4 << 20);
  EXPECT_EQ(pages_of_stream(), (std::vector<size_t>{1, 1, 1, 1})) << "2 MB";
  ASSERT_EQ(limit_of(LimitName::kStreamBytes).most, 2 << 20);
}

TEST(LimitsTest, EveryRefusingLimitIsTriedHere) {
  std::set<LimitName> tried;
  for (const LimitCase& c : kCases) tried.insert(c.limit);
  for (const Limit& limit : kLimits) {
    if (limit.kind == LimitKind::kRefused) {
      EXPECT_TRUE(tried.contains(limit.name)) << limit.subject;
    }
  }
}

TEST(LimitsTest, TheTableTellsCodeAndSource) {
  const std::string table = limits_markdown();
  EXPECT_THAT(table, HasSubstr("| name of a table | 1 – 255 | bytes | `OTSParameterInvalid` "
                               "Invalid table name: '{name}'. | limits-on-widecolumn-model |\n"));
  EXPECT_THAT(table, HasSubstr("| time to live (or -1: for ever) | at least 86400 | s |"));
  EXPECT_THAT(table, HasSubstr("| 5000 | rows | the answer ends there, the next call goes on |"));
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
