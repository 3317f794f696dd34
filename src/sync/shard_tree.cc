#include "sync/shard_tree.h"

#include <fmt/format.h>

#include <string_view>
#include <unordered_map>

namespace otsstream::sync {

namespace {

// Deeper than this the lines are no longer moved to the right: a long chain of splits stays
// readable, and its drawing stays small.
constexpr size_t kDeepest = 16;

std::string note_of(const ShardStatus& status) {
  std::string note(to_string(status.mark));
  if (status.row && status.row->send_record_count > 0)
    note += fmt::format(", {} record{}", status.row->send_record_count,
                        status.row->send_record_count == 1 ? "" : "s");
  if (status.row && status.row->skip_count > 0)
    note += fmt::format(", skips {}", status.row->skip_count);
  if (!status.is_listed) note += ", not listed any more";
  return note;
}

// Shard ids come from the service: nothing in them may move the cursor.
std::string plain(std::string_view text) {
  std::string shown(text);
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return shown;
}

// One line still to be drawn.
struct Entry {
  size_t shard = 0;
  size_t depth = 0;
  std::string margin;      // of the line's own children, less what the line itself adds
  bool is_last = true;     // among its siblings
  bool is_repeat = false;  // a merged shard under its second parent
};

class Drawing {
 public:
  explicit Drawing(const std::vector<ShardStatus>& shards) : shards_(shards) {
    std::unordered_map<std::string_view, size_t> places;
    for (size_t i = 0; i < shards.size(); ++i) places.emplace(shards[i].shard.shard_id, i);
    children_.resize(shards.size());
    for (size_t i = 0; i < shards.size(); ++i) {
      const tablestore::StreamShard& shard = shards[i].shard;
      bool has_parent = false;
      for (const std::string* id : {&shard.parent_id, &shard.parent_sibling_id}) {
        const auto parent = places.find(*id);
        if (id->empty() || parent == places.end()) continue;
        children_[parent->second].push_back({i, 0, {}, true, has_parent});
        has_parent = true;
      }
      if (!has_parent) roots_.push_back(i);
    }
    drawn_.resize(shards.size());
  }

  std::string draw() {
    for (size_t root : roots_) draw_tree(root);
    // A listing whose shards descend from each other has no root: show them all the same.
    for (size_t i = 0; i < shards_.size(); ++i)
      if (!drawn_[i]) draw_tree(i);
    return std::move(text_);
  }

 private:
  // No recursion, as chains of splits can be long.
  void draw_tree(size_t root) {
    std::vector<Entry> open = {{root, 0, {}, true, false}};
    while (!open.empty()) {
      const Entry entry = std::move(open.back());
      open.pop_back();
      draw_line(entry);
      if (entry.is_repeat || drawn_[entry.shard]) continue;
      drawn_[entry.shard] = true;
      std::vector<Entry>& children = children_[entry.shard];
      for (size_t i = children.size(); i-- > 0;) {
        Entry child = children[i];
        child.depth = entry.depth + 1;
        child.is_last = i + 1 == children.size();
        child.margin = entry.margin;
        if (entry.depth > 0 && entry.depth < kDeepest)
          child.margin += entry.is_last ? "   " : "│  ";
        open.push_back(std::move(child));
      }
    }
  }

  void draw_line(const Entry& entry) {
    const ShardStatus& status = shards_[entry.shard];
    text_ += entry.margin;
    if (entry.depth > 0) text_ += entry.is_last ? "└─ " : "├─ ";
    if (entry.depth > kDeepest) text_ += fmt::format("({} deep) ", entry.depth);
    if (entry.is_repeat || drawn_[entry.shard]) {
      text_ += fmt::format("... {}\n", plain(status.shard.shard_id));
      return;
    }
    text_ += plain(status.shard.shard_id);
    if (!status.shard.parent_sibling_id.empty())
      text_ += fmt::format(" (merged from {} and {})", plain(status.shard.parent_id),
                           plain(status.shard.parent_sibling_id));
    text_ += "  " + note_of(status) + "\n";
  }

  const std::vector<ShardStatus>& shards_;
  std::vector<std::vector<Entry>> children_;
  std::vector<size_t> roots_;
  std::vector<bool> drawn_;
  std::string text_;
};

}  // namespace

std::string draw_shards(const std::vector<ShardStatus>& shards) { return Drawing(shards).draw(); }

}  // namespace otsstream::sync
