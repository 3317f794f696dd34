#pragma once
// What a SELECT gave, typed and exact: one block of the instance tunnel with its schema. The texts
// of ?result are made of it (to_csv), so both ways of reading show the same values.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time_zone.h"
#include "maxcompute/wire/types.h"

namespace otsstream::local {

struct ResultTable {
  // As the statement names them; a name may occur twice or be an expression's text.
  std::vector<maxcompute::Column> columns;
  std::string record_stream;  // uncompressed, with its footer; columns numbered 1 … n
  uint64_t records = 0;
};

// What one submitted text came to; a failed one is an Error instead.
struct SqlOutcome {
  std::string format = "text";  // of `text`: "text" or "csv"
  std::string text;             // what ?result answers
  // Of the last SELECT: what the instance tunnel answers. Nothing for other statements.
  bool has_table = false;
  ResultTable table;
};

// As MaxCompute shows results: quoted header, then rows; NULL is \N. `zone`: of datetime and
// timestamp. Fails with kCorrupt when the stream is damaged.
Result<std::string> to_csv(const ResultTable& table, const Zone& zone);

}  // namespace otsstream::local
