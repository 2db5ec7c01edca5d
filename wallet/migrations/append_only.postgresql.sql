CREATE FUNCTION wallet_refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'ledger entries are append-only' USING ERRCODE = 'restrict_violation'; END $$;
--;
CREATE TRIGGER wallet_ledgerentry_append_only BEFORE UPDATE OR DELETE ON wallet_ledgerentry
FOR EACH ROW EXECUTE FUNCTION wallet_refuse_ledger_change();
