#include "maxcompute/client/upload_session.h"

#include <algorithm>

#include "maxcompute/client/service_error.h"
#include "maxcompute/client/tunnel_call.h"

namespace otsstream::maxcompute {
namespace {

constexpr int kMaxBlockId = 19999;
constexpr Duration kClosingPoll = milliseconds(200);
constexpr int kMaxClosingPolls = 1500;  // five minutes

// "3, 4, 5 and 12 more"
std::string list_ids(const std::vector<int>& ids) {
  constexpr size_t kShown = 5;
  std::string out;
  for (size_t i = 0; i < ids.size() && i < kShown; ++i)
    out += (i == 0 ? "" : ", ") + std::to_string(ids[i]);
  if (ids.size() > kShown) out += " and " + std::to_string(ids.size() - kShown) + " more";
  return out;
}

// Nothing says whether the commit took effect: no answer, half of one, a server's own failure, or
// the word that a second commit gets after a first one that went through (3.2).
bool is_outcome_unknown(const Error& error) {
  return error.retry != RetryClass::kNever || error.code == "StatusConflict";
}

// A service that does not know the encoding refuses the block, or reads nonsense and says so.
Error with_encoding(Error error, const std::string& encoding) {
  const bool doubtful = error.kind == ErrorKind::kCorrupt || is_encoding_refused(error);
  if (!doubtful) return error;
  const std::string subject = "the service does not take blocks in Content-Encoding " + encoding;
  Error refused = wrap_error(std::move(error), subject);
  refused.remedy = "set `compress` to false, or name another encoding";
  return refused;
}

}  // namespace

UploadSession::UploadSession(std::shared_ptr<HttpCaller> caller, std::string tunnel_endpoint,
                             Target target)
    : caller_(std::move(caller)),
      tunnel_endpoint_(std::move(tunnel_endpoint)),
      target_(std::move(target)) {}

std::string UploadSession::subject() const {
  std::string target = describe_target(target_.table, target_.partition);
  return info_.id.empty() ? "upload session of " + target
                          : "upload session " + info_.id + " of " + target;
}

HttpCaller::Call UploadSession::session_call(std::string method, std::string query) const {
  return tunnel_call(*caller_, tunnel_endpoint_, target_.table, target_.partition,
                     std::move(method), std::move(query), subject());
}

Status UploadSession::accept(const Response& answer) {
  auto info = read_upload_session_json(answer.body.flat().view());
  if (!info) return fail(wrap_error(info.error(), subject() + ": unreadable answer"));
  if (!info_.id.empty() && info->id != info_.id)
    return fail(ErrorKind::kCorrupt, "MaxCompute-Session",
                subject() + ": the answer speaks of session " + info->id);
  info_ = std::move(*info);
  return {};
}

Result<std::unique_ptr<UploadSession>> UploadSession::create(std::shared_ptr<HttpCaller> caller,
                                                             std::string tunnel_endpoint,
                                                             Target target) {
  std::unique_ptr<UploadSession> session(
      new UploadSession(std::move(caller), std::move(tunnel_endpoint), std::move(target)));
  OTS_TRY(Response answer, session->caller_->call(session->create_call()));
  OTS_CHECK(session->accept(answer));
  return session;
}

void UploadSession::create_async(std::shared_ptr<HttpCaller> caller, std::string tunnel_endpoint,
                                 Target target,
                                 std::function<void(Result<std::shared_ptr<UploadSession>>)> done) {
  std::shared_ptr<UploadSession> session(
      new UploadSession(std::move(caller), std::move(tunnel_endpoint), std::move(target)));
  session->caller_->call(session->create_call(),
                         [session, done = std::move(done)](Result<Response> answer) {
                           if (!answer) return done(fail(answer.error()));
                           Status accepted = session->accept(*answer);
                           if (!accepted) return done(fail(accepted.error()));
                           done(session);
                         });
}

// Repeatable: a session whose answer was lost is never committed and expires.
HttpCaller::Call UploadSession::create_call() const {
  std::string query = "uploads";
  if (target_.overwrite) query += "&overwrite=true";
  if (target_.create_partition) query += "&create_partition=true";
  return session_call("POST", std::move(query));
}

Result<std::unique_ptr<UploadSession>> UploadSession::open(std::shared_ptr<HttpCaller> caller,
                                                           std::string tunnel_endpoint,
                                                           Target target, std::string session_id) {
  std::unique_ptr<UploadSession> session(
      new UploadSession(std::move(caller), std::move(tunnel_endpoint), std::move(target)));
  session->info_.id = std::move(session_id);
  OTS_CHECK(session->reload());
  return session;
}

void UploadSession::put_block(int block_id, SharedBuffer stream, std::function<void(Status)> done) {
  if (block_id < 0 || block_id > kMaxBlockId) {
    Error error = make_error(ErrorKind::kResource, "InvalidBlockID",
                             subject() + ": block id " + std::to_string(block_id) +
                                 " is outside 0 … " + std::to_string(kMaxBlockId),
                             "use larger blocks (blockSizeInMB) or a shorter time window");
    caller_->executor().post(
        [done = std::move(done), error = std::move(error)] { done(fail(error)); });
    return;
  }
  HttpCaller::Call call = session_call(
      "PUT", "uploadid=" + percent_encode(info_.id) + "&blockid=" + std::to_string(block_id));
  call.headers.set("Content-Type", "application/octet-stream");
  const std::string& encoding = target_.content_encoding;
  if (!encoding.empty()) call.headers.set("Content-Encoding", encoding);
  call.body = Body(std::move(stream));
  call.chunked = true;
  call.subject = "block " + std::to_string(block_id) + " of " + subject();
  caller_->call(std::move(call), [encoding, done = std::move(done)](Result<Response> answer) {
    if (answer) return done({});
    Error error = std::move(answer).error();
    if (!encoding.empty()) error = with_encoding(std::move(error), encoding);
    done(fail(std::move(error)));
  });
}

Status UploadSession::reload() {
  auto answer = caller_->call(session_call("GET", "uploadid=" + percent_encode(info_.id)));
  if (answer) return accept(*answer);
  Error error = answer.error();
  if (error.kind == ErrorKind::kNotFound && is_session_gone(error)) {
    Error gone = wrap_error(std::move(error), subject() + " does not exist (any more)");
    gone.remedy = "sessions live for 24 hours; run the job again from its beginning";
    return fail(std::move(gone));
  }
  return fail(std::move(error));
}

Status UploadSession::check_blocks(const std::set<int>& expected) const {
  std::vector<int> missing;
  std::vector<int> foreign;
  std::set_difference(expected.begin(), expected.end(), info_.blocks.begin(), info_.blocks.end(),
                      std::back_inserter(missing));
  std::set_difference(info_.blocks.begin(), info_.blocks.end(), expected.begin(), expected.end(),
                      std::back_inserter(foreign));
  if (missing.empty() && foreign.empty()) return {};
  std::string message = subject() + ": nothing is committed, the service's blocks are not ours:";
  if (!missing.empty()) message += " missing " + list_ids(missing);
  if (!foreign.empty())
    message += std::string(missing.empty() ? "" : ";") + " foreign " + list_ids(foreign);
  return fail(ErrorKind::kConflict,
              missing.empty() ? "MaxCompute-ForeignBlocks" : "MaxCompute-MissingBlocks",
              std::move(message),
              "run the job again; it opens a session of its own (is another run using this one?)");
}

Status UploadSession::check_open(const std::set<int>& expected) const {
  if (info_.status != "normal")
    return fail(ErrorKind::kService, "MaxCompute-SessionState",
                subject() + ": it cannot be committed, its state is '" + info_.status + "'",
                "sessions live for 24 hours; run the job again from its beginning");
  return check_blocks(expected);
}

Status UploadSession::commit(const std::set<int>& expected) {
  RetryState retry(caller_->options().retry, caller_->random());
  bool asked = false;  // a commit request of ours may have reached the service
  int closing_polls = 0;
  while (true) {
    if (Status reloaded = reload(); !reloaded) {
      if (!asked) return reloaded;
      Error error = wrap_error(reloaded.error(),
                               subject() + ": the commit was sent, its outcome could not be asked");
      error.remedy = "run the job again: it asks the session before it writes anything";
      return fail(std::move(error));
    }
    if (info_.status == "closed") {
      // The service need not list blocks of a closed session; if it does, they are ours.
      return info_.blocks.empty() ? Status() : check_blocks(expected);
    }
    if (info_.status == "closing" || info_.status == "committing") {
      if (++closing_polls > kMaxClosingPolls)
        return fail(ErrorKind::kTimeout, "MaxCompute-Closing",
                    subject() + ": the service has been committing for too long",
                    "run the job again: it asks the session before it writes anything");
      OTS_CHECK(caller_->pause(kClosingPoll));
      continue;
    }
    OTS_CHECK(check_open(expected));

    // One try only: what became of it is asked from the session, not guessed from the answer.
    HttpCaller::Call call = session_call("POST", "uploadid=" + percent_encode(info_.id));
    call.idempotent = false;
    call.subject = "commit of " + subject();
    auto answer = caller_->call(std::move(call));
    Error error;
    if (answer) {
      asked = true;
      auto info = read_upload_session_json(answer->body.flat().view());
      if (info && info->id == info_.id && info->status == "closed") {
        info_ = std::move(*info);
        return {};
      }
      error = make_error(ErrorKind::kService, "MaxCompute-Commit",
                         subject() + ": the answer to the commit does not say that it is closed");
    } else {
      error = answer.error();
      if (!is_outcome_unknown(error)) return fail(std::move(error));
      asked = true;
    }
    error.retry = RetryClass::kIdempotentOnly;
    std::optional<Duration> pause = retry.next_pause(error, true);
    if (!pause) {
      // The last word is the session's.
      if (reload() && info_.status == "closed") return {};
      return fail(std::move(error));
    }
    OTS_CHECK(caller_->pause(*pause));
  }
}

}  // namespace otsstream::maxcompute
