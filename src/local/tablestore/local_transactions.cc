#include "local/tablestore/local_transactions.h"

#include <fmt/format.h>

#include <utility>

#include "local/tablestore/rejection.h"
#include "tablestore/wire/limits.h"

namespace otsstream::local {

std::string_view table_of_transaction(std::string_view transaction_id) {
  size_t end = transaction_id.rfind('_');  // a UUID has none
  return end == std::string_view::npos ? std::string_view() : transaction_id.substr(0, end);
}

Result<std::string> LocalTransactions::start(std::string_view table, std::string partition,
                                             int64_t now_us, Random& random) {
  forget_expired(now_us);
  if (holds(partition, now_us))
    return reject("OTSRowOperationConflict", "Data is being modified by the other request.");
  std::string id = fmt::format("{}_{}", table, random.uuid());
  id_of_partition_.insert_or_assign(partition, id);
  by_age_.push_back(id);
  by_id_.emplace(
      id, LocalTransaction{std::move(partition), now_us + tablestore::kTransactionLifeUs, {}});
  return id;
}

Result<const LocalTransaction*> LocalTransactions::find(std::string_view id, int64_t now_us) const {
  auto found = by_id_.find(id);
  if (found == by_id_.end() || found->second.expires_us <= now_us)
    return reject_missing_transaction();
  return &found->second;
}

Result<LocalTransaction*> LocalTransactions::find(std::string_view id, int64_t now_us) {
  OTS_TRY(const LocalTransaction* found, std::as_const(*this).find(id, now_us));
  return const_cast<LocalTransaction*>(found);
}

void LocalTransactions::end(std::string_view id) {
  auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  auto held = id_of_partition_.find(found->second.partition);
  if (held != id_of_partition_.end() && held->second == id) id_of_partition_.erase(held);
  by_id_.erase(found);
}

void LocalTransactions::clear() { *this = {}; }

bool LocalTransactions::holds(std::string_view partition, int64_t now_us,
                              std::string_view but_id) const {
  auto held = id_of_partition_.find(partition);
  return held != id_of_partition_.end() && held->second != but_id &&
         by_id_.find(held->second)->second.expires_us > now_us;
}

void LocalTransactions::forget_expired(int64_t now_us) {
  while (!by_age_.empty()) {
    auto oldest = by_id_.find(by_age_.front());
    if (oldest != by_id_.end() && oldest->second.expires_us > now_us) return;
    end(by_age_.front());
    by_age_.pop_front();
  }
}

}  // namespace otsstream::local
