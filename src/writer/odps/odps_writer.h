#pragma once
// Writer for MaxCompute: one upload session per attempt, blocks with ids that the plan fixes, one
// commit (design.md, five verbs).

#include <memory>

#include "maxcompute/client/connection.h"
#include "maxcompute/client/upload_session.h"
#include "record/convert.h"
#include "writer/odps/params.h"
#include "writer/writer.h"

namespace otsstream::writer {

struct OdpsWriterContext {
  WriterContext base;
  maxcompute::Connection connection;
  maxcompute::ClientOptions client;
  ConvertOptions convert;
  Transport* transport = nullptr;
  Random* random = nullptr;
};

// `columns` of the settings against the table are checked by Writer::check, not here.
std::unique_ptr<Writer> make_odps_writer(OdpsSettings settings, OdpsWriterContext context);

}  // namespace otsstream::writer
