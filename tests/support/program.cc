#include "support/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

extern char** environ;

namespace otsstream::test {

namespace {

int start(const std::string& program, const std::vector<std::string>& arguments,
          const Environment& environment, int& out, int& err) {
  int out_pipe[2], err_pipe[2];
  if (pipe2(out_pipe, O_CLOEXEC) != 0 || pipe2(err_pipe, O_CLOEXEC) != 0) return -1;
  std::vector<std::string> texts = {program};
  texts.insert(texts.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& text : texts) argv.push_back(text.data());
  argv.push_back(nullptr);
  std::vector<std::string> settings;
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (!std::string(*entry).starts_with("OTSSTREAM_")) settings.push_back(*entry);
  for (const auto& [name, value] : environment) settings.push_back(name + "=" + value);
  std::vector<char*> envp;
  for (std::string& text : settings) envp.push_back(text.data());
  envp.push_back(nullptr);

  const int pid = fork();
  if (pid == 0) {
    dup2(out_pipe[1], STDOUT_FILENO);
    dup2(err_pipe[1], STDERR_FILENO);
    execve(program.c_str(), argv.data(), envp.data());
    _exit(127);
  }
  close(out_pipe[1]);
  close(err_pipe[1]);
  out = out_pipe[0];
  err = err_pipe[0];
  return pid;
}

// Reads both pipes to their ends, or to the deadline.
bool drain(int out, int err, ProgramResult& result,
           std::chrono::steady_clock::time_point deadline) {
  struct pollfd fds[2] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
  std::string* texts[2] = {&result.out, &result.err};
  int open_pipes = 2;
  while (open_pipes > 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                          deadline - std::chrono::steady_clock::now())
                          .count();
    if (left <= 0) return false;
    if (poll(fds, 2, static_cast<int>(left)) < 0) continue;
    for (int i = 0; i < 2; ++i) {
      if (fds[i].fd < 0 || fds[i].revents == 0) continue;
      char buffer[8192];
      const ssize_t size = read(fds[i].fd, buffer, sizeof buffer);
      if (size > 0) {
        texts[i]->append(buffer, static_cast<size_t>(size));
      } else {
        fds[i].fd = -1;
        --open_pipes;
      }
    }
  }
  return true;
}

ProgramResult finish(int pid, int out, int err, int timeout_seconds) {
  ProgramResult result;
  if (!drain(out, err, result,
             std::chrono::steady_clock::now() + std::chrono::seconds(timeout_seconds))) {
    ADD_FAILURE() << "the program did not end in " << timeout_seconds << " s; so far it said:\n"
                  << result.out << result.err;
    kill(pid, SIGKILL);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace

ProgramResult run_program(const std::string& program, const std::vector<std::string>& arguments,
                          const Environment& environment, int timeout_seconds) {
  int out = -1, err = -1;
  const int pid = start(program, arguments, environment, out, err);
  ProgramResult result = finish(pid, out, err, timeout_seconds);
  close(out);
  close(err);
  return result;
}

Background::Background(const std::string& program, const std::vector<std::string>& arguments,
                       const Environment& environment) {
  pid_ = start(program, arguments, environment, out_, err_);
}

Background::~Background() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(out_);
  close(err_);
}

std::string Background::read_line() {
  std::string line;
  for (char c; read(out_, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

void Background::signal(int number) { kill(pid_, number); }

ProgramResult Background::wait(int timeout_seconds) {
  ProgramResult result = finish(pid_, out_, err_, timeout_seconds);
  pid_ = -1;
  return result;
}

TempFolder::TempFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "otsstream-test-XXXXXX").string();
  EXPECT_NE(mkdtemp(pattern.data()), nullptr);
  path_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace otsstream::test
