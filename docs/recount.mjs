// Counts stale accepts from a history alone: node docs/recount.mjs <run>/history.ndjson.gz
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const text = gunzipSync(readFileSync(process.argv[2])).toString().trim()
const rows = text.split('\n').map((line) => JSON.parse(line))
const deletedAt = new Map()
const stale = {}
for (const { t, f, type, app, generation, op, arm } of rows) {
  if (f === 'deleteApp' && type === 'ok') deletedAt.set(`${app} ${generation}`, t)
  if (f === 'push' && type === 'invoke') deletedAt.set(op, deletedAt.get(`${app} ${generation}`))
  if (f === 'push' && type === 'ok')
    stale[arm] = (stale[arm] ?? 0) + (deletedAt.get(op) < t ? 1 : 0)
}
console.log(JSON.stringify(stale))
