#include "job/access_params.h"

#include <memory>

namespace otsstream::job {

namespace {

void declare_keys(ParamSet<WrittenAccess>& set) {
  set.add("accessId", &WrittenAccess::access_id).alias("accessKeyId").help("AccessKey id.");
  set.add("accessKey", &WrittenAccess::access_key)
      .alias("accessKeySecret")
      .help("AccessKey secret.");
  set.add("securityToken", &WrittenAccess::security_token).help("Token of temporary keys (STS).");
}

void declare_tablestore(ParamSet<WrittenAccess>& set) {
  set.add("endpoint", &WrittenAccess::endpoint)
      .example("https://myinstance.cn-hangzhou.ots.aliyuncs.com")
      .help("URL of the Tablestore instance.");
  set.add("instanceName", &WrittenAccess::instance).help("Name of the instance.");
  declare_keys(set);
}

void declare_maxcompute(ParamSet<WrittenAccess>& set) {
  set.add("endpoint", &WrittenAccess::endpoint)
      .alias("odpsServer")
      .example("https://service.cn-hangzhou.maxcompute.aliyun.com/api")
      .help("URL of MaxCompute.");
  set.add("tunnelServer", &WrittenAccess::tunnel_endpoint)
      .alias("tunnelEndpoint")
      .help("URL of the Tunnel service; absent: the project tells it.");
  set.add("project", &WrittenAccess::project).help("Name of the project.");
  set.add("region", &WrittenAccess::region)
      .alias("regionId")
      .example("cn-hangzhou")
      .help("Region of the project: requests are signed by V4; absent: by V2.");
  declare_keys(set);
}

template <class Text>
void take_given(Text& base, const Text& over) {
  if (!over.empty()) base = over;
}

}  // namespace

const ParamSet<WrittenAccess>& access_params(Target target, bool in_file) {
  auto make = [](Target t, bool file) {
    auto set = std::make_unique<ParamSet<WrittenAccess>>();
    t == Target::kTablestore ? declare_tablestore(*set) : declare_maxcompute(*set);
    if (file) {
      for (const char* name : {"type", "description"})
        set->ignore(name, ParamType::kText, "it is read apart");
      set->ignore("environments", ParamType::kObject, "it is read apart");
      set->unknown_keys(UnknownKeys::kErrorEach);  // in this file it can only be a mistake
    } else {
      set->add("datasource", &WrittenAccess::datasource).alias("dataSource");
      set->unknown_keys(UnknownKeys::kIgnore);  // the plug-in's own parameters
    }
    return set;
  };
  static const auto tablestore_file = make(Target::kTablestore, true);
  static const auto tablestore_block = make(Target::kTablestore, false);
  static const auto maxcompute_file = make(Target::kMaxCompute, true);
  static const auto maxcompute_block = make(Target::kMaxCompute, false);
  if (target == Target::kTablestore) return in_file ? *tablestore_file : *tablestore_block;
  return in_file ? *maxcompute_file : *maxcompute_block;
}

void overlay(WrittenAccess& base, const WrittenAccess& over) {
  take_given(base.endpoint, over.endpoint);
  take_given(base.instance, over.instance);
  take_given(base.project, over.project);
  take_given(base.tunnel_endpoint, over.tunnel_endpoint);
  take_given(base.region, over.region);
  // An id, its key and its token belong together: a token of other keys would be refused.
  if (!over.access_id.empty() || !over.access_key.empty()) base.security_token = Secret();
  take_given(base.access_id, over.access_id);
  take_given(base.access_key, over.access_key);
  take_given(base.security_token, over.security_token);
}

Status check_complete(const WrittenAccess& access, Target target, const std::string& where,
                      const std::string& remedy) {
  std::string missing;
  auto need = [&](bool empty, const char* name) {
    if (empty) missing += (missing.empty() ? "`" : ", `") + std::string(name) + "`";
  };
  need(access.endpoint.empty(), "endpoint");
  if (target == Target::kTablestore)
    need(access.instance.empty(), "instanceName");
  else
    need(access.project.empty(), "project");
  need(access.access_id.empty(), "accessId");
  need(access.access_key.empty(), "accessKey");
  if (!missing.empty())
    return config_error(where, "Connection-Incomplete", "missing or empty: " + missing, remedy);
  for (const std::string* url : {&access.endpoint, &access.tunnel_endpoint})
    if (!url->empty() && url->compare(0, 7, "http://") != 0 && url->compare(0, 8, "https://") != 0)
      return config_error(where, "Connection-Endpoint",
                          std::string(url == &access.endpoint ? "`endpoint`" : "`tunnelServer`") +
                              " must begin with http:// or https://");
  return {};
}

TablestoreAccess to_tablestore(WrittenAccess a) {
  return {std::move(a.endpoint), std::move(a.instance), std::move(a.access_id),
          std::move(a.access_key), std::move(a.security_token)};
}

MaxComputeAccess to_maxcompute(WrittenAccess a) {
  return {std::move(a.endpoint),  std::move(a.tunnel_endpoint), std::move(a.project),
          std::move(a.access_id), std::move(a.access_key),      std::move(a.security_token),
          std::move(a.region)};
}

WrittenAccess to_written(const TablestoreAccess& a) {
  WrittenAccess out;
  out.endpoint = a.endpoint;
  out.instance = a.instance;
  out.access_id = a.access_id;
  out.access_key = a.access_key;
  out.security_token = a.security_token;
  return out;
}

WrittenAccess to_written(const MaxComputeAccess& a) {
  WrittenAccess out;
  out.endpoint = a.endpoint;
  out.tunnel_endpoint = a.tunnel_endpoint;
  out.region = a.region;
  out.project = a.project;
  out.access_id = a.access_id;
  out.access_key = a.access_key;
  out.security_token = a.security_token;
  return out;
}

tl::unexpected<Error> config_error(std::string where, std::string code, std::string message,
                                   std::string remedy) {
  Error error =
      make_error(ErrorKind::kConfig, std::move(code), std::move(message), std::move(remedy));
  error.where = std::move(where);
  return fail(std::move(error));
}

}  // namespace otsstream::job
