#pragma once
// Who runs on this machine: enough to see whether the holder of a fence row is still alive.

#include <string>
#include <string_view>

namespace otsstream {

// "host:boot:namespace/pid/start" of this process; `start` tells it from a later process with the
// same number. Nothing here holds a '/'-separated part of its own.
std::string process_identity();
// True when `identity` names a process of this host that is certainly gone. False when it lives, or
// when this host cannot know.
bool process_is_gone(std::string_view identity);

}  // namespace otsstream
