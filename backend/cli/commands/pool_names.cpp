#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/arguments.h"
#include "backend/cli/shared/columns.h"
#include "backend/cli/shared/name_list.h"
#include "backend/cli/shared/output.h"
#include "db/columns/mail_tables.h"
#include "db/edits/pool_evaluation.h"
#include "db/edits/pools.h"

namespace mxbalance::cli {

namespace {

std::vector<std::string> published_kinds() {
  return words_of(db::columns::pool_names["kind"]);
}

struct NameOptions {
  std::string pool;
  NameList list;
  std::optional<std::string> kind;
  bool replace = false;
};

void tell(std::ostream& out, const NameOptions& options, std::size_t count, std::string_view what) {
  const std::string as = options.kind ? " as " + *options.kind : "";
  for (const auto& name : options.list.names)
    out << "the pool " << options.pool << ' ' << what << name << as << '\n';
  if (!options.list.from) return;
  out << "the pool " << options.pool << ' ' << what << count << (count == 1 ? " name" : " names") << as << '\n';
}

/// Edits names. Pools are evaluated once, for any number of names.
void edit_names(const Context& run, const std::function<void(db::Connection&)>& work) {
  edit_store(run,
             [&](db::Connection& connection) { db::evaluate_pools_once(connection, [&] { work(connection); }); });
}

/// Reports names that have lost their last MX records, and where mail for them goes now. Names from a file are
/// only counted.
class LostMx {
 public:
  explicit LostMx(const NameList& list) : is_counted_(list.from.has_value()) {}

  void add(db::LeftForMail way, const std::string& name) {
    if (way == db::LeftForMail::mx) return;
    Lost& lost = lost_[way];
    ++lost.count;
    if (!is_counted_) lost.names.push_back(name);
  }

  void tell(std::ostream& out) const {
    for (const auto& [way, lost] : lost_) {
      for (const auto& name : lost.names)
        out << "note: " << name << " has no MX record any more: " << consequence(way) << '\n';
      if (is_counted_) {
        out << "note: " << lost.count << (lost.count == 1 ? " name has" : " names have")
            << " no MX record any more: " << consequence(way) << '\n';
      }
    }
  }

 private:
  struct Lost {
    std::size_t count = 0;
    std::vector<std::string> names;
  };

  static std::string_view consequence(db::LeftForMail way) {
    return way == db::LeftForMail::addresses
               ? "senders deliver to the addresses of the name itself (RFC 5321 section 5.1)"
               : "no address stands there either, and mail bounces";
  }

  bool is_counted_;
  std::map<db::LeftForMail, Lost> lost_;
};

/// Reports what the pool has replaced at each name. Names from a file are only counted.
class Replaced {
 public:
  explicit Replaced(const NameList& list) : is_counted_(list.from.has_value()) {}

  void add(const std::string& name, const std::vector<std::string>& gave_way) {
    if (gave_way.empty()) return;
    ++names_;
    if (!is_counted_) lines_ += "in place of " + joined(gave_way, ", ") + " at " + name + '\n';
  }

  void tell(std::ostream& out) const {
    out << lines_;
    if (is_counted_ && names_ > 0)
      out << "in place of static records or another pool at " << names_ << (names_ == 1 ? " name\n" : " names\n");
  }

 private:
  bool is_counted_;
  std::size_t names_ = 0;
  std::string lines_;
};

void register_publish(CLI::App& pool, Context& context) {
  CLI::App& command = add_command(pool, "publish", "Answer a name with a pool: MX records, or A and AAAA records",
                                  "mxbalance pool publish inbound yourdomain.com --as MX\n"
                                  "mxbalance pool publish inbound mail.yourdomain.com --as A\n"
                                  "mxbalance pool publish inbound yourdomain.com --as MX --replace\n"
                                  "mxbalance pool publish inbound --from domains.txt --as MX");
  const auto options = std::make_shared<NameOptions>();
  add_pool_name(command, "POOL", options->pool, "the pool's name")->required();
  add_name_list(command, "NAME", options->list, "names in zones that are here");
  add_choice(command, "--as", options->kind, published_kinds(),
             "MX: one record a server; A: the servers' A and AAAA records")
      ->required();
  command.add_flag("--replace", options->replace,
                   "static records of the kind, or another pool, give way in the same step");
  set_action(command, context, [options](Context& run) {
    std::size_t count = 0;
    Replaced replaced(options->list);
    edit_names(run, [&](db::Connection& connection) {
      count = for_each_name(options->list, [&](const std::string& name) {
        replaced.add(name, db::publish_pool(connection, options->pool, name, *options->kind, options->replace));
      });
    });
    tell(run.out, *options, count, "is published at ");
    replaced.tell(run.out);
    return exit_done;
  });
}

void register_unpublish(CLI::App& pool, Context& context) {
  CLI::App& command = add_command(pool, "unpublish", "Take a pool out of names",
                                  "mxbalance pool unpublish inbound yourdomain.com --as MX\n"
                                  "mxbalance pool unpublish inbound mail.yourdomain.com");
  const auto options = std::make_shared<NameOptions>();
  add_pool_name(command, "POOL", options->pool, "the pool's name")->required();
  add_name_list(command, "NAME", options->list, "names where it is published");
  add_choice(command, "--as", options->kind, published_kinds(), "only this kind; without it, both");
  set_action(command, context, [options](Context& run) {
    std::size_t count = 0;
    LostMx lost(options->list);
    edit_names(run, [&](db::Connection& connection) {
      count = for_each_name(options->list, [&](const std::string& name) {
        lost.add(db::unpublish_pool(connection, options->pool, name, options->kind), name);
      });
    });
    tell(run.out, *options, count, "is no longer published at ");
    lost.tell(run.out);
    return exit_done;
  });
}

}  // namespace

void register_pool_names(CLI::App& pool, Context& context) {
  register_publish(pool, context);
  register_unpublish(pool, context);
}

}  // namespace mxbalance::cli
