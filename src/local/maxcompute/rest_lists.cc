#include "local/maxcompute/rest_lists.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/time_zone.h"
#include "local/maxcompute/answers.h"
#include "maxcompute/wire/xml_text.h"

namespace otsstream::local {

namespace xml = maxcompute::xml;

namespace {

// An empty marker ends the paging; the element must be there.
std::string page_head(const char* root, const std::string& next_marker, size_t limit) {
  return std::string(xml::kDeclaration) + "<" + root + ">\n" + xml::element("Marker", next_marker) +
         xml::element("MaxItems", std::to_string(limit)) + "\n";
}

struct SecondsRange {
  int64_t from = 0;
  int64_t to = std::numeric_limits<int64_t>::max();
};

// "from:to"; either may be empty.
Result<SecondsRange> parse_range(const std::string& text) {
  SecondsRange range;
  const size_t colon = text.find(':');
  bool good = text.empty() || colon != std::string::npos;
  auto read = [&](std::string_view part, int64_t& seconds) {
    if (part.empty()) return;
    auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), seconds);
    good = good && error == std::errc() && end == part.data() + part.size();
  };
  if (colon != std::string::npos) {
    read(std::string_view(text).substr(0, colon), range.from);
    read(std::string_view(text).substr(colon + 1), range.to);
  }
  if (good) return range;
  return fail(ErrorKind::kConfig, "InvalidArgument",
              "daterange '" + text + "' is not of the form seconds:seconds");
}

std::string instance_xml(const InstanceRecord& instance) {
  return "  <Instance>" + xml::element("Name", instance.id) + xml::element("Owner", kOwner) +
         xml::element("StartTime", format_http_date(instance.started * 1000)) +
         xml::element("EndTime", format_http_date(instance.ended * 1000)) +
         xml::element("Status", "Terminated") + "</Instance>\n";
}

}  // namespace

Result<size_t> count_param(const Call& call, std::string_view key, size_t most) {
  const std::string text = call.value(key);
  if (text.empty()) return most;
  size_t count = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count == 0) {
    return fail(ErrorKind::kConfig, "InvalidArgument",
                std::string(key) + "='" + text + "' is no positive number");
  }
  return std::min(count, most);
}

Result<Response> list_projects(const Backend& backend, const Call& call) {
  OTS_TRY(size_t limit, count_param(call, "maxitems", kMaxItems));
  const std::string prefix = maxcompute::ascii::lower(call.value("name"));
  const std::string marker = call.value("marker");
  const std::string owner = call.value("owner");
  std::string items;
  std::string last;
  std::string next_marker;
  size_t count = 0;
  for (const auto& [name, catalog] : backend.catalogs) {
    if (!name.starts_with(prefix) || name <= marker || !(owner.empty() || owner == kOwner))
      continue;
    if (count == limit) {
      next_marker = last;
      break;
    }
    items += "  <Project>" + xml::element("Name", name) + xml::element("Type", "managed") +
             xml::element("Owner", kOwner) + xml::element("State", "AVAILABLE") + "</Project>\n";
    last = name;
    ++count;
  }
  return xml_answer(page_head("Projects", next_marker, limit) + items + "</Projects>\n");
}

Result<Response> list_instances(const Backend& backend, const Call& call) {
  OTS_TRY(size_t limit, count_param(call, "maxitems", kMaxItems));
  OTS_TRY(auto range, parse_range(call.value("daterange")));
  const std::string status = maxcompute::ascii::lower(call.value("status"));
  std::string items;
  std::string next_marker;
  // Every statement has ended when its POST is answered.
  if (status.empty() || status == "terminated") {
    OTS_TRY(auto list, backend.catalog.instances(call.value("marker"), limit + 1));
    if (list.size() > limit) {
      list.resize(limit);
      next_marker = list.back().id;
    }
    for (const InstanceRecord& instance : list) {
      if (instance.started >= range.from && instance.started < range.to) {
        items += instance_xml(instance);
      }
    }
  }
  return xml_answer(page_head("Instances", next_marker, limit) + items + "</Instances>\n");
}

}  // namespace otsstream::local
