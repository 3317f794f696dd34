#pragma once
// Instructions of this thread in user mode, counted by the processor. Many virtual machines and
// containers have no such counter.

#include <cstdint>

namespace otsstream::bench {

class InstructionCounter {
 public:
  InstructionCounter();
  ~InstructionCounter();
  InstructionCounter(const InstructionCounter&) = delete;
  InstructionCounter& operator=(const InstructionCounter&) = delete;

  bool available() const { return fd_ >= 0; }
  // Since construction; 0 when not available.
  uint64_t read() const;

 private:
  int fd_;
};

}  // namespace otsstream::bench
