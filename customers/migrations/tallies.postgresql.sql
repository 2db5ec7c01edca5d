CREATE FUNCTION customers_tally_inserted() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  INSERT INTO customers_customertally (store_id, level_id, change)
  SELECT store_id, level_id, COUNT(*) FROM written WHERE status <> 'deleted' GROUP BY store_id, level_id;
  RETURN NULL;
END $$;
--;
CREATE TRIGGER customers_tally_inserted AFTER INSERT ON customers_customer
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION customers_tally_inserted();
--;
CREATE FUNCTION customers_tally_removed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  INSERT INTO customers_customertally (store_id, level_id, change)
  SELECT store_id, level_id, -COUNT(*) FROM gone WHERE status <> 'deleted' GROUP BY store_id, level_id;
  RETURN NULL;
END $$;
--;
CREATE TRIGGER customers_tally_removed AFTER DELETE ON customers_customer
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION customers_tally_removed();
--;
CREATE FUNCTION customers_tally_moved() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  IF OLD.status <> 'deleted' THEN
    INSERT INTO customers_customertally (store_id, level_id, change) VALUES (OLD.store_id, OLD.level_id, -1);
  END IF;
  IF NEW.status <> 'deleted' THEN
    INSERT INTO customers_customertally (store_id, level_id, change) VALUES (NEW.store_id, NEW.level_id, 1);
  END IF;
  RETURN NULL;
END $$;
--;
CREATE TRIGGER customers_tally_moved AFTER UPDATE OF status, level_id, store_id ON customers_customer
FOR EACH ROW WHEN (
  (OLD.status = 'deleted') <> (NEW.status = 'deleted')
  OR OLD.level_id IS DISTINCT FROM NEW.level_id
  OR OLD.store_id <> NEW.store_id
) EXECUTE FUNCTION customers_tally_moved();
--;
INSERT INTO customers_customertally (store_id, level_id, change)
SELECT store_id, level_id, COUNT(*) FROM customers_customer WHERE status <> 'deleted' GROUP BY store_id, level_id;
