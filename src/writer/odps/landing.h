#pragma once
// From staged to visible: the commit of upload sessions, one partition after the other, and the
// question what became of them. Needs nothing but names, so any process can go on where another
// one died.

#include <memory>
#include <string>
#include <vector>

#include "maxcompute/client/upload_session.h"
#include "writer/writer.h"

namespace otsstream::writer {

class Landing {
 public:
  struct Target {
    std::string table;
    maxcompute::PartitionSpec partition;  // of a job with one target
    bool overwrite = false;
  };
  // `caller` goes on when the user stops the run: what is decided must be carried out.
  Landing(std::shared_ptr<maxcompute::HttpCaller> caller, Target target)
      : caller_(std::move(caller)), rest_(caller_), target_(std::move(target)) {}

  // Is every part open and whole? kStagingGone when one is not, kConflict
  // "OdpsWriter-TableChanged" when the columns are not those of `schema` any more.
  Status check(const std::vector<StagedPart>& parts, const maxcompute::TableSchema& schema,
               const KeepAlive& keep_alive);
  Status commit(const std::vector<StagedPart>& parts, const KeepAlive& keep_alive);
  Result<Settled> settle(const std::vector<StagedPart>& parts);

 private:
  enum class PartState { kOpen, kCommitted, kLost, kUnknown };

  Result<maxcompute::PartitionSpec> partition_of(const StagedPart& part) const;
  Result<std::unique_ptr<maxcompute::UploadSession>> open(const StagedPart& part);
  Status commit_part(const StagedPart& part);
  Result<PartState> state_of(const StagedPart& part);
  std::string describe(const StagedPart& part) const;

  const std::shared_ptr<maxcompute::HttpCaller> caller_;
  maxcompute::RestClient rest_;  // knows the way to the Tunnel once it was asked
  const Target target_;
};

}  // namespace otsstream::writer
