/** Names sort by their bytes, here as in the code. Imported users have no password. */
export const users = `
  CREATE TABLE users (
    username text COLLATE "C" PRIMARY KEY,
    password_hash text,
    is_administrator boolean NOT NULL
  );
  CREATE INDEX users_administrators ON users (username) WHERE is_administrator;

  CREATE TABLE tokens (
    hash text COLLATE "C" PRIMARY KEY,
    username text COLLATE "C" NOT NULL REFERENCES users
  );
  CREATE INDEX tokens_username ON tokens (username);
`
