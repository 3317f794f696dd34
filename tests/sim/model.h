#pragma once
// The oracle: every write that the server acknowledged, and what a column-mode export of a window
// must therefore hold (otsstream-reader.md 5, 7.1, 7.3). Plain C++; nothing of the product in it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace otsstream::sim {

struct CellChange {
  enum class Kind { kSet, kDeleteOneVersion, kDeleteAllVersions };
  enum class Type { kString, kInteger, kDouble, kBoolean };
  Kind kind = Kind::kSet;
  std::string column;
  std::optional<int64_t> version_ms;  // kSet without one: the server's time
  Type type = Type::kString;
  std::string value;  // as a STRING column of the destination shows it
};

struct RowChange {
  enum class Kind { kPut, kUpdate, kDelete };
  Kind kind = Kind::kPut;
  std::string key;
  std::vector<CellChange> cells;  // in the order in which they are sent
};

// One row of the destination.
struct LandedRow {
  std::string key;
  std::string text;  // "id|colname|version|colvalue|optype|sequenceinfo", null as "NULL"
  int64_t commit_us = 0;
};

class Model {
 public:
  // The Stream begins anew; one root shard per partition, in key order.
  void stream_on(const std::vector<std::string>& shards);
  void stream_off();
  bool is_stream_on() const { return stream_on_; }
  int streams() const { return streams_; }

  // The partition of `key` splits there. `left` and `right` are empty while the Stream is off.
  void split(const std::string& key, const std::string& left, const std::string& right);
  // The partitions of these two shards unite.
  void merge(const std::string& parent, const std::string& sibling, const std::string& child);
  // Shards of the partitions now, in key order.
  std::vector<std::string> open_shards() const;
  bool has_partition_from(const std::string& key) const { return shard_from_.contains(key); }

  // The server has committed `changes` as one group at this time.
  void acknowledged(const std::vector<RowChange>& changes, int64_t commit_us);
  // What is older than this is no longer retained.
  void expired(int64_t until_us);

  // Rows of [start, end) of the Stream that is on now, in commit order.
  std::vector<LandedRow> window(int64_t start_ms, int64_t end_ms) const;
  // Stream records of the same window by shard.
  std::map<std::string, int64_t> records_by_shard(int64_t start_ms, int64_t end_ms) const;
  // Whether the window had changes that nobody can read any more: expired, or of an older Stream.
  bool has_lost(int64_t start_ms, int64_t end_ms) const;
  size_t writes() const { return log_.size(); }

 private:
  struct Logged {
    RowChange change;
    int64_t commit_us = 0;
    int row_index = 0;
    int stream = 0;
    std::string shard;
    bool lost = false;
  };
  bool in_window(const Logged& logged, int64_t start_ms, int64_t end_ms) const;

  std::vector<Logged> log_;
  std::map<std::string, std::string> shard_from_{
      {"", ""}};  // first key of a partition -> its shard
  bool stream_on_ = false;
  int streams_ = 0;
};

}  // namespace otsstream::sim
