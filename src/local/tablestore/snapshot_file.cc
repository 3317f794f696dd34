#include "local/tablestore/snapshot_file.h"

#include <fmt/format.h>

#include "base/crc.h"
#include "local/tablestore/stored_bytes.h"

namespace otsstream::local {
namespace {

constexpr std::string_view kHeaderName = "otsstream-tablestore-snapshot ";
constexpr std::string_view kVersion = "1";
constexpr size_t kLongestHeader = 64;
constexpr size_t kBlockBytes = size_t{1} << 20;
// A block ends with the row or chunk that fills it; none of them is larger than a few MB.
constexpr size_t kLargestBlockBytes = size_t{256} << 20;
constexpr size_t kFrameBytes = 1 + 4 + 4;  // kind, size, CRC

uint32_t block_crc(std::string_view kind_and_size, std::string_view content) {
  return crc32c(crc32c(0, kind_and_size), content);
}

}  // namespace

Result<SnapshotWriter> SnapshotWriter::create(const std::string& path) {
  OTS_TRY(FileWriter file, FileWriter::create(path));
  SnapshotWriter writer(std::move(file));
  OTS_CHECK(writer.file_.write(fmt::format("{}{}\n", kHeaderName, kVersion)));
  return writer;
}

Status SnapshotWriter::block(SnapshotBlock kind, std::string_view content) {
  std::string frame(1, static_cast<char>(kind));
  put_fixed<uint32_t>(frame, static_cast<uint32_t>(content.size()));
  const uint32_t crc = block_crc(frame, content);
  put_fixed<uint32_t>(frame, crc);
  if (kind != SnapshotBlock::kEnd)
    crc_of_crcs_ = crc32c_int32(crc_of_crcs_, static_cast<int32_t>(crc));
  OTS_CHECK(file_.write(frame));
  return file_.write(content);
}

Status SnapshotWriter::flush() {
  if (gathered_.empty()) return {};
  OTS_CHECK(block(gathering_, gathered_));
  gathered_.clear();
  return {};
}

Status SnapshotWriter::entry(SnapshotBlock kind, std::string_view key, std::string_view value) {
  if (kind != gathering_) OTS_CHECK(flush());
  gathering_ = kind;
  put_text(gathered_, key);
  put_text(gathered_, value);
  if (gathered_.size() >= kBlockBytes) OTS_CHECK(flush());
  return {};
}

Status SnapshotWriter::table(std::string_view content) {
  OTS_CHECK(flush());
  ++tables_;
  return block(SnapshotBlock::kTable, content);
}

Status SnapshotWriter::row(std::string_view key, std::string_view value) {
  ++rows_;
  return entry(SnapshotBlock::kRows, key, value);
}

Status SnapshotWriter::chunk(std::string_view key, std::string_view value) {
  ++chunks_;
  return entry(SnapshotBlock::kLog, key, value);
}

Status SnapshotWriter::finish() {
  OTS_CHECK(flush());
  std::string end;
  put_varint(end, tables_);
  put_varint(end, rows_);
  put_varint(end, chunks_);
  put_varint(end, crc_of_crcs_);
  OTS_CHECK(block(SnapshotBlock::kEnd, end));
  return file_.commit();
}

tl::unexpected<Error> SnapshotReader::damaged(std::string_view why) const {
  return fail(ErrorKind::kCorrupt, "Snapshot-Damaged",
              fmt::format("the snapshot {} is damaged: {}", path_, why), "use another copy of it");
}

Status SnapshotReader::read_header() {
  OTS_TRY(std::string name, file_.read(kHeaderName.size()));
  std::string version;
  while (name == kHeaderName && version.size() < kLongestHeader) {
    OTS_TRY(std::string next, file_.read(1));
    if (next.empty() || next == "\n") break;
    version += next;
  }
  if (name != kHeaderName || version.size() == kLongestHeader)
    return fail(ErrorKind::kConflict, "Snapshot-Foreign",
                path_ + " is no snapshot of a local Tablestore",
                "name a file that a snapshot was written to");
  if (version != kVersion)
    return fail(ErrorKind::kUnsupported, "Snapshot-Version",
                fmt::format("the snapshot {} has version {}; this program knows version {}", path_,
                            version, kVersion),
                "use the program that wrote it");
  return {};
}

Result<SnapshotReader::Block> SnapshotReader::next() {
  OTS_TRY(std::string frame, file_.read(kFrameBytes));
  if (frame.size() < kFrameBytes) return damaged("it ends early");
  Block out;
  out.kind = static_cast<SnapshotBlock>(frame[0]);
  const auto size = load_fixed<uint32_t>(frame.data() + 1);
  if (size > kLargestBlockBytes) return damaged("a block is too large");
  OTS_TRY(out.content, file_.read(size));
  last_crc_ = load_fixed<uint32_t>(frame.data() + 5);
  if (out.content.size() < size) return damaged("it ends early");
  if (block_crc(std::string_view(frame).substr(0, 5), out.content) != last_crc_)
    return damaged("a checksum is wrong");
  return out;
}

Status SnapshotReader::verify() {
  OTS_CHECK(read_header());
  uint64_t tables = 0, rows = 0, chunks = 0;
  uint32_t crc_of_crcs = 0;
  while (true) {
    OTS_TRY(Block block, next());
    if (block.kind == SnapshotBlock::kEnd) {
      uint64_t stored[4] = {};
      std::string_view content = block.content;
      for (uint64_t& number : stored) {
        if (!get_varint(content, number)) return damaged("its end is wrong");
      }
      if (!content.empty() || stored[0] != tables || stored[1] != rows || stored[2] != chunks ||
          stored[3] != crc_of_crcs)
        return damaged("its counts or its checksum are wrong");
      OTS_TRY(std::string behind, file_.read(1));
      if (!behind.empty()) return damaged("something stands behind its end");
      break;
    }
    crc_of_crcs = crc32c_int32(crc_of_crcs, static_cast<int32_t>(last_crc_));
    if (block.kind == SnapshotBlock::kTable) {
      ++tables;
      continue;
    }
    if (block.kind != SnapshotBlock::kRows && block.kind != SnapshotBlock::kLog)
      return damaged("a block has an unknown kind");
    if (tables == 0) return damaged("it does not begin with a table");
    std::string_view content = block.content, key, value;
    while (!content.empty()) {
      if (!next_entry(content, key, value)) return damaged("a block's content is wrong");
      ++(block.kind == SnapshotBlock::kRows ? rows : chunks);
    }
  }
  OTS_CHECK(file_.rewind());
  return read_header();
}

Result<SnapshotReader> SnapshotReader::open(const std::string& path) {
  OTS_TRY(FileReader file, FileReader::open(path));
  SnapshotReader reader(path, std::move(file));
  OTS_CHECK(reader.verify());
  return reader;
}

bool next_entry(std::string_view& content, std::string_view& key, std::string_view& value) {
  return get_text(content, key) && get_text(content, value);
}

}  // namespace otsstream::local
