#pragma once
// Log lines over spdlog. The text is built only when the level is on. Never pass a Secret: it has no formatter, so it does not compile.

#include <spdlog/spdlog.h>

#include <string_view>

namespace otsstream {

#define OTS_LOG_DEBUG(...) SPDLOG_DEBUG(__VA_ARGS__)
#define OTS_LOG_INFO(...) spdlog::info(__VA_ARGS__)
#define OTS_LOG_WARN(...) spdlog::warn(__VA_ARGS__)
#define OTS_LOG_ERROR(...) spdlog::error(__VA_ARGS__)

// "trace", "debug", "info", "warn", "error", "off"; false for another word. Lines go to stderr.
bool set_log_level(std::string_view word);

}  // namespace otsstream
