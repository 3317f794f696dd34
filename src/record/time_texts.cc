#include "record/time_texts.h"

namespace otsstream {

Result<std::shared_ptr<const TimeTexts>> TimeTexts::make(const Patterns& patterns) {
  auto texts = std::make_shared<TimeTexts>();
  auto add = [&](const std::string& pattern) -> Status {
    OTS_TRY(TimeFormat format, TimeFormat::parse(pattern));
    texts->formats_.push_back(std::move(format));
    return {};
  };
  for (const std::string& pattern : {patterns.datetime, patterns.date, patterns.time})
    OTS_CHECK(add(pattern));
  for (const std::string& pattern : patterns.extra) OTS_CHECK(add(pattern));
  return texts;
}

std::shared_ptr<const TimeTexts> TimeTexts::standard() {
  static const std::shared_ptr<const TimeTexts> texts = *make({});
  return texts;
}

std::optional<int64_t> TimeTexts::read(std::string_view text, const Zone& zone,
                                       std::string_view* rest) const {
  if (rest != nullptr) *rest = {};
  for (size_t i = 0; i < formats_.size(); ++i) {
    if (auto ms = formats_[i].read(text, zone, i == 0 ? rest : nullptr)) return ms;
  }
  return std::nullopt;
}

std::optional<int64_t> TimeTexts::read_wall_clock(std::string_view text, const Zone& zone,
                                                  std::string_view* rest) const {
  static const Zone utc = Zone::utc();
  if (rest != nullptr) *rest = {};
  for (size_t i = 0; i < formats_.size(); ++i) {
    auto ms = formats_[i].read(text, utc, i == 0 ? rest : nullptr);
    if (ms && formats_[i].has_offset()) return *ms + zone.offset_ms_at(*ms);
    if (ms) return ms;
  }
  return std::nullopt;
}

void TimeTexts::append(std::string& out, int64_t epoch_ms, const Zone& zone) const {
  formats_.front().append(out, epoch_ms, zone);
}

}  // namespace otsstream
