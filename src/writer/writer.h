#pragma once
// What sync/ asks of a destination. A Writer serves one attempt of one job: check -> begin ->
// channels -> commit (or abort). It knows no reader.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_budget.h"
#include "base/cancel.h"
#include "base/executor.h"
#include "record/dirty.h"
#include "record/row_batch.h"

namespace otsstream::writer {

// A column that will arrive: for checks and messages; mapping is by position.
struct InputColumn {
  std::string name;
  ValueType type = ValueType::kString;  // kNull when it varies (colValue)
};

// A piece of the staging that becomes visible by itself, and wholly: all rows of a job, or those of
// one partition when the rows choose theirs.
struct StagedPart {
  // The writer's own name for it, enough for another process to settle or commit it:
  // "odps:<session id>".
  std::string staging;
  std::string target;       // "pt=20171019" when a job has several; else empty
  std::vector<int> places;  // ascending; may be empty
};

// What came of one channel: what commit needs to know and what the report shows. JSON both ways in
// sync/unit.
struct ChannelResult {
  std::vector<StagedPart> parts;  // with the places that this channel used; by target
  int64_t rows = 0;               // landed
  int64_t dirty = 0;
  uint64_t bytes = 0;     // as encoded for the destination
  uint32_t checksum = 0;  // CRC-32C over the encoded blocks, in order
};

// One unit's way into the staging. Its calls come one at a time (the caller's strand).
class Channel {
 public:
  virtual ~Channel() = default;
  // Consumes `batch` before it returns (the caller reuses it). Fails on what ends the unit: dirty
  // limit, a column count that does not fit, staging places used up, an upload that failed for
  // good.
  virtual Status write(const RowBatch& batch) = 0;
  // False: hold the next batch back until `ready` is called, once, on the executor. This is how a
  // slow destination slows the reader down.
  virtual bool accepts_more(std::function<void()> ready) = 0;
  // Flushes and waits for what is in flight; `done` once, on the executor. No write() afterwards.
  virtual void finish(std::function<void(Result<ChannelResult>)> done) = 0;
};

// The state of a destination after an unknown outcome, asked from the destination itself.
// kPartly: some parts are visible, others are not, and a fresh run would double the former.
enum class Settled { kNotCommitted, kCommitted, kPartly, kUnknown };

// The code of an error that says: the staging was lost before anything of it became visible (an
// upload session has expired). A fresh attempt may succeed.
inline constexpr const char* kStagingGone = "Writer-StagingGone";

// Asked between the steps of a long commit; an error ends it (the fence was lost).
using KeepAlive = std::function<Status()>;

class Writer {
 public:
  virtual ~Writer() = default;

  // plan: reads only. Is everything there, does it fit? Adds warnings (for example the missing
  // sixth column).
  virtual Status check(const std::vector<InputColumn>& input,
                       std::vector<std::string>& warnings) = 0;
  // "odps demo.person/pt=20171019", for reports and messages.
  virtual std::string describe() const = 0;
  // The destination as JSON text for the plan.
  virtual std::string plan_json() const = 0;
  // How many staging places a unit can be given in all (block ids); 0 = unlimited.
  virtual int staging_places() const = 0;
  // True: rows land in the order of the staging places, however units run. False: the order of
  // arrival counts, so units whose shards descend from another unit's wait for it.
  virtual bool ordered_by_place() const = 0;

  // begin: the window is ours; opens the staging. The text names it for the fence row and for those
  // who look at it.
  virtual Result<std::string> begin() = 0;
  // One unit's channel with staging places [first_place, first_place + places) in every part.
  virtual Result<std::unique_ptr<Channel>> open_channel(int first_place, int places) = 0;
  // All units are in: what commit() is to make visible, asked from the destination once more. Fails
  // with kStagingGone when it is not there whole.
  virtual Result<std::vector<StagedPart>> prepare(const std::vector<const ChannelResult*>& results,
                                                  const KeepAlive& keep_alive = {}) = 0;
  // Makes exactly the places of each part visible, one part after the other, each at once. Parts
  // that are visible already are passed over, so any process may go on after a crash.
  virtual Status commit(const std::vector<StagedPart>& parts, const KeepAlive& keep_alive) = 0;
  // What became of these parts, when nobody knows whether they were committed.
  virtual Result<Settled> settle(const std::vector<StagedPart>& parts) = 0;
  // What follows the commit and may be done twice (statements of the job). The rows have landed
  // whatever comes of it.
  virtual Status after_commit(const KeepAlive& keep_alive) {
    (void)keep_alive;
    return {};
  }
  // Gives back what begin took; never fails the job. begin() may follow.
  virtual void abort() = 0;
  // How long a staging lasts from begin on, when its destination bounds it.
  virtual std::optional<Duration> staging_life() const { return std::nullopt; }
  // What a reader of the report should know of begin, transfer and commit.
  virtual std::vector<std::string> remarks() const { return {}; }
  // Requests that were sent again so far.
  virtual uint64_t retries() const = 0;
};

// What every writer gets from the job.
struct WriterContext {
  Executor* executor = nullptr;
  ByteBudget* budget = nullptr;
  DirtySink* dirty = nullptr;
  const CancelToken* cancel = nullptr;
  int channels = 1;  // units that run at the same time
  size_t budget_bytes = 64u << 20;
};

}  // namespace otsstream::writer
