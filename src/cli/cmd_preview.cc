// otsstream preview JOB

#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/job_options.h"
#include "cli/terminal.h"
#include "config/json_out.h"
#include "sync/preview.h"

namespace otsstream::cli {

namespace {

struct PreviewOptions {
  JobOptions job;
  size_t rows = 20;
  bool json = false;
};

constexpr std::string_view kNull = "\\N";

// A text that looks like the sign for NULL gets one more backslash.
std::string cell_of(const sync::PreviewCell& cell) {
  if (cell.type == ValueType::kNull) return std::string(kNull);
  return cell.text.ends_with(kNull) && cell.text.find_first_not_of('\\') == cell.text.size() - 1
             ? "\\" + cell.text
             : cell.text;
}

void print_table(const sync::Preview& preview) {
  std::vector<std::string> header;
  for (const reader::OutputColumn& column : preview.plan.columns) header.push_back(column.name);
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : preview.rows) {
    rows.emplace_back();
    for (const sync::PreviewCell& cell : row) rows.back().push_back(cell_of(cell));
  }
  fmt::print("{}", fit_table(header, rows, terminal_width(stdout)));
  fmt::print(
      "{} {}{}\n", preview.rows.size(), preview.rows.size() == 1 ? "row" : "rows",
      preview.has_more ? ", and there are more; --rows shows more of them" : ": all of the window");
}

// One object per row; numbers and booleans as such, all else as text.
void print_json_lines(const sync::Preview& preview) {
  for (const auto& row : preview.rows) {
    JsonOut out;
    out.begin_object();
    for (size_t i = 0; i < row.size(); ++i) {
      out.key(preview.plan.columns[i].name);
      const sync::PreviewCell& cell = row[i];
      const bool is_finite = cell.text.find_first_of("NI") == std::string::npos;
      if (cell.type == ValueType::kNull) {
        out.null();
      } else if (cell.type == ValueType::kLong || cell.type == ValueType::kBool ||
                 (cell.type == ValueType::kDouble && is_finite)) {
        out.raw(cell.text);
      } else {
        out.value(cell.text);
      }
    }
    out.end_object();
    fmt::print("{}\n", out.text());
  }
}

int preview_command(const PreviewOptions& options) {
  CancelToken cancel;
  cancel_on_signals(cancel);
  Diagnostics diagnostics;
  Session session;
  auto preview = [&]() -> Result<sync::Preview> {
    OTS_TRY(LoadedJob job, load_job(options.job, session.clock, diagnostics));
    return sync::preview_job(job.spec, make_context(session, cancel, job.connections), options.rows,
                             diagnostics);
  }();
  print_diagnostics(diagnostics);
  if (!preview) {
    print_failure(preview.error(), diagnostics);
    return exit_code(preview.error().kind);
  }
  for (const std::string& warning : preview->plan.warnings)
    fmt::print(stderr, "warning: {}\n", warning);
  const reader::Settings& settings = preview->plan.read.settings;
  fmt::print(stderr, "window {}\n", reader::to_string(settings.window, settings.zone));
  options.json ? print_json_lines(*preview) : print_table(*preview);
  return 0;
}

}  // namespace

void add_preview(CLI::App& app, Action& action) {
  auto options = std::make_shared<PreviewOptions>();
  CLI::App* command = app.add_subcommand(
      "preview", "Prints the first rows that a job would deliver; writes nothing");
  add_job_options(*command, options->job);
  command->add_option("--rows", options->rows, "How many rows at most")
      ->check(CLI::Range(size_t{1}, size_t{100'000}))
      ->capture_default_str();
  command->add_flag("--json", options->json, "One JSON object per row");
  command->footer(
      "NULL is shown as \\N. The destination is not looked at.\n"
      "Example:\n  otsstream preview examples/person.json --connections local.json --rows 5 -p "
      "startTime=20171019161000 -p endTime=20171019162600");
  command->callback(
      [options, &action] { action = [options] { return preview_command(*options); }; });
}

}  // namespace otsstream::cli
