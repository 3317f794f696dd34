// otsstream local split, merge, expire: partitions and the log of a running local Tablestore.

#include <fmt/format.h>

#include "base/time_zone.h"
#include "cli/local_control.h"
#include "cli/terminal.h"
#include "local/control_params.h"

namespace otsstream::cli {

namespace {

void print_split(const JsonNode& answer) {
  std::vector<std::vector<std::string>> rows;
  const JsonNode* children = answer.find("children");
  for (const JsonNode* child : children ? children->items() : std::vector<JsonNode*>())
    rows.push_back({member_text(answer, "parent"), child->text()});
  fmt::print("{}", format_table({"closed shard", "new shard"}, rows));
}

void print_merge(const JsonNode& answer) {
  fmt::print("{}", format_table({"closed shard", "closed sibling", "new shard"},
                                {{member_text(answer, "parent"), member_text(answer, "sibling"),
                                  member_text(answer, "child")}}));
}

int expire(const ControlTarget& target, OrderValues values, const std::string& until) {
  Result<int64_t> ms = parse_data_time(target, until);
  if (!ms) {
    print_error(ms.error());
    return exit_code(ms.error().kind);
  }
  values["until_ms"] = std::to_string(*ms);
  return run_control(target, "POST", "expire", values, [&](const JsonNode&) {
    fmt::print("the log of {} before {} is gone\n", values["table"], format_iso_utc(*ms));
  });
}

}  // namespace

void add_local_partitions(CLI::App& local, Action& action) {
  struct Command {
    ControlTarget target;
    std::shared_ptr<OrderValues> values = std::make_shared<OrderValues>();
    std::string until;
  };
  auto split = std::make_shared<Command>();
  CLI::App* app = local.add_subcommand("split", "Splits a partition at a key, or in half");
  add_order_options(*app, local::split_params().infos(), {"table"}, split->values);
  add_target_options(*app, split->target);
  app->footer(
      "Examples:\n"
      "  otsstream local split person              the partition with most rows, in half\n"
      "  otsstream local split person --key m");
  app->callback([split, &action] {
    action = [split] {
      return run_control(split->target, "POST", "split", *split->values, print_split);
    };
  });

  auto merge = std::make_shared<Command>();
  app = local.add_subcommand("merge", "Makes one of two neighbouring partitions");
  add_order_options(*app, local::merge_params().infos(), {"table", "shard_a", "shard_b"},
                    merge->values);
  add_target_options(*app, merge->target);
  app->footer("Example:\n  otsstream local merge person SHARD_A SHARD_B");
  app->callback([merge, &action] {
    action = [merge] {
      return run_control(merge->target, "POST", "merge", *merge->values, print_merge);
    };
  });

  auto until = std::make_shared<Command>();
  app = local.add_subcommand("expire", "Forgets the log of a table before a time");
  app->add_option("table", (*until->values)["table"], "The table.")->required();
  app->add_option("--until", until->until,
                  "2026-11-22T14:10:00Z, 14 digits in GMT+8, ms since 1970, or now")
      ->required();
  add_target_options(*app, until->target);
  app->footer("Example:\n  otsstream local expire person --until now");
  app->callback([until, &action] {
    action = [until] { return expire(until->target, *until->values, until->until); };
  });
}

}  // namespace otsstream::cli
