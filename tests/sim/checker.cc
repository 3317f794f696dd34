#include "sim/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace otsstream::sim {

namespace {

constexpr size_t kShown = 3;

std::vector<std::string> sorted(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<std::string> difference(const std::vector<std::string>& from,
                                    const std::vector<std::string>& without) {
  std::vector<std::string> left;
  std::set_difference(from.begin(), from.end(), without.begin(), without.end(),
                      std::back_inserter(left));
  return left;
}

// The partition of a row where partitions are by optype; else there is one.
std::string part_of(bool by_column, const std::string& row) {
  if (!by_column) return {};
  const size_t end = row.rfind('|');
  const size_t begin = row.rfind('|', end - 1) + 1;
  return row.substr(begin, end - begin);
}

std::set<std::string> parts_of(bool by_column,
                               std::initializer_list<const std::vector<std::string>*> lists) {
  std::set<std::string> parts;
  for (const auto* rows : lists)
    for (const std::string& row : *rows) parts.insert(part_of(by_column, row));
  return parts;
}

std::vector<std::string> of_part(bool by_column, const std::string& part,
                                 const std::vector<std::string>& rows) {
  std::vector<std::string> out;
  for (const std::string& row : rows)
    if (part_of(by_column, row) == part) out.push_back(row);
  return out;
}

void tell(const char* what, const std::vector<std::string>& rows,
          std::vector<std::string>& findings) {
  for (size_t i = 0; i < std::min(kShown, rows.size()); ++i)
    findings.push_back(
        fmt::format("{}: {} ({} in all)", what, rows[i].substr(0, 300), rows.size()));
}

}  // namespace

std::vector<std::string> rows_of(Cloud& cloud, const std::string& table,
                                 const std::string& partition) {
  const auto spec = maxcompute::PartitionSpec::parse(partition);
  std::string condition;
  for (const auto& [column, value] : spec->parts())
    condition += (condition.empty() ? " where " : " and ") + column + " = '" + value + "'";
  auto result = cloud.maxcompute().query(
      "select id, colname, version, colvalue, optype, sequenceinfo from " + table + condition);
  if (!result) return {"(cannot be read: " + result.error().to_string() + ")"};
  std::vector<std::string> rows;
  for (const auto& cells : result->rows) {
    std::string row;
    for (size_t i = 0; i < cells.size(); ++i)
      row += (i == 0 ? "" : "|") + cells[i].value_or("NULL");
    rows.push_back(std::move(row));
  }
  return rows;
}

Picture take_picture(Cloud& cloud, const WindowCase& window) {
  return {rows_of(cloud, window.table, window.partition),
          read_status_rows(cloud.client(), kStatusTable)};
}

void check_rows(const Expectation& expected, const std::vector<std::string>& rows,
                std::vector<std::string>& findings) {
  const std::vector<std::string> wanted = sorted(expected.rows);
  const std::vector<std::string> have = sorted(rows);
  tell("missing in the destination", difference(wanted, have), findings);
  tell("too much in the destination",
       difference(difference(have, wanted), sorted(expected.late_rows)), findings);

  std::map<std::string, std::string> last;  // key -> its newest sequence so far
  std::vector<std::string> misplaced;
  for (const std::string& row : rows) {
    const std::string key = row.substr(0, row.find('|')) + " " + part_of(expected.by_column, row);
    const std::string sequence = row.substr(row.rfind('|') + 1);
    // The shard's id is not an order between shards; (epoch, time, row) is.
    constexpr size_t kOrdered = 10 + 1 + 20 + 1 + 10;
    const std::string order =
        sequence.substr(0, kOrdered) + sequence.substr(sequence.rfind(':') + 1);
    if (std::string& newest = last[key]; order < newest)
      misplaced.push_back(row);
    else
      newest = order;
  }
  tell("out of order for its key", misplaced, findings);
}

void check_status(const Model& model, const WindowCase& window, bool by_time,
                  const std::string& stream, const WindowStatus& status,
                  std::vector<std::string>& findings) {
  auto expect = [&](bool holds, const std::string& finding) {
    if (!holds) findings.push_back("status table: " + finding);
  };
  if (!status.description_version) return expect(false, "no job description at the window's end");
  expect(status.table == kDataTable, "TableName is " + status.table);
  expect(status.stream == stream, "JobStreamId is " + status.stream);
  expect(status.start_ms == std::to_string(window.start_ms), "StartTime is " + status.start_ms);
  expect(status.end_ms == std::to_string(window.end_ms), "EndTime is " + status.end_ms);
  expect(!status.description_version->empty(), "the description has no Version");

  std::set<std::string> listed(status.shards.begin(), status.shards.end());
  std::set<std::string> written;
  const auto counts = model.records_by_shard(window.start_ms, window.end_ms);
  const auto later = model.records_by_shard(window.end_ms, INT64_MAX);
  for (const auto& [shard, row] : status.checkpoints) {
    written.insert(shard);
    expect(row.version == *status.description_version, "shard " + shard + " has another version");
    expect(row.skip_count == "0", "shard " + shard + " has SkipCount '" + row.skip_count + "'");
    const auto count = counts.find(shard);
    const std::string wanted = count == counts.end() ? "" : std::to_string(count->second);
    expect(!by_time || row.send_record_count == wanted,
           fmt::format("shard {} has SendRecordCount '{}', not '{}'", shard, row.send_record_count,
                       wanted));
    if (row.checkpoint == "SHARD_END")
      expect(!later.contains(shard), "shard " + shard + " ends, but has records behind the window");
    else if (row.checkpoint == "TRIM_HORIZON")
      expect(!by_time || wanted.empty(),
             "shard " + shard + " begins anew, but has records of the window");
    else
      expect(row.checkpoint.size() > 40, "shard " + shard + " stands at '" + row.checkpoint + "'");
  }
  expect(listed == written,
         fmt::format("{} shards are listed, {} have checkpoints", listed.size(), written.size()));
  for (const auto& [shard, count] : counts)
    expect(!by_time || written.contains(shard),
           "shard " + shard + " was exported and has no checkpoint");
  expect(!status.fence_state || *status.fence_state == "COMMITTED",
         "the fence is " + status.fence_state.value_or(""));
}

void check_untouched(const Expectation& expected, const Picture& before, const Picture& after,
                     std::vector<std::string>& findings) {
  const bool by_column = expected.by_column;
  std::vector<std::string> half;
  check_rows(expected, after.rows, half);
  if (half.empty()) return;  // wholly new, or the same as before
  for (const std::string& part : parts_of(by_column, {&expected.rows, &before.rows, &after.rows})) {
    std::vector<std::string> wrong;
    check_rows({of_part(by_column, part, expected.rows),
                of_part(by_column, part, expected.late_rows), by_column},
               of_part(by_column, part, after.rows), wrong);
    if (wrong.empty()) continue;
    if (sorted(of_part(by_column, part, before.rows)) ==
        sorted(of_part(by_column, part, after.rows)))
      continue;
    for (const std::string& finding : wrong)
      findings.push_back("a failed run left part of its work: " + finding);
  }
  if (datax_rows(before.status) != datax_rows(after.status))
    findings.push_back("a failed run left the destination, but changed DataX's status rows");
}

}  // namespace otsstream::sim
