// The four stream operations: record content, iterators, splits and merges, retention.

#include <set>

#include "local/tablestore/tablestore_test_support.h"

namespace otsstream::local::tablestore_test {
namespace {

constexpr int64_t kNowUs = kNowMs * 1000;
constexpr int64_t kHourUs = 3'600'000'000;

std::vector<std::string> ids(const std::vector<LoggedRecord>& records) {
  std::vector<std::string> out;
  for (const LoggedRecord& record : records) out.push_back(record.row.primary_key[0].value.bytes);
  return out;
}

std::string refused_read(const TablestoreFixture& local, const std::string& iterator) {
  GetStreamRecordRequest request;
  request.iterator = iterator;
  Response response = local.call("GetStreamRecord", encode(request));
  EXPECT_EQ(response.status, 404);
  return code_of(response);
}

TEST(StreamHandlersTest, LogsWhatWasWritten) {
  TablestoreFixture local;
  TableOptions options;
  options.max_versions = 3;
  local.create(person(), 24, options);
  local.put_row(row(key("a"), {put("n", 1), put("b", CellValue::of_string("x"), kNowMs - 5)}));
  local.update_row(
      row(key("a"), {put("b", CellValue::of_boolean(true)), delete_one("b", kNowMs - 5),
                     delete_all("gone"), increment("n", 41)}));
  local.delete_row(key("a"));
  local.put_row(row(key("empty")));

  auto records = local.read_all(local.shards().at(0).shard_id);
  ASSERT_EQ(records.size(), 4u);
  int64_t first_us = records[0].row.sequence->timestamp;
  EXPECT_GE(first_us, kNowUs);
  EXPECT_EQ(records[0].action, ActionType::kPut);
  EXPECT_EQ(records[0].row,
            (Row{key("a"),
                 {put("n", 1, kNowMs), put("b", CellValue::of_string("x"), kNowMs - 5)},
                 false,
                 SequenceInfo{0, first_us, 0}}));
  EXPECT_EQ(records[1].action, ActionType::kUpdate);
  EXPECT_EQ(records[1].row.cells, (std::vector<Cell>{put("b", CellValue::of_boolean(true), kNowMs),
                                                     delete_one("b", kNowMs - 5),
                                                     delete_all("gone"), put("n", 42, kNowMs)}));
  EXPECT_EQ(records[2].action, ActionType::kDelete);
  EXPECT_EQ(records[2].row.cells, std::vector<Cell>{});
  EXPECT_FALSE(records[2].row.delete_marker);
  EXPECT_EQ(records[3].action, ActionType::kPut);
  for (size_t i = 1; i < records.size(); ++i)
    EXPECT_LT(records[i - 1].row.sequence, records[i].row.sequence);
}

TEST(StreamHandlersTest, RefusedWritesLeaveNoRecord) {
  TablestoreFixture local;
  local.create();
  Condition must_exist{RowExistence::kExpectExist, {}};
  EXPECT_EQ(code_of(local.write(WriteType::kPut, row(key("a")), must_exist)),
            "OTSConditionCheckFail");
  EXPECT_TRUE(local.read_all(local.shards()[0].shard_id).empty());
}

TEST(StreamHandlersTest, OriginColumnsCarryPreviousValues) {
  TablestoreFixture local;
  local.create(person(), 24, {}, {"n", "m"});
  local.put_row(row(key("a"), {put("n", 1), put("other", 2)}));
  local.update_row(row(key("a"), {put("n", 5)}));
  auto records = local.read_all(local.shards()[0].shard_id);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].origin, "");
  RowView origin;
  ASSERT_TRUE(read_single_row(records[1].origin, origin));
  EXPECT_EQ(to_row(origin), row(key("a"), {put("n", 1, kNowMs)}));
}

TEST(StreamHandlersTest, LimitGivesExactlyThatManyAndReadsRepeat) {
  TablestoreFixture local;
  local.create();
  for (int i = 0; i < 2500; ++i) local.put_row(row(key(std::to_string(10000 + i)), {put("n", i)}));
  std::string start = local.iterator(local.shards()[0].shard_id);

  auto all = ids(local.read_all(local.shards()[0].shard_id));
  ASSERT_EQ(all.size(), 2500u);
  ReadPage unlimited = local.read(start);
  EXPECT_LE(unlimited.records.size(), 1000u);
  for (int32_t limit : {1, 7, 999, 1000, 1001, 2499, 2500, 5000}) {
    ReadPage page = local.read(start, limit);
    size_t expected = std::min<size_t>(static_cast<size_t>(limit), 2500);
    ASSERT_EQ(page.records.size(), expected) << limit;
    ReadPage again = local.read(start, limit);
    EXPECT_EQ(ids(again.records), ids(page.records));
    EXPECT_EQ(again.next, page.next);
    ASSERT_TRUE(page.next) << "the shard is open";
    ReadPage behind = local.read(*page.next, 1);
    if (expected < 2500) {
      EXPECT_EQ(page.may_more, true);
      EXPECT_EQ(ids(behind.records).at(0), all[expected]);
    } else {
      EXPECT_EQ(page.may_more, false);
      EXPECT_TRUE(behind.records.empty());
      EXPECT_TRUE(behind.next) << "an empty page of an open shard goes on";
    }
  }
  GetStreamRecordRequest zero{start, 0, {}};
  EXPECT_EQ(code_of(local.call("GetStreamRecord", encode(zero))), "OTSParameterInvalid");
}

TEST(StreamHandlersTest, PagesStayWithinTheirSize) {
  TablestoreFixture local;
  local.create();
  std::string large(300'000, 'x');
  for (int i = 0; i < 20; ++i)
    local.put_row(row(key(std::to_string(i)), {put("v", CellValue::of_string(large))}));
  std::optional<std::string> next = local.iterator(local.shards()[0].shard_id);
  size_t records = 0;
  while (records < 20) {
    ReadPage page = local.read(*next, 1000);
    ASSERT_GT(page.records.size(), 0u);
    ASSERT_LE(page.records.size(), 6u) << "2 MB hold no more";
    records += page.records.size();
    next = page.next;
  }
  EXPECT_EQ(records, 20u);
}

TEST(StreamHandlersTest, SeeksByTimestamp) {
  TablestoreFixture local;
  local.create();
  for (int i = 0; i < 5; ++i) {
    local.clock.set_wall_us(kNowUs + (i + 1) * 1'000'000);
    local.put_row(row(key(std::to_string(i))));
  }
  std::string shard = local.shards()[0].shard_id;
  struct Case {
    int64_t timestamp_us;
    size_t first;
  };
  for (Case c :
       {Case{0, 0}, {kNowUs + 1'000'000, 0}, {kNowUs + 1'000'001, 1}, {kNowUs + 5'000'000, 4}}) {
    ReadPage page = local.read(local.iterator(shard, c.timestamp_us));
    ASSERT_EQ(page.records.size(), 5 - c.first) << c.timestamp_us;
    EXPECT_EQ(ids(page.records)[0], std::to_string(c.first));
  }
  EXPECT_TRUE(local.read(local.iterator(shard, kNowUs + kHourUs)).records.empty())
      << "open shard: behind the newest record";
  ASSERT_TRUE(local.table().split(CellValue::of_string("2")));
  EXPECT_EQ(local.iterator(shard, kNowUs + kHourUs), "")
      << "closed shard, everything older: no iterator, no token";
}

TEST(StreamHandlersTest, SeekTokensLeadToTheSamePlace) {
  TablestoreServerOptions options;
  options.instances["inst"]["testid"] = {Secret(kSecret), Secret()};
  options.seek_token_steps = 2;
  TablestoreFixture local(std::move(options));
  local.create();
  local.put_row(row(key("a")));
  GetShardIteratorRequest request{local.stream().stream_id, local.shards()[0].shard_id, kNowUs, ""};
  for (int step = 0; step < 2; ++step) {
    auto answer = local.ask<GetShardIteratorResponse>("GetShardIterator", encode(request));
    EXPECT_EQ(answer.iterator, "");
    ASSERT_NE(answer.next_token, "");
    request.token = answer.next_token;
  }
  auto done = local.ask<GetShardIteratorResponse>("GetShardIterator", encode(request));
  EXPECT_EQ(done.next_token, "");
  EXPECT_EQ(local.read(done.iterator).records.size(), 1u);
  request.timestamp = kNowUs + 1;
  EXPECT_EQ(code_of(local.call("GetShardIterator", encode(request))), "OTSParameterInvalid")
      << "a token of another seek";
  request.token = "made up";
  EXPECT_EQ(code_of(local.call("GetShardIterator", encode(request))), "OTSParameterInvalid");
}

TEST(StreamHandlersTest, SplitsAndMergesBuildTheShardTree) {
  TablestoreFixture local;
  local.create();
  StoredTable& table = local.table();
  auto put_all = [&] {
    for (const char* id : {"a", "g", "m", "t"}) local.put_row(row(key(id)));
  };
  put_all();
  std::string root = local.shards()[0].shard_id;
  SplitResult first = *table.split(CellValue::of_string("m"));
  put_all();
  SplitResult second = *table.split(CellValue::of_string("g"), {});  // the left child again
  put_all();
  MergeResult merged = *table.merge(second.right, first.right);
  put_all();

  EXPECT_EQ(first.parent, root);
  EXPECT_EQ(second.parent, first.left);
  EXPECT_EQ(local.shards(), (std::vector<StreamShard>{{root, "", ""},
                                                      {first.left, root, ""},
                                                      {first.right, root, ""},
                                                      {second.left, first.left, ""},
                                                      {second.right, first.left, ""},
                                                      {merged.child, second.right, first.right}}));
  auto content = [&](const std::string& shard) { return ids(local.read_all(shard)); };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(content(root), (Ids{"a", "g", "m", "t"}));
  EXPECT_EQ(content(first.left), (Ids{"a", "g"}));
  EXPECT_EQ(content(first.right), (Ids{"m", "t", "m", "t"}));
  EXPECT_EQ(content(second.left), (Ids{"a", "a"}));
  EXPECT_EQ(content(second.right), (Ids{"g"}));
  EXPECT_EQ(content(merged.child), (Ids{"g", "m", "t"}));

  ReadPage last = local.read(local.iterator(root));
  EXPECT_EQ(last.records.size(), 4u);
  EXPECT_FALSE(last.next) << "closed and fully read";
  ReadPage part = local.read(local.iterator(root), 3);
  ASSERT_TRUE(part.next);
  EXPECT_FALSE(local.read(*part.next).next);
  EXPECT_TRUE(local.read(local.iterator(merged.child)).next) << "open";
}

TEST(StreamHandlersTest, RefusesImpossibleSplitsAndMerges) {
  TablestoreFixture local;
  local.create();
  StoredTable& table = local.table();
  EXPECT_EQ(table.split(std::nullopt).error().code, "Control-Split")
      << "an empty partition has no middle";
  local.put_row(row(key("a")));
  EXPECT_EQ(table.split(std::nullopt).error().code, "Control-Split") << "one key has no middle";
  EXPECT_EQ(table.split(CellValue::of_integer(1)).error().code, "OTSInvalidPK");
  SplitResult first = *table.split(CellValue::of_string("m"));
  EXPECT_EQ(table.split(CellValue::of_string("m")).error().code, "Control-Split");
  SplitResult second = *table.split(CellValue::of_string("x"));
  EXPECT_EQ(table.merge(first.left, second.right).error().code, "Control-Merge");
  EXPECT_EQ(table.merge(first.left, first.parent).error().code, "Control-Shard")
      << "the parent is closed";
  EXPECT_EQ(table.split(std::nullopt, "no shard").error().code, "Control-Shard");
}

TEST(StreamHandlersTest, HalvesTheLargestPartition) {
  TablestoreFixture local;
  local.create();
  for (char c = 'a'; c <= 'z'; ++c) local.put_row(row(key(std::string(1, c))));
  SplitResult split = *local.table().split(std::nullopt);
  auto described =
      local.ask<DescribeTableResponse>("DescribeTable", encode(DescribeTableRequest{"person"}));
  ASSERT_EQ(described.shard_splits.size(), 1u);
  EXPECT_EQ(rows_of(described.shard_splits[0]), std::vector<Row>{row(key("n"))});
  EXPECT_EQ(local.shards().size(), 3u);
}

TEST(StreamHandlersTest, DescribesPageByPage) {
  TablestoreFixture local;
  local.create();
  for (const char* at : {"b", "c", "d"}) ASSERT_TRUE(local.table().split(CellValue::of_string(at)));
  auto all = local.shards();
  ASSERT_EQ(all.size(), 7u);
  std::vector<StreamShard> paged;
  DescribeStreamRequest request;
  request.stream_id = local.stream().stream_id;
  request.shard_limit = 3;
  request.support_timeseries = true;
  int pages = 0;
  while (true) {
    auto answer = local.ask<DescribeStreamResponse>("DescribeStream", encode(request));
    EXPECT_EQ(answer.table, "person");
    EXPECT_EQ(answer.expiration_hours, 24);
    EXPECT_EQ(answer.status, StreamStatus::kActive);
    EXPECT_EQ(answer.is_timeseries, false);
    paged.insert(paged.end(), answer.shards.begin(), answer.shards.end());
    ++pages;
    if (answer.next_shard_id.empty()) break;
    request.inclusive_start_shard_id = answer.next_shard_id;
  }
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(paged, all);
  std::set<std::string> seen;
  for (const StreamShard& shard : all) {
    EXPECT_TRUE(shard.parent_id.empty() || seen.contains(shard.parent_id)) << "parents first";
    seen.insert(shard.shard_id);
  }
  request.inclusive_start_shard_id = "unknown";
  EXPECT_EQ(code_of(local.call("DescribeStream", encode(request))), "OTSObjectNotExist");
  request.inclusive_start_shard_id.reset();
  request.shard_limit = 0;
  EXPECT_EQ(code_of(local.call("DescribeStream", encode(request))), "OTSParameterInvalid");
}

TEST(StreamHandlersTest, ForgetsWhatIsOlderThanTheRetention) {
  TablestoreFixture local;
  local.create(person(), 1);
  local.put_row(row(key("a")));
  std::string root = local.shards()[0].shard_id;
  std::string oldest = local.iterator(root);
  std::string next = *local.read(oldest).next;
  SplitResult split = *local.table().split(CellValue::of_string("m"));
  local.put_row(row(key("b")));
  std::string early = local.iterator(split.left);

  local.clock.advance(seconds(1800));
  local.put_row(row(key("c")));
  EXPECT_EQ(local.read_all(split.left).size(), 2u);
  local.clock.advance(seconds(1801));
  EXPECT_EQ(ids(local.read_all(split.left)), std::vector<std::string>{"c"});
  EXPECT_EQ(refused_read(local, early), "OTSTrimmedDataAccess") << "the record there is gone";
  EXPECT_EQ(refused_read(local, oldest), "OTSTrimmedDataAccess");
  EXPECT_EQ(refused_read(local, next), "OTSTrimmedDataAccess") << "the closed shard is gone";
  auto left = local.shards();
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].parent_id, root)
      << "children still name the parent that is not listed any more";
  GetShardIteratorRequest request{local.stream().stream_id, root, {}, ""};
  EXPECT_EQ(code_of(local.call("GetShardIterator", encode(request))), "OTSTrimmedDataAccess");
}

TEST(StreamHandlersTest, IteratorsExpireWithTheRetention) {
  TablestoreFixture local;
  local.create(person(), 2);
  std::string shard = local.shards()[0].shard_id;
  std::string idle = local.iterator(shard);
  local.clock.advance(seconds(2 * 3600 - 1));
  std::string fresh = *local.read(idle).next;
  local.clock.advance(seconds(302));  // a 24th of its life longer at most
  EXPECT_EQ(refused_read(local, idle), "OTSTrimmedDataAccess") << "though nothing was trimmed";
  EXPECT_TRUE(local.read(fresh).next) << "the iterator of an empty page is born anew";
}

TEST(StreamHandlersTest, IteratorsExpireAsTheSwitchSays) {
  TablestoreFixture local;
  local.create(person(), 1);
  std::string shard = local.shards()[0].shard_id;
  StreamSettings settings;
  settings.iterator_life_ms = 24'000;
  local.server->streams().set(settings);
  std::string position = local.iterator(shard), seek = local.iterator(shard, kNowUs);
  local.clock.advance(seconds(24));
  EXPECT_TRUE(local.read(position).next);
  EXPECT_TRUE(local.read(seek).next);
  local.clock.advance(milliseconds(1001));
  EXPECT_EQ(refused_read(local, position), "OTSTrimmedDataAccess");
  EXPECT_EQ(refused_read(local, seek), "OTSTrimmedDataAccess");

  settings.iterator_life_ms = StreamSettings::kForEver;
  local.server->streams().set(settings);
  std::string lasting = local.iterator(shard);
  local.clock.advance(seconds(90 * 86400));
  EXPECT_TRUE(local.read(lasting).next);
}

TEST(StreamHandlersTest, APageReadAgainSoonHasTheSameNextIterator) {
  TablestoreFixture local;
  local.create();
  std::string start = local.iterator(local.shards()[0].shard_id);
  std::optional<std::string> next = local.read(start).next;
  local.clock.advance(seconds(600));
  EXPECT_EQ(local.read(start).next, next);
  local.clock.advance(seconds(3600));
  EXPECT_NE(local.read(start).next, next);
}

TEST(StreamHandlersTest, EmptyPagesComeOnDemandAndLoseNothing) {
  TablestoreFixture local;
  local.create();
  for (int i = 0; i < 4; ++i) local.put_row(row(key(std::to_string(i))));
  std::string shard = local.shards()[0].shard_id;
  auto sizes_of = [&](int pages) {
    std::vector<size_t> sizes;
    std::optional<std::string> next = local.iterator(shard);
    for (int i = 0; i < pages; ++i) {
      ReadPage page = local.read(*next, 1);
      EXPECT_EQ(page.may_more, sizes.size() + 1 < static_cast<size_t>(pages)) << i;
      sizes.push_back(page.records.size());
      next = page.next;
      EXPECT_TRUE(next);
    }
    return sizes;
  };
  StreamSettings settings;
  settings.empty_pages = 2;
  local.server->streams().set(settings);
  EXPECT_EQ(sizes_of(6), (std::vector<size_t>{0, 0, 1, 1, 1, 1}));
  EXPECT_EQ(local.server->streams().settings().empty_pages, 0);
  settings.empty_pages = 0;
  settings.empty_every = 3;
  local.server->streams().set(settings);
  EXPECT_EQ(sizes_of(5), (std::vector<size_t>{1, 1, 0, 1, 1}));
}

TEST(StreamHandlersTest, AnEmptyPageOfAClosedShardGoesOn) {
  TablestoreFixture local;
  local.create();
  std::string root = local.shards()[0].shard_id;
  std::string iterator = local.iterator(root);
  ASSERT_TRUE(local.table().split(CellValue::of_string("m")));
  StreamSettings settings;
  settings.empty_pages = 1;
  local.server->streams().set(settings);
  ReadPage page = local.read(iterator);
  ASSERT_TRUE(page.next);
  EXPECT_EQ(page.may_more, true);
  EXPECT_FALSE(local.read(*page.next).next);
}

TEST(StreamHandlersTest, PagesAreAsSmallAsTheSwitchSays) {
  TablestoreFixture local;
  local.create();
  for (int i = 0; i < 7; ++i) local.put_row(row(key(std::to_string(i))));
  StreamSettings settings;
  settings.page_records = 3;
  settings.describe_page = 2;
  local.server->streams().set(settings);
  std::string start = local.iterator(local.shards()[0].shard_id);
  EXPECT_EQ(local.read(start).records.size(), 3u);
  EXPECT_EQ(local.read(start, 5).records.size(), 3u);
  EXPECT_EQ(local.read(start, 2).records.size(), 2u);
  ASSERT_TRUE(local.table().split(CellValue::of_string("3")));
  DescribeStreamRequest request;
  request.stream_id = local.stream().stream_id;
  auto page = local.ask<DescribeStreamResponse>("DescribeStream", encode(request));
  EXPECT_EQ(page.shards.size(), 2u);
  EXPECT_NE(page.next_shard_id, "");
}

TEST(StreamHandlersTest, ExpiresOnCommand) {
  TablestoreFixture local;
  local.create();
  local.put_row(row(key("a")));
  std::string shard = local.shards()[0].shard_id;
  std::string early = local.iterator(shard);
  local.clock.advance(seconds(10));
  local.put_row(row(key("b")));
  local.table().expire_log(kNowUs + 5'000'000);
  EXPECT_EQ(refused_read(local, early), "OTSTrimmedDataAccess");
  EXPECT_EQ(ids(local.read_all(shard)), std::vector<std::string>{"b"});
}

TEST(StreamHandlersTest, KnowsOnlyItsOwnStreamsAndIterators) {
  TablestoreFixture local;
  local.create();
  local.put_row(row(key("a")));
  std::string old_id = local.stream().stream_id;
  std::string old_iterator = local.iterator(local.shards()[0].shard_id);
  EXPECT_GE(old_iterator.size(), 150u);
  EXPECT_LE(old_iterator.size(), 200u);
  std::string damaged = old_iterator;
  damaged[20] = damaged[20] == 'A' ? 'B' : 'A';
  for (const std::string& text : {std::string(), std::string("nonsense"), damaged})
    EXPECT_EQ(refused_read(local, text), "OTSTrimmedDataAccess");
  GetStreamRecordRequest other_table{old_iterator, {}, "other"};
  EXPECT_EQ(code_of(local.call("GetStreamRecord", encode(other_table))), "OTSParameterInvalid");

  UpdateTableRequest off{"person", {}, {}, StreamSpec{false, {}, {}}};
  EXPECT_EQ(local.ask<UpdateTableResponse>("UpdateTable", encode(off)).stream->enable, false);
  EXPECT_FALSE(local.stream().enable);
  EXPECT_EQ(refused_read(local, old_iterator), "OTSTrimmedDataAccess");
  local.clock.advance(seconds(1));
  UpdateTableRequest on{"person", {}, {}, StreamSpec{true, 48, {}}};
  auto details = *local.ask<UpdateTableResponse>("UpdateTable", encode(on)).stream;
  EXPECT_NE(details.stream_id, old_id);
  EXPECT_EQ(details.expiration_hours, 48);
  EXPECT_EQ(details.last_enable_time, kNowUs + 1'000'000);
  EXPECT_TRUE(local.read_all(local.shards()[0].shard_id).empty()) << "a new Stream begins empty";
  DescribeStreamRequest old_stream;
  old_stream.stream_id = old_id;
  Response response = local.call("DescribeStream", encode(old_stream));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(code_of(response), "OTSObjectNotExist");
}

TEST(StreamHandlersTest, ListsStreams) {
  TablestoreFixture local;
  local.create();
  local.create(person("quiet"), std::nullopt);
  local.create(person("zebra"));
  auto all = local.ask<ListStreamResponse>("ListStream", encode(ListStreamRequest{}));
  ASSERT_EQ(all.streams.size(), 2u);
  EXPECT_EQ(all.streams[1].table_name, "zebra");
  EXPECT_EQ(local.ask<ListStreamResponse>("ListStream", encode(ListStreamRequest{"quiet"}))
                .streams.size(),
            0u);
  auto one = local.ask<ListStreamResponse>("ListStream", encode(ListStreamRequest{"person"}));
  ASSERT_EQ(one.streams.size(), 1u);
  EXPECT_EQ(one.streams[0].stream_id, local.stream().stream_id);
  EXPECT_EQ(code_of(local.call("ListStream", encode(ListStreamRequest{"none"}))),
            "OTSObjectNotExist");
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
