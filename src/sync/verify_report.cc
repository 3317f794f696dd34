// What verify tells people and programs.

#include <fmt/format.h>

#include "base/span_text.h"
#include "base/time_zone.h"
#include "sync/verify.h"

namespace otsstream::sync {

namespace {

constexpr size_t kShownShards = 20;

std::string counts(const Certificate& c) {
  return fmt::format("{} records, {} rows, checksum {}", c.records, c.rows,
                     checksum_text(c.checksum));
}

std::string verdict_line(const Verification& v) {
  switch (v.verdict) {
    case Verdict::kVerified:
      return fmt::format("verified: the Stream gives the same {} rows again\n", v.found.rows);
    case Verdict::kDiffers:
      return "differs: the Stream does not give what the report says\n";
    case Verdict::kUnknown:
      break;
  }
  return "cannot be verified: the retention was lost for what is missing; nothing else differs\n";
}

}  // namespace

std::string to_text(const Verification& v) {
  const reader::Settings& settings = v.plan.read.settings;
  std::string out;
  out += fmt::format("window    {}\n", reader::to_string(settings.window, settings.zone));
  out += fmt::format("stream    {} of table {}\n", v.plan.read.stream_id, settings.data_table);
  out +=
      fmt::format("shards    {} read then, {} now\n", v.recorded.shards_read, v.found.shards_read);
  out += fmt::format("report    {}\n", counts(v.recorded));
  out += fmt::format("now       {}\n", counts(v.found));
  out += v.margin_ms >= 0
             ? fmt::format("retained  for another {}\n", span_text(v.margin_ms))
             : fmt::format("retained  no longer: since {} ago\n", span_text(-v.margin_ms));
  size_t shown = 0;
  for (const ShardDifference& difference : v.differences) {
    if (++shown > kShownShards) break;
    out += fmt::format("shard {}: {}\n", difference.shard_id, difference.text);
  }
  if (v.differences.size() > kShownShards)
    out += fmt::format("and {} shards more\n", v.differences.size() - kShownShards);
  return out + verdict_line(v);
}

std::string to_json(const Verification& v) {
  JsonOut out(JsonStyle::kPretty);
  out.begin_object();
  out.member("format", "otsstream-verification/1");
  out.member("verdict", to_string(v.verdict));
  out.member("dataTable", v.plan.read.settings.data_table);
  out.member("streamId", v.plan.read.stream_id);
  write_window(out, v.plan.read.settings);
  out.member("retainedForMs", v.margin_ms);
  for (const auto& [name, certificate] :
       {std::pair{"recorded", &v.recorded}, std::pair{"found", &v.found}}) {
    out.key(name).begin_object();
    out.member("shardsRead", certificate->shards_read);
    out.member("streamRecords", certificate->records).member("rows", certificate->rows);
    out.member("checksum", checksum_text(certificate->checksum));
    write_sequence(out, "first", certificate->first);
    write_sequence(out, "last", certificate->last);
    out.end_object();
  }
  out.key("differences").begin_array();
  for (const ShardDifference& difference : v.differences) {
    out.begin_object().member("shard", difference.shard_id);
    out.member("verdict", to_string(difference.verdict)).member("text", difference.text);
    out.end_object();
  }
  out.end_array().end_object();
  return std::move(out).take();
}

}  // namespace otsstream::sync
