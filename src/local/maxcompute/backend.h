#pragma once
// What the routes share: the stores, the clock, fresh ids.

#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/time_zone.h"
#include "local/maxcompute/block_store.h"
#include "local/maxcompute/catalog.h"

namespace otsstream::local {

struct Backend {
  std::string project;  // lower case
  const Clock& clock;
  Random& random;
  BlockStore& blocks;
  Catalog& catalog;

  int64_t now() const { return clock.wall_us() / 1'000'000; }
  // "20261122140314d24c2e32f3b24d2d", as the service's ids of sessions and instances look.
  std::string new_id() const {
    return format_time14(clock.wall_ms(), Zone::utc()) + random.hex(16);
  }
  // Lets go of blocks that nothing needs any more. Failure costs only space: the next call tries
  // again.
  void sweep() const {
    if (auto ids = catalog.take_unreferenced(now())) {
      blocks.remove(*ids);
    } else {
      OTS_LOG_WARN("local MaxCompute: {}", ids.error().headline());
    }
  }
};

}  // namespace otsstream::local
