#pragma once
// Runs the real program and what it needs around it: a folder of its own, environment, output,
// signals.

#include <string>
#include <utility>
#include <vector>

namespace otsstream::test {

struct ProgramResult {
  int exit_code = -1;  // 128 + signal when killed by one
  std::string out;
  std::string err;
};

using Environment = std::vector<std::pair<std::string, std::string>>;

// Waits for the end, at most `timeout_seconds` (then kills it and fails the test).
ProgramResult run_program(const std::string& program, const std::vector<std::string>& arguments,
                          const Environment& environment = {}, int timeout_seconds = 60);

// A program in the background; killed when this goes away.
class Background {
 public:
  Background(const std::string& program, const std::vector<std::string>& arguments,
             const Environment& environment = {});
  ~Background();
  // The next line of its standard output; "" at its end.
  std::string read_line();
  void signal(int number);
  ProgramResult wait(int timeout_seconds = 60);

 private:
  int pid_ = -1;
  int out_ = -1;
  int err_ = -1;
};

// A new empty folder below the system's temporary folder, removed with this.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  std::string path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace otsstream::test
