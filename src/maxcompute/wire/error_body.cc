// Error bodies (maxcompute-protocol.md 1.6).

#include "config/json_out.h"
#include "maxcompute/wire/rest_xml.h"
#include "maxcompute/wire/schema_json.h"
#include "maxcompute/wire/xml_text.h"

namespace otsstream::maxcompute {

std::string write_error_xml(const ErrorBody& error) {
  std::string out(xml::kDeclaration);
  out += "<Error>\n  " + xml::element("Code", error.code) + "\n  <Message>" +
         xml::cdata(error.message) + "</Message>\n  " +
         xml::element("RequestId", error.request_id) + "\n  " +
         xml::element("HostId", error.host_id) + "\n</Error>\n";
  return out;
}

std::string write_error_json(const ErrorBody& error) {
  JsonOut out;
  out.begin_object();
  out.member("Code", error.code).member("Message", error.message);
  out.member("RequestId", error.request_id).member("HostId", error.host_id);
  out.end_object();
  return std::move(out).take();
}

std::optional<ErrorBody> read_error(std::string_view body) {
  ErrorBody error;
  if (auto document = xml::parse(body, "Error", "error answer")) {
    pugi::xml_node root = (*document)->document_element();
    error.code = xml::child_word(root, "Code");
    error.message = xml::child_word(root, "Message");
    error.request_id = xml::child_word(root, "RequestId");
    error.host_id = xml::child_word(root, "HostId");
  } else if (auto json = schema_json::parse_answer(body, "error answer")) {
    const JsonNode& root = (*json)->root();
    error.code = schema_json::text_member(root, "Code");
    error.message = schema_json::text_member(root, "Message");
    error.request_id = schema_json::text_member(root, "RequestId");
    error.host_id = schema_json::text_member(root, "HostId");
  }
  if (error.code.empty()) return std::nullopt;
  return error;
}

}  // namespace otsstream::maxcompute
