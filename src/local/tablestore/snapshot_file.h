#pragma once
// A snapshot of an instance as a file: checked blocks, written and read one
// after the other (docs/formats/local-tablestore-store.md).

#include <cstdint>
#include <string>
#include <string_view>

#include "base/file_stream.h"
#include "base/result.h"

namespace otsstream::local {

enum class SnapshotBlock : char { kTable = 'T', kRows = 'R', kLog = 'L', kEnd = 'E' };

class SnapshotWriter {
 public:
  static Result<SnapshotWriter> create(const std::string& path);
  // `content` of kTable, as the format says.
  Status table(std::string_view content);
  Status row(std::string_view key, std::string_view value);
  Status chunk(std::string_view key, std::string_view value);
  // The file has its name now, and no longer the content of before.
  Status finish();

 private:
  explicit SnapshotWriter(FileWriter file) : file_(std::move(file)) {}
  Status entry(SnapshotBlock kind, std::string_view key, std::string_view value);
  Status flush();
  Status block(SnapshotBlock kind, std::string_view content);

  FileWriter file_;
  SnapshotBlock gathering_ = SnapshotBlock::kRows;
  std::string gathered_;
  uint64_t tables_ = 0, rows_ = 0, chunks_ = 0;
  uint32_t crc_of_crcs_ = 0;
};

class SnapshotReader {
 public:
  // Verifies the whole file and stands at its first block again. Fails with
  // "Snapshot-Foreign", "Snapshot-Version", "Snapshot-Damaged", or as files do.
  static Result<SnapshotReader> open(const std::string& path);

  struct Block {
    SnapshotBlock kind = SnapshotBlock::kEnd;
    std::string content;
  };
  // kEnd ends it. The same errors: the file may have changed since.
  Result<Block> next();

 private:
  SnapshotReader(std::string path, FileReader file)
      : path_(std::move(path)), file_(std::move(file)) {}
  Status read_header();
  Status verify();
  tl::unexpected<Error> damaged(std::string_view why) const;

  std::string path_;
  FileReader file_;
  uint32_t last_crc_ = 0;
};

// The next (key, value) of a kRows or kLog block's content; false when it is
// damaged.
bool next_entry(std::string_view& content, std::string_view& key, std::string_view& value);

}  // namespace otsstream::local
