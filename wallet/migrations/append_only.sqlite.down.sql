DROP TRIGGER wallet_ledgerentry_no_update;
--;
DROP TRIGGER wallet_ledgerentry_no_delete;
