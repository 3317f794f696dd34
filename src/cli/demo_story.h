#pragma once
// What the demo writes into its table: about a thousand operations of every kind, spread over some
// minutes of data time, with a partition split in their middle.

#include <string>

#include "base/result.h"
#include "local/data_clock.h"
#include "tablestore/client/client.h"

namespace otsstream::cli {

struct StoryCounts {
  int put = 0, update = 0, delete_version = 0, delete_column = 0, delete_row = 0, batch = 0;
  int operations() const {
    return put + update + delete_version + delete_column + delete_row + batch;
  }
};

inline constexpr const char* kDemoTable = "person";

// Primary key `id` STRING, Stream kept for 24 hours.
Status create_demo_table(tablestore::Client& client);
// `split` is called once, half-way.
Result<StoryCounts> write_first_chapter(tablestore::Client& client, local::DataClock& data_clock,
                                        const std::function<Status()>& split);
Result<StoryCounts> write_second_chapter(tablestore::Client& client, local::DataClock& data_clock);

}  // namespace otsstream::cli
