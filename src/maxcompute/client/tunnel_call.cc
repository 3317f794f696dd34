#include "maxcompute/client/tunnel_call.h"

namespace otsstream::maxcompute {

HttpCaller::Call tunnel_call(const HttpCaller& caller, const std::string& tunnel_endpoint,
                             const std::string& table, const PartitionSpec& partition,
                             std::string method, std::string query, std::string subject) {
  HttpCaller::Call call;
  call.method = std::move(method);
  call.base = tunnel_endpoint;
  call.resource = "/projects/" + percent_encode(caller.connection().project) + "/tables/" +
                  percent_encode(table);
  call.query = std::move(query);
  if (!partition.empty()) call.query += "&partition=" + percent_encode(partition.unquoted());
  const std::string& quota = caller.connection().tunnel_quota;
  if (!quota.empty()) call.query += "&quotaName=" + percent_encode(quota);
  call.headers.set("x-odps-tunnel-version", "6");
  call.headers.set("odps-tunnel-date-transform", "v1");
  call.headers.set("odps-tunnel-sdk-support-schema-evolution", "true");
  call.headers.set("Accept-Encoding", "identity");
  call.subject = std::move(subject);
  return call;
}

std::string describe_target(const std::string& table, const PartitionSpec& partition) {
  return "table " + table + (partition.empty() ? "" : ", partition " + partition.unquoted());
}

}  // namespace otsstream::maxcompute
