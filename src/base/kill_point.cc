#include "base/kill_point.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/env.h"

namespace otsstream {
namespace {

constexpr int kExitCode = 137;  // what a shell reports for a process ended by SIGKILL

[[noreturn]] void refuse(const std::string& text) {
  std::string line = "otsstream: " + text + "; the kill points are:";
  for (std::string_view name : kill_points()) line += "\n  " + std::string(name);
  std::fprintf(stderr, "%s\n", line.c_str());
  std::abort();
}

bool listed(std::string_view name) {
  const auto& names = kill_points();
  return std::find(names.begin(), names.end(), name) != names.end();
}

struct Target {
  std::string name;  // empty: not armed
  int pass = 1;
};

Target read_target() {
  const std::string setting = read_env("OTSSTREAM_KILL_AT").value_or("");
  Target target;
  if (setting.empty()) return target;
  const size_t colon = setting.find(':');
  target.name = setting.substr(0, colon);
  if (!listed(target.name)) refuse("OTSSTREAM_KILL_AT=" + setting + " names no kill point");
  if (colon != std::string::npos) {
    const char* end = setting.data() + setting.size();
    const auto [stop, error] = std::from_chars(setting.data() + colon + 1, end, target.pass);
    if (error != std::errc() || stop != end || target.pass < 1) {
      refuse("OTSSTREAM_KILL_AT=" + setting + " must be name or name:n with n = 1, 2, ...");
    }
  }
  return target;
}

const Target& target() {
  static const Target read_once = read_target();
  return read_once;
}

}  // namespace

const std::vector<std::string_view>& kill_points() {
  static const std::vector<std::string_view> names = {
      "sync.begin.before_fence",         "sync.begin.after_fence",
      "odps.begin.after_pre_sql",        "odps.session.after_create",
      "sync.begin.after_staging",        "sync.transfer.before_unit",
      "odps.block.before_put",           "odps.block.after_put",
      "sync.transfer.after_unit",        "sync.commit.after_prepare",
      "sync.commit.before_prepared",     "sync.commit.after_prepared",
      "odps.commit.before_empty",        "odps.commit.after_empty",
      "odps.commit.before_post",         "odps.commit.after_post",
      "odps.commit.between_parts",       "sync.commit.after_destination",
      "sync.commit.between_checkpoints", "sync.commit.after_checkpoints",
      "sync.commit.after_description",   "odps.post_sql.after_statement",
      "sync.commit.after_committed",
  };
  return names;
}

const bool kill_points_armed = !target().name.empty();

void pass_kill_point(std::string_view name) {
  if (!listed(name)) refuse("KILL_POINT(\"" + std::string(name) + "\") is not listed");
  if (name != target().name) return;
  static std::atomic<int> passes{0};
  if (passes.fetch_add(1) + 1 != target().pass) return;
  std::fprintf(stderr, "otsstream: killed at %s, pass %d\n", target().name.c_str(), target().pass);
  ::_exit(kExitCode);  // no destructors, no flushing: as a crash would
}

}  // namespace otsstream
