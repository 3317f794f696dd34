#pragma once
// The services of a simulation and the hand that writes into them: local Tablestore and local
// MaxCompute on virtual time, a data table whose every acknowledged write goes into the model, and
// what an administrator does (splits, merges, the Stream off and on).

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "job/connections.h"
#include "local/maxcompute/server.h"
#include "local/tablestore/server.h"
#include "net/loop_transport.h"
#include "sim/model.h"
#include "sim/story.h"
#include "sim/trace.h"
#include "tablestore/client/client.h"

namespace otsstream::sim {

inline constexpr const char* kDataTable = "person";
inline constexpr const char* kStatusTable = "sim_status";
inline constexpr int kExpirationHours = 24;
inline constexpr const char* kTablestoreOrigin = "http://tablestore.local";
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

  // On the simulation's thread, between two events; `meanwhile`: a run is under way.
  void perform(const Act& act, bool meanwhile);
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
  std::unique_ptr<local::MaxComputeServer> maxcompute_;
  LoopTransport loop_;
  LoopTransport author_loop_;
  std::unique_ptr<tablestore::Client> author_;
  job::Connections connections_;
  Model model_;
  std::string stream_id_;
  std::set<std::string> listed_;
  int64_t committed_us_ = 0;  // of the author's last request
  int empty_pages_ = 0;       // given and not taken back
};

}  // namespace otsstream::sim
