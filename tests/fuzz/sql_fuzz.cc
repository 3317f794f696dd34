// Statements sent to the local MaxCompute: words, and what they say.

#include "local/maxcompute/ddl.h"
#include "local/maxcompute/sql_tokens.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream::local;
  const std::string_view sql(reinterpret_cast<const char*>(data), size);
  if (auto tokens = sql_tokens(sql)) {
    for (const SqlToken& token : *tokens) {
      if (token.begin > token.end || token.end > sql.size()) __builtin_trap();
    }
  }
  (void)parse_sql(sql);
  return 0;
}
