#pragma once
// Everything that both local services hold, as bytes: for tests of what must not write.

#include <memory>
#include <string>

#include "support/program.h"
#include "support/world.h"

namespace otsstream::test {

// Puts the world's MaxCompute on disk; to be made before its tables are.
class StoredBytes {
 public:
  explicit StoredBytes(World& world);
  // A snapshot of the Tablestore, then every file of the MaxCompute with its name: catalogue (with
  // its upload sessions) and blocks.
  std::string look() const;

 private:
  World& world_;
  TempFolder folder_;
};

}  // namespace otsstream::test
