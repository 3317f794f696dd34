#include "job/connections.h"

#include <algorithm>

#include "base/env.h"
#include "base/file.h"
#include "config/param_reader.h"
#include "job/access_params.h"

namespace otsstream::job {

namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 20;
constexpr size_t kMaxNameLength = 60;  // dataworks.md 2.1

// "ots" or "odps", or the written word in lower case when it is neither.
std::string type_word(const JsonNode& connection) {
  const JsonNode* node = connection.find("type");
  std::string word = node ? node->text() : std::string();
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  if (word == "tablestore" || word == "otsstream") return "ots";
  if (word == "maxcompute") return "odps";
  return word;
}

bool is_connection_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameLength) return false;
  if (!std::isalpha(static_cast<unsigned char>(name[0]))) return false;
  return std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

std::string_view product(std::string_view type) {
  return type == "ots" ? "Tablestore (ots)" : "MaxCompute (odps)";
}

}  // namespace

// --- the file ------------------------------------------------------------------------------------

Result<Connections> Connections::load(const std::string& path, std::string environment) {
  OTS_CHECK(check_private_file(path));
  OTS_TRY(std::string text, read_file(path, kMaxFileBytes));
  return parse(std::move(text), path, std::move(environment));
}

Result<Connections> Connections::parse(std::string text, std::string source_name,
                                       std::string environment, EnvLookup env) {
  Connections connections;
  connections.source_name_ = source_name;
  connections.environment_ = std::move(environment);
  connections.env_ = env ? std::move(env) : EnvLookup(read_env);
  OTS_TRY(auto document, parse_json(std::move(text), std::move(source_name)));
  connections.document_ = document;

  Diagnostics diagnostics;
  const JsonNode& root = document->root();
  if (!root.is_object())
    diagnostics.error(root, "Connection-File",
                      "a connections file is an object of named connections");
  for (const JsonNode* entry : root.members()) {
    // Neither name nor type is repeated when it is malformed: it may be a value at the wrong place.
    if (!is_connection_name(entry->key()))
      diagnostics.error(*entry->parent(), "Connection-Name",
                        "a connection's name has letters, digits and `_`, begins with a letter and "
                        "is at most 60 long; see line " +
                            std::to_string(document->position(entry->key_begin()).line));
    else if (!entry->is_object())
      diagnostics.error(*entry, "Connection-File",
                        "the connection `" + entry->key() + "` must be an object");
    else if (const JsonNode* type = entry->find("type");
             !type || !type->is_text() || type->text().empty())
      diagnostics.error(*entry, "Connection-Type",
                        "the connection `" + entry->key() + "` has no `type`",
                        "write \"ots\" or \"odps\"");
    else if (const JsonNode* sections = entry->find("environments");
             sections && !sections->is_object())
      diagnostics.error(*sections, "Connection-File",
                        "`environments` must be an object of sections");
  }
  OTS_CHECK(diagnostics.to_status());
  return connections;
}

std::vector<ConnectionSummary> Connections::list() const {
  std::vector<ConnectionSummary> out;
  if (!document_) return out;
  for (const JsonNode* entry : document_->root().members()) {
    const JsonNode* description = entry->find("description");
    out.push_back({entry->key(), type_word(*entry),
                   description && description->is_text() ? description->text() : ""});
  }
  return out;
}

Result<Connections::Entry> Connections::find(std::string_view name, std::string_view type) const {
  const std::string quoted = "`" + std::string(name) + "`";
  if (!document_)
    return config_error("", "Connection-Unknown",
                        "the connection " + quoted + " is unknown: there is no connections file",
                        "name one with --connections FILE");
  Entry entry{document_->root().find(name), nullptr};
  if (!entry.node) {
    std::string known;
    for (const ConnectionSummary& each : list())
      known += (known.empty() ? "" : ", ") + each.name + " (" + each.type + ")";
    return config_error(
        source_name_, "Connection-Unknown", "the connection " + quoted + " is unknown",
        known.empty() ? "the file has no connections" : "known connections: " + known);
  }
  if (const std::string found = type_word(*entry.node); found != type)
    return config_error(entry.node->where(), "Connection-Type",
                        "the connection " + quoted + " is of type " + found + ", but " +
                            std::string(product(type)) + " is needed here",
                        "name a connection of type " + std::string(type));
  const JsonNode* sections = entry.node->find("environments");
  if (!environment_.empty() && sections) {
    entry.section = sections->find(environment_);
    if (!entry.section)
      return config_error(
          sections->where(), "Connection-Environment",
          "the connection " + quoted + " has no environment `" + environment_ + "`");
  }
  return entry;
}

namespace {

// Puts ${env:NAME} and ${file:PATH} in; the rest of the text stays.
Result<std::string> resolved(const std::string& text, const EnvLookup& env,
                             const std::string& where) {
  std::string out;
  size_t at = 0;
  while (true) {
    const size_t begin = text.find("${", at);
    if (begin == std::string::npos) return out + text.substr(at);
    const size_t colon = text.find(':', begin);
    const size_t end = text.find('}', begin);
    const std::string scheme =
        colon < end ? text.substr(begin + 2, colon - begin - 2) : std::string();
    if (end == std::string::npos || (scheme != "env" && scheme != "file"))
      return config_error(where, "Connection-Reference",
                          "a reference is written ${env:NAME} or ${file:PATH}");
    const std::string name = text.substr(colon + 1, end - colon - 1);
    out += text.substr(at, begin - at);
    if (scheme == "env") {
      std::optional<std::string> value = env(name);
      if (!value || value->empty())
        return config_error(where, "Connection-Env",
                            "the environment variable `" + name + "` is not set",
                            "export " + name + "=...");
      out += *value;
    } else {
      OTS_CHECK(check_private_file(name));
      OTS_TRY(std::string value, read_file(name, kMaxFileBytes));
      while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
      out += value;
    }
    at = end + 1;
  }
}

Status resolve(std::string& text, const EnvLookup& env, const std::string& where) {
  OTS_TRY(text, resolved(text, env, where));
  return {};
}

Status resolve(Secret& secret, const EnvLookup& env, const std::string& where) {
  OTS_TRY(std::string text, resolved(secret.reveal(), env, where));
  secret = Secret(std::move(text));
  return {};
}

// The written values of a file's object, references resolved.
Result<WrittenAccess> read_section(const JsonNode& node, Target target, const EnvLookup& env) {
  Diagnostics diagnostics;
  ParamPlaces places;
  WrittenAccess access = read_params(node, access_params(target, true), diagnostics, &places);
  OTS_CHECK(diagnostics.to_status());
  OTS_CHECK(resolve(access.endpoint, env, places.where("endpoint")));
  OTS_CHECK(resolve(access.instance, env, places.where("instanceName")));
  OTS_CHECK(resolve(access.project, env, places.where("project")));
  OTS_CHECK(resolve(access.tunnel_endpoint, env, places.where("tunnelServer")));
  OTS_CHECK(resolve(access.region, env, places.where("region")));
  OTS_CHECK(resolve(access.access_id, env, places.where("accessId")));
  OTS_CHECK(resolve(access.access_key, env, places.where("accessKey")));
  OTS_CHECK(resolve(access.security_token, env, places.where("securityToken")));
  return access;
}

Result<WrittenAccess> read_entry(const JsonNode& node, const JsonNode* section, Target target,
                                 const EnvLookup& env) {
  OTS_TRY(WrittenAccess access, read_section(node, target, env));
  if (section) {
    OTS_TRY(WrittenAccess over, read_section(*section, target, env));
    overlay(access, over);
  }
  return access;
}

}  // namespace

Result<TablestoreAccess> Connections::tablestore(std::string_view name) const {
  OTS_TRY(const Entry entry, find(name, "ots"));
  OTS_TRY(WrittenAccess access, read_entry(*entry.node, entry.section, Target::kTablestore, env_));
  OTS_CHECK(check_complete(access, Target::kTablestore, entry.node->where(),
                           "complete the connection `" + std::string(name) + "`"));
  return to_tablestore(std::move(access));
}

Result<MaxComputeAccess> Connections::maxcompute(std::string_view name) const {
  OTS_TRY(const Entry entry, find(name, "odps"));
  OTS_TRY(WrittenAccess access, read_entry(*entry.node, entry.section, Target::kMaxCompute, env_));
  OTS_CHECK(check_complete(access, Target::kMaxCompute, entry.node->where(),
                           "complete the connection `" + std::string(name) + "`"));
  return to_maxcompute(std::move(access));
}

}  // namespace otsstream::job
