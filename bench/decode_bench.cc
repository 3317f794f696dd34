// Cells per second and instructions per byte of what every record passes through: decode of a page,
// shaping into rows, encoding for Tunnel. The reference walk over the same bytes stands beside
// each, so that a reader of the page can judge the ratio and need not know the machine.

#include <benchmark/benchmark.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "instruction_counter.h"
#include "maxcompute/wire/record_stream_writer.h"
#include "reader/shape_columns.h"
#include "record/accounting.h"
#include "record/row_batch.h"
#include "reference_walk.h"
#include "stream_data.h"
#include "tablestore/wire/limits.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_writer.h"
#include "tablestore/wire/stream_page.h"

namespace otsstream::bench {
namespace {

using tablestore::StreamPage;
using tablestore::StreamRecordView;

constexpr int64_t kVersionMs = 1'508'400'000'000;
constexpr std::string_view kShard = "00000000-0000-4000-8000-000000000001";

// As the local Tablestore sends it: up to 1000 records or 2 MiB.
const SharedBuffer& page_of(Shape shape) {
  static const auto* const pages = [] {
    auto* made = new std::vector<SharedBuffer>;
    for (Shape each : {Shape::kPerson, Shape::kWide, Shape::kLetter}) {
      ChangeSource source(each, kVersionMs);
      std::string bytes;
      for (size_t i = 0;
           i < tablestore::kStreamPageRecords && bytes.size() < tablestore::kStreamPageBytes; ++i) {
        Change change = source.next();
        change.row.sequence =
            tablestore::SequenceInfo{0, kVersionMs * 1000 + static_cast<int64_t>(i), 0};
        append_stream_record(bytes, change.action, encode_row(change.row), {});
      }
      bytes += tablestore::encode_stream_page_tail("next", tablestore::CapacityUnit{1, 0}, true);
      made->emplace_back(std::move(bytes));
    }
    return made;
  }();
  return (*pages)[static_cast<size_t>(shape)];
}

// Cells and bytes of the page per pass, and instructions when the processor counts them.
class Figures {
 public:
  Figures(benchmark::State& state, Shape shape)
      : state_(state),
        bytes_(page_of(shape).size()),
        cells_(reference_walk(page_of(shape).view()).cells) {}
  ~Figures() {
    const auto passes = static_cast<double>(state_.iterations());
    state_.SetBytesProcessed(static_cast<int64_t>(bytes_) *
                             static_cast<int64_t>(state_.iterations()));
    state_.counters["cells/s"] =
        benchmark::Counter(passes * static_cast<double>(cells_), benchmark::Counter::kIsRate);
    if (counter_.available()) {
      state_.counters["instr/byte"] =
          static_cast<double>(counter_.read()) / (passes * static_cast<double>(bytes_));
    }
  }

 private:
  benchmark::State& state_;
  size_t bytes_;
  size_t cells_;
  InstructionCounter counter_;
};

void reference(benchmark::State& state, Shape shape) {
  const SharedBuffer& page = page_of(shape);
  Figures figures(state, shape);
  for (auto _ : state) benchmark::DoNotOptimize(reference_walk(page.view()));
}

// What the protocol asks of every answer before anybody looks into it.
void answer_md5(benchmark::State& state, Shape shape) {
  const SharedBuffer& page = page_of(shape);
  Figures figures(state, shape);
  for (auto _ : state) benchmark::DoNotOptimize(md5(page.view()));
}

void decode(benchmark::State& state, Shape shape) {
  const SharedBuffer& bytes = page_of(shape);
  StreamRecordView record;
  Figures figures(state, shape);
  for (auto _ : state) {
    auto page = StreamPage::skim(bytes);
    if (!page) return state.SkipWithError("skim failed");
    for (size_t i = 0; i < page->record_count(); ++i) {
      if (!page->decode(i, record)) return state.SkipWithError("decode failed");
      benchmark::DoNotOptimize(record.row.cells.data());
    }
  }
}

void decode_and_shape(benchmark::State& state, Shape shape) {
  const SharedBuffer& bytes = page_of(shape);
  reader::ColumnShaper shaper({{"id", tablestore::KeyType::kString, false}}, false);
  RowBatch batch(shaper.columns().size());
  StreamRecordView record;
  Figures figures(state, shape);
  for (auto _ : state) {
    auto page = StreamPage::skim(bytes);
    if (!page) return state.SkipWithError("skim failed");
    batch.clear();
    for (size_t i = 0; i < page->record_count(); ++i) {
      if (!page->decode(i, record) || !shaper.shape(record, kShard, batch))
        return state.SkipWithError("decode or shape failed");
    }
    benchmark::DoNotOptimize(batch.rows());
  }
}

// The rows of a page, for what comes after shaping.
struct ShapedPage {
  explicit ShapedPage(Shape shape) {
    auto page = StreamPage::skim(page_of(shape));
    StreamRecordView record;
    good = page.has_value();
    for (size_t i = 0; good && i < page->record_count(); ++i) {
      good = page->decode(i, record).has_value() && shaper.shape(record, kShard, batch).has_value();
    }
  }
  reader::ColumnShaper shaper{{{"id", tablestore::KeyType::kString, false}}, false};
  RowBatch batch{shaper.columns().size()};
  bool good = false;
};

// The sizes that DataX's figures and rate limits count.
void count_row_bytes(benchmark::State& state, Shape shape) {
  const ShapedPage rows(shape);
  if (!rows.good) return state.SkipWithError("decode or shape failed");
  const RowBatch& batch = rows.batch;
  Figures figures(state, shape);
  for (auto _ : state) {
    uint64_t sum = 0;
    for (size_t r = 0; r < batch.rows(); ++r) sum += byte_size(batch.row(r));
    benchmark::DoNotOptimize(sum);
  }
}

// Five columns of each row, texts as they are: the least a writer does for MaxCompute. Its bytes
// are those of the page, not of the result.
void encode_block(benchmark::State& state, Shape shape) {
  const ShapedPage rows(shape);
  if (!rows.good) return state.SkipWithError("decode or shape failed");
  const RowBatch& batch = rows.batch;
  Figures figures(state, shape);
  for (auto _ : state) {
    maxcompute::RecordStreamWriter writer(4u << 20);
    for (size_t r = 0; r < batch.rows(); ++r) {
      const auto row = batch.row(r);
      for (size_t c = 0; c < row.size(); ++c) {
        const auto column = static_cast<uint32_t>(c + 1);
        switch (row[c].type()) {
          case ValueType::kString:
          case ValueType::kBytes:
            writer.add_text(column, row[c].as_view());
            break;
          case ValueType::kDouble:
            writer.add_double(column, row[c].as_double());
            break;
          case ValueType::kBool:
            writer.add_boolean(column, row[c].as_bool());
            break;
          case ValueType::kLong:
          case ValueType::kDate:
            writer.add_bigint(column, row[c].as_long());
            break;
          case ValueType::kNull:
            break;
        }
      }
      writer.end_record();
    }
    benchmark::DoNotOptimize(writer.finish());
  }
}

}  // namespace
}  // namespace otsstream::bench

int main(int argc, char** argv) {
  using namespace otsstream::bench;
  for (Shape shape : {Shape::kPerson, Shape::kWide, Shape::kLetter}) {
    const std::string name(to_string(shape));
    benchmark::RegisterBenchmark(("reference_walk/" + name).c_str(), reference, shape);
    benchmark::RegisterBenchmark(("answer_md5/" + name).c_str(), answer_md5, shape);
    benchmark::RegisterBenchmark(("decode/" + name).c_str(), decode, shape);
    benchmark::RegisterBenchmark(("decode+shape/" + name).c_str(), decode_and_shape, shape);
    benchmark::RegisterBenchmark(("count_row_bytes/" + name).c_str(), count_row_bytes, shape);
    benchmark::RegisterBenchmark(("encode_block/" + name).c_str(), encode_block, shape);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
