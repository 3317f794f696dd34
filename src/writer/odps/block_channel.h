#pragma once
// One unit's way into the upload session: rows -> records -> blocks -> PUT. The same rows in the
// same order give the same blocks, whatever the timing and however the rows were batched.

#include <memory>

#include "maxcompute/wire/record_stream_writer.h"
#include "record/dirty.h"
#include "writer/odps/block_queue.h"
#include "writer/odps/block_size.h"
#include "writer/odps/row_encoder.h"
#include "writer/writer.h"

namespace otsstream::writer {

class BlockChannel final : public Channel {
 public:
  // `dirty` must outlive the channel.
  BlockChannel(RowEncoder encoder, size_t input_columns, BlockCutter cutter,
               std::shared_ptr<BlockQueue> queue, DirtySink& dirty);
  ~BlockChannel() override;

  Status write(const RowBatch& batch) override;
  bool accepts_more(std::function<void()> ready) override;
  void finish(std::function<void(Result<ChannelResult>)> done) override;

 private:
  Status report_dirty(const Error& reason, std::span<const Value> row);
  Status cut_block();
  maxcompute::RecordStreamWriter empty_block() const;

  RowEncoder encoder_;
  const size_t input_columns_;
  BlockCutter cutter_;
  const std::shared_ptr<BlockQueue> queue_;
  DirtySink& dirty_;
  maxcompute::RecordStreamWriter block_;
  ChannelResult result_;
};

}  // namespace otsstream::writer
