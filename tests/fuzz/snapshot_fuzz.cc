// Snapshots with any content behind right checksums, restored: the first byte tells whether the
// rest is a file as it is, or the contents of its blocks, each behind a byte for its kind and two
// for its length.

#include <unistd.h>

#include <cstdio>
#include <string>

#include "base/clock.h"
#include "local/tablestore/memory_storage.h"
#include "local/tablestore/snapshot_file.h"
#include "local/tablestore/table_store.h"

namespace {

std::string path() {
  static const std::string file = "/tmp/otsstream-snapshot-fuzz-" + std::to_string(getpid());
  return file;
}

void write_as_it_is(std::string_view bytes) {
  FILE* file = fopen(path().c_str(), "wb");
  if (!file) abort();
  fwrite(bytes.data(), 1, bytes.size(), file);
  fclose(file);
}

void write_blocks(std::string_view bytes) {
  auto writer = otsstream::local::SnapshotWriter::create(path());
  if (!writer) abort();
  while (bytes.size() >= 3) {
    const auto kind = static_cast<unsigned char>(bytes[0]);
    const size_t wanted =
        static_cast<unsigned char>(bytes[1]) * 256u + static_cast<unsigned char>(bytes[2]);
    bytes.remove_prefix(3);
    const std::string_view content = bytes.substr(0, wanted);
    bytes.remove_prefix(content.size());
    const std::string_view key = content.substr(0, kind / 3);
    const std::string_view value = content.substr(key.size());
    if (kind % 3 == 0)
      (void)writer->table(content);
    else if (kind % 3 == 1)
      (void)writer->row(key, value);
    else
      (void)writer->chunk(key, value);
  }
  (void)writer->finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0)
    write_as_it_is(bytes);
  else
    write_blocks(bytes);
  ManualClock clock(1'795'356'600'000'000);
  Random random(1);
  local::DataClock data_clock(clock, Duration(0));
  local::MemoryStorage storage(1 << 20);
  local::TableStore tables(storage, data_clock, random);
  const bool restored = tables.restore(path()).has_value();
  if (!restored && !tables.names().empty()) __builtin_trap();
  unlink(path().c_str());
  return 0;
}
