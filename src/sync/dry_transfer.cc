#include "sync/dry_transfer.h"

#include <algorithm>

namespace otsstream::sync {

namespace {

constexpr size_t kBudget = 64u << 20;

}  // namespace

Result<std::vector<Manifest>> dry_transfer(Plan& plan, int channels, tablestore::Client& client,
                                           writer::Writer& writer, const RunContext& context) {
  plan.channels = std::max(1, channels);
  plan.units = make_units(plan.read.shards, plan.channels, 0);
  const auto budget =
      context.budget ? context.budget : ByteBudget::create(*context.executor, kBudget);
  DirtySink dirty({});
  TokenBucket unlimited_bytes(*context.clock, 0);
  TokenBucket unlimited_records(*context.clock, 0);
  Progress progress(*context.clock, plan.read.settings.window, shards_to_read(plan));
  const TransferContext transfer{&client,      &writer,          context.executor,
                                 budget.get(), &unlimited_bytes, &unlimited_records,
                                 &dirty,       &progress,        context.cancel};
  return transfer_all(plan, transfer);
}

}  // namespace otsstream::sync
