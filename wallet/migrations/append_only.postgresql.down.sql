DROP TRIGGER wallet_ledgerentry_append_only ON wallet_ledgerentry;
--;
DROP FUNCTION wallet_refuse_ledger_change();
