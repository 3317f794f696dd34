#pragma once
// One unit's way into the staging: rows -> records -> blocks -> PUT, per partition. The same rows
// in the same order give the same blocks, whatever the timing and however the rows were batched.

#include <map>
#include <memory>
#include <unordered_map>

#include "maxcompute/wire/record_stream_writer.h"
#include "record/dirty.h"
#include "writer/odps/block_queue.h"
#include "writer/odps/block_size.h"
#include "writer/odps/partition_source.h"
#include "writer/odps/row_encoder.h"
#include "writer/writer.h"

namespace otsstream::writer {

// Where the rows of a channel go: one target, or by `source` one of many.
struct ChannelTarget {
  std::shared_ptr<StagingSessions> sessions;
  maxcompute::PartitionSpec partition;            // of the one target
  std::shared_ptr<const PartitionSource> source;  // empty: one target
};

class BlockChannel final : public Channel {
 public:
  // `dirty` must outlive the channel.
  BlockChannel(RowEncoder encoder, size_t input_columns, BlockSizes sizes, BlockCutter cutter,
               ChannelTarget target, std::shared_ptr<BlockQueue> queue, DirtySink& dirty);
  ~BlockChannel() override;

  Status write(const RowBatch& batch) override;
  bool accepts_more(std::function<void()> ready) override;
  void finish(std::function<void(Result<ChannelResult>)> done) override;

 private:
  // A partition as this channel fills it; each has all of the channel's places.
  struct Part {
    std::shared_ptr<StagedPartition> staged;
    BlockCutter cutter;
    maxcompute::RecordStreamWriter block;
    std::vector<int> places;
  };
  Result<Part*> part_of(std::span<const Value> row);
  Result<Part*> open_part(const maxcompute::PartitionSpec& partition);
  Status report_dirty(const Error& reason, std::span<const Value> row, const Part& part);
  // What a part's block holds of the channel's memory.
  size_t weight(const Part& part) const;
  Status cut_fullest();
  Status cut_block(Part& part);
  maxcompute::RecordStreamWriter empty_block(const Part& part) const;

  RowEncoder encoder_;
  const size_t input_columns_;
  const BlockSizes sizes_;
  const BlockCutter fresh_cutter_;
  const ChannelTarget target_;
  const std::shared_ptr<BlockQueue> queue_;
  DirtySink& dirty_;
  std::map<std::string, Part> parts_;  // by partition spec
  std::unordered_map<std::string, Part*> by_key_;
  Part* current_ = nullptr;
  std::string current_key_, key_;
  size_t held_ = 0;   // weight of all parts
  size_t limit_ = 0;  // of it
  ChannelResult result_;
};

}  // namespace otsstream::writer
