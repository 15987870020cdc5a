// The methods of the protocol: one table of their names, their REST forms and their functions, and how they are
// called. The functions are in a file for each subject; each answers one method. Safe from any thread. Source:
// PowerDNS's connectors (modules/remotebackend/httpconnector.cc) and the page "Remote Backend".
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "backend/listen/byte_source.h"
#include "backend/protocol/reply_room.h"
#include "backend/protocol/request.h"
#include "backend/remote/open_transaction.h"
#include "backend/remote/service.h"

namespace mxbalance::remote {

/// The reply to one request on a connection with `transaction`: JSON text, as long as `room` allows. Throws
/// BadRequest, UnknownMethod, MethodFailure and MemoryShortage. Throws WriteRefused for refused writes, and for
/// reads within a transaction whose writes would be refused.
std::string answer_request(Service& service, const Request& request, Transaction& transaction, ReplyRoom& room);

/// The reply to a request that is read in pieces (is_read_in_pieces).
std::string answer_request(Service& service, listen::ByteSource& source, Transaction& transaction,
                           ReplyRoom& room);

/// A request, as the function of its method gets it.
struct Call {
  const Parameters& parameters;
  const std::optional<Question>& question;  ///< of a lookup, in place of the parameters
  Transaction& transaction;
  ReplyRoom& room;
};

/// Returns the reply. Throws as answer_request() does, and db::Refusal for writes.
using Handler = std::string (*)(Service& service, const Call& call);

struct Method {
  enum class Kind {
    reads,
    reads_much,  ///< reads much of the store; the reply may have any length
    writes,      ///< refused by a read-only service; a failure prevents the commit of the transaction
    polls,       ///< of PowerDNS's communicator; on a failure the reply is `otherwise`, because an error ends
                 ///< pdns_server
  };
  using enum Kind;

  std::string_view name;
  std::string_view verb;                 ///< of the REST form; empty: that form does not have the method
  std::array<std::string_view, 4> path;  ///< the parameters in the path after the method's name, in order
  Handler handler;
  Kind kind = Kind::reads;
  std::string_view otherwise = {};
};

/// The method with this name. Null when the protocol has none.
const Method* find_method(std::string_view name);

// lookup.cpp
std::string lookup(Service& service, const Call& call);
std::string api_lookup(Service& service, const Call& call);

// neighbours.cpp
std::string neighbours(Service& service, const Call& call);

// listing.cpp
std::string list(Service& service, const Call& call);
std::string all_domains(Service& service, const Call& call);
std::string domain_info(Service& service, const Call& call);
std::string search_records(Service& service, const Call& call);

// backend_command.cpp
std::string backend_command(Service& service, const Call& call);

// metadata.cpp
std::string all_metadata(Service& service, const Call& call);
std::string metadata(Service& service, const Call& call);
std::string set_metadata(Service& service, const Call& call);

// keys.cpp
std::string keys(Service& service, const Call& call);
std::string add_key(Service& service, const Call& call);
std::string remove_key(Service& service, const Call& call);
std::string activate_key(Service& service, const Call& call);
std::string deactivate_key(Service& service, const Call& call);
std::string publish_key(Service& service, const Call& call);
std::string unpublish_key(Service& service, const Call& call);

// tsig_keys.cpp
std::string tsig_key(Service& service, const Call& call);
std::string tsig_keys(Service& service, const Call& call);
std::string set_tsig_key(Service& service, const Call& call);
std::string remove_tsig_key(Service& service, const Call& call);

// transactions.cpp
std::string start_transaction(Service& service, const Call& call);
std::string feed_nonterminals(Service& service, const Call& call);
std::string commit_transaction(Service& service, const Call& call);
std::string abort_transaction(Service& service, const Call& call);

// records.cpp
std::string feed_record(Service& service, const Call& call);
std::string replace_rrset(Service& service, const Call& call);
/// Writes a replaceRRSet that is read in pieces. Returns the request where it is one without records, or one of
/// another method; it has been read completely and is to be answered as usual.
std::optional<Request> replace_long_rrset(Service& service, listen::ByteSource& source, Transaction& transaction);

// transfers.cpp
std::string zones_to_notify(Service& service, const Call& call);
std::string set_notified(Service& service, const Call& call);
std::string zones_to_refresh(Service& service, const Call& call);
std::string set_fresh(Service& service, const Call& call);
std::string set_stale(Service& service, const Call& call);
std::string find_autoprimary(Service& service, const Call& call);
std::string add_secondary(Service& service, const Call& call);

}  // namespace mxbalance::remote
