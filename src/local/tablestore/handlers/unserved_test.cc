// Every operation of tablestore-protocol.md 1.1 is served, or refused by name in the service's
// format.

#include "local/tablestore/handlers/handlers.h"
#include "local/tablestore/tablestore_test_support.h"

namespace otsstream::local::tablestore_test {
namespace {

const char* const kServed[] = {
    "CreateTable",
    "ListTable",
    "DeleteTable",
    "DescribeTable",
    "UpdateTable",
    "ComputeSplitPointsBySize",
    "AddDefinedColumn",
    "DeleteDefinedColumn",
    "GetRow",
    "PutRow",
    "UpdateRow",
    "DeleteRow",
    "GetRange",
    "BatchGetRow",
    "BatchWriteRow",
    "BulkImport",
    "BulkExport",
    "StartLocalTransaction",
    "CommitTransaction",
    "AbortTransaction",
    "ListStream",
    "DescribeStream",
    "GetShardIterator",
    "GetStreamRecord",
};
const char* const kRefused[] = {
    "CreateIndex",
    "DropIndex",
    "tunnel/create",
    "tunnel/list",
    "tunnel/describe",
    "tunnel/delete",
    "tunnel/connect",
    "tunnel/heartbeat",
    "tunnel/shutdown",
    "tunnel/getcheckpoint",
    "tunnel/readrecords",
    "tunnel/checkpoint",
    "tunnel/getrpo",
    "tunnel/getrpobyoffset",
    "tunnel/schedule",
    "CreateTimeseriesTable",
    "ListTimeseriesTable",
    "DescribeTimeseriesTable",
    "UpdateTimeseriesTable",
    "DeleteTimeseriesTable",
    "PutTimeseriesData",
    "GetTimeseriesData",
    "ScanTimeseriesData",
    "LoadTable",
    "UnloadTable",
    "QueryTimeseriesMeta",
    "UpdateTimeseriesMeta",
    "DeleteTimeseriesMeta",
    "SplitTimeseriesScanTask",
    "CreateTimeseriesAnalyticalStore",
    "DeleteTimeseriesAnalyticalStore",
    "DescribeTimeseriesAnalyticalStore",
    "UpdateTimeseriesAnalyticalStore",
    "CreateTimeseriesLastpointIndex",
    "DeleteTimeseriesLastpointIndex",
    "CreateSearchIndex",
    "UpdateSearchIndex",
    "DeleteSearchIndex",
    "ListSearchIndex",
    "DescribeSearchIndex",
    "Search",
    "ParallelScan",
    "ComputeSplits",
    "SQLQuery",
    "CreateDeliveryTask",
    "DeleteDeliveryTask",
    "UpdateDeliveryTask",
    "DescribeDeliveryTask",
    "ListDeliveryTask",
};

TEST(OperationsTest, AreServed) {
  for (const char* operation : kServed) {
    EXPECT_NE(find_handler(operation), nullptr) << operation;
    EXPECT_FALSE(is_unserved_operation(operation)) << operation;
  }
}

TEST(OperationsTest, OrRefusedByName) {
  TablestoreFixture local;
  for (const char* operation : kRefused) {
    EXPECT_EQ(find_handler(operation), nullptr) << operation;
    Response response = local.call(operation, "whatever");
    EXPECT_EQ(response.status, 400) << operation;
    EXPECT_EQ(code_of(response), "OTSParameterInvalid") << operation;
    EXPECT_EQ(message_of(response), "Unsupported operation: '" + std::string(operation) +
                                        "' is not supported by the local Tablestore.");
  }
  EXPECT_FALSE(is_unserved_operation("MakeCoffee"));
}

TEST(OperationsTest, SecondaryIndexesOfANewTableAreRefusedByName) {
  TablestoreFixture local;
  // CreateTableRequest with one index_metas (field 7) behind what encode() writes.
  CreateTableRequest request;
  request.meta = person();
  std::string index = std::string("\x0a\x01i", 3) + std::string("\x20\x00\x28\x00", 4);
  std::string body = encode(request) + "\x3a" + static_cast<char>(index.size()) + index;
  Response response = local.call("CreateTable", body);
  EXPECT_EQ(code_of(response), "OTSParameterInvalid");
  EXPECT_THAT(message_of(response), ::testing::HasSubstr("not supported by the local Tablestore"));
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
