import { mkdir, writeFile } from 'node:fs/promises'
import { schemaDocument, schemas } from './schema.ts'

/** `npm run schemas`: rewrites docs/schema from the contracts. */
const folder = new URL('../../../docs/schema/', import.meta.url)
await mkdir(folder, { recursive: true })
for (const name of Object.keys(schemas) as (keyof typeof schemas)[]) {
  const document = JSON.stringify(schemaDocument(name), null, 2)
  await writeFile(new URL(`${name}.schema.json`, folder), `${document}\n`)
}
