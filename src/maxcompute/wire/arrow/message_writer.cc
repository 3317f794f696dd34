#include "base/bytes.h"
#include "maxcompute/wire/arrow/message.h"
#include "metadata_generated.h"

namespace otsstream::maxcompute::arrow {
namespace {

// Of metadata and of every buffer, so that readers may use numbers in place.
constexpr size_t kAlignment = 8;

size_t padding(size_t size) { return (kAlignment - size % kAlignment) % kAlignment; }

void append_message(std::string& out, flatbuffers::FlatBufferBuilder& builder,
                    metadata::Header kind, flatbuffers::Offset<void> header, size_t body_bytes) {
  builder.Finish(metadata::CreateMessage(builder, metadata::Version::V5, kind, header,
                                         static_cast<int64_t>(body_bytes)));
  const size_t size = builder.GetSize();
  put_fixed(out, uint32_t{0xffffffff});
  put_fixed(out, static_cast<int32_t>(size + padding(size)));
  out.append(reinterpret_cast<const char*>(builder.GetBufferPointer()), size);
  out.append(padding(size), '\0');
}

struct TypeOffset {
  metadata::Type kind;
  flatbuffers::Offset<void> table;
};

TypeOffset integer_type(flatbuffers::FlatBufferBuilder& builder, const Field& field) {
  switch (field.kind) {
    case TypeKind::kDate:
      return {metadata::Type::Date, metadata::CreateDate(builder, metadata::DateUnit::Day).Union()};
    case TypeKind::kDatetime:
      return {metadata::Type::Timestamp,
              metadata::CreateTimestamp(builder, metadata::TimeUnit::Millisecond).Union()};
    case TypeKind::kIntervalYearMonth:
      return {metadata::Type::Interval,
              metadata::CreateInterval(builder, metadata::IntervalUnit::YearMonth).Union()};
    default:
      return {metadata::Type::Int,
              metadata::CreateInt(builder, static_cast<int>(field.width) * 8, true).Union()};
  }
}

TypeOffset type_of(flatbuffers::FlatBufferBuilder& builder, const Field& field) {
  using metadata::Type;
  switch (field.shape) {
    case Shape::kInteger:
      return integer_type(builder, field);
    case Shape::kReal:
      return {Type::FloatingPoint, metadata::CreateFloatingPoint(
                                       builder, field.width == 4 ? metadata::FloatPrecision::Single
                                                                 : metadata::FloatPrecision::Double)
                                       .Union()};
    case Shape::kBoolean:
      return {Type::Bool, metadata::CreateBool(builder).Union()};
    case Shape::kText:
      if (field.kind == TypeKind::kBinary) {
        return {Type::Binary, metadata::CreateBinary(builder).Union()};
      }
      return {Type::Utf8, metadata::CreateUtf8(builder).Union()};
    case Shape::kDecimal:
      return {Type::Decimal, metadata::CreateDecimal(builder, field.precision, field.scale,
                                                     static_cast<int>(field.width) * 8)
                                 .Union()};
    case Shape::kNanos:
      return {Type::Timestamp,
              metadata::CreateTimestamp(builder, metadata::TimeUnit::Nanosecond).Union()};
    case Shape::kDayTime:
      return {Type::Interval,
              metadata::CreateInterval(builder, metadata::IntervalUnit::DayTime).Union()};
    case Shape::kList:
      return {Type::List, metadata::CreateList(builder).Union()};
    case Shape::kMap:
      return {Type::Map, metadata::CreateMap(builder).Union()};
    case Shape::kSecondsNanos:
    case Shape::kStruct:
      break;
  }
  return {Type::Struct, metadata::CreateStruct(builder).Union()};
}

flatbuffers::Offset<metadata::Field> add_field(flatbuffers::FlatBufferBuilder& builder,
                                               const Field& field) {
  std::vector<flatbuffers::Offset<metadata::Field>> children;
  for (const Field& child : field.children) children.push_back(add_field(builder, child));
  const auto name = builder.CreateString(field.name);
  const auto child_list = builder.CreateVector(children);
  const TypeOffset type = type_of(builder, field);
  return metadata::CreateField(builder, name, field.nullable, type.kind, type.table, 0, child_list);
}

}  // namespace

void append_batch_message(std::string& out, uint64_t rows, const BatchParts& parts) {
  std::vector<metadata::FieldNode> nodes;
  nodes.reserve(parts.nodes.size());
  for (const Node& node : parts.nodes) {
    nodes.emplace_back(static_cast<int64_t>(node.length), node.null_count);
  }
  std::vector<metadata::Buffer> buffers;
  buffers.reserve(parts.buffers.size());
  size_t body_bytes = 0;
  for (const std::string& buffer : parts.buffers) {
    buffers.emplace_back(static_cast<int64_t>(body_bytes), static_cast<int64_t>(buffer.size()));
    body_bytes += buffer.size() + padding(buffer.size());
  }
  flatbuffers::FlatBufferBuilder builder;
  const auto node_list = builder.CreateVectorOfStructs(nodes);
  const auto buffer_list = builder.CreateVectorOfStructs(buffers);
  const auto batch =
      metadata::CreateRecordBatch(builder, static_cast<int64_t>(rows), node_list, buffer_list);
  append_message(out, builder, metadata::Header::RecordBatch, batch.Union(), body_bytes);
  out.reserve(out.size() + body_bytes);
  for (const std::string& buffer : parts.buffers) {
    out += buffer;
    out.append(padding(buffer.size()), '\0');
  }
}

void append_schema_message(std::string& out, const std::vector<Field>& fields) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<metadata::Field>> list;
  for (const Field& field : fields) list.push_back(add_field(builder, field));
  const auto schema =
      metadata::CreateSchema(builder, metadata::Endianness::Little, builder.CreateVector(list));
  append_message(out, builder, metadata::Header::Schema, schema.Union(), 0);
}

}  // namespace otsstream::maxcompute::arrow
