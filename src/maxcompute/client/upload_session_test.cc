#include "maxcompute/client/upload_session.h"

#include "maxcompute/client/fake_service_for_test.h"
#include "maxcompute/wire/record_stream_writer.h"

namespace otsstream::maxcompute {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class UploadSessionTest : public FakeServiceTest {
 protected:
  std::string session(const std::string& status, std::vector<int> blocks) {
    UploadSessionInfo info;
    info.id = "U1";
    info.status = status;
    info.blocks = std::move(blocks);
    info.schema.columns = {{"id", *parse_type("bigint"), "", true}};
    return write_upload_session_json(info);
  }
  std::unique_ptr<UploadSession> open(bool overwrite = false) {
    then(answer(200, session("normal", {})));
    auto created = UploadSession::create(caller, "http://tunnel:2",
                                         {"t1", *PartitionSpec::parse("ds=1,hh=2"), overwrite});
    EXPECT_TRUE(created) << created.error().to_string();
    return created ? std::move(*created) : nullptr;
  }
  Status put(UploadSession& upload, int block, std::string bytes) {
    auto done = await<bool>(executor, [&](std::function<void(Result<bool>)> ready) {
      upload.put_block(block, SharedBuffer(std::move(bytes)), [ready](Status status) {
        if (status) return ready(true);
        ready(fail(status.error()));
      });
    });
    if (!done) return fail(done.error());
    return {};
  }
  size_t commits() const {
    return static_cast<size_t>(std::count_if(log.begin(), log.end(), [](const std::string& line) {
      return line.starts_with("POST") && line.find("uploadid=") != std::string::npos;
    }));
  }
  static bool is_commit(const Request& request) {
    return request.method == "POST" && request.target.find("uploadid=") != std::string::npos;
  }
};

TEST_F(UploadSessionTest, CreatesPutsAndCommits) {
  auto upload = open(true);
  EXPECT_EQ(upload->id(), "U1");
  EXPECT_EQ(upload->schema().columns[0].name, "id");
  EXPECT_EQ(log[0],
            "POST "
            "/projects/p%20j/tables/"
            "t1?uploads&overwrite=true&partition=ds%3D1%2Chh%3D2&curr_project=p%20j");

  RecordStreamWriter writer;
  writer.add_bigint(1, 5);
  writer.end_record();
  std::string stream = writer.finish();
  then(answer(200, ""));
  ASSERT_TRUE(put(*upload, 7, stream));
  EXPECT_EQ(log[1],
            "PUT "
            "/projects/p%20j/tables/"
            "t1?uploadid=U1&blockid=7&partition=ds%3D1%2Chh%3D2&curr_project=p%20j");
  EXPECT_EQ(requests[1].body.flat().view(), stream);
  EXPECT_TRUE(requests[1].chunked);
  EXPECT_EQ(requests[1].headers.get("x-odps-tunnel-version"), "6");
  EXPECT_EQ(requests[1].headers.get("Content-Type"), "application/octet-stream");

  then(answer(200, session("normal", {7})));
  then(answer(200, session("closed", {7})));
  auto committed = upload->commit({7});
  ASSERT_TRUE(committed) << committed.error().to_string();
  EXPECT_EQ(upload->status(), "closed");
  EXPECT_EQ(
      log[2],
      "GET /projects/p%20j/tables/t1?uploadid=U1&partition=ds%3D1%2Chh%3D2&curr_project=p%20j");
  EXPECT_EQ(
      log[3],
      "POST /projects/p%20j/tables/t1?uploadid=U1&partition=ds%3D1%2Chh%3D2&curr_project=p%20j");
}

TEST_F(UploadSessionTest, PlainTableHasNoPartitionInItsCalls) {
  then(answer(200, session("normal", {})));
  ASSERT_TRUE(UploadSession::create(caller, "http://tunnel:2", {"t1", {}, false}));
  EXPECT_THAT(log, ElementsAre("POST /projects/p%20j/tables/t1?uploads&curr_project=p%20j"));
}

TEST_F(UploadSessionTest, ABlockIsSentAgainWithTheSameBytes) {
  auto upload = open();
  then(answer(400, R"({"Code":"CorruptedDataStream","Message":"crc"})"));
  then(answer(503, ""));
  then(answer(200, ""));
  ASSERT_TRUE(put(*upload, 0, "bytes"));
  ASSERT_EQ(requests.size(), 4u);
  for (size_t i = 1; i < 4; ++i) EXPECT_EQ(requests[i].body.flat().view(), "bytes");
}

TEST_F(UploadSessionTest, BlockThatFailsForGoodIsNamed) {
  auto upload = open();
  then(answer(403, R"({"Code":"NoPermission","Message":"no"})"));
  auto status = put(*upload, 3, "bytes");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kPermission);
  EXPECT_EQ(status.error().message,
            "block 3 of upload session U1 of table t1, partition ds=1,hh=2: no");
  for (int id : {-1, 20000}) EXPECT_EQ(put(*upload, id, "b").error().code, "InvalidBlockID");
}

TEST_F(UploadSessionTest, BlocksInFlightOutliveTheSession) {
  auto upload = open();
  then(answer(200, ""));
  bool finished = false;
  upload->put_block(0, SharedBuffer(std::string("b")),
                    [&](Status status) { finished = status.has_value(); });
  upload.reset();
  ASSERT_TRUE(executor.run_until([&] { return finished; }));
}

TEST_F(UploadSessionTest, WrongBlockSetsAreNeverCommitted) {
  struct Case {
    std::vector<int> there;
    std::set<int> expected;
    const char* code;
    const char* text;
  } cases[] = {
      {{0, 1}, {0, 1, 2}, "MaxCompute-MissingBlocks", "missing 2"},
      {{0, 1, 9}, {0, 1}, "MaxCompute-ForeignBlocks", "foreign 9"},
      {{5}, {4}, "MaxCompute-MissingBlocks", "missing 4; foreign 5"},
      {{}, {1, 2, 3, 4, 5, 6, 7}, "MaxCompute-MissingBlocks", "missing 1, 2, 3, 4, 5 and 2 more"},
  };
  for (const Case& c : cases) {
    auto upload = open();
    then(answer(200, session("normal", c.there)));
    auto committed = upload->commit(c.expected);
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().code, c.code);
    EXPECT_THAT(committed.error().message, HasSubstr(c.text));
  }
  EXPECT_EQ(commits(), 0u);
}

TEST_F(UploadSessionTest, EmptySessionCommits) {  // T19
  auto upload = open();
  then(answer(200, session("normal", {})));
  then(answer(200, session("closed", {})));
  EXPECT_TRUE(upload->commit({}));
}

// The commit took effect, its answer did not arrive.
TEST_F(UploadSessionTest, LostAnswerOfADoneCommit) {
  auto upload = open();
  transport.loses = is_commit;
  then(answer(200, session("normal", {1})));
  then(answer(200, session("closed", {1})));  // lost
  then(answer(200, session("closed", {1})));  // asked
  ASSERT_TRUE(upload->commit({1}));
  EXPECT_EQ(commits(), 1u);
}

// The commit failed inside the service: the session is as it was, so it is sent again.
TEST_F(UploadSessionTest, CommitThatDidNotTakeEffectIsSentAgain) {
  auto upload = open();
  then(answer(200, session("normal", {1})));
  then(answer(500, ""));
  then(answer(200, session("normal", {1})));
  then(answer(200, session("closed", {1})));
  ASSERT_TRUE(upload->commit({1}));
  EXPECT_EQ(commits(), 2u);
}

TEST_F(UploadSessionTest, ConflictOfASecondCommitIsSettledByAsking) {
  auto upload = open();
  then(answer(200, session("normal", {1})));
  then(answer(409, R"({"Code":"StatusConflict","Message":"already"})"));
  then(answer(200, session("closing", {1})), 3);
  then(answer(200, session("closed", {})));
  ASSERT_TRUE(upload->commit({1}));
  EXPECT_EQ(commits(), 1u);
}

TEST_F(UploadSessionTest, CommitRetriesAreBounded) {
  auto upload = open();
  answer_all = [&](const Request& request) {
    return is_commit(request) ? answer(500, "") : answer(200, session("normal", {1}));
  };
  auto committed = upload->commit({1});
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, "HTTP-500");
  EXPECT_EQ(commits(), 4u) << "one try and three retries";
}

TEST_F(UploadSessionTest, CommitAnsweredWithAnOpenSessionIsNoCommit) {
  auto upload = open();
  answer_all = [&](const Request&) { return answer(200, session("normal", {1})); };
  auto committed = upload->commit({1});
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, "MaxCompute-Commit");
  EXPECT_EQ(commits(), 4u) << "one try and three retries";
}

TEST_F(UploadSessionTest, ClosingIsNotWaitedForWithoutEnd) {
  auto upload = open();
  answer_all = [&](const Request&) { return answer(200, session("closing", {1})); };
  auto committed = upload->commit({1});
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, "MaxCompute-Closing");
  EXPECT_THAT(committed.error().remedy, HasSubstr("it asks the session"));
  EXPECT_NEAR(static_cast<double>(clock.steady_us()) / 1e6, 300, 10);
  EXPECT_EQ(commits(), 0u);
}

TEST_F(UploadSessionTest, RefusedCommitIsFinal) {
  auto upload = open();
  then(answer(200, session("normal", {1})));
  then(answer(400, R"({"Code":"TableModified","Message":"changed"})"));
  auto committed = upload->commit({1});
  EXPECT_EQ(committed.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(commits(), 1u);
}

TEST_F(UploadSessionTest, UnknownOutcomeIsSaid) {
  auto upload = open();
  then(answer(200, session("normal", {1})));
  then(answer(500, ""));
  then(xml_error(503, "ServiceUnavailable"), 10);
  auto committed = upload->commit({1});
  ASSERT_FALSE(committed);
  EXPECT_THAT(committed.error().message, HasSubstr("its outcome could not be asked"));
}

TEST_F(UploadSessionTest, ReopenedByAnotherProcess) {
  UploadSession::Target target{"t1", {}, false};
  then(answer(200, session("closed", {})));
  auto upload = UploadSession::open(caller, "http://tunnel:2", target, "U1");
  ASSERT_TRUE(upload);
  EXPECT_EQ((*upload)->status(), "closed");
  then(answer(200, session("closed", {})));
  EXPECT_TRUE((*upload)->commit({1, 2})) << "a second commit of a closed session is done already";
  // Closed with other blocks than ours: somebody else's commit.
  then(answer(200, session("closed", {8})));
  EXPECT_EQ((*upload)->commit({1}).error().code, "MaxCompute-MissingBlocks");
  // An answer about another session.
  then(answer(200, session("normal", {})));
  EXPECT_EQ(UploadSession::open(caller, "http://tunnel:2", target, "U2").error().code,
            "MaxCompute-Session");
}

TEST_F(UploadSessionTest, AnswersThatAreNoSession) {
  for (const char* body : {"<html>login</html>", "[]", "{}", ""}) {
    then(answer(200, body));
    auto created = UploadSession::create(caller, "http://tunnel:2", {"t1", {}, false});
    ASSERT_FALSE(created) << body;
    EXPECT_EQ(created.error().code, "MaxCompute-Json") << body;
    EXPECT_THAT(created.error().message, HasSubstr("upload session of table t1")) << body;
  }
}

TEST_F(UploadSessionTest, ExpiredSessionsAreNamed) {
  auto upload = open();
  then(answer(200, session("expired", {1})));
  auto committed = upload->commit({1});
  EXPECT_EQ(committed.error().code, "MaxCompute-SessionState");
  EXPECT_THAT(committed.error().message, HasSubstr("its state is 'expired'"));
  EXPECT_THAT(committed.error().remedy, HasSubstr("24 hours"));
  then(answer(404, R"({"Code":"NoSuchUpload","Message":"gone"})"));
  auto gone = upload->reload();
  EXPECT_EQ(gone.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(gone.error().message, HasSubstr("does not exist (any more)"));
}

}  // namespace
}  // namespace otsstream::maxcompute
