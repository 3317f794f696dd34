#include "writer/odps/block_channel.h"

#include <algorithm>

#include "base/crc.h"

namespace otsstream::writer {
namespace {

// A block is cut behind the record that reaches the target: room for most last records without a
// second allocation.
constexpr size_t kOvershoot = 64u << 10;
// A small block costs more than its bytes.
constexpr size_t kPartOverhead = 1u << 10;
// Spellings of partition values that are remembered.
constexpr size_t kMaxKeys = 16'384;

}  // namespace

BlockChannel::BlockChannel(RowEncoder encoder, size_t input_columns, BlockSizes sizes,
                           BlockCutter cutter, ChannelTarget target,
                           std::shared_ptr<BlockQueue> queue, DirtySink& dirty)
    : encoder_(std::move(encoder)),
      input_columns_(input_columns),
      sizes_(sizes),
      fresh_cutter_(cutter),
      target_(std::move(target)),
      queue_(std::move(queue)),
      dirty_(dirty),
      limit_(cutter.target()) {}

BlockChannel::~BlockChannel() { queue_->abandon(); }

maxcompute::RecordStreamWriter BlockChannel::empty_block(const Part& part) const {
  if (target_.source) return maxcompute::RecordStreamWriter();
  return maxcompute::RecordStreamWriter(part.cutter.target() + kOvershoot);
}

size_t BlockChannel::weight(const Part& part) const {
  const size_t bytes = part.block.bytes();
  // The buffer of a block among many was not reserved: it has grown by doubling.
  return target_.source && bytes > 0 ? 2 * bytes + kPartOverhead : bytes;
}

Result<BlockChannel::Part*> BlockChannel::open_part(const maxcompute::PartitionSpec& partition) {
  const std::string spec = partition.unquoted();
  auto found = parts_.find(spec);
  if (found != parts_.end()) return &found->second;
  OTS_TRY(std::shared_ptr<StagedPartition> staged, target_.sessions->of(partition));
  Part& part = parts_.emplace(spec, Part{std::move(staged), fresh_cutter_, {}, {}}).first->second;
  part.block = empty_block(part);
  return &part;
}

Result<BlockChannel::Part*> BlockChannel::part_of(std::span<const Value> row) {
  if (!target_.source) {
    if (current_ == nullptr) {
      OTS_TRY(current_, open_part(target_.partition));
    }
    return current_;
  }
  key_.clear();
  OTS_CHECK(target_.source->append_key(row, key_));
  if (current_ != nullptr && key_ == current_key_) return current_;
  if (const auto known = by_key_.find(key_); known != by_key_.end()) {
    current_ = known->second;
  } else {
    OTS_TRY(maxcompute::PartitionSpec partition, target_.source->spec_of(row));
    OTS_TRY(current_, open_part(partition));
    if (by_key_.size() >= kMaxKeys) by_key_.clear();
    by_key_.emplace(key_, current_);
  }
  current_key_ = key_;
  return current_;
}

Status BlockChannel::write(const RowBatch& batch) {
  OTS_CHECK(queue_->status());
  if (batch.columns() != input_columns_) {
    return fail(ErrorKind::kInternal, "OdpsWriter-Columns",
                "rows have " + std::to_string(batch.columns()) + " columns, " +
                    std::to_string(input_columns_) + " were planned");
  }
  for (size_t i = 0; i < batch.rows(); ++i) {
    OTS_TRY(Part * part, part_of(batch.row(i)));
    const size_t before = weight(*part);
    if (Status encoded = encoder_.encode(batch.row(i), part->block); !encoded) {
      OTS_CHECK(report_dirty(encoded.error(), batch.row(i), *part));
      continue;
    }
    ++result_.rows;
    held_ += weight(*part) - before;
    if (held_ >= limit_) OTS_CHECK(cut_fullest());
  }
  return {};
}

Status BlockChannel::report_dirty(const Error& reason, std::span<const Value> row,
                                  const Part& part) {
  ++result_.dirty;
  std::string where = "record " + std::to_string(result_.rows + result_.dirty) +
                      " of its unit, block " + std::to_string(part.cutter.next_place());
  if (target_.source) where = "partition " + part.staged->partition().unquoted() + ", " + where;
  return dirty_.add("writer", reason, row, where);
}

Status BlockChannel::cut_fullest() {
  const auto fullest = std::max_element(parts_.begin(), parts_.end(), [](auto& a, auto& b) {
    return a.second.block.bytes() < b.second.block.bytes();
  });
  return cut_block(fullest->second);
}

Status BlockChannel::cut_block(Part& part) {
  if (part.cutter.exhausted()) {
    const std::string of =
        target_.source ? " of partition " + part.staged->partition().unquoted() : "";
    return fail(ErrorKind::kResource, "OdpsWriter-Blocks",
                "all " + std::to_string(part.cutter.places()) + " blocks" + of +
                    " of this part of the job are used, after " + std::to_string(result_.rows) +
                    " rows and " + std::to_string(result_.bytes >> 20) + " MiB",
                "choose a shorter time window, give the job more memory (jvmOption) so that blocks "
                "become larger, or lower speed.concurrent");
  }
  const int place = part.cutter.next_place();
  held_ -= std::min(held_, weight(part));
  SharedBuffer bytes(part.block.finish());
  part.places.push_back(place);
  result_.bytes += bytes.size();
  result_.checksum = crc32c(result_.checksum, bytes.view());
  part.cutter.advance();
  if (part.cutter.target() > limit_) {
    limit_ = part.cutter.target();
    queue_->grow(limit_, limit_ * static_cast<size_t>(sizes_.buffers));
  }
  part.block = empty_block(part);
  queue_->push(part.staged, place, std::move(bytes));
  return {};
}

bool BlockChannel::accepts_more(std::function<void()> ready) {
  return queue_->accepts_more(std::move(ready));
}

void BlockChannel::finish(std::function<void(Result<ChannelResult>)> done) {
  Status last;
  for (auto& [spec, part] : parts_) {
    if (part.block.records() > 0 && last) last = cut_block(part);
    part.block = maxcompute::RecordStreamWriter();
  }
  // Sessions have their names once their blocks have arrived.
  auto parts = std::make_shared<std::map<std::string, Part>>(std::move(parts_));
  parts_.clear();
  by_key_.clear();
  current_ = nullptr;
  queue_->drain([done = std::move(done), last = std::move(last), result = std::move(result_), parts,
                 many = target_.source != nullptr](Status uploaded) mutable {
    if (!uploaded) return done(fail(std::move(uploaded).error()));
    if (!last) return done(fail(last.error()));
    for (auto& [spec, part] : *parts)
      if (!part.places.empty())
        result.parts.push_back({part.staged->name(), many ? spec : "", std::move(part.places)});
    done(std::move(result));
  });
}

}  // namespace otsstream::writer
