#include "local/maxcompute/server.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "local/maxcompute/answers.h"
#include "local/maxcompute/authentication.h"
#include "local/maxcompute/backend.h"
#include "local/maxcompute/call.h"
#include "local/maxcompute/rest_routes.h"
#include "local/maxcompute/tunnel_routes.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

namespace {

constexpr std::string_view kRestBase = "/api";

bool is_rest(std::string_view path) {
  return path == kRestBase || path.starts_with(std::string(kRestBase) + "/");
}

// Java sends the MD5 of bodies in hexadecimal digits (T4); what it claims must be true.
Status check_md5(const Request& request) {
  const std::string* claimed = request.headers.find("Content-MD5");
  if (claimed == nullptr) return {};
  if (maxcompute::ascii::lower(*claimed) == to_hex(md5(request.body.flat().view()))) return {};
  return fail(ErrorKind::kConfig, "InvalidArgument", "Content-MD5 does not fit the body");
}

}  // namespace

std::vector<std::string> path_segments(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    if (end > 0) segments.push_back(percent_decode(path.substr(0, end), false));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return segments;
}

Result<std::unique_ptr<MaxComputeServer>> MaxComputeServer::create(MaxComputeOptions options) {
  if (options.project.empty() || options.access_keys.empty() || options.clock == nullptr ||
      options.random == nullptr) {
    return fail(ErrorKind::kConfig, "MaxCompute-Options",
                "the local MaxCompute needs a project, an access key, a clock and a random source");
  }
  options.project = maxcompute::ascii::lower(options.project);
  const std::string& directory = options.directory;
  OTS_TRY(auto blocks,
          BlockStore::open(directory.empty() ? "" : directory + "/blocks", *options.random));
  OTS_TRY(auto catalog,
          Catalog::open(directory.empty() ? "" : directory + "/catalog.sqlite", options.project));
  OTS_TRY(auto referenced, catalog->referenced());
  OTS_CHECK(blocks->keep_only(referenced));
  return std::unique_ptr<MaxComputeServer>(
      new MaxComputeServer(std::move(options), std::move(blocks), std::move(catalog)));
}

MaxComputeServer::MaxComputeServer(MaxComputeOptions options, std::unique_ptr<BlockStore> blocks,
                                   std::unique_ptr<Catalog> catalog)
    : options_(std::move(options)),
      blocks_(std::move(blocks)),
      catalog_(std::move(catalog)),
      origin_(options_.public_origin) {}

MaxComputeServer::~MaxComputeServer() = default;

void MaxComputeServer::set_origin(std::string origin) {
  std::lock_guard lock(origin_mutex_);
  origin_ = std::move(origin);
}

std::string MaxComputeServer::origin() const {
  std::lock_guard lock(origin_mutex_);
  return origin_;
}

Response MaxComputeServer::handle(const Request& request) {
  const Backend backend{options_.project, *options_.clock, *options_.random, *blocks_, *catalog_};
  const std::string request_id = backend.new_id();
  const std::string_view path = request.path();
  const bool rest = is_rest(path);
  const std::string_view resource = rest ? path.substr(kRestBase.size()) : path;

  auto answer = [&]() -> Result<Response> {
    OTS_CHECK(authenticate(request, resource, options_.access_keys, *options_.clock));
    OTS_CHECK(check_md5(request));
    const Call call{request, path_segments(resource), parse_query(request.query()), origin()};
    return rest ? answer_rest(backend, call) : answer_tunnel(backend, call);
  }();
  Response response =
      answer ? std::move(*answer)
             : error_answer(std::move(answer.error()), rest ? Dialect::kRest : Dialect::kTunnel,
                            request_id, origin());
  response.headers.set("x-odps-request-id", request_id);
  return response;
}

Result<QueryResult> MaxComputeServer::query(std::string_view sql) {
  BlockStore::Reading reading(*blocks_);
  OTS_TRY(auto tables, catalog_->snapshot());
  return run_select(sql, options_.project, tables, *blocks_);
}

}  // namespace otsstream::local
