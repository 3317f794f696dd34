#include "local/local_cloud.h"

#include "config/json_out.h"

namespace otsstream::local {

namespace {

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace

Result<std::unique_ptr<LocalCloud>> LocalCloud::start(LocalCloudOptions options, const Clock& clock,
                                                      Random& random) {
  if (!is_loopback(options.host)) {
    return fail(ErrorKind::kConfig, "Local-Host",
                "the local servers listen on the loopback interface only, not on " + options.host,
                "use 127.0.0.1");
  }
  if (options.access_keys.empty())
    return fail(ErrorKind::kConfig, "Local-Keys", "the local servers were given no access key",
                "name at least one access id and key");

  std::unique_ptr<LocalCloud> cloud(new LocalCloud);
  TablestoreServerOptions tablestore;
  for (const auto& [id, secret] : options.access_keys)
    tablestore.instances[options.instance][id] = TablestoreAccessKey{secret, {}};
  tablestore.data_lag = options.data_lag;
  cloud->tablestore_ = TablestoreServer::create(std::move(tablestore), clock, random);
  // A page in the user's browser can reach loopback too; it cannot know the key, nor send the
  // header without being asked.
  cloud->control_ =
      std::make_unique<Control>(*cloud->tablestore_, options.access_keys.begin()->second);

  MaxComputeOptions maxcompute;
  maxcompute.project = options.project;
  maxcompute.access_keys = options.access_keys;
  maxcompute.clock = &clock;
  maxcompute.random = &random;
  maxcompute.directory = options.maxcompute_directory;
  OTS_TRY(cloud->maxcompute_, MaxComputeServer::create(std::move(maxcompute)));

  HttpServerOptions listener;
  listener.host = options.host;
  listener.port = options.tablestore_port;
  OTS_TRY(cloud->tablestore_listener_,
          HttpServer::start(listener, with_control(*cloud->tablestore_, *cloud->control_)));
  listener.port = options.maxcompute_port;
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
  const auto& [access_id, access_key] = *options_.access_keys.begin();
  JsonOut out(JsonStyle::kPretty);
  out.begin_object();
  out.key("otsstream").begin_object();
  out.member("type", "ots")
      .member("endpoint", tablestore_endpoint())
      .member("instanceName", options_.instance);
  out.member("accessId", access_id).member("accessKey", access_key.reveal());
  out.end_object();
  out.key("odps_first").begin_object();
  out.member("type", "odps")
      .member("endpoint", maxcompute_endpoint())
      .member("project", options_.project);
  out.member("accessId", access_id).member("accessKey", access_key.reveal());
  out.end_object();
  out.end_object();
  return std::move(out).take() + "\n";
}

}  // namespace otsstream::local
