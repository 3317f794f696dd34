#pragma once
// The status table as DataX's plug-in reads it (otsstream-reader.md 8 and 9.1), written a second
// time from the specification: keys by their bytes, one zlib stream, one JSON array. Shares no code
// with reader/, so that a mistake there cannot hide behind the same mistake here.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tablestore/client/client.h"

namespace otsstream::test {

struct DataxStart {
  std::string why_not;  // empty: the run that ended there is complete
  std::string version;
  int64_t start_ms = 0;
  std::map<std::string, std::string> checkpoints;  // by shard id
};

// What a DataX run that starts at `time_ms` finds.
DataxStart datax_start(tablestore::Client& client, const std::string& table,
                       const std::string& stream_id, int64_t time_ms);

// Rows as DataX writes them.
struct DataxCheckpoint {
  std::string shard_id;
  std::string value;
  int64_t skip_count = 0;
  std::string version = "1508401560123-hand-made";
};
void put_datax_checkpoints(tablestore::Client& client, const std::string& table,
                           const std::string& stream_id, int64_t end_ms,
                           const std::vector<DataxCheckpoint>& rows);
// The description row in chunks of 65 536 bytes; gives their number.
int put_datax_description(tablestore::Client& client, const std::string& table,
                          const std::string& stream_id, int64_t start_ms, int64_t end_ms,
                          const std::vector<std::string>& shards,
                          const std::string& version = "1508401560123-hand-made");
void put_legacy_count(tablestore::Client& client, const std::string& table,
                      const std::string& stream_id, int64_t end_ms, int64_t count);
void put_datax_shard_time(tablestore::Client& client, const std::string& table,
                          const std::string& stream_id, const std::string& shard, int64_t time_ms,
                          const std::string& iterator);

}  // namespace otsstream::test
