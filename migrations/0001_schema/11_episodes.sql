-- What published pools are answered by, to tell when that changes: each change is an event.

CREATE TABLE pool_answers (
  pool      TEXT NOT NULL,
  kind      TEXT NOT NULL,                          -- MX, A or AAAA
  answered  TEXT NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (pool, kind)
) WITHOUT ROWID;

CREATE VIEW answer_words (pool, kind, reason) AS
  SELECT pool, kind, live || ' of ' || serving || CASE serving_state WHEN 'enabled' THEN ' enabled' ELSE ' draining' END
         || ' members are live' || CASE WHEN needed > 1 THEN ', ' || needed || ' are wanted' ELSE '' END
         || CASE WHEN helping > 0 THEN ', and ' || helping || ' draining '
                   || CASE helping WHEN 1 THEN 'one is' ELSE 'ones are' END || ' up' ELSE '' END
    FROM pool_decisions;

-- When thousands of pools change at once, that must not push everything else out of the events: twenty have an event of
-- their own, and one event counts the others.
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
