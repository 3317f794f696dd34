#include "config/param_docs.h"

#include <algorithm>
#include <map>

#include "config/json_out.h"
#include "config/json_text.h"

namespace otsstream {

namespace {

std::string joined(const std::vector<std::string>& words, const std::string& between,
                   const std::string& quote = {}) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + quote + word + quote;
  return out;
}

std::string limits_of(const ParamInfo& p) {
  if (!p.allowed_words.empty()) return joined(p.allowed_words, " or ");
  if (p.min && p.max) return json_number(*p.min) + " to " + json_number(*p.max);
  if (p.min) return "at least " + json_number(*p.min);
  if (p.max) return "at most " + json_number(*p.max);
  return {};
}

std::string type_of(const ParamInfo& p) {
  std::string text(to_string(p.type));
  if (p.other_type) text += " or " + std::string(to_string(*p.other_type));
  return text;
}

std::string meaning_of(const ParamInfo& p) {
  std::string text = p.help_text;
  if (!p.ignored_because.empty())
    text += (text.empty() ? "" : " ") + ("Accepted without effect: " + p.ignored_because + ".");
  return text;
}

std::string escaped_cell(std::string text) {
  for (size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.replace(at, 1, "\\|");
  return text;
}

}  // namespace

std::string params_help(const std::vector<const ParamInfo*>& params) {
  std::string out;
  std::string group;
  for (const ParamInfo* p : params) {
    if (p->group_title != group) {
      group = p->group_title;
      out += (out.empty() ? "" : "\n") + group + "\n";
    }
    out += "  " + p->name + "  (" + type_of(*p);
    if (p->is_required) out += ", required";
    if (p->default_text) out += ", default " + *p->default_text;
    if (std::string limits = limits_of(*p); !limits.empty()) out += ", " + limits;
    if (!p->aliases.empty()) out += ", also " + joined(p->aliases, ", ");
    if (p->is_ours) out += ", not in DataX";
    out += ")\n";
    if (std::string meaning = meaning_of(*p); !meaning.empty()) out += "      " + meaning + "\n";
    if (!p->example_text.empty()) out += "      Example: " + p->example_text + "\n";
  }
  return out;
}

std::string params_markdown(const std::vector<const ParamInfo*>& params) {
  const std::string head =
      "| Parameter | Also written | Type | Required, default | Allowed | Meaning |\n"
      "|---|---|---|---|---|---|\n";
  std::string out;
  std::string group;
  for (const ParamInfo* p : params) {
    if (p->group_title != group) {
      group = p->group_title;
      out += (out.empty() ? "### " : "\n### ") + group + "\n\n" + head;
    } else if (out.empty()) {
      out = head;
    }
    const std::string needed = p->is_required    ? "required"
                               : p->default_text ? "`" + *p->default_text + "`"
                                                 : "–";
    std::string meaning = meaning_of(*p);
    if (!p->example_text.empty())
      meaning += (meaning.empty() ? "" : " ") + ("Example: `" + p->example_text + "`.");
    if (p->is_ours)
      meaning +=
          std::string(meaning.empty() ? "" : " ") + "*(ours: DataX and DataWorks do not know it)*";
    out += "| `" + p->name + "` | " + escaped_cell(joined(p->aliases, ", ", "`")) + " | " +
           type_of(*p) + " | " + escaped_cell(needed) + " | " + escaped_cell(limits_of(*p)) +
           " | " + escaped_cell(meaning) + " |\n";
  }
  return out;
}

namespace {

// The tree that dotted names span.
struct SchemaNode {
  const ParamInfo* param = nullptr;
  std::vector<std::string> order;
  std::map<std::string, SchemaNode> children;
};

void insert(SchemaNode& root, const std::string& name, const ParamInfo* param) {
  SchemaNode* node = &root;
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('.', begin), name.size());
    const std::string part = name.substr(begin, end - begin);
    if (!node->children.count(part)) node->order.push_back(part);
    node = &node->children[part];
    begin = end + 1;
  }
  node->param = param;
}

void write_words(JsonOut& out, std::string_view name, const ParamInfo& p) {
  out.key(name).begin_array();
  for (const std::string& word : p.allowed_words) out.value(word);
  if (name == "enum" && p.other_type == ParamType::kBool) out.value(true).value(false);
  out.end_array();
}

std::string_view schema_type(ParamType type) {
  switch (type) {
    case ParamType::kText:
      return "string";
    case ParamType::kInt:
      return "integer";
    case ParamType::kDecimal:
      return "number";
    case ParamType::kBool:
      return "boolean";
    case ParamType::kList:
      return "array";
    case ParamType::kObject:
      return "object";
  }
  return "string";
}

// Examples are JSON; one that is not is shown as the text that it is.
void write_example(JsonOut& out, const ParamInfo& p) {
  if (parse_json(p.example_text, "example", {.strict = true})) {
    out.raw(p.example_text);
  } else {
    out.value(p.example_text);
  }
}

void write_types(JsonOut& out, const ParamInfo& p) {
  std::vector<std::string_view> types = {schema_type(p.type)};
  if (p.other_type) types.push_back(schema_type(*p.other_type));
  // Numbers and booleans may be written as texts.
  if (p.type == ParamType::kInt || p.type == ParamType::kDecimal || p.type == ParamType::kBool)
    types.push_back("string");
  out.key("type");
  if (types.size() == 1) {
    out.value(types.front());
  } else {
    out.begin_array();
    for (std::string_view type : types) out.value(type);
    out.end_array();
  }
  if (p.type == ParamType::kList && !p.allowed_words.empty()) {
    out.key("items").begin_object();
    write_words(out, "enum", p);
    out.end_object();
  }
}

void write_param(JsonOut& out, const ParamInfo& p, const std::string& name) {
  out.begin_object();
  write_types(out, p);
  std::string meaning = meaning_of(p);
  if (name != p.name) meaning = "Same as " + p.name + ". " + meaning;
  if (!meaning.empty()) out.member("description", meaning);
  if (p.default_text) out.key("default").raw(*p.default_text);
  if (p.min) out.member("minimum", *p.min);
  if (p.max) out.member("maximum", *p.max);
  if (!p.allowed_words.empty() && p.type != ParamType::kList) write_words(out, "enum", p);
  if (!p.example_text.empty()) {
    out.key("examples").begin_array();
    write_example(out, p);
    out.end_array();
  }
  if (!p.ignored_because.empty()) out.member("deprecated", true);
  if (p.is_secret) out.member("writeOnly", true);
  out.end_object();
}

void write_object_body(JsonOut& out, const SchemaNode& node, const std::string& prefix) {
  out.member("type", "object");
  out.key("properties").begin_object();
  for (const std::string& part : node.order) {
    const SchemaNode& child = node.children.at(part);
    out.key(part);
    if (child.children.empty()) {
      write_param(out, *child.param, prefix + part);
    } else {
      out.begin_object();
      write_object_body(out, child, prefix + part + ".");
      out.end_object();
    }
  }
  out.end_object();
  // A parameter with aliases is required under any of its names, which `required` cannot say.
  bool any = false;
  for (const std::string& part : node.order) {
    const ParamInfo* p = node.children.at(part).param;
    if (!p || !p->is_required || !p->aliases.empty() || p->name != prefix + part) continue;
    if (!any) out.key("required").begin_array();
    any = true;
    out.value(part);
  }
  if (any) out.end_array();
}

}  // namespace

std::string params_schema(const std::string& title, const std::vector<const ParamInfo*>& params) {
  SchemaNode root;
  for (const ParamInfo* p : params) {
    insert(root, p->name, p);
    for (const std::string& alias : p->aliases) insert(root, alias, p);
  }
  JsonOut out(JsonStyle::kPretty);
  out.begin_object();
  out.member("$schema", "https://json-schema.org/draft/2020-12/schema");
  out.member("title", title);
  write_object_body(out, root, "");
  out.end_object();
  return std::move(out).take() + "\n";
}

namespace {

// What a page shows to enter the value.
std::string_view control_of(const ParamInfo& p) {
  if (p.is_secret) return "secret";
  if (p.is_free_form) return "json";
  switch (p.type) {
    case ParamType::kText:
      return p.allowed_words.empty() ? "text" : "choice";
    case ParamType::kInt:
      return "integer";
    case ParamType::kDecimal:
      return "decimal";
    case ParamType::kBool:
      return "switch";
    case ParamType::kList:
      return p.allowed_words.empty() ? "list" : "choices";
    case ParamType::kObject:
      return "json";
  }
  return "text";
}

void write_field(JsonOut& out, const ParamInfo& p) {
  out.begin_object();
  out.member("name", p.name);
  out.member("control", control_of(p));
  out.member("required", p.is_required);
  if (!p.aliases.empty()) {
    out.key("aliases").begin_array();
    for (const std::string& alias : p.aliases) out.value(alias);
    out.end_array();
  }
  if (p.default_text) out.key("default").raw(*p.default_text);
  if (!p.allowed_words.empty()) write_words(out, "words", p);
  if (p.min) out.member("minimum", *p.min);
  if (p.max) out.member("maximum", *p.max);
  out.member("help", p.help_text);
  if (!p.example_text.empty()) {
    out.key("example");
    write_example(out, p);
  }
  if (!p.needed_by.empty()) {
    out.key("onlyWhen").begin_object();
    out.member("name", p.needed_by).member("value", p.needed_value);
    out.end_object();
  }
  out.member("ours", p.is_ours);
  out.end_object();
}

}  // namespace

std::string params_form(const std::string& plugin, const std::vector<const ParamInfo*>& params) {
  JsonOut out(JsonStyle::kPretty);
  out.begin_object();
  out.member("format", "otsstream-form/1");
  out.member("plugin", plugin);
  out.key("groups").begin_array();
  for (size_t i = 0; i < params.size();) {
    const std::string& title = params[i]->group_title;
    out.begin_object();
    out.member("title", title);
    out.key("fields").begin_array();
    for (; i < params.size() && params[i]->group_title == title; ++i)
      if (params[i]->ignored_because.empty()) write_field(out, *params[i]);
    out.end_array();
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return std::move(out).take() + "\n";
}

}  // namespace otsstream
