// What the local Tablestore keeps on disk: table and shard records, chunks of the log; the first
// byte chooses which.

#include "local/tablestore/log_chunk.h"
#include "local/tablestore/snapshot_file.h"
#include "local/tablestore/table_record.h"

namespace {

void open_chunk(std::string_view bytes) {
  using namespace otsstream::local;
  auto chunk = parse_chunk(log_key(1, 0), bytes);
  SegmentBuilder builder;
  if (chunk && builder.add(*chunk)) (void)builder.take();
}

void open_entries(std::string_view content) {
  std::string_view key, value;
  while (!content.empty() && otsstream::local::next_entry(content, key, value)) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream::local;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      if (auto record = parse_table_record(bytes)) {
        if (!parse_table_record(to_bytes(*record))) __builtin_trap();
      }
      break;
    case 1:
      if (auto record = parse_shard_record(1, bytes)) {
        if (!parse_shard_record(1, to_bytes(*record))) __builtin_trap();
      }
      break;
    case 2:
      open_chunk(bytes);
      break;
    default:
      open_entries(bytes);
  }
  return 0;
}
