CREATE TRIGGER wallet_ledgerentry_no_update BEFORE UPDATE ON wallet_ledgerentry
BEGIN SELECT RAISE(ABORT, 'ledger entries are append-only'); END;
--;
CREATE TRIGGER wallet_ledgerentry_no_delete BEFORE DELETE ON wallet_ledgerentry
BEGIN SELECT RAISE(ABORT, 'ledger entries are append-only'); END;
