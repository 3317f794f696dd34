#pragma once
// A look at some pages of a planned window: how much there is to read, and which columns have
// values. An estimate, unless the pages were all there is.

#include <set>
#include <string>
#include <vector>

#include "sync/plan.h"
#include "tablestore/client/client.h"

namespace otsstream::sync {

struct Sample {
  int shards = 0;  // looked at
  int shards_to_read = 0;
  int pages = 0;
  bool is_whole = true;  // the pages hold the whole window
  int64_t records_seen = 0;
  int64_t rows_seen = 0;
  // Of the whole window.
  double records = 0;
  double rows = 0;
  double bytes = 0;
  double read_units = 0;
  std::vector<std::string> empty_columns;  // output columns without any value in the rows seen
  std::set<std::string> attributes_seen;   // of the records seen
};

// Reads at most four pages of each of at most 16 shards. Coordinator thread only.
Result<Sample> take_sample(tablestore::Client& client, const Plan& plan);

}  // namespace otsstream::sync
