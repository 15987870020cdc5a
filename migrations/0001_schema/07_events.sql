-- Events: what changed, when and why, for a bounded time. Changes of addresses and of who is answered are noted where
-- they are judged.

CREATE TABLE events (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  at       INTEGER NOT NULL DEFAULT (CAST(strftime('%s','now') AS INTEGER)),
  subject  TEXT NOT NULL,                            -- a mail server, "server address", or "pool/server"
  field    TEXT NOT NULL,
  before   TEXT,
  after    TEXT,
  reason   TEXT NOT NULL DEFAULT ''
);
CREATE TRIGGER events_bounded AFTER INSERT ON events WHEN NEW.id % 1000 = 0
BEGIN DELETE FROM events WHERE id <= NEW.id - 100000; END;

CREATE TRIGGER mail_servers_changed AFTER UPDATE OF weight, state, health ON mail_servers
WHEN OLD.weight IS NOT NEW.weight OR OLD.state IS NOT NEW.state OR OLD.health IS NOT NEW.health BEGIN
  UPDATE mail_servers SET changed_at = (SELECT now FROM clock) WHERE name = NEW.name;
  INSERT INTO events (subject, field, before, after, reason)
    SELECT NEW.name, 'weight', OLD.weight, NEW.weight, '' WHERE OLD.weight IS NOT NEW.weight UNION ALL
    SELECT NEW.name, 'state', OLD.state, NEW.state, NEW.reason WHERE OLD.state IS NOT NEW.state UNION ALL
    SELECT NEW.name, 'health', OLD.health, NEW.health, NEW.reason WHERE OLD.health IS NOT NEW.health;
END;
CREATE TRIGGER mail_servers_added AFTER INSERT ON mail_servers BEGIN
  INSERT INTO events (subject, field, after)
    VALUES (NEW.name, 'added', 'weight ' || NEW.weight || ', ' || NEW.state);
END;
CREATE TRIGGER mail_servers_removed AFTER DELETE ON mail_servers BEGIN
  INSERT INTO events (subject, field, before)
    VALUES (OLD.name, 'removed', 'weight ' || OLD.weight || ', ' || OLD.state);
END;
CREATE TRIGGER pool_members_changed AFTER UPDATE OF weight ON pool_members WHEN OLD.weight IS NOT NEW.weight BEGIN
  INSERT INTO events (subject, field, before, after)
    VALUES (NEW.pool || '/' || NEW.server, 'weight', OLD.weight, NEW.weight);
END;
