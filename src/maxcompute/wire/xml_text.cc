#include "maxcompute/wire/xml_text.h"

#include "maxcompute/wire/ascii.h"

namespace otsstream::maxcompute::xml {
namespace {

bool is_forbidden(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
}
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      case '\r':
        out += "&#13;";
        break;  // a parser would make a line feed of it
      default:
        if (is_forbidden(c)) {
          out += kReplacement;
        } else {
          out += c;
        }
    }
  }
  return out;
}

std::string cdata(std::string_view text) {
  std::string out = "<![CDATA[";
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '>' && i >= 2 && text[i - 1] == ']' && text[i - 2] == ']') out += "]]><![CDATA[";
    if (is_forbidden(text[i])) {
      out += kReplacement;
    } else {
      out += text[i];
    }
  }
  return out + "]]>";
}

std::string element(std::string_view name, std::string_view text) {
  std::string out = "<";
  out.append(name).append(">").append(escape(text)).append("</").append(name).append(">");
  return out;
}

Result<std::unique_ptr<pugi::xml_document>> parse(std::string_view body, const char* root,
                                                  std::string_view what) {
  auto bad = [&](const std::string& why) {
    return fail(
        ErrorKind::kCorrupt, "MaxCompute-Xml", std::string(what) + ": " + why,
        "check that the endpoint is a MaxCompute endpoint and ends in its base path (/api)");
  };
  if (body.size() > kMaxBody) return bad("the XML is longer than 64 MiB");
  auto document = std::make_unique<pugi::xml_document>();
  constexpr unsigned kFlags =
      pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_wconv_attribute;
  pugi::xml_parse_result parsed =
      document->load_buffer(body.data(), body.size(), kFlags, pugi::encoding_utf8);
  if (!parsed)
    return bad("no well-formed XML at byte " + std::to_string(parsed.offset) + " (" +
               parsed.description() + ")");
  if (std::string_view(document->document_element().name()) != root)
    return bad("the outermost element is not <" + std::string(root) + ">");
  return document;
}

std::string text_of(const pugi::xml_node& node) {
  std::string out;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) out += child.value();
  }
  return out;
}

std::string child_text(const pugi::xml_node& node, const char* name) {
  return text_of(node.child(name));
}

std::string child_word(const pugi::xml_node& node, const char* name) {
  return std::string(ascii::trim(child_text(node, name)));
}

}  // namespace otsstream::maxcompute::xml
