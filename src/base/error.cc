#include "base/error.h"

#include <utility>

namespace otsstream {
namespace {

// One line whatever a service or a file name put into the text.
std::string on_one_line(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

}  // namespace

std::string Error::headline() const {
  std::string out;
  if (!where.empty()) out += where + ": ";
  out += message;
  if (!code.empty() && !request_id.empty()) {
    out += " [" + code + ", " + request_id + "]";
  } else if (!code.empty() || !request_id.empty()) {
    out += " [" + (code.empty() ? request_id : code) + "]";
  }
  if (!remedy.empty()) out += " - " + remedy;
  return on_one_line(out);
}

std::string Error::to_string() const {
  std::string out = headline();
  for (const Error* e = cause.get(); e != nullptr; e = e->cause.get()) {
    out += "\ncaused by: " + e->headline();
  }
  return out;
}

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
      return "usage";
    case ErrorKind::kConfig:
      return "config";
    case ErrorKind::kNotFound:
      return "not-found";
    case ErrorKind::kPermission:
      return "permission";
    case ErrorKind::kConflict:
      return "conflict";
    case ErrorKind::kUnsupported:
      return "unsupported";
    case ErrorKind::kService:
      return "service";
    case ErrorKind::kNetwork:
      return "network";
    case ErrorKind::kTimeout:
      return "timeout";
    case ErrorKind::kCorrupt:
      return "corrupt";
    case ErrorKind::kDataLost:
      return "data-lost";
    case ErrorKind::kDirtyLimit:
      return "dirty-limit";
    case ErrorKind::kResource:
      return "resource";
    case ErrorKind::kCancelled:
      return "cancelled";
    case ErrorKind::kInternal:
      return "internal";
  }
  return "unknown";
}

int exit_code(ErrorKind kind, bool detailed) {
  if (kind == ErrorKind::kCancelled) return 143;
  if (kind == ErrorKind::kUsage) return 255;
  if (detailed && kind == ErrorKind::kConfig) return 2;
  if (detailed && kind == ErrorKind::kDirtyLimit) return 3;
  return 1;
}

Error make_error(ErrorKind kind, std::string code, std::string message, std::string remedy) {
  Error error;
  error.kind = kind;
  error.code = std::move(code);
  error.message = std::move(message);
  error.remedy = std::move(remedy);
  return error;
}

Error wrap_error(Error error, std::string message, std::string where) {
  Error outer = make_error(error.kind, error.code, std::move(message));
  outer.where = std::move(where);
  outer.retry = error.retry;
  outer.cause = std::make_shared<const Error>(std::move(error));
  return outer;
}

}  // namespace otsstream
