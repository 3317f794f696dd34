#include "sync/unit_run.h"

#include <algorithm>

#include "base/kill_point.h"
#include "base/log.h"
#include "reader/retention.h"
#include "record/accounting.h"

namespace otsstream::sync {

namespace {

constexpr size_t kBatchRows = 1024;
// Shards of a unit whose first page is asked for ahead of time, so that many idle shards cost less
// than one round trip each.
constexpr size_t kLookAhead = 4;
// The largest page to be expected: nothing is known yet of a shard that has not answered, and the
// job's memory is a promise.
constexpr size_t kFirstPageBytes = 4u << 20;
constexpr size_t kSmallestEstimate = 16u << 10;
constexpr Duration kLongestWaitForMemory = seconds(1);
// Before a shard is asked again whose last answer was empty although more may come.
constexpr Duration kEmptyPause = milliseconds(100);

}  // namespace

UnitRun::UnitRun(const Plan& plan, const Unit& unit, const TransferContext& context, int first_slot,
                 Done done)
    : plan_(plan),
      unit_(unit),
      context_(context),
      first_slot_(first_slot),
      done_(std::move(done)),
      strand_(*context.executor),
      shaper_(reader::make_shaper(plan.read.settings.shape, shape_table(plan))),
      batch_(plan.columns.size()),
      progressed_us_(context.executor->clock().steady_us()) {
  manifest_.unit = unit.number;
}

std::string UnitRun::current_shard() const {
  const size_t done = shards_done_.load();
  return done < unit_.shards.size() ? unit_.shards[done].shard.shard_id : std::string();
}

void UnitRun::start() {
  strand_.post([self = shared_from_this()] {
    if (self->failure_) return self->leave_when_idle();  // stopped before it began
    KILL_POINT("sync.transfer.before_unit");
    auto channel = self->context_.writer->open_channel(self->unit_.first_place, self->unit_.places);
    if (!channel) return self->fail_unit(channel.error());
    self->channel_ = std::move(*channel);
    self->pump();
  });
}

void UnitRun::stop(Error reason) {
  strand_.post([self = shared_from_this(), reason = std::move(reason)]() mutable {
    self->fail_unit(std::move(reason));
  });
}

void UnitRun::schedule_pump() {
  if (pump_scheduled_) return;
  pump_scheduled_ = true;
  strand_.post([self = shared_from_this()] {
    self->pump_scheduled_ = false;
    self->pump();
  });
}

void UnitRun::open_cursors() {
  // threadNum bounds the shards that all channels read at the same time.
  const int bound = plan_.read.settings.max_shards_at_once;
  const size_t ahead =
      bound > 0 ? std::clamp<size_t>(static_cast<size_t>(bound / plan_.channels), 1, kLookAhead)
                : kLookAhead;
  while (active_.size() < ahead && next_shard_ < unit_.shards.size()) {
    const int slot = first_slot_ + static_cast<int>(next_shard_);
    active_.push_back(
        std::make_shared<Active>(unit_.shards[next_shard_++], plan_.read.settings, slot));
  }
}

// One turn: requests go out first, then one batch is shaped and written. Turns are short, so that
// units share the workers fairly.
void UnitRun::pump() {
  if (left_ || finishing_) return;
  if (failure_) return leave_when_idle();
  if (Status go_on = context_.cancel->check(); !go_on) return fail_unit(go_on.error());

  open_cursors();
  for (size_t i = 0; i < active_.size(); ++i) {
    ask(active_[i], i == 0);
    if (failure_) return leave_when_idle();
  }
  if (active_.empty()) return finish_unit();
  if (held_) return;

  Active& front = *active_.front();
  if (front.cursor.has_waiting_records()) {
    if (write_batch(front)) schedule_pump();
    return;
  }
  if (front.cursor.finished()) {
    finish_front();
    return schedule_pump();
  }
  if (starved_since_us_ < 0) starved_since_us_ = context_.executor->clock().steady_us();
}

// The first cursor waits for its memory in line, unless its own unit holds some ahead of it; all
// others, and all prefetching, take memory only while plenty is left. So whoever holds memory goes
// on.
void UnitRun::ask(const std::shared_ptr<Active>& active, bool is_front) {
  if (active->busy) return;
  if (!active->pending) {
    if (!is_front && active->cursor.waiting_pages() > 0) return;
    active->pending = active->cursor.next_request();
    if (!active->pending) return;
  }
  const size_t estimate = active->page_estimate != 0 ? active->page_estimate : kFirstPageBytes;
  const size_t bytes = std::clamp(estimate, kSmallestEstimate,
                                  std::max(kSmallestEstimate, context_.budget->capacity() / 4));
  const bool must_progress = is_front && active->cursor.waiting_pages() == 0;
  if (!must_progress) {
    if (context_.budget->in_use() + bytes > context_.budget->capacity() * 3 / 4) return;
    ByteBudget::Lease lease = context_.budget->try_acquire(bytes);
    if (lease.bytes() == 0) return;
    active->busy = true;
    return send(active, std::move(lease));
  }
  active->busy = true;
  wait_in_line(active, bytes);
}

// Somebody else usually goes on and gives memory back. But what lies ahead of shards that wait like
// this one, and blocks that have grown because places run short, come back only when the first
// shard of some unit goes on: so none of them waits for ever.
void UnitRun::wait_in_line(const std::shared_ptr<Active>& active, size_t bytes) {
  // False as soon as the line or the patience came to its end, and so before the unit leaves: the
  // timer touches nothing then.
  auto in_line = std::make_shared<std::atomic<bool>>(true);
  ++in_flight_;
  context_.budget->acquire(bytes,
                           [self = shared_from_this(), active, in_line](ByteBudget::Lease lease) {
                             auto shared = std::make_shared<ByteBudget::Lease>(std::move(lease));
                             self->strand_.post([self, active, in_line, shared] {
                               --self->in_flight_;
                               const bool is_wanted = in_line->exchange(false);
                               if (self->failure_ || !is_wanted) return self->leave_when_idle();
                               self->send(active, std::move(*shared));
                             });
                           });
  // The timer keeps nothing alive: most of them find that the line was short.
  context_.executor->post_after(
      kLongestWaitForMemory,
      [weak_self = weak_from_this(), weak_active = std::weak_ptr<Active>(active), bytes, in_line] {
        if (!in_line->load()) return;
        auto self = weak_self.lock();
        auto waiting = weak_active.lock();
        if (!self || !waiting) return;
        self->strand_.post([self, waiting, bytes, in_line] {
          if (self->failure_ || self->left_ || !in_line->exchange(false)) return;
          self->send(waiting, self->context_.budget->overdraw(bytes));
        });
      });
}

void UnitRun::send(const std::shared_ptr<Active>& active, ByteBudget::Lease lease) {
  reader::ShardCursor::PageRequest request = std::move(*active->pending);
  active->pending.reset();
  ++in_flight_;
  auto shared = std::make_shared<ByteBudget::Lease>(std::move(lease));
  context_.client->get_stream_record_async(
      std::move(request.iterator), request.limit,
      [self = shared_from_this(), active, shared](Result<tablestore::StreamPage> page) {
        auto held = std::make_shared<Result<tablestore::StreamPage>>(std::move(page));
        self->strand_.post([self, active, shared, held] {
          --self->in_flight_;
          self->page_arrived(active, std::move(*shared), std::move(*held));
        });
      },
      plan_.read.settings.table_of_reads());
}

void UnitRun::page_arrived(const std::shared_ptr<Active>& active, ByteBudget::Lease lease,
                           Result<tablestore::StreamPage> page) {
  active->busy = false;
  if (failure_ || left_) return leave_when_idle();
  if (active->cursor.finished()) return leave_when_idle();  // asked ahead, and not needed any more
  if (!page && !active->cursor.needs_answer()) {
    active->cursor.forget_request();
    return pump();
  }
  if (!page && reader::is_trimmed(page.error())) return seek_instead(active);
  if (!page) {
    return fail_unit(
        wrap_error(page.error(), "reading shard " + active->cursor.result().shard_id + " failed"));
  }
  const size_t size = page->body().size();
  lease.resize(std::max(size, kSmallestEstimate));
  // An empty page says nothing about the size of one that is not.
  if (page->record_count() > 0) active->page_estimate = size + size / 4;
  context_.progress->add_read_bytes(size);
  if (page->record_count() > 0) progressed_us_ = context_.executor->clock().steady_us();
  const size_t before = active->cursor.waiting_pages();
  if (Status taken = active->cursor.receive(std::move(*page)); !taken)
    return fail_unit(taken.error());
  if (active->cursor.waiting_pages() > before) active->leases.push_back(std::move(lease));
  if (active == active_.front() && starved_since_us_ >= 0) {
    context_.progress->add_wait_reader(context_.executor->clock().steady_us() - starved_since_us_);
    starved_since_us_ = -1;
  }
  if (active->cursor.wants_pause()) pause(active);
  pump();
}

// The position is no longer held: what it stood for may still be.
void UnitRun::seek_instead(const std::shared_ptr<Active>& active) {
  const reader::ReadPlan& read = plan_.read;
  const std::string& shard_id = active->cursor.result().shard_id;
  auto seek = active->cursor.seek_instead();
  if (!seek) return fail_unit(seek.error());
  std::optional<reader::Gap> gap;
  if (seek->unread_from_ms) {
    const int64_t horizon =
        reader::horizon_ms(reader::server_now_ms(*context_.client), read.expiration_hours);
    gap = reader::gap_since(shard_id, *seek->unread_from_ms, horizon, read.settings.window);
  }
  if (gap && read.settings.on_gap == reader::OnGap::kFail)
    return fail_unit(reader::data_gone({*gap}, read.settings.zone));
  OTS_LOG_WARN("shard {}: its position is no longer held; it is found again by time{}", shard_id,
               gap ? ", what lies before is lost: " + to_string(*gap, read.settings.zone) : "");
  if (gap) active->cursor.note_gap(std::move(*gap));
  active->busy = true;
  ++in_flight_;
  context_.client->get_shard_iterator_async(
      read.stream_id, shard_id, seek->time_us,
      [self = shared_from_this(), active](Result<std::string> position) {
        self->strand_.post([self, active, position = std::move(position)]() mutable {
          --self->in_flight_;
          active->busy = false;
          if (self->failure_ || self->left_) return self->leave_when_idle();
          // The shard itself is gone: closed, and all of it older than the window.
          if (!position && reader::is_trimmed(position.error())) position = std::string();
          if (!position) {
            return self->fail_unit(wrap_error(
                position.error(), "the position in shard " + active->cursor.result().shard_id +
                                      " cannot be found again"));
          }
          if (Status taken = active->cursor.reposition(std::move(*position)); !taken)
            return self->fail_unit(taken.error());
          self->pump();
        });
      });
}

void UnitRun::pause(const std::shared_ptr<Active>& active) {
  active->busy = true;
  ++in_flight_;
  context_.executor->post_after(kEmptyPause, [self = shared_from_this(), active] {
    self->strand_.post([self, active] {
      --self->in_flight_;
      active->busy = false;
      self->pump();
    });
  });
}

// False when the unit has to wait (and will be woken) or has failed.
bool UnitRun::write_batch(Active& front) {
  batch_.clear();
  const int64_t records_before = front.cursor.result().records;
  if (Status shaped = front.cursor.shape(*shaper_, batch_, kBatchRows); !shaped) {
    fail_unit(shaped.error());
    return false;
  }
  while (front.leases.size() > front.cursor.waiting_pages()) front.leases.pop_front();
  context_.progress->shard_position(front.slot, front.cursor.position_ms());
  if (batch_.empty()) return true;

  uint64_t row_bytes = 0;
  for (size_t i = 0; i < batch_.rows(); ++i) row_bytes += byte_size(batch_.row(i));
  if (Status written = channel_->write(batch_); !written) {
    // The dirty limit concerns the job, not this shard: its own words stand first.
    const bool own_words = written.error().kind == ErrorKind::kDirtyLimit;
    fail_unit(own_words
                  ? written.error()
                  : wrap_error(written.error(), "writing the rows of shard " +
                                                    front.cursor.result().shard_id + " failed"));
    return false;
  }
  context_.progress->add_rows(front.cursor.result().records - records_before,
                              static_cast<int64_t>(batch_.rows()), row_bytes);
  if (Status dirty = context_.dirty->check(context_.progress->rows()); !dirty) {
    fail_unit(dirty.error());
    return false;
  }

  held_since_us_ = context_.executor->clock().steady_us();
  progressed_us_ = held_since_us_;
  const Duration pause = std::max(context_.byte_rate->take(static_cast<double>(row_bytes)),
                                  context_.record_rate->take(static_cast<double>(batch_.rows())));
  if (pause.count() > 0) {
    held_ = true;
    progressed_us_ = held_since_us_ + pause.count();
    context_.executor->post_after(pause, [self = shared_from_this()] {
      self->strand_.post([self] {
        if (self->failure_ || self->left_) return;
        self->held_ = false;
        if (self->destination_accepts()) self->pump();
      });
    });
    return false;
  }
  return destination_accepts();
}

// False: the unit is held until the destination says that it takes more.
bool UnitRun::destination_accepts() {
  held_since_us_ = context_.executor->clock().steady_us();
  held_ = !channel_->accepts_more([self = shared_from_this()] {
    self->strand_.post([self] {
      // The job's own objects may be gone once the unit has left.
      if (self->failure_ || self->left_) return;
      self->held_ = false;
      self->context_.progress->add_wait_writer(self->context_.executor->clock().steady_us() -
                                               self->held_since_us_);
      self->pump();
    });
  });
  return !held_;
}

void UnitRun::finish_front() {
  Active& front = *active_.front();
  manifest_.shards.push_back(front.cursor.result());
  context_.progress->shard_done(front.slot);
  active_.pop_front();
  ++shards_done_;
  progressed_us_ = context_.executor->clock().steady_us();
}

void UnitRun::finish_unit() {
  finishing_ = true;
  ++in_flight_;
  channel_->finish([self = shared_from_this()](Result<writer::ChannelResult> result) {
    auto held = std::make_shared<Result<writer::ChannelResult>>(std::move(result));
    self->strand_.post([self, held] {
      --self->in_flight_;
      if (!*held) return self->fail_unit(held->error());
      KILL_POINT("sync.transfer.after_unit");
      self->manifest_.channel = std::move(**held);
      self->leave_when_idle();
    });
  });
}

void UnitRun::fail_unit(Error error) {
  if (!failure_ && !left_) failure_ = std::move(error);
  leave_when_idle();
}

// Reports once, when no callback of the unit is under way any more.
void UnitRun::leave_when_idle() {
  if (left_ || in_flight_ > 0) return;
  if (!failure_ && !finishing_) return;
  left_ = true;
  active_.clear();
  channel_.reset();
  if (failure_) {
    done_(fail(std::move(*failure_)));
  } else {
    done_(std::move(manifest_));
  }
}

}  // namespace otsstream::sync
