#include "writer/odps/block_channel.h"

#include "base/crc.h"

namespace otsstream::writer {
namespace {

// A block is cut behind the record that reaches the target: room for most last records without a
// second allocation.
constexpr size_t kOvershoot = 64u << 10;

}  // namespace

BlockChannel::BlockChannel(RowEncoder encoder, size_t input_columns, BlockCutter cutter,
                           std::shared_ptr<BlockQueue> queue, DirtySink& dirty)
    : encoder_(std::move(encoder)),
      input_columns_(input_columns),
      cutter_(cutter),
      queue_(std::move(queue)),
      dirty_(dirty),
      block_(empty_block()) {}

BlockChannel::~BlockChannel() { queue_->abandon(); }

maxcompute::RecordStreamWriter BlockChannel::empty_block() const {
  return maxcompute::RecordStreamWriter(cutter_.target() + kOvershoot);
}

Status BlockChannel::write(const RowBatch& batch) {
  OTS_CHECK(queue_->status());
  if (batch.columns() != input_columns_) {
    return fail(ErrorKind::kInternal, "OdpsWriter-Columns",
                "rows have " + std::to_string(batch.columns()) + " columns, " +
                    std::to_string(input_columns_) + " were planned");
  }
  for (size_t i = 0; i < batch.rows(); ++i) {
    if (Status encoded = encoder_.encode(batch.row(i), block_); !encoded) {
      OTS_CHECK(report_dirty(encoded.error(), batch.row(i)));
      continue;
    }
    ++result_.rows;
    if (block_.bytes() >= cutter_.target()) OTS_CHECK(cut_block());
  }
  return {};
}

Status BlockChannel::report_dirty(const Error& reason, std::span<const Value> row) {
  ++result_.dirty;
  return dirty_.add("writer", reason, row, "block " + std::to_string(cutter_.next_place()));
}

Status BlockChannel::cut_block() {
  if (cutter_.exhausted()) {
    return fail(ErrorKind::kResource, "OdpsWriter-Blocks",
                "all " + std::to_string(cutter_.places()) +
                    " blocks of this part of the job are used, after " +
                    std::to_string(result_.rows) + " rows and " +
                    std::to_string(result_.bytes >> 20) + " MiB",
                "choose a shorter time window, give the job more memory (jvmOption) so that blocks "
                "become larger, or lower speed.concurrent");
  }
  const int place = cutter_.next_place();
  SharedBuffer bytes(block_.finish());
  result_.blocks.push_back(place);
  result_.bytes += bytes.size();
  result_.checksum = crc32c(result_.checksum, bytes.view());
  cutter_.advance();
  block_ = empty_block();
  queue_->push(place, std::move(bytes));
  return {};
}

bool BlockChannel::accepts_more(std::function<void()> ready) {
  return queue_->accepts_more(std::move(ready));
}

void BlockChannel::finish(std::function<void(Result<ChannelResult>)> done) {
  Status last;
  if (block_.records() > 0) last = cut_block();
  block_ = maxcompute::RecordStreamWriter();
  queue_->drain([done = std::move(done), last = std::move(last),
                 result = std::move(result_)](Status uploaded) mutable {
    if (!uploaded) return done(fail(std::move(uploaded).error()));
    if (!last) return done(fail(last.error()));
    done(std::move(result));
  });
}

}  // namespace otsstream::writer
