#include "local/maxcompute/instances.h"

#include <sstream>

#include "local/maxcompute/answers.h"
#include "local/maxcompute/sql/script.h"
#include "maxcompute/wire/rest_xml.h"
#include "maxcompute/wire/xml_text.h"

namespace otsstream::local {

using maxcompute::TaskStatus;

namespace {

// What ?source answers: the <Job> alone, which is how the clients read it back.
Result<std::string> job_xml(std::string_view body) {
  OTS_TRY(auto document, maxcompute::xml::parse(body, "Instance", "SQL job"));
  std::ostringstream out;
  document->document_element().child("Job").print(out, "", pugi::format_raw);
  return std::string(maxcompute::xml::kDeclaration) + out.str();
}

Result<Response> submit(const Backend& backend, const Call& call) {
  const SharedBuffer body = call.request.body.flat();
  OTS_TRY(auto job, maxcompute::read_sql_job_xml(body.view()));
  InstanceRecord instance;
  instance.id = backend.new_id();
  instance.task_name = job.task_name;
  OTS_TRY(instance.source, job_xml(body.view()));
  instance.started = backend.now();
  auto outcome = run_sql(backend, job.query, job.settings);
  instance.success = outcome.has_value();
  instance.format = outcome ? outcome->format : "text";
  instance.result = outcome ? outcome->text : "FAILED: " + outcome.error().message;
  if (outcome && outcome->has_table) {
    ResultTable& table = outcome->table;
    instance.columns = std::move(table.columns);
    instance.table.records = table.records;
    instance.table.bytes = table.record_stream.size();
    OTS_TRY(instance.table.blob, backend.blocks.put(SharedBuffer(std::move(table.record_stream))));
  }
  instance.ended = backend.now();
  if (Status added = backend.catalog.add_instance(instance); !added) {
    if (!instance.table.blob.empty()) backend.blocks.remove({instance.table.blob});
    return fail(std::move(added).error());
  }
  backend.sweep();
  Response response;
  response.status = 201;
  response.headers.set(
      "Location", call.origin + "/api/projects/" + backend.project + "/instances/" + instance.id);
  return response;
}

Response describe(const Call& call, const InstanceRecord& instance) {
  const TaskStatus status = instance.success ? TaskStatus::kSuccess : TaskStatus::kFailed;
  const std::string started = format_http_date(instance.started * 1000);
  const std::string ended = format_http_date(instance.ended * 1000);
  if (call.has("source")) return text_answer(instance.source, "application/xml");
  if (call.has("result")) {
    return xml_answer(
        maxcompute::write_result_xml(instance.task_name, status, instance.format, instance.result));
  }
  if (call.has("taskstatus")) {
    return xml_answer(
        maxcompute::write_task_status_xml(instance.task_name, status, started, ended));
  }
  // Informational for clients; there is nothing to tell about a statement that ran at once.
  if (call.has("instancesummary") || call.has("info")) return json_answer("{}");
  Response response = xml_answer(maxcompute::write_instance_status_xml(true));
  response.headers.set("x-odps-owner", kOwner);
  response.headers.set("x-odps-start-time", started);
  response.headers.set("x-odps-end-time", ended);
  return response;
}

}  // namespace

Result<Response> answer_instances(const Backend& backend, const Call& call) {
  if (call.path.size() == 3) {
    if (call.method() == "POST") return submit(backend, call);
  } else {
    OTS_TRY(auto instance, backend.catalog.instance(call.path[3]));
    if (call.method() == "GET") return describe(call, instance);
    // Stopping what has ended already changes nothing.
    if (call.method() == "PUT") return Response();
  }
  return fail(
      ErrorKind::kUnsupported, "MethodNotAllowed",
      std::string(call.method()) + " is not possible at " + std::string(call.request.path()));
}

}  // namespace otsstream::local
