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
#include "local/tablestore/storage.h"
#include "local/tablestore/stored_table.h"
#include "tablestore/wire/types.h"

namespace otsstream::local {

// Thread-safe. Errors carry the service's code ("OTSObjectNotExist", ...).
class TableStore {
 public:
  // All references must outlive the store and its tables.
  TableStore(Storage& storage, DataClock& clock, Random& random)
      : storage_(storage), clock_(clock), random_(random) {}

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

 private:
  Storage& storage_;
  DataClock& clock_;
  Random& random_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::shared_ptr<StoredTable>, std::less<>> tables_;
  SpaceId next_space_ = 1;
};

}  // namespace otsstream::local
