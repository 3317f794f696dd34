#include "reader/shard_graph.h"

#include <gtest/gtest.h>

namespace otsstream::reader {
namespace {

using tablestore::StreamShard;

// "b:0 R" = shard b, generation 0, to be read; S skipped, C closed before.
std::string show(const std::vector<GraphNode>& nodes) {
  std::string text;
  for (const GraphNode& node : nodes) {
    const char action = node.action == ShardAction::kRead   ? 'R'
                        : node.action == ShardAction::kSkip ? 'S'
                                                            : 'C';
    text += (text.empty() ? "" : ", ") + node.shard.shard_id + ":" +
            std::to_string(node.generation) + " " + action;
  }
  return text;
}

constexpr ParentEnd kIn = ParentEnd::kWithinWindow;
constexpr ParentEnd kBehind = ParentEnd::kBehindWindow;

TEST(ShardGraph, Rules) {
  struct Case {
    const char* name;
    std::vector<StreamShard> listing;
    std::vector<std::string> closed;
    std::map<std::string, ParentEnd> ends;
    const char* want;
  };
  const Case cases[] = {
      {"no shards", {}, {}, {}, ""},
      {"unrelated, listing order", {{"b", "", ""}, {"a", "", ""}}, {}, {}, "b:0 R, a:0 R"},
      {"split within the window",
       {{"p", "", ""}, {"l", "p", ""}, {"r", "p", ""}},
       {},
       {{"p", kIn}},
       "p:0 R, l:1 R, r:1 R"},
      {"split behind the window",
       {{"p", "", ""}, {"l", "p", ""}, {"r", "p", ""}},
       {},
       {{"p", kBehind}},
       "p:0 R, l:1 S, r:1 S"},
      {"split finished earlier", {{"p", "", ""}, {"l", "p", ""}}, {"p"}, {}, "p:0 C, l:1 R"},
      {"merge within the window",
       {{"a", "", ""}, {"b", "", ""}, {"m", "a", "b"}},
       {},
       {{"a", kIn}, {"b", kIn}},
       "a:0 R, b:0 R, m:1 R"},
      {"merge with one parent behind",
       {{"a", "", ""}, {"b", "", ""}, {"m", "a", "b"}},
       {},
       {{"a", kIn}, {"b", kBehind}},
       "a:0 R, b:0 R, m:1 S"},
      {"merge with one finished parent",
       {{"a", "", ""}, {"b", "", ""}, {"m", "a", "b"}},
       {"a"},
       {{"b", kIn}},
       "a:0 C, b:0 R, m:1 R"},
      {"merge with one unlisted parent",
       {{"b", "", ""}, {"m", "gone", "b"}},
       {},
       {{"b", kIn}},
       "b:0 R, m:1 R"},
      {"parent not listed", {{"c", "gone", ""}}, {}, {}, "c:0 R"},
      {"split of a split, children listed first",
       {{"g", "c", ""}, {"c", "p", ""}, {"p", "", ""}},
       {},
       {{"p", kIn}, {"c", kIn}},
       "p:0 R, c:1 R, g:2 R"},
      {"skip chain: a skipped parent's end does not count",
       {{"p", "", ""}, {"c", "p", ""}, {"g", "c", ""}},
       {},
       {{"p", kBehind}, {"c", kIn}},
       "p:0 R, c:1 S, g:2 S"},
      {"skip by one of two lines",
       {{"a", "", ""}, {"b", "", ""}, {"a2", "a", ""}, {"m", "a2", "b"}},
       {},
       {{"a", kBehind}, {"a2", kIn}, {"b", kIn}},
       "a:0 R, b:0 R, a2:1 S, m:2 S"},
      {"generation is the longest way",
       {{"a", "", ""}, {"b", "a", ""}, {"m", "a", "b"}},
       {},
       {{"a", kIn}, {"b", kIn}},
       "a:0 R, b:1 R, m:2 R"},
      {"both parents the same", {{"p", "", ""}, {"c", "p", "p"}}, {}, {{"p", kIn}}, "p:0 R, c:1 R"},
      {"listed twice alike", {{"p", "", ""}, {"p", "", ""}}, {}, {}, "p:0 R"},
      {"closed child of an open parent",
       {{"p", "", ""}, {"c", "p", ""}},
       {"c"},
       {{"p", kBehind}},
       "p:0 R, c:1 C"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    auto nodes = resolve_graph(c.listing, c.closed, c.ends);
    ASSERT_TRUE(nodes) << nodes.error().to_string();
    EXPECT_EQ(show(*nodes), c.want);
  }
}

TEST(ShardGraph, Refusals) {
  auto cycle =
      resolve_graph({{"a", "b", ""}, {"b", "a", ""}, {"c", "", ""}}, {}, {{"a", kIn}, {"b", kIn}});
  ASSERT_FALSE(cycle);
  EXPECT_EQ(cycle.error().code, "Stream-Graph");
  EXPECT_EQ(cycle.error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(resolve_graph({{"a", "a", ""}}, {}, {{"a", kIn}}).error().message,
            "shard a descends from itself");
  EXPECT_EQ(resolve_graph({{"a", "", ""}, {"a", "b", ""}}, {}, {}).error().kind,
            ErrorKind::kCorrupt);
  // A parent whose end nobody knows is our own mistake, not "within".
  EXPECT_EQ(resolve_graph({{"p", "", ""}, {"c", "p", ""}}, {}, {}).error().kind,
            ErrorKind::kInternal);
}

TEST(ShardGraph, LongChainsNeedNoStack) {
  std::vector<StreamShard> listing;
  std::map<std::string, ParentEnd> ends;
  for (int i = 0; i < 20'000; ++i) {
    listing.push_back({std::to_string(i), i == 0 ? "" : std::to_string(i - 1), ""});
    ends[std::to_string(i)] = kIn;
  }
  auto nodes = resolve_graph(listing, {}, ends);
  ASSERT_TRUE(nodes);
  EXPECT_EQ(nodes->back().generation, 19'999);
}

TEST(ShardGraph, ParentsOf) {
  EXPECT_EQ(
      parents_of({{"a", "", ""}, {"b", "", ""}, {"c", "", ""}, {"m", "c", "a"}, {"n", "gone", ""}}),
      (std::vector<std::string>{"a", "c"}));
  EXPECT_TRUE(parents_of({}).empty());
}

}  // namespace
}  // namespace otsstream::reader
