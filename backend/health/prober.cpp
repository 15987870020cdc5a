#include "backend/health/prober.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <sys/epoll.h>
#include <unistd.h>

namespace mxbalance::health {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t events_at_once = 64;

/// libcurl needs it once before any thread uses it, and counts.
CURLM* make_multi() {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM* const multi = global == CURLE_OK ? curl_multi_init() : nullptr;
  if (multi == nullptr) throw std::runtime_error("libcurl cannot be initialised");
  return multi;
}

}  // namespace

Prober::Epoll::Epoll() : descriptor_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "epoll");
}

Prober::Epoll::~Epoll() {
  ::close(descriptor_);
}

Prober::Prober(ProbeIdentity identity, Done done)
    : identity_(std::move(identity)), done_(std::move(done)), multi_(make_multi()) {
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &Prober::watch);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &Prober::set_timer);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
}

Prober::~Prober() {
  for (const auto& [handle, under_way] : probes_)
    curl_multi_remove_handle(multi_.get(), handle);
}

void Prober::start(std::uint64_t key, const db::ProbeTarget& target) {
  auto probe = std::make_unique<Probe>(target, identity_);
  CURL* const handle = probe->handle();
  probes_[handle] = {key, std::move(probe)};
  const CURLMcode code = curl_multi_add_handle(multi_.get(), handle);
  if (code == CURLM_OK) return;
  probes_.erase(handle);
  throw std::runtime_error(std::string("libcurl: ") + curl_multi_strerror(code));
}

int Prober::watch(CURL* /*handle*/, curl_socket_t socket, int what, void* prober, void* is_known) {
  auto& self = *static_cast<Prober*>(prober);
  if (what == CURL_POLL_REMOVE) {
    ::epoll_ctl(self.epoll_.descriptor(), EPOLL_CTL_DEL, socket, nullptr);
    return 0;
  }
  epoll_event event{
      .events = ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0U) | ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0U),
      .data = {.fd = socket}};
  const int operation = is_known != nullptr ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  if (::epoll_ctl(self.epoll_.descriptor(), operation, socket, &event) != 0 && errno == EEXIST) {
    ::epoll_ctl(self.epoll_.descriptor(), EPOLL_CTL_MOD, socket, &event);
  }
  curl_multi_assign(self.multi_.get(), socket, &self);
  return 0;
}

int Prober::set_timer(CURLM* /*multi*/, long milliseconds, void* prober) {
  auto& timer = static_cast<Prober*>(prober)->timer_;
  timer.reset();
  if (milliseconds >= 0) timer = Clock::now() + std::chrono::milliseconds(milliseconds);
  return 0;
}

void Prober::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_.get(), socket, events, &running);
}

void Prober::run(std::chrono::milliseconds most) {
  auto wait = most;
  if (timer_) {
    const auto until = std::chrono::ceil<std::chrono::milliseconds>(*timer_ - Clock::now());
    wait = std::clamp(until, std::chrono::milliseconds{0}, most);
  }
  std::array<epoll_event, events_at_once> events{};
  const int ready = ::epoll_wait(epoll_.descriptor(), events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(wait.count()));
  for (int i = 0; i < ready; ++i) {
    const auto& event = events.at(static_cast<std::size_t>(i));
    const int happened = ((event.events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                         ((event.events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                         ((event.events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
    act(event.data.fd, happened);
  }
  if (timer_ && *timer_ <= Clock::now()) {
    timer_.reset();
    act(CURL_SOCKET_TIMEOUT, 0);
  }
  finish_ended();
}

void Prober::finish_ended() {
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const handle = message->easy_handle;
    const CURLcode code = message->data.result;
    const auto found = probes_.find(handle);
    const ProbeResult result = found->second.probe->result(code);
    const std::uint64_t key = found->second.key;
    curl_multi_remove_handle(multi_.get(), handle);
    probes_.erase(found);
    done_(key, result);
  }
}

}  // namespace mxbalance::health
