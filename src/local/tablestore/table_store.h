#pragma once
// The tables of one instance: names, schemas, options, Streams. What happens inside a table is
// stored_table.h.

#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "local/data_clock.h"
#include "local/tablestore/log_cache.h"
#include "local/tablestore/storage.h"
#include "local/tablestore/stored_table.h"
#include "tablestore/wire/types.h"

namespace otsstream::local {

class SnapshotReader;

// Thread-safe. Errors carry the service's code ("OTSObjectNotExist", ...), or the storage's.
class TableStore {
 public:
  // All references must outlive the store and its tables.
  TableStore(Storage& storage, DataClock& clock, Random& random, LimitRules limits = LimitRules())
      : services_{storage, log_cache_, clock, random, limits} {}

  // What requests to these tables are held to.
  const LimitRules& limits() const { return services_.limits; }

  // What the storage has; before everything else. Data time goes on behind the last commit.
  Status load();

  // OTSObjectAlreadyExist, OTSParameterInvalid, OTSInvalidPK, OTSQuotaExhausted.
  Status create(TableDefinition definition);
  // OTSObjectNotExist. Calls that already hold the table end on it; its rows and log are gone.
  Status remove(std::string_view name);
  // OTSObjectNotExist.
  Result<std::shared_ptr<StoredTable>> find(std::string_view name) const;
  std::vector<std::string> names() const;
  // The table whose Stream has this id now; OTSObjectNotExist when the id is unknown or its Stream
  // was switched off.
  Result<std::shared_ptr<StoredTable>> find_stream(std::string_view stream_id) const;
  // Tables, in name order.
  std::vector<std::shared_ptr<StoredTable>> tables() const;

  // All tables as of one moment into a file, in place of what it held
  // (docs/formats/local-tablestore-store.md). Fails as files do.
  Status snapshot(const std::string& path) const;
  // A snapshot's tables, Streams and positions in place of everything that is here; iterators of
  // then are good again. Fails with "Snapshot-Foreign", "Snapshot-Version" or "Snapshot-Damaged",
  // or as files and the storage do (OTSQuotaExhausted: old and new content must find room side by
  // side), and has then changed nothing.
  Status restore(const std::string& path);
  // No tables.
  Status reset();

  // See Storage.
  Status make_durable() { return services_.storage.make_durable(); }

 private:
  using Tables = std::map<std::string, std::shared_ptr<StoredTable>, std::less<>>;
  struct Restoring;
  Status load_table(SpaceId space, std::string_view record);
  Status drop_unfinished();
  Status read_snapshot(SnapshotReader& reader, Restoring& restoring);
  Status begin_restored(std::string_view content, Restoring& restoring);
  Status finish_restored(Restoring& restoring);
  Status restore_chunks(std::string_view content, Restoring& restoring);
  Status give_up(Restoring& restoring);
  // `tables` in place of what is here, which goes in the same batch.
  Status replace_all(Tables tables, StorageBatch batch);
  void put_next_space(StorageBatch& batch) const;

  LogCache log_cache_;
  const TableServices services_;
  mutable std::shared_mutex mutex_;
  Tables tables_;
  SpaceId next_space_ = 1;
};

}  // namespace otsstream::local
