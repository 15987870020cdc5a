#include "backend/health/checker.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "db/base/errors.h"
#include "db/base/time.h"
#include "db/edits/health.h"
#include "db/lookup/pools.h"

namespace mxbalance::health {

namespace {

using db::Health;
using Holder = db::ProbingLease::Holder;
using std::chrono::milliseconds;

// How often changed settings are read, and a failed write is tried again.
constexpr milliseconds store_interval{1000};
// The longest time until the probing thread sees what the other thread has read.
constexpr milliseconds longest_wait{100};
constexpr milliseconds pause_after_failure{1000};

Rules rules_of(const db::ProbeSettings& settings) {
  return {settings.rise, settings.fall, settings.interval};
}

/// How many probes of an address may be under way: as many as are needed to find it down. So finding it down takes
/// no longer when each probe fails by its timeout.
unsigned most_at_once(const Standing& standing, const db::ProbeSettings& settings) {
  return standing.health == Health::down ? 1 : settings.fall;
}

bool is_probed(const db::ProbeTarget& target) {
  return target.settings.kind != db::ProbeKind::none;
}

/// Waits for `time`, or until a stop is requested.
void pause(const std::stop_token& stop, milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any condition;
  std::unique_lock lock(mutex);
  condition.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace

Checker::Checker(db::Database& database, db::HealthReports& reports, std::shared_ptr<spdlog::logger> log,
                 Options options)
    : database_(database),
      reports_(reports),
      log_(std::move(log)),
      options_(std::move(options)),
      schedule_(options_.seed),
      most_probes_(options_.settings.most_probes),
      settings_(options_.settings),
      unprobed_(log_),
      holder_(options_.lease == nullptr ? Holder::this_one : Holder::nobody),
      watch_(database_, reports_, log_) {
  probing_ = std::jthread([this](const std::stop_token& stop) { keep_going(stop, [&] { probe_until(stop); }); });
  keeping_ =
      std::jthread([this](const std::stop_token& stop) { keep_going(stop, [&] { keep_store_until(stop); }); });
}

/// Writes the last results before the end, if the store can be written.
Checker::~Checker() {
  probing_.request_stop();
  probing_.join();
  keeping_.request_stop();
  keeping_.join();
  if (!is_written_) return;
  try {
    write_reports();
  } catch (const std::exception& failure) {
    log_->warn("what probes found last is not written: {}", failure.what());
  }
}

void Checker::keep_going(const std::stop_token& stop, const std::function<void()>& work) {
  while (!stop.stop_requested()) {
    try {
      work();
    } catch (const std::exception& failure) {
      log_->error("the health checker has failed, and goes on in a second: {}", failure.what());
      pause(stop, pause_after_failure);
    }
  }
}

// Probing

/// Runs the probes. It starts again after a failure; the state of the addresses is kept.
void Checker::probe_until(const std::stop_token& stop) {
  prober_.reset();
  {
    const std::lock_guard lock(mutex_);
    prober_.emplace(settings_.identity,
                    [this](std::uint64_t key, const ProbeResult& result) { note_result(key, result); });
  }
  schedule_ = Schedule(options_.seed);
  for (auto& [key, subject] : subjects_) {
    subject.under_way = 0;
    subject.is_waiting = false;
    schedule_.add(key, subject.target.settings.interval, options_.now());
  }
  while (!stop.stop_requested()) {
    take_over_settings();
    take_over_targets();
    start_due();
    milliseconds wait = longest_wait;
    const bool is_full = prober_->under_way() >= most_probes_;
    if (const auto next = schedule_.next(); next && !is_full) {
      const auto until = std::chrono::ceil<milliseconds>(*next - options_.now());
      wait = std::clamp(until, milliseconds{0}, longest_wait);
    }
    prober_->run(wait);
  }
}

void Checker::change(Settings settings) {
  const std::lock_guard lock(mutex_);
  settings_ = std::move(settings);
  are_settings_new_ = true;
}

void Checker::take_over_settings() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(are_settings_new_, false)) return;
  prober_->change_identity(settings_.identity);
  most_probes_ = settings_.most_probes;
}

void Checker::take_over_targets() {
  std::optional<Targets> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(targets_);
    if (taken && taken->is_after_takeover) {
      keys_.clear();
      subjects_.clear();
    }
  }
  if (!taken) return;
  std::set<Key> named;
  for (const auto& target : taken->targets) {
    named.emplace(target.server, target.address);
    take_over(target, taken->sequence);
  }
  std::erase_if(keys_, [&](const auto& known) {
    const bool is_gone = !named.contains(known.first);
    if (is_gone) subjects_.erase(known.second);
    return is_gone;
  });
}

void Checker::add_subject(const Key& key, Subject subject) {
  if (const auto known = keys_.find(key); known != keys_.end()) subjects_.erase(known->second);
  keys_[key] = ++next_key_;
  schedule_.add(next_key_, subject.target.settings.interval, options_.now());
  subjects_[next_key_] = std::move(subject);
}

/// Takes the settings and the health of an address from the store. The stored health applies until probes find
/// another one, also when a person has edited it.
void Checker::take_over(const db::ProbeTarget& target, std::uint64_t sequence) {
  const Key key{target.server, target.address};
  const auto known = keys_.find(key);
  if (known == keys_.end()) return add_subject(key, {.target = target, .standing = {.health = target.health}});
  Subject& subject = subjects_.at(known->second);
  if (subject.standing.health != target.health && subject.reported <= sequence) {
    subject.standing = {.health = target.health};
  }
  if (subject.target.settings == target.settings) return;
  Subject changed = subject;
  changed.target = target;
  changed.standing.in_a_row = 0;
  changed.under_way = 0;
  changed.is_waiting = false;
  add_subject(key, std::move(changed));
}

void Checker::start_due() {
  const Time now = options_.now();
  while (prober_->under_way() < most_probes_) {
    const auto key = schedule_.take_due(now);
    if (!key) return;
    const auto found = subjects_.find(*key);
    if (found == subjects_.end()) continue;
    Subject& subject = found->second;
    subject.is_waiting = subject.under_way >= most_at_once(subject.standing, subject.target.settings);
    if (!subject.is_waiting) start(*key, subject, now);
  }
}

void Checker::start(std::uint64_t key, Subject& subject, Time now) {
  subject.begun = now;
  ++subject.under_way;
  prober_->start(key, subject.target);
  schedule_.add_again(key, subject.target.settings.interval, now, now);
}

void Checker::note_result(std::uint64_t key, const ProbeResult& result) {
  const auto found = subjects_.find(key);
  if (found == subjects_.end()) return;
  Subject& subject = found->second;
  const Time now = options_.now();
  --subject.under_way;
  if (std::exchange(subject.is_waiting, false))
    schedule_.add_again(key, subject.target.settings.interval, subject.begun, now);
  log_->debug("probe of {} {}: {}", subject.target.server, subject.target.address,
              result.verdict == ProbeResult::Verdict::passed ? "passed" : result.reason);
  {
    const std::lock_guard lock(mutex_);
    if (targets_ && targets_->is_after_takeover) return;
    apply(subject, result);
    if (!has_reports_) return;
  }
  to_write_.notify_one();
}

/// Updates the health of an address with a result. Call it with mutex_ held: if another service has begun to
/// probe, no result may be added.
void Checker::apply(Subject& subject, const ProbeResult& result) {
  if (result.verdict == ProbeResult::Verdict::not_made) {
    return unprobed_.note_not_made(subject.target, result.reason, db::seconds_now());
  }
  unprobed_.note_made(subject.target, db::seconds_now());
  const Health before = subject.standing.health;
  const bool passed = result.verdict == ProbeResult::Verdict::passed;
  subject.standing = after_probe(subject.standing, passed, rules_of(subject.target.settings), options_.now());
  const bool is_other = passed && note_tls(subject, result.tls_problem);
  if (subject.standing.health != before || (is_other && before == Health::up)) report(subject, before, result);
}

/// Logs once when TLS begins to fail, and once when it works again. Returns whether the reason in the store must
/// change.
bool Checker::note_tls(Subject& subject, const std::string& problem) {
  const auto known = std::exchange(subject.tls_problem, problem);
  if (known == problem) return false;
  if (!problem.empty()) {
    log_->warn("{} {} takes mail without TLS only: {}", subject.target.server, subject.target.address, problem);
  } else if (known && !known->empty()) {
    log_->info("{} {} takes mail, and TLS does not fail any more", subject.target.server, subject.target.address);
  }
  return known.has_value() || subject.target.settings.tls == db::ProbeTls::try_it;
}

void Checker::report(Subject& subject, Health before, const ProbeResult& result) {
  const Health after = subject.standing.health;
  db::HealthReport found{.server = subject.target.server,
                         .address = subject.target.address,
                         .health = after,
                         .reason = result.reason,
                         .at = db::seconds_now(),
                         .was_down = before == Health::down};
  if (after == Health::up) found.reason = fmt::format("{} probes in a row passed", subject.target.settings.rise);
  if (!result.tls_problem.empty() && after == Health::up) found.reason += ", without TLS: " + result.tls_problem;
  if (after != before) {
    log_->log(after == Health::down ? spdlog::level::warn : spdlog::level::info, "{} {} is {}: {}", found.server,
              found.address, db::word_of(after), found.reason);
  }
  subject.reported = reports_.add(std::move(found));
  has_reports_ = true;
}

// The store

void Checker::keep_store_until(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    renew_lease();
    try {
      look_at_store();
    } catch (const db::StoreFailure& failure) {
      log_->debug("probes go on with what was read before: {}", failure.what());  // lookups report it
    }
    std::unique_lock lock(mutex_);
    to_write_.wait_for(lock, stop, store_interval, [&] { return has_reports_ && is_written_; });
    has_reports_ = false;
    lock.unlock();
    renew_lease();  // this process may have been suspended while it waited
    try {
      if (!write_reports()) continue;
      note_store(true, "");
    } catch (const std::runtime_error& failure) {  // a rule may refuse the write
      note_store(false, failure.what());
    }
    unprobed_.tell(std::chrono::steady_clock::now());
    look_at_pools();
  }
}

void Checker::look_at_pools() {
  try {
    watch_.look();
  } catch (const db::StoreFailure&) {
    // Lookups report the failure. The next attempt is in a second.
  }
}

/// Reads what must be probed and passes it to the probing thread. Whether there is something to probe decides
/// whether this service needs the lease. Whether it holds the lease decides which addresses are passed on.
void Checker::look_at_store() {
  expire_settings();
  Targets read = read_targets();
  if (std::exchange(work_, read.work) != read.work) {
    renew_lease();
    read = read_targets();
  }
  hand_over(std::move(read));
}

void Checker::renew_lease() {
  if (options_.lease == nullptr || !work_) return;
  const bool probed = may_probe();
  const auto holder = std::exchange(holder_, needs_lease() ? options_.lease->renew() : options_.lease->look());
  const auto losses = std::exchange(losses_, options_.lease->losses());
  if (losses != losses_ || (probed && !may_probe())) drop_findings();
  if (holder == holder_) return;
  log_->log(holder_ == Holder::unknown ? spdlog::level::warn : spdlog::level::info, "{}",
            options_.lease->in_words());
}

/// Whether this service needs the lease. A service without probes does not clear the results of another service,
/// which may only be restarting.
bool Checker::needs_lease() const {
  return work_->probes || (work_->leftovers && (may_probe() || options_.lease->is_abandoned()));
}

/// Drops the results of this service, because the store may have newer ones of another service.
void Checker::drop_findings() {
  const std::lock_guard lock(mutex_);
  targets_ = Targets{.targets = {}, .sequence = 0, .is_after_takeover = true};
  reports_.drop_findings();
  unprobed_.drop();
}

bool Checker::may_probe() const {
  return holder_ == Holder::this_one || holder_ == Holder::unknown;
}

void Checker::note_store(bool is_written, const std::string& problem) {
  if (is_written != is_written_) {
    is_written ? log_->info("health can be written again, and is")
               : log_->warn("health is in effect, but cannot be written yet: {}", problem);
  }
  is_written_ = is_written;
  if (options_.lease != nullptr) options_.lease->set_note(db::unwritten_in_words(*reports_.snapshot()));
}

/// Writes the results to the store. Returns false when another service probes now; nothing is written then. This
/// is checked inside the write transaction, where no other program can write.
bool Checker::write_reports() {
  const auto reports = reports_.current();
  const auto probing = unprobed_.to_write();
  if (!reports && probing.empty()) return true;
  bool is_lost = false;
  database_.write([&](db::Connection& connection) {
    is_lost = options_.lease != nullptr && may_probe() && !options_.lease->is_held();
    if (is_lost) return;
    if (reports) db::write_health(connection, *reports);
    db::write_probing(connection, probing);
  });
  if (is_lost) return false;
  if (reports) reports_.forget(*reports);
  unprobed_.forget(probing);
  return true;
}

/// Reads all addresses, also those that are not probed.
Checker::Targets Checker::read_targets() {
  const auto reports = reports_.snapshot();
  Targets read{.targets = {}, .sequence = reports->sequence()};
  std::set<std::string> told;
  const auto report = [&](const db::RowDefect& defect) { told.insert(defect.row + ": " + defect.problem); };
  const auto defaults = [&] {
    const std::lock_guard lock(mutex_);
    return settings_.defaults;
  }();
  database_.read(
      [&](db::Connection& connection) { read.targets = db::read_probe_targets(connection, defaults, report); });
  for (const auto& defect : told) {
    if (!told_.contains(defect)) log_->warn("{}", defect);
  }
  told_ = std::move(told);
  for (auto& target : read.targets) {
    read.work.probes |= is_probed(target);
    read.work.leftovers |= !is_probed(target) && (target.probed || target.unprobed_since);
    const auto pending = reports->reports().find(db::HealthSnapshot::Key{target.server, target.address});
    if (pending == reports->reports().end()) continue;
    target.health = pending->second->health;
    target.probed = pending->second->probed;
  }
  return read;
}

void Checker::hand_over(Targets read) {
  if (may_probe()) {
    unprobed_.take_over(read.targets, db::seconds_now());
    for (const auto& target : read.targets) {
      if (!is_probed(target) && target.probed) report_no_longer_probed(target);
    }
  }
  std::erase_if(read.targets, [&](const auto& target) { return !may_probe() || !is_probed(target); });
  const std::lock_guard lock(mutex_);
  read.is_after_takeover = targets_ && targets_->is_after_takeover;
  targets_ = std::move(read);
}

void Checker::report_no_longer_probed(const db::ProbeTarget& target) {
  reports_.add({.server = target.server,
                .address = target.address,
                .health = Health::unknown,
                .reason = "it is no longer probed",
                .at = db::seconds_now(),
                .was_down = target.health == Health::down,
                .probed = false});
}

void Checker::expire_settings() {
  const std::int64_t now = db::seconds_now();
  std::vector<db::ExpiredHealth> expired;
  database_.read([&](db::Connection& connection) { expired = db::read_expired_health(connection, now); });
  for (const auto& one : expired) {
    reports_.add({.server = one.server,
                  .address = "",
                  .health = Health::unknown,
                  .reason = "expired" + (one.reason.empty() ? "" : ": " + one.reason),
                  .at = now,
                  .was_down = true,
                  .probed = false,
                  .health_until = one.health_until});
  }
}

}  // namespace mxbalance::health
