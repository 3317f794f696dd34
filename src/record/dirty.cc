#include "record/dirty.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/log.h"
#include "config/json_out.h"
#include "record/accounting.h"
#include "record/convert.h"
#include "record/shown.h"

namespace otsstream {
namespace {

// The log shows what a cell holds, but no log needs a megabyte of it.
constexpr size_t kShownBytes = 1024;

// "rawData": the text of a cell, bytes as hexadecimal digits.
void write_cell(JsonOut& out, const Value& value) {
  out.key("rawData");
  std::string scratch;
  if (value.is_null()) {
    out.null();
  } else if (value.type() == ValueType::kBytes) {
    const size_t whole = value.as_view().size();
    out.value("0x" + to_hex(value.as_view().substr(0, kShownBytes / 2)));
    if (whole > kShownBytes / 2) out.member("cutFrom", whole);
  } else if (auto text = to_text(value, {}, scratch)) {
    out.value(cut_text(*text, kShownBytes));
    if (text->size() > kShownBytes) out.member("cutFrom", text->size());
  }
}

// One JSON line as DataX writes it (job-engine.md 10).
std::string log_line(std::string_view side, const Error& reason, std::span<const Value> row,
                     std::string_view where) {
  JsonOut out;
  out.begin_object()
      .member("type", side)
      .member("message", reason.message)
      .member("exception", reason.code);
  if (!reason.remedy.empty()) out.member("remedy", reason.remedy);
  if (!where.empty()) out.member("where", where);
  out.key("record").begin_array();
  for (size_t i = 0; i < row.size(); ++i) {
    out.begin_object()
        .member("index", i)
        .member("type", to_string(row[i].type()))
        .member("byteSize", byte_size(row[i]));
    write_cell(out, row[i]);
    out.end_object();
  }
  out.end_array().end_object();
  return std::move(out).take();
}

}  // namespace

DirtySink::DirtySink(Options options) : options_(options) {}

Status DirtySink::add(std::string_view side, const Error& reason, std::span<const Value> row,
                      std::string_view where) {
  const int64_t count = count_.fetch_add(1) + 1;
  bytes_.fetch_add(static_cast<int64_t>(byte_size(row)));
  {
    std::lock_guard lock(mutex_);
    if (first_reason_.empty()) {
      first_reason_ = where.empty() ? reason.message : fmt::format("{}: {}", where, reason.message);
      if (!reason.remedy.empty()) first_reason_ += " - " + reason.remedy;
    }
  }
  if (options_.log_lines < 0 || count <= options_.log_lines) {
    OTS_LOG_WARN("dirty record: {}", log_line(side, reason, row, where));
  }
  if (options_.record_limit && count > *options_.record_limit) {
    return fail(ErrorKind::kDirtyLimit, "Framework-14",
                fmt::format("{} dirty records, {} allowed (errorLimit.record); the first: {}",
                            count, *options_.record_limit, first_reason()),
                "correct the data or the column mapping, or raise errorLimit.record");
  }
  return {};
}

void DirtySink::restart() {
  std::lock_guard lock(mutex_);
  count_ = 0;
  bytes_ = 0;
  first_reason_.clear();
}

std::string DirtySink::first_reason() const {
  std::lock_guard lock(mutex_);
  return first_reason_;
}

Status DirtySink::check(int64_t records_read) const {
  if (options_.record_limit || !options_.percentage_limit || records_read <= 0) return {};
  const double share = static_cast<double>(count()) / static_cast<double>(records_read);
  if (share <= *options_.percentage_limit) return {};
  return fail(ErrorKind::kDirtyLimit, "Framework-14",
              fmt::format("{} of {} records are dirty, which is more than errorLimit.percentage {} "
                          "allows; the first: {}",
                          count(), records_read, *options_.percentage_limit, first_reason()),
              "correct the data or the column mapping, or raise errorLimit.percentage");
}

}  // namespace otsstream
