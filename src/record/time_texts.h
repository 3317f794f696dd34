#pragma once
// The forms in which times stand in texts: common.column.* of a job (maxcompute-protocol.md 5.3,
// job-engine.md 3).

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time_format.h"
#include "base/time_zone.h"

namespace otsstream {

class TimeTexts {
 public:
  struct Patterns {
    std::string datetime = "yyyy-MM-dd HH:mm:ss";
    std::string date = "yyyy-MM-dd";
    std::string time = "HH:mm:ss";
    std::vector<std::string> extra = {"yyyyMMdd"};
  };
  // Fails as TimeFormat::parse.
  static Result<std::shared_ptr<const TimeTexts>> make(const Patterns& patterns);
  static std::shared_ptr<const TimeTexts> standard();

  // By the first form that the beginning of `text` has: datetime, date, time, then the extra ones.
  // `rest`, when asked for, is what stands behind it; empty unless that form was datetime's.
  std::optional<int64_t> read(std::string_view text, const Zone& zone,
                              std::string_view* rest = nullptr) const;
  // What a clock on the wall of `zone` shows at that time, as if it were UTC.
  std::optional<int64_t> read_wall_clock(std::string_view text, const Zone& zone,
                                         std::string_view* rest = nullptr) const;
  // In the form of datetime.
  void append(std::string& out, int64_t epoch_ms, const Zone& zone) const;

 private:
  std::vector<TimeFormat> formats_;  // datetime first
};

}  // namespace otsstream
