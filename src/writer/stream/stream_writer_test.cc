#include "writer/stream/stream_writer.h"

#include <gmock/gmock.h>

#include <sstream>
#include <thread>

#include "base/crc.h"

namespace otsstream::writer {
namespace {

using testing::HasSubstr;

class StreamWriterTest : public testing::Test {
 protected:
  ~StreamWriterTest() override {
    if (file != nullptr) std::fclose(file);
  }
  std::unique_ptr<Writer> make(StreamSettings settings) {
    WriterContext context;
    context.executor = &executor;
    return make_stream_writer(settings, context, {}, settings.print ? file : nullptr);
  }
  Result<ChannelResult> finish(Channel& channel) {
    return await<ChannelResult>(executor, [&](auto done) { channel.finish(done); });
  }
  std::string printed() {
    std::string text(1 << 20, 0);
    std::rewind(file);
    text.resize(std::fread(text.data(), 1, text.size(), file));
    return text;
  }
  ManualClock clock;
  VirtualExecutor executor{clock, 1};
  std::FILE* file = std::tmpfile();
};

TEST_F(StreamWriterTest, PrintsOneLinePerRow) {
  auto writer = make({});
  EXPECT_EQ(writer->staging_places(), 0);
  EXPECT_FALSE(writer->ordered_by_place());
  EXPECT_EQ(*writer->begin(), "stream");
  auto channel = std::move(*writer->open_channel(0, 0));
  RowBatch batch(4);
  auto row = batch.add_row();
  row[0] = Value::from_string("a\tb");
  row[1] = Value::from_long(-1);
  row[3] = Value::from_double(0.5);
  row = batch.add_row();
  row[0] = Value::from_bool(true);
  row[1] = Value::from_date_ms(1508400600000);
  row[2] = Value::from_bytes("\xff");
  ASSERT_TRUE(channel->write(batch));
  EXPECT_TRUE(channel->accepts_more({}));
  auto result = finish(*channel);
  ASSERT_TRUE(result);
  const std::string expected =
      "a\tb\t-1\tnull\t0.5\ntrue\t2017-10-19 16:10:00\t\xef\xbf\xbd\tnull\n";
  EXPECT_EQ(printed(), expected);
  EXPECT_EQ(result->rows, 2);
  EXPECT_EQ(result->bytes, expected.size());
  EXPECT_EQ(result->checksum, crc32c(0, expected));
  EXPECT_TRUE(result->parts.empty());
}

TEST_F(StreamWriterTest, CountsAndDrops) {
  auto writer = make({false, "\t"});
  EXPECT_EQ(writer->describe(), "stream (count and drop)");
  EXPECT_EQ(writer->plan_json(), R"({"writer":"stream","print":false})");
  auto channel = std::move(*writer->open_channel(0, 0));
  RowBatch batch(1);
  batch.add_row();
  ASSERT_TRUE(channel->write(batch));
  EXPECT_EQ(finish(*channel)->rows, 1);
}

TEST_F(StreamWriterTest, RowsOfSeveralChannelsStayWhole) {
  auto writer = make({true, ","});
  std::vector<std::thread> threads;
  for (char letter : {'a', 'b', 'c', 'd'}) {
    threads.emplace_back([&, letter] {
      auto channel = std::move(*writer->open_channel(0, 0));
      const std::string text(50, letter);
      RowBatch batch(2);
      for (int i = 0; i < 20; ++i) {
        auto row = batch.add_row();
        row[0] = row[1] = Value::from_string(text);
      }
      for (int i = 0; i < 20; ++i) EXPECT_TRUE(channel->write(batch));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::istringstream lines(printed());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const std::string half(50, line.empty() ? '?' : line[0]);
    EXPECT_EQ(line, half + "," + half);
  }
  EXPECT_EQ(count, 4 * 20 * 20);
}

TEST_F(StreamWriterTest, AClosedOutputIsAnError) {
  std::FILE* full = std::fopen("/dev/full", "w");
  ASSERT_NE(full, nullptr);
  WriterContext context;
  context.executor = &executor;
  auto writer = make_stream_writer({}, context, {}, full);
  auto channel = std::move(*writer->open_channel(0, 0));
  RowBatch batch(1);
  batch.add_row()[0] = Value::from_long(1);
  const bool written = channel->write(batch).has_value();
  auto result = finish(*channel);
  EXPECT_TRUE(!written || !result);
  if (!result) {
    EXPECT_EQ(result.error().code, "Stream-Output");
  }
  channel.reset();
  std::fclose(full);
}

TEST_F(StreamWriterTest, NothingToSettle) {
  auto writer = make({});
  auto parts = writer->prepare({});
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->at(0).staging, "stream");
  EXPECT_EQ(*writer->settle(*parts), Settled::kNotCommitted);
  EXPECT_TRUE(writer->commit(*parts, {}));
  EXPECT_EQ(writer->retries(), 0u);
  writer->abort();
}

StreamSettings read(const std::string& text, Diagnostics& diagnostics) {
  auto document = parse_json(text, "job.json");
  return read_stream_settings((*document)->root(), diagnostics);
}

TEST(StreamParams, Read) {
  Diagnostics diagnostics;
  EXPECT_EQ(read("{}", diagnostics).field_delimiter, "\t");
  EXPECT_TRUE(read("{}", diagnostics).print);
  auto settings = read(R"({"print": "false", "fieldDelimiter": " "})", diagnostics);
  EXPECT_FALSE(settings.print);
  EXPECT_EQ(settings.field_delimiter, " ");
  EXPECT_TRUE(diagnostics.items().empty());
  read(R"({"encoding": "GBK"})", diagnostics);
  EXPECT_EQ(diagnostics.count(Severity::kNotice), 1u);
  read(R"({"path": "/tmp", "fileName": "x"})", diagnostics);
  EXPECT_EQ(diagnostics.count(Severity::kError), 2u);
  EXPECT_EQ(diagnostics.items().back().error.kind, ErrorKind::kUnsupported);
  EXPECT_EQ(diagnostics.items().back().error.code, "StreamWriter-NotYet");
}

}  // namespace
}  // namespace otsstream::writer
