// The text of a configuration file.
#include "backend/cli/serve/configuration_file.h"
#include "backend/cli/serve/serve_settings.h"
#include "backend/cli/shared/context.h"
#include "backend/sockets/endpoint.h"
#include "tests/fuzz/findings.h"

using namespace mxbalance;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  CLI::App command;
  cli::ServeOptions given;
  cli::add_serve_settings(command, given);
  try {
    cli::apply_configuration(command, fuzz::text_of_input(bytes, size), "mxbalance.conf");
    const auto options = cli::completed(given);
    for (const auto& address : options.http)
      fuzz::require(!listen::parse_http_address(address).host.empty(), "an address without a host", {address});
    fuzz::require(options.readers >= 3 && options.readers <= 64, "readers out of range");
    for (const auto& path : options.unix)
      fuzz::require(!path.starts_with('"'), "half of a quoted text", {path});
    fuzz::require(!options.http.empty() || !options.unix.empty(), "nowhere to listen");
  } catch (const cli::UsageError& error) {
    fuzz::require(std::string_view(error.what()).find("mxbalance.conf") != std::string_view::npos,
                  "a refusal does not name the file", {error.what()});
  } catch (const listen::EndpointError&) {  // allowed
  }
  return 0;
}
