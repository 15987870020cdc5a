#include "backend/cli/cli.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <iostream>
#include <iterator>
#include <new>
#include <system_error>

#include <CLI/CLI.hpp>

#include "backend/cli/commands.h"
#include "backend/cli/context.h"
#include "db/errors.h"

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
  app.fallthrough();  // --db may stand after the command, too
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
  register_version(app, context);
}

/// The command that the arguments had named before they went wrong, such as "mxbalance zone add".
std::string command_path(const CLI::App& app) {
  std::string path = app.get_name();
  for (const auto* named = &app; !named->get_subcommands().empty();) {
    named = named->get_subcommands().front();
    path += " " + named->get_name();
  }
  return path;
}

/// CLI11's message as the rest of a sentence.
std::string in_sentence(std::string text) {
  const bool is_word = text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) == 0;
  if (is_word) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// Whether there is something to do: then `context.action` is set.
int parse(CLI::App& app, std::vector<std::string> arguments, Context& context) {
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(std::move(arguments));
    return exit_done;
  } catch (const CLI::CallForHelp&) {
    context.out << app.help();
    return exit_done;
  } catch (const CLI::ParseError& error) {
    throw UsageError(in_sentence(error.what()));
  }
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
    context.err << "mxbalance: " << error.what() << "; see: " << command_path(app) << " --help\n";
    return exit_usage;
  } catch (const db::Refusal& error) {
    context.err << "mxbalance: " << error.what() << '\n';
    return exit_refused;
  } catch (const db::StoreFailure& error) {
    context.err << "mxbalance: " << error.what() << '\n';
    return exit_failed;
  } catch (const std::bad_alloc&) {
    context.err << "mxbalance: there is not enough memory\n";
    return exit_failed;
  }
}

}  // namespace

int run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  Context context{out, err};
  return run_in(context, arguments);
}

int run(int argc, char** argv) {
  const int status = run(std::vector<std::string>(std::next(argv), std::next(argv, argc)), std::cout, std::cerr);
  errno = 0;
  std::cout.flush();
  if (std::cout) return status;
  // Whoever read the output has closed it, as `head` does: nothing is wrong.
  if (errno == EPIPE || errno == 0) return status;
  std::cerr << "mxbalance: the output cannot be written: " << std::generic_category().message(errno) << '\n';
  return exit_failed;
}

}  // namespace mxbalance::cli
