#include "backend/health/prober.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <sys/epoll.h>
#include <unistd.h>

#include "backend/health/wording.h"

namespace mxbalance::health {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using Verdict = ProbeResult::Verdict;

constexpr std::size_t events_at_once = 64;

bool speaks_tls(const db::ProbeSettings& settings) {
  return settings.kind == db::ProbeKind::smtps ||
         (settings.kind == db::ProbeKind::smtp && settings.tls != db::ProbeTls::off);
}

ProbeResult with_tls_problem(ProbeResult result, const std::string& tls_problem) {
  if (tls_problem.empty()) return result;
  if (result.verdict == Verdict::failed) result.reason += "; before that, " + tls_problem;
  result.tls_problem = tls_problem;
  return result;
}

}  // namespace

Prober::Epoll::Epoll() : descriptor_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "epoll");
}

Prober::Epoll::~Epoll() {
  ::close(descriptor_);
}

Prober::Prober(ProbeIdentity identity, Done done)
    : identity_(std::move(identity)), done_(std::move(done)), tls_(identity_.ca_file) {}

void Prober::change_identity(ProbeIdentity identity) {
  identity_ = std::move(identity);
  tls_.trust(identity_.ca_file);
}

void Prober::start(std::uint64_t key, const db::ProbeTarget& target) {
  begin(key, target, "");
}

/// Starts the probe without TLS, as a sender with opportunistic TLS does (RFC 7435 §3).
void Prober::begin_in_clear(std::uint64_t key, db::ProbeTarget target, const std::string& tls_problem) {
  target.settings.tls = db::ProbeTls::off;
  begin(key, target, tls_problem);
}

void Prober::begin(std::uint64_t key, const db::ProbeTarget& target, const std::string& tls_problem) {
  std::shared_ptr<SSL_CTX> context;
  try {
    if (speaks_tls(target.settings)) context = tls_.current();
  } catch (const std::runtime_error& failure) {
    ended_.emplace_back(key, ProbeResult{Verdict::not_made, failure.what()});
    return;
  }
  auto probe = std::make_unique<Probe>(target, identity_, full_name_.get(), std::move(context), Clock::now());
  if (probe->is_over()) {
    ended_.emplace_back(key, with_tls_problem(probe->result().value(), tls_problem));
  } else {
    watch(++next_id_, {.key = key, .probe = std::move(probe), .tls_problem = tls_problem});
  }
}

/// Adds the probe to epoll, edge-triggered: a probe continues until its socket would block.
void Prober::watch(std::uint64_t id, UnderWay under_way) {
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.u64 = id}};
  if (::epoll_ctl(epoll_.descriptor(), EPOLL_CTL_ADD, under_way.probe->descriptor(), &event) != 0) {
    ended_.emplace_back(under_way.key, ProbeResult{Verdict::not_made, problem_of(errno)});
    return;
  }
  alarms_.push({under_way.probe->deadline(), id});
  probes_.emplace(id, std::move(under_way));
}

/// Handles the state of a probe after it has continued: its verdict, its end or its earlier deadline.
void Prober::settle(Probes::iterator one, Time deadline_before) {
  UnderWay& under_way = one->second;
  const std::uint64_t key = under_way.key;
  const auto result = under_way.probe->result();
  const bool is_news = result && !std::exchange(under_way.is_reported, true);
  const std::string tls_problem = under_way.tls_problem;
  std::optional<db::ProbeTarget> again;
  if (is_news && result->verdict == Verdict::tls_failed) again = under_way.probe->target();
  if (under_way.probe->is_over()) {
    probes_.erase(one);
  } else if (under_way.probe->deadline() < deadline_before) {
    alarms_.push({under_way.probe->deadline(), one->first});
  }
  if (again) return begin_in_clear(key, std::move(*again), result->reason);
  if (is_news) done_(key, with_tls_problem(*result, tls_problem));
}

milliseconds Prober::wait_of(milliseconds most) const {
  if (!ended_.empty()) return milliseconds{0};
  if (alarms_.empty()) return most;
  const auto until = std::chrono::ceil<milliseconds>(alarms_.top().at - Clock::now());
  return std::clamp(until, milliseconds{0}, most);
}

void Prober::run(milliseconds most) {
  std::array<epoll_event, events_at_once> events{};
  const milliseconds wait = wait_of(most);
  const int ready = ::epoll_wait(epoll_.descriptor(), events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(wait.count()));
  const auto pause = pauses_.look(Pauses::Moment::now(), wait);
  const Time now = Clock::now();
  if (pause.count() > 0) put_off_probes(pause, now);
  looked_at_ = now;
  for (int i = 0; i < ready; ++i) {
    const auto found = probes_.find(events.at(static_cast<std::size_t>(i)).data.u64);
    if (found == probes_.end()) continue;
    const Time before = found->second.probe->deadline();
    found->second.probe->move_on(now);
    settle(found, before);
  }
  expire_until(now);
  report_ended();
}

/// Adjusts the probes after a pause of this process. Probes whose deadline passed during the pause are made again,
/// because their servers may have closed the connection meanwhile. The others keep their remaining time.
void Prober::put_off_probes(std::chrono::nanoseconds pause, Time now) {
  std::vector<std::uint64_t> over;
  for (auto& [id, under_way] : probes_) {
    if (under_way.is_reported) continue;
    if (under_way.probe->deadline() <= looked_at_ + pause) {
      over.push_back(id);
    } else {
      under_way.probe->put_off(now - looked_at_);
    }
  }
  for (const auto id : over) {
    const UnderWay was = std::move(probes_.extract(id).mapped());
    begin(was.key, was.probe->target(), was.tls_problem);
  }
}

void Prober::expire_until(Time now) {
  while (!alarms_.empty() && alarms_.top().at <= now) {
    const std::uint64_t id = alarms_.top().id;
    alarms_.pop();
    const auto found = probes_.find(id);
    if (found == probes_.end()) continue;
    Probe& probe = *found->second.probe;
    const Time deadline = probe.deadline();
    if (deadline > now) {
      alarms_.push({deadline, id});
      continue;
    }
    probe.expire();
    settle(found, deadline);
  }
}

void Prober::report_ended() {
  for (const auto& [key, result] : std::exchange(ended_, {}))
    done_(key, result);
}

}  // namespace mxbalance::health
