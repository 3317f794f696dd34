#include "reader/shard_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>

namespace otsstream::reader {
namespace {

using tablestore::StreamShard;
using Index = std::unordered_map<std::string_view, size_t>;

// The listing without exact repetitions (a page border may show a shard twice).
Result<std::vector<StreamShard>> distinct(const std::vector<StreamShard>& listing) {
  std::vector<StreamShard> shards;
  std::unordered_map<std::string_view, const StreamShard*> seen;
  shards.reserve(listing.size());
  for (const StreamShard& shard : listing) {
    auto [it, is_new] = seen.emplace(shard.shard_id, &shard);
    if (is_new) {
      shards.push_back(shard);
    } else if (!(*it->second == shard)) {
      return fail(ErrorKind::kCorrupt, "Stream-Graph",
                  fmt::format("shard {} is listed twice with different parents", shard.shard_id));
    }
  }
  return shards;
}

Index index_of(const std::vector<StreamShard>& shards) {
  Index index;
  for (size_t i = 0; i < shards.size(); ++i) index.emplace(shards[i].shard_id, i);
  return index;
}

// Places of the listed parents. A parent that is not listed belongs to the past: finished (5.2,
// rule 1).
std::vector<size_t> listed_parents(const StreamShard& shard, const Index& index) {
  std::vector<size_t> parents;
  for (const std::string* id : {&shard.parent_id, &shard.parent_sibling_id}) {
    if (id->empty()) continue;
    auto it = index.find(*id);
    if (it != index.end() && (parents.empty() || parents.front() != it->second))
      parents.push_back(it->second);
  }
  return parents;
}

}  // namespace

Result<std::vector<GraphNode>> resolve_graph(const std::vector<StreamShard>& listing,
                                             const std::vector<std::string>& closed_before,
                                             const std::map<std::string, ParentEnd>& parent_end) {
  OTS_TRY(const std::vector<StreamShard> shards, distinct(listing));
  const Index index = index_of(shards);
  const std::set<std::string_view> closed(closed_before.begin(), closed_before.end());

  std::vector<GraphNode> nodes(shards.size());
  std::vector<std::vector<size_t>> parents(shards.size()), children(shards.size());
  std::vector<size_t> unresolved(shards.size());
  std::vector<size_t> ready;
  for (size_t i = 0; i < shards.size(); ++i) {
    nodes[i].shard = shards[i];
    parents[i] = listed_parents(shards[i], index);
    unresolved[i] = parents[i].size();
    for (size_t parent : parents[i]) children[parent].push_back(i);
    if (parents[i].empty()) ready.push_back(i);
  }

  // 5.2 rules 4 to 7, generation by generation: every parent is settled before its children. No
  // recursion, as chains of splits can be long.
  for (size_t next = 0; next < ready.size(); ++next) {
    const size_t i = ready[next];
    GraphNode& node = nodes[i];
    for (size_t parent : parents[i]) {
      const GraphNode& before = nodes[parent];
      node.generation = std::max(node.generation, before.generation + 1);
      if (before.action == ShardAction::kClosed) continue;
      if (before.action == ShardAction::kSkip) {
        node.action = ShardAction::kSkip;
        continue;
      }
      auto end = parent_end.find(before.shard.shard_id);
      if (end == parent_end.end()) {
        return fail(ErrorKind::kInternal, "Stream-Graph",
                    fmt::format("nobody asked where shard {} ends, parent of {}",
                                before.shard.shard_id, node.shard.shard_id));
      }
      if (end->second == ParentEnd::kBehindWindow) node.action = ShardAction::kSkip;
    }
    if (closed.contains(node.shard.shard_id)) node.action = ShardAction::kClosed;
    for (size_t child : children[i]) {
      if (--unresolved[child] == 0) ready.push_back(child);
    }
  }
  if (ready.size() != shards.size()) {
    const auto cyclic =
        std::find_if(unresolved.begin(), unresolved.end(), [](size_t n) { return n > 0; });
    return fail(ErrorKind::kCorrupt, "Stream-Graph",
                fmt::format("shard {} descends from itself",
                            shards[static_cast<size_t>(cyclic - unresolved.begin())].shard_id),
                "the service's shard list makes no sense; try again, then report it");
  }
  std::stable_sort(nodes.begin(), nodes.end(), [](const GraphNode& a, const GraphNode& b) {
    return a.generation < b.generation;
  });
  return nodes;
}

std::vector<std::string> parents_of(const std::vector<StreamShard>& listing) {
  std::set<std::string_view> named;
  for (const StreamShard& shard : listing) {
    if (!shard.parent_id.empty()) named.insert(shard.parent_id);
    if (!shard.parent_sibling_id.empty()) named.insert(shard.parent_sibling_id);
  }
  std::vector<std::string> parents;
  for (const StreamShard& shard : listing) {
    if (named.erase(shard.shard_id) > 0) parents.push_back(shard.shard_id);
  }
  return parents;
}

}  // namespace otsstream::reader
