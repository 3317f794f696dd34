#pragma once
// Small whole files: job texts, connection files, reports. Every error names the path and the
// reason.

#include <string>
#include <string_view>

#include "base/result.h"

namespace otsstream {

// The whole file. Fails with "File-NotFound", "File-Permission", "File-TooLarge" (more than
// `max_bytes`) or "File-Io".
Result<std::string> read_file(const std::string& path, size_t max_bytes = size_t{64} << 20);

// The new text or, after any crash, the old file: a temporary file beside it, fsync, rename. The
// file has exactly `mode`, whatever the umask. Fails as read_file does.
Status write_file_atomic(const std::string& path, std::string_view text, unsigned mode = 0644);

// Whether write_file_atomic(path) can be expected to work, without leaving a trace. Fails as
// read_file does.
Status check_writable(const std::string& path);

// For files that hold secrets: a regular file that belongs to the caller (or to root), closed to
// group and others. Fails with "File-NotPrivate", or as read_file does.
Status check_private_file(const std::string& path);

}  // namespace otsstream
