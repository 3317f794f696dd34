#include "config/json_out.h"
#include "local/control_parts.h"

namespace otsstream::local {

ControlAnswer show_streams(ControlCall& call) {
  const StreamSettings settings = call.server.streams().settings();
  JsonOut out;
  out.begin_object();
  out.member("iterator_life_ms", settings.iterator_life_ms);
  out.member("empty_pages", settings.empty_pages);
  out.member("empty_every", settings.empty_every);
  out.member("page_records", settings.page_records);
  out.member("describe_page", settings.describe_page);
  out.member("seek_token_steps", settings.seek_token_steps);
  out.end_object();
  return std::move(out).take();
}

// What the body does not name stays.
ControlAnswer change_streams(ControlCall& call) {
  StreamSettings settings = call.server.streams().settings();
  Diagnostics diagnostics;
  ParamPlaces places;
  read_params(call.body, stream_params(), diagnostics, &places);
  OTS_CHECK(diagnostics.to_status());
  for (const auto& entry : stream_params().entries()) {
    if (const JsonNode* value = places.find(entry.info.name)) entry.assign(*value, settings);
  }
  call.server.streams().set(settings);
  return show_streams(call);
}

}  // namespace otsstream::local
