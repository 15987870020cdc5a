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

/// The function of a method. Returns the reply. Throws as answer_request() does, and db::Refusal for writes.
using Handler = std::string(Service& service, const Call& call);

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
  Handler* handler;
  Kind kind = Kind::reads;
  std::string_view otherwise = {};
};

/// The method with this name. Null when the protocol has none.
const Method* find_method(std::string_view name);

// The functions, with the file of each.
Handler lookup, api_lookup;                              // lookup.cpp
Handler neighbours;                                      // neighbours.cpp
Handler list, all_domains, domain_info, search_records;  // listing.cpp
Handler backend_command;                                 // backend_command.cpp
Handler all_metadata, metadata, set_metadata;            // metadata.cpp
Handler keys, add_key, remove_key, activate_key, deactivate_key, publish_key, unpublish_key;  // keys.cpp
Handler tsig_key, tsig_keys, set_tsig_key, remove_tsig_key;                                   // keys.cpp
Handler start_transaction, feed_nonterminals, commit_transaction, abort_transaction;          // transactions.cpp
Handler feed_record, replace_rrset;                                                           // records.cpp
Handler zones_to_notify, set_notified, zones_to_refresh, set_fresh, set_stale;                // transfers.cpp
Handler find_autoprimary, add_secondary;                                                      // transfers.cpp

/// Writes a replaceRRSet that is read in pieces (records.cpp). Returns the request where it is one without
/// records, or one of another method; it has been read completely and is to be answered as usual.
std::optional<Request> replace_long_rrset(Service& service, listen::ByteSource& source, Transaction& transaction);

}  // namespace mxbalance::remote
