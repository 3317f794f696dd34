#include "local/maxcompute/server.h"

#include <filesystem>

#include "base/bytes.h"
#include "base/hash.h"
#include "local/fault_effects.h"
#include "local/maxcompute/answers.h"
#include "local/maxcompute/authentication.h"
#include "local/maxcompute/backend.h"
#include "local/maxcompute/call.h"
#include "local/maxcompute/faults.h"
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

// What a second server would take for leftovers are the blocks that the first is receiving.
Result<std::optional<FileLock>> lock_directory(const std::string& directory) {
  if (directory.empty()) return std::nullopt;
  std::error_code error;
  std::filesystem::create_directories(directory, error);  // what fails here, fails below by name
  auto lock = FileLock::acquire(directory + "/LOCK");
  if (lock) return std::move(*lock);
  if (lock.error().code != "File-Locked") {
    lock.error().code = "Local-Store";
    return fail(std::move(lock.error()));
  }
  return fail(ErrorKind::kConflict, "Store-InUse",
              directory + " is used by another local MaxCompute",
              "stop it, or take another directory");
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
  bool unnamed = options.projects.empty();
  for (std::string& project : options.projects) {
    project = maxcompute::ascii::lower(project);
    unnamed = unnamed || project.empty();
  }
  if (unnamed || options.access_keys.empty() || options.clock == nullptr ||
      options.random == nullptr) {
    return fail(ErrorKind::kConfig, "MaxCompute-Options",
                "the local MaxCompute needs a project, an access key, a clock and a random source");
  }
  const std::string& first = options.projects.front();
  const std::string& directory = options.directory;
  OTS_TRY(auto lock, lock_directory(directory));
  OTS_TRY(auto blocks, BlockStore::open(directory.empty() ? "" : directory + "/blocks",
                                        *options.random, options.memory_cap_bytes));
  OTS_TRY(auto catalog,
          Catalog::open(directory.empty() ? "" : directory + "/catalog.sqlite", first));
  OTS_TRY(auto referenced, catalog->referenced());
  OTS_CHECK(blocks->keep_only(referenced));
  Catalogs catalogs;
  for (const std::string& project : options.projects) {
    catalogs[project] = catalog->of_project(project);
  }
  std::unique_ptr<MaxComputeServer> server(
      new MaxComputeServer(std::move(options), std::move(blocks), std::move(catalogs)));
  server->lock_ = std::move(lock);
  return server;
}

MaxComputeServer::MaxComputeServer(MaxComputeOptions options, std::unique_ptr<BlockStore> blocks,
                                   Catalogs catalogs)
    : options_(std::move(options)),
      blocks_(std::move(blocks)),
      catalogs_(std::move(catalogs)),
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

// An unknown project, or none, gets the first one's: the routes refuse it by its name.
Backend MaxComputeServer::backend_of(const std::vector<std::string>& path) const {
  auto found = catalogs_.end();
  if (path.size() > 1) found = catalogs_.find(maxcompute::ascii::lower(path[1]));
  if (found == catalogs_.end()) found = catalogs_.find(options_.projects.front());
  return {found->first, *options_.clock, *options_.random, *blocks_, *found->second, catalogs_};
}

void MaxComputeServer::drop_outlived(const Backend& backend) {
  constexpr int64_t kEverySeconds = 60;
  const int64_t now = backend.now();
  int64_t last = outlived_checked_.load();
  if (now - last < kEverySeconds || !outlived_checked_.compare_exchange_strong(last, now)) return;
  for (const auto& [project, catalog] : catalogs_) {
    if (Status dropped = catalog->drop_outlived(now); !dropped) {
      OTS_LOG_WARN("local MaxCompute: {}", dropped.error().headline());
    }
  }
  backend.sweep();
}

Response MaxComputeServer::handle(const Request& request) {
  const std::string_view path = request.path();
  const bool rest = is_rest(path);
  const std::string_view resource = rest ? path.substr(kRestBase.size()) : path;
  const std::vector<std::string> segments = path_segments(resource);
  const Backend backend = backend_of(segments);
  const std::string request_id = backend.new_id();

  const Dialect dialect = rest ? Dialect::kRest : Dialect::kTunnel;
  std::optional<Fault> fault;

  auto answer = [&]() -> Result<Response> {
    OTS_CHECK(authenticate(request, resource, options_.access_keys, options_.sts_tokens,
                           *options_.clock));
    const Call sent{request, segments, parse_query(request.query()), origin()};
    drop_outlived(backend);
    fault = choose_fault(options_.faults, backend, sent, rest);
    return under_fault(fault, backend, sent, [&](const Call& call) -> Result<Response> {
      OTS_CHECK(check_md5(call.request));
      return rest ? answer_rest(backend, call) : answer_tunnel(backend, call);
    });
  }();
  Response response = answer
                          ? std::move(*answer)
                          : error_answer(std::move(answer.error()), dialect, request_id, origin());
  if (fault && fault->refuses()) response = refusal(*fault, dialect, request_id, origin());
  response.headers.set("x-odps-request-id", request_id);
  if (fault) spoil(*fault, response);
  return response;
}

Result<QueryResult> MaxComputeServer::query(std::string_view sql) {
  BlockStore::Reading reading(*blocks_);
  const Backend backend = backend_of({});
  OTS_TRY(auto tables, backend.snapshots());
  const QuerySource source{backend.project,           tables,        *blocks_,
                           options_.clock->wall_ms(), Zone::china(), {}};
  OTS_TRY(auto table, run_query(sql, source));
  return as_texts(table, source.zone);
}

}  // namespace otsstream::local
