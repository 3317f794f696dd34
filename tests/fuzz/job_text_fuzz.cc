// Job texts as a run reads them: -p options (the first line), variables in the text behind it, its
// parts in any dialect.

#include <algorithm>

#include "job/dialect.h"
#include "job/variables.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const size_t line = std::min(text.find('\n'), text.size());
  job::Variables variables = {{"bdp.system.bizdate", "20261121"},
                              {"bdp.system.cyctime", "20261122000000"}};
  (void)job::parse_param_option(text.substr(0, line), variables);
  auto document = parse_json(text.substr(std::min(line + 1, text.size())), "fuzz");
  if (!document) return 0;
  (void)job::variables_used(**document);
  Diagnostics diagnostics;
  job::substitute_variables(**document, variables, diagnostics);
  (void)job::find_parts((*document)->root(), diagnostics);
  return 0;
}
