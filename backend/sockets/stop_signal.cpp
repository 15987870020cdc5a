#include "backend/sockets/stop_signal.h"

#include <cerrno>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>

namespace mxbalance::listen {

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_.is_open()) throw std::system_error(errno, std::system_category(), "cannot make an event descriptor");
}

void StopSignal::raise() {
  raised_ = true;
  ::eventfd_write(event_.number(), 1);
}

bool StopSignal::wait_for(std::chrono::milliseconds time) const {
  pollfd event{event_.number(), POLLIN, 0};
  return ::poll(&event, 1, static_cast<int>(time.count())) > 0;
}

}  // namespace mxbalance::listen
