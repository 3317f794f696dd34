#include "tablestore/wire/stream_page.h"

#include <fmt/format.h>

#include <protozero/pbf_message.hpp>
#include <protozero/pbf_writer.hpp>

#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_reader.h"

namespace otsstream::tablestore {
namespace {

// Field numbers of tablestore-protocol.md 2.5.
enum class PageField : protozero::pbf_tag_type {
  kRecord = 1,
  kNextIterator = 2,
  kConsumed = 3,
  kMayMoreRecord = 4
};
enum class RecordField : protozero::pbf_tag_type { kAction = 1, kRow = 2, kOrigin = 3 };
enum class ConsumedField : protozero::pbf_tag_type { kCapacityUnit = 1 };
enum class CapacityField : protozero::pbf_tag_type { kRead = 1, kWrite = 2 };

using protozero::pbf_wire_type;
using protozero::tag_and_type;

tl::unexpected<Error> page_error(std::string message) {
  return fail(ErrorKind::kCorrupt, "Wire-Protobuf",
              "GetStreamRecordResponse: " + std::move(message));
}

std::string_view to_std(protozero::data_view v) { return {v.data(), v.size()}; }

CapacityUnit read_capacity(protozero::pbf_message<CapacityField> message) {
  CapacityUnit unit;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case tag_and_type(CapacityField::kRead, pbf_wire_type::varint):
        unit.read = message.get_int32();
        break;
      case tag_and_type(CapacityField::kWrite, pbf_wire_type::varint):
        unit.write = message.get_int32();
        break;
      default:
        message.skip();
    }
  }
  return unit;
}

}  // namespace

Result<StreamPage> StreamPage::skim(SharedBuffer body) {
  StreamPage page;
  page.body_ = std::move(body);
  // protozero throws on malformed input; nothing of that leaves this function.
  try {
    protozero::pbf_message<PageField> message(page.body_.data(), page.body_.size());
    while (message.next()) {
      switch (message.tag_and_type()) {
        case tag_and_type(PageField::kRecord, pbf_wire_type::length_delimited): {
          Place place{};
          bool has_row = false;
          int32_t action = 0;
          protozero::pbf_message<RecordField> record(message.get_message());
          while (record.next()) {
            switch (record.tag_and_type()) {
              case tag_and_type(RecordField::kAction, pbf_wire_type::varint):
                action = record.get_enum();
                break;
              case tag_and_type(RecordField::kRow, pbf_wire_type::length_delimited):
                place.row = to_std(record.get_view());
                has_row = true;
                break;
              case tag_and_type(RecordField::kOrigin, pbf_wire_type::length_delimited):
                place.origin = to_std(record.get_view());
                break;
              default:
                record.skip();
            }
          }
          if (action < 1 || action > 3) {
            return page_error(
                fmt::format("stream_records[{}]: action_type is missing or none of 1, 2, 3",
                            page.records_.size()));
          }
          if (!has_row)
            return page_error(
                fmt::format("stream_records[{}]: record is missing", page.records_.size()));
          place.action = static_cast<ActionType>(action);
          page.records_.push_back(place);
          break;
        }
        case tag_and_type(PageField::kNextIterator, pbf_wire_type::length_delimited):
          page.next_iterator_ = message.get_string();
          break;
        case tag_and_type(PageField::kConsumed, pbf_wire_type::length_delimited): {
          protozero::pbf_message<ConsumedField> consumed(message.get_message());
          while (consumed.next()) {
            if (consumed.tag_and_type() ==
                tag_and_type(ConsumedField::kCapacityUnit, pbf_wire_type::length_delimited)) {
              page.consumed_ =
                  read_capacity(protozero::pbf_message<CapacityField>(consumed.get_message()));
            } else {
              consumed.skip();
            }
          }
          if (!page.consumed_) return page_error("consumed.capacity_unit is missing");
          break;
        }
        case tag_and_type(PageField::kMayMoreRecord, pbf_wire_type::varint):
          page.may_more_record_ = message.get_bool();
          break;
        default:
          message.skip();
      }
    }
  } catch (const protozero::exception& e) {
    return page_error(fmt::format("malformed after record {} of {} bytes: {}", page.records_.size(),
                                  page.body_.size(), e.what()));
  }
  return page;
}

Status StreamPage::decode(size_t i, StreamRecordView& record) const {
  const Place& place = records_[i];
  auto bad = [&](std::string_view what) {
    return fail(ErrorKind::kCorrupt, "Wire-PlainBuffer",
                fmt::format("stream record {}: {}", i, what));
  };
  record.action = place.action;
  record.origin = place.origin;
  if (Status read = read_single_row(place.row, record.row); !read) return bad(read.error().message);
  // What a record may hold (3.8). Sequence info may be absent: then the position is (0, 0, 0).
  for (const CellView& cell : record.row.cells) {
    if (cell.op == CellOp::kIncrement)
      return bad(
          fmt::format("column {} holds an INCREMENT, which no stream record may", cell.name));
    if (cell.op == CellOp::kPut && !cell.has_timestamp)
      return bad(fmt::format("column {} has a value without a timestamp", cell.name));
    if (cell.op != CellOp::kPut && record.action != ActionType::kUpdate) {
      return bad(fmt::format("column {} is deleted by a record that is no UPDATE", cell.name));
    }
  }
  if (record.action == ActionType::kDelete && !record.row.cells.empty())
    return bad("a DELETE record holds attribute cells");
  return {};
}

std::string encode_stream_page_tail(const std::optional<std::string>& next_iterator,
                                    std::optional<CapacityUnit> consumed, bool may_more_record) {
  std::string out;
  protozero::pbf_writer page(out);
  if (next_iterator)
    page.add_string(static_cast<protozero::pbf_tag_type>(PageField::kNextIterator), *next_iterator);
  if (consumed) {
    protozero::pbf_writer consumed_message(
        page, static_cast<protozero::pbf_tag_type>(PageField::kConsumed));
    protozero::pbf_writer unit(consumed_message,
                               static_cast<protozero::pbf_tag_type>(ConsumedField::kCapacityUnit));
    unit.add_int32(static_cast<protozero::pbf_tag_type>(CapacityField::kRead), consumed->read);
    unit.add_int32(static_cast<protozero::pbf_tag_type>(CapacityField::kWrite), consumed->write);
  }
  page.add_bool(static_cast<protozero::pbf_tag_type>(PageField::kMayMoreRecord), may_more_record);
  return out;
}

void append_stream_record(std::string& out, ActionType action, std::string_view record,
                          std::string_view origin_record) {
  protozero::pbf_writer page(out);
  protozero::pbf_writer message(page, static_cast<protozero::pbf_tag_type>(PageField::kRecord));
  message.add_enum(static_cast<protozero::pbf_tag_type>(RecordField::kAction),
                   static_cast<int32_t>(action));
  message.add_bytes(static_cast<protozero::pbf_tag_type>(RecordField::kRow), record.data(),
                    record.size());
  if (!origin_record.empty()) {
    message.add_bytes(static_cast<protozero::pbf_tag_type>(RecordField::kOrigin),
                      origin_record.data(), origin_record.size());
  }
}

}  // namespace otsstream::tablestore
