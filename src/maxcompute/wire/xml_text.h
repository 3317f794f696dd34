#pragma once
// Small pieces of the XML bodies: escaping what is written, bounded reading of what arrives.

#include <memory>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace otsstream::maxcompute::xml {

constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
constexpr size_t kMaxBody = 64u << 20;

// Text as element content or attribute value. Control characters that XML cannot carry become
// U+FFFD.
std::string escape(std::string_view text);
// <![CDATA[...]]>, cut into two sections wherever the text itself holds "]]>".
std::string cdata(std::string_view text);
// <name>escaped text</name>
std::string element(std::string_view name, std::string_view text);

// Fails with kCorrupt "MaxCompute-Xml"; `what` ("table answer") names the body. Entities and DTDs
// are not expanded. The root element must be `root`.
Result<std::unique_ptr<pugi::xml_document>> parse(std::string_view body, const char* root,
                                                  std::string_view what);
// All text of an element, however many sections it is cut into.
std::string text_of(const pugi::xml_node& node);
std::string child_text(const pugi::xml_node& node, const char* name);
// Blanks around are dropped, as the service pretty-prints some bodies.
std::string child_word(const pugi::xml_node& node, const char* name);

}  // namespace otsstream::maxcompute::xml
