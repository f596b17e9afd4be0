/**
 * Releases outlive their app and their user; `revision` is when they were made. Versions are counted apart
 * from the app's row, which is locked.
 */
export const releases = `
  CREATE TABLE releases (
    push_id text COLLATE "C" PRIMARY KEY,
    app text COLLATE "C" NOT NULL,
    generation integer NOT NULL,
    version integer NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'live', 'abandoned')),
    username text COLLATE "C" NOT NULL,
    arm text COLLATE "C" NOT NULL,
    builder text COLLATE "C" NOT NULL,
    refs json NOT NULL,
    revision bigint NOT NULL,
    UNIQUE (app, generation, version)
  );
  CREATE INDEX releases_pending ON releases (arm, builder) WHERE state = 'pending';

  CREATE TABLE release_versions (
    app text COLLATE "C",
    generation integer,
    last integer NOT NULL,
    PRIMARY KEY (app, generation)
  );
`
