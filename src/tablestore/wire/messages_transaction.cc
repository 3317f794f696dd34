// Local transactions: types <-> protobuf (tablestore-protocol.md 2.3).

#include "ots.pb.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/protobuf_io.h"

namespace otsstream::tablestore {

std::string encode(const StartLocalTransactionRequest& from) {
  pb::StartLocalTransactionRequest m;
  m.set_table_name(from.table);
  m.set_key(from.key.data(), from.key.size());
  return write_message(m);
}

Status decode(const SharedBuffer& in, StartLocalTransactionRequest& to) {
  pb::StartLocalTransactionRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {m.table_name(), take_bytes(m.mutable_key())};
  return {};
}

std::string encode(const StartLocalTransactionResponse& from) {
  pb::StartLocalTransactionResponse m;
  m.set_transaction_id(from.transaction_id);
  return write_message(m);
}

Status decode(const SharedBuffer& in, StartLocalTransactionResponse& to) {
  pb::StartLocalTransactionResponse m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {m.transaction_id()};
  return {};
}

std::string encode(const EndTransactionRequest& from) {
  pb::EndTransactionRequest m;
  m.set_transaction_id(from.transaction_id);
  return write_message(m);
}

Status decode(const SharedBuffer& in, EndTransactionRequest& to) {
  pb::EndTransactionRequest m;
  OTS_CHECK(parse_message(in.view(), m));
  to = {m.transaction_id()};
  return {};
}

}  // namespace otsstream::tablestore
