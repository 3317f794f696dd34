#include "local/tablestore/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/compress.h"
#include "base/hash.h"
#include "base/log.h"
#include "local/fault_effects.h"
#include "local/tablestore/handlers/handlers.h"
#include "local/tablestore/memory_storage.h"
#include "local/tablestore/rejection.h"
#include "local/tablestore/request_tables.h"
#include "local/tablestore/rocks_storage.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/service_error.h"
#include "tablestore/wire/signature.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

constexpr std::string_view kContentMd5 = "x-ots-contentmd5";
constexpr std::string_view kDate = "x-ots-date";

HeaderList ots_headers(const Headers& headers) {
  HeaderList list;
  for (const Header& header : headers.list()) list.emplace_back(header.name, header.value);
  return list;
}

Result<std::string> require_header(const Headers& headers, std::string_view name) {
  const std::string* value = headers.find(name);
  if (!value || value->empty()) return reject_parameter(fmt::format("Missing header: '{}'.", name));
  return *value;
}

// The message inside the body, inflated when the request says so (1.8).
Result<SharedBuffer> message_of(const Request& request, const SharedBuffer& body,
                                size_t max_bytes) {
  const std::string* type = request.headers.find("x-ots-request-compress-type");
  if (!type || body.empty()) return body;
  if (*type != "deflate")
    return reject_parameter(fmt::format("Unsupported compress type: '{}'.", *type));
  auto inflated = zlib_inflate(body.view(), max_bytes);
  if (!inflated) {
    if (inflated.error().kind == ErrorKind::kResource)
      return reject("OTSRequestBodyTooLarge", "The size of inflated POST data is too large.");
    return reject_parameter("The request body is no valid deflate stream.");
  }
  if (request.headers.get("x-ots-request-compress-size") != std::to_string(inflated->size()))
    return reject_parameter(
        "The inflated size of the request body differs from x-ots-request-compress-size.");
  return SharedBuffer(std::move(*inflated));
}

// 1.8: for a client that can inflate; the MD5 header stays that of the inflated body.
void deflate_body(const Request& request, Body& body, HeaderList& headers) {
  if (body.empty() || request.headers.get("x-ots-response-compress-type") != "deflate") return;
  headers.emplace_back("x-ots-response-compress-type", "deflate");
  headers.emplace_back("x-ots-response-compress-size", std::to_string(body.size()));
  body = Body(zlib_deflate(body.flat().view()));
}

std::string body_md5(const Answer& answer) {
  const auto& parts = answer.body.parts();
  Md5 md5;
  size_t first = 0;
  if (answer.first_part_md5 && !parts.empty()) {
    md5 = *answer.first_part_md5;
    first = 1;
  }
  for (size_t i = first; i < parts.size(); ++i) md5.add(parts[i].view());
  return base64_encode(md5.digest());
}

}  // namespace

// Who asked, proven: what the answer is signed with.
struct TablestoreServer::Signer {
  std::string access_key_id;
  std::string key;  // secret, or the V4 signing key
  std::string instance;
};

struct TablestoreServer::Instance {
  Instance(std::unique_ptr<Storage> to, DataClock& clock, Random& random, LimitRules limits)
      : storage(std::move(to)), tables(*storage, clock, random, limits) {}
  std::unique_ptr<Storage> storage;
  TableStore tables;
};

std::unique_ptr<TablestoreServer> TablestoreServer::create(TablestoreServerOptions options,
                                                           const Clock& clock, Random& random) {
  options.directory.clear();
  return std::move(*open(std::move(options), clock, random));
}

Result<std::unique_ptr<TablestoreServer>> TablestoreServer::open(TablestoreServerOptions options,
                                                                 const Clock& clock,
                                                                 Random& random) {
  std::unique_ptr<TablestoreServer> server(new TablestoreServer(std::move(options), clock, random));
  OTS_CHECK(server->open_instances());
  return server;
}

Status TablestoreServer::open_instances() {
  if (!options_.directory.empty()) {
    OTS_TRY(directory_, StoreDirectory::open(options_.directory));
  }
  for (const auto& [name, keys] : options_.instances) {
    std::unique_ptr<Storage> storage;
    if (directory_) {
      OTS_TRY(std::string folder, directory_->instance_folder(name));
      OTS_TRY(storage, RocksStorage::open(folder, options_.sync));
    } else {
      storage = std::make_unique<MemoryStorage>(options_.memory_cap_bytes);
    }
    auto instance = std::make_unique<Instance>(std::move(storage), data_clock_, random_,
                                               LimitRules(options_.loose));
    OTS_CHECK(instance->tables.load());
    instances_.emplace(name, std::move(instance));
  }
  return {};
}

TablestoreServer::TablestoreServer(TablestoreServerOptions options, const Clock& clock,
                                   Random& random)
    : options_(std::move(options)),
      clock_(clock),
      random_(random),
      data_clock_(clock, options_.data_lag),
      faults_(clock) {
  StreamSettings streams;
  streams.describe_page = options_.describe_stream_page;
  streams.seek_token_steps = options_.seek_token_steps;
  streams_.set(streams);
}

TablestoreServer::~TablestoreServer() = default;

std::vector<std::string> TablestoreServer::instance_names() const {
  std::vector<std::string> names;
  for (const auto& [name, instance] : instances_) names.push_back(name);
  return names;
}

TableStore* TablestoreServer::find_instance(std::string_view name) {
  auto found = instances_.find(name);
  return found == instances_.end() ? nullptr : &found->second->tables;
}

std::map<std::string, OperationCounters> TablestoreServer::counters() const {
  std::lock_guard lock(counters_mutex_);
  return {counters_.begin(), counters_.end()};
}

size_t TablestoreServer::largest_body() const {
  return options_.loose ? options_.max_body_bytes
                        : std::min(options_.max_body_bytes, most(LimitName::kRequestBody));
}

Status TablestoreServer::check_body(size_t bytes) const {
  OTS_CHECK(LimitRules(options_.loose).check(LimitName::kRequestBody, bytes));
  if (bytes <= options_.max_body_bytes) return {};
  return reject("OTSRequestBodyTooLarge",
                fmt::format("The request body exceeds {} bytes.", options_.max_body_bytes));
}

Result<TablestoreServer::Signer> TablestoreServer::authenticate(const Request& request,
                                                                std::string_view path,
                                                                const SharedBuffer& body) const {
  const Headers& headers = request.headers;
  OTS_TRY(std::string version, require_header(headers, "x-ots-apiversion"));
  if (version != "2015-12-31" && version != "2018-04-01")
    return reject_parameter(fmt::format("Invalid API version: '{}'.", version));
  OTS_TRY(std::string date, require_header(headers, kDate));
  OTS_TRY(std::string instance, require_header(headers, "x-ots-instancename"));
  OTS_TRY(std::string key_id, require_header(headers, "x-ots-accesskeyid"));
  OTS_TRY(std::string md5_text, require_header(headers, kContentMd5));
  const std::string* v4 = headers.find("x-ots-signaturev4");
  std::string signature;
  if (!v4) {
    OTS_TRY(signature, require_header(headers, "x-ots-signature"));
  }

  auto refuse = [](std::string message) { return reject("OTSAuthFailed", std::move(message)); };
  auto sent_ms = parse_date(date);
  if (!sent_ms)
    return reject_parameter(fmt::format("Invalid date in header x-ots-date: '{}'.", date));
  int64_t skew_ms = options_.date_skew.count() / 1000;
  if (std::llabs(clock_.wall_ms() - *sent_ms) > skew_ms)
    return refuse(fmt::format("Mismatch between system time and x-ots-date: {}.", date));
  auto keys = options_.instances.find(instance);
  if (keys == options_.instances.end())
    return refuse(fmt::format("The instance does not exist: '{}'.", instance));
  auto key = keys->second.find(key_id);
  if (key == keys->second.end()) return refuse("The AccessKeyID does not exist.");
  if (!key->second.sts_token.empty() &&
      !equal_secret(headers.get("x-ots-ststoken"), key->second.sts_token.reveal()))
    return refuse("The security token is missing or wrong.");

  Signer signer{key_id, key->second.secret.reveal(), instance};
  std::string expected;
  HeaderList list = ots_headers(headers);
  if (v4) {
    OTS_TRY(std::string sign_date, require_header(headers, "x-ots-signdate"));
    OTS_TRY(std::string region, require_header(headers, "x-ots-signregion"));
    signer.key = v4_signing_key(signer.key, sign_date, region);
    expected = sign_request_v4(signer.key, path, list);
    signature = *v4;
  } else {
    expected = sign_request_v2(signer.key, path, list);
  }
  if (!equal_secret(signature, expected)) return refuse("Signature mismatch.");
  if (content_md5(body.view()) != md5_text)
    return refuse("Mismatch between MD5 value of request body and x-ots-contentmd5 in header.");
  return signer;
}

Result<Answer> TablestoreServer::carry_out(std::string_view operation, const Signer& signer,
                                           const SharedBuffer& message,
                                           const std::optional<Fault>& fault) {
  auto refusal = [&] { return reject(fault->code, fault->message); };
  if (fault && fault->kind == FaultKind::kResetBefore) return Answer();
  if (fault && fault->refuses() && !fault->carried_out) return refusal();
  TableStore& tables = instances_.find(signer.instance)->second->tables;
  HandlerContext context{tables, options_, streams_, data_clock_};
  Result<Answer> answer = find_handler(operation)(context, message);
  // Nobody learns of what the end of the machine could take back.
  OTS_CHECK(tables.make_durable());
  if (fault && fault->refuses()) return refusal();
  return answer;
}

Response TablestoreServer::handle(const Request& request) {
  std::string path(request.path());
  std::string_view operation = std::string_view(path).substr(path.starts_with('/') ? 1 : 0);
  std::optional<Signer> signer;
  std::optional<Fault> fault;

  auto answer = [&]() -> Result<Answer> {
    if (request.method != "POST")
      return reject("OTSMethodNotAllowed",
                    fmt::format("Method {} is not allowed: use POST.", request.method));
    OTS_CHECK(check_body(request.body.size()));
    SharedBuffer body = request.body.flat();
    OTS_TRY(signer, authenticate(request, path, body));
    if (!find_handler(operation)) {
      if (is_unserved_operation(operation))
        return reject_parameter(fmt::format(
            "Unsupported operation: '{}' is not supported by the local Tablestore.", operation));
      return reject_parameter(fmt::format("Unsupported operation: '{}'.", operation));
    }
    OTS_TRY(SharedBuffer message, message_of(request, body, largest_body()));
    fault = faults_.choose(
        {Service::kTablestore, signer->instance, operation, {}, [&]() -> FaultSubject::Targets {
           return {tables_of(operation, message.view(),
                             instances_.find(signer->instance)->second->tables),
                   {}};
         }});
    return carry_out(operation, *signer, message, fault);
  }();

  Response response;
  bool is_auth_failure = false;
  if (!answer) {
    // A rule may refuse with a code that the service has not got.
    const bool by_rule = fault && fault->refuses();
    Error error = by_rule ? std::move(answer).error() : as_rejection(std::move(answer).error());
    const ServiceError* known = find_service_error(error.code);
    response.status = by_rule ? fault->status : known ? known->http_status : 500;
    is_auth_failure = error.code == "OTSAuthFailed";
    OTS_LOG_DEBUG("{} -> {} {}: {}", path, response.status, error.code, error.message);
    answer = Answer(encode(ErrorMessage{error.code, error.message}));
  }
  HeaderList headers;
  headers.emplace_back(kContentMd5, body_md5(*answer));
  headers.emplace_back("x-ots-contenttype", "protocol buffer");
  headers.emplace_back(kDate, format_date(clock_.wall_ms()));
  headers.emplace_back("x-ots-requestid", random_.uuid());
  response.body = std::move(answer->body);
  if (response.status == 200) deflate_body(request, response.body, headers);
  // Every answer is signed but the one that says that we do not know who asked (1.7).
  if (signer && !is_auth_failure) {
    std::string signature = sign_response(signer->key, path, headers);
    response.headers.set("Authorization",
                         fmt::format("OTS {}:{}", signer->access_key_id, signature));
  }
  for (auto& [name, value] : headers) response.headers.set(name, std::move(value));
  count(find_handler(operation) ? operation : "?", response, request.body.size(),
        fault.has_value());
  if (fault) spoil(*fault, response);
  return response;
}

void TablestoreServer::count(std::string_view operation, const Response& response, size_t bytes_in,
                             bool struck_by_fault) {
  std::lock_guard lock(counters_mutex_);
  auto found = counters_.find(operation);
  if (found == counters_.end())
    found = counters_.emplace(std::string(operation), OperationCounters{}).first;
  OperationCounters& counters = found->second;
  ++counters.requests;
  counters.errors += response.status != 200 ? 1 : 0;
  counters.faults += struck_by_fault ? 1 : 0;
  counters.bytes_in += bytes_in;
  counters.bytes_out += response.body.size();
}

void TablestoreServer::reset_counters() {
  std::lock_guard lock(counters_mutex_);
  counters_.clear();
}

}  // namespace otsstream::local
