#pragma once
// Log lines over spdlog, to stderr. A line costs one comparison when its level is off: its
// arguments are not even evaluated. Never pass a Secret: it has no formatter, so it does not
// compile.

#include <spdlog/logger.h>

#include <string_view>

namespace otsstream {

// The process's logger (only logger.h is included above: spdlog.h is several times as much to
// compile).
spdlog::logger& logger();

// "trace", "debug", "info", "warn", "error", "off"; false for another word. Starts at "info".
bool set_log_level(std::string_view word);

}  // namespace otsstream

#define OTS_LOG_AT(level, ...)                                                    \
  do {                                                                            \
    if (auto& ots_logger = ::otsstream::logger(); ots_logger.should_log(level)) { \
      ots_logger.log(level, __VA_ARGS__);                                         \
    }                                                                             \
  } while (false)

#define OTS_LOG_DEBUG(...) OTS_LOG_AT(spdlog::level::debug, __VA_ARGS__)
#define OTS_LOG_INFO(...) OTS_LOG_AT(spdlog::level::info, __VA_ARGS__)
#define OTS_LOG_WARN(...) OTS_LOG_AT(spdlog::level::warn, __VA_ARGS__)
#define OTS_LOG_ERROR(...) OTS_LOG_AT(spdlog::level::err, __VA_ARGS__)
