-- Probes within TLS (smtps), and since when an address is not probed because this machine cannot reach it.

-- SQLite cannot change a rule: a column with the new one takes the place of the old. No trigger sees it.
ALTER TABLE mail_servers ADD COLUMN probe_kind TEXT
  CONSTRAINT "mail_servers.probe must be smtp, smtps, tcp, none or empty (NULL: the default of mxbalance serve)" CHECK (probe_kind IS NULL OR probe_kind IN ('smtp','smtps','tcp','none'));
UPDATE mail_servers SET probe_kind = probe WHERE probe IN ('smtp','tcp','none');
ALTER TABLE mail_servers DROP COLUMN probe;
ALTER TABLE mail_servers RENAME COLUMN probe_kind TO probe;

ALTER TABLE mail_addresses ADD COLUMN unprobed_since INTEGER      -- seconds since 1970: no probe of it could be made since; its health is as it was
  CONSTRAINT "mail_addresses.unprobed_since must be empty (NULL) or a whole number of seconds since 1970" CHECK (unprobed_since IS NULL OR typeof(unprobed_since) = 'integer');
