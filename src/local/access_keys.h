#pragma once
// Who may call the local servers: the keys file of `otsstream local --keys`, described in
// docs/local-tablestore.md.
//
//   {
//     "my-id": "my-key",                                       // good at every instance
//     "STS.my-id": {"accessKey": "…", "securityToken": "…"},   // temporary: calls carry the token
//     "instances": {"a": {"id-of-a": "key-of-a"}}              // good at one instance
//   }

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/tablestore/server.h"

namespace otsstream::local {

struct AccessKeys {
  using ById = std::map<std::string, TablestoreAccessKey>;
  ById everywhere;
  std::map<std::string, ById> by_instance;

  // The pair that the documentation names for the laptop: id "local", key "local".
  static AccessKeys laptop();
  // Fails as check_private_file() does when others may read the file, with kConfig "Local-Keys"
  // when it does not say what it should. No message repeats a key.
  static Result<AccessKeys> load(const std::string& path);
  static Result<AccessKeys> parse(std::string text, std::string source_name);

  // Those of the instance itself and those good everywhere; the former win.
  ById of(std::string_view instance) const;
  // What a client of that instance uses when it is told no id: the instance's own first key, else
  // the first one. nullptr when there is none.
  const ById::value_type* first_of(std::string_view instance) const;
  // Instances that the file names.
  std::vector<std::string> instances() const;
};

}  // namespace otsstream::local
