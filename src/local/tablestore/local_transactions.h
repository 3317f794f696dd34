#pragma once
// The open local transactions of one table. A transaction holds the lock of one partition key (a
// value of the first key column) until it is committed, aborted or 60 seconds old; what it writes
// is visible to itself only. Codes and messages are those of the vendor's page "Use the local
// transaction feature".

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "local/tablestore/pending_writes.h"

namespace otsstream::local {

struct LocalTransaction {
  std::string partition;  // sort key of the first key column's value
  int64_t expires_us = 0;
  PendingWrites writes;
};

// The table whose name is in a transaction id; "" for a text that cannot be one.
std::string_view table_of_transaction(std::string_view transaction_id);

// Not synchronised: the table's lock guards it. Times are data time.
class LocalTransactions {
 public:
  // The new transaction's id. OTSRowOperationConflict while another one holds the partition key.
  Result<std::string> start(std::string_view table, std::string partition, int64_t now_us,
                            Random& random);
  // OTSSessionNotExist for an id that is unknown, ended or expired. Good until the next
  // call that is not const.
  Result<LocalTransaction*> find(std::string_view id, int64_t now_us);
  Result<const LocalTransaction*> find(std::string_view id, int64_t now_us) const;
  // Gives the partition key free.
  void end(std::string_view id);
  void clear();

  bool none() const { return by_id_.empty(); }
  // Whether a transaction other than `but_id` holds the partition key.
  bool holds(std::string_view partition, int64_t now_us, std::string_view but_id = {}) const;

 private:
  void forget_expired(int64_t now_us);

  std::map<std::string, LocalTransaction, std::less<>> by_id_;
  std::map<std::string, std::string, std::less<>> id_of_partition_;
  std::deque<std::string> by_age_;  // ids, oldest first; some have ended already
};

}  // namespace otsstream::local
