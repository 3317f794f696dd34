#include "job/connections.h"

#include <algorithm>

#include "base/env.h"
#include "base/file.h"
#include "config/param_reader.h"

namespace otsstream::job {

namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 20;
constexpr size_t kMaxNameLength = 60;  // dataworks.md 2.1

// Values of one connection as they are written: ${env:...} not yet resolved. Also the access keys
// of a plug-in's own parameter block, which has the same names.
struct WrittenAccess {
  std::string datasource;
  std::string endpoint;
  std::string instance;
  std::string project;
  std::string tunnel_endpoint;
  std::string access_id;
  Secret access_key;
  Secret security_token;
};

void declare_keys(ParamSet<WrittenAccess>& set) {
  set.add("accessId", &WrittenAccess::access_id).alias("accessKeyId").help("AccessKey id.");
  set.add("accessKey", &WrittenAccess::access_key)
      .alias("accessKeySecret")
      .help("AccessKey secret.");
  set.add("securityToken", &WrittenAccess::security_token).help("Token of temporary keys (STS).");
}

void declare_tablestore(ParamSet<WrittenAccess>& set) {
  set.add("endpoint", &WrittenAccess::endpoint)
      .example("https://myinstance.cn-hangzhou.ots.aliyuncs.com")
      .help("URL of the Tablestore instance.");
  set.add("instanceName", &WrittenAccess::instance).help("Name of the instance.");
  declare_keys(set);
}

void declare_maxcompute(ParamSet<WrittenAccess>& set) {
  set.add("endpoint", &WrittenAccess::endpoint)
      .alias("odpsServer")
      .example("https://service.cn-hangzhou.maxcompute.aliyun.com/api")
      .help("URL of MaxCompute.");
  set.add("tunnelServer", &WrittenAccess::tunnel_endpoint)
      .alias("tunnelEndpoint")
      .help("URL of the Tunnel service; absent: the project tells it.");
  set.add("project", &WrittenAccess::project).help("Name of the project.");
  declare_keys(set);
}

enum class Target { kTablestore, kMaxCompute };

// Declarations for an entry of the connections file, or for a plug-in's block.
const ParamSet<WrittenAccess>& params_of(Target target, bool in_file) {
  auto make = [](Target t, bool file) {
    auto set = std::make_unique<ParamSet<WrittenAccess>>();
    t == Target::kTablestore ? declare_tablestore(*set) : declare_maxcompute(*set);
    if (file) {
      for (const char* name : {"type", "description"})
        set->ignore(name, ParamType::kText, "it is read apart");
      set->ignore("environments", ParamType::kObject, "it is read apart");
      set->unknown_keys(UnknownKeys::kErrorEach);  // in this file it can only be a mistake
    } else {
      set->add("datasource", &WrittenAccess::datasource).alias("dataSource");
      set->unknown_keys(UnknownKeys::kIgnore);  // the plug-in's own parameters
    }
    return set;
  };
  static const auto tablestore_file = make(Target::kTablestore, true);
  static const auto tablestore_block = make(Target::kTablestore, false);
  static const auto maxcompute_file = make(Target::kMaxCompute, true);
  static const auto maxcompute_block = make(Target::kMaxCompute, false);
  if (target == Target::kTablestore) return in_file ? *tablestore_file : *tablestore_block;
  return in_file ? *maxcompute_file : *maxcompute_block;
}

tl::unexpected<Error> config_error(std::string where, std::string code, std::string message,
                                   std::string remedy = {}) {
  Error error =
      make_error(ErrorKind::kConfig, std::move(code), std::move(message), std::move(remedy));
  error.where = std::move(where);
  return fail(std::move(error));
}

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

template <class Text>
void take_given(Text& base, const Text& over) {
  if (!over.empty()) base = over;
}

void overlay(WrittenAccess& base, const WrittenAccess& over) {
  take_given(base.endpoint, over.endpoint);
  take_given(base.instance, over.instance);
  take_given(base.project, over.project);
  take_given(base.tunnel_endpoint, over.tunnel_endpoint);
  // An id, its key and its token belong together: a token of other keys would be refused.
  if (!over.access_id.empty() || !over.access_key.empty()) base.security_token = Secret();
  take_given(base.access_id, over.access_id);
  take_given(base.access_key, over.access_key);
  take_given(base.security_token, over.security_token);
}

// The written values of a file's object, references resolved.
Result<WrittenAccess> read_section(const JsonNode& node, Target target, const EnvLookup& env) {
  Diagnostics diagnostics;
  ParamPlaces places;
  WrittenAccess access = read_params(node, params_of(target, true), diagnostics, &places);
  OTS_CHECK(diagnostics.to_status());
  OTS_CHECK(resolve(access.endpoint, env, places.where("endpoint")));
  OTS_CHECK(resolve(access.instance, env, places.where("instanceName")));
  OTS_CHECK(resolve(access.project, env, places.where("project")));
  OTS_CHECK(resolve(access.tunnel_endpoint, env, places.where("tunnelServer")));
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

// What is still missing for a call, named as it is to be written.
Status check_complete(const WrittenAccess& access, Target target, const std::string& where,
                      const std::string& remedy) {
  std::string missing;
  auto need = [&](bool empty, const char* name) {
    if (empty) missing += (missing.empty() ? "`" : ", `") + std::string(name) + "`";
  };
  need(access.endpoint.empty(), "endpoint");
  if (target == Target::kTablestore)
    need(access.instance.empty(), "instanceName");
  else
    need(access.project.empty(), "project");
  need(access.access_id.empty(), "accessId");
  need(access.access_key.empty(), "accessKey");
  if (!missing.empty())
    return config_error(where, "Connection-Incomplete", "missing or empty: " + missing, remedy);
  for (const std::string* url : {&access.endpoint, &access.tunnel_endpoint})
    if (!url->empty() && url->compare(0, 7, "http://") != 0 && url->compare(0, 8, "https://") != 0)
      return config_error(where, "Connection-Endpoint",
                          std::string(url == &access.endpoint ? "`endpoint`" : "`tunnelServer`") +
                              " must begin with http:// or https://");
  return {};
}

TablestoreAccess to_tablestore(WrittenAccess a) {
  return {std::move(a.endpoint), std::move(a.instance), std::move(a.access_id),
          std::move(a.access_key), std::move(a.security_token)};
}

MaxComputeAccess to_maxcompute(WrittenAccess a) {
  return {std::move(a.endpoint),  std::move(a.tunnel_endpoint), std::move(a.project),
          std::move(a.access_id), std::move(a.access_key),      std::move(a.security_token)};
}

WrittenAccess to_written(const TablestoreAccess& a) {
  WrittenAccess out;
  out.endpoint = a.endpoint;
  out.instance = a.instance;
  out.access_id = a.access_id;
  out.access_key = a.access_key;
  out.security_token = a.security_token;
  return out;
}

WrittenAccess to_written(const MaxComputeAccess& a) {
  WrittenAccess out;
  out.endpoint = a.endpoint;
  out.tunnel_endpoint = a.tunnel_endpoint;
  out.project = a.project;
  out.access_id = a.access_id;
  out.access_key = a.access_key;
  out.security_token = a.security_token;
  return out;
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

// --- the job's blocks ----------------------------------------------------------------------------

namespace {

// The block's own values over those of its connection, with the remarks that they deserve.
// `connection(name)` gives the values of a named one.
template <class ByName>
Result<WrittenAccess> access_of_block(const JobSpec& job, const JsonNode& block, Target target,
                                      Diagnostics& diagnostics, ByName connection) {
  Diagnostics own;
  ParamPlaces places;
  WrittenAccess written = read_params(block, params_of(target, false), own, &places);
  OTS_CHECK(own.to_status());  // its notices come again from the plug-in's own reading

  WrittenAccess access;
  if (!written.datasource.empty()) {
    auto named = connection(written.datasource);
    if (!named) {
      Error error = std::move(named).error();
      const std::string file_place = error.where;
      error.where =
          places.where("datasource") + (file_place.empty() ? "" : " (" + file_place + ")");
      return fail(std::move(error));
    }
    access = to_written(*named);
    std::string winners;
    // `project` is left out: jobs choose the project of a connection as a matter of course.
    for (const char* name :
         {"endpoint", "instanceName", "tunnelServer", "accessId", "accessKey", "securityToken"})
      if (places.has(name)) winners += (winners.empty() ? "`" : ", `") + std::string(name) + "`";
    if (!winners.empty())
      diagnostics.notice(
          block, "Connection-Explicit",
          "values in the job win over the connection `" + written.datasource + "`: " + winners);
  }
  overlay(access, written);

  if (places.has("accessKey") || places.has("securityToken")) {
    const JsonNode& at =
        places.has("accessKey") ? places.at("accessKey") : places.at("securityToken");
    const std::string message = "the job text holds an access key";
    const std::string remedy =
        "keep keys in the connections file and name the connection in `datasource`";
    job.dialect == Dialect::kDataX
        ? diagnostics.notice(at, "Connection-KeyInJob", message, remedy)
        : diagnostics.warning(at, "Connection-KeyInJob", message, remedy);
  }
  OTS_CHECK(check_complete(access, target, block.where(),
                           written.datasource.empty()
                               ? "name a connection in `datasource`, or give the missing values"
                               : ""));
  return access;
}

}  // namespace

Result<TablestoreAccess> tablestore_access(const JobSpec& job, const JsonNode& block,
                                           const Connections& connections,
                                           Diagnostics& diagnostics) {
  OTS_TRY(WrittenAccess access,
          access_of_block(job, block, Target::kTablestore, diagnostics,
                          [&](const std::string& name) { return connections.tablestore(name); }));
  return to_tablestore(std::move(access));
}

Result<MaxComputeAccess> maxcompute_access(const JobSpec& job, const JsonNode& block,
                                           const Connections& connections,
                                           Diagnostics& diagnostics) {
  OTS_TRY(WrittenAccess access,
          access_of_block(job, block, Target::kMaxCompute, diagnostics,
                          [&](const std::string& name) { return connections.maxcompute(name); }));
  return to_maxcompute(std::move(access));
}

}  // namespace otsstream::job
