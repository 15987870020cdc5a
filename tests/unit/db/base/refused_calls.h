// System calls that fail, as on a file system that does not have them.
#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <thread>
#include <vector>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

namespace mxbalance::db::testing {

struct RefusedCall {
  unsigned number;  ///< SYS_…
  unsigned error;
};

/// Runs `work` while `calls` fail: on a thread of its own, with which the filter goes. It must not throw.
inline void while_refused(const std::vector<RefusedCall>& calls, const std::function<void()>& work) {
  std::vector<sock_filter> filter;
  filter.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
  for (const auto& call : calls) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call.number, 0, 1));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | call.error));
  }
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  bool is_set = false;
  std::thread([&] {
    is_set = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
             ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
    if (is_set) work();
  }).join();
  if (!is_set) throw std::runtime_error("the kernel takes no filter of system calls (seccomp)");
}

}  // namespace mxbalance::db::testing
