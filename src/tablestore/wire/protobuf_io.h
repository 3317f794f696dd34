#pragma once
// Parsing and writing a generated message, for the .cc files of this folder that include ots.pb.h;
// names no protobuf header itself.

#include <fmt/format.h>

#include <limits>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace otsstream::tablestore {

inline tl::unexpected<Error> wire_error(std::string message) {
  return fail(ErrorKind::kCorrupt, "Wire-Protobuf", std::move(message));
}

// The library's own complaints about a message, printed to stderr, say nothing that the error does
// not.
void keep_protobuf_quiet();

// Fails with "Wire-Protobuf", naming message and missing fields ("table_meta.primary_key[0].name").
template <class Message>
Status parse_message(std::string_view bytes, Message& message) {
  keep_protobuf_quiet();
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max()) ||
      !message.ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return wire_error(fmt::format("{}: the {} bytes are no protobuf message",
                                  Message::descriptor()->name(), bytes.size()));
  }
  if (!message.IsInitialized()) {
    return wire_error(fmt::format("{}: required fields are missing: {}",
                                  Message::descriptor()->name(),
                                  message.InitializationErrorString()));
  }
  return {};
}

template <class Message>
std::string write_message(const Message& message) {
  std::string out;
  message.SerializePartialToString(&out);
  return out;
}

// Takes a bytes field out of a parsed message.
inline SharedBuffer take_bytes(std::string* bytes) {
  return bytes->empty() ? SharedBuffer() : SharedBuffer(std::move(*bytes));
}

template <class Strings>
std::vector<std::string> copy_strings(const Strings& from) {
  return {from.begin(), from.end()};
}

}  // namespace otsstream::tablestore
