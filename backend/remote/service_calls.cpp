// How a method is called: what it is answered where it fails, whom it must leave room for, and what is logged.
#include <exception>
#include <string>
#include <variant>

#include "backend/answer/row.h"
#include "backend/protocol/reply_text.h"
#include "backend/remote/methods.h"
#include "backend/remote/service.h"
#include "db/base/errors.h"

namespace mxbalance::remote {

using enum ServiceLog::Kind;

std::string Service::call(const Request& request, Transaction& transaction, ReplyRoom& room) {
  const Method* const method = find_method(request.method);
  if (method == nullptr) throw UnknownMethod("the protocol has no method " + request.method);
  const auto work = [&] { return run(*method, request, transaction, room); };
  std::string reply = method->kind == Method::Kind::writes  ? write(request.method, transaction, work)
                      : method->kind == Method::Kind::polls ? poll(*method, request, transaction, room)
                                                            : answer(*method, request, transaction, room);
  log_->debug("{} -> {} bytes", request.method, reply.size());
  return reply;
}

std::string Service::call(listen::ByteSource& source, Transaction& transaction, ReplyRoom& room) {
  return write("a long request", transaction, [&] { return replace_long_rrset(source, transaction, room); });
}

Service::Reply Service::run(const Method& method, const Request& request, Transaction& transaction,
                            ReplyRoom& room) {
  if (const auto* handler = std::get_if<LongHandler>(&method.handler)) {
    return run_long(*handler, request, transaction, room);
  }
  Reply reply = request.question ? answer_question(*request.question, transaction)
                                 : (this->*std::get<Handler>(method.handler))(request.parameters, transaction);
  room.count(reply);
  return reply;
}

Service::Reply Service::run_long(LongHandler handler, const Request& request, Transaction& transaction,
                                 ReplyRoom& room) {
  room.prepare();
  const Turn turn(long_turns_, patience_for_turn);
  if (!turn.has_come()) {
    refuse_for_now(request.method,
                   "as many requests that read much of the store are answered already as --readers allows (" +
                       std::to_string(most_long_reads_) +
                       "): list, getAllDomains, searchRecords, directBackendCmd");
  }
  try {
    return (this->*handler)(request.parameters, transaction, room);
  } catch (const ReplyTooLong& problem) {
    fail(request.method + ": " + problem.what());
  }
}

Service::Reply Service::answer(const Method& method, const Request& request, Transaction& transaction,
                               ReplyRoom& room) {
  try {
    return run(method, request, transaction, room);
  } catch (const db::QueryEnded& ended) {
    fail(request.method + " failed: " + ended.what());
  } catch (const db::StoreFailure& failure) {
    if (!store_failed_.exchange(true)) {
      log_->error("the store cannot be read, and PowerDNS answers SERVFAIL until it is back: {}", failure.what());
    }
    throw MethodFailure(failure.what());
  } catch (const answer::NothingToAnswer& nothing) {
    fail(nothing.what());
  }
}

Service::Reply Service::write(std::string_view method, Transaction& transaction,
                              const std::function<Reply()>& work) {
  try {
    if (options_.read_only) throw db::Refusal("this mxbalance serves read-only (--read-only)");
    return work();
  } catch (const WriteRefused&) {  // of a request in pieces that turned out to be short
    throw;
  } catch (const MethodFailure&) {  // logged already
    throw;
  } catch (const std::exception& failure) {
    if (transaction) transaction->poison(failure.what());
    if (dynamic_cast<const db::MemoryShortage*>(&failure) != nullptr) throw;  // the budget logs it
    requests_log_.tell(refused, std::string(method) + " is refused: " + failure.what());
    if (dynamic_cast<const db::StoreFailure*>(&failure) != nullptr) throw MethodFailure(failure.what());
    throw WriteRefused(failure.what());
  }
}

Service::Reply Service::poll(const Method& method, const Request& request, Transaction& transaction,
                             ReplyRoom& room) {
  if (options_.read_only) return result(method.otherwise);
  try {
    return run(method, request, transaction, room);
  } catch (const std::exception& failure) {
    requests_log_.tell_once(failed_poll, request.method + " is answered with " + std::string(method.otherwise) +
                                             ": " + failure.what());
    return result(method.otherwise);
  }
}

}  // namespace mxbalance::remote
