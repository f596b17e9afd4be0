/** `public` is algorithm and base64. The fingerprint is the blob's, so one blob has one owner. */
export const keys = `
  CREATE TABLE keys (
    fingerprint text COLLATE "C" PRIMARY KEY,
    owner text COLLATE "C" NOT NULL REFERENCES users,
    name text COLLATE "C" NOT NULL,
    public text COLLATE "C" NOT NULL,
    CONSTRAINT keys_name UNIQUE (owner, name)
  );
  CREATE INDEX keys_md5 ON keys (md5(decode(split_part(public, ' ', 2), 'base64')));
`
