#pragma once
// Access data as it is written, in the connections file and in the blocks of a job: inside job/
// only.

#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "config/param.h"
#include "job/connections.h"

namespace otsstream::job {

// Values of one connection as they are written: ${env:...} not yet resolved. Also the access keys
// of a plug-in's own parameter block, which has the same names.
struct WrittenAccess {
  std::string datasource;
  std::string endpoint;
  std::string instance;
  std::string project;
  std::string tunnel_endpoint;
  std::string region;
  std::string access_id;
  Secret access_key;
  Secret security_token;
};

enum class Target { kTablestore, kMaxCompute };

// Declarations for an entry of the connections file, or for a plug-in's block.
const ParamSet<WrittenAccess>& access_params(Target target, bool in_file);

// Given values of `over` replace those of `base`.
void overlay(WrittenAccess& base, const WrittenAccess& over);

// Fails with what is still missing for a call, named as it is to be written.
Status check_complete(const WrittenAccess& access, Target target, const std::string& where,
                      const std::string& remedy);

TablestoreAccess to_tablestore(WrittenAccess access);
MaxComputeAccess to_maxcompute(WrittenAccess access);
WrittenAccess to_written(const TablestoreAccess& access);
WrittenAccess to_written(const MaxComputeAccess& access);

tl::unexpected<Error> config_error(std::string where, std::string code, std::string message,
                                   std::string remedy = {});

}  // namespace otsstream::job
