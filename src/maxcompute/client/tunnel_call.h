#pragma once
// What all Tunnel calls on a table have in common (maxcompute-protocol.md 1.2, 3.2).

#include <string>

#include "maxcompute/client/rest_client.h"

namespace otsstream::maxcompute {

// Adds `partition` to the query when there is one, the connection's Tunnel quota, and the Tunnel's
// headers.
HttpCaller::Call tunnel_call(const HttpCaller& caller, const std::string& tunnel_endpoint,
                             const std::string& table, const PartitionSpec& partition,
                             std::string method, std::string query, std::string subject);
// "table person, partition pt=1"
std::string describe_target(const std::string& table, const PartitionSpec& partition);

}  // namespace otsstream::maxcompute
