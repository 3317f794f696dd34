#include "local/access_keys.h"

#include "base/file.h"
#include "config/json_text.h"

namespace otsstream::local {
namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 20;
constexpr std::string_view kInstances = "instances";

tl::unexpected<Error> wrong(const JsonNode& node, std::string message, std::string remedy) {
  Error error = make_error(ErrorKind::kConfig, "Local-Keys", std::move(message), std::move(remedy));
  error.where = node.where();
  return fail(std::move(error));
}

// A member's text, which must not be empty.
Result<Secret> secret_of(const JsonNode& node) {
  if (!node.is_text() || node.text().empty())
    return wrong(node, "an access key must be a text that is not empty",
                 "write \"<access id>\": \"<access key>\"");
  return Secret(node.text());
}

Result<TablestoreAccessKey> key_of(const JsonNode& node) {
  TablestoreAccessKey key;
  if (!node.is_object()) {
    OTS_TRY(key.secret, secret_of(node));
    return key;
  }
  for (const JsonNode* member : node.members()) {
    Secret* place = member->key() == "accessKey"       ? &key.secret
                    : member->key() == "securityToken" ? &key.sts_token
                                                       : nullptr;
    if (!place)
      return wrong(*member, "an access key has no member '" + member->key() + "'",
                   "write {\"accessKey\": \"...\", \"securityToken\": \"...\"}");
    OTS_TRY(*place, secret_of(*member));
  }
  if (key.secret.empty())
    return wrong(node, "the access key is missing", "write \"accessKey\": \"...\"");
  return key;
}

Status read_keys(const JsonNode& node, AccessKeys::ById& keys) {
  for (const JsonNode* member : node.members()) {
    if (&node == &node.document().root() && member->key() == kInstances) continue;
    if (member->key().empty())
      return wrong(*member, "an access id must not be empty", "name the id before the key");
    OTS_TRY(keys[member->key()], key_of(*member));
  }
  return {};
}

}  // namespace

AccessKeys AccessKeys::laptop() {
  AccessKeys keys;
  keys.everywhere["local"] = {Secret("local"), {}};
  return keys;
}

Result<AccessKeys> AccessKeys::load(const std::string& path) {
  OTS_CHECK(check_private_file(path));
  OTS_TRY(std::string text, read_file(path, kMaxFileBytes));
  return parse(std::move(text), path);
}

Result<AccessKeys> AccessKeys::parse(std::string text, std::string source_name) {
  OTS_TRY(std::shared_ptr<JsonDocument> document,
          parse_json(std::move(text), std::move(source_name)));
  const JsonNode& root = document->root();
  AccessKeys keys;
  if (!root.is_object())
    return wrong(root, "a keys file is an object", "write {\"<access id>\": \"<access key>\"}");
  OTS_CHECK(read_keys(root, keys.everywhere));
  if (const JsonNode* instances = root.find(kInstances)) {
    if (!instances->is_object())
      return wrong(*instances, "\"instances\" must be an object of instances",
                   "write \"instances\": {\"<instance>\": {\"<access id>\": \"<access key>\"}}");
    for (const JsonNode* instance : instances->members()) {
      if (!instance->is_object() || instance->members().empty())
        return wrong(*instance, "the instance '" + instance->key() + "' names no access key",
                     "write \"<instance>\": {\"<access id>\": \"<access key>\"}");
      OTS_CHECK(read_keys(*instance, keys.by_instance[instance->key()]));
    }
  }
  if (keys.everywhere.empty() && keys.by_instance.empty())
    return wrong(root, "the keys file names no access key",
                 "write {\"<access id>\": \"<access key>\"}");
  return keys;
}

AccessKeys::ById AccessKeys::of(std::string_view instance) const {
  ById keys;
  if (auto own = by_instance.find(std::string(instance)); own != by_instance.end())
    keys = own->second;
  keys.insert(everywhere.begin(), everywhere.end());
  return keys;
}

const AccessKeys::ById::value_type* AccessKeys::first_of(std::string_view instance) const {
  auto own = by_instance.find(std::string(instance));
  const ById& keys = own != by_instance.end() ? own->second : everywhere;
  return keys.empty() ? nullptr : &*keys.begin();
}

std::vector<std::string> AccessKeys::instances() const {
  std::vector<std::string> names;
  for (const auto& [name, keys] : by_instance) names.push_back(name);
  return names;
}

}  // namespace otsstream::local
