#pragma once
// The services of a simulation and the hand that writes into them: local Tablestore and local
// MaxCompute on virtual time, a data table whose every acknowledged write goes into the model, and
// what an administrator does (splits, merges, the Stream off and on; the destination's partition or
// table dropped, a column added).

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "job/connections.h"
#include "local/maxcompute/server.h"
#include "local/tablestore/server.h"
#include "maxcompute/client/rest_client.h"
#include "net/loop_transport.h"
#include "sim/model.h"
#include "sim/status_rows.h"
#include "sim/story.h"
#include "sim/trace.h"
#include "tablestore/client/client.h"

namespace otsstream::sim {

inline constexpr const char* kDataTable = "person";
inline constexpr const char* kDestination = "person";
inline constexpr const char* kStatusTable = "sim_status";
inline constexpr int kExpirationHours = 24;
inline constexpr const char* kTablestoreOrigin = "http://tablestore.local";
// The destination's partition columns, as many as the story has levels.
inline constexpr const char* kPartitionColumns[] = {"pt", "hh", "mi"};
inline constexpr const char* kMaxComputeOrigin = "http://maxcompute.local";

class Cloud {
 public:
  // Both tables exist and the Stream is on when it returns. References must outlive it.
  Cloud(const Story& story, ManualClock& clock, VirtualExecutor& executor, Trace& trace);

  // What runs talk to.
  Transport& transport() { return loop_; }
  const job::Connections& connections() const { return connections_; }
  const Model& model() const { return model_; }
  tablestore::Client& client() { return *author_; }  // past all faults
  local::MaxComputeServer& maxcompute() { return *maxcompute_; }

  // On the simulation's thread, between two events; `meanwhile`: a run is under way. Acts of the
  // destination are alter()'s.
  void perform(const Act& act, bool meanwhile);
  // The destination's acts, `partition` where one is needed. True: what had landed there is gone.
  bool alter(Act::Kind kind, const std::string& partition);
  // The table is there again, if it was dropped.
  void restore_table();
  // A table to land in, partitioned as the story says.
  void create_destination(const std::string& table);
  // Lands rows of somebody else, which hold nothing but these ids.
  void land(const std::string& table, const std::string& partition,
            const std::vector<std::string>& ids);
  // The next upload session that meets it ends before its time.
  void arm(const Expiry& expiry);
  void disarm_expiry();
  // The fence row of a window, as an operator takes it away.
  void delete_fence(const StatusRow& fence);
  void switch_stream(const std::vector<RowChange>& unlogged);
  // Looks which shards of the Stream have left the listing since the last call.
  void look_at_shards();
  // What is due to expire by now.
  void expire();

  // The next so many pages say "nothing here, but there may be more". 0: no more of them.
  void give_empty_pages(int pages);
  const std::string& stream_id() const { return stream_id_; }

 private:
  void create_tables();
  void open_stream();
  void write(const std::vector<RowChange>& changes);
  Response answer_run(const Request& request);
  Response answer_author(const Request& request);
  std::shared_ptr<local::StoredTable> table();

  const Story& story_;
  ManualClock& clock_;
  VirtualExecutor& executor_;
  Trace& trace_;
  Random random_;
  std::unique_ptr<local::TablestoreServer> tablestore_;
  std::unique_ptr<local::FaultRules> maxcompute_faults_;
  std::unique_ptr<local::MaxComputeServer> maxcompute_;
  LoopTransport loop_;
  LoopTransport author_loop_;
  std::unique_ptr<tablestore::Client> author_;
  std::shared_ptr<maxcompute::HttpCaller> owner_caller_;  // past all faults
  std::unique_ptr<maxcompute::RestClient> owner_;         // of the destination
  job::Connections connections_;
  Model model_;
  std::string stream_id_;
  std::set<std::string> listed_;
  int64_t committed_us_ = 0;  // of the author's last request
  int empty_pages_ = 0;       // given and not taken back
  bool has_table_ = false;    // the destination
  int columns_added_ = 0;
};

}  // namespace otsstream::sim
