/** One row a name, for good: a deleted app has no owner, and the next one counts its generation on. */
export const apps = `
  CREATE TABLE apps (
    name text COLLATE "C" PRIMARY KEY,
    generation integer NOT NULL,
    owner text COLLATE "C" REFERENCES users
  );
  CREATE INDEX apps_owner ON apps (owner);

  CREATE TABLE grants (
    app text COLLATE "C" REFERENCES apps,
    username text COLLATE "C" REFERENCES users,
    PRIMARY KEY (app, username)
  );
  CREATE INDEX grants_username ON grants (username);
`
