-- For people: who would be answered now, and why not the others. The service answers from the tables, not from here; a
-- test holds both to the same rules.

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
