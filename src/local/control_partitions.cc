#include <charconv>

#include "base/hash.h"
#include "config/json_out.h"
#include "local/control_params.h"
#include "local/control_parts.h"

namespace otsstream::local {
namespace {

using tablestore::CellValue;
using tablestore::KeyType;

// A text as a value of the table's first key column. What does not fit its type stays a text, which
// the table refuses by its own rules.
CellValue key_value(const StoredTable& table, const std::string& text) {
  const KeyType type = table.meta().primary_key.front().type;
  if (type == KeyType::kInteger) {
    int64_t number = 0;
    auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed == std::errc() && end == text.data() + text.size())
      return CellValue::of_integer(number);
  }
  return type == KeyType::kBinary ? CellValue::of_blob(text) : CellValue::of_string(text);
}

Result<std::optional<CellValue>> split_key(const StoredTable& table, const SplitOrder& order) {
  if (!order.key.empty() + !order.key_base64.empty() + !order.shard.empty() > 1)
    return refuse_order("a split has a key or a shard, not both",
                        "give key, key_base64 or shard, or none of them");
  if (!order.key.empty()) return key_value(table, order.key);
  if (order.key_base64.empty()) return std::nullopt;
  OTS_TRY(std::string bytes, base64_decode(order.key_base64));
  return key_value(table, bytes);
}

}  // namespace

ControlAnswer split_partition(ControlCall& call) {
  OTS_TRY(SplitOrder order, read_order(call, split_params()));
  OTS_TRY(auto table, table_of(call, order.instance, order.table));
  OTS_TRY(std::optional<CellValue> key, split_key(*table, order));
  OTS_TRY(SplitResult result, table->split(key, order.shard));
  JsonOut out;
  out.begin_object();
  out.member("parent", result.parent);
  out.key("children").begin_array().value(result.left).value(result.right).end_array();
  out.end_object();
  return std::move(out).take();
}

ControlAnswer merge_partitions(ControlCall& call) {
  OTS_TRY(MergeOrder order, read_order(call, merge_params()));
  OTS_TRY(auto table, table_of(call, order.instance, order.table));
  OTS_TRY(MergeResult result, table->merge(order.shard_a, order.shard_b));
  JsonOut out;
  out.begin_object();
  out.member("child", result.child);
  out.member("parent", result.parent);
  out.member("sibling", result.sibling);
  out.end_object();
  return std::move(out).take();
}

ControlAnswer expire_log(ControlCall& call) {
  OTS_TRY(ExpireOrder order, read_order(call, expire_params()));
  OTS_TRY(auto table, table_of(call, order.instance, order.table));
  table->expire_log(order.until_ms * 1000);
  return std::string("{}");
}

}  // namespace otsstream::local
