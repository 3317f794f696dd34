#pragma once
// DataX's rows of the status table as a stranger reads them (otsstream-reader.md 8): written anew
// here, so that a mistake of the product's own reading cannot hide.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tablestore/client/client.h"

namespace otsstream::sim {

struct StatusRow {
  std::string stream;
  std::string type;
  std::string value;
  std::map<std::string, std::string> cells;  // integers as decimal text
  std::string text() const;                  // everything, for comparing
};

struct Checkpoint {
  std::string version;
  std::string checkpoint;
  std::string skip_count;         // "": absent
  std::string send_record_count;  // likewise
};

struct WindowStatus {
  std::optional<std::string> description_version;
  std::string table, stream, start_ms, end_ms;
  std::vector<std::string> shards;                // of the description
  std::map<std::string, Checkpoint> checkpoints;  // by shard
  std::optional<std::string> fence_state;
};

// All rows; none when there is no such table.
std::vector<StatusRow> read_status_rows(tablestore::Client& client, const std::string& table);
WindowStatus status_of_window(const std::vector<StatusRow>& rows, const std::string& stream,
                              int64_t end_ms);
// Rows of DataX's own kinds, as comparable texts.
std::vector<std::string> datax_rows(const std::vector<StatusRow>& rows);

}  // namespace otsstream::sim
