#pragma once
// Collects everything that can be said about a text, so that its author sees all mistakes at once.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace otsstream {

class JsonNode;

enum class Severity {
  kNotice,   // good to know: accepted, nothing to do
  kWarning,  // the job runs, but probably not as meant
  kError,    // the job does not start
};

std::string_view to_string(Severity severity);

struct Diagnostic {
  Severity severity = Severity::kError;
  Error error;
};

class Diagnostics {
 public:
  void add(Severity severity, Error error);

  // An ErrorKind::kConfig entry that points at a node of a text.
  void notice(const JsonNode& at, std::string code, std::string message, std::string remedy = {});
  void warning(const JsonNode& at, std::string code, std::string message, std::string remedy = {});
  void error(const JsonNode& at, std::string code, std::string message, std::string remedy = {});

  // An error that another look at the same text may have told: left out when one at its place was,
  // or when it is only the sum of several.
  void add_once(Error error);
  // What stands at this place has no value, and that was said: errors about it that follow would
  // only say it again, and are left out.
  void spoil(std::string where) { spoiled_.push_back(std::move(where)); }

  const std::vector<Diagnostic>& items() const { return items_; }
  size_t count(Severity severity) const;
  bool has_errors() const { return count(Severity::kError) > 0; }

  // A single error as it is; several as one error whose message lists them all: "2 errors: (1) ...;
  // (2) ...". Only to be called when has_errors().
  Error to_error() const;
  Status to_status() const;  // fails with to_error() when there are errors

 private:
  std::vector<Diagnostic> items_;
  std::vector<std::string> spoiled_;
};

}  // namespace otsstream
