#include "writer/stream/stream_writer.h"

#include <cerrno>
#include <cstring>
#include <mutex>

#include "base/crc.h"
#include "config/json_out.h"
#include "config/param_reader.h"

namespace otsstream::writer {
namespace {

struct Written {
  bool print = StreamSettings().print;
  std::string field_delimiter = StreamSettings().field_delimiter;
  std::string path, file_name;
};

const ParamSet<Written>& params() {
  static const ParamSet<Written>* const set = [] {
    auto* s = new ParamSet<Written>;  // lives as long as the process: entries are handed out by
                                      // stream_parameter_infos()
    s->add("print", &Written::print)
        .help("true: rows are printed; false: they are counted and dropped.");
    s->add("fieldDelimiter", &Written::field_delimiter).help("Text between two columns.");
    s->add("path", &Written::path).help("Directory of an output file: not yet.");
    s->add("fileName", &Written::file_name).help("Name of an output file: not yet.");
    s->ignore("encoding", ParamType::kText, "output is always UTF-8");
    s->ignore("recordNumBeforeSleep", ParamType::kInt, "setting.speed limits the rate");
    s->ignore("sleepTime", ParamType::kInt, "setting.speed limits the rate");
    return s;
  }();
  return *set;
}

// What all channels print to; rows of different channels never mix inside a line.
class Output {
 public:
  explicit Output(std::FILE* file) : file_(file) {}
  Status write(std::string_view text) {
    std::lock_guard lock(mutex_);
    if (text.empty() || std::fwrite(text.data(), 1, text.size(), file_) == text.size()) return {};
    return failed();
  }
  Status flush() {
    std::lock_guard lock(mutex_);
    if (std::fflush(file_) == 0) return {};
    return failed();
  }

 private:
  static tl::unexpected<Error> failed() {
    return fail(ErrorKind::kResource, "Stream-Output",
                std::string("rows cannot be printed: ") + std::strerror(errno),
                "the output is closed or full");
  }
  std::FILE* file_;
  std::mutex mutex_;
};

// Without an output it counts only.
class StreamChannel final : public Channel {
 public:
  StreamChannel(Executor& executor, std::shared_ptr<Output> output, std::string delimiter,
                ConvertOptions convert)
      : executor_(executor),
        output_(std::move(output)),
        delimiter_(std::move(delimiter)),
        convert_(std::move(convert)) {}

  Status write(const RowBatch& batch) override {
    result_.rows += static_cast<int64_t>(batch.rows());
    if (!output_) return {};
    text_.clear();
    for (size_t i = 0; i < batch.rows(); ++i) OTS_CHECK(append_line(batch.row(i)));
    result_.bytes += text_.size();
    result_.checksum = crc32c(result_.checksum, text_);
    return output_->write(text_);
  }

  bool accepts_more(std::function<void()>) override { return true; }

  void finish(std::function<void(Result<ChannelResult>)> done) override {
    Status flushed;
    if (output_) flushed = output_->flush();
    executor_.post([done = std::move(done), flushed = std::move(flushed),
                    result = std::move(result_)]() mutable {
      if (!flushed) return done(fail(flushed.error()));
      done(std::move(result));
    });
  }

 private:
  Status append_line(std::span<const Value> row) {
    for (size_t k = 0; k < row.size(); ++k) {
      if (k > 0) text_ += delimiter_;
      if (row[k].is_null()) {
        text_ += "null";
        continue;
      }
      OTS_TRY(std::string_view text, to_text(row[k], convert_, scratch_));
      text_ += text;
    }
    text_ += '\n';
    return {};
  }

  Executor& executor_;
  const std::shared_ptr<Output> output_;
  const std::string delimiter_;
  const ConvertOptions convert_;
  std::string text_;
  std::string scratch_;
  ChannelResult result_;
};

// Rows are out when they are written: nothing to stage, to commit or to take back.
class StreamWriter final : public Writer {
 public:
  StreamWriter(StreamSettings settings, WriterContext context, ConvertOptions convert,
               std::FILE* out)
      : settings_(std::move(settings)), context_(context), convert_(std::move(convert)) {
    if (settings_.print && out != nullptr) output_ = std::make_shared<Output>(out);
  }

  Status check(const std::vector<InputColumn>&, std::vector<std::string>&) override { return {}; }
  std::string describe() const override {
    return output_ ? "stream (print)" : "stream (count and drop)";
  }
  std::string plan_json() const override {
    JsonOut out;
    out.begin_object().member("writer", "stream").member("print", output_ != nullptr).end_object();
    return std::move(out).take();
  }
  int staging_places() const override { return 0; }
  bool ordered_by_place() const override { return false; }
  Result<std::string> begin() override { return "stream"; }
  Result<std::unique_ptr<Channel>> open_channel(int, int) override {
    return std::make_unique<StreamChannel>(*context_.executor, output_, settings_.field_delimiter,
                                           convert_);
  }
  Result<std::vector<StagedPart>> prepare(const std::vector<const ChannelResult*>&,
                                          const KeepAlive&) override {
    return std::vector<StagedPart>{{"stream", "", {}}};
  }
  Status commit(const std::vector<StagedPart>&, const KeepAlive&) override { return {}; }
  // All rows of a prepared commit were printed before it was prepared: there is only its end to be
  // written, which commit allows.
  Result<Settled> settle(const std::vector<StagedPart>&) override { return Settled::kNotCommitted; }
  void abort() override {}
  uint64_t retries() const override { return 0; }

 private:
  const StreamSettings settings_;
  const WriterContext context_;
  const ConvertOptions convert_;
  std::shared_ptr<Output> output_;
};

}  // namespace

StreamSettings read_stream_settings(const JsonNode& parameter, Diagnostics& diagnostics) {
  ParamPlaces places;
  const Written written = read_params(parameter, params(), diagnostics, &places);
  for (const char* name : {"path", "fileName"}) {
    const JsonNode* node = places.find(name);
    if (node == nullptr) continue;
    Error error =
        make_error(ErrorKind::kUnsupported, "StreamWriter-NotYet",
                   "`" + std::string(name) + "`: this version prints to the standard output only",
                   "take `path` and `fileName` out and redirect the output");
    error.where = node->where();
    diagnostics.add(Severity::kError, std::move(error));
  }
  StreamSettings settings;
  settings.print = written.print;
  settings.field_delimiter = written.field_delimiter;
  // Parameters are trimmed and blank ones count as absent; a TAB or a blank is what people want
  // here.
  if (const JsonNode* node = parameter.find("fieldDelimiter");
      node != nullptr && node->is_text() && !node->text().empty())
    settings.field_delimiter = node->text();
  return settings;
}

const std::vector<const ParamInfo*>& stream_parameter_infos() {
  static const auto* const infos = new std::vector<const ParamInfo*>(params().infos());
  return *infos;
}

std::unique_ptr<Writer> make_stream_writer(StreamSettings settings, WriterContext context,
                                           ConvertOptions convert, std::FILE* out) {
  return std::make_unique<StreamWriter>(std::move(settings), context, std::move(convert), out);
}

}  // namespace otsstream::writer
