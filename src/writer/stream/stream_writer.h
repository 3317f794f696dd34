#pragma once
// Writer that prints rows, or counts and drops them (job-engine.md 15.1): the end of benchmarks and
// of first tries.

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "config/diagnostics.h"
#include "config/json_text.h"
#include "config/param.h"
#include "record/convert.h"
#include "writer/writer.h"

namespace otsstream::writer {

struct StreamSettings {
  bool print = true;
  std::string field_delimiter = "\t";
};
StreamSettings read_stream_settings(const JsonNode& parameter, Diagnostics& diagnostics);
const std::vector<const ParamInfo*>& stream_parameter_infos();

// `out` must outlive the writer; nullptr only with print == false.
std::unique_ptr<Writer> make_stream_writer(StreamSettings settings, WriterContext context,
                                           ConvertOptions convert, std::FILE* out);

}  // namespace otsstream::writer
