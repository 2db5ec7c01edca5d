-- What PostgreSQL must at least keep for one safe spend: a wallet, its batches, the movement, its draws, an event.
-- No framework, no Python: the floor that tests/benchmarks/floor.py divides every figure by.
DROP SCHEMA IF EXISTS floor CASCADE;
CREATE SCHEMA floor;
SET search_path = floor;

CREATE TABLE wallet (
    id bigint PRIMARY KEY,
    available bigint NOT NULL CHECK (available >= 0)
);
CREATE TABLE batch (
    id bigserial PRIMARY KEY,
    wallet_id bigint NOT NULL REFERENCES wallet,
    value bigint NOT NULL,
    remaining bigint NOT NULL CHECK (remaining BETWEEN 0 AND value),
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON batch (wallet_id, expires_at, id) WHERE remaining > 0;
CREATE TABLE transfer (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    wallet_id bigint NOT NULL REFERENCES wallet,
    value bigint NOT NULL,
    balance_after bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON transfer (wallet_id, created_at);
CREATE TABLE draw (
    id bigserial PRIMARY KEY,
    transfer_id uuid NOT NULL REFERENCES transfer,
    batch_id bigint NOT NULL REFERENCES batch,
    value bigint NOT NULL
);
CREATE TABLE event (
    id bigserial PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz
);
CREATE INDEX ON event (id) WHERE sent_at IS NULL;

INSERT INTO wallet SELECT number, 100000000 FROM generate_series(1, 100000) AS number;
INSERT INTO batch (wallet_id, value, remaining, expires_at)
SELECT owner, 20000000, 20000000, now() + (month || ' months')::interval
FROM generate_series(1, 100000) AS owner, generate_series(1, 5) AS month;
ANALYZE;
