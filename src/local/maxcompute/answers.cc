#include "local/maxcompute/answers.h"

#include <array>

#include "maxcompute/wire/rest_xml.h"

namespace otsstream::local {

namespace {

struct CodeStatus {
  std::string_view code;
  int status;
};

constexpr std::array kStatuses = {
    CodeStatus{"Unauthorized", 401},
    CodeStatus{"ODPS-0410031", 401},  // Date too far from the server's clock
    CodeStatus{"ODPS-0410042", 401},  // signature does not match
    CodeStatus{"ODPS-0410051", 401},  // unknown access id
    CodeStatus{"ODPS-0420111", 404},  // project
    CodeStatus{"NoSuchProject", 404},
    CodeStatus{"NoSuchTable", 404},
    CodeStatus{"NoSuchPartition", 404},
    CodeStatus{"NoSuchObject", 404},
    CodeStatus{"NoSuchUpload", 404},
    CodeStatus{"NoSuchDownload", 404},
    CodeStatus{"InvalidArgument", 400},
    CodeStatus{"InvalidPartitionSpec", 400},
    CodeStatus{"MissingPartitionSpec", 400},
    CodeStatus{"InvalidColumnSpec", 400},
    CodeStatus{"InvalidRowRange", 400},
    CodeStatus{"InvalidBlockID", 400},
    CodeStatus{"MalformedXML", 400},
    CodeStatus{"MalformedDataStream", 400},
    CodeStatus{"CorruptedDataStream", 400},
    CodeStatus{"MaxMessageLengthExceeded", 400},
    CodeStatus{"InstanceTypeNotSupported", 400},
    CodeStatus{"NotImplemented", 400},
    CodeStatus{"StatusConflict", 409},
    CodeStatus{"TableModified", 409},
    CodeStatus{"QuotaExceeded", 403},
    CodeStatus{"MethodNotAllowed", 405},
    // Only fault rules say these: nothing here is short of anything.
    CodeStatus{"NoPermission", 403},
    CodeStatus{"ODPS-0420095", 403},
    CodeStatus{"IncompleteBody", 400},
    CodeStatus{"InConsistentBlockList", 409},
    CodeStatus{"DataVersionConflict", 409},
    CodeStatus{"FlowExceeded", 429},
    CodeStatus{"QPSExceeded", 429},
    CodeStatus{"SlotExceeded", 429},
    CodeStatus{"RequestQuotaExceeded", 429},
    CodeStatus{"InternalServerError", 500},
    CodeStatus{"DataStoreError", 500},
    CodeStatus{"ServiceUnavailable", 503},
};

// Codes of the layers below that mean a mistake in the request.
std::string_view service_code(std::string_view code) {
  if (code == "MaxCompute-Partition") return "InvalidPartitionSpec";
  if (code == "MaxCompute-Type") return "NotImplemented";  // a column that this version cannot read
  if (code == "MaxCompute-Xml" || code == "MaxCompute-Json") return "MalformedXML";
  return code;
}

Response answer(std::string body, std::string content_type) {
  Response response;
  response.headers.set("Content-Type", std::move(content_type));
  response.body = Body(std::move(body));
  return response;
}

}  // namespace

Response xml_answer(std::string body) { return answer(std::move(body), "application/xml"); }
Response json_answer(std::string body) { return answer(std::move(body), "application/json"); }
Response text_answer(std::string body, std::string content_type) {
  return answer(std::move(body), std::move(content_type));
}

int status_of_code(std::string_view code) {
  for (const CodeStatus& known : kStatuses)
    if (known.code == code) return known.status;
  return 0;
}

Response error_answer(Error error, Dialect dialect, const std::string& request_id,
                      const std::string& origin) {
  error.code = service_code(error.code);
  int status = status_of_code(error.code);
  if (status == 0) {
    error.message = error.code + ": " + error.message;
    error.code = "InternalServerError";
    status = 500;
  }
  if (!error.remedy.empty()) error.message += " - " + error.remedy;
  const maxcompute::ErrorBody body{error.code, error.message, request_id, origin};
  Response response = dialect == Dialect::kRest ? xml_answer(maxcompute::write_error_xml(body))
                                                : json_answer(maxcompute::write_error_json(body));
  response.status = status;
  return response;
}

}  // namespace otsstream::local
