#include "local/stream_switches.h"

#include "local/declared_params.h"

namespace otsstream::local {

const ParamSet<StreamSettings>& stream_params() {
  return declared_params<StreamSettings>([](ParamSet<StreamSettings>& set) {
    constexpr double kMost = 1e12;
    set.add("iterator_life_ms", &StreamSettings::iterator_life_ms)
        .range(-1, kMost)
        .help(
            "Data time after which an iterator is refused with OTSTrimmedDataAccess; -1: its "
            "Stream's expiration, 0: never for its age.");
    set.add("empty_pages", &StreamSettings::empty_pages)
        .range(0, kMost)
        .help("So many next pages hold no record, an iterator, and may_more_record.");
    set.add("empty_every", &StreamSettings::empty_every)
        .check([](std::string_view text) {
          return text == "1" ? std::string("must be 0 or at least 2, or no reader gets on")
                             : std::string();
        })
        .range(0, kMost)
        .help("The same for every so many-th page; 0: for none.");
    set.add("page_records", &StreamSettings::page_records)
        .range(0, kMost)
        .help("Most records of a page, whatever the request's limit; 0: no bound but the limits.");
    set.add("describe_page", &StreamSettings::describe_page)
        .range(1, 100000)
        .help("Shards of a DescribeStream page when the request names no limit.");
    set.add("seek_token_steps", &StreamSettings::seek_token_steps)
        .range(0, 1000)
        .help("GetShardIterator answers with a token before a seek by timestamp is done.");
  });
}

StreamSettings StreamSwitches::settings() const {
  std::lock_guard lock(mutex_);
  return settings_;
}

void StreamSwitches::set(const StreamSettings& settings) {
  std::lock_guard lock(mutex_);
  if (settings.empty_every != settings_.empty_every) pages_ = 0;
  settings_ = settings;
}

bool StreamSwitches::take_empty_page() {
  std::lock_guard lock(mutex_);
  if (settings_.empty_pages > 0) {
    --settings_.empty_pages;
    return true;
  }
  return settings_.empty_every > 0 && ++pages_ % settings_.empty_every == 0;
}

}  // namespace otsstream::local
