#include "sync/job_setup.h"

#include <algorithm>

#include "sync/registry.h"

namespace otsstream::sync {

namespace {

constexpr int kDefaultChannels = 3;
constexpr size_t kDefaultBudget = 64u << 20;
constexpr size_t kSmallestBudget = 16u << 20;
constexpr size_t kLargestDefaultBudget =
    1u << 30;  // a JVM heap option is not our need; it only bounds us

size_t memory_budget(const job::Settings& settings) {
  if (!settings.memory_budget_bytes) return kDefaultBudget;
  return std::clamp(*settings.memory_budget_bytes / 4, kSmallestBudget, kLargestDefaultBudget);
}

Result<tablestore::Connection> tablestore_connection(const job::JobSpec& job,
                                                     const RunContext& context,
                                                     Diagnostics& diagnostics) {
  OTS_TRY(job::TablestoreAccess access,
          job::tablestore_access(job, *job.reader, *context.connections, diagnostics));
  return tablestore::Connection{access.endpoint, access.instance, access.access_id,
                                access.access_key, access.security_token};
}

// What the text asks for and this version does not do: refused, because leaving it out would change
// the data.
Status check_supported(const job::JobSpec& job) {
  if (job.transformer != nullptr && !job.transformer->items().empty()) {
    Error error =
        make_error(ErrorKind::kUnsupported, "Job-Transformer", "transformers are not supported yet",
                   "remove the transformer list, or transform in the destination");
    error.where = job.transformer->where();
    return fail(std::move(error));
  }
  return {};
}

// common.column.*, whose mistakes were told when the settings were read.
ConvertOptions convert_options(const job::Settings& settings,
                               const std::optional<reader::Settings>& source) {
  ConvertOptions options;
  if (source) options.zone = source->zone;
  if (settings.time_zone) {
    if (auto zone = Zone::parse(*settings.time_zone)) options.zone = std::move(*zone);
  }
  TimeTexts::Patterns patterns;
  const job::TimeForms& forms = settings.time_forms;
  if (forms.datetime) patterns.datetime = *forms.datetime;
  if (forms.date) patterns.date = *forms.date;
  if (forms.time) patterns.time = *forms.time;
  if (forms.extra) patterns.extra = *forms.extra;
  if (auto times = TimeTexts::make(patterns)) options.times = std::move(*times);
  return options;
}

}  // namespace

SourceSetup set_up_source(const job::JobSpec& job, const RunContext& context,
                          Diagnostics& diagnostics) {
  SourceSetup source;
  if (auto settings = reader::read_settings(*job.reader, job.settings.time_zone, diagnostics))
    source.settings = std::move(*settings);
  if (auto connection = tablestore_connection(job, context, diagnostics)) {
    source.connection = std::move(*connection);
  } else {
    diagnostics.add_once(std::move(connection).error());
  }
  if (Status supported = check_supported(job); !supported)
    diagnostics.add(Severity::kError, supported.error());
  return source;
}

JobSetup set_up(const job::JobSpec& job, const RunContext& context, Diagnostics& diagnostics) {
  JobSetup setup;
  setup.source = set_up_source(job, context, diagnostics);
  setup.budget = context.budget
                     ? context.budget
                     : ByteBudget::create(*context.executor, memory_budget(job.settings));
  setup.dirty = std::make_unique<DirtySink>(
      DirtySink::Options{job.settings.error_limit_record, job.settings.error_limit_percentage, 10});
  setup.channels = job.settings.concurrent.value_or(kDefaultChannels);
  WriterNeeds needs;
  needs.context = {context.executor, setup.budget.get(), setup.dirty.get(),
                   context.cancel,   setup.channels,     setup.budget->capacity()};
  needs.convert = convert_options(job.settings, setup.source.settings);
  needs.transport = context.transport;
  needs.random = context.random;
  needs.connections = context.connections;
  needs.out = context.out;
  if (auto writer = make_writer(job, needs, diagnostics)) {
    setup.writer = std::move(*writer);
  } else {
    diagnostics.add_once(std::move(writer).error());
  }
  return setup;
}

tablestore::Client make_client(const tablestore::Connection& connection, const RunContext& context,
                               int max_retries, const CancelToken* cancel) {
  tablestore::CallerOptions options;
  options.retry.max_retries = max_retries;
  options.cancel = cancel;
  return tablestore::Client(tablestore::Caller::create(
      connection, *context.transport, *context.executor, *context.random, std::move(options)));
}

}  // namespace otsstream::sync
