#pragma once
// What a person sees: one live line, plain lines, tables. The only file that knows about ANSI.

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "sync/progress.h"

namespace otsstream::cli {

// Progress of a run on a stream (stderr): a line that rewrites itself on a terminal, else a line
// every few seconds.
class ProgressDisplay {
 public:
  ProgressDisplay(std::FILE* stream, bool quiet);
  void show(const sync::Snapshot& snapshot);
  // Leaves the cursor on a fresh line.
  void finish();
  bool is_live() const { return live_; }

 private:
  std::FILE* stream_;
  bool quiet_;
  bool live_;
  bool line_open_ = false;
  int64_t last_plain_us_ = -1;
};

// "63 % | 12345 rows | 4567 rows/s | 1.23 MB/s | shards 3/7 | retries 0 | ETA 12 s"
std::string live_text(const sync::Snapshot& snapshot);

// Columns as wide as their widest cell (in characters), cells longer than `max_width` cut with "…".
std::string format_table(const std::vector<std::string>& header,
                         const std::vector<std::vector<std::string>>& rows, size_t max_width = 48);

// Characters that fit beside each other on the terminal behind `stream`; 0: it is none.
size_t terminal_width(std::FILE* stream);

// A table that is no wider than `width` as far as its columns can be made narrower, the widest ones
// first; 0: as wide as format_table makes it.
std::string fit_table(const std::vector<std::string>& header,
                      const std::vector<std::vector<std::string>>& rows, size_t width);

// One error, as every command reports it, on stderr.
void print_error(const Error& error);

}  // namespace otsstream::cli
