#pragma once
// The window as the job text gives it: one of three forms, W1 - W10 (otsstream-reader.md 2.2).

#include <optional>

#include "base/time_zone.h"
#include "config/diagnostics.h"
#include "config/param_reader.h"
#include "reader/window.h"

namespace otsstream::reader {

// `places`: where the five window parameters were given. Complaints go into `diagnostics`, each
// with its own code; then there is no window.
std::optional<Window> read_window(const ParamPlaces& places, const Zone& zone,
                                  Diagnostics& diagnostics);

}  // namespace otsstream::reader
