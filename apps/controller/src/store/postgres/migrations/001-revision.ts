/** `revision` is the row that puts commits in order; `installation` names the history it counts. */
export const revision = `
  CREATE TABLE installation (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    epoch text NOT NULL,
    administration_claimed boolean NOT NULL DEFAULT false
  );

  -- Every mutation updates this row: room on its page keeps the updates in place.
  CREATE TABLE revision (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    value bigint NOT NULL
  ) WITH (fillfactor = 10);
  INSERT INTO revision (value) VALUES (0);

  CREATE TABLE audit_log (
    revision bigint PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind text NOT NULL,
    actor text,
    subject json NOT NULL
  );
`
