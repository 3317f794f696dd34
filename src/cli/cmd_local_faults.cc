// otsstream local fault: what a running local cloud, Tablestore and MaxCompute, does wrong on
// purpose.

#include <fmt/format.h>

#include "cli/local_control.h"
#include "cli/terminal.h"
#include "local/fault_rules.h"
#include "local/maxcompute/operations.h"

namespace otsstream::cli {

namespace {

struct FaultOptions {
  ControlTarget target;
  std::shared_ptr<OrderValues> values = std::make_shared<OrderValues>();
  std::string id;
};

constexpr const char* kExamples =
    "  otsstream local fault add error --operation CommitUpload --code InternalServerError --count "
    "2\n"
    "  otsstream local fault add throttle --operation PutRow --per-second 5\n"
    "  otsstream local fault add delay --operation GetStreamRecord --delay-ms 2000\n"
    "  otsstream local fault add reset-before --service maxcompute --probability 0.05 --seed 7\n"
    "  otsstream local fault add reset-inside --operation ReadRows --at 100\n"
    "  otsstream local fault add reset-after --operation CommitUpload --count 1\n"
    "  otsstream local fault add truncate --operation GetStreamRecord --at 20\n"
    "  otsstream local fault add flip --operation GetStreamRecord --count 1\n"
    "  otsstream local fault add truncate-request --operation PutBlock --block 0 --count 1\n"
    "  otsstream local fault add flip-request --operation PutBlock --partition pt=1 --count 1\n"
    "  otsstream local fault add expire-session --operation CommitUpload --count 1";

// An instance then says only whose key steers the server.
bool speaks_of_maxcompute(const OrderValues& values) {
  auto given = [&](const char* name) {
    auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
  };
  const std::string fault = given("fault");
  return fault.ends_with("-request") || fault == "expire-session" || !given("project").empty() ||
         !given("partition").empty() || !given("block").empty() ||
         given("service") == "maxcompute" || local::is_maxcompute_operation(given("operation"));
}

// What of a rule has no column of its own.
std::string details(const JsonNode& rule) {
  std::string text;
  for (const JsonNode* member : rule.members()) {
    const std::string& name = member->key();
    if (name == "id" || name == "fault" || name == "service" || name == "operation" ||
        name == "table" || name == "matched" || name == "applied")
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
                    member_text(*rule, "service"), any(member_text(*rule, "operation")),
                    any(member_text(*rule, "table")), details(*rule), member_text(*rule, "matched"),
                    member_text(*rule, "applied")});
  fmt::print("{}{} rules\n",
             format_table(
                 {"id", "fault", "service", "operation", "table", "details", "matched", "applied"},
                 rows, 80),
             rows.size());
}

}  // namespace

void add_local_faults(CLI::App& local, Action& action) {
  auto options = std::make_shared<FaultOptions>();
  CLI::App* fault =
      local.add_subcommand("fault", "Makes the running local services fail, delay or cut answers");
  add_target_options(*fault, options->target);
  fault->require_subcommand(1);
  fault->footer(
      "Examples:\n"
      "  otsstream local fault add error --operation PutRow --code OTSServerBusy --count 3\n"
      "  otsstream local fault add reset-after --operation BatchWriteRow --table person\n"
      "  otsstream local fault add delay --delay-ms 200 --probability 0.1 --seed 7\n"
      "  otsstream local fault add error --operation PutBlock --code FlowExceeded --count 3\n"
      "  otsstream local fault add expire-session --operation PutBlock --skip 2 --count 1\n"
      "  otsstream local fault list");

  CLI::App* add = fault->add_subcommand("add", "Adds a rule and prints its number");
  add->fallthrough();
  add_order_options(*add, local::fault_params().infos(), {"fault"}, options->values);
  add->footer(
      fmt::format("Examples, one a fault:\n{}\n\nOperations of MaxCompute: {}\n"
                  "Operations of Tablestore: those of its API (PutRow, GetStreamRecord, ...)",
                  kExamples, fmt::join(local::maxcompute_operations(), ", ")));
  add->callback([options, &action] {
    action = [options] {
      options->target.instance_matters = !speaks_of_maxcompute(*options->values);
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
