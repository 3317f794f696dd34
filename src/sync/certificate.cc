#include "sync/certificate.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/time_zone.h"

namespace otsstream::sync {

namespace {

using reader::ShardAction;
using tablestore::SequenceInfo;

constexpr int64_t kHourMs = 3'600'000;

bool is_earlier(const SequenceInfo& a, const SequenceInfo& b) {
  return std::tie(a.timestamp, a.epoch, a.row_index) < std::tie(b.timestamp, b.epoch, b.row_index);
}

void count_shards(const Plan& plan, Certificate& certificate) {
  for (const reader::ShardPlan& shard : plan.read.shards) {
    if (shard.action == ShardAction::kRead) ++certificate.shards_read;
    if (shard.action == ShardAction::kSkip) ++certificate.shards_skipped;
    if (shard.action == ShardAction::kClosed) ++certificate.shards_closed;
  }
}

void count_parents(const Plan& plan, const std::vector<Manifest>& manifests,
                   Certificate& certificate) {
  std::map<std::string, bool> closed;  // of every listed shard
  for (const reader::ShardPlan& shard : plan.read.shards)
    closed[shard.shard.shard_id] = shard.action == ShardAction::kClosed;
  for (const Manifest& manifest : manifests)
    for (const reader::ShardResult& shard : manifest.shards)
      closed[shard.shard_id] = shard.end == reader::EndKind::kClosed;
  std::set<std::string> parents;
  for (const reader::ShardPlan& shard : plan.read.shards) {
    if (shard.action != ShardAction::kRead) continue;
    for (const std::string& parent : {shard.shard.parent_id, shard.shard.parent_sibling_id})
      if (!parent.empty()) parents.insert(parent);
  }
  for (const std::string& parent : parents) {
    const auto known = closed.find(parent);
    if (known == closed.end()) {
      ++certificate.parents_expired;
    } else if (known->second) {
      ++certificate.parents_closed;
    } else {
      certificate.parents_open.push_back(parent);
    }
  }
}

}  // namespace

Certificate make_certificate(const Plan& plan, const std::vector<Manifest>& manifests,
                             int64_t read_until_ms, size_t gaps) {
  Certificate certificate;
  certificate.gaps = gaps;
  count_shards(plan, certificate);
  count_parents(plan, manifests, certificate);
  for (const Manifest& manifest : manifests) {
    certificate.dirty += manifest.channel.dirty;
    for (const reader::ShardResult& shard : manifest.shards) {
      certificate.records += shard.records;
      certificate.rows += shard.rows;
      certificate.checksum += shard.checksum;
      if (shard.first && (!certificate.first || is_earlier(*shard.first, *certificate.first)))
        certificate.first = shard.first;
      if (shard.last && (!certificate.last || is_earlier(*certificate.last, *shard.last)))
        certificate.last = shard.last;
    }
  }
  const int64_t oldest_ms =
      certificate.first ? certificate.first->timestamp / 1000 : plan.read.settings.window.start_ms;
  certificate.expires_ms = oldest_ms + plan.read.expiration_hours * kHourMs;
  certificate.margin_ms = certificate.expires_ms - read_until_ms;
  return certificate;
}

void write_sequence(JsonOut& out, std::string_view name,
                    const std::optional<SequenceInfo>& sequence) {
  if (!sequence) return;
  out.key(name).begin_object();
  out.member("epoch", sequence->epoch)
      .member("timestampUs", sequence->timestamp)
      .member("rowIndex", sequence->row_index);
  out.end_object();
}

void write_json(JsonOut& out, const Certificate& certificate) {
  out.key("certificate").begin_object();
  out.member("complete", certificate.complete());
  out.key("shards").begin_object();
  out.member("read", certificate.shards_read)
      .member("skipped", certificate.shards_skipped)
      .member("closedBefore", certificate.shards_closed);
  out.end_object();
  out.key("parents").begin_object();
  out.member("closed", certificate.parents_closed).member("expired", certificate.parents_expired);
  out.key("open").begin_array();
  for (const std::string& parent : certificate.parents_open) out.value(parent);
  out.end_array().end_object();
  write_sequence(out, "first", certificate.first);
  write_sequence(out, "last", certificate.last);
  out.member("streamRecords", certificate.records).member("rows", certificate.rows);
  out.member("dirtyRows", certificate.dirty);
  out.member("checksum", checksum_text(certificate.checksum));
  out.member("gaps", certificate.gaps);
  out.key("retention").begin_object();
  out.member("expiresMs", certificate.expires_ms)
      .member("expiresUtc", format_iso_utc(certificate.expires_ms))
      .member("marginMs", certificate.margin_ms);
  out.end_object().end_object();
}

}  // namespace otsstream::sync
