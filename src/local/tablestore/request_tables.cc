#include "local/tablestore/request_tables.h"

#include "base/bytes.h"
#include "local/tablestore/shard_iterator.h"
#include "local/tablestore/table_store.h"

namespace otsstream::local {
namespace {

// The values of the length-delimited field 1; in every message of the service the table, or the
// message that begins with it, stands there (tablestore-protocol.md 2.2 - 2.5).
std::vector<std::string_view> first_fields(std::string_view message) {
  std::vector<std::string_view> values;
  uint64_t tag = 0, number = 0;
  while (!message.empty() && get_varint(message, tag)) {
    switch (tag & 7) {
      case 0:
        if (!get_varint(message, number)) return values;
        break;
      case 1:
      case 5: {
        const size_t size = (tag & 7) == 1 ? 8 : 4;
        if (message.size() < size) return values;
        message.remove_prefix(size);
        break;
      }
      case 2:
        if (!get_varint(message, number) || number > message.size()) return values;
        if (tag >> 3 == 1) values.push_back(message.substr(0, number));
        message.remove_prefix(number);
        break;
      default:
        return values;
    }
  }
  return values;
}

std::vector<std::string> table_of_stream(std::string_view stream_id, const TableStore& tables) {
  auto table = tables.find_stream(stream_id);
  if (!table) return {};
  return {(*table)->name()};
}

}  // namespace

std::vector<std::string> tables_of(std::string_view operation, std::string_view message,
                                   const TableStore& tables) {
  const std::vector<std::string_view> fields = first_fields(message);
  if (fields.empty()) return {};
  if (operation == "DescribeStream" || operation == "GetShardIterator")
    return table_of_stream(fields.front(), tables);
  if (operation == "GetStreamRecord") {
    auto iterator = parse_shard_iterator(fields.front());
    return iterator ? table_of_stream(iterator->stream_id, tables) : std::vector<std::string>();
  }
  if (operation == "CommitTransaction" || operation == "AbortTransaction") return {};
  const bool nested = operation == "CreateTable" || operation.starts_with("Batch");
  std::vector<std::string> names;
  for (std::string_view field : fields) {
    if (!nested) {
      names.emplace_back(field);
      continue;
    }
    for (std::string_view name : first_fields(field)) names.emplace_back(name);
  }
  return names;
}

}  // namespace otsstream::local
