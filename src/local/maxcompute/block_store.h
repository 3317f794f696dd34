#pragma once
// Immutable runs of bytes by id: the Tunnel blocks, exactly as they were verified. In memory, or
// one file per block in a directory (docs/formats/block-store.md). Which blocks make up a partition
// is the catalogue's business.

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"

namespace otsstream::local {

// Thread-safe.
class BlockStore {
 public:
  // `directory` is created when missing; empty: in memory, at most `memory_cap` bytes (0: no
  // bound). `random` must outlive the store.
  static Result<std::unique_ptr<BlockStore>> open(std::string directory, Random& random,
                                                  size_t memory_cap = 0);

  // Keeps `bytes` under a fresh id. On disk the block is durable when this returns, and no reader
  // ever sees a part of it. Fails with kResource "Local-Store", "QuotaExceeded" beyond the cap.
  Result<std::string> put(SharedBuffer bytes);
  // Fails with kCorrupt "Local-Store" when the block is not there.
  Result<SharedBuffer> get(const std::string& id) const;

  // Forgets blocks; those that a reader may still want go when the last Reading ends.
  void remove(const std::vector<std::string>& ids);
  // At start: removes whatever a killed process left behind, that is, all but `ids`.
  Status keep_only(const std::set<std::string>& ids);
  size_t count() const;

  // While one of these lives, no block disappears: take it before the list of blocks is asked for.
  class Reading {
   public:
    explicit Reading(BlockStore& store);
    ~Reading();
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

   private:
    BlockStore& store_;
  };

 private:
  BlockStore(std::string directory, Random& random, size_t memory_cap)
      : directory_(std::move(directory)), random_(random), memory_cap_(memory_cap) {}
  std::string path(const std::string& id) const { return directory_ + "/" + id; }
  void erase_locked(const std::string& id);

  const std::string directory_;
  Random& random_;
  const size_t memory_cap_;
  mutable std::mutex mutex_;
  std::map<std::string, SharedBuffer> memory_;
  size_t memory_bytes_ = 0;
  std::vector<std::string> pending_;  // removed while somebody reads
  int readers_ = 0;
};

}  // namespace otsstream::local
