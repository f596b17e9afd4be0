/** How long builders may at most go by what a controller told them that is gone meanwhile. */
export const terms = `
  CREATE TABLE granted_terms (
    kind text PRIMARY KEY CHECK (kind IN ('lease', 'registration')),
    longest_ms double precision NOT NULL
  );
`
