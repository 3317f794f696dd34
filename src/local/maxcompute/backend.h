#pragma once
// What the routes share: the stores, the clock, fresh ids.

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/time_zone.h"
#include "local/maxcompute/block_store.h"
#include "local/maxcompute/catalog.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

// Every project of a server by its name in lower case. They share one BlockStore.
using Catalogs = std::map<std::string, std::unique_ptr<Catalog>, std::less<>>;

// One project for the time of one request.
struct Backend {
  std::string project;  // lower case
  const Clock& clock;
  Random& random;
  BlockStore& blocks;
  Catalog& catalog;  // of `project`
  const Catalogs& catalogs;

  int64_t now() const { return clock.wall_us() / 1'000'000; }
  // "20261122140314d24c2e32f3b24d2d", as the service's ids of sessions and instances look.
  std::string new_id() const {
    return format_time14(clock.wall_ms(), Zone::utc()) + random.hex(16);
  }
  // The catalogue of the project that a statement names ("p.t"). Fails with kNotFound
  // "NoSuchProject".
  Result<Catalog*> catalog_of(std::string_view name) const {
    auto found = catalogs.find(maxcompute::ascii::lower(name));
    if (found != catalogs.end()) return found->second.get();
    return fail(ErrorKind::kNotFound, "NoSuchProject",
                "ODPS-0420111: Project not found - '" + std::string(name) + "'");
  }
  // Every table of every project: what a statement may name. The caller holds a Reading.
  Result<std::vector<LandedSnapshot>> snapshots() const {
    std::vector<LandedSnapshot> all;
    for (const auto& [name, other] : catalogs) {
      OTS_TRY(auto tables, other->snapshot());
      std::move(tables.begin(), tables.end(), std::back_inserter(all));
    }
    return all;
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
