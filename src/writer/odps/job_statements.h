#pragma once
// preSql and postSql (maxcompute-protocol.md 6.1, 6.4): statements of the job around its rows. They
// may run more than once, so the job's author writes them so that this does no harm.

#include <memory>
#include <string>
#include <vector>

#include "maxcompute/client/rest_client.h"
#include "writer/writer.h"

namespace otsstream::writer {

// The window is ours, nothing was begun. Fails with "OdpsWriter-PreSql".
Status run_pre_sql(const std::shared_ptr<maxcompute::HttpCaller>& caller,
                   const std::vector<std::string>& statements);

// The rows have landed in `destination`. Fails with "OdpsWriter-PostSql", which says so.
Status run_post_sql(const std::shared_ptr<maxcompute::HttpCaller>& caller,
                    const std::vector<std::string>& statements, const std::string& destination,
                    const KeepAlive& keep_alive);

}  // namespace otsstream::writer
