#include "maxcompute/client/download_session.h"

#include "base/compress.h"
#include "maxcompute/client/fake_service_for_test.h"
#include "maxcompute/wire/record_stream_writer.h"

namespace otsstream::maxcompute {
namespace {

using testing::ElementsAre;

class DownloadSessionTest : public FakeServiceTest {
 protected:
  std::string session(const std::string& status, uint64_t records) {
    DownloadSessionInfo info{"D1", status, records, {}};
    info.schema.columns = {{"id", *parse_type("bigint"), "", true},
                           {"v", *parse_type("string"), "", true}};
    return write_download_session_json(info);
  }
  std::unique_ptr<DownloadSession> open(uint64_t records) {
    then(answer(200, session("normal", records)));
    auto created =
        DownloadSession::create(caller, "http://tunnel:2", "t1", *PartitionSpec::parse("ds=1"));
    EXPECT_TRUE(created);
    return created ? std::move(*created) : nullptr;
  }
  std::string rows(int count) {
    RecordStreamWriter writer;
    for (int i = 0; i < count; ++i) {
      writer.add_bigint(1, i);
      writer.add_text(2, "row " + std::to_string(i));
      writer.end_record();
    }
    return writer.finish();
  }
};

TEST_F(DownloadSessionTest, ReadsARangeAndKeepsItsBuffer) {
  auto download = open(10);
  EXPECT_EQ(download->record_count(), 10u);
  then(answer(200, rows(3)));
  auto batch = download->read(7, 100);
  ASSERT_TRUE(batch) << batch.error().to_string();
  EXPECT_THAT(
      log, ElementsAre(
               "POST /projects/p%20j/tables/t1?downloads&partition=ds%3D1&curr_project=p%20j",
               "GET "
               "/projects/p%20j/tables/"
               "t1?data&downloadid=D1&rowrange=%287%2C3%29&partition=ds%3D1&curr_project=p%20j"));
  requests.clear();
  script.clear();
  ASSERT_EQ(batch->rows(), 3u);
  EXPECT_EQ(batch->row(2)[0].as_long(), 2);
  EXPECT_EQ(batch->row(2)[1].as_view(), "row 2");
}

TEST_F(DownloadSessionTest, ZeroRowsAreNotAskedFor) {
  auto download = open(0);
  EXPECT_EQ(download->read(0, 5)->rows(), 0u);
  EXPECT_EQ(log.size(), 1u);
}

TEST_F(DownloadSessionTest, WaitsWhileTheServicePrepares) {
  then(answer(200, R"({"DownloadID":"D1","Status":"initiating"})"), 3);
  then(answer(200, session("normal", 1)));
  auto created = DownloadSession::create(caller, "http://tunnel:2", "t1", {});
  ASSERT_TRUE(created);
  EXPECT_EQ((*created)->record_count(), 1u);
  then(answer(200, R"({"DownloadID":"D1","Status":"initiating"})"));
  then(answer(200, session("expired", 1)));
  EXPECT_EQ(DownloadSession::create(caller, "http://tunnel:2", "t1", {}).error().code,
            "MaxCompute-SessionState");
  answer_all = [](const Request&) {
    return answer(200, R"({"DownloadID":"D1","Status":"initiating"})");
  };
  EXPECT_EQ(DownloadSession::create(caller, "http://tunnel:2", "t1", {}).error().code,
            "MaxCompute-Initiating");
}

TEST_F(DownloadSessionTest, DamagedAnswersAreAskedForAgain) {
  auto download = open(2);
  std::string good = rows(2);
  std::string damaged = good;
  damaged[6] ^= 1;
  then(answer(200, damaged));
  then(answer(200, good.substr(0, 20)));
  then(answer(200, rows(1)));  // whole, but too few
  then(answer(200, good));
  auto batch = download->read(0, 2);
  ASSERT_TRUE(batch) << batch.error().to_string();
  EXPECT_EQ(batch->rows(), 2u);
  then(answer(200, damaged), 4);
  EXPECT_EQ(download->read(0, 2).error().kind, ErrorKind::kCorrupt);
  then(answer(200, rows(1)), 4);
  auto short_one = download->read(0, 2);
  EXPECT_EQ(short_one.error().code, "MaxCompute-RowCount");
  EXPECT_THAT(short_one.error().to_string(), testing::HasSubstr("asked for 2 rows, got 1"));
}

TEST_F(DownloadSessionTest, Compression) {
  auto download = open(2);
  then(answer(200, zlib_deflate(rows(2)), {{"Content-Encoding", "deflate"}}));
  EXPECT_EQ(download->read(0, 2)->rows(), 2u);
  then(answer(200, rows(2), {{"Content-Encoding", "zstd"}}));
  auto unasked = download->read(0, 2);
  EXPECT_EQ(unasked.error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(unasked.error().code, "MaxCompute-Encoding");
}

}  // namespace
}  // namespace otsstream::maxcompute
