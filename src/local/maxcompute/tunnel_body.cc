#include "local/maxcompute/tunnel_body.h"

#include "base/compress.h"

namespace otsstream::local {

Result<SharedBuffer> unpacked_body(const Request& request) {
  SharedBuffer body = request.body.flat();
  const std::string_view encoding = request.headers.get("Content-Encoding");
  auto codec = maxcompute::body_codec(encoding);
  if (!codec) {
    codec.error().code = "NotImplemented";
    return fail(std::move(codec.error()));
  }
  if (!*codec) return body;
  auto raw = decompress(**codec, body.view(), kMaxBlockBytes);
  if (raw) return SharedBuffer(std::move(*raw));
  const bool too_long = raw.error().kind == ErrorKind::kResource;
  return fail(raw.error().kind, too_long ? "MaxMessageLengthExceeded" : "CorruptedDataStream",
              std::string(encoding) + ": " + raw.error().message);
}

Result<Response> stream_answer(const Request& request, SharedBuffer stream,
                               maxcompute::BodyForm form) {
  Response response;
  response.headers.set("Content-Type", "application/octet-stream");
  // "true" would make the Java client shift DATETIME values by its calendar.
  response.headers.set("odps-tunnel-date-transform", "false");
  if (auto codec = maxcompute::accepted_codec(request.headers.get("Accept-Encoding"))) {
    OTS_TRY(auto packed, compress(*codec, stream.view()));
    stream = SharedBuffer(std::move(packed));
    response.headers.set("Content-Encoding", std::string(encoding_name(*codec, form)));
  }
  response.body = Body(std::move(stream));
  return response;
}

}  // namespace otsstream::local
