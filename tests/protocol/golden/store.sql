-- What the golden cases are asked of. Zones: 1 example.com, 2 child.example.com (delegated from 1), 3 secondary.example,
-- 4 primary.example, 5 bare.example (no SOA record), 6 broken.example (a pool with nothing to answer).
BEGIN;

INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE'), (2, 'child.example.com', 'NATIVE');
INSERT INTO domains (id, name, type, master, last_check) VALUES
  (3, 'secondary.example', 'SLAVE', '192.0.2.53,192.0.2.54:5300', 1700000000);
INSERT INTO domains (id, name, type, notified_serial) VALUES (4, 'primary.example', 'MASTER', 2024010101);
INSERT INTO domains (id, name, type) VALUES (5, 'bare.example', 'NATIVE'), (6, 'broken.example', 'NATIVE');

INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES
  (1, 'example.com', 'SOA', 'ns1.example.com hostmaster.example.com 2024010101 7200 3600 1209600 300', 3600, 0),
  (1, 'example.com', 'NS', 'ns1.example.com', 3600, NULL),
  (1, 'example.com', 'NS', 'ns2.example.com', 3600, NULL),
  (1, 'example.com', 'TXT', '"v=spf1 ip4:192.0.2.0/24 -all"', 3600, NULL),
  (1, 'ns1.example.com', 'A', '192.0.2.53', 3600, NULL),
  (1, 'ns2.example.com', 'A', '192.0.2.54', 3600, NULL),
  (1, 'www.example.com', 'A', '192.0.2.80', 300, NULL),
  (1, 'www.example.com', 'AAAA', '2001:db8::80', 300, NULL),
  (1, 'www.example.com', 'txt', '"a type in lower case"', NULL, NULL),
  (1, 'alias.example.com', 'CNAME', 'www.example.com', 300, NULL),
  (1, '*.wild.example.com', 'A', '192.0.2.81', 300, NULL),
  -- Preferences and priorities stand in prio; whoever writes them into the content is understood too.
  (1, 'static.example.com', 'MX', 'mx1.example.net', 300, 10),
  (1, 'static.example.com', 'MX', '20 mx2.example.net', 300, NULL),
  (1, '_sip._tcp.example.com', 'SRV', '5 5060 sip.example.com', 300, 1),
  (1, '_sip._tcp.example.com', 'SRV', '2 5 5060 sip2.example.com', 300, 0),
  -- Names with any byte: an unescaped slash, a NUL, an escaped dot, an underscore, an octet above ASCII, a quote.
  (1, 'a/b.example.com', 'A', '192.0.2.90', 300, NULL),
  (1, 'nul\000.example.com', 'A', '192.0.2.91', 300, NULL),
  (1, 'dot\.inside.example.com', 'A', '192.0.2.92', 300, NULL),
  (1, '_dmarc.example.com', 'TXT', '"v=DMARC1; p=none"', 300, NULL),
  (1, '\252.example.com', 'A', '192.0.2.93', 300, NULL),
  (1, 'quo"te.example.com', 'A', '192.0.2.94', 300, NULL),
  (1, 'per%cent.example.com', 'A', '192.0.2.95', 300, NULL),
  (1, 'm.k1._domainkey.example.com', 'TXT', '"v=DKIM1; p=x"', 300, NULL),
  -- Delegations: one with DS and glue, and one to a zone that is here too.
  (1, 'sub.example.com', 'NS', 'ns.sub.example.com', 300, NULL),
  (1, 'sub.example.com', 'DS', '12345 13 2 E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855', 300, NULL),
  (1, 'ns.sub.example.com', 'A', '192.0.2.55', 300, NULL),
  (1, 'child.example.com', 'NS', 'ns1.example.com', 300, NULL),
  (1, 'child.example.com', 'DS', '54321 13 2 E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855', 300, NULL),
  (2, 'child.example.com', 'SOA', 'ns1.example.com hostmaster.example.com 7 7200 3600 1209600 300', 3600, NULL),
  (2, 'child.example.com', 'NS', 'ns1.example.com', 3600, NULL),
  (2, 'www.child.example.com', 'A', '192.0.2.82', 300, NULL),
  -- Rows that PowerDNS could not parse, beside ones that it can.
  (1, 'bad.example.com', 'A', '192.0.2', 300, NULL),
  (1, 'bad.example.com', 'A', '192.0.2.96', 300, NULL),
  (1, 'bad.example.com', 'AAAA', '2001:db8::x', 300, NULL),
  (1, 'bad.example.com', 'CAA', '0 issue ca.example.net', 300, NULL),
  (1, 'bad.example.com', 'SRV', '5 sip.example.com', 300, 1),
  (1, 'bad.example.com', 'TLSA', '3 1 1 zz', 300, NULL),
  (1, 'bad.example.com', 'TXT', '"never closed', 300, NULL),
  (1, 'badmx.example.com', 'MX', 'double..dot', 300, 10),
  (1, 'badalias.example.com', 'CNAME', 'two names', 300, NULL),
  (1, 'badcut.example.com', 'A', '192.0.2.99', 300, NULL),
  (1, 'badcut.example.com', 'NS', '', 300, NULL),
  (3, 'secondary.example', 'SOA', 'ns1.example.net hostmaster.example.net 42 7200 3600 1209600 300', 3600, NULL),
  (4, 'primary.example', 'SOA', 'ns1.example.com hostmaster.example.com 2024010102 7200 3600 1209600 300', 3600, NULL),
  (6, 'broken.example', 'SOA', 'ns1.example.com hostmaster.example.com 1 7200 3600 1209600 300', 3600, NULL),
  (6, 'broken.example', 'NS', 'ns1.example.com', 3600, NULL);
INSERT INTO records (domain_id, name, type, content, ttl, disabled) VALUES
  (1, 'off.example.com', 'A', '192.0.2.97', 300, 1),
  (1, 'www.example.com', 'A', '192.0.2.98', 300, 1);
-- An empty non-terminal as PowerDNS's tools leave it; they are derived here.
INSERT INTO records (domain_id, name, type) VALUES (1, '_tcp.example.com', NULL);

INSERT INTO domainmetadata (domain_id, kind, content) VALUES
  (1, 'ALLOW-AXFR-FROM', '192.0.2.0/24'), (1, 'also-notify', '192.0.2.60'), (1, 'ALLOW-AXFR-FROM', '2001:db8::/32'),
  (1, 'X-NOTE', 'a "quote" and a \');

-- mail1 is first as good as always. mail3 is down, mail5 is elsewhere, lone has no address.
INSERT INTO mail_servers (name, weight) VALUES ('mail1.example.com', 65535), ('mail2.example.com', 1),
  ('mail4.hosts.example.com', 100),
  ('mail5.example.net', 100), ('lone.example.com', 100);
INSERT INTO mail_servers (name, health) VALUES ('mail3.example.com', 'down');
INSERT INTO mail_servers (name, state, ttl) VALUES ('many.example.com', 'disabled', 120);
INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', '192.0.2.1'),
  ('mail1.example.com', '2001:db8::1'),
  ('mail2.example.com', '192.0.2.2'), ('mail3.example.com', '192.0.2.3'), ('mail4.hosts.example.com', '192.0.2.4'),
  ('mail5.example.net', '192.0.2.5'), ('many.example.com', '2001:db8::7');
INSERT INTO mail_addresses (server, address, health) VALUES ('many.example.com', '192.0.2.7', 'up'),
  ('many.example.com', '192.0.2.8', 'down');
INSERT INTO records (domain_id, name, type, content, ttl) VALUES
  (1, '_25._tcp.mail1.example.com', 'TLSA', '3 1 1 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 300),
  (1, 'mail1.example.com', 'TXT', '"beside a host name"', 300),
  (1, 'mail1.example.com', 'A', '203.0.113.1', 300),
  (1, 'mail2.example.com', 'AAAA', '2001:db8::2', 300);

INSERT INTO pools (name, ttl) VALUES ('inbound', 60), ('tiers', 30), ('one', 60), ('broken', 60), ('away', 60);
INSERT INTO pools (name, address_policy) VALUES ('all', 'all');
INSERT INTO pool_members (pool, server, preference, weight) VALUES
  ('inbound', 'mail1.example.com', 10, NULL), ('inbound', 'mail2.example.com', 10, NULL),
  ('inbound', 'mail3.example.com', 10, NULL),
  ('tiers', 'mail1.example.com', 10, NULL), ('tiers', 'mail2.example.com', 20, NULL),
  ('tiers', 'mail5.example.net', 30, NULL),
  ('one', 'mail1.example.com', 10, NULL), ('away', 'mail5.example.net', 10, NULL),
  ('broken', 'mail1.example.com', 10, NULL),
  ('all', 'mail1.example.com', 10, NULL), ('all', 'mail2.example.com', 10, NULL);
INSERT INTO pool_names (name, kind, pool) VALUES
  ('example.com', 'MX', 'inbound'), ('tiers.example.com', 'MX', 'tiers'), ('mail.example.com', 'A', 'one'),
  ('both.example.com', 'A', 'all'),
  ('both.example.com', 'MX', 'away'), ('*.wildmx.example.com', 'MX', 'away'),
  ('mx.deep.region.example.com', 'MX', 'away'),
  ('broken.example', 'MX', 'broken'), ('mail.sub.example.com', 'MX', 'away');
INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES
  (1, 'both.example.com', 'A', '203.0.113.2', 300, NULL),
  (1, 'both.example.com', 'AAAA', '2001:db8:ffff::2', 300, NULL),
  (1, 'both.example.com', 'CNAME', 'www.example.com', 300, NULL),
  (1, 'both.example.com', 'MX', 'old.example.com', 300, 5),
  (1, 'both.example.com', 'TXT', '"beside pools"', 300, NULL);
-- PowerDNS may add zones that this one announces.
INSERT INTO supermasters (ip, nameserver, account) VALUES ('192.0.2.53', 'NS1.secondary.example', 'operations');

-- All of it was loaded a while ago: from here on serials move with changes.
UPDATE zone_changes SET counting = 1;
COMMIT;

-- As a careless hand could leave it: the only member of a published pool has a weight that no rule allows.
PRAGMA ignore_check_constraints = ON;
UPDATE pool_members SET weight = -1 WHERE pool = 'broken';
