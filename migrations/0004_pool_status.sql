-- For people: who would be answered now, and why not the others. The service answers from the tables, not from here;
-- a test holds both to the same rules.
CREATE VIEW mail_server_status (name, weight, state, down, ipv4, ipv6, ipv4_live, ipv6_live, why) AS
SELECT s.name, s.weight, s.state,
       s.health = 'down' OR (a.n > 0 AND a.live = 0),
       a.n4, a.n - a.n4,
       CASE WHEN s.health = 'down' THEN 0 ELSE a.live4 END,
       CASE WHEN s.health = 'down' THEN 0 ELSE a.live - a.live4 END,
       CASE WHEN s.health = 'down' THEN 'down' || CASE WHEN s.reason <> '' THEN ': ' || s.reason ELSE '' END
            WHEN a.n > 0 AND a.live = 0 THEN 'all its addresses are down'
            ELSE '' END
  FROM mail_servers s
  JOIN (SELECT m.name AS server, count(x.address) AS n,
               coalesce(sum(x.health <> 'down'), 0) AS live,
               coalesce(sum(x.address NOT GLOB '*:*'), 0) AS n4,
               coalesce(sum(x.health <> 'down' AND x.address NOT GLOB '*:*'), 0) AS live4
          FROM mail_servers m LEFT JOIN mail_addresses x ON x.server = m.name GROUP BY m.name) a ON a.server = s.name;

CREATE VIEW pool_status (pool, server, preference, weight, mx, a, aaaa, why) AS
WITH
member AS (
  SELECT m.pool, m.server, m.preference, coalesce(m.weight, s.weight) AS weight, s.state, s.down, s.why AS down_why,
         s.ipv4, s.ipv6, s.ipv4_live, s.ipv6_live, p.min_live
    FROM pool_members m JOIN pools p ON p.name = m.pool JOIN mail_server_status s ON s.name = m.server),
chosen AS (              -- the state whose members serve: draining ones only where none is enabled
  SELECT pool, CASE WHEN max(state = 'enabled') THEN 'enabled' ELSE 'drain' END AS mx_state,
         CASE WHEN max(state = 'enabled' AND ipv4 + ipv6 > 0) THEN 'enabled' ELSE 'drain' END AS address_state
    FROM member GROUP BY pool),
candidate AS (
  SELECT member.*, member.state = mx_state AS is_mx, member.state = address_state AND ipv4 > 0 AS is_a, member.state = address_state AND ipv6 > 0 AS is_aaaa
    FROM member JOIN chosen ON chosen.pool = member.pool),
counted AS (             -- fail open: fewer live than asked for
  SELECT pool,
         sum(is_mx AND NOT down) = 0 OR sum(is_mx AND NOT down) < min(min_live, sum(is_mx)) AS mx_open,
         sum(is_a AND ipv4_live > 0) AS a_live, sum(is_aaaa AND ipv6_live > 0) AS aaaa_live,
         sum(is_a AND ipv4_live > 0) = 0 OR sum(is_a AND ipv4_live > 0) < min(min_live, sum(is_a)) AS a_open,
         sum(is_aaaa AND ipv6_live > 0) = 0 OR sum(is_aaaa AND ipv6_live > 0) < min(min_live, sum(is_aaaa)) AS aaaa_open,
         min(CASE WHEN is_a AND ipv4_live > 0 THEN preference END) AS a_tier,
         min(CASE WHEN is_aaaa AND ipv6_live > 0 THEN preference END) AS aaaa_tier
    FROM candidate GROUP BY pool),
weighted AS (            -- a live member with a weight: weight 0 waits. Address answers that fail open have no tiers
  SELECT c.pool, c.preference,
         max(c.is_mx AND NOT c.down AND c.weight > 0) AS mx,
         max(c.is_a AND c.ipv4_live > 0 AND c.weight > 0) AS a,
         max(c.is_aaaa AND c.ipv6_live > 0 AND c.weight > 0) AS aaaa
    FROM candidate c GROUP BY c.pool, c.preference),
weighted_pool AS (SELECT pool, max(a) AS a, max(aaaa) AS aaaa FROM weighted GROUP BY pool),
answered AS (
  SELECT c.*, n.mx_open, n.a_open, n.aaaa_open,
         c.is_mx AND (mx_open OR NOT down) AND (c.weight > 0 OR NOT w.mx) AS in_mx,
         c.is_a AND NOT (a_live = 0 AND aaaa_live > 0)
           AND CASE WHEN a_open THEN c.weight > 0 OR NOT p.a ELSE c.ipv4_live > 0 AND c.preference = a_tier AND (c.weight > 0 OR NOT w.a) END AS in_a,
         c.is_aaaa AND NOT (aaaa_live = 0 AND a_live > 0)
           AND CASE WHEN aaaa_open THEN c.weight > 0 OR NOT p.aaaa ELSE c.ipv6_live > 0 AND c.preference = aaaa_tier AND (c.weight > 0 OR NOT w.aaaa) END AS in_aaaa
    FROM candidate c
    JOIN counted n ON n.pool = c.pool
    JOIN weighted w ON w.pool = c.pool AND w.preference = c.preference
    JOIN weighted_pool p ON p.pool = c.pool)
SELECT pool, server, preference, weight,
       CASE WHEN in_mx THEN 'yes' ELSE 'no' END,
       CASE WHEN in_a THEN 'yes' WHEN ipv4 = 0 THEN '-' ELSE 'no' END,
       CASE WHEN in_aaaa THEN 'yes' WHEN ipv6 = 0 THEN '-' ELSE 'no' END,
       CASE WHEN state = 'disabled' THEN 'disabled'
            WHEN state = 'drain' AND in_mx THEN 'draining, but no member is enabled'
            WHEN state = 'drain' AND (in_a OR in_aaaa) THEN 'draining, but no enabled member has an address'
            WHEN state = 'drain' THEN 'draining'
            WHEN down AND in_mx THEN down_why || ', but too few members are live'
            WHEN down THEN down_why
            WHEN NOT in_mx THEN 'weight 0: waits until no other member of its tier is live'
            WHEN ipv4 > 0 AND ipv4_live = 0 AND NOT in_a THEN 'its IPv4 addresses are down'
            WHEN ipv6 > 0 AND ipv6_live = 0 AND NOT in_aaaa THEN 'its IPv6 addresses are down'
            WHEN ipv4 + ipv6 > 0 AND NOT in_a AND NOT in_aaaa THEN 'backup tier: its addresses wait until a better tier is down'
            ELSE '' END
  FROM answered;
