// What a probe says to a mail server, and what it makes of every kind of reply: no sockets.
#include "backend/health/dialogue.h"

#include <gtest/gtest.h>

namespace mxbalance::health {
namespace {

using Verdict = ProbeResult::Verdict;
using db::ProbeTls;

/// A dialogue, and all that was said in it.
class Talk {
 public:
  explicit Talk(ProbeTls tls = ProbeTls::off, db::ProbeKind kind = db::ProbeKind::smtp)
      : dialogue_({.kind = kind, .port = 2525, .tls = tls}, "probe.example.net") {}

  Talk& hears(std::string_view bytes) {
    dialogue_.receive(bytes);
    said_ += dialogue_.take_output();
    return *this;
  }

  /// The handshake is done.
  Talk& encrypts(const std::string& problem = "") {
    EXPECT_TRUE(dialogue_.awaits_handshake());
    dialogue_.encrypt(problem);
    said_ += dialogue_.take_output();
    return *this;
  }

  Talk& closes() {
    dialogue_.close();
    return *this;
  }

  Talk& expires() {
    dialogue_.expire(std::chrono::milliseconds(25000));
    return *this;
  }

  /// "passed", the reason of a failure, or "open".
  std::string verdict() const {
    if (!dialogue_.result()) return "open";
    return dialogue_.result()->verdict == Verdict::passed ? "passed" : dialogue_.result()->reason;
  }

  /// The first words of what was said.
  std::string said() const {
    std::string words;
    for (std::size_t at = 0; at < said_.size(); at = said_.find('\n', at) + 1) {
      words += (words.empty() ? "" : " ") + said_.substr(at, said_.find_first_of(" \r", at) - at);
    }
    return words;
  }

  const std::string& all_said() const { return said_; }
  bool is_over() const { return dialogue_.is_over(); }

 private:
  Dialogue dialogue_;
  std::string said_;
};

TEST(Dialogues, PassWithTheReplyToEhlo) {
  Talk talk;
  talk.hears("220 mail ESMTP\r\n");
  EXPECT_EQ(talk.verdict(), "open");
  talk.hears("250-mail\r\n250 8BITMIME\r\n");
  EXPECT_EQ(talk.verdict(), "passed");
  EXPECT_EQ(talk.all_said(), "EHLO probe.example.net\r\nQUIT\r\n");
  EXPECT_FALSE(talk.is_over()) << "the reply to QUIT is awaited";
  talk.hears("221 bye\r\n");
  EXPECT_TRUE(talk.is_over());
}

TEST(Dialogues, StandWhateverFollows) {
  for (const char* more : {"bye\r\n", "421 closing\r\n", ""}) {
    EXPECT_EQ(Talk().hears(std::string("220 mail\r\n250 mail\r\n") + more).closes().verdict(), "passed") << more;
    EXPECT_EQ(Talk().hears(std::string("554 no\r\n") + more).closes().verdict(), "banner: 554 no") << more;
  }
}

TEST(Dialogues, PassHoweverTheBytesCome) {
  const std::string replies = "220-mail\r\n220 ESMTP\n250-mail\n250-STARTTLS\r\n250 OK\r\n221 bye\r\n";
  Talk talk;
  for (const char byte : replies)
    talk.hears({&byte, 1});
  EXPECT_EQ(talk.verdict(), "passed");
  EXPECT_EQ(talk.said(), "EHLO QUIT");
  EXPECT_TRUE(talk.is_over());
  EXPECT_EQ(Talk().hears(replies).verdict(), "passed") << "all at once, too";
}

TEST(Dialogues, SayHeloWhereEhloIsNotKnown) {
  Talk talk;
  talk.hears("220 old\r\n").hears("500 what\r\n");
  EXPECT_EQ(talk.verdict(), "open");
  EXPECT_EQ(talk.hears("250 old\r\n").verdict(), "passed");
  EXPECT_EQ(talk.all_said(), "EHLO probe.example.net\r\nHELO probe.example.net\r\nQUIT\r\n");
}

struct Refusal {
  std::vector<std::string> hears;
  ProbeTls tls;
  std::string reason;
  std::string said;
};

TEST(Dialogues, FailInTheWordsOfTheServer) {
  const std::string starttls = "250-mail\r\n250 STARTTLS\r\n";
  const std::vector<Refusal> refusals = {
      {{"554-no\r\n554 5.7.1 go away\r\n"}, ProbeTls::off, "banner: 554-no / 554 5.7.1 go away", "QUIT"},
      {{"220-mx\r\n521 5.7.1 blocked\r\n"}, ProbeTls::off, "banner: 521 5.7.1 blocked", "QUIT"},
      {{"421 4.3.2 too busy\r\n"}, ProbeTls::off, "banner: 421 4.3.2 too busy", "QUIT"},
      {{"354 what\r\n"}, ProbeTls::off, "banner: 354 what", "QUIT"},
      {{"120 soon\r\n"}, ProbeTls::off, "banner: 120 soon", "QUIT"},
      {{"554\r\n"}, ProbeTls::off, "banner: 554", "QUIT"},
      {{"220 mx\r\n", "451-4.3.0 later\r\n451 please\r\n"},
       ProbeTls::off,
       "EHLO: 451-4.3.0 later / 451 please",
       "EHLO QUIT"},
      {{"220 mx\r\n", "421 4.7.0 bye\r\n"}, ProbeTls::off, "EHLO: 421 4.7.0 bye", "EHLO QUIT"},
      {{"220 mx\r\n", "504 5.5.2 need a name\r\n", "504-5.5.2 no\r\n504 really\r\n"},
       ProbeTls::off,
       "HELO: 504-5.5.2 no / 504 really",
       "EHLO HELO QUIT"},
      {{"220 mx\r\n", starttls, "454-4.7.0 no\r\n454 certificate\r\n"},
       ProbeTls::require,
       "STARTTLS: 454-4.7.0 no / 454 certificate",
       "EHLO STARTTLS QUIT"},
      {{"220 mx\r\n", starttls, "421 4.3.0 closing\r\n"},
       ProbeTls::try_it,
       "STARTTLS: 421 4.3.0 closing",
       "EHLO STARTTLS QUIT"},
      {{"220 mx\r\n", "250-mx\r\n250-STARTTLSX\r\n250 X-STARTTLS\r\n"},
       ProbeTls::require,
       "STARTTLS is not offered on port 2525",
       "EHLO QUIT"},
      {{"220 mx\r\n", "250 STARTTLS\r\n"}, ProbeTls::require, "STARTTLS is not offered on port 2525", "EHLO QUIT"},
      {{"220 mx\r\n", "500 what\r\n", "250-mx\r\n250 STARTTLS\r\n"},
       ProbeTls::require,
       "STARTTLS is not offered on port 2525",
       "EHLO HELO QUIT"},
  };
  for (const auto& refusal : refusals) {
    Talk talk(refusal.tls);
    for (const auto& reply : refusal.hears)
      talk.hears(reply);
    EXPECT_EQ(talk.verdict(), refusal.reason);
    EXPECT_EQ(talk.said(), refusal.said) << refusal.reason;
    EXPECT_FALSE(talk.is_over()) << "the server closes first: " << refusal.reason;
    EXPECT_TRUE(talk.closes().is_over());
    EXPECT_EQ(talk.verdict(), refusal.reason);
  }
}

TEST(Dialogues, BreakOffWhereNoCommandMayBeSaid) {
  const std::string endless(70000, 'x');
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"SSH-2.0-OpenSSH_9.2\r\n", "banner is no SMTP reply: SSH-2.0-OpenSSH_9.2"},
      {"\r\n", "banner is no SMTP reply: "},
      {"22 mail\r\n", "banner is no SMTP reply: 22 mail"},
      {"220mail\r\n", "banner is no SMTP reply: 220mail"},
      {"220\tmail\r\n", "banner is no SMTP reply: 220?mail"},  // Postfix waits for another line, Exim breaks off
      {std::string("2\0"
                   "20 mail\r\n",
                   11),
       "banner is no SMTP reply: 2?20 mail"},
      {"220-mail\r\nESMTP\r\n", "banner is no SMTP reply: ESMTP"},
      {"220 " + endless, "banner: the reply does not end"},
      {"220-" + endless + "\r\n220-more\r\n", "banner: the reply does not end"},
      {"220 mail\r\nhello\r\n", "EHLO is no SMTP reply: hello"},
  };
  for (const auto& [sent, reason] : cases) {
    Talk talk;
    talk.hears(sent);
    EXPECT_EQ(talk.verdict(), reason);
    EXPECT_TRUE(talk.is_over());
    EXPECT_EQ(talk.said(), sent.starts_with("220 mail\r\n") ? "EHLO" : "");
  }
}

TEST(Dialogues, KeepReasonsShort) {
  std::string reply;
  for (int i = 0; i < 50; ++i)
    reply += "554-" + std::string(100, 'n') + "\r\n";
  const auto reason = Talk().hears(reply + "554 no\r\n").verdict();
  EXPECT_TRUE(reason.starts_with("banner: 554-nnn"));
  EXPECT_LT(reason.size(), 220U);
  EXPECT_EQ(Talk().hears("554 caf\xc3\xa9\x07 no\r\n").verdict(), "banner: 554 caf??? no");
}

TEST(Dialogues, TellWhereTheyStopped) {
  EXPECT_EQ(Talk().closes().verdict(), "banner: the connection was closed");
  EXPECT_EQ(Talk().hears("220-wait").closes().verdict(), "banner: the connection was closed");
  EXPECT_EQ(Talk().hears("554-5.7.1 no\r\n").closes().verdict(),
            "banner: the connection was closed after 554-5.7.1 no");
  EXPECT_EQ(Talk().hears("554 no end").closes().verdict(), "banner: 554 no end");
  EXPECT_EQ(Talk().hears("220 mx\r\n").closes().verdict(), "EHLO: the connection was closed");
  EXPECT_EQ(Talk().hears("220 mx\r\n550 5.7.1 go\r\n").closes().verdict(), "EHLO: 550 5.7.1 go")
      << "it closed before HELO was answered";
  EXPECT_EQ(Talk().expires().verdict(), "no whole banner within 25 s");
  EXPECT_EQ(Talk().hears("220 mx\r\n").expires().verdict(), "EHLO is not answered within 25 s");
  EXPECT_EQ(Talk().hears("220 mx\r\n500 no\r\n").expires().verdict(), "HELO is not answered within 25 s");
  EXPECT_EQ(Talk().hears("220 mx\r\n250 mx\r\n").closes().verdict(), "passed") << "how it parts is its own affair";
}

TEST(Dialogues, EncryptAndGreetAgain) {
  for (const std::string keyword : {"STARTTLS", "starttls", "StartTLS"}) {
    Talk talk(ProbeTls::require);
    talk.hears("220 mx\r\n250-mx\r\n250-" + keyword + "\r\n250 OK\r\n").hears("220 go ahead\r\n");
    EXPECT_EQ(talk.verdict(), "open");
    talk.encrypts().hears("250 mx\r\n");
    EXPECT_EQ(talk.verdict(), "passed");
    EXPECT_EQ(talk.said(), "EHLO STARTTLS EHLO QUIT");
  }
  EXPECT_EQ(Talk(ProbeTls::off).hears("220 mx\r\n250-mx\r\n250 STARTTLS\r\n").said(), "EHLO QUIT");
  EXPECT_EQ(Talk(ProbeTls::try_it).hears("220 mx\r\n250 mx\r\n").verdict(), "passed");
  EXPECT_EQ(Talk(ProbeTls::try_it).hears("220 mx\r\n250-mx\r\n250 STARTTLS\r\n454 no\r\n").verdict(), "passed");
}

TEST(Dialogues, TakeNothingWithoutTlsAfterStarttls) {
  Talk talk(ProbeTls::try_it);
  talk.hears("220 mx\r\n250-mx\r\n250 STARTTLS\r\n").hears("220 go ahead\r\n250 injected\r\n");
  EXPECT_EQ(talk.verdict(), "TLS handshake failed on port 2525: the server goes on without TLS: 250 injected??");
  EXPECT_TRUE(talk.is_over());
}

TEST(Dialogues, SayQuitAlsoOverARefusedCertificate) {
  Talk talk(ProbeTls::require);
  talk.hears("220 mx\r\n250-mx\r\n250 STARTTLS\r\n").hears("220 go ahead\r\n").encrypts("certificate expired");
  EXPECT_EQ(talk.verdict(), "certificate expired");
  EXPECT_EQ(talk.said(), "EHLO STARTTLS QUIT");
}

TEST(Dialogues, BeginWithTlsWhereThatIsTheKind) {
  Talk talk(ProbeTls::off, db::ProbeKind::smtps);
  talk.encrypts().hears("220 mx\r\n").hears("250-mx\r\n250 STARTTLS\r\n");
  EXPECT_EQ(talk.verdict(), "passed");
  EXPECT_EQ(talk.said(), "EHLO QUIT");

  Talk refused(ProbeTls::require, db::ProbeKind::smtps);
  refused.encrypts("certificate expired");
  EXPECT_EQ(refused.said(), "") << "nothing is said before the banner";
  EXPECT_EQ(refused.hears("220 mx\r\n").verdict(), "certificate expired");
  EXPECT_EQ(refused.said(), "QUIT");

  Talk silent(ProbeTls::require, db::ProbeKind::smtps);
  EXPECT_EQ(silent.encrypts("certificate expired").expires().verdict(), "certificate expired");
}

}  // namespace
}  // namespace mxbalance::health
