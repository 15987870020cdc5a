#include "backend/cli/cli.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <iostream>
#include <iterator>
#include <new>
#include <system_error>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/arguments.h"
#include "backend/cli/shared/context.h"
#include "backend/cli/shared/descriptor_buffer.h"
#include "backend/cli/shared/printable_buffer.h"
#include "db/base/errors.h"
#include "db/base/text.h"

namespace mxbalance::cli {

namespace {

constexpr const char* examples =
    "Examples:\n"
    "  mxbalance --db mail.db migrate\n"
    "  mxbalance --db mail.db zone add yourdomain.com --ns ns1.yourdomain.com --ns ns2.yourdomain.com\n"
    "  mxbalance --db mail.db server add mail1.yourdomain.com --address 10.0.0.1 --weight 70\n"
    "  mxbalance --db mail.db server add mail2.yourdomain.com --address 10.0.0.2 --weight 30\n"
    "  mxbalance --db mail.db pool add inbound --ttl 60\n"
    "  mxbalance --db mail.db pool join inbound mail1.yourdomain.com mail2.yourdomain.com\n"
    "  mxbalance --db mail.db pool publish inbound yourdomain.com --as MX\n"
    "  mxbalance --db mail.db server drain mail1.yourdomain.com\n"
    "\n"
    "Exit status:\n"
    "  0   done; check found nothing\n"
    "  1   refused: what was asked for is not allowed; or check found something\n"
    "  2   the database cannot be read or written\n"
    "  64  the command line is wrong";

void register_commands(CLI::App& app, Context& context) {
  app.require_subcommand(1);
  app.fallthrough();  // --db may also be given after the command
  app.footer(examples);
  app.add_option("--db", context.database, "the database")
      ->envname("MXBALANCE_DB")
      ->type_name("FILE")
      ->capture_default_str();
  register_migrate(app, context);
  register_check(app, context);
  register_zone(app, context);
  register_server(app, context);
  register_pool(app, context);
  register_backup(app, context);
  register_restore(app, context);
  register_export(app, context);
  register_import(app, context);
  register_serve(app, context);
  register_ping(app, context);
  register_version(app, context);
}

/// The command that the arguments named before the error.
const CLI::App& named_command(const CLI::App& app) {
  const auto below = app.get_subcommands();
  return below.empty() ? app : named_command(*below.front());
}

/// The message of CLI11 as a part of a sentence.
std::string in_sentence(std::string text) {
  const bool is_word = text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) == 0;
  if (is_word) text[0] = db::lower(text[0]);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// Parses the arguments. If a command must run, `context.action` is set.
int parse(CLI::App& app, std::vector<std::string> arguments, Context& context) {
  std::reverse(arguments.begin(), arguments.end());  // CLI11 expects the reverse order
  try {
    app.parse(std::move(arguments));
    return exit_done;
  } catch (const CLI::CallForHelp&) {
    context.out << app.help();
    return exit_done;
  } catch (const CLI::ParseError& error) {
    // Unknown arguments are reported before missing ones, because a mistyped command causes both.
    const auto unknown = app.remaining(true);
    if (!unknown.empty()) throw UsageError("the argument \"" + unknown.front() + "\" was not expected here");
    throw UsageError(in_sentence(error.what()));
  }
}

/// Prints the error. It is made printable, because it may quote a row, a file or an argument.
int fail(const Context& context, ExitStatus status, std::string_view sentence) {
  context.err << "mxbalance: " << db::printable(sentence) << '\n';
  return status;
}

int run_in(Context& context, const std::vector<std::string>& arguments) {
  CLI::App app(
      "mxbalance spreads inbound mail over several mail servers: PowerDNS asks it for MX, A and AAAA records.",
      "mxbalance");
  register_commands(app, context);
  try {
    const int status = parse(app, arguments, context);
    return context.action ? context.action(context) : status;
  } catch (const UsageError& error) {
    return fail(context, exit_usage,
                std::string(error.what()) + "; see: " + command_path(named_command(app)) + " --help");
  } catch (const db::Refusal& error) {
    return fail(context, exit_refused, error.what());
  } catch (const db::StoreFailure& error) {
    return fail(context, exit_failed, error.what());
  } catch (const std::bad_alloc&) {
    return fail(context, exit_failed, "there is not enough memory");
  }
}

}  // namespace

int run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  PrintableBuffer printable_out(out);
  PrintableBuffer printable_err(err);
  std::ostream shown_out(&printable_out);
  std::ostream shown_err(&printable_err);
  Context context{shown_out, shown_err};
  return run_in(context, arguments);
}

int run(int argc, char** argv) {
  DescriptorBuffer buffer(STDOUT_FILENO);
  std::ostream out(&buffer);
  std::ostream* const tied = std::cerr.tie(&out);  // so that a terminal shows both outputs in the order of writing
  const int status = run(std::vector<std::string>(std::next(argv), std::next(argv, argc)), out, std::cerr);
  out.flush();
  std::cerr.tie(tied);
  // EPIPE: the reader of the output has closed it, as `head` does. This is no error.
  if (buffer.error() == 0 || buffer.error() == EPIPE) return status;
  std::cerr << "mxbalance: the output cannot be written: " << std::generic_category().message(buffer.error())
            << '\n';
  return exit_failed;
}

}  // namespace mxbalance::cli
