#include "config/diagnostics.h"

#include <algorithm>

#include "config/json_text.h"

namespace otsstream {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kNotice:
      return "notice";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "error";
}

namespace {

Error error_at(const JsonNode& at, std::string code, std::string message, std::string remedy) {
  Error error =
      make_error(ErrorKind::kConfig, std::move(code), std::move(message), std::move(remedy));
  error.where = at.where();
  return error;
}

}  // namespace

void Diagnostics::add(Severity severity, Error error) {
  const bool is_spoiled =
      std::find(spoiled_.begin(), spoiled_.end(), error.where) != spoiled_.end();
  if (is_spoiled && severity == Severity::kError) return;
  items_.push_back({severity, std::move(error)});
}

void Diagnostics::add_once(Error error) {
  for (const Diagnostic& item : items_)
    if (item.severity == Severity::kError &&
        (error.where.empty() || item.error.where == error.where))
      return;
  add(Severity::kError, std::move(error));
}

void Diagnostics::notice(const JsonNode& at, std::string code, std::string message,
                         std::string remedy) {
  add(Severity::kNotice, error_at(at, std::move(code), std::move(message), std::move(remedy)));
}

void Diagnostics::warning(const JsonNode& at, std::string code, std::string message,
                          std::string remedy) {
  add(Severity::kWarning, error_at(at, std::move(code), std::move(message), std::move(remedy)));
}

void Diagnostics::error(const JsonNode& at, std::string code, std::string message,
                        std::string remedy) {
  add(Severity::kError, error_at(at, std::move(code), std::move(message), std::move(remedy)));
}

size_t Diagnostics::count(Severity severity) const {
  return static_cast<size_t>(
      std::count_if(items_.begin(), items_.end(),
                    [severity](const Diagnostic& d) { return d.severity == severity; }));
}

Error Diagnostics::to_error() const {
  std::vector<const Error*> errors;
  for (const Diagnostic& item : items_)
    if (item.severity == Severity::kError) errors.push_back(&item.error);
  if (errors.empty())
    return make_error(ErrorKind::kInternal, "Config-NoError",
                      "an error was asked for, but there is none");
  if (errors.size() == 1) return *errors.front();
  std::string message = std::to_string(errors.size()) + " errors:";
  for (size_t i = 0; i < errors.size(); ++i)
    message += (i ? "; (" : " (") + std::to_string(i + 1) + ") " + errors[i]->headline();
  return make_error(errors.front()->kind, errors.front()->code, std::move(message));
}

Status Diagnostics::to_status() const {
  if (has_errors()) return fail(to_error());
  return {};
}

}  // namespace otsstream
