// otsstream local fault: what a running local Tablestore does wrong on purpose.

#include <fmt/format.h>

#include "cli/local_control.h"
#include "cli/terminal.h"
#include "local/fault_rules.h"

namespace otsstream::cli {

namespace {

struct FaultOptions {
  ControlTarget target;
  std::shared_ptr<OrderValues> values = std::make_shared<OrderValues>();
  std::string id;
};

// What of a rule has no column of its own.
std::string details(const JsonNode& rule) {
  std::string text;
  for (const JsonNode* member : rule.members()) {
    const std::string& name = member->key();
    if (name == "id" || name == "fault" || name == "operation" || name == "table" ||
        name == "matched" || name == "applied")
      continue;
    text += (text.empty() ? "" : " ") + name + "=" + member->text();
  }
  return text;
}

void print_rules(const JsonNode& answer) {
  auto any = [](std::string text) { return text.empty() ? std::string("(all)") : text; };
  std::vector<std::vector<std::string>> rows;
  const JsonNode* rules = answer.find("faults");
  for (const JsonNode* rule : rules ? rules->items() : std::vector<JsonNode*>())
    rows.push_back({member_text(*rule, "id"), member_text(*rule, "fault"),
                    any(member_text(*rule, "operation")), any(member_text(*rule, "table")),
                    details(*rule), member_text(*rule, "matched"), member_text(*rule, "applied")});
  fmt::print("{}{} rules\n",
             format_table({"id", "fault", "operation", "table", "details", "matched", "applied"},
                          rows, 80),
             rows.size());
}

}  // namespace

void add_local_faults(CLI::App& local, Action& action) {
  auto options = std::make_shared<FaultOptions>();
  CLI::App* fault =
      local.add_subcommand("fault", "Makes a running local Tablestore fail, delay or cut answers");
  add_target_options(*fault, options->target);
  fault->require_subcommand(1);
  fault->footer(
      "Examples:\n"
      "  otsstream local fault add error --operation PutRow --code OTSServerBusy --count 3\n"
      "  otsstream local fault add reset-after --operation BatchWriteRow --table person\n"
      "  otsstream local fault add delay --delay-ms 200 --probability 0.1 --seed 7\n"
      "  otsstream local fault list");

  CLI::App* add = fault->add_subcommand("add", "Adds a rule and prints its number");
  add->fallthrough();
  add_order_options(*add, local::fault_params().infos(), {"fault"}, options->values);
  add->footer(fmt::format("Faults: {}", fmt::join(local::fault_words(), ", ")));
  add->callback([options, &action] {
    action = [options] {
      return run_control(
          options->target, "POST", "faults", *options->values,
          [](const JsonNode& answer) { fmt::print("rule {}\n", member_text(answer, "id")); });
    };
  });

  CLI::App* list = fault->add_subcommand("list", "Lists the rules and how often they struck");
  list->fallthrough();
  list->callback([options, &action] {
    action = [options] { return run_control(options->target, "GET", "faults", {}, print_rules); };
  });

  CLI::App* remove = fault->add_subcommand("remove", "Removes one rule, or all of them");
  remove->fallthrough();
  remove->add_option("id", options->id, "Its number, or all")->required();
  remove->callback([options, &action] {
    action = [options] {
      const std::string path = options->id == "all" ? "faults" : "faults/" + options->id;
      return run_control(options->target, "DELETE", path, {}, [](const JsonNode& answer) {
        fmt::print("{} removed\n", member_text(answer, "removed"));
      });
    };
  });
}

}  // namespace otsstream::cli
