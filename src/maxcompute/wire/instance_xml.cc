// SQL instances (maxcompute-protocol.md 2.5).

#include <array>

#include "base/hash.h"
#include "config/json_out.h"
#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/rest_xml.h"
#include "maxcompute/wire/schema_json.h"
#include "maxcompute/wire/xml_text.h"

namespace otsstream::maxcompute {
namespace {

constexpr std::array<std::string_view, 6> kStatusWords = {"Waiting", "Running",   "Success",
                                                          "Failed",  "Suspended", "Cancelled"};

std::string_view word_of(TaskStatus status) { return kStatusWords[static_cast<size_t>(status)]; }

bool equal_word(std::string_view a, std::string_view b) {
  return ascii::lower(a) == ascii::lower(b);
}

std::optional<TaskStatus> status_of(std::string_view word) {
  for (size_t i = 0; i < kStatusWords.size(); ++i) {
    if (equal_word(kStatusWords[i], word)) return static_cast<TaskStatus>(i);
  }
  return std::nullopt;
}

std::string property(std::string_view name, std::string_view value) {
  return "<Property>" + xml::element("Name", name) + xml::element("Value", value) + "</Property>";
}

tl::unexpected<Error> bad_xml(std::string message) {
  return fail(ErrorKind::kCorrupt, "MaxCompute-Xml", std::move(message));
}

}  // namespace

std::string write_sql_job_xml(const SqlJob& job) {
  JsonOut settings;
  settings.begin_object();
  for (const auto& [name, value] : job.settings) settings.member(name, value);
  settings.end_object();
  return std::string(xml::kDeclaration) +
         "<Instance>\n  <Job>\n    <Priority>9</Priority>\n    <Tasks>\n      <SQL>\n        " +
         xml::element("Name", job.task_name) + "\n        <Config>\n          " +
         property("settings", settings.text()) + "\n          " + property("uuid", job.uuid) +
         "\n        </Config>\n        <Query>" + xml::cdata(job.query) +
         "</Query>\n      </SQL>\n    </Tasks>\n    <DAG><RunMode>Sequence</RunMode></DAG>\n"
         "  </Job>\n</Instance>\n";
}

Result<SqlJob> read_sql_job_xml(std::string_view body) {
  OTS_TRY(auto document, xml::parse(body, "Instance", "SQL job"));
  pugi::xml_node sql = document->document_element().child("Job").child("Tasks").child("SQL");
  if (!sql) return bad_xml("SQL job: there is no <SQL> task");
  if (sql.next_sibling("SQL")) return bad_xml("SQL job: there is more than one <SQL> task");
  SqlJob job;
  job.task_name = xml::child_word(sql, "Name");
  job.query = xml::child_text(sql, "Query");
  if (job.task_name.empty()) return bad_xml("SQL job: the task has no name");
  for (const pugi::xml_node& node : sql.child("Config").children("Property")) {
    std::string name = xml::child_word(node, "Name");
    if (name == "uuid") job.uuid = xml::child_word(node, "Value");
    if (name != "settings") continue;
    OTS_TRY(auto json,
            schema_json::parse_answer(xml::child_text(node, "Value"), "settings of the SQL job"));
    for (const JsonNode* member : json->root().members())
      job.settings.emplace_back(member->key(), member->text());
  }
  return job;
}

std::string write_instance_status_xml(bool terminated) {
  return std::string(xml::kDeclaration) + "<Instance>" +
         xml::element("Status", terminated ? "Terminated" : "Running") + "</Instance>\n";
}

Result<bool> read_instance_terminated(std::string_view body) {
  OTS_TRY(auto document, xml::parse(body, "Instance", "instance status"));
  std::string word = xml::child_word(document->document_element(), "Status");
  if (equal_word(word, "Terminated")) return true;
  if (equal_word(word, "Running") || equal_word(word, "Suspended")) return false;
  return bad_xml("instance status: '" + word + "' is no known state");
}

std::string write_task_status_xml(std::string_view task_name, TaskStatus status,
                                  std::string_view start_http_date,
                                  std::string_view end_http_date) {
  bool running = status == TaskStatus::kWaiting || status == TaskStatus::kRunning ||
                 status == TaskStatus::kSuspended;
  std::string out(xml::kDeclaration);
  out += "<Instance>" + xml::element("Status", running ? "Running" : "Terminated") +
         "<Tasks>\n  <Task Type=\"SQL\">" + xml::element("Name", task_name) +
         xml::element("StartTime", start_http_date);
  if (!end_http_date.empty()) out += xml::element("EndTime", end_http_date);
  return out + xml::element("Status", word_of(status)) +
         "<Histories/></Task>\n</Tasks></Instance>\n";
}

Result<TaskStatus> read_task_status(std::string_view body) {
  OTS_TRY(auto document, xml::parse(body, "Instance", "task status"));
  // Success is when every task has it; else the first task that has not speaks.
  std::optional<TaskStatus> found;
  for (const pugi::xml_node& task : document->document_element().child("Tasks").children("Task")) {
    std::string word = xml::child_word(task, "Status");
    auto status = status_of(word);
    if (!status) return bad_xml("task status: '" + word + "' is no known state");
    if (!found || *found == TaskStatus::kSuccess) found = status;
  }
  if (!found) return bad_xml("task status: there is no task");
  return *found;
}

std::string write_result_xml(std::string_view task_name, TaskStatus status, std::string_view format,
                             std::string_view result) {
  return std::string(xml::kDeclaration) + "<Instance><Tasks>\n  <Task Type=\"SQL\">" +
         xml::element("Name", task_name) + "\n    <Result Transform=\"Base64\" Format=\"" +
         xml::escape(format) + "\">" + xml::cdata(base64_encode(result)) + "</Result>\n    " +
         xml::element("Status", word_of(status)) + "</Task>\n</Tasks></Instance>\n";
}

Result<std::string> read_result(std::string_view body) {
  OTS_TRY(auto document, xml::parse(body, "Instance", "SQL result"));
  pugi::xml_node task = document->document_element().child("Tasks").child("Task");
  if (!task) return bad_xml("SQL result: there is no task");
  pugi::xml_node result = task.child("Result");
  if (!equal_word(result.attribute("Transform").value(), "Base64")) return xml::text_of(result);
  // The service may break the lines of long Base64 texts.
  std::string text = xml::text_of(result);
  std::erase_if(text, ascii::is_blank);
  return base64_decode(text);
}

}  // namespace otsstream::maxcompute
