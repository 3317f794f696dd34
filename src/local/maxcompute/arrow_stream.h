#pragma once
// The Arrow form of the Tunnel. Blocks are kept as record streams: Arrow bodies are turned when
// they come and when they go.

#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "local/maxcompute/call.h"
#include "maxcompute/wire/arrow/field.h"

namespace otsstream::local {

// The layout that the client of a request expects: the Java SDK's by its User-Agent, PyODPS's for
// all others; PyODPS has one more for the results of instances.
maxcompute::arrow::Layout arrow_layout(const Call& call);
maxcompute::arrow::Layout preview_layout(const Call& call);

// A block, as unpacked_body gives it, as a record stream. Fails with "MalformedDataStream",
// "CorruptedDataStream", "NotImplemented", "MaxMessageLengthExceeded".
Result<SharedBuffer> records_of_arrow(std::string_view body,
                                      const std::vector<maxcompute::Column>& columns,
                                      const maxcompute::arrow::Layout& layout);

// A record stream of these columns as an Arrow body. Fails with kUnsupported "NotImplemented" for a
// value that the Arrow form of its type cannot hold.
Result<SharedBuffer> arrow_of_records(std::string_view stream,
                                      const std::vector<maxcompute::Column>& columns,
                                      const maxcompute::arrow::Layout& layout);

// The same with its schema in front and a mark at its end, without chunks: a whole Arrow IPC
// stream.
Result<SharedBuffer> ipc_stream_of_records(std::string_view stream,
                                           const std::vector<maxcompute::Column>& columns,
                                           const maxcompute::arrow::Layout& layout);

}  // namespace otsstream::local
