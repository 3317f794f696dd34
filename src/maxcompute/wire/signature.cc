#include "maxcompute/wire/signature.h"

#include <algorithm>

#include "base/hash.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::maxcompute {
namespace {

constexpr std::string_view kScheme = "ODPS ";
constexpr std::string_view kV4Product = "odps";
constexpr std::string_view kV4End = "aliyun_v4_request";

using ascii::lower;
using ascii::trim;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// One round of decoding, as 1.3 prescribes; malformed escapes stay as they are. (wire/ is below
// net/, whose percent_decode serves messages.)
std::string decode_once(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else {
      out += text[i];
    }
  }
  return out;
}

struct QueryItem {
  std::string key;
  std::string value;
};

std::vector<QueryItem> split_query(std::string_view query) {
  std::vector<QueryItem> items;
  while (!query.empty()) {
    size_t end = query.find('&');
    std::string_view item = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (item.empty()) continue;
    size_t equals = item.find('=');
    std::string_view value =
        equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1);
    items.push_back({decode_once(item.substr(0, equals), true), decode_once(value, true)});
  }
  return items;
}

}  // namespace

std::string canonical_string(std::string_view method, std::string_view resource,
                             std::string_view query, const HeaderList& headers) {
  // Name and line; both content lines exist even when the header does not.
  std::vector<std::pair<std::string, std::string>> lines = {{"content-md5", ""},
                                                            {"content-type", ""}};
  for (const auto& [name, raw_value] : headers) {
    std::string key = lower(name);
    std::string value(trim(raw_value));
    if (key == "content-md5") {
      lines[0].second = value;
    } else if (key == "content-type") {
      lines[1].second = value;
    } else if (key == "date") {
      lines.emplace_back(key, value);
    } else if (key.starts_with("x-odps-")) {
      lines.emplace_back(key, key + ":" + value);
    }
  }
  std::vector<QueryItem> items = split_query(query);
  for (const QueryItem& item : items) {
    std::string key = lower(item.key);
    if (key.starts_with("x-odps-")) lines.emplace_back(key, key + ":" + item.value);
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::stable_sort(items.begin(), items.end(),
                   [](const QueryItem& a, const QueryItem& b) { return a.key < b.key; });

  std::string out(method);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  for (const auto& [name, line] : lines) out += "\n" + line;
  out += "\n" + decode_once(resource, false);
  char separator = '?';
  for (const QueryItem& item : items) {
    out += separator + item.key;
    if (!item.value.empty()) out += "=" + item.value;
    separator = '&';
  }
  return out;
}

std::string authorization_v2(std::string_view access_id, std::string_view access_key,
                             std::string_view canonical) {
  return std::string(kScheme) + std::string(access_id) + ":" +
         base64_encode(hmac_sha1(access_key, canonical));
}

std::string authorization_v4(std::string_view access_id, std::string_view access_key,
                             std::string_view utc_day, std::string_view region,
                             std::string_view canonical) {
  std::string key = "aliyun_v4" + std::string(access_key);
  for (std::string_view step : {utc_day, region, kV4Product, kV4End}) key = hmac_sha256(key, step);
  return std::string(kScheme) + std::string(access_id) + "/" + std::string(utc_day) + "/" +
         std::string(region) + "/" + std::string(kV4Product) + "/" + std::string(kV4End) + ":" +
         base64_encode(hmac_sha1(key, canonical));
}

Result<Credential> parse_authorization(std::string_view header) {
  auto malformed = [](std::string_view why) {
    return fail(ErrorKind::kPermission, "Unauthorized", "Authorization header " + std::string(why),
                "expected 'ODPS <access id>:<signature>'");
  };
  header = trim(header);
  if (!header.starts_with(kScheme)) return malformed("does not start with 'ODPS '");
  header.remove_prefix(kScheme.size());
  size_t colon = header.rfind(':');
  if (colon == std::string_view::npos) return malformed("has no ':' before the signature");
  Credential credential;
  credential.signature = header.substr(colon + 1);
  std::vector<std::string> fields;
  std::string_view claim = header.substr(0, colon);
  while (true) {
    size_t slash = claim.find('/');
    fields.emplace_back(claim.substr(0, slash));
    if (slash == std::string_view::npos) break;
    claim.remove_prefix(slash + 1);
  }
  if (fields.size() != 1 && fields.size() != 5) return malformed("is neither of version 2 nor 4");
  if (fields[0].empty()) return malformed("has no access id");
  if (credential.signature.empty()) return malformed("has no signature");
  credential.access_id = fields[0];
  if (fields.size() == 5) {
    if (fields[3] != kV4Product || fields[4] != kV4End)
      return malformed("is neither of version 2 nor 4");
    credential.v4 = true;
    credential.utc_day = fields[1];
    credential.region = fields[2];
  }
  return credential;
}

bool verify(const Credential& credential, std::string_view access_key, std::string_view canonical) {
  auto made_over = [&](std::string_view text) {
    std::string wanted = credential.v4
                             ? authorization_v4(credential.access_id, access_key,
                                                credential.utc_day, credential.region, text)
                             : authorization_v2(credential.access_id, access_key, text);
    std::string_view signature = wanted;
    return equal_secret(signature.substr(signature.rfind(':') + 1), credential.signature);
  };
  if (made_over(canonical)) return true;
  // PyODPS decodes query values twice before it signs (trap T16); its form is accepted too. Only
  // the resource line carries the query, and whoever can sign the decoded text has the key, so
  // nothing is given away.
  size_t resource = canonical.rfind('\n');
  if (resource == std::string_view::npos) return false;
  size_t query = canonical.find('?', resource);
  if (query == std::string_view::npos) return false;
  std::string again = decode_once(canonical.substr(query), true);
  return again != canonical.substr(query) &&
         made_over(std::string(canonical.substr(0, query)) + again);
}

}  // namespace otsstream::maxcompute
