#pragma once
// The XML and JSON bodies of REST and Tunnel, both directions (maxcompute-protocol.md 1.6,
// 2, 3.2, 3.4).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "maxcompute/wire/types.h"

namespace otsstream::maxcompute {

struct ErrorBody {
  std::string code;
  std::string message;
  std::string request_id;
  std::string host_id;
};
std::string write_error_xml(const ErrorBody& error);
std::string write_error_json(const ErrorBody& error);
// XML first, then JSON; nothing when it is neither.
std::optional<ErrorBody> read_error(std::string_view body);

// <Table> of a plain get; times are epoch seconds.
struct TableInfo {
  TableSchema schema;
  std::string owner;
  std::string comment;
  std::string table_id;
  int64_t created = 0;
  int64_t modified = 0;
  uint64_t bytes = 0;
  uint64_t records = 0;
};
std::string write_table_xml(const TableInfo& info);
std::string write_table_extended_xml(const TableInfo& info);
Result<TableSchema> read_table_xml(std::string_view body);

std::string write_table_list_xml(
    const std::vector<std::pair<std::string, std::string>>& name_and_owner,
    std::string_view next_marker);
struct PartitionInfo {
  PartitionSpec spec;
  int64_t created = 0;
  int64_t modified = 0;
  uint64_t bytes = 0;
  uint64_t records = 0;
};
std::string write_partition_list_xml(const std::vector<PartitionInfo>& partitions,
                                     std::string_view next_marker);
struct PartitionPage {
  std::vector<PartitionSpec> partitions;
  std::string next_marker;
};
Result<PartitionPage> read_partition_list_xml(std::string_view body);
std::string write_partition_xml(const PartitionInfo& info);
std::string write_project_xml(std::string_view project);

// A SQL instance.
struct SqlJob {
  std::string task_name;
  std::string query;
  std::vector<std::pair<std::string, std::string>> settings;
  std::string uuid;
};
std::string write_sql_job_xml(const SqlJob& job);
Result<SqlJob> read_sql_job_xml(
    std::string_view body);  // CDATA or escaped text, `;` at the end kept
enum class TaskStatus { kWaiting, kRunning, kSuccess, kFailed, kSuspended, kCancelled };
std::string write_instance_status_xml(bool terminated);
Result<bool> read_instance_terminated(std::string_view body);
std::string write_task_status_xml(std::string_view task_name, TaskStatus status,
                                  std::string_view start_http_date, std::string_view end_http_date);
Result<TaskStatus> read_task_status(std::string_view body);
// `format`: "text" or "csv"; sent as Base64.
std::string write_result_xml(std::string_view task_name, TaskStatus status, std::string_view format,
                             std::string_view result);
Result<std::string> read_result(std::string_view body);  // decoded text of the first task

// Tunnel sessions.
struct UploadSessionInfo {
  std::string id;
  std::string status;
  std::vector<int> blocks;
  TableSchema schema;
  int64_t max_field_size = 8388608;
};
std::string write_upload_session_json(const UploadSessionInfo& info);
Result<UploadSessionInfo> read_upload_session_json(std::string_view body);
struct DownloadSessionInfo {
  std::string id;
  std::string status;
  uint64_t records = 0;
  TableSchema schema;
};
std::string write_download_session_json(const DownloadSessionInfo& info);
Result<DownloadSessionInfo> read_download_session_json(std::string_view body);

}  // namespace otsstream::maxcompute
