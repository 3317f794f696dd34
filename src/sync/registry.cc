#include "sync/registry.h"

#include <functional>

#include "reader/params.h"
#include "writer/odps/odps_writer.h"
#include "writer/odps/params.h"
#include "writer/stream/stream_writer.h"

namespace otsstream::sync {

namespace {

using MakeWriter = Result<std::unique_ptr<writer::Writer>> (*)(const job::JobSpec&,
                                                               const WriterNeeds&, Diagnostics&);

Result<std::unique_ptr<writer::Writer>> make_odps(const job::JobSpec& job, const WriterNeeds& needs,
                                                  Diagnostics& diagnostics) {
  writer::OdpsSettings settings = writer::read_odps_settings(*job.writer, diagnostics);
  OTS_TRY(job::MaxComputeAccess access,
          job::maxcompute_access(job, *job.writer, *needs.connections, diagnostics));
  OTS_CHECK(diagnostics.to_status());
  writer::OdpsWriterContext context;
  context.base = needs.context;
  context.connection = {access.endpoint,  access.tunnel_endpoint, access.project,
                        access.access_id, access.access_key,      access.security_token,
                        access.region,    settings.tunnel_quota};
  context.client.cancel = needs.context.cancel;
  if (settings.write_timeout_ms)
    context.client.idle_timeout = milliseconds(*settings.write_timeout_ms);
  context.convert = needs.convert;
  context.transport = needs.transport;
  context.random = needs.random;
  return writer::make_odps_writer(std::move(settings), std::move(context));
}

Result<std::unique_ptr<writer::Writer>> make_stream(const job::JobSpec& job,
                                                    const WriterNeeds& needs,
                                                    Diagnostics& diagnostics) {
  writer::StreamSettings settings = writer::read_stream_settings(*job.writer, diagnostics);
  OTS_CHECK(diagnostics.to_status());
  return writer::make_stream_writer(std::move(settings), needs.context, needs.convert, needs.out);
}

struct WriterEntry {
  const char* name;
  MakeWriter make;
};
constexpr WriterEntry kWriters[] = {{"odps", make_odps}, {"stream", make_stream}};

Error unknown_plugin(std::string_view kind, const std::string& name, const JsonNode* at,
                     const std::string& known) {
  Error error = make_error(ErrorKind::kUnsupported, "Job-Plugin",
                           "this version has no " + std::string(kind) + " named " + name,
                           "use one of: " + known);
  if (at != nullptr) error.where = at->where();
  return error;
}

}  // namespace

Status check_reader(const job::JobSpec& job) {
  if (job.reader_name == "otsstream") return {};
  return fail(unknown_plugin("reader", job.reader_name, job.reader, "otsstream"));
}

Result<std::unique_ptr<writer::Writer>> make_writer(const job::JobSpec& job,
                                                    const WriterNeeds& needs,
                                                    Diagnostics& diagnostics) {
  std::string known;
  for (const WriterEntry& entry : kWriters) {
    if (job.writer_name == entry.name) return entry.make(job, needs, diagnostics);
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  }
  return fail(unknown_plugin("writer", job.writer_name, job.writer, known));
}

const std::vector<Plugin>& plugins() {
  static const std::vector<Plugin> all = {
      {"reader", "otsstream", reader::parameter_infos()},
      {"writer", "odps", writer::odps_parameter_infos()},
      {"writer", "stream", writer::stream_parameter_infos()},
  };
  return all;
}

}  // namespace otsstream::sync
