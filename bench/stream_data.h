#pragma once
// The rows that both bench programs work on: three shapes, the same bytes in every run.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"
#include "tablestore/wire/types.h"

namespace otsstream::bench {

enum class Shape {
  kPerson,  // a dozen bytes in most cells: what a table of entities looks like
  kWide,    // 200 numbers in a row: measurements
  kLetter,  // four texts of some kilobytes: documents
};
std::string_view to_string(Shape shape);

// Key columns of every shape: `id` STRING, eight digits.
inline constexpr int64_t kKeys = 100'000'000;
std::string key_text(int64_t key);

struct Change {
  tablestore::ActionType action = tablestore::ActionType::kPut;
  tablestore::Row row;
};

// An endless run of changes: mostly rows that are put, then updates of some columns, deleted
// columns and deleted rows.
class ChangeSource {
 public:
  // `version_ms` is the version of every written cell, unless the server gives it (0).
  ChangeSource(Shape shape, int64_t version_ms)
      : shape_(shape), version_ms_(version_ms), random_(7) {}
  Change next();

 private:
  tablestore::Cell put(std::string name, tablestore::CellValue value) const;
  tablestore::CellValue text(size_t bytes);
  void add_all(tablestore::Row& row);
  void add_some(tablestore::Row& row);

  Shape shape_;
  int64_t version_ms_;
  Random random_;
  int64_t count_ = 0;
};

}  // namespace otsstream::bench
