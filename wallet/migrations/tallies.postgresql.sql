CREATE FUNCTION wallet_tally_inserted() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  INSERT INTO wallet_transfertally (store_id, kind, state, change)
  SELECT store_id, kind, state, COUNT(*) FROM written GROUP BY store_id, kind, state;
  RETURN NULL;
END $$;
--;
CREATE TRIGGER wallet_tally_inserted AFTER INSERT ON wallet_pointstransfer
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION wallet_tally_inserted();
--;
CREATE FUNCTION wallet_tally_removed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  INSERT INTO wallet_transfertally (store_id, kind, state, change)
  SELECT store_id, kind, state, -COUNT(*) FROM gone GROUP BY store_id, kind, state;
  RETURN NULL;
END $$;
--;
CREATE TRIGGER wallet_tally_removed AFTER DELETE ON wallet_pointstransfer
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION wallet_tally_removed();
--;
CREATE FUNCTION wallet_tally_emptied() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  DELETE FROM wallet_transfertally;
  RETURN NULL;
END $$;
--;
CREATE TRIGGER wallet_tally_emptied AFTER TRUNCATE ON wallet_pointstransfer
FOR EACH STATEMENT EXECUTE FUNCTION wallet_tally_emptied();
--;
CREATE FUNCTION wallet_tally_moved() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  INSERT INTO wallet_transfertally (store_id, kind, state, change)
  VALUES (OLD.store_id, OLD.kind, OLD.state, -1), (NEW.store_id, NEW.kind, NEW.state, 1);
  RETURN NULL;
END $$;
--;
-- By row, because what a trigger by statement needs would be gathered for every batch of every spend. Whoever changes
-- very many in one statement says so in this setting, and writes the lines itself (`wallet.ledger.mass_settling`).
CREATE TRIGGER wallet_tally_moved AFTER UPDATE OF state, kind, store_id ON wallet_pointstransfer
FOR EACH ROW WHEN (
  (OLD.state <> NEW.state OR OLD.kind <> NEW.kind OR OLD.store_id <> NEW.store_id)
  AND current_setting('loyalty.tallies_itself', true) IS DISTINCT FROM 'yes'
) EXECUTE FUNCTION wallet_tally_moved();
--;
INSERT INTO wallet_transfertally (store_id, kind, state, change)
SELECT store_id, kind, state, COUNT(*) FROM wallet_pointstransfer GROUP BY store_id, kind, state;
