#pragma once
// One unit on its way: cursors -> shaper -> channel, all on one strand. transfer.cc starts as many
// of them as there are channels.

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "reader/shape.h"
#include "reader/shard_cursor.h"
#include "sync/transfer.h"

namespace otsstream::sync {

class UnitRun : public std::enable_shared_from_this<UnitRun> {
 public:
  using Done = std::function<void(Result<Manifest>)>;
  // `plan`, `unit` and what `context` points to must outlive the run. `first_slot`: progress slot
  // of the unit's first shard. `done` is called once, on the executor, when nothing of the unit is
  // in flight any more.
  UnitRun(const Plan& plan, const Unit& unit, const TransferContext& context, int first_slot,
          Done done);

  void start();
  // Ends the unit with `reason` as soon as its requests have come back.
  void stop(Error reason);
  // When the unit last got records or handed rows on (steady µs; a pause of the rate limit counts
  // as progress). Any thread.
  int64_t progressed_us() const { return progressed_us_.load(); }
  // The shard that the unit is at; for messages. Any thread.
  std::string current_shard() const;

 private:
  // A shard that is being read. The unit's first cursor feeds the channel; those behind it have
  // asked for their first page only.
  struct Active {
    Active(const reader::ShardPlan& shard, const reader::Settings& settings, int slot)
        : cursor(shard, settings.window, settings.table_group), slot(slot) {}
    reader::ShardCursor cursor;
    int slot;
    bool busy = false;                     // a lease or a page is on its way
    std::deque<ByteBudget::Lease> leases;  // one per waiting page
    std::optional<reader::ShardCursor::PageRequest>
        pending;  // asked for by the cursor, waiting for its lease
    size_t page_estimate = 0;
    uint64_t counted_bytes = 0;  // of result().bytes, already in the progress
  };

  void pump();
  void schedule_pump();
  void open_cursors();
  void ask(const std::shared_ptr<Active>& active, bool is_front);
  void wait_in_line(const std::shared_ptr<Active>& active, size_t bytes);
  void send(const std::shared_ptr<Active>& active, ByteBudget::Lease lease);
  void page_arrived(const std::shared_ptr<Active>& active, ByteBudget::Lease lease,
                    Result<tablestore::StreamPage> page);
  void pause(const std::shared_ptr<Active>& active);
  void seek_instead(const std::shared_ptr<Active>& active);
  bool write_batch(Active& front);
  bool destination_accepts();
  void finish_front();
  void finish_unit();
  void fail_unit(Error error);
  void leave_when_idle();

  const Plan& plan_;
  const Unit& unit_;
  const TransferContext context_;
  const int first_slot_;
  Done done_;
  Strand strand_;
  std::unique_ptr<reader::Shaper> shaper_;
  std::unique_ptr<writer::Channel> channel_;
  std::deque<std::shared_ptr<Active>> active_;
  size_t next_shard_ = 0;
  RowBatch batch_;
  Manifest manifest_;
  std::optional<Error> failure_;
  int in_flight_ = 0;  // requests, lease waits, the channel's finish
  bool pump_scheduled_ = false;
  bool held_ = false;  // waiting for the destination or the rate limit
  bool finishing_ = false;
  bool left_ = false;
  std::atomic<int64_t> progressed_us_;
  std::atomic<size_t> shards_done_{0};
  int64_t held_since_us_ = 0;
  int64_t starved_since_us_ = -1;  // -1: not waiting for a page
};

}  // namespace otsstream::sync
