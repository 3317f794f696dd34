#pragma once
// What the commands below `otsstream local` share: where the servers stand, who may call them.

#include <string>

#include "cli/commands.h"
#include "local/access_keys.h"

namespace otsstream::cli {

inline constexpr int kTablestorePort = 8087;
inline constexpr int kMaxComputePort = 8088;

// --keys: the file, else that of OTSSTREAM_LOCAL_KEYS, else the laptop's pair.
Result<local::AccessKeys> local_keys(const std::string& path);
inline constexpr const char* kKeysHelp =
    "Private JSON file {\"<access id>\": \"<access key>\"} [OTSSTREAM_LOCAL_KEYS, or id local, key "
    "local]";

// The subcommands of `otsstream local`.
void add_local_query(CLI::App& local, Action& action);
void add_local_clock(CLI::App& local, Action& action);
void add_local_partitions(CLI::App& local, Action& action);  // split, merge, expire
void add_local_faults(CLI::App& local, Action& action);
void add_local_streams(CLI::App& local, Action& action);
void add_local_data(CLI::App& local, Action& action);  // snapshot, restore, reset
void add_local_counters(CLI::App& local, Action& action);
void add_local_limits(CLI::App& local, Action& action);

}  // namespace otsstream::cli
