// otsstream local clock: data time of a running local Tablestore.

#include <fmt/format.h>

#include <cmath>

#include "base/time_zone.h"
#include "cli/local_control.h"
#include "cli/terminal.h"

namespace otsstream::cli {

namespace {

struct ClockOptions {
  ControlTarget target;
  std::string value;
};

// "runs, 3600 s behind the wall clock"
std::string running_text(int64_t lag_ms) {
  return fmt::format("runs, {} s {} the wall clock", std::abs(static_cast<double>(lag_ms)) / 1000,
                     lag_ms < 0 ? "ahead of" : "behind");
}

void print_clock(const JsonNode& answer) {
  auto now_us = answer.find("now_us") ? answer.find("now_us")->as_int64() : 0;
  auto lag_ms = answer.find("lag_ms") ? answer.find("lag_ms")->as_int64() : 0;
  const bool stopped = member_text(answer, "stopped") == "true";
  fmt::print("{}", format_table({"data time (UTC)", "data time (GMT+8)", "ms since 1970", "state"},
                                {{format_iso_utc(now_us.value_or(0) / 1000),
                                  format_local(now_us.value_or(0) / 1000, Zone::china()),
                                  std::to_string(now_us.value_or(0) / 1000),
                                  stopped ? "stopped" : running_text(lag_ms.value_or(0))}}));
}

int change(const ClockOptions& options, const std::string& member, Result<int64_t> value) {
  if (!value) {
    print_error(value.error());
    return exit_code(value.error().kind);
  }
  return run_control(options.target, "POST", "clock", {{member, std::to_string(*value)}},
                     print_clock);
}

}  // namespace

void add_local_clock(CLI::App& local, Action& action) {
  auto options = std::make_shared<ClockOptions>();
  CLI::App* clock = local.add_subcommand(
      "clock", "Shows or changes data time: what commits, versions, expiry and retention go by");
  add_target_options(*clock, options->target);
  options->target.instance_matters = false;
  clock->footer(
      "Examples:\n"
      "  otsstream local clock\n"
      "  otsstream local clock set 2026-11-22T14:10:00Z\n"
      "  otsstream local clock step 2h\n"
      "  otsstream local clock lag 3600");
  clock->callback([options, clock, &action] {
    if (clock->get_subcommands().empty())
      action = [options] { return run_control(options->target, "GET", "clock", {}, print_clock); };
  });

  // Options of the target may stand before or behind the word.
  auto word = [&](const char* name, const char* help, std::function<int(ClockOptions&)> run,
                  const char* argument = nullptr, const char* argument_help = nullptr) {
    CLI::App* app = clock->add_subcommand(name, help);
    app->fallthrough();
    if (argument) app->add_option(argument, options->value, argument_help)->required();
    app->callback([options, run, &action] { action = [options, run] { return run(*options); }; });
  };
  word(
      "set", "Jumps ahead to a time",
      [](ClockOptions& o) { return change(o, "set_ms", parse_data_time(o.target, o.value)); },
      "time", "2026-11-22T14:10:00Z, 14 digits in GMT+8, or ms since 1970");
  word(
      "step", "Jumps ahead by a span",
      [](ClockOptions& o) { return change(o, "step_ms", parse_span_ms(o.value)); }, "span",
      "90s, 5m, 2h, 1d or 250ms");
  word(
      "lag", "Runs, so far behind the wall clock",
      [](ClockOptions& o) { return change(o, "lag_ms", parse_span_ms(o.value)); }, "span",
      "90s, 5m, 2h, 1d or 250ms");
  word("stop", "Stands still", [](ClockOptions& o) {
    return run_control(o.target, "POST", "clock", {{"stop", "true"}}, print_clock);
  });
  word("run", "Runs on from where it stands", [](ClockOptions& o) {
    return run_control(o.target, "POST", "clock", {{"run", "true"}}, print_clock);
  });
}

}  // namespace otsstream::cli
