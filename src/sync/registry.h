#pragma once
// Plug-in names -> what runs them. The one list of what this version can read from and write to.

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "config/diagnostics.h"
#include "config/param.h"
#include "job/connections.h"
#include "job/job_spec.h"
#include "net/transport.h"
#include "record/convert.h"
#include "writer/writer.h"

namespace otsstream::sync {

// kUnsupported "Job-Plugin" with the known names unless the job's reader is one that we have.
Status check_reader(const job::JobSpec& job);

struct WriterNeeds {
  writer::WriterContext context;
  ConvertOptions convert;
  Transport* transport = nullptr;
  Random* random = nullptr;
  const job::Connections* connections = nullptr;
  std::FILE* out = nullptr;
};
// Reads the writer's parameter block and makes the writer that the job names. Wrong parameters go
// into `diagnostics`, all at once.
Result<std::unique_ptr<writer::Writer>> make_writer(const job::JobSpec& job,
                                                    const WriterNeeds& needs,
                                                    Diagnostics& diagnostics);

struct Plugin {
  std::string kind;  // "reader" or "writer"
  std::string name;
  std::vector<const ParamInfo*> parameters;
};
const std::vector<Plugin>& plugins();

}  // namespace otsstream::sync
