-- What is derived from a zone's names (their DNSSEC order, empty non-terminals) is kept in memory, and holds as long as zone_changes.contents
-- is the same: a random number, another one after each change of the zone's records, published names and mail servers, whoever makes it. So it
-- says the same of a copy that was restored, and of a zone that was deleted and came back. It says nothing before the zone's changes are counted.
ALTER TABLE zone_changes ADD COLUMN contents INTEGER NOT NULL DEFAULT 0;
UPDATE zone_changes SET contents = random();
CREATE TRIGGER zone_contents_changed AFTER UPDATE OF domain_id, serial, counting ON zone_changes
BEGIN UPDATE zone_changes SET contents = random() WHERE domain_id = NEW.domain_id; END;
