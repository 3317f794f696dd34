#include <cstring>
#include <utility>

#include "base/bytes.h"
#include "maxcompute/wire/arrow/errors.h"
#include "maxcompute/wire/arrow/message.h"
#include "metadata_generated.h"

namespace otsstream::maxcompute::arrow {
namespace {

constexpr uint32_t kContinuation = 0xffffffff;

// FlatBuffers reads numbers in place, so they must lie aligned.
class AlignedCopy {
 public:
  explicit AlignedCopy(std::string_view bytes)
      : words_(bytes.size() / sizeof(uint64_t) + 1), size_(bytes.size()) {
    if (!bytes.empty()) std::memcpy(words_.data(), bytes.data(), bytes.size());
  }
  const uint8_t* data() const { return reinterpret_cast<const uint8_t*>(words_.data()); }
  size_t size() const { return size_; }

 private:
  std::vector<uint64_t> words_;
  size_t size_;
};

bool take(std::string_view& stream, uint64_t size, std::string_view& part) {
  if (size > stream.size()) return false;
  part = stream.substr(0, size);
  stream.remove_prefix(size);
  return true;
}

// Both structs are two numbers of 64 bits. The verifier has seen to the bounds of the list, but not
// to the alignment of what is in it.
template <class Struct>
std::pair<int64_t, int64_t> two_numbers(const flatbuffers::Vector<const Struct*>& list,
                                        flatbuffers::uoffset_t i) {
  static_assert(sizeof(Struct) == 2 * sizeof(int64_t));
  const char* at = reinterpret_cast<const char*>(list.Data()) + i * sizeof(Struct);
  return {load_fixed<int64_t>(at), load_fixed<int64_t>(at + sizeof(int64_t))};
}

Result<RecordBatch> read_batch(const metadata::RecordBatch& batch, std::string_view body) {
  if (batch.compression() != nullptr) {
    return fail(ErrorKind::kUnsupported, "NotImplemented",
                "Arrow: the record batch has compressed buffers",
                "write record batches without compression; compress the body by Content-Encoding");
  }
  RecordBatch out;
  if (batch.length() < 0) return malformed("a record batch of a negative number of rows");
  out.rows = static_cast<uint64_t>(batch.length());
  const auto nodes = batch.nodes() == nullptr ? 0 : batch.nodes()->size();
  const auto buffers = batch.buffers() == nullptr ? 0 : batch.buffers()->size();
  out.nodes.reserve(nodes);
  out.buffers.reserve(buffers);
  for (flatbuffers::uoffset_t i = 0; i < nodes; ++i) {
    const auto [length, null_count] = two_numbers(*batch.nodes(), i);
    if (length < 0) return malformed("a field node of a negative length");
    out.nodes.push_back({static_cast<uint64_t>(length), null_count});
  }
  for (flatbuffers::uoffset_t i = 0; i < buffers; ++i) {
    const auto [signed_offset, signed_length] = two_numbers(*batch.buffers(), i);
    const auto offset = static_cast<uint64_t>(signed_offset);
    const auto length = static_cast<uint64_t>(signed_length);
    if (offset > body.size() || length > body.size() - offset) {
      return malformed("buffer " + std::to_string(i) + " lies outside of the message's body");
    }
    out.buffers.push_back(body.substr(offset, length));
  }
  return out;
}

}  // namespace

Result<std::optional<RecordBatch>> next_batch(std::string_view& stream) {
  if (stream.empty()) return std::nullopt;
  uint32_t mark = 0;
  int32_t size = 0;
  std::string_view bytes;
  std::string_view body;
  if (!get_fixed(stream, mark) || mark != kContinuation) {
    return malformed("a message does not begin with ff ff ff ff");
  }
  if (!get_fixed(stream, size) || size <= 0 || !take(stream, static_cast<uint64_t>(size), bytes)) {
    return malformed("the metadata of a message is cut or empty");
  }
  const AlignedCopy copy(bytes);
  flatbuffers::Verifier verifier(copy.data(), copy.size());
  if (!metadata::VerifyMessageBuffer(verifier)) {
    return malformed("the metadata of a message is no such FlatBuffer");
  }
  const metadata::Message& message = *metadata::GetMessage(copy.data());
  if (message.version() != metadata::Version::V4 && message.version() != metadata::Version::V5) {
    return malformed("metadata version " + std::to_string(static_cast<int>(message.version()) + 1) +
                     ", where 4 and 5 are known");
  }
  if (message.body_length() < 0 ||
      !take(stream, static_cast<uint64_t>(message.body_length()), body)) {
    return malformed("the body of a message is cut");
  }
  if (message.header_type() == metadata::Header::DictionaryBatch) {
    return fail(ErrorKind::kUnsupported, "NotImplemented", "Arrow: a dictionary batch",
                "write plain columns, without dictionaries");
  }
  const metadata::RecordBatch* batch = message.header_as_RecordBatch();
  if (batch == nullptr) {
    return malformed("a message of kind " +
                     std::to_string(static_cast<int>(message.header_type())) +
                     ", where only record batches stand");
  }
  return read_batch(*batch, body);
}

}  // namespace otsstream::maxcompute::arrow
