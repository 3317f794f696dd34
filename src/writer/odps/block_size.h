#pragma once
// How large the blocks of a unit become: a pure function of settings and plan, so that a unit that
// is transferred again is cut the same way.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace otsstream::writer {

struct BlockSizes {
  size_t first = 0;    // target of a unit's first blocks, encoded bytes
  size_t largest = 0;  // what a unit that runs short of staging places may grow to
  size_t lease = 0;    // of the budget, per channel: its block buffers
  size_t budget = 0;   // what the job's memory must have in all: more than it has when raised
  int buffers = 2;     // blocks that a channel holds at the same time
};

// Writers may hold half of the budget; the readers' pages live in the other half. A channel has one
// block that is filled and one that is sent, and, when blocks are compressed, the sent one twice.
// A wanted size that this half does not carry raises the budget instead of being cut down.
inline BlockSizes block_sizes(std::optional<int64_t> wanted_mb, int channels, size_t budget_bytes,
                              bool compressed = false) {
  constexpr size_t kSmallest = 256u << 10;
  constexpr size_t kLargest = 64u << 20;
  const size_t sharers = static_cast<size_t>(std::max(channels, 1));
  const size_t per_channel = budget_bytes / 2 / sharers;
  BlockSizes sizes;
  sizes.buffers = compressed ? 3 : 2;
  const size_t buffers = static_cast<size_t>(sizes.buffers);
  const size_t carried = std::max(per_channel / buffers, kSmallest);
  sizes.first = wanted_mb ? static_cast<size_t>(*wanted_mb) << 20 : std::min(carried, kLargest);
  sizes.budget = budget_bytes;
  sizes.lease = std::min(buffers * sizes.first, per_channel);
  if (sizes.first > carried) {
    sizes.lease = buffers * sizes.first;
    sizes.budget = budget_bytes / 2 + sharers * sizes.lease;
  }
  sizes.largest = std::max(sizes.first, std::min(kLargest, budget_bytes / 4));
  return sizes;
}

// The places of one unit as they are used up. Each time half of what is left is gone, blocks become
// twice as large.
class BlockCutter {
 public:
  BlockCutter(BlockSizes sizes, int first_place, int places)
      : first_place_(first_place),
        places_(places),
        grow_at_(half_of(places)),
        target_(sizes.first),
        largest_(sizes.largest) {}

  size_t target() const { return target_; }
  int next_place() const { return first_place_ + used_; }
  bool exhausted() const { return used_ >= places_; }
  int places() const { return places_; }
  // Takes next_place().
  void advance() {
    if (++used_ < grow_at_) return;
    target_ = std::min(target_ * 2, largest_);
    grow_at_ = used_ + half_of(places_ - used_);
  }

 private:
  static int half_of(int places) { return std::max(1, (places + 1) / 2); }

  int first_place_;
  int places_;
  int used_ = 0;
  int grow_at_;
  size_t target_;
  size_t largest_;
};

}  // namespace otsstream::writer
