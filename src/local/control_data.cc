#include "config/json_out.h"
#include "local/control_params.h"
#include "local/control_parts.h"

namespace otsstream::local {
namespace {

// The instance that the order names and the file, which has to be named from the root: the server's
// working directory is not the caller's.
Result<TableStore*> store_and_file(const ControlCall& call, const SnapshotOrder& order) {
  if (!order.path.starts_with('/'))
    return refuse_order("the path of a snapshot must begin with /", "name the file from the root");
  return instance_of(call, order.instance);
}

std::string tables_json(const TableStore& tables) {
  JsonOut out;
  out.begin_object().key("tables").begin_array();
  for (const std::string& name : tables.names()) out.value(name);
  out.end_array().end_object();
  return std::move(out).take();
}

}  // namespace

ControlAnswer write_snapshot(ControlCall& call) {
  OTS_TRY(SnapshotOrder order, read_order(call, snapshot_params()));
  OTS_TRY(TableStore * tables, store_and_file(call, order));
  OTS_CHECK(tables->snapshot(order.path));
  return tables_json(*tables);
}

ControlAnswer restore_snapshot(ControlCall& call) {
  OTS_TRY(SnapshotOrder order, read_order(call, snapshot_params()));
  OTS_TRY(TableStore * tables, store_and_file(call, order));
  OTS_CHECK(tables->restore(order.path));
  return tables_json(*tables);
}

ControlAnswer reset_instance(ControlCall& call) {
  OTS_TRY(ResetOrder order, read_order(call, reset_params()));
  OTS_TRY(TableStore * tables, instance_of(call, order.instance));
  OTS_CHECK(tables->reset());
  return tables_json(*tables);
}

}  // namespace otsstream::local
