#pragma once
// One function per operation: message in, message out. They decode, ask the table store and encode;
// the rules live below them.

#include <optional>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "local/tablestore/server.h"
#include "local/tablestore/table_store.h"
#include "net/http_message.h"

namespace otsstream::local {

struct Answer {
  Body body;
  std::optional<Md5> first_part_md5;  // of the body's first part, when it is known already

  Answer() = default;
  Answer(std::string message) : body(std::move(message)) {}
};

struct HandlerContext {
  TableStore& tables;
  const TablestoreServerOptions& options;
  StreamSwitches& streams;
  const DataClock& clock;
};

// Errors carry the service's code, or are decoding errors that as_rejection() turns into
// OTSParameterInvalid.
using OperationHandler = Result<Answer> (*)(HandlerContext&, const SharedBuffer& message);

Result<Answer> create_table(HandlerContext&, const SharedBuffer&);  // table.cc
Result<Answer> list_table(HandlerContext&, const SharedBuffer&);
Result<Answer> describe_table(HandlerContext&, const SharedBuffer&);
Result<Answer> update_table(HandlerContext&, const SharedBuffer&);
Result<Answer> delete_table(HandlerContext&, const SharedBuffer&);
Result<Answer> add_defined_column(HandlerContext&, const SharedBuffer&);
Result<Answer> delete_defined_column(HandlerContext&, const SharedBuffer&);
Result<Answer> compute_split_points_by_size(HandlerContext&,
                                            const SharedBuffer&);  // split_points.cc
Result<Answer> put_row(HandlerContext&, const SharedBuffer&);      // row.cc
Result<Answer> update_row(HandlerContext&, const SharedBuffer&);
Result<Answer> delete_row(HandlerContext&, const SharedBuffer&);
Result<Answer> get_row(HandlerContext&, const SharedBuffer&);
Result<Answer> get_range(HandlerContext&, const SharedBuffer&);      // range.cc
Result<Answer> batch_get_row(HandlerContext&, const SharedBuffer&);  // batch.cc
Result<Answer> batch_write_row(HandlerContext&, const SharedBuffer&);
Result<Answer> bulk_import(HandlerContext&, const SharedBuffer&);  // bulk.cc
Result<Answer> bulk_export(HandlerContext&, const SharedBuffer&);
Result<Answer> start_local_transaction(HandlerContext&, const SharedBuffer&);  // transaction.cc
Result<Answer> commit_transaction(HandlerContext&, const SharedBuffer&);
Result<Answer> abort_transaction(HandlerContext&, const SharedBuffer&);
Result<Answer> list_stream(HandlerContext&, const SharedBuffer&);  // stream.cc
Result<Answer> describe_stream(HandlerContext&, const SharedBuffer&);
Result<Answer> get_shard_iterator(HandlerContext&, const SharedBuffer&);
Result<Answer> get_stream_record(HandlerContext&, const SharedBuffer&);

// nullptr: the service has no such operation, or the local one does not serve it.
OperationHandler find_handler(std::string_view operation);
// Operations of the service that the local Tablestore knows by name and refuses.
bool is_unserved_operation(std::string_view operation);

}  // namespace otsstream::local
