#include "maxcompute/client/rest_client.h"

#include <algorithm>

#include "maxcompute/client/service_error.h"
#include "maxcompute/client/tunnel_call.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::maxcompute {
namespace {

constexpr Duration kFirstPoll = milliseconds(50);
constexpr Duration kSlowestPoll = seconds(1);

std::string project_resource(const HttpCaller& caller) {
  return "/projects/" + percent_encode(caller.connection().project);
}

// Names go between back-quotes and cannot hold one themselves.
Result<std::string> quoted_table(const HttpCaller& caller, const std::string& table) {
  const std::string& project = caller.connection().project;
  if (table.empty() || table.find('`') != std::string::npos ||
      project.find('`') != std::string::npos)
    return fail(ErrorKind::kConfig, "MaxCompute-TableName",
                "'" + project + "." + table + "' is no proper table name");
  return "`" + project + "`.`" + table + "`";
}

// A statement as an instance (2.5): submit, wait for the end, fetch the text.
class SqlRun {
 public:
  SqlRun(HttpCaller& caller, std::string tag) : caller_(caller), subject_("SQL task " + tag) {
    job_.uuid = caller.random().uuid();
    job_.task_name = "otsstream_" + tag + "_" + job_.uuid;
    std::replace(job_.task_name.begin(), job_.task_name.end(), '-', '_');
    job_.settings = {{"odps.sql.type.system.odps2", "true"}};
  }

  // `repeatable`: the statement may run twice, so a lost answer may be tried again.
  Result<std::string> run(const std::string& query, bool repeatable) {
    job_.query = query;
    job_.query.erase(job_.query.find_last_not_of(" \t\r\n") + 1);
    if (!job_.query.ends_with(';')) job_.query += ';';

    HttpCaller::Call submit = call("POST", "");
    submit.resource = project_resource(caller_) + "/instances";
    submit.headers.set("Content-Type", "application/xml");
    submit.body = Body(write_sql_job_xml(job_));
    submit.idempotent = repeatable;
    OTS_TRY(Response submitted, caller_.call(std::move(submit)));

    // A synchronous service answers with the result itself.
    SharedBuffer body = submitted.body.flat();
    if (!body.empty()) {
      if (auto status = read_task_status(body.view())) return result(*status, body.view());
    }
    std::string_view location = submitted.headers.get("Location");
    std::string_view id = location.substr(location.rfind('/') + 1);
    if (id.empty())
      return fail(ErrorKind::kCorrupt, "MaxCompute-NoInstance",
                  subject_ + ": the answer has no Location with an instance id");
    resource_ = project_resource(caller_) + "/instances/" + std::string(id);

    OTS_CHECK(wait());
    OTS_TRY(Response state, caller_.call(call("GET", "taskstatus")));
    OTS_TRY(TaskStatus status, read_task_status(state.body.flat().view()));
    OTS_TRY(Response answer, caller_.call(call("GET", "result")));
    return result(status, answer.body.flat().view());
  }

 private:
  HttpCaller::Call call(std::string method, std::string query) const {
    HttpCaller::Call call;
    call.method = std::move(method);
    call.base = caller_.connection().endpoint;
    call.resource = resource_;
    call.query = std::move(query);
    call.subject = subject_;
    return call;
  }

  Status wait() {
    for (Duration pause = kFirstPoll;; pause = std::min(pause * 2, kSlowestPoll)) {
      OTS_CHECK(caller_.pause(pause));
      OTS_TRY(Response answer, caller_.call(call("GET", "")));
      OTS_TRY(bool terminated, read_instance_terminated(answer.body.flat().view()));
      if (terminated) return {};
    }
  }

  Result<std::string> result(TaskStatus status, std::string_view body) const {
    OTS_TRY(std::string text, read_result(body));
    if (status == TaskStatus::kSuccess) return text;
    if (status == TaskStatus::kCancelled)
      return fail(ErrorKind::kService, "MaxCompute-SqlCancelled",
                  subject_ + ": somebody cancelled it");
    return fail(sql_error(text, subject_));
  }

  HttpCaller& caller_;
  std::string subject_;
  std::string resource_;
  SqlJob job_;
};

}  // namespace

std::string RestClient::table_resource(const std::string& table) const {
  return project_resource(*caller_) + "/tables/" + percent_encode(table);
}

HttpCaller::Call RestClient::get(const std::string& resource, std::string query,
                                 std::string subject) const {
  HttpCaller::Call call;
  call.method = "GET";
  call.base = caller_->connection().endpoint;
  call.resource = resource;
  call.query = std::move(query);
  call.subject = std::move(subject);
  return call;
}

Result<TableSchema> RestClient::get_table(const std::string& table) {
  OTS_TRY(Response answer, caller_->call(get(table_resource(table), "", "table " + table)));
  auto schema = read_table_xml(answer.body.flat().view());
  if (!schema) return fail(wrap_error(schema.error(), "table " + table + ": unreadable answer"));
  return schema;
}

Result<bool> RestClient::partition_exists(const std::string& table,
                                          const PartitionSpec& partition) {
  auto answer =
      caller_->call(get(table_resource(table), "partition=" + percent_encode(partition.quoted()),
                        describe_target(table, partition)));
  if (answer) return true;
  if (is_no_such_partition(answer.error())) return false;
  return fail(answer.error());
}

Result<std::vector<PartitionSpec>> RestClient::list_partitions(const std::string& table) {
  std::vector<PartitionSpec> all;
  std::string marker;
  while (true) {
    std::string query = "partitions&expectmarker=true";
    if (!marker.empty()) query += "&marker=" + percent_encode(marker);
    OTS_TRY(Response answer,
            caller_->call(get(table_resource(table), query, "partitions of table " + table)));
    OTS_TRY(PartitionPage page, read_partition_list_xml(answer.body.flat().view()));
    all.insert(all.end(), std::make_move_iterator(page.partitions.begin()),
               std::make_move_iterator(page.partitions.end()));
    if (page.next_marker.empty()) return all;
    if (page.next_marker == marker)
      return fail(
          ErrorKind::kCorrupt, "MaxCompute-Marker",
          "partitions of table " + table + ": the list does not get on (same marker twice)");
    marker = std::move(page.next_marker);
  }
}

Status RestClient::add_partition(const std::string& table, const PartitionSpec& partition) {
  OTS_TRY(std::string name, quoted_table(*caller_, table));
  auto done =
      SqlRun(*caller_, "addPart")
          .run("ALTER TABLE " + name + " ADD IF NOT EXISTS PARTITION (" + partition.quoted() + ");",
               true);
  if (!done)
    return fail(wrap_error(done.error(), "cannot add " + describe_target(table, partition)));
  return {};
}

Status RestClient::drop_partition(const std::string& table, const PartitionSpec& partition) {
  OTS_TRY(std::string name, quoted_table(*caller_, table));
  auto done =
      SqlRun(*caller_, "dropPart")
          .run("ALTER TABLE " + name + " DROP IF EXISTS PARTITION (" + partition.quoted() + ");",
               true);
  if (!done)
    return fail(wrap_error(done.error(), "cannot drop " + describe_target(table, partition)));
  return {};
}

Status RestClient::truncate(const std::string& table, const PartitionSpec& partition) {
  OTS_TRY(std::string name, quoted_table(*caller_, table));
  std::string statement = "TRUNCATE TABLE " + name;
  if (!partition.empty()) statement += " PARTITION (" + partition.quoted() + ")";
  auto done = SqlRun(*caller_, "truncate").run(statement, true);
  if (!done)
    return fail(wrap_error(done.error(), "cannot empty " + describe_target(table, partition)));
  return {};
}

Result<std::string> RestClient::run_sql(const std::string& query, const std::string& task_tag,
                                        bool repeatable) {
  return SqlRun(*caller_, task_tag).run(query, repeatable);
}

Result<std::string> RestClient::tunnel_endpoint() {
  const Connection& connection = caller_->connection();
  if (tunnel_endpoint_.empty()) tunnel_endpoint_ = connection.tunnel_endpoint;
  while (tunnel_endpoint_.ends_with('/')) tunnel_endpoint_.pop_back();
  if (!tunnel_endpoint_.empty()) return tunnel_endpoint_;

  std::string query = "service";
  if (!connection.tunnel_quota.empty())
    query += "&quotaName=" + percent_encode(connection.tunnel_quota);
  OTS_TRY(Response answer, caller_->call(get(project_resource(*caller_) + "/tunnel", query,
                                             "tunnel address of project " + connection.project)));
  SharedBuffer body = answer.body.flat();
  std::string_view host = ascii::trim(body.view());
  if (host.empty() || host.find_first_of(" \t\r\n/<>{}") != std::string_view::npos)
    return fail(
        ErrorKind::kCorrupt, "MaxCompute-TunnelAddress",
        "tunnel address of project " + connection.project + ": the answer is no 'host:port'",
        "set tunnelServer (tunnel endpoint) in the connection");
  std::string scheme = connection.endpoint.substr(0, connection.endpoint.find("://"));
  tunnel_endpoint_ = scheme + "://" + std::string(host);
  return tunnel_endpoint_;
}

}  // namespace otsstream::maxcompute
