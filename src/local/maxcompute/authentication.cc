#include "local/maxcompute/authentication.h"

#include "base/hash.h"
#include "base/time_zone.h"
#include "maxcompute/wire/signature.h"

namespace otsstream::local {

namespace {

tl::unexpected<Error> refuse(std::string code, std::string message) {
  // The service repeats its numbered codes in the text, where older clients look for them.
  if (code.starts_with("ODPS-")) message = code + ": " + message;
  return fail(ErrorKind::kPermission, std::move(code), std::move(message));
}

Status check_date(const Request& request, const maxcompute::Credential& credential,
                  const Clock& clock) {
  const std::string* date = request.headers.find("Date");
  if (date == nullptr) return refuse("Unauthorized", "the request has no Date header");
  auto sent_ms = parse_http_date(*date);
  if (!sent_ms) return refuse("Unauthorized", "the Date header '" + *date + "' is no HTTP date");
  const int64_t now_ms = clock.wall_ms();
  const int64_t limit_ms = kMaxClockSkew.count() / 1000;
  if (*sent_ms < now_ms - limit_ms || *sent_ms > now_ms + limit_ms) {
    return refuse("ODPS-0410031", "Authentication request expired - the Date header says '" +
                                      *date + "', this server has " + format_http_date(now_ms) +
                                      "; " + std::to_string(limit_ms) + " ms are allowed");
  }
  if (!credential.v4) return {};
  const Zone utc = Zone::utc();
  if (credential.utc_day != format_date8(now_ms - limit_ms, utc) &&
      credential.utc_day != format_date8(now_ms + limit_ms, utc)) {
    return refuse("ODPS-0410031",
                  "Authentication request expired - the key of the signature is of "
                  "another day (" +
                      credential.utc_day + ")");
  }
  return {};
}

}  // namespace

Status authenticate(const Request& request, std::string_view resource,
                    const std::map<std::string, Secret>& access_keys,
                    const std::map<std::string, Secret>& sts_tokens, const Clock& clock) {
  const std::string* header = request.headers.find("Authorization");
  if (header == nullptr) return refuse("Unauthorized", "the request has no Authorization header");
  auto credential = maxcompute::parse_authorization(*header);
  if (!credential) return refuse("Unauthorized", credential.error().message);
  auto key = access_keys.find(credential->access_id);
  if (key == access_keys.end()) {
    return refuse("ODPS-0410051",
                  "Invalid credentials - accessKeyId " + credential->access_id + " not found");
  }
  auto token = sts_tokens.find(credential->access_id);
  if (token != sts_tokens.end() &&
      !equal_secret(request.headers.get("authorization-sts-token"), token->second.reveal())) {
    return refuse("ODPS-0410051", "Invalid credentials - the security token is missing or wrong");
  }
  OTS_CHECK(check_date(request, *credential, clock));
  maxcompute::HeaderList headers;
  for (const Header& h : request.headers.list()) headers.emplace_back(h.name, h.value);
  // PyODPS decodes the query before it takes it apart and decodes it (T16): values with '+', '%' or
  // '&' get another signature.
  const std::string query(request.query());
  for (const std::string& signed_query : {query, percent_decode(query, false)}) {
    const std::string canonical =
        maxcompute::canonical_string(request.method, resource, signed_query, headers);
    if (maxcompute::verify(*credential, key->second.reveal(), canonical)) return {};
  }
  return refuse("ODPS-0410042",
                "Invalid signature value - the signature does not match; "
                "compare access key and canonical string");
}

}  // namespace otsstream::local
