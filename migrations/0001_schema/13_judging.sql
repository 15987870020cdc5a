-- After an edit the standing of a server, the counts of its pools and what follows from them are derived anew.

-- A pool is counted anew, and judged: at once, or at the end of a transaction that has put a row into postponements,
-- and then deletes it. Those that begin or cease to be published are judged within a second, by the service: the shell
-- compiles triggers again for every statement, and there may be a million of these names.
CREATE TABLE postponements (id INTEGER PRIMARY KEY);
-- Triggers that write to it say WHERE NOT EXISTS: of INSERT OR IGNORE in a trigger the statement around it would make
-- OR FAIL, where that says so.
CREATE TABLE postponed_pools (pool TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
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

CREATE TRIGGER postponements_over AFTER DELETE ON postponements BEGIN
  INSERT INTO pool_edits SELECT pool, at FROM postponed_pools;
  DELETE FROM postponed_pools;
END;

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
