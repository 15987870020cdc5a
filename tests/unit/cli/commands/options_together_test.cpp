// Several options on one command line: each has its effect.
#include <fstream>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "backend/cli/shared/context.h"
#include "tests/unit/cli/command_line.h"

namespace mxbalance::cli {
namespace {

class OptionsTogether : public CommandLine {
 protected:
  void done(const std::string& line) {
    const Outcome outcome = run(line);
    EXPECT_EQ(outcome.status, 0) << line << ": " << outcome.err;
  }

  std::string value(const std::string& sql) const {
    return SQLite::Database(database_.path()).execAndGet(sql).getString();
  }

  std::string server(const std::string& name) const {
    return value(
        "SELECT weight || ' ' || ttl || ' ' || health || ' ' || reason || ' ' || probe || ' ' || probe_port || ' "
        "' ||"
        " probe_interval || ' ' || probe_timeout || ' ' || probe_rise || ' ' || probe_fall || ' ' || probe_tls ||"
        " (SELECT group_concat(' ' || address, '') FROM (SELECT address FROM mail_addresses WHERE server = name"
        " ORDER BY address)) FROM mail_servers WHERE name = '" +
        name + "'");
  }

  std::string pool(const std::string& name) const {
    return value(
        "SELECT ttl || ' ' || mx_policy || ' ' || address_policy || ' ' || max_addresses || ' ' || min_live || ' "
        "' ||"
        " slow_start FROM pools WHERE name = '" +
        name + "'");
  }
};

TEST_F(OptionsTogether, OfServers) {
  done(
      "server add m1.example.com --address 10.0.0.1 --address 10.0.0.2 --weight 7 --ttl 30 --health down --reason "
      "full --probe smtp --port 2525 --interval 5s --timeout 3s --rise 4 --fall 6 --tls require");
  EXPECT_EQ(server("m1.example.com"), "7 30 down full smtp 2525 5.0 3.0 4 6 require 10.0.0.1 10.0.0.2");
  done("server set m1.example.com --weight 8 --ttl 31");
  done("server set m1.example.com --port 2626 --reason slow --interval 6s --fall 9");
  done("server set m1.example.com --add-address 10.0.0.3 --remove-address 10.0.0.1 --tls try");
  EXPECT_EQ(server("m1.example.com"), "8 31 down slow smtp 2626 6.0 3.0 4 9 try 10.0.0.2 10.0.0.3");
  done("server set m1.example.com --address 10.0.0.4 --add-address 10.0.0.5 --weight 9 --rise 1 --timeout 4s");
  EXPECT_EQ(server("m1.example.com"), "9 31 down slow smtp 2626 6.0 4.0 1 9 try 10.0.0.4 10.0.0.5");
  done("server set m1.example.com --address 10.0.0.6 --address 10.0.0.7 --remove-address 10.0.0.7");
  EXPECT_TRUE(server("m1.example.com").ends_with(" try 10.0.0.6"));
}

TEST_F(OptionsTogether, OfStatesAndHealth) {
  fill();
  done("server health mail2.example.com down --reason 'queue is full' --for 15m");
  EXPECT_EQ(value("SELECT health || ' ' || reason || ' ' || (health_until - strftime('%s', 'now') BETWEEN 800 AND "
                  "900) FROM mail_servers WHERE name = 'mail2.example.com'"),
            "down queue is full 1");
  const std::string line = "server drain mail1.example.com --reason maintenance";
  EXPECT_NE(run(line).err.find("mail1.example.com is the last live server"), std::string::npos);
  done(line + " --force");
  EXPECT_EQ(value("SELECT state || ' ' || reason FROM mail_servers WHERE name = 'mail1.example.com'"),
            "drain maintenance");
}

TEST_F(OptionsTogether, OfPools) {
  done(
      "pool add p --ttl 30 --mx-policy ranked --address-policy subset --max-addresses 2 --min-live 3 --slow-start "
      "120");
  EXPECT_EQ(pool("p"), "30 ranked subset 2 3 120");
  done("pool set p --ttl 31 --slow-start 121");
  EXPECT_EQ(pool("p"), "31 ranked subset 2 3 121");
  done("pool set p --mx-policy equal --max-addresses 4");
  EXPECT_EQ(pool("p"), "31 equal subset 4 3 121");
  done("pool set p --address-policy all --min-live 1");
  EXPECT_EQ(pool("p"), "31 equal all 4 1 121");
}

TEST_F(OptionsTogether, OfMembers) {
  fill();
  const auto members = [&] {
    return value(
        "SELECT group_concat(server || ' ' || preference || ' ' || coalesce(weight, '-'), ', ') FROM (SELECT"
        " * FROM pool_members ORDER BY server)");
  };
  done("pool join inbound mail1.example.com mail2.example.com --preference 20 --weight 5");
  EXPECT_EQ(members(), "mail1.example.com 20 5, mail2.example.com 20 5");
  done("pool join inbound mail2.example.com --server-weight --preference 30");
  EXPECT_EQ(members(), "mail1.example.com 20 5, mail2.example.com 30 -");
}

TEST_F(OptionsTogether, OfPublishedNames) {
  fill();
  const std::string file = database_.path() + ".names";
  std::ofstream(file) << "x.example.com\ny.example.com\n";
  for (const std::string name : {"x.example.com", "y.example.com"}) {
    done("zone records example.com add " + name + " MX '10 old.example.net'");
    done("pool publish inbound " + name + " --as A");
  }
  const auto published = [&] {
    return value(
        "SELECT group_concat(name || ' ' || kind, ', ') FROM (SELECT * FROM pool_names WHERE name <>"
        " 'example.com' ORDER BY name, kind)");
  };
  EXPECT_EQ(run("pool publish inbound --as MX --from " + file).status, exit_refused) << "without --replace";
  done("pool publish inbound --as MX --replace --from " + file);
  EXPECT_EQ(published(), "x.example.com A, x.example.com MX, y.example.com A, y.example.com MX");
  EXPECT_EQ(value("SELECT count(*) FROM records WHERE type = 'MX'"), "0");
  done("pool unpublish inbound --as A --from " + file);
  EXPECT_EQ(published(), "x.example.com MX, y.example.com MX");
}

TEST_F(OptionsTogether, OfZones) {
  done(
      "zone add one.example two.example --ns ns1.example.net --ns ns2.example.net --hostmaster admin@example.org "
      "--kind MASTER --ttl 60");
  const std::string records =
      "SELECT count(*) || ' ' || min(ttl) || ' ' || max(ttl) || ' ' || sum(type = 'NS') || ' ' || sum(type = 'SOA'"
      " AND content LIKE 'ns1.example.net admin.example.org %') FROM records";
  EXPECT_EQ(value(records), "6 60 60 4 2");
  EXPECT_EQ(value("SELECT group_concat(type) FROM domains"), "MASTER,MASTER");
  done("zone set one.example --kind NATIVE --hostmaster root@example.org");
  EXPECT_EQ(
      value("SELECT d.type || ' ' || content FROM domains d JOIN records r ON r.domain_id = d.id WHERE r.type ="
            " 'SOA' AND d.name = 'one.example'")
          .substr(0, 40),
      "NATIVE ns1.example.net root.example.org ");
  done("zone set one.example --kind SLAVE --primary 192.0.2.53 --primary 192.0.2.54");
  EXPECT_EQ(value("SELECT type || ' ' || master FROM domains WHERE name = 'one.example'"),
            "SLAVE 192.0.2.53,192.0.2.54");
}

TEST_F(OptionsTogether, OfCopiesAndExports) {
  fill();
  done("server set mail1.example.com --health down --reason 'disk full'");
  database_.exec("INSERT INTO tsigkeys (name, algorithm, secret) VALUES ('transfer', 'hmac-sha256', 'c2VjcmV0')");
  const std::string file = database_.path() + ".json";
  done("export --with-keys --with-health " + file);
  std::ifstream stream(file);
  const auto exported = nlohmann::json::parse(stream);
  EXPECT_NE(exported.dump().find("c2VjcmV0"), std::string::npos);
  EXPECT_NE(exported.dump().find("disk full"), std::string::npos);

  done("server add mail3.example.com --address 10.0.0.3");
  const std::string before = value("SELECT count(*) FROM mail_servers");
  const Outcome differences = run("import --dry-run --prune " + file);
  EXPECT_NE(differences.out.find("mail3.example.com"), std::string::npos) << "--prune would remove it";
  EXPECT_EQ(value("SELECT count(*) FROM mail_servers"), before) << "--dry-run writes nothing";
}

TEST_F(OptionsTogether, OfRecords) {
  done("zone add example.com --ns ns1.example.net");
  const std::string line =
      R"(zone records example.com add x.example.com HTTPS '1 . alpn=h2 dohpath=/dns-query{?dns}' --ttl 60)";
  EXPECT_NE(run(line).err.find("--pdns-version 5"), std::string::npos);
  done(line + " --pdns-version 5");
  EXPECT_EQ(value("SELECT type || ' ' || ttl FROM records WHERE name = 'x.example.com'"), "HTTPS 60");
  const auto found = nlohmann::json::parse(run("check --json --pdns-version 4").out);
  EXPECT_NE(found.dump().find("dohpath"), std::string::npos);
  EXPECT_EQ(run("check --json --pdns-version 5").out.find("dohpath"), std::string::npos);
}

}  // namespace
}  // namespace mxbalance::cli
