// Point and range reads of a table, and where it can be split.

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "local/tablestore/rejection.h"
#include "local/tablestore/sort_key.h"
#include "local/tablestore/stored_table.h"
#include "tablestore/wire/limits.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

Result<Row> decode_stored(std::string_view bytes) {
  RowView view;
  OTS_CHECK(read_single_row(bytes, view));
  return to_row(view);
}

// The smallest byte string above every key that begins with `key`'s bytes and is no longer a full
// key: for exclusive bounds.
std::string behind(std::string key) {
  key.push_back('\0');
  return key;
}

// The shortest beginning of `key` that sorts behind `before`: what INF_MIN in the columns left out
// would complete.
PrimaryKey shortest_bound(const PrimaryKey& before, const PrimaryKey& key) {
  size_t same = 0;
  while (same + 1 < key.size() && before[same].value == key[same].value) ++same;
  return {key.begin(), key.begin() + static_cast<ptrdiff_t>(same) + 1};
}

}  // namespace

Result<const LocalTransaction*> StoredTable::transaction_of(std::string_view id) const {
  if (id.empty()) return nullptr;
  return transactions_.find(id, clock_.now_us());
}

Result<std::optional<Row>> StoredTable::current_row(const std::string& key,
                                                    const PendingWrites* pending,
                                                    const VersionRules& rules) const {
  if (pending) {
    if (auto found = pending->rows.find(key); found != pending->rows.end()) {
      if (!found->second) return std::nullopt;
      return decode_stored(found->second->view());
    }
  }
  OTS_TRY(std::optional<SharedBuffer> bytes, storage_.get(space_, key));
  if (!bytes) return std::nullopt;
  OTS_TRY(Row row, decode_stored(bytes->view()));
  if (!expire(row, rules)) return std::nullopt;
  return row;
}

Result<PointResult> StoredTable::get(const PrimaryKey& key, const RowProjection& projection,
                                     std::string_view transaction_id) const {
  std::shared_lock lock(mutex_);
  if (dropped_) return reject_missing_table(meta_.name);
  OTS_TRY(const LocalTransaction* transaction, transaction_of(transaction_id));
  std::string storage_key = sort_key(key);
  if (transaction && !storage_key.starts_with(transaction->partition))
    return reject_foreign_partition();
  PointResult out;
  out.consumed = {1, 0};
  OTS_TRY(std::optional<Row> row,
          current_row(storage_key, transaction ? &transaction->writes : nullptr,
                      version_rules_locked(clock_.now_us())));
  if (!row) return out;
  ShownRow shown = project(*row, projection);
  out.consumed.read = capacity_units(shown.read_bytes);
  if (shown.row) out.row = SharedBuffer(encode_row(*shown.row));
  return out;
}

Status StoredTable::scan_rows(const std::string& from, const std::string& to, bool backward,
                              const PendingWrites* pending, const RowVisitor& visit) const {
  // The transaction's rows of the range, in the order of the scan; they stand before, or in place
  // of, stored ones.
  std::vector<std::pair<std::string_view, const std::optional<SharedBuffer>*>> own;
  if (pending) {
    auto end = to.empty() ? pending->rows.end() : pending->rows.lower_bound(to);
    for (auto at = pending->rows.lower_bound(from); at != pending->rows.end() && at != end; ++at)
      own.emplace_back(at->first, &at->second);
    if (backward) std::reverse(own.begin(), own.end());
  }
  auto next_own = own.begin();
  bool wants_more = true;
  Status decoded;
  auto visit_stored = [&](std::string_view bytes) {
    auto row = decode_stored(bytes);
    if (row) return visit(std::move(*row), bytes.size());
    decoded = fail(std::move(row).error());
    return false;
  };
  auto visit_own = [&] {
    const std::optional<SharedBuffer>& row = *(next_own++)->second;
    return !row || visit_stored(row->view());
  };
  OTS_CHECK(
      storage_.scan(space_, from, to, backward, [&](std::string_view key, std::string_view value) {
        while (wants_more && next_own != own.end() &&
               (backward ? next_own->first > key : next_own->first < key))
          wants_more = visit_own();
        if (!wants_more) return false;
        if (next_own != own.end() && next_own->first == key) return wants_more = visit_own();
        return wants_more = visit_stored(value);
      }));
  while (wants_more && next_own != own.end()) wants_more = visit_own();
  return decoded;
}

Result<RangeResult> StoredTable::range(const RangeRead& read) const {
  std::shared_lock lock(mutex_);
  if (dropped_) return reject_missing_table(meta_.name);
  OTS_TRY(const LocalTransaction* transaction, transaction_of(read.transaction_id));
  const PendingWrites* pending = transaction ? &transaction->writes : nullptr;
  std::string start = sort_key(read.inclusive_start);
  std::string end = sort_key(read.exclusive_end);
  if (read.backward ? start < end : end < start)
    return reject_parameter(read.backward
                                ? "Begin key must not be less than end key in a BACKWARD range."
                                : "Begin key must not be greater than end key in a FORWARD range.");

  size_t limit = std::min<size_t>(read.limit ? static_cast<size_t>(*read.limit) : kMaxRangeRows,
                                  kMaxRangeRows);
  VersionRules rules = version_rules_locked(clock_.now_us());
  RangeResult out;
  size_t looked_at = 0, bytes_looked_at = 0, read_bytes = 0;
  auto visit = [&](Row row, size_t bytes) {
    if (out.rows.size() >= limit || looked_at >= kMaxRangeRows ||
        (looked_at > 0 && bytes_looked_at + bytes > kMaxRangeBytes)) {
      out.next_start = std::move(row.primary_key);
      return false;
    }
    ++looked_at;
    bytes_looked_at += bytes;
    if (!expire(row, rules)) return true;
    ShownRow shown = project(row, read.projection);
    read_bytes += shown.read_bytes;
    if (shown.row) out.rows.push_back(std::move(*shown.row));
    return true;
  };
  if (read.backward) {
    OTS_CHECK(scan_rows(behind(end), behind(start), true, pending, visit));
  } else {
    OTS_CHECK(scan_rows(start, end, false, pending, visit));
  }
  out.consumed = {capacity_units(read_bytes), 0};
  return out;
}

Result<SplitPoints> StoredTable::split_points(uint64_t split_bytes,
                                              std::optional<size_t> limit) const {
  std::shared_lock lock(mutex_);
  if (dropped_) return reject_missing_table(meta_.name);
  SplitPoints out;
  auto location_of = [&](const PrimaryKey& bound) {
    return fmt::format("{}-{}", meta_.name, partition_of(sort_key(bound)));
  };
  out.locations.push_back(location_of({}));
  PrimaryKey before;
  uint64_t bytes = 0;
  size_t point_bytes = 0;
  OTS_CHECK(scan_rows({}, {}, false, nullptr, [&](Row row, size_t) {
    if (bytes >= split_bytes) {
      if (limit && out.points.size() >= *limit) return false;
      out.points.push_back(shortest_bound(before, row.primary_key));
      out.locations.push_back(location_of(out.points.back()));
      point_bytes += key_size(out.points.back());
      bytes = 0;
    }
    bytes += row_size(row);
    before = std::move(row.primary_key);
    return true;
  }));
  out.consumed = {capacity_units(point_bytes), 0};
  return out;
}

}  // namespace otsstream::local
