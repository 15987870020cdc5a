-- Who of a pool is answered, by one rule for MX and for each family of addresses: the members that serve are the
-- enabled ones that the kind concerns, where none is enabled the draining ones. Those that live are answered, if they
-- are as many as wanted; else with them the draining members that are `up`; and where both together are too few,
-- health is not believed, and all that serve are answered. backend/answer/eligibility.h is the rule in C++. From it
-- follow events, and when a server is safe to stop.

CREATE VIEW clock (now) AS SELECT CAST(strftime('%s', 'now') AS INTEGER);      -- seconds since 1970

-- What a server's rows say together, for MX and for each family: NULL where it has no address of it, 0 down, 1 unknown,
-- 2 up. Triggers derive the row of a server anew at each change of it, and count its pools: that takes less than a
-- millisecond for a thousand members.
CREATE TABLE server_standings (
  server  TEXT NOT NULL PRIMARY KEY,
  state   TEXT NOT NULL,
  weight  INTEGER NOT NULL,
  mx      INTEGER NOT NULL,
  a       INTEGER,
  aaaa    INTEGER,
  at      INTEGER NOT NULL                          -- when that was found
) WITHOUT ROWID;
CREATE INDEX server_standings_not_enabled ON server_standings (server) WHERE state <> 'enabled';
CREATE VIEW address_healths (server, is_ipv6, is_probed, health) AS
  SELECT server, address GLOB '*:*', unprobed_since IS NULL, CASE health WHEN 'down' THEN 0 WHEN 'up' THEN 2 ELSE 1 END
    FROM mail_addresses;
-- An address that cannot be probed from here is no better than those of its server that can.
CREATE VIEW address_standings (server, is_ipv6, standing) AS
  SELECT h.server, h.is_ipv6,
         CASE WHEN h.is_probed THEN h.health
              ELSE min(h.health, coalesce((SELECT max(p.health) FROM address_healths p
                                            WHERE p.server = h.server AND p.is_probed), h.health)) END
    FROM address_healths h;
CREATE VIEW current_standings (server, state, weight, mx, a, aaaa) AS
  SELECT name, state, weight,
         CASE WHEN own = 0 OR best = 0 THEN 0 ELSE max(own, coalesce(best, own)) END,
         CASE WHEN own = 0 OR ipv4 = 0 THEN min(ipv4, 0) ELSE max(own, ipv4) END,
         CASE WHEN own = 0 OR ipv6 = 0 THEN min(ipv6, 0) ELSE max(own, ipv6) END
    FROM (SELECT s.name, s.state, s.weight,
                 CASE s.health WHEN 'down' THEN 0 WHEN 'up' THEN 2 ELSE 1 END AS own,
                 (SELECT max(standing) FROM address_standings h WHERE h.server = s.name) AS best,
                 (SELECT max(standing) FROM address_standings h WHERE h.server = s.name AND NOT h.is_ipv6) AS ipv4,
                 (SELECT max(standing) FROM address_standings h WHERE h.server = s.name AND h.is_ipv6) AS ipv6
            FROM mail_servers s);

-- The members of a pool by their state and standing, and the lowest preference of a live one.
CREATE TABLE pool_counts (
  pool                TEXT NOT NULL PRIMARY KEY,
  mx_enabled          INTEGER NOT NULL DEFAULT 0,
  mx_live             INTEGER NOT NULL DEFAULT 0,   -- of the enabled ones
  mx_draining         INTEGER NOT NULL DEFAULT 0,
  mx_draining_live    INTEGER NOT NULL DEFAULT 0,
  mx_draining_up      INTEGER NOT NULL DEFAULT 0,
  a_enabled           INTEGER NOT NULL DEFAULT 0,
  a_live              INTEGER NOT NULL DEFAULT 0,
  a_draining          INTEGER NOT NULL DEFAULT 0,
  a_draining_live     INTEGER NOT NULL DEFAULT 0,
  a_draining_up       INTEGER NOT NULL DEFAULT 0,
  a_tier              INTEGER,
  a_draining_tier     INTEGER,
  aaaa_enabled        INTEGER NOT NULL DEFAULT 0,
  aaaa_live           INTEGER NOT NULL DEFAULT 0,
  aaaa_draining       INTEGER NOT NULL DEFAULT 0,
  aaaa_draining_live  INTEGER NOT NULL DEFAULT 0,
  aaaa_draining_up    INTEGER NOT NULL DEFAULT 0,
  aaaa_tier           INTEGER,
  aaaa_draining_tier  INTEGER
) WITHOUT ROWID;
CREATE VIEW kind_counts (pool, kind, published_as, enabled, live, draining, draining_live, draining_up, tier,
                         draining_tier, other_live) AS
  SELECT pool, 'MX', 'MX', mx_enabled, mx_live, mx_draining, mx_draining_live, mx_draining_up, NULL, NULL, 0
    FROM pool_counts UNION ALL
  SELECT pool, 'A', 'A', a_enabled, a_live, a_draining, a_draining_live, a_draining_up, a_tier, a_draining_tier,
         CASE WHEN aaaa_enabled THEN aaaa_live ELSE aaaa_draining_live END
    FROM pool_counts UNION ALL
  SELECT pool, 'AAAA', 'A', aaaa_enabled, aaaa_live, aaaa_draining, aaaa_draining_live, aaaa_draining_up, aaaa_tier,
         aaaa_draining_tier, CASE WHEN a_enabled THEN a_live ELSE a_draining_live END
    FROM pool_counts;
CREATE VIEW pool_decisions (pool, kind, published_as, serving_state, serving, live, helping, needed, tier, answered) AS
  SELECT pool, kind, published_as, serving_state, serving, live, helping, max(1, min(min_live, serving)), tier,
         CASE WHEN live >= max(1, min(min_live, serving)) THEN 'live members'
              WHEN live + helping >= max(1, min(min_live, serving)) THEN 'draining members, too'
              WHEN live + helping = 0 AND other_live > 0 THEN 'no member'
              ELSE 'all members' END
    FROM (SELECT c.pool, c.kind, c.published_as, p.min_live, c.other_live,
                 CASE WHEN c.enabled THEN 'enabled' ELSE 'drain' END AS serving_state,
                 CASE WHEN c.enabled THEN c.enabled ELSE c.draining END AS serving,
                 CASE WHEN c.enabled THEN c.live ELSE c.draining_live END AS live,
                 CASE WHEN c.enabled THEN c.draining_up ELSE 0 END AS helping,
                 CASE WHEN c.enabled THEN c.tier ELSE c.draining_tier END AS tier
            FROM kind_counts c JOIN pools p ON p.name = c.pool WHERE c.enabled + c.draining > 0);
-- Tiers and weight 0 are judged among those that serve; address answers that fail open have no tiers. Draining members
-- that help out wait for nobody. CROSS JOIN has the member come first: else each row of pool_status reads all pools.
CREATE VIEW member_answers (pool, server, kind, published_as, state, is_answered) AS
  SELECT m.pool, m.server, d.kind, d.published_as, t.state,
         CASE WHEN t.state = 'disabled' OR d.answered = 'no member' THEN 0
              WHEN t.state <> d.serving_state
                THEN t.state = 'drain' AND d.answered <> 'live members'
                     AND 2 = CASE d.kind WHEN 'MX' THEN t.mx WHEN 'A' THEN t.a ELSE t.aaaa END
              WHEN d.answered <> 'all members' AND 0 = CASE d.kind WHEN 'MX' THEN t.mx WHEN 'A' THEN t.a ELSE t.aaaa END
                THEN 0
              WHEN d.answered <> 'all members' AND d.kind <> 'MX' AND m.preference <> d.tier THEN 0
              ELSE coalesce(m.weight, t.weight) > 0 OR NOT EXISTS
                (SELECT 1 FROM pool_members o JOIN server_standings u ON u.server = o.server
                  WHERE o.pool = m.pool AND u.state = d.serving_state AND coalesce(o.weight, u.weight) > 0
                    AND CASE d.kind WHEN 'MX' THEN u.mx WHEN 'A' THEN u.a ELSE u.aaaa END > 0
                    AND (o.preference = m.preference OR d.kind <> 'MX' AND d.answered = 'all members')) END
    FROM pool_members m JOIN server_standings t ON t.server = m.server CROSS JOIN pool_decisions d ON d.pool = m.pool
   WHERE d.kind = 'MX' OR CASE d.kind WHEN 'A' THEN t.a ELSE t.aaaa END IS NOT NULL;

-- For people.
DROP VIEW pool_status;
DROP VIEW mail_server_status;
CREATE VIEW mail_server_status (name, weight, state, health, reason) AS
  SELECT s.name, s.weight, s.state, CASE t.mx WHEN 0 THEN 'down' WHEN 2 THEN 'up' ELSE 'unknown' END,
         CASE WHEN t.mx = 0 AND s.health <> 'down'
              THEN 'all its addresses ' || CASE WHEN EXISTS (SELECT 1 FROM mail_addresses WHERE server = s.name
                     AND health <> 'down') THEN 'that can be probed ' ELSE '' END || 'are down' || coalesce(': ' || (
                SELECT CASE WHEN min(reason) = max(reason) THEN min(reason)
                            ELSE group_concat(address || ' ' || reason, '; ') END
                  FROM mail_addresses WHERE server = s.name AND reason <> '' AND health = 'down'), '')
              ELSE s.reason END
    FROM mail_servers s JOIN server_standings t ON t.server = s.name;
CREATE VIEW pool_status (pool, server, preference, weight, mx, a, aaaa, why) AS
SELECT pool, server, preference, weight,
       CASE WHEN in_mx THEN 'yes' ELSE 'no' END,
       CASE WHEN in_a THEN 'yes' WHEN a IS NULL THEN '-' ELSE 'no' END,
       CASE WHEN in_aaaa THEN 'yes' WHEN aaaa IS NULL THEN '-' ELSE 'no' END,
       CASE WHEN state = 'disabled' THEN 'disabled'
            WHEN state = 'drain' AND NOT (in_mx OR coalesce(in_a, 0) OR coalesce(in_aaaa, 0)) THEN 'draining'
            WHEN state = 'drain' AND NOT mx_enabled THEN 'draining, but no member is enabled'
            WHEN state = 'drain' AND (in_mx OR in_a AND a_enabled OR in_aaaa AND aaaa_enabled)
              THEN 'draining, but too few enabled members are live'
            WHEN state = 'drain' THEN 'draining, but no enabled member has such an address'
            WHEN mx = 0 AND in_mx THEN down_why || ', but too few members are live'
            WHEN mx = 0 THEN down_why
            WHEN NOT in_mx THEN 'weight 0: waits until no other member of its tier is live'
            WHEN a = 0 AND NOT in_a THEN 'its IPv4 addresses are down'
            WHEN aaaa = 0 AND NOT in_aaaa THEN 'its IPv6 addresses are down'
            WHEN coalesce(a, aaaa) IS NOT NULL AND NOT coalesce(in_a, 0) AND NOT coalesce(in_aaaa, 0)
              THEN 'backup tier: its addresses wait until a better tier is down'
            ELSE '' END
  FROM (SELECT m.pool, m.server, m.preference, coalesce(m.weight, t.weight) AS weight, t.state, t.mx, t.a, t.aaaa,
               c.mx_enabled, c.a_enabled, c.aaaa_enabled,
               (SELECT CASE WHEN h.health = 'down' THEN 'down' || CASE WHEN h.reason <> '' THEN ': ' ELSE '' END
                            ELSE '' END || s.reason
                  FROM mail_server_status s JOIN mail_servers h ON h.name = s.name WHERE s.name = m.server) AS down_why,
               (SELECT is_answered FROM member_answers n
                 WHERE n.pool = m.pool AND n.server = m.server AND n.kind = 'MX') AS in_mx,
               (SELECT is_answered FROM member_answers n
                 WHERE n.pool = m.pool AND n.server = m.server AND n.kind = 'A') AS in_a,
               (SELECT is_answered FROM member_answers n
                 WHERE n.pool = m.pool AND n.server = m.server AND n.kind = 'AAAA') AS in_aaaa
          FROM pool_members m JOIN server_standings t ON t.server = m.server JOIN pool_counts c ON c.pool = m.pool);

-- What published pools are answered by, to tell when that changes, and which draining members are among them.
CREATE TABLE pool_answers (
  pool      TEXT NOT NULL,
  kind      TEXT NOT NULL,                          -- MX, A or AAAA
  answered  TEXT NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (pool, kind)
) WITHOUT ROWID;
CREATE TABLE draining_answers (
  pool    TEXT NOT NULL,
  server  TEXT NOT NULL,
  PRIMARY KEY (pool, server)
) WITHOUT ROWID;
CREATE INDEX draining_answers_by_server ON draining_answers (server);
-- Until when resolvers may have a server in answers that they keep, also of a pool that it has left since, or of a
-- time when a pool's ttl was higher. Of its name, not of its row: a server that is removed and comes back, or is
-- replaced by REPLACE, is the same to them. Rows whose time is over say nothing, and are deleted with the next edit.
CREATE TABLE kept_servers (
  server  TEXT NOT NULL PRIMARY KEY,
  until   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX kept_servers_by_time ON kept_servers (until);

DROP TRIGGER mail_servers_liveness;
DROP TRIGGER liveness_changed;
DROP VIEW liveness_changes;
DROP VIEW pool_liveness;
CREATE VIEW answer_words (pool, kind, reason) AS
  SELECT pool, kind, live || ' of ' || serving || CASE serving_state WHEN 'enabled' THEN ' enabled' ELSE ' draining' END
         || ' members are live' || CASE WHEN needed > 1 THEN ', ' || needed || ' are wanted' ELSE '' END
         || CASE WHEN helping > 0 THEN ', and ' || helping || ' draining '
                   || CASE helping WHEN 1 THEN 'one is' ELSE 'ones are' END || ' up' ELSE '' END
    FROM pool_decisions;
-- What befalls thousands of pools at once must not drive all else out of the events: twenty have one of their own,
-- and one counts the others.
CREATE VIEW answer_events (at, pool, kind, before, after) AS
  SELECT at, pool, kind, answered, answered FROM pool_answers;
CREATE TRIGGER answer_events_told INSTEAD OF INSERT ON answer_events BEGIN
  UPDATE events SET subject = 'other pools (' || (CAST(substr(subject, 14) AS INTEGER) + 1) || ')'
   WHERE id > (SELECT max(id) FROM events) - 200 AND at = NEW.at AND field = 'answered as ' || NEW.kind
     AND before = NEW.before AND after = NEW.after AND subject GLOB 'other pools (*';
  INSERT INTO events (at, subject, field, before, after, reason)
    SELECT NEW.at, CASE WHEN told < 20 THEN NEW.pool ELSE 'other pools (1)' END, 'answered as ' || NEW.kind, NEW.before,
           NEW.after, CASE WHEN told < 20 THEN w.reason ELSE 'the view pool_status shows them' END
      FROM answer_words w,
           (SELECT count(*) AS told FROM events
             WHERE id > (SELECT max(id) FROM events) - 200 AND at = NEW.at AND field = 'answered as ' || NEW.kind
               AND before = NEW.before AND after = NEW.after)
     WHERE w.pool = NEW.pool AND w.kind = NEW.kind AND told < 21;
END;
CREATE TRIGGER pool_answers_begun AFTER INSERT ON pool_answers WHEN NEW.answered <> 'live members'
BEGIN INSERT INTO answer_events VALUES (NEW.at, NEW.pool, NEW.kind, 'live members', NEW.answered); END;
CREATE TRIGGER pool_answers_changed AFTER UPDATE OF answered ON pool_answers WHEN NEW.answered <> OLD.answered
BEGIN INSERT INTO answer_events VALUES (NEW.at, NEW.pool, NEW.kind, OLD.answered, NEW.answered); END;

-- A pool is counted anew, and judged: at once, or at the end of a transaction that has put a row into postponements,
-- and then deletes it. Those that begin or cease to be published are judged within a second, by the service: the shell
-- compiles triggers again for every statement, and there may be a million of these names.
CREATE TABLE postponements (id INTEGER PRIMARY KEY);
-- Triggers that write to it say WHERE NOT EXISTS: of INSERT OR IGNORE in a trigger the statement around it would make
-- OR FAIL, where that says so.
CREATE TABLE postponed_pools (pool TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TRIGGER postponements_over AFTER DELETE ON postponements BEGIN
  INSERT INTO pool_edits SELECT pool, at FROM postponed_pools;
  DELETE FROM postponed_pools;
END;
CREATE VIEW pool_edits (pool, at) AS SELECT name, 0 FROM pools;
CREATE TRIGGER pool_edits_postponed INSTEAD OF INSERT ON pool_edits WHEN EXISTS (SELECT 1 FROM postponements) BEGIN
  UPDATE postponed_pools SET at = max(at, NEW.at) WHERE pool = NEW.pool;
  INSERT INTO postponed_pools
    SELECT NEW.pool, NEW.at WHERE NOT EXISTS (SELECT 1 FROM postponed_pools WHERE pool = NEW.pool);
END;
CREATE TRIGGER pool_edits_judged INSTEAD OF INSERT ON pool_edits WHEN NOT EXISTS (SELECT 1 FROM postponements) BEGIN
  INSERT INTO pool_counts (pool)
    SELECT name FROM pools WHERE name = NEW.pool AND NOT EXISTS (SELECT 1 FROM pool_counts WHERE pool = NEW.pool);
  UPDATE pool_counts SET
      (mx_enabled, mx_live, mx_draining, mx_draining_live, mx_draining_up,
       a_enabled, a_live, a_draining, a_draining_live, a_draining_up, a_tier, a_draining_tier,
       aaaa_enabled, aaaa_live, aaaa_draining, aaaa_draining_live, aaaa_draining_up, aaaa_tier, aaaa_draining_tier) =
      (SELECT count(CASE WHEN t.state = 'enabled' THEN t.mx END),
              count(CASE WHEN t.state = 'enabled' AND t.mx > 0 THEN 1 END),
              count(CASE WHEN t.state = 'drain' THEN t.mx END),
              count(CASE WHEN t.state = 'drain' AND t.mx > 0 THEN 1 END),
              count(CASE WHEN t.state = 'drain' AND t.mx = 2 THEN 1 END),
              count(CASE WHEN t.state = 'enabled' THEN t.a END),
              count(CASE WHEN t.state = 'enabled' AND t.a > 0 THEN 1 END),
              count(CASE WHEN t.state = 'drain' THEN t.a END),
              count(CASE WHEN t.state = 'drain' AND t.a > 0 THEN 1 END),
              count(CASE WHEN t.state = 'drain' AND t.a = 2 THEN 1 END),
              min(CASE WHEN t.state = 'enabled' AND t.a > 0 THEN m.preference END),
              min(CASE WHEN t.state = 'drain' AND t.a > 0 THEN m.preference END),
              count(CASE WHEN t.state = 'enabled' THEN t.aaaa END),
              count(CASE WHEN t.state = 'enabled' AND t.aaaa > 0 THEN 1 END),
              count(CASE WHEN t.state = 'drain' THEN t.aaaa END),
              count(CASE WHEN t.state = 'drain' AND t.aaaa > 0 THEN 1 END),
              count(CASE WHEN t.state = 'drain' AND t.aaaa = 2 THEN 1 END),
              min(CASE WHEN t.state = 'enabled' AND t.aaaa > 0 THEN m.preference END),
              min(CASE WHEN t.state = 'drain' AND t.aaaa > 0 THEN m.preference END)
         FROM pool_members m JOIN server_standings t ON t.server = m.server WHERE m.pool = NEW.pool)
   WHERE pool = NEW.pool;
  INSERT INTO kept_answers SELECT pool, server, until FROM kept_answers
    WHERE pool = NEW.pool AND NOT EXISTS (SELECT 1 FROM pool_names WHERE pool = NEW.pool);
  DELETE FROM pool_answers WHERE pool = NEW.pool AND NOT EXISTS
    (SELECT 1 FROM pool_decisions d JOIN pool_names n ON n.pool = NEW.pool AND n.kind = d.published_as
      WHERE d.pool = NEW.pool AND d.kind = pool_answers.kind);
  UPDATE pool_answers SET at = NEW.at,
         answered = (SELECT d.answered FROM pool_decisions d WHERE d.pool = NEW.pool AND d.kind = pool_answers.kind)
   WHERE pool = NEW.pool;
  INSERT INTO pool_answers (pool, kind, answered, at)
    SELECT d.pool, d.kind, d.answered, NEW.at FROM pool_decisions d
     WHERE d.pool = NEW.pool AND EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = NEW.pool AND n.kind = d.published_as)
       AND NOT EXISTS (SELECT 1 FROM pool_answers a WHERE a.pool = NEW.pool AND a.kind = d.kind);
  INSERT INTO drain_edits VALUES (NEW.pool, NEW.at);
  DELETE FROM postponed_pools WHERE pool = NEW.pool;
END;

-- What a pool has answered last may be kept for its ttl: one that is published, or was when it was judged last.
CREATE VIEW kept_answers (pool, server, until) AS
  SELECT m.pool, m.server, now + 1 + p.ttl
    FROM clock, pool_members m JOIN pools p ON p.name = m.pool
   WHERE EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = m.pool)
      OR EXISTS (SELECT 1 FROM pool_answers a WHERE a.pool = m.pool);
-- While a draining member is answered, it is not safe to stop, and it is again when resolvers have forgotten that.
CREATE VIEW safe_times (server, at) AS
  SELECT s.name,
         max((SELECT now FROM clock),
             coalesce((SELECT max(until) FROM kept_answers k WHERE k.server = s.name), 0),
             coalesce((SELECT until FROM kept_servers k WHERE k.server = s.name), 0))
    FROM mail_servers s;
CREATE VIEW safe_words (server, safe_at, at) AS
  SELECT name, safe_at, strftime('%Y-%m-%dT%H:%M:%SZ', 2440587.5 + safe_at / 86400.0) FROM mail_servers;
CREATE VIEW drain_edits (pool, at) AS SELECT name, 0 FROM pools;
CREATE TRIGGER drain_edits_judged INSTEAD OF INSERT ON drain_edits
WHEN EXISTS (SELECT 1 FROM server_standings t JOIN pool_members m ON m.pool = NEW.pool AND m.server = t.server
              WHERE t.state <> 'enabled')
  OR EXISTS (SELECT 1 FROM draining_answers WHERE pool = NEW.pool) BEGIN
  DELETE FROM draining_answers WHERE pool = NEW.pool;
  INSERT INTO draining_answers (pool, server)
    SELECT DISTINCT a.pool, a.server FROM member_answers a
     WHERE a.pool = NEW.pool AND a.state = 'drain' AND a.is_answered
       AND EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = a.pool AND n.kind = a.published_as);
  INSERT INTO events (at, subject, field, before, reason)
    SELECT NEW.at, s.server, 'safe to stop', s.at, 'it is answered again in the pool ' || NEW.pool || ': ' ||
           (SELECT w.reason FROM answer_words w JOIN pool_answers p ON p.pool = w.pool AND p.kind = w.kind
              JOIN member_answers a ON a.pool = w.pool AND a.kind = w.kind AND a.server = s.server
             WHERE w.pool = NEW.pool AND a.is_answered LIMIT 1)
      FROM safe_words s JOIN draining_answers d ON d.server = s.server
     WHERE d.pool = NEW.pool AND s.safe_at IS NOT NULL;
  UPDATE mail_servers SET safe_at = NULL
   WHERE safe_at IS NOT NULL AND name IN (SELECT server FROM draining_answers WHERE pool = NEW.pool);
  INSERT INTO drained_servers      -- also one that has left the pool
    SELECT t.server, NEW.at FROM server_standings t JOIN mail_servers s ON s.name = t.server
     WHERE t.state <> 'enabled' AND s.safe_at IS NULL;
END;
CREATE VIEW drained_servers (server, at) AS SELECT name, 0 FROM mail_servers;
CREATE TRIGGER drained_servers_forgotten INSTEAD OF INSERT ON drained_servers
WHEN EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server AND state <> 'enabled' AND safe_at IS NULL)
 AND NOT EXISTS (SELECT 1 FROM draining_answers WHERE server = NEW.server) BEGIN
  UPDATE mail_servers SET safe_at = (SELECT at FROM safe_times WHERE server = NEW.server) WHERE name = NEW.server;
  INSERT INTO events (at, subject, field, after, reason)
    SELECT NEW.at, server, 'safe to stop', at, 'it is no longer answered' FROM safe_words WHERE server = NEW.server;
END;
CREATE TRIGGER kept_answers_noted INSTEAD OF INSERT ON kept_answers
WHEN NOT EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server AND state <> 'enabled' AND safe_at IS NOT NULL)
BEGIN INSERT INTO kept_edits VALUES (NEW.server, NEW.until); END;
CREATE VIEW kept_edits (server, until) AS SELECT server, until FROM kept_servers;
CREATE TRIGGER kept_edits_noted INSTEAD OF INSERT ON kept_edits WHEN NEW.until > (SELECT now FROM clock) BEGIN
  DELETE FROM kept_servers WHERE until <= (SELECT now FROM clock);
  UPDATE kept_servers SET until = max(until, NEW.until) WHERE server = NEW.server;
  INSERT INTO kept_servers
    SELECT NEW.server, NEW.until WHERE NOT EXISTS (SELECT 1 FROM kept_servers WHERE server = NEW.server);
END;
CREATE TRIGGER mail_servers_kept AFTER UPDATE OF safe_at ON mail_servers WHEN NEW.safe_at > coalesce(OLD.safe_at, 0)
BEGIN INSERT INTO kept_edits VALUES (NEW.name, NEW.safe_at); END;

-- A server's rows have changed. Of an enabled one unknown is as good as up.
CREATE VIEW server_edits (server, at) AS SELECT name, 0 FROM mail_servers;
CREATE TRIGGER server_edits_judged INSTEAD OF INSERT ON server_edits BEGIN
  DELETE FROM server_standings
   WHERE server = NEW.server AND NOT EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server);
  UPDATE server_standings SET at = NEW.at,
         (state, weight, mx, a, aaaa) =
         (SELECT state, weight, mx, a, aaaa FROM current_standings WHERE server = NEW.server)
   WHERE server = NEW.server;
  INSERT INTO server_standings (server, state, weight, mx, a, aaaa, at)
    SELECT server, state, weight, mx, a, aaaa, NEW.at FROM current_standings
     WHERE server = NEW.server AND NOT EXISTS (SELECT 1 FROM server_standings WHERE server = NEW.server);
END;
CREATE TRIGGER server_standings_begun AFTER INSERT ON server_standings
BEGIN INSERT INTO pool_edits SELECT pool, NEW.at FROM pool_members WHERE server = NEW.server; END;
CREATE TRIGGER server_standings_changed AFTER UPDATE ON server_standings
WHEN OLD.state <> NEW.state OR (OLD.weight = 0) <> (NEW.weight = 0) OR (OLD.mx > 0) <> (NEW.mx > 0)
     OR (OLD.a > 0) IS NOT (NEW.a > 0) OR (OLD.aaaa > 0) IS NOT (NEW.aaaa > 0)
     OR NEW.state <> 'enabled' AND (OLD.mx <> NEW.mx OR OLD.a IS NOT NEW.a OR OLD.aaaa IS NOT NEW.aaaa)
BEGIN INSERT INTO pool_edits SELECT pool, NEW.at FROM pool_members WHERE server = NEW.server; END;

CREATE TRIGGER mail_servers_judged AFTER INSERT ON mail_servers BEGIN
  UPDATE mail_servers SET safe_at =
         CASE WHEN state <> 'enabled' AND NOT EXISTS (SELECT 1 FROM draining_answers WHERE server = NEW.name)
              THEN (SELECT at FROM safe_times WHERE server = NEW.name) END      -- it may have been replaced
   WHERE name = NEW.name;
  INSERT INTO server_edits SELECT NEW.name, now FROM clock;
END;
CREATE TRIGGER mail_servers_judged_again AFTER UPDATE OF weight, health ON mail_servers
WHEN OLD.weight IS NOT NEW.weight OR OLD.health IS NOT NEW.health
BEGIN INSERT INTO server_edits SELECT NEW.name, now FROM clock; END;
DROP TRIGGER mail_servers_left;
CREATE TRIGGER mail_servers_left AFTER UPDATE OF state ON mail_servers WHEN OLD.state IS NOT NEW.state BEGIN
  UPDATE mail_servers SET safe_at =
         CASE WHEN NEW.state = 'enabled' THEN NULL
              WHEN OLD.state = 'enabled' OR safe_at IS NULL THEN (SELECT at FROM safe_times WHERE server = NEW.name)
              ELSE safe_at END
   WHERE name = NEW.name;
  INSERT INTO server_edits SELECT NEW.name, now FROM clock;
END;
CREATE TRIGGER mail_servers_judged_no_more AFTER DELETE ON mail_servers
BEGIN DELETE FROM server_standings WHERE server = OLD.name; END;
DROP TRIGGER mail_servers_renamed;
CREATE TRIGGER mail_servers_renamed AFTER UPDATE OF name ON mail_servers WHEN NEW.name <> OLD.name BEGIN
  UPDATE mail_addresses SET server = NEW.name WHERE server = OLD.name;
  INSERT INTO kept_edits SELECT NEW.name, until FROM kept_servers WHERE server = OLD.name;
  INSERT INTO server_edits SELECT NEW.name, now FROM clock;
  UPDATE pool_members SET server = NEW.name WHERE server = OLD.name;
  DELETE FROM server_standings WHERE server = OLD.name;
END;

CREATE TRIGGER mail_addresses_judged AFTER INSERT ON mail_addresses
BEGIN INSERT INTO server_edits SELECT NEW.server, now FROM clock; END;
CREATE TRIGGER mail_addresses_judged_again AFTER UPDATE OF server, address ON mail_addresses
WHEN OLD.server <> NEW.server OR OLD.address <> NEW.address
BEGIN
  INSERT INTO server_edits SELECT server, now FROM clock, (SELECT NEW.server AS server UNION SELECT OLD.server);
END;
CREATE TRIGGER mail_addresses_probing AFTER UPDATE OF unprobed_since ON mail_addresses
WHEN (OLD.unprobed_since IS NULL) <> (NEW.unprobed_since IS NULL)
BEGIN
  INSERT INTO server_edits SELECT NEW.server, now FROM clock;
  INSERT INTO server_changes VALUES (NEW.server);
END;
CREATE TRIGGER mail_addresses_judged_no_more AFTER DELETE ON mail_addresses
BEGIN INSERT INTO server_edits SELECT OLD.server, now FROM clock; END;
-- What a probe found is written when the store can be written, with the time when it was found.
DROP TRIGGER mail_addresses_changed;
CREATE TRIGGER mail_addresses_changed AFTER UPDATE OF health ON mail_addresses WHEN OLD.health IS NOT NEW.health BEGIN
  UPDATE mail_addresses SET changed_at =
         CASE WHEN NEW.changed_at IS OLD.changed_at OR NEW.changed_at IS NULL THEN (SELECT now FROM clock)
              ELSE NEW.changed_at END
   WHERE server = NEW.server AND address = NEW.address;
  UPDATE mail_addresses SET came_up_at = CASE WHEN OLD.health = 'down' THEN changed_at END
   WHERE server = NEW.server AND address = NEW.address AND (OLD.health = 'down' OR NEW.health = 'down');
  INSERT INTO events (at, subject, field, before, after, reason)
    SELECT changed_at, NEW.server || ' ' || NEW.address, 'health', OLD.health, NEW.health, NEW.reason
      FROM mail_addresses WHERE server = NEW.server AND address = NEW.address;
  INSERT INTO server_edits
    SELECT server, changed_at FROM mail_addresses WHERE server = NEW.server AND address = NEW.address;
END;

CREATE TRIGGER pool_members_judged AFTER INSERT ON pool_members
BEGIN INSERT INTO pool_edits SELECT NEW.pool, now FROM clock; END;
CREATE TRIGGER pool_members_left_by_move BEFORE UPDATE OF pool, server ON pool_members
WHEN OLD.pool <> NEW.pool OR OLD.server <> NEW.server BEGIN
  INSERT INTO kept_answers SELECT pool, server, until FROM kept_answers WHERE pool = OLD.pool AND server = OLD.server;
END;
CREATE TRIGGER pool_members_judged_again AFTER UPDATE OF pool, server, preference, weight ON pool_members BEGIN
  INSERT INTO pool_edits SELECT pool, now FROM clock, (SELECT NEW.pool AS pool UNION SELECT OLD.pool);
END;
CREATE TRIGGER pool_members_left BEFORE DELETE ON pool_members BEGIN
  INSERT INTO kept_answers SELECT pool, server, until FROM kept_answers WHERE pool = OLD.pool AND server = OLD.server;
END;
CREATE TRIGGER pool_members_judged_no_more AFTER DELETE ON pool_members BEGIN
  INSERT INTO pool_edits SELECT OLD.pool, now FROM clock;
END;

CREATE TRIGGER pools_judged AFTER INSERT ON pools BEGIN INSERT INTO pool_edits SELECT NEW.name, now FROM clock; END;
CREATE TRIGGER pools_judged_again AFTER UPDATE OF min_live ON pools WHEN OLD.min_live <> NEW.min_live
BEGIN INSERT INTO pool_edits SELECT NEW.name, now FROM clock; END;
-- It may have ceased to be published just before.
CREATE TRIGGER pools_kept BEFORE DELETE ON pools
BEGIN INSERT INTO kept_answers SELECT pool, server, until FROM kept_answers WHERE pool = OLD.name; END;
CREATE TRIGGER pools_kept_renamed BEFORE UPDATE OF name ON pools WHEN OLD.name <> NEW.name
BEGIN INSERT INTO kept_answers SELECT pool, server, until FROM kept_answers WHERE pool = OLD.name; END;
CREATE TRIGGER pools_judged_no_more AFTER DELETE ON pools BEGIN
  DELETE FROM pool_counts WHERE pool = OLD.name;
  DELETE FROM pool_answers WHERE pool = OLD.name;
END;
CREATE TRIGGER pools_judged_renamed AFTER UPDATE OF name ON pools WHEN OLD.name <> NEW.name BEGIN
  DELETE FROM pool_counts WHERE pool = OLD.name;
  DELETE FROM pool_answers WHERE pool = OLD.name;
  INSERT INTO pool_edits SELECT NEW.name, now FROM clock;
END;
CREATE TRIGGER pools_name_in_use BEFORE UPDATE OF name ON pools
WHEN NEW.name <> OLD.name AND EXISTS (SELECT 1 FROM pools WHERE name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'pools.name is the name of another pool: delete that one first'); END;
-- Before a pool has a lower ttl, by UPDATE or REPLACE, and after it has a higher one.
CREATE TRIGGER pools_ttl_falls BEFORE UPDATE OF ttl ON pools WHEN NEW.ttl < OLD.ttl
BEGIN INSERT INTO kept_answers SELECT pool, server, until FROM kept_answers WHERE pool = OLD.name; END;
CREATE TRIGGER pools_ttl_falls_by_replace BEFORE INSERT ON pools
WHEN EXISTS (SELECT 1 FROM pools WHERE name = NEW.name AND ttl > NEW.ttl)
BEGIN INSERT INTO kept_answers SELECT pool, server, until FROM kept_answers WHERE pool = NEW.name; END;
CREATE VIEW higher_ttls (pool) AS SELECT name FROM pools;
CREATE TRIGGER higher_ttls_noted INSTEAD OF INSERT ON higher_ttls BEGIN
  UPDATE mail_servers
     SET safe_at = max(safe_at, (SELECT until FROM kept_answers WHERE pool = NEW.pool AND server = name))
   WHERE safe_at > (SELECT now FROM clock) AND state <> 'enabled'
     AND name IN (SELECT server FROM kept_answers WHERE pool = NEW.pool);
END;
CREATE TRIGGER pools_ttl_rose AFTER UPDATE OF ttl ON pools WHEN NEW.ttl > OLD.ttl
BEGIN INSERT INTO higher_ttls VALUES (NEW.name); END;
CREATE TRIGGER pools_ttl_rose_by_replace AFTER INSERT ON pools BEGIN INSERT INTO higher_ttls VALUES (NEW.name); END;

CREATE TRIGGER pool_names_judged AFTER INSERT ON pool_names
WHEN NOT EXISTS (SELECT 1 FROM pool_answers a WHERE a.pool = NEW.pool AND (a.kind = 'MX') = (NEW.kind = 'MX'))
BEGIN
  INSERT INTO postponed_pools
    SELECT NEW.pool, now FROM clock WHERE NOT EXISTS (SELECT 1 FROM postponed_pools WHERE pool = NEW.pool);
END;
CREATE TRIGGER pool_names_judged_again AFTER UPDATE OF kind, pool ON pool_names
WHEN NEW.kind <> OLD.kind OR NEW.pool <> OLD.pool BEGIN
  INSERT INTO postponed_pools
    SELECT e.pool, now FROM clock, (SELECT NEW.pool AS pool UNION SELECT OLD.pool) e
     WHERE NOT EXISTS (SELECT 1 FROM postponed_pools p WHERE p.pool = e.pool);
END;
CREATE TRIGGER pool_names_judged_no_more AFTER DELETE ON pool_names
WHEN NOT EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = OLD.pool AND n.kind = OLD.kind) BEGIN
  INSERT INTO postponed_pools
    SELECT OLD.pool, now FROM clock WHERE NOT EXISTS (SELECT 1 FROM postponed_pools WHERE pool = OLD.pool);
END;
-- A row that REPLACE puts out of its place fires no trigger of its own.
CREATE TRIGGER pool_names_taken BEFORE INSERT ON pool_names BEGIN
  INSERT INTO postponed_pools
    SELECT n.pool, now FROM clock, pool_names n
     WHERE n.name = NEW.name AND n.kind = NEW.kind AND n.pool <> NEW.pool
       AND NOT EXISTS (SELECT 1 FROM postponed_pools p WHERE p.pool = n.pool);
END;
CREATE TRIGGER pool_names_taken_by_update BEFORE UPDATE OF name, kind ON pool_names BEGIN
  INSERT INTO postponed_pools
    SELECT n.pool, now FROM clock, pool_names n
     WHERE n.name = NEW.name AND n.kind = NEW.kind AND n.pool <> NEW.pool
       AND NOT EXISTS (SELECT 1 FROM postponed_pools p WHERE p.pool = n.pool);
END;

-- NOT NULL has no name that could be a sentence, and columns that are kept by triggers had no rule of their own.
-- Defaults are in place in these triggers.
CREATE TRIGGER mail_servers_rules BEFORE INSERT ON mail_servers
WHEN NEW.name IS NULL OR NEW.weight IS NULL OR NEW.state IS NULL OR NEW.health IS NULL OR NEW.reason IS NULL
     OR NEW.ttl IS NULL OR typeof(NEW.changed_at) <> 'integer' OR typeof(NEW.came_up_at) NOT IN ('integer', 'null')
     OR typeof(NEW.safe_at) NOT IN ('integer', 'null') BEGIN
  SELECT RAISE(ABORT,
    'mail_servers.name must be a host name in lower case without a trailing dot, such as mail1.example.com')
   WHERE NEW.name IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.weight must be a whole number from 0 to 65535') WHERE NEW.weight IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.state must be enabled, drain or disabled') WHERE NEW.state IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.health must be unknown, up or down') WHERE NEW.health IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.reason must be text') WHERE NEW.reason IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.ttl must be a whole number of seconds from 0 to 86400') WHERE NEW.ttl IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.changed_at must be a whole number of seconds since 1970')
   WHERE typeof(NEW.changed_at) <> 'integer';
  SELECT RAISE(ABORT, 'mail_servers.came_up_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.came_up_at) NOT IN ('integer', 'null');
  SELECT RAISE(ABORT, 'mail_servers.safe_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.safe_at) NOT IN ('integer', 'null');
END;
CREATE TRIGGER mail_servers_rules_again BEFORE UPDATE OF
  name, weight, state, health, reason, ttl, changed_at, came_up_at, safe_at ON mail_servers
WHEN NEW.name IS NULL OR NEW.weight IS NULL OR NEW.state IS NULL OR NEW.health IS NULL OR NEW.reason IS NULL
     OR NEW.ttl IS NULL OR typeof(NEW.changed_at) <> 'integer' OR typeof(NEW.came_up_at) NOT IN ('integer', 'null')
     OR typeof(NEW.safe_at) NOT IN ('integer', 'null') BEGIN
  SELECT RAISE(ABORT,
    'mail_servers.name must be a host name in lower case without a trailing dot, such as mail1.example.com')
   WHERE NEW.name IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.weight must be a whole number from 0 to 65535') WHERE NEW.weight IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.state must be enabled, drain or disabled') WHERE NEW.state IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.health must be unknown, up or down') WHERE NEW.health IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.reason must be text') WHERE NEW.reason IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.ttl must be a whole number of seconds from 0 to 86400') WHERE NEW.ttl IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.changed_at must be a whole number of seconds since 1970')
   WHERE typeof(NEW.changed_at) <> 'integer';
  SELECT RAISE(ABORT, 'mail_servers.came_up_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.came_up_at) NOT IN ('integer', 'null');
  SELECT RAISE(ABORT, 'mail_servers.safe_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.safe_at) NOT IN ('integer', 'null');
END;
CREATE TRIGGER mail_addresses_rules BEFORE INSERT ON mail_addresses
WHEN NEW.address IS NULL OR NEW.health IS NULL OR NEW.reason IS NULL OR NEW.probed IS NULL OR NEW.probed NOT IN (0, 1)
    OR typeof(NEW.changed_at) NOT IN ('integer', 'null') OR typeof(NEW.came_up_at) NOT IN ('integer', 'null') BEGIN
  SELECT RAISE(ABORT,
    'mail_addresses.address must be an IPv4 address such as 192.0.2.1, or an IPv6 address in lower case such as 2001:db8::1')
   WHERE NEW.address IS NULL;
  SELECT RAISE(ABORT, 'mail_addresses.health must be unknown, up or down') WHERE NEW.health IS NULL;
  SELECT RAISE(ABORT, 'mail_addresses.reason must be text') WHERE NEW.reason IS NULL;
  SELECT RAISE(ABORT, 'mail_addresses.probed must be 0 or 1') WHERE NEW.probed IS NULL OR NEW.probed NOT IN (0, 1);
  SELECT RAISE(ABORT, 'mail_addresses.changed_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.changed_at) NOT IN ('integer', 'null');
  SELECT RAISE(ABORT, 'mail_addresses.came_up_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.came_up_at) NOT IN ('integer', 'null');
END;
CREATE TRIGGER mail_addresses_rules_again BEFORE UPDATE OF
  address, health, reason, probed, changed_at, came_up_at ON mail_addresses
WHEN NEW.address IS NULL OR NEW.health IS NULL OR NEW.reason IS NULL OR NEW.probed IS NULL OR NEW.probed NOT IN (0, 1)
    OR typeof(NEW.changed_at) NOT IN ('integer', 'null') OR typeof(NEW.came_up_at) NOT IN ('integer', 'null') BEGIN
  SELECT RAISE(ABORT,
    'mail_addresses.address must be an IPv4 address such as 192.0.2.1, or an IPv6 address in lower case such as 2001:db8::1')
   WHERE NEW.address IS NULL;
  SELECT RAISE(ABORT, 'mail_addresses.health must be unknown, up or down') WHERE NEW.health IS NULL;
  SELECT RAISE(ABORT, 'mail_addresses.reason must be text') WHERE NEW.reason IS NULL;
  SELECT RAISE(ABORT, 'mail_addresses.probed must be 0 or 1') WHERE NEW.probed IS NULL OR NEW.probed NOT IN (0, 1);
  SELECT RAISE(ABORT, 'mail_addresses.changed_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.changed_at) NOT IN ('integer', 'null');
  SELECT RAISE(ABORT, 'mail_addresses.came_up_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.came_up_at) NOT IN ('integer', 'null');
END;
CREATE TRIGGER pools_rules BEFORE INSERT ON pools
WHEN NEW.name IS NULL OR NEW.ttl IS NULL OR NEW.mx_policy IS NULL OR NEW.address_policy IS NULL OR NEW.max_addresses
    IS NULL OR NEW.min_live IS NULL OR NEW.slow_start IS NULL BEGIN
  SELECT RAISE(ABORT, 'pools.name must be 1 to 63 characters from a to z, 0 to 9, - _ and .') WHERE NEW.name IS NULL;
  SELECT RAISE(ABORT, 'pools.ttl must be a whole number of seconds from 0 to 86400') WHERE NEW.ttl IS NULL;
  SELECT RAISE(ABORT, 'pools.mx_policy must be auto, equal or ranked') WHERE NEW.mx_policy IS NULL;
  SELECT RAISE(ABORT, 'pools.address_policy must be auto, all or subset') WHERE NEW.address_policy IS NULL;
  SELECT RAISE(ABORT, 'pools.max_addresses must be a whole number from 1 to 64') WHERE NEW.max_addresses IS NULL;
  SELECT RAISE(ABORT, 'pools.min_live must be a whole number from 1 to 65535') WHERE NEW.min_live IS NULL;
  SELECT RAISE(ABORT, 'pools.slow_start must be a whole number of seconds from 0 to 86400')
   WHERE NEW.slow_start IS NULL;
END;
CREATE TRIGGER pools_rules_again BEFORE UPDATE OF
  name, ttl, mx_policy, address_policy, max_addresses, min_live, slow_start ON pools
WHEN NEW.name IS NULL OR NEW.ttl IS NULL OR NEW.mx_policy IS NULL OR NEW.address_policy IS NULL OR NEW.max_addresses
    IS NULL OR NEW.min_live IS NULL OR NEW.slow_start IS NULL BEGIN
  SELECT RAISE(ABORT, 'pools.name must be 1 to 63 characters from a to z, 0 to 9, - _ and .') WHERE NEW.name IS NULL;
  SELECT RAISE(ABORT, 'pools.ttl must be a whole number of seconds from 0 to 86400') WHERE NEW.ttl IS NULL;
  SELECT RAISE(ABORT, 'pools.mx_policy must be auto, equal or ranked') WHERE NEW.mx_policy IS NULL;
  SELECT RAISE(ABORT, 'pools.address_policy must be auto, all or subset') WHERE NEW.address_policy IS NULL;
  SELECT RAISE(ABORT, 'pools.max_addresses must be a whole number from 1 to 64') WHERE NEW.max_addresses IS NULL;
  SELECT RAISE(ABORT, 'pools.min_live must be a whole number from 1 to 65535') WHERE NEW.min_live IS NULL;
  SELECT RAISE(ABORT, 'pools.slow_start must be a whole number of seconds from 0 to 86400')
   WHERE NEW.slow_start IS NULL;
END;
CREATE TRIGGER pool_members_rules BEFORE INSERT ON pool_members
WHEN NEW.preference IS NULL BEGIN
  SELECT RAISE(ABORT, 'pool_members.preference must be a whole number from 0 to 65535') WHERE NEW.preference IS NULL;
END;
CREATE TRIGGER pool_members_rules_again BEFORE UPDATE OF preference ON pool_members
WHEN NEW.preference IS NULL BEGIN
  SELECT RAISE(ABORT, 'pool_members.preference must be a whole number from 0 to 65535') WHERE NEW.preference IS NULL;
END;
CREATE TRIGGER pool_names_rules BEFORE INSERT ON pool_names
WHEN NEW.name IS NULL OR NEW.kind IS NULL BEGIN
  SELECT RAISE(ABORT,
    'pool_names.name must be a name in lower case without a trailing dot, such as example.com or *.example.com')
   WHERE NEW.name IS NULL;
  SELECT RAISE(ABORT, 'pool_names.kind must be MX or A (A stands for A and AAAA)') WHERE NEW.kind IS NULL;
END;
CREATE TRIGGER pool_names_rules_again BEFORE UPDATE OF name, kind ON pool_names
WHEN NEW.name IS NULL OR NEW.kind IS NULL BEGIN
  SELECT RAISE(ABORT,
    'pool_names.name must be a name in lower case without a trailing dot, such as example.com or *.example.com')
   WHERE NEW.name IS NULL;
  SELECT RAISE(ABORT, 'pool_names.kind must be MX or A (A stands for A and AAAA)') WHERE NEW.kind IS NULL;
END;
CREATE TRIGGER events_rules BEFORE INSERT ON events
WHEN typeof(NEW.at) <> 'integer' OR NEW.subject IS NULL OR NEW.field IS NULL OR NEW.reason IS NULL BEGIN
  SELECT RAISE(ABORT, 'events.at must be a whole number of seconds since 1970') WHERE typeof(NEW.at) <> 'integer';
  SELECT RAISE(ABORT, 'events.subject must not be empty (NULL)') WHERE NEW.subject IS NULL;
  SELECT RAISE(ABORT, 'events.field must not be empty (NULL)') WHERE NEW.field IS NULL;
  SELECT RAISE(ABORT, 'events.reason must be text') WHERE NEW.reason IS NULL;
END;
CREATE TRIGGER events_rules_again BEFORE UPDATE OF at, subject, field, reason ON events
WHEN typeof(NEW.at) <> 'integer' OR NEW.subject IS NULL OR NEW.field IS NULL OR NEW.reason IS NULL BEGIN
  SELECT RAISE(ABORT, 'events.at must be a whole number of seconds since 1970') WHERE typeof(NEW.at) <> 'integer';
  SELECT RAISE(ABORT, 'events.subject must not be empty (NULL)') WHERE NEW.subject IS NULL;
  SELECT RAISE(ABORT, 'events.field must not be empty (NULL)') WHERE NEW.field IS NULL;
  SELECT RAISE(ABORT, 'events.reason must be text') WHERE NEW.reason IS NULL;
END;

-- Who is here already.
INSERT INTO server_edits SELECT name, now FROM clock, mail_servers;
INSERT INTO pool_edits SELECT name, now FROM clock, pools;
INSERT INTO drained_servers SELECT name, now FROM clock, mail_servers;
