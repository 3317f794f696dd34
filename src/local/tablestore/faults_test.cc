// What a fault rule does to the operations of the local Tablestore, seen from the wire.

#include <bit>

#include "base/executor.h"
#include "local/tablestore/request_tables.h"
#include "local/tablestore/tablestore_test_support.h"
#include "net/loop_transport.h"

namespace otsstream::local::tablestore_test {
namespace {

using End = WireFate::End;

class FaultsTest : public ::testing::Test {
 protected:
  FaultsTest() { local.create(); }
  void add(FaultRule rule) {
    auto added = local.server->faults().add(std::move(rule));
    ASSERT_TRUE(added) << added.error().to_string();
  }
  // PutRow of key `id` as the wire carries it, without the checks of call().
  Response put(const std::string& id) {
    WriteRowRequest request;
    request.table = "person";
    request.row = SharedBuffer(encode_row(row(key(id))));
    return local.server->handle(local.request("PutRow", encode_put(request)));
  }
  bool exists(const std::string& id) {
    local.server->faults().clear();
    return local.get(key(id)).has_value();
  }

  TablestoreFixture local;
};

TEST_F(FaultsTest, ErrorRefusesWithCodeStatusAndSignature) {
  add({.fault = "error", .operation = "PutRow", .code = "OTSTimeout", .message = "Too slow."});
  Response response = local.write(WriteType::kPut, row(key("a")));  // verifies MD5 and signature
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(code_of(response), "OTSTimeout");
  EXPECT_EQ(message_of(response), "Too slow.");
  EXPECT_EQ(response.fate.end, End::kWhole);
  EXPECT_FALSE(exists("a"));
}

TEST_F(FaultsTest, ErrorMayComeAfterTheDeed) {
  add({.fault = "error", .code = "OTSBrandNew", .status = 418, .carried_out = true});
  Response response = put("a");
  EXPECT_EQ(response.status, 418);
  EXPECT_EQ(code_of(response), "OTSBrandNew");
  EXPECT_TRUE(exists("a"));
}

TEST_F(FaultsTest, AnUnsignedAuthFailureCanBePlayedToo) {
  add({.fault = "error", .code = "OTSAuthFailed"});
  Response response = put("a");
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.headers.find("Authorization"), nullptr);
}

TEST_F(FaultsTest, ThrottleRefusesAndCounts) {
  add({.fault = "throttle",
       .operation = "PutRow",
       .code = "OTSNotEnoughCapacityUnit",
       .per_second = 1});
  EXPECT_EQ(put("a").status, 200);
  EXPECT_EQ(code_of(put("b")), "OTSNotEnoughCapacityUnit");
  local.clock.advance(seconds(1));
  EXPECT_EQ(put("c").status, 200);
  EXPECT_EQ(local.server->counters()["PutRow"].faults, 1u);
  EXPECT_EQ(local.server->counters()["PutRow"].errors, 1u);
}

TEST_F(FaultsTest, DelayCarriesOutAtOnceAndAnswersLater) {
  add({.fault = "delay", .delay_ms = 250});
  Response response = put("a");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.fate.delay, milliseconds(250));
  EXPECT_EQ(response.fate.end, End::kWhole);
  EXPECT_TRUE(exists("a"));
}

TEST_F(FaultsTest, ResetsBeforeInsideAndAfter) {
  add({.fault = "reset-before", .delay_ms = 10});
  Response response = put("a");
  EXPECT_EQ(response.fate.end, End::kLost);
  EXPECT_TRUE(response.fate.reset);
  EXPECT_EQ(response.fate.delay, milliseconds(10));
  EXPECT_FALSE(exists("a"));

  add({.fault = "reset-after"});
  response = put("b");
  EXPECT_EQ(response.fate.end, End::kLost);
  EXPECT_TRUE(exists("b")) << "the write was applied, its answer is lost";

  add({.fault = "reset-inside"});
  response = put("c");
  EXPECT_EQ(response.fate.end, End::kCut);
  EXPECT_TRUE(response.fate.reset);
  EXPECT_EQ(response.fate.body_bytes, response.body.size() / 2);
  EXPECT_TRUE(exists("c"));
}

TEST_F(FaultsTest, TruncatesInGoodOrder) {
  add({.fault = "truncate", .at = 1});
  Response response = put("a");
  EXPECT_EQ(response.fate.end, End::kCut);
  EXPECT_FALSE(response.fate.reset);
  EXPECT_EQ(response.fate.body_bytes, 1u);
  EXPECT_TRUE(exists("a"));
  add({.fault = "truncate", .at = 1'000'000});
  response = put("a");
  EXPECT_EQ(response.fate.body_bytes, response.body.size() - 1) << "a byte is always missing";
}

TEST_F(FaultsTest, AnEmptyBodyHasNoInside) {
  for (const char* fault : {"truncate", "reset-inside", "flip"}) {
    local.server->faults().clear();
    add({.fault = fault, .operation = "DeleteTable"});
    local.create(person("gone"));
    Response response =
        local.server->handle(local.request("DeleteTable", encode(DeleteTableRequest{"gone"})));
    EXPECT_EQ(response.body.size(), 0u);
    EXPECT_EQ(response.fate.end, std::string_view(fault) == "flip" ? End::kWhole : End::kLost);
  }
}

TEST_F(FaultsTest, FlipsOneBitBehindTheSignature) {
  add({.fault = "flip", .operation = "PutRow", .at = 2, .seed = 5});
  Response spoiled = put("a");
  local.server->faults().clear();
  Response good = put("a");
  ASSERT_EQ(spoiled.body.size(), good.body.size());
  int bits = 0;
  for (size_t i = 0; i < good.body.size(); ++i) {
    auto difference =
        static_cast<uint8_t>(spoiled.body.flat().view()[i] ^ good.body.flat().view()[i]);
    bits += std::popcount(difference);
    if (i != 2) EXPECT_EQ(difference, 0) << i;
  }
  EXPECT_EQ(bits, 1);
  EXPECT_EQ(spoiled.headers.get("x-ots-contentmd5"), good.headers.get("x-ots-contentmd5"))
      << "the client can find out";
}

TEST_F(FaultsTest, RequestsThatAreRefusedAnywayAreNotStruck) {
  add({.fault = "reset-after"});
  Request request = local.request("PutRow", "");
  request.headers.set("x-ots-signature", "AAAA");
  EXPECT_EQ(local.server->handle(request).fate.end, End::kWhole);
  EXPECT_EQ(local.server->handle(local.request("MakeCoffee", "")).fate.end, End::kWhole);
  EXPECT_EQ(local.server->faults().list().front().matched, 0u);
}

TEST_F(FaultsTest, StrikesThroughATransportInVirtualTime) {
  ManualClock time{kNowMs * 1000};
  VirtualExecutor executor(time, 1);
  LoopTransport transport(executor);
  transport.route("http://tablestore", local.server->handler());
  auto send = [&] {
    Request request = local.request("ListTable", "");
    request.origin = "http://tablestore";
    return await<Response>(executor, [&](auto done) { transport.send(std::move(request), done); });
  };
  add({.fault = "delay", .delay_ms = 60'000, .count = 1});
  EXPECT_EQ(send()->status, 200);
  EXPECT_EQ(time.steady_us(), 60'000'000);
  add({.fault = "reset-after", .count = 1});
  EXPECT_EQ(send().error().code, "Net-Reset");
  add({.fault = "truncate", .count = 1});
  EXPECT_EQ(send().error().code, "Net-Truncated");
}

TEST_F(FaultsTest, KnowsTheTablesOfARequest) {
  const TableStore& tables = *local.server->find_instance("inst");
  auto of = [&](const char* operation, const std::string& message) {
    return tables_of(operation, message, tables);
  };
  using Names = std::vector<std::string>;
  CreateTableRequest create;
  create.meta = person("new");
  EXPECT_EQ(of("CreateTable", encode(create)), Names{"new"});
  EXPECT_EQ(of("DescribeTable", encode(DescribeTableRequest{"t"})), Names{"t"});
  WriteRowRequest write;
  write.table = "w";
  write.row = SharedBuffer(encode_row(row(key("a"))));
  EXPECT_EQ(of("PutRow", encode_put(write)), Names{"w"});
  BatchWriteRowRequest batch;
  batch.tables.resize(2);
  batch.tables[0].table = "one";
  batch.tables[1].table = "two";
  EXPECT_EQ(of("BatchWriteRow", encode(batch)), (Names{"one", "two"}));
  DescribeStreamRequest stream;
  stream.stream_id = local.stream().stream_id;
  EXPECT_EQ(of("DescribeStream", encode(stream)), Names{"person"});
  const std::string shard = local.shards().front().shard_id;
  EXPECT_EQ(
      of("GetShardIterator", encode(GetShardIteratorRequest{stream.stream_id, shard, {}, ""})),
      Names{"person"});
  GetStreamRecordRequest records;
  records.iterator = local.iterator(shard);
  EXPECT_EQ(of("GetStreamRecord", encode(records)), Names{"person"});
  EXPECT_EQ(of("CommitTransaction", encode(DescribeTableRequest{"an id"})), Names{});
  for (const std::string& bytes : {std::string(), std::string("\xff\xff\xff"),
                                   std::string("\x0a\x7fshort"), std::string("\x0d\x01")})
    EXPECT_EQ(of("GetRow", bytes), Names{});
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
