#include "job/job_spec.h"

namespace otsstream::job {

Result<JobText> parse_job(std::string text, std::string source_name) {
  OTS_TRY(auto document, parse_json(std::move(text), std::move(source_name)));
  return JobText{std::move(document)};
}

std::optional<std::string> declared_time_zone(const JobText& text) {
  Diagnostics unused;  // bind_job says it all again
  const JobParts parts = find_parts(text.document->root(), unused);
  const JsonNode* common = parts.common;
  if (!common && parts.setting) common = find_loosely(*parts.setting, "common", unused);
  const JsonNode* column = common ? find_loosely(*common, "column", unused) : nullptr;
  const JsonNode* zone = column ? find_loosely(*column, "timeZone", unused) : nullptr;
  if (!zone || !zone->is_text()) return std::nullopt;
  if (zone->text().empty() || zone->text().find('$') != std::string::npos) return std::nullopt;
  return zone->text();
}

Result<JobSpec> bind_job(JobText text, const Variables& variables, Diagnostics& diagnostics) {
  const JsonNode& root = text.document->root();
  if (text.document->has_comments() || text.document->has_trailing_commas())
    diagnostics.notice(
        root, "Config-Lenient",
        "comments and commas before closing brackets are accepted, but are not standard JSON");
  substitute_variables(*text.document, variables, diagnostics);
  const JobParts parts = find_parts(root, diagnostics);
  if (!parts.reader.parameter || !parts.writer.parameter) return fail(diagnostics.to_error());

  JobSpec job;
  job.source_name = text.document->source_name();
  job.dialect = parts.dialect;
  job.reader_name = parts.reader.name;
  job.reader = parts.reader.parameter;
  job.writer_name = parts.writer.name;
  job.writer = parts.writer.parameter;
  job.transformer = parts.transformer;
  job.settings = read_settings(parts.dialect, parts.setting, parts.common, parts.core, diagnostics);
  job.document = text.document;
  return job;
}

Result<JobSpec> load_job(std::string text, std::string source_name, const Variables& variables,
                         Diagnostics& diagnostics) {
  OTS_TRY(JobText parsed, parse_job(std::move(text), std::move(source_name)));
  Diagnostics all;
  auto job = bind_job(std::move(parsed), variables, all);
  for (const Diagnostic& item : all.items())
    if (item.severity != Severity::kError) diagnostics.add(item.severity, item.error);
  OTS_CHECK(all.to_status());
  return job;
}

}  // namespace otsstream::job
