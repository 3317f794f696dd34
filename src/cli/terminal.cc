#include "cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "base/span_text.h"
#include "sync/report.h"

namespace otsstream::cli {

namespace {

constexpr int64_t kPlainIntervalUs = 5'000'000;

// One UTF-8 character of `text` at `at`, and how many columns a terminal gives it.
struct Glyph {
  size_t bytes = 1;
  size_t columns = 1;
};
Glyph glyph_at(std::string_view text, size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  size_t bytes = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  bytes = std::min(bytes, text.size() - at);
  uint32_t point = bytes == 1 ? first : first & (0x7Fu >> bytes);
  for (size_t i = 1; i < bytes; ++i)
    point = point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3Fu);
  // East Asian wide characters and emoji take two.
  const bool is_wide =
      (point >= 0x1100 && point <= 0x115F) || (point >= 0x2E80 && point <= 0xA4CF) ||
      (point >= 0xAC00 && point <= 0xD7A3) || (point >= 0xF900 && point <= 0xFAFF) ||
      (point >= 0xFE30 && point <= 0xFE6F) || (point >= 0xFF00 && point <= 0xFF60) ||
      (point >= 0xFFE0 && point <= 0xFFE6) || (point >= 0x1F300 && point <= 0x1F64F) ||
      (point >= 0x20000 && point <= 0x3FFFD);
  return {bytes, is_wide ? size_t{2} : size_t{1}};
}

// Columns that a terminal gives to the text.
size_t columns_of(std::string_view text) {
  size_t columns = 0;
  for (size_t at = 0; at < text.size();) {
    const Glyph glyph = glyph_at(text, at);
    columns += glyph.columns;
    at += glyph.bytes;
  }
  return columns;
}

// As much of UTF-8 text as fits into `columns`.
std::string_view beginning(std::string_view text, size_t columns) {
  size_t at = 0;
  while (at < text.size()) {
    const Glyph glyph = glyph_at(text, at);
    if (glyph.columns > columns) break;
    columns -= glyph.columns;
    at += glyph.bytes;
  }
  return text.substr(0, at);
}

// Control characters would move the cursor: they are shown as spaces.
std::string cell_text(std::string_view text, size_t max_width) {
  std::string cell(text);
  for (char& c : cell)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  if (columns_of(cell) <= max_width) return cell;
  return std::string(beginning(cell, max_width - 1)) + "…";
}

// Each column as wide as its widest cell, cells cut to their column's limit.
std::string lay_out(const std::vector<std::string>& header,
                    const std::vector<std::vector<std::string>>& rows,
                    const std::vector<size_t>& limits) {
  std::vector<std::vector<std::string>> cells(1);
  for (size_t i = 0; i < header.size(); ++i) cells[0].push_back(cell_text(header[i], limits[i]));
  for (const auto& row : rows) {
    cells.emplace_back();
    for (size_t i = 0; i < row.size() && i < limits.size(); ++i)
      cells.back().push_back(cell_text(row[i], limits[i]));
  }
  std::vector<size_t> widths(header.size(), 0);
  for (const auto& row : cells)
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns_of(row[i]));

  std::string out;
  for (size_t r = 0; r < cells.size(); ++r) {
    std::string line;
    for (size_t i = 0; i < cells[r].size(); ++i)
      line += cells[r][i] + std::string(widths[i] - columns_of(cells[r][i]) + 2, ' ');
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
      s.shards_total, s.retries, s.eta_us < 0 ? "unknown" : span_text(s.eta_us / 1000));
}

std::string format_table(const std::vector<std::string>& header,
                         const std::vector<std::vector<std::string>>& rows, size_t max_width) {
  std::vector<size_t> limits;
  for (const std::string& name : header) limits.push_back(std::max(max_width, columns_of(name)));
  return lay_out(header, rows, limits);
}

std::string fit_table(const std::vector<std::string>& header,
                      const std::vector<std::vector<std::string>>& rows, size_t width) {
  if (width == 0) return format_table(header, rows);
  constexpr size_t kNarrowest = 6;
  std::vector<size_t> limits;
  for (const std::string& name : header) limits.push_back(columns_of(name));
  for (const auto& row : rows)
    for (size_t i = 0; i < row.size() && i < limits.size(); ++i)
      limits[i] = std::max(limits[i], columns_of(row[i]));
  size_t total = limits.empty() ? 0 : 2 * (limits.size() - 1);
  for (size_t limit : limits) total += limit;
  while (total > width) {
    auto widest = std::max_element(limits.begin(), limits.end());
    if (*widest <= kNarrowest) break;
    // Down to the next widest at once: a cell may have megabytes.
    size_t next = kNarrowest;
    for (auto limit = limits.begin(); limit != limits.end(); ++limit)
      if (limit != widest && *limit < *widest) next = std::max(next, *limit);
    const bool is_shared = std::count(limits.begin(), limits.end(), *widest) > 1;
    const size_t cut = is_shared ? 1 : std::min(total - width, *widest - next);
    *widest -= cut;
    total -= cut;
  }
  return lay_out(header, rows, limits);
}

size_t terminal_width(std::FILE* stream) {
  winsize size = {};
  if (isatty(fileno(stream)) != 1 || ioctl(fileno(stream), TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

void print_error(const Error& error) { fmt::print(stderr, "error: {}\n", error.to_string()); }

}  // namespace otsstream::cli
