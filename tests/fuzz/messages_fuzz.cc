// Every request and answer message; the first byte chooses which.

#include "tablestore/wire/messages.h"

namespace {

template <class Message>
void decode_one(const otsstream::SharedBuffer& body) {
  Message message;
  (void)otsstream::tablestore::decode(body, message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream::tablestore;
  if (size == 0) return 0;
  const otsstream::SharedBuffer body(
      std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  using Decoder = void (*)(const otsstream::SharedBuffer&);
  static constexpr Decoder kDecoders[] = {
      decode_one<CreateTableRequest>,     decode_one<UpdateTableRequest>,
      decode_one<DescribeTableResponse>,  decode_one<GetRowRequest>,
      decode_one<GetRangeRequest>,        decode_one<BatchGetRowRequest>,
      decode_one<BatchWriteRowRequest>,   decode_one<BatchWriteRowResponse>,
      decode_one<DescribeStreamResponse>, decode_one<GetShardIteratorRequest>,
      decode_one<GetStreamRecordRequest>, decode_one<ErrorMessage>,
      decode_one<ListStreamResponse>,     decode_one<GetRangeResponse>};
  kDecoders[data[0] % std::size(kDecoders)](body);
  return 0;
}
