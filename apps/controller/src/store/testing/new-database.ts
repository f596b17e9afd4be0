import pg from 'pg'

/** Makes an empty database on the server of `url`, and answers its URL. */
export async function newDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
  return url.replace(/\/[^/?]*(?=\?|$)/, `/${name}`)
}
