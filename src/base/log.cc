#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

namespace otsstream {
namespace {

// Also spdlog's default, so that a library that logs through spdlog does not write into our stdout.
std::shared_ptr<spdlog::logger> make_logger() {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  auto made = std::make_shared<spdlog::logger>("otsstream", std::move(sink));
  made->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
  made->flush_on(spdlog::level::warn);
  spdlog::set_default_logger(made);
  return made;
}

}  // namespace

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = make_logger();
  return *instance;
}

bool set_log_level(std::string_view word) {
  static constexpr std::pair<std::string_view, spdlog::level::level_enum> kLevels[] = {
      {"trace", spdlog::level::trace}, {"debug", spdlog::level::debug},
      {"info", spdlog::level::info},   {"warn", spdlog::level::warn},
      {"error", spdlog::level::err},   {"off", spdlog::level::off}};
  for (const auto& [name, level] : kLevels) {
    if (word != name) continue;
    logger().set_level(level);
    return true;
  }
  return false;
}

}  // namespace otsstream
