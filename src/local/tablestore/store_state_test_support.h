#pragma once
// Everything a client can see of an instance, as one text: two that are equal hold the same.

#include <string>

#include "local/tablestore/tablestore_test_support.h"

namespace otsstream::local::tablestore_test {

// Tables with versions, options, generated keys, previous values, splits, merges and trims.
inline void fill(TablestoreFixture& local) {
  TableOptions options;
  options.max_versions = 3;
  options.time_to_live = 864000;
  TableMeta meta = person();
  meta.defined_columns = {{"age", DefinedColumnType::kInteger}};
  EXPECT_EQ(code_of(local.create(meta, 12, options, {"n"})), "");
  for (int i = 0; i < 26; ++i)
    local.put_row(row(key(std::string(1, static_cast<char>('a' + i))), {put("n", i)}));
  EXPECT_TRUE(local.table().split(CellValue::of_string("h")));
  for (const char* id : {"b", "k", "b"})
    local.update_row(row(key(id), {put("n", 100), put("m", CellValue::of_string("text"))}));
  EXPECT_TRUE(local.table().split(CellValue::of_string("p")));
  local.delete_row(key("c"));
  auto stream = local.table().describe_stream(local.stream().stream_id);
  EXPECT_TRUE(local.table().merge(stream->shards[1].shard_id, stream->shards[3].shard_id));
  local.put_row(row(key("d"), {put("n", 7)}));
  auto oldest = local.read_all(local.shards()[0].shard_id);
  EXPECT_TRUE(local.table().expire_log(oldest.at(5).row.sequence->timestamp));

  TableMeta numbered = person("numbered");
  numbered.primary_key.push_back({"seq", KeyType::kInteger, true});
  EXPECT_EQ(code_of(local.create(numbered, 24)), "");
  for (int i = 0; i < 3; ++i) {
    PrimaryKey generated = key("a");
    generated.push_back({"seq", CellValue::auto_increment()});
    EXPECT_EQ(code_of(local.write(WriteType::kPut, row(generated), {}, {}, "numbered")), "");
  }
  EXPECT_EQ(code_of(local.create(person("quiet"), std::nullopt)), "");
  EXPECT_EQ(code_of(local.write(WriteType::kPut, row(key("only")), {}, {}, "quiet")), "");
}

inline std::string state_of(const TablestoreFixture& local) {
  std::string out;
  for (const std::string& name : local.ask<ListTableResponse>("ListTable", "").tables) {
    auto description =
        local.ask<DescribeTableResponse>("DescribeTable", encode(DescribeTableRequest{name}));
    out += name + " " + to_hex(encode(description)) + "\n";
    TableMeta meta = description.meta;
    GetRangeRequest range;
    range.table = name;
    range.direction = Direction::kForward;
    PrimaryKey low_key, high_key;
    for (const KeySchema& column : meta.primary_key) {
      low_key.push_back({column.name, CellValue::inf_min()});
      high_key.push_back({column.name, CellValue::inf_max()});
    }
    range.inclusive_start = SharedBuffer(encode_key(low_key));
    range.exclusive_end = SharedBuffer(encode_key(high_key));
    range.read.max_versions = 100;
    for (const Row& found : rows_of(local.ask<GetRangeResponse>("GetRange", encode(range)).rows))
      out += "  row " + to_hex(encode_row(found)) + "\n";
    if (!description.stream || !description.stream->enable) continue;
    for (const StreamShard& shard : local.shards(name)) {
      out += "  shard " + shard.shard_id + " " + shard.parent_id + " " + shard.parent_sibling_id;
      out += " at " + std::to_string(*local.table(name).oldest_position(
                          description.stream->stream_id, shard.shard_id));
      auto end =
          local.table(name).seek(description.stream->stream_id, shard.shard_id, INT64_MAX / 2);
      out += !end ? end.error().code : *end ? " open" : " closed";
      out += "\n";
      std::optional<std::string> next = local.iterator(shard.shard_id, {}, name);
      while (next) {
        ReadPage page = local.read(*next);
        for (const LoggedRecord& record : page.records)
          out += "    " + std::to_string(static_cast<int>(record.action)) + " " +
                 to_hex(encode_row(record.row)) + " " + to_hex(record.origin) + "\n";
        if (page.records.empty()) break;
        next = page.next;
      }
    }
  }
  return out;
}

}  // namespace otsstream::local::tablestore_test
