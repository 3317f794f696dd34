// ./run sim: plays cases of the simulation. Exit code 1 when something was found.

#include <cstdio>
#include <cstring>
#include <string>

#include "base/log.h"
#include "sim/campaign.h"

namespace {

constexpr const char* kUsage =
    "usage: otsstream_sim [--seeds N] [--from S]   plays the N cases from S (1000 from 1)\n"
    "       otsstream_sim --seed X                 plays one case and prints its trace\n";

bool read_number(const char* text, uint64_t& number) {
  if (*text == '\0') return false;
  number = 0;
  for (; *text != '\0'; ++text) {
    if (*text < '0' || *text > '9' || number > UINT64_MAX / 16) return false;
    number = number * 10 + static_cast<uint64_t>(*text - '0');
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  otsstream::sim::Campaign campaign;
  uint64_t one = 0;
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    uint64_t* number = name == "--seeds"  ? &campaign.count
                       : name == "--from" ? &campaign.first
                       : name == "--seed" ? &one
                                          : nullptr;
    if (number == nullptr || i + 1 == argc || !read_number(argv[i + 1], *number)) {
      std::fputs(kUsage, stderr);
      return 2;
    }
  }
  otsstream::set_log_level("off");
  if (one != 0) return otsstream::sim::replay(one) ? 0 : 1;
  const otsstream::sim::Coverage coverage = otsstream::sim::run_campaign(campaign);
  std::fputs(to_text(coverage).c_str(), stdout);
  return coverage.failed.empty() ? 0 : 1;
}
