#include "base/process.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

namespace otsstream {

namespace {

// Name, boot and process namespace: two containers may share a name, but then they do not see each
// other's processes, and must not judge them.
std::string host_name() {
  char name[256] = {};
  if (gethostname(name, sizeof name - 1) != 0) return "unknown-host";
  std::string host(name);
  std::ifstream boot("/proc/sys/kernel/random/boot_id");
  std::string boot_id;
  boot >> boot_id;
  char space[64] = {};
  if (readlink("/proc/self/ns/pid", space, sizeof space - 1) < 0) space[0] = '\0';
  host += ":" + boot_id.substr(0, 8) + ":" + space;
  for (char& c : host)
    if (c == '/') c = '_';
  return host;
}

// Field 22 of /proc/<pid>/stat: start time in clock ticks since boot. The second field, the
// command, may hold blanks and brackets, so counting starts behind its last ')'.
std::optional<std::string> start_ticks(long pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const size_t close = text.rfind(')');
  if (close == std::string::npos) return std::nullopt;
  size_t at = close + 1;
  for (int field = 2; field < 22; ++field) {
    at = text.find(' ', at);
    if (at == std::string::npos) return std::nullopt;
    ++at;
    if (field == 21) return text.substr(at, text.find(' ', at) - at);
  }
  return std::nullopt;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t slash = text.find('/');
    parts.push_back(text.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    text.remove_prefix(slash + 1);
  }
}

}  // namespace

std::string process_identity() {
  const long pid = getpid();
  return host_name() + "/" + std::to_string(pid) + "/" + start_ticks(pid).value_or("0");
}

bool process_is_gone(std::string_view identity) {
  const std::vector<std::string_view> parts = split(identity);
  if (parts.size() < 3 || parts[0] != host_name()) return false;
  long pid = 0;
  auto [end, error] = std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), pid);
  if (error != std::errc() || pid <= 0) return false;
  if (kill(static_cast<pid_t>(pid), 0) != 0) return errno == ESRCH;
  const std::optional<std::string> now = start_ticks(pid);
  return now.has_value() && parts[2] != "0" && *now != parts[2];
}

}  // namespace otsstream
