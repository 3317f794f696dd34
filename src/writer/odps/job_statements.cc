#include "writer/odps/job_statements.h"

#include "base/kill_point.h"
#include "base/log.h"

namespace otsstream::writer {

namespace {

Error statement_error(Error error, const std::string& list, size_t number, const std::string& code,
                      const std::string& what, std::string remedy) {
  Error failed = wrap_error(std::move(error),
                            list + " statement " + std::to_string(number + 1) + " failed; " + what);
  failed.code = code;
  failed.remedy = std::move(remedy);
  return failed;
}

}  // namespace

Status run_pre_sql(const std::shared_ptr<maxcompute::HttpCaller>& caller,
                   const std::vector<std::string>& statements) {
  for (size_t i = 0; i < statements.size(); ++i) {
    OTS_LOG_INFO("preSql statement {}", i + 1);
    auto done = maxcompute::RestClient(caller).run_sql(statements[i], "preSql", true);
    if (!done)
      return fail(statement_error(done.error(), "preSql", i, "OdpsWriter-PreSql",
                                  "nothing was read or written",
                                  "correct the statement, then run the job again"));
  }
  if (!statements.empty()) KILL_POINT("odps.begin.after_pre_sql");
  return {};
}

Status run_post_sql(const std::shared_ptr<maxcompute::HttpCaller>& caller,
                    const std::vector<std::string>& statements, const std::string& destination,
                    const KeepAlive& keep_alive) {
  for (size_t i = 0; i < statements.size(); ++i) {
    if (keep_alive) OTS_CHECK(keep_alive());
    OTS_LOG_INFO("postSql statement {}", i + 1);
    auto done = maxcompute::RestClient(caller).run_sql(statements[i], "postSql", true);
    if (!done)
      return fail(statement_error(done.error(), "postSql", i, "OdpsWriter-PostSql",
                                  "the rows have landed in " + destination,
                                  "correct the statement, then run the same window again: it runs "
                                  "postSql only and writes no row twice"));
    KILL_POINT("odps.post_sql.after_statement");
  }
  return {};
}

}  // namespace otsstream::writer
