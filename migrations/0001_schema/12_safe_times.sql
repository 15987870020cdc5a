-- When a server that was taken out is safe to stop: when no answer has it, and resolvers have forgotten those that had.

-- The draining members that are answered.
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

CREATE VIEW kept_edits (server, until) AS SELECT server, until FROM kept_servers;
CREATE TRIGGER kept_edits_noted INSTEAD OF INSERT ON kept_edits WHEN NEW.until > (SELECT now FROM clock) BEGIN
  DELETE FROM kept_servers WHERE until <= (SELECT now FROM clock);
  UPDATE kept_servers SET until = max(until, NEW.until) WHERE server = NEW.server;
  INSERT INTO kept_servers
    SELECT NEW.server, NEW.until WHERE NOT EXISTS (SELECT 1 FROM kept_servers WHERE server = NEW.server);
END;
CREATE TRIGGER kept_answers_noted INSTEAD OF INSERT ON kept_answers
WHEN NOT EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server AND state <> 'enabled' AND safe_at IS NOT NULL)
BEGIN INSERT INTO kept_edits VALUES (NEW.server, NEW.until); END;
CREATE TRIGGER mail_servers_kept AFTER UPDATE OF safe_at ON mail_servers WHEN NEW.safe_at > coalesce(OLD.safe_at, 0)
BEGIN INSERT INTO kept_edits VALUES (NEW.name, NEW.safe_at); END;

CREATE VIEW drained_servers (server, at) AS SELECT name, 0 FROM mail_servers;
CREATE TRIGGER drained_servers_forgotten INSTEAD OF INSERT ON drained_servers
WHEN EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server AND state <> 'enabled' AND safe_at IS NULL)
 AND NOT EXISTS (SELECT 1 FROM draining_answers WHERE server = NEW.server) BEGIN
  UPDATE mail_servers SET safe_at = (SELECT at FROM safe_times WHERE server = NEW.server) WHERE name = NEW.server;
  INSERT INTO events (at, subject, field, after, reason)
    SELECT NEW.at, server, 'safe to stop', at, 'it is no longer answered' FROM safe_words WHERE server = NEW.server;
END;

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
