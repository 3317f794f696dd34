#pragma once
// How large the blocks of a unit become: a pure function of settings and plan, so that a unit that
// is transferred again is cut the same way.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace otsstream::writer {

struct BlockSizes {
  size_t first = 0;       // target of a unit's first blocks, encoded bytes
  size_t largest = 0;     // what a unit that runs short of staging places may grow to
  size_t lease = 0;       // of the budget, per channel: one block filling, one in flight
  bool cut_down = false;  // the wanted size is more than the budget carries
};

// Writers may hold half of the budget; the readers' pages live in the other half. A channel needs
// two blocks.
inline BlockSizes block_sizes(std::optional<int64_t> wanted_mb, int channels, size_t budget_bytes) {
  constexpr size_t kSmallest = 256u << 10;
  constexpr size_t kLargest = 64u << 20;
  const size_t per_channel = budget_bytes / 2 / static_cast<size_t>(std::max(channels, 1));
  const size_t carried = std::max(per_channel / 2, kSmallest);
  BlockSizes sizes;
  sizes.first = std::min(carried, kLargest);
  if (wanted_mb) {
    const size_t wanted = static_cast<size_t>(*wanted_mb) << 20;
    sizes.first = std::min(wanted, carried);
    sizes.cut_down = wanted > carried;
  }
  sizes.largest = std::max(sizes.first, std::min(kLargest, budget_bytes / 4));
  // Never more than its share: readers must always be able to go on.
  sizes.lease = std::min(2 * sizes.first, per_channel);
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

  const int first_place_;
  const int places_;
  int used_ = 0;
  int grow_at_;
  size_t target_;
  const size_t largest_;
};

}  // namespace otsstream::writer
