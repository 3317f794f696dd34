#include "local/local_cloud.h"

#include <algorithm>

#include "config/json_out.h"

namespace otsstream::local {

namespace {

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Status check_instances(const LocalCloudOptions& options) {
  auto wrong = [](std::string message, std::string remedy) {
    return fail(ErrorKind::kConfig, "Local-Keys", std::move(message), std::move(remedy));
  };
  if (options.instances.empty())
    return wrong("the local Tablestore was given no instance", "name at least one");
  for (const std::string& name : options.instances) {
    if (!options.keys.first_of(name))
      return wrong("the instance '" + name + "' has no access key",
                   "name an access id and key that are good there");
  }
  for (const std::string& name : options.keys.instances()) {
    if (std::find(options.instances.begin(), options.instances.end(), name) ==
        options.instances.end())
      return wrong("the keys name the instance '" + name + "', which is not served",
                   "serve it with --instance " + name + ", or take its keys away");
  }
  return {};
}

AccessKeys::ById maxcompute_keys(const LocalCloudOptions& options) {
  const AccessKeys::ById& everywhere = options.keys.everywhere;
  return everywhere.empty() ? options.keys.of(options.instances.front()) : everywhere;
}

// Whoever may call an instance may control the server.
std::vector<Secret> control_keys(const LocalCloudOptions& options) {
  std::vector<Secret> keys;
  for (const std::string& name : options.instances) {
    for (const auto& [id, key] : options.keys.of(name)) keys.push_back(key.secret);
  }
  return keys;
}

}  // namespace

Result<std::unique_ptr<LocalCloud>> LocalCloud::start(LocalCloudOptions options, const Clock& clock,
                                                      Random& random) {
  if (!is_loopback(options.host)) {
    return fail(ErrorKind::kConfig, "Local-Host",
                "the local servers listen on the loopback interface only, not on " + options.host,
                "use 127.0.0.1");
  }
  OTS_CHECK(check_instances(options));

  std::unique_ptr<LocalCloud> cloud(new LocalCloud);
  TablestoreServerOptions tablestore;
  for (const std::string& name : options.instances)
    tablestore.instances[name] = options.keys.of(name);
  tablestore.data_lag = options.data_lag;
  tablestore.directory = options.tablestore_directory;
  tablestore.sync = options.tablestore_sync;
  tablestore.loose = options.tablestore_loose;
  tablestore.memory_cap_bytes = options.tablestore_memory_cap;
  OTS_TRY(cloud->tablestore_, TablestoreServer::open(std::move(tablestore), clock, random));
  // A page in the user's browser can reach loopback too; it cannot know the key, nor send the
  // header without being asked.
  cloud->control_ = std::make_unique<Control>(*cloud->tablestore_, control_keys(options));

  MaxComputeOptions maxcompute;
  maxcompute.projects = options.projects;
  for (const auto& [id, key] : maxcompute_keys(options)) {
    maxcompute.access_keys.emplace(id, key.secret);
    if (!key.sts_token.empty()) maxcompute.sts_tokens.emplace(id, key.sts_token);
  }
  maxcompute.clock = &clock;
  maxcompute.random = &random;
  maxcompute.directory = options.maxcompute_directory;
  maxcompute.memory_cap_bytes = options.maxcompute_memory_cap;
  maxcompute.faults = &cloud->tablestore_->faults();  // one list of rules for both
  OTS_TRY(cloud->maxcompute_, MaxComputeServer::create(std::move(maxcompute)));

  HttpServerOptions listener;
  listener.host = options.host;
  listener.port = options.tablestore_port;
  listener.max_body_bytes = cloud->tablestore_->options().max_body_bytes;  // never read beyond it
  OTS_TRY(cloud->tablestore_listener_,
          HttpServer::start(listener, with_control(*cloud->tablestore_, *cloud->control_)));
  listener.port = options.maxcompute_port;
  listener.max_body_bytes = HttpServerOptions().max_body_bytes;
  OTS_TRY(cloud->maxcompute_listener_,
          HttpServer::start(listener, [server = cloud->maxcompute_.get()](const Request& request) {
            return server->handle(request);
          }));
  cloud->maxcompute_->set_origin(cloud->maxcompute_listener_->origin());
  cloud->options_ = std::move(options);
  return cloud;
}

LocalCloud::~LocalCloud() = default;

std::string LocalCloud::tablestore_endpoint() const { return tablestore_listener_->origin(); }

std::string LocalCloud::maxcompute_endpoint() const {
  return maxcompute_listener_->origin() + "/api";
}

std::string LocalCloud::connections_json() const {
  const std::string& instance = options_.instances.front();
  const auto& [access_id, key] = *options_.keys.first_of(instance);
  JsonOut out(JsonStyle::kPretty);
  out.begin_object();
  out.key("otsstream").begin_object();
  out.member("type", "ots")
      .member("endpoint", tablestore_endpoint())
      .member("instanceName", instance);
  out.member("accessId", access_id).member("accessKey", key.secret.reveal());
  if (!key.sts_token.empty()) out.member("securityToken", key.sts_token.reveal());
  out.end_object();
  const AccessKeys::ById project_keys = maxcompute_keys(options_);
  const auto& [project_id, project_key] = *project_keys.begin();
  for (const std::string& project : options_.projects) {
    const bool first = project == options_.projects.front();
    out.key(first ? "odps_first" : "odps_" + project).begin_object();
    out.member("type", "odps").member("endpoint", maxcompute_endpoint()).member("project", project);
    out.member("accessId", project_id).member("accessKey", project_key.secret.reveal());
    if (!project_key.sts_token.empty()) out.member("securityToken", project_key.sts_token.reveal());
    out.end_object();
  }
  out.end_object();
  return std::move(out).take() + "\n";
}

}  // namespace otsstream::local
