#include "sim/phases.h"

#include <array>

namespace otsstream::sim {

namespace {

struct Row {
  const char* name;
  const char* method;
  const char* path;
  const char* query;
};

// clang-format off: one a line
constexpr std::array<Row, kPhases> kRows = {{
    {"table", "GET", "/api/projects/demo/tables/person", ""},
    {"partition", "GET", "/api/projects/demo/tables/person", "partition="},
    {"statement", "", "/api/projects/demo/instances", ""},
    {"route", "GET", "/api/projects/demo/tunnel", ""},
    {"session", "POST", "/projects/demo/tables/person", "uploads"},
    {"block", "PUT", "/projects/demo/tables/person", "blockid="},
    {"ask", "GET", "/projects/demo/tables/person", "uploadid="},
    {"commit", "POST", "/projects/demo/tables/person", "uploadid="},
}};
// clang-format on

const Row& row_of(Phase phase) { return kRows[static_cast<size_t>(phase)]; }

}  // namespace

const char* name_of(Phase phase) { return row_of(phase).name; }

PhasePattern pattern_of(Phase phase) {
  const Row& row = row_of(phase);
  return {row.method, row.path, row.query};
}

std::optional<Phase> phase_of(const Request& request) {
  std::optional<Phase> found;
  for (int i = 0; i < kPhases; ++i) {
    const Row& row = kRows[static_cast<size_t>(i)];
    if (*row.method != '\0' && request.method != row.method) continue;
    if (!request.path().starts_with(row.path)) continue;
    if (request.query().find(row.query) == std::string_view::npos) continue;
    // The partition's pattern is the table's and more.
    found = static_cast<Phase>(i);
  }
  return found;
}

}  // namespace otsstream::sim
