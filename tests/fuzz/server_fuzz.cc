// Whole requests to the local Tablestore, rightly signed: the first byte chooses the operation, the
// rest is its message. Whatever it is, the answer is one of the service's format.

#include "base/clock.h"
#include "local/tablestore/server.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/signature.h"

namespace {

using namespace otsstream;
using namespace otsstream::tablestore;

constexpr const char* kOperations[] = {"CreateTable",
                                       "ListTable",
                                       "DescribeTable",
                                       "UpdateTable",
                                       "DeleteTable",
                                       "AddDefinedColumn",
                                       "DeleteDefinedColumn",
                                       "ComputeSplitPointsBySize",
                                       "PutRow",
                                       "UpdateRow",
                                       "DeleteRow",
                                       "GetRow",
                                       "GetRange",
                                       "BatchGetRow",
                                       "BatchWriteRow",
                                       "BulkImport",
                                       "BulkExport",
                                       "ListStream",
                                       "StartLocalTransaction",
                                       "CommitTransaction",
                                       "AbortTransaction",
                                       "DescribeStream",
                                       "GetShardIterator",
                                       "GetStreamRecord",
                                       "CreateTunnel",
                                       "nonsense"};

Request signed_request(const std::string& operation, std::string body, const Clock& clock) {
  Request request;
  request.method = "POST";
  request.target = "/" + operation;
  request.headers.set("x-ots-date", format_date(clock.wall_ms()));
  request.headers.set("x-ots-apiversion", "2015-12-31");
  request.headers.set("x-ots-accesskeyid", "id");
  request.headers.set("x-ots-instancename", "inst");
  request.headers.set("x-ots-contentmd5", content_md5(body));
  HeaderList headers;
  for (const Header& header : request.headers.list())
    headers.emplace_back(header.name, header.value);
  request.headers.set("x-ots-signature", sign_request_v2("key", request.target, headers));
  request.body = Body(std::move(body));
  return request;
}

// A table "person" as most seeds know it.
std::string person_table() {
  CreateTableRequest create;
  create.meta.name = "person";
  create.meta.primary_key = {{"id", KeyType::kString, false}};
  create.options.max_versions = 1;
  create.options.time_to_live = -1;
  create.stream = StreamSpec{true, 24, {}};
  return encode(create);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  ManualClock clock(1'795'356'600'000'000);
  Random random(1);
  local::TablestoreServerOptions options;
  options.instances["inst"]["id"] = {Secret("key"), Secret()};
  options.memory_cap_bytes = 8 << 20;
  auto server = local::TablestoreServer::create(options, clock, random);
  if (server->handle(signed_request("CreateTable", person_table(), clock)).status != 200)
    __builtin_trap();
  const std::string operation = kOperations[data[0] % std::size(kOperations)];
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Response response = server->handle(signed_request(operation, body, clock));
  ErrorMessage error;
  if (response.status != 200 &&
      (!decode(response.body.flat(), error) || error.code.empty() || response.status >= 500))
    __builtin_trap();
  return 0;
}
