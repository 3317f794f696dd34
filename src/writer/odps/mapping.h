#pragma once
// Record columns -> table columns, by position (maxcompute-protocol.md 5.5, 6.1); resolved once,
// before anything is written.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "maxcompute/wire/types.h"
#include "writer/writer.h"

namespace otsstream::writer {

struct MappedColumn {
  size_t field = 0;  // 0-based position in the record
  uint32_t number =
      0;  // 1-based position in the table's data columns: the number in the record stream
  std::string name;
  maxcompute::ColumnType type;
};

struct Mapping {
  std::vector<MappedColumn> columns;  // ascending `number`, as the record stream wants them
  size_t input_columns = 0;
  std::vector<std::string>
      names;  // target of each configured column, in configured order, as the table spells it
};

// `configured`: names in record order, or exactly {"*"}. Columns that get no value are NULL, with
// one warning for all that are listed; a field whose type never converts to its column's gets a
// warning. Fails with kConfig "OdpsWriter-Column" for all that is wrong: unknown, twice, a
// partition column; too few for the input.
Result<Mapping> make_mapping(const std::vector<std::string>& configured,
                             const maxcompute::TableSchema& schema,
                             const std::vector<InputColumn>& input,
                             std::vector<std::string>& warnings);

}  // namespace otsstream::writer
