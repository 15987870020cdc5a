-- Who of a pool is answered, by one rule for MX and for each family of addresses: the members that serve are the
-- enabled ones that the kind concerns, where none is enabled the draining ones. Those that live are answered, if they
-- are as many as wanted; else with them the draining members that are `up`; and where both together are too few,
-- health is not believed, and all that serve are answered. backend/answer/eligibility.h is the rule in C++.

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
