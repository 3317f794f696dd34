#include "maxcompute/client/service_error.h"

#include <algorithm>
#include <optional>

#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/rest_xml.h"

namespace otsstream::maxcompute {
namespace {

struct Rule {
  std::string_view code;
  ErrorKind kind;
  RetryClass retry;
  std::string_view remedy;
};

constexpr std::string_view kKeys =
    "check accessId and accessKey (and securityToken) of the connection, and this machine's clock: "
    "the service refuses requests that are more than 15 minutes off";
constexpr std::string_view kRights =
    "ask the owner of the project to add the account to it and to grant it the rights to read, "
    "update and alter the table";
constexpr std::string_view kProject =
    "check the project of the connection and that the endpoint belongs to its region";
constexpr std::string_view kTable =
    "check the table's name; create the table first, it is not created on the way";
constexpr std::string_view kSpec =
    "give a value for every partition column of the table, in their order: pt=20240101,hh=01";
constexpr std::string_view kChanged =
    "somebody changed the table or committed the same session meanwhile; run the job again";

constexpr auto kNever = RetryClass::kNever;
constexpr auto kAlways = RetryClass::kAlways;
constexpr auto kIdempotent = RetryClass::kIdempotentOnly;

constexpr Rule kRules[] = {
    {"Unauthorized", ErrorKind::kPermission, kNever, kKeys},
    {"ODPS-0410042", ErrorKind::kPermission, kNever, kKeys},
    {"ODPS-0410051", ErrorKind::kPermission, kNever, kKeys},
    {"NoPermission", ErrorKind::kPermission, kNever, kRights},
    {"ODPS-0420095", ErrorKind::kPermission, kNever, kRights},
    {"ODPS-0130013", ErrorKind::kPermission, kNever, kRights},
    {"NoSuchProject", ErrorKind::kNotFound, kNever, kProject},
    {"ODPS-0420111", ErrorKind::kNotFound, kNever, kProject},
    {"NoSuchTable", ErrorKind::kNotFound, kNever, kTable},
    {"ODPS-0130131", ErrorKind::kNotFound, kNever, kTable},
    {"NoSuchObject", ErrorKind::kNotFound, kNever, ""},
    {"NoSuchPartition", ErrorKind::kNotFound, kNever,
     "add the partition first: ALTER TABLE … ADD IF NOT EXISTS PARTITION (…)"},
    {"InvalidPartitionSpec", ErrorKind::kConfig, kNever, kSpec},
    {"MissingPartitionSpec", ErrorKind::kConfig, kNever, kSpec},
    {"InvalidColumnSpec", ErrorKind::kConfig, kNever, "check the column names"},
    {"InvalidArgument", ErrorKind::kService, kNever, ""},
    {"InvalidParameter", ErrorKind::kService, kNever, ""},
    {"MethodNotAllowed", ErrorKind::kUnsupported, kNever,
     "views and external tables cannot be written; name a managed table"},
    // The bytes that were sent carry their own checksums, so the way there spoiled them.
    {"MalformedDataStream", ErrorKind::kCorrupt, kIdempotent, ""},
    {"CorruptedDataStream", ErrorKind::kCorrupt, kIdempotent, ""},
    {"IncompleteBody", ErrorKind::kCorrupt, kIdempotent, ""},
    {"InConsistentBlockList", ErrorKind::kConflict, kNever, kChanged},
    {"StatusConflict", ErrorKind::kConflict, kNever, kChanged},
    {"TableModified", ErrorKind::kConflict, kNever, kChanged},
    {"DataVersionConflict", ErrorKind::kConflict, kNever, kChanged},
    {"FlowExceeded", ErrorKind::kService, kAlways, "lower speed.concurrent of the job"},
    {"QPSExceeded", ErrorKind::kService, kAlways, "lower speed.concurrent of the job"},
    {"SlotExceeded", ErrorKind::kService, kAlways,
     "lower speed.concurrent of the job, or use a tunnel quota of your own"},
    {"RequestQuotaExceeded", ErrorKind::kService, kAlways, "lower speed.concurrent of the job"},
    {"InternalServerError", ErrorKind::kService, kIdempotent, ""},
    {"ServiceUnavailable", ErrorKind::kService, kIdempotent, ""},
    {"DataStoreError", ErrorKind::kService, kIdempotent, ""},
};

const Rule* rule_of(std::string_view code) {
  for (const Rule& rule : kRules) {
    if (rule.code == code) return &rule;
  }
  return nullptr;
}

// "ODPS-nnnnnnn" where it first appears, or "". The service puts it before the text of its errors.
std::string_view odps_code(std::string_view text) {
  constexpr std::string_view kPrefix = "ODPS-";
  constexpr size_t kDigits = 7;
  for (size_t at = text.find(kPrefix); at != std::string_view::npos;
       at = text.find(kPrefix, at + 1)) {
    std::string_view digits = text.substr(at + kPrefix.size(), kDigits);
    if (digits.size() == kDigits &&
        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
      return text.substr(at, kPrefix.size() + kDigits);
  }
  return {};
}

// For codes that the table does not hold, and for bodies that are no error at all.
Rule rule_of_status(int status) {
  if (status == 401 || status == 403) return {"", ErrorKind::kPermission, kNever, kKeys};
  if (status == 404)
    return {"", ErrorKind::kNotFound, kNever,
            "check the endpoint of the connection; it normally ends in /api"};
  if (status == 409) return {"", ErrorKind::kConflict, kNever, ""};
  if (status == 501) return {"", ErrorKind::kUnsupported, kNever, ""};
  if (status == 429) return {"", ErrorKind::kService, kAlways, "lower speed.concurrent of the job"};
  if (status >= 500) return {"", ErrorKind::kService, kIdempotent, ""};
  return {"", ErrorKind::kService, kNever, ""};
}

// Server texts go into one line of ours.
std::string one_line(std::string_view text) {
  constexpr size_t kMax = 2000;
  std::string out(text.substr(0, kMax));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return out;
}

bool says_any(const Error& error, std::initializer_list<std::string_view> words) {
  const std::string text = ascii::lower(error.code + " " + error.message);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

}  // namespace

Error service_error(const Response& response, const std::string& subject) {
  SharedBuffer body = response.body.flat();
  std::optional<ErrorBody> parsed = read_error(body.view());
  Error error;
  Rule rule = rule_of_status(response.status);
  error.request_id = response.headers.get("x-odps-request-id");
  if (parsed) {
    error.code = parsed->code;
    if (error.request_id.empty()) error.request_id = parsed->request_id;
    // "ODPS-0410042:Invalid signature value" or a general code with the exact one in the text.
    const Rule* exact = rule_of(parsed->code);
    std::string_view number = odps_code(parsed->code);
    if (number.empty()) number = odps_code(parsed->message);
    if (const Rule* numbered = rule_of(number)) {
      exact = numbered;
      error.code = number;
    }
    if (exact) {
      RetryClass by_status = rule.retry;
      rule = *exact;
      // A server error may be tried again whatever its code says.
      if (rule.retry == kNever && response.status >= 500) rule.retry = by_status;
    }
    error.message =
        subject + ": " + one_line(parsed->message.empty() ? parsed->code : parsed->message);
  } else {
    error.code = "HTTP-" + std::to_string(response.status);
    error.message = subject + ": the service answered with status " +
                    std::to_string(response.status) + " and no error text";
  }
  error.kind = rule.kind;
  error.retry = rule.retry;
  error.remedy = rule.remedy;
  return error;
}

Error sql_error(std::string_view text, const std::string& subject) {
  std::string_view code = odps_code(text);
  Error error = make_error(ErrorKind::kService, code.empty() ? "MaxCompute-Sql" : std::string(code),
                           subject + ": " + one_line(text.empty() ? "the SQL task failed" : text));
  if (const Rule* rule = rule_of(code)) {
    error.kind = rule->kind;
    error.remedy = rule->remedy;
  }
  return error;
}

bool is_no_such_partition(const Error& error) {
  return error.kind == ErrorKind::kNotFound &&
         (error.code == "NoSuchPartition" || error.code == "NoSuchObject");
}

bool is_session_gone(const Error& error) {
  if (error.code == "StatusConflict") return true;
  // Table, partition and project have codes of their own; what else is missing is the session.
  return error.kind == ErrorKind::kNotFound && !error.code.starts_with("NoSuchT") &&
         !error.code.starts_with("NoSuchP") && !error.code.starts_with("ODPS-");
}

bool is_overwrite_refused(const Error& error) {
  const bool final_answer =
      error.retry == RetryClass::kNever &&
      (error.kind == ErrorKind::kService || error.kind == ErrorKind::kUnsupported ||
       error.kind == ErrorKind::kConflict || error.kind == ErrorKind::kConfig);
  if (!final_answer) return false;
  const std::string code = ascii::lower(error.code);
  if (code.find("overwrite") != std::string::npos) return true;
  // With blanks: a table's name, which the message holds too, has none.
  return says_any(error, {"support overwrite", "overwrite is not", "be overwritten",
                          "a transactional", "is transactional", "delta table", "acid table"});
}

bool is_encoding_refused(const Error& error) {
  if (error.code == "NotImplemented" || error.code == "HTTP-415" || error.code == "HTTP-501")
    return true;
  return error.retry == RetryClass::kNever && says_any(error, {"encoding", "compress"});
}

}  // namespace otsstream::maxcompute
