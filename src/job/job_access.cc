// Access data of a job's reader or writer block (connections.h).

#include "config/param_reader.h"
#include "job/access_params.h"
#include "job/connections.h"

namespace otsstream::job {

namespace {

// The block's own values over those of its connection, with the remarks that they deserve.
// `connection(name)` gives the values of a named one.
template <class ByName>
Result<WrittenAccess> access_of_block(const JobSpec& job, const JsonNode& block, Target target,
                                      Diagnostics& diagnostics, ByName connection) {
  Diagnostics own;
  ParamPlaces places;
  WrittenAccess written = read_params(block, access_params(target, false), own, &places);
  OTS_CHECK(own.to_status());  // its notices come again from the plug-in's own reading

  WrittenAccess access;
  if (!written.datasource.empty()) {
    auto named = connection(written.datasource);
    if (!named) {
      Error error = std::move(named).error();
      const std::string file_place = error.where;
      error.where =
          places.where("datasource") + (file_place.empty() ? "" : " (" + file_place + ")");
      return fail(std::move(error));
    }
    access = to_written(*named);
    std::string winners;
    // `project` is left out: jobs choose the project of a connection as a matter of course.
    for (const char* name : {"endpoint", "instanceName", "tunnelServer", "region", "accessId",
                             "accessKey", "securityToken"})
      if (places.has(name)) winners += (winners.empty() ? "`" : ", `") + std::string(name) + "`";
    if (!winners.empty())
      diagnostics.notice(
          block, "Connection-Explicit",
          "values in the job win over the connection `" + written.datasource + "`: " + winners);
  }
  overlay(access, written);

  if (places.has("accessKey") || places.has("securityToken")) {
    const JsonNode& at =
        places.has("accessKey") ? places.at("accessKey") : places.at("securityToken");
    const std::string message = "the job text holds an access key";
    const std::string remedy =
        "keep keys in the connections file and name the connection in `datasource`";
    job.dialect == Dialect::kDataX
        ? diagnostics.notice(at, "Connection-KeyInJob", message, remedy)
        : diagnostics.warning(at, "Connection-KeyInJob", message, remedy);
  }
  OTS_CHECK(check_complete(access, target, block.where(),
                           written.datasource.empty()
                               ? "name a connection in `datasource`, or give the missing values"
                               : ""));
  return access;
}

}  // namespace

Result<TablestoreAccess> tablestore_access(const JobSpec& job, const JsonNode& block,
                                           const Connections& connections,
                                           Diagnostics& diagnostics) {
  OTS_TRY(WrittenAccess access,
          access_of_block(job, block, Target::kTablestore, diagnostics,
                          [&](const std::string& name) { return connections.tablestore(name); }));
  return to_tablestore(std::move(access));
}

Result<MaxComputeAccess> maxcompute_access(const JobSpec& job, const JsonNode& block,
                                           const Connections& connections,
                                           Diagnostics& diagnostics) {
  OTS_TRY(WrittenAccess access,
          access_of_block(job, block, Target::kMaxCompute, diagnostics,
                          [&](const std::string& name) { return connections.maxcompute(name); }));
  return to_maxcompute(std::move(access));
}

}  // namespace otsstream::job
