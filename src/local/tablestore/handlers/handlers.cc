#include "local/tablestore/handlers/handlers.h"

#include <algorithm>
#include <utility>

namespace otsstream::local {

OperationHandler find_handler(std::string_view operation) {
  static constexpr std::pair<std::string_view, OperationHandler> kServed[] = {
      {"CreateTable", create_table},
      {"ListTable", list_table},
      {"DescribeTable", describe_table},
      {"UpdateTable", update_table},
      {"DeleteTable", delete_table},
      {"AddDefinedColumn", add_defined_column},
      {"DeleteDefinedColumn", delete_defined_column},
      {"ComputeSplitPointsBySize", compute_split_points_by_size},
      {"PutRow", put_row},
      {"UpdateRow", update_row},
      {"DeleteRow", delete_row},
      {"GetRow", get_row},
      {"GetRange", get_range},
      {"BatchGetRow", batch_get_row},
      {"BatchWriteRow", batch_write_row},
      {"BulkImport", bulk_import},
      {"BulkExport", bulk_export},
      {"StartLocalTransaction", start_local_transaction},
      {"CommitTransaction", commit_transaction},
      {"AbortTransaction", abort_transaction},
      {"ListStream", list_stream},
      {"DescribeStream", describe_stream},
      {"GetShardIterator", get_shard_iterator},
      {"GetStreamRecord", get_stream_record},
  };
  for (const auto& [name, handler] : kServed) {
    if (name == operation) return handler;
  }
  return nullptr;
}

bool is_unserved_operation(std::string_view operation) {
  // tablestore-protocol.md 1.1
  static constexpr std::string_view kUnserved[] = {
      "CreateIndex",
      "DropIndex",
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
  return operation.starts_with("tunnel/") ||
         std::find(std::begin(kUnserved), std::end(kUnserved), operation) != std::end(kUnserved);
}

}  // namespace otsstream::local
