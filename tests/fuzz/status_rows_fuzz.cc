// Rows of the status table, which other programs write: the first byte chooses the kind, the rest
// is a PlainBuffer row.

#include "reader/fence_row.h"
#include "reader/status_rows.h"
#include "tablestore/wire/plain_buffer_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream;
  if (size == 0) return 0;
  tablestore::RowView view;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (!tablestore::read_single_row(bytes, view)) return 0;
  const tablestore::Row row = tablestore::to_row(view);
  switch (data[0] % 4) {
    case 0:
      (void)reader::read_checkpoint_row(row);
      break;
    case 1:
      (void)reader::read_job_description(row);
      break;
    case 2:
      (void)reader::read_shard_time_key(row);
      break;
    default:
      (void)reader::read_fence_row(row);
  }
  return 0;
}
