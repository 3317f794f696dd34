#pragma once
// Reads a table or partition back (maxcompute-protocol.md 3.4): tests, verify. Coordinator thread
// only.

#include <memory>
#include <vector>

#include "maxcompute/client/rest_client.h"
#include "record/row_batch.h"

namespace otsstream::maxcompute {

class DownloadSession {
 public:
  static Result<std::unique_ptr<DownloadSession>> create(std::shared_ptr<HttpCaller> caller,
                                                         std::string tunnel_endpoint,
                                                         std::string table,
                                                         PartitionSpec partition);
  const TableSchema& schema() const { return info_.schema; }
  uint64_t record_count() const { return info_.records; }
  // Rows start … start + count - 1 of all data columns, verified; fewer at the end of the table.
  // The batch keeps the answer's buffer alive.
  Result<RowBatch> read(uint64_t start, uint64_t count);

 private:
  DownloadSession() = default;
  HttpCaller::Call session_call(std::string method, std::string query) const;
  std::string subject() const;
  Result<RowBatch> decode(const Response& answer, uint64_t count) const;
  std::shared_ptr<HttpCaller> caller_;
  std::string tunnel_endpoint_;
  std::string table_;
  PartitionSpec partition_;
  DownloadSessionInfo info_;
};

}  // namespace otsstream::maxcompute
