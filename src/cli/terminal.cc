#include "cli/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "sync/report.h"

namespace otsstream::cli {

namespace {

constexpr int64_t kPlainIntervalUs = 5'000'000;

size_t characters(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// The first `count` characters of UTF-8 text.
std::string_view first_characters(std::string_view text, size_t count) {
  size_t at = 0;
  while (at < text.size()) {
    if ((text[at] & 0xC0) != 0x80 && count-- == 0) break;
    ++at;
  }
  return text.substr(0, at);
}

// Control characters would move the cursor: they are shown as spaces.
std::string cell_text(std::string_view text, size_t max_width) {
  std::string cell(text);
  for (char& c : cell)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  if (characters(cell) <= max_width) return cell;
  return std::string(first_characters(cell, max_width - 1)) + "…";
}

std::string duration_text(int64_t us) {
  const int64_t seconds = us / 1'000'000;
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

}  // namespace

ProgressDisplay::ProgressDisplay(std::FILE* stream, bool quiet)
    : stream_(stream), quiet_(quiet), live_(!quiet && isatty(fileno(stream)) == 1) {}

void ProgressDisplay::show(const sync::Snapshot& snapshot) {
  if (quiet_) return;
  if (live_) {
    fmt::print(stream_, "\r\033[K{}", live_text(snapshot));
    std::fflush(stream_);
    line_open_ = true;
    return;
  }
  if (last_plain_us_ >= 0 && snapshot.elapsed_us - last_plain_us_ < kPlainIntervalUs) return;
  last_plain_us_ = snapshot.elapsed_us;
  fmt::print(stream_, "{}\n", sync::progress_line(snapshot));
}

void ProgressDisplay::finish() {
  if (line_open_) fmt::print(stream_, "\n");
  line_open_ = false;
}

std::string live_text(const sync::Snapshot& s) {
  return fmt::format(
      "{:.0f} % | {} rows | {:.0f} rows/s | {}/s | shards {}/{} | retries {} | ETA {}",
      s.share * 100, s.rows, s.rows_per_second, sync::size_text(s.bytes_per_second), s.shards_done,
      s.shards_total, s.retries, s.eta_us < 0 ? "unknown" : duration_text(s.eta_us));
}

std::string format_table(const std::vector<std::string>& header,
                         const std::vector<std::vector<std::string>>& rows, size_t max_width) {
  std::vector<std::vector<std::string>> cells;
  cells.push_back(header);
  for (const auto& row : rows) {
    cells.emplace_back();
    for (const std::string& cell : row) cells.back().push_back(cell_text(cell, max_width));
  }
  std::vector<size_t> widths(header.size(), 0);
  for (const auto& row : cells)
    for (size_t i = 0; i < row.size() && i < widths.size(); ++i)
      widths[i] = std::max(widths[i], characters(row[i]));

  std::string out;
  for (size_t r = 0; r < cells.size(); ++r) {
    std::string line;
    for (size_t i = 0; i < cells[r].size() && i < widths.size(); ++i) {
      line += cells[r][i] + std::string(widths[i] - characters(cells[r][i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
    if (r > 0) continue;
    std::string rule;
    for (size_t width : widths) rule += std::string(width, '-') + "  ";
    rule.erase(rule.find_last_not_of(' ') + 1);
    out += rule + "\n";
  }
  return out;
}

void print_error(const Error& error) { fmt::print(stderr, "error: {}\n", error.to_string()); }

}  // namespace otsstream::cli
