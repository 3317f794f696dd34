#pragma once
// mode, column, columnFilter, opTypes, exportDeletes, exportOldValues, sequenceColumns and
// isExportSequenceInfo -> ShapeOptions. They depend on each other, so they are judged together.

#include <string>
#include <vector>

#include "config/diagnostics.h"
#include "config/param_reader.h"
#include "reader/shape.h"

namespace otsstream::reader {

// The parameters as they are written.
struct WrittenShape {
  std::string mode;
  bool is_timeseries = false;
  bool export_sequence_info = false;
  bool export_deletes = false;
  bool export_old_values = false;
  std::vector<std::string> sequence_columns;
  std::vector<std::string> column_filter;
  std::vector<std::string> op_types;
};

inline constexpr std::string_view kRowMode = "single_version_and_update_only";

// Words of opTypes: those of column mode, then those of row mode.
const std::vector<std::string>& operation_words();

// A combination that makes no sense is an error, "Reader-Combination", at the place of the
// parameter that should go; what DataX passes over gives a warning.
ShapeOptions read_shape(const WrittenShape& written, const ParamPlaces& places,
                        Diagnostics& diagnostics);

}  // namespace otsstream::reader
