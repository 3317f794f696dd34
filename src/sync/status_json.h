#pragma once
// Status reports for programs (docs/status.md).

#include <string>

#include "sync/status_report.h"

namespace otsstream::sync {

// "otsstream-status/1": the whole report, its windows without their checkpoints.
std::string to_json(const StatusReport& report);
// "otsstream-status-windows/1": the windows only.
std::string windows_json(const StatusReport& report);
// "otsstream-status-window/1": one window with its checkpoints.
std::string window_json(const WindowStatus& window, const Zone& zone);

}  // namespace otsstream::sync
