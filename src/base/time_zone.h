#pragma once
// Zones and the strict time texts of jobs (otsstream-reader.md 2.2). Default zone everywhere:
// GMT+8.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace otsstream {

class Zone {
 public:
  // "GMT+8", "GMT+08:00", "UTC", "Z", "+08:00", "+0800" or an IANA name ("Asia/Shanghai"). Fails
  // with "Config-TimeZone".
  static Result<Zone> parse(std::string_view name);
  static Zone utc();
  static Zone china();  // GMT+8

  const std::string& name() const { return name_; }
  // Local wall-clock fields -> epoch ms. A local time that a clock change skips or repeats takes
  // the earlier offset.
  int64_t to_epoch_ms(int year, int month, int day, int hour, int minute, int second) const;
  int64_t offset_ms_at(int64_t epoch_ms) const;

 private:
  std::string name_;
  int64_t fixed_offset_ms_ = 0;
  const void* tz_ = nullptr;  // date::time_zone of the process-wide database; null: fixed offset
};

// "yyyyMMddHHmmss", exactly 14 digits, every field in range (no roll-over). Epoch ms.
Result<int64_t> parse_time14(std::string_view text, const Zone& zone);
// "yyyyMMdd", exactly 8 digits: midnight in `zone`. Epoch ms.
Result<int64_t> parse_date8(std::string_view text, const Zone& zone);
std::string format_time14(int64_t epoch_ms, const Zone& zone);
std::string format_date8(int64_t epoch_ms, const Zone& zone);
// "2017-10-19 16:10:00"
std::string format_local(int64_t epoch_ms, const Zone& zone);
// "2017-10-19T08:10:00.000Z"
std::string format_iso_utc(int64_t epoch_ms);
// RFC 1123: "Fri, 02 Jan 2026 03:04:05 GMT", English whatever the locale
std::string format_http_date(int64_t epoch_ms);
Result<int64_t> parse_http_date(std::string_view text);

}  // namespace otsstream
