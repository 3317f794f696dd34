// The odps writer's block as it stands in a job text: variables, then parameters.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "job/job_spec.h"
#include "writer/odps/params.h"

namespace otsstream::sync {
namespace {

using testing::HasSubstr;

const job::Variables kVariables = {{"bizdate", "20171018"},
                                   {"hour", "07"},
                                   {"region", "cn-hangzhou"},
                                   {"blank", " "},
                                   {"quoted", "a','hh=9"},
                                   {"bdp.system.bizdate", "20171018"},
                                   {"bdp.system.cyctime", "20171019073000"}};

struct Read {
  std::string partition;
  std::string errors;
};

Read read(const std::string& partition, bool datax = false) {
  const std::string block =
      R"({"datasource": "d", "table": "t", "truncate": true, "column": ["*"], "partition": ")" +
      partition + "\"}";
  const std::string text =
      datax ? R"({"job": {"content": [{"reader": {"name": "otsstreamreader", "parameter": {}},
                "writer": {"name": "odpswriter", "parameter": )" +
                  block + R"(}}], "setting": {"speed": {"channel": 1}}}})"
            : R"({"type": "job", "version": "2.0", "steps": [
                {"stepType": "otsstream", "name": "Reader", "category": "reader", "parameter": {}},
                {"stepType": "odps", "name": "Writer", "category": "writer", "parameter": )" +
                  block + "}]}";
  Diagnostics diagnostics;
  Read result;
  auto job = job::bind_job(*job::parse_job(text, "job.json"), kVariables, diagnostics);
  EXPECT_TRUE(job) << job.error().to_string();
  if (job)
    result.partition = writer::read_odps_settings(*job->writer, diagnostics).partition.unquoted();
  for (const Diagnostic& item : diagnostics.items())
    if (item.severity == Severity::kError) result.errors += item.error.headline() + "\n";
  return result;
}

TEST(OdpsJobText, PartitionValuesFromVariables) {
  struct Case {
    const char* written;
    const char* partition;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"pt=${bizdate}", "pt=20171018"},
           {"pt=$bizdate", "pt=20171018"},
           {"pt=${bdp.system.bizdate}", "pt=20171018"},
           {"at=${bdp.system.cyctime}", "at=20171019073000"},
           {"pt=${bizdate},hh=${hour},region='${region}'", "pt=20171018,hh=07,region=cn-hangzhou"},
           {"pt=${bizdate} / hh = h${hour}", "pt=20171018,hh=h07"},
           {"pt=$[yyyymmdd-1],hh=$[hh24-1/24]", "pt=20171018,hh=06"},
           {"pt=${yyyymmdd-1}/month=${yyyymm}", "pt=20171017,month=201710"}}) {
    for (const bool datax : {false, true}) {
      const Read r = read(c.written, datax);
      EXPECT_EQ(r.partition, c.partition) << c.written;
      EXPECT_EQ(r.errors, "") << c.written;
    }
  }
}

// None of these may name a partition without a word.
TEST(OdpsJobText, WhatHasNoValueIsAnErrorAtItsPlace) {
  struct Case {
    const char* written;
    const char* error;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"pt=${day}", "partition: the variable `${day}` has no value [Config-Unassigned"},
           {"pt=${blank}", "the variable `${blank}` has an empty value"},
           {"pt=${quoted}", "has a quote, '=', ',', '/' or control character"},
           {"pt=$[yyyyMMdd-1]", "[Config-ScheduleExpression]"},
           {"pt=$[yyyymmdd", "has no closing `]`"},
           {"pt=${yyyymmdd-x}", "is not a variable"}}) {
    const Read r = read(c.written);
    EXPECT_THAT(r.errors, HasSubstr(c.error)) << c.written;
    EXPECT_THAT(r.errors, HasSubstr("job.json:3:")) << c.written;
  }
}

}  // namespace
}  // namespace otsstream::sync
