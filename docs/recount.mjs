// Counts stale accepts from a history alone: node docs/recount.mjs <run>/history.ndjson.gz
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const text = gunzipSync(readFileSync(process.argv[2])).toString().trim()
const rows = text.split('\n').map((line) => JSON.parse(line))

// What a right rests on, and when it ended: it may stand again as soon as somebody begins to give it back.
const ends = new Map()
const grounds = ({ app, generation, user, key }) => [
  `app ${app} ${generation}`,
  `permission ${user} ${app}`,
  `key ${user} ${key}`,
]
const about = { deleteApp: 0, revokeGrant: 1, grant: 1, removeKey: 2, addKey: 2 }

const missed = new Map()
const stale = {}
for (const row of rows) {
  const { t, f, type, op, arm } = row
  const ground = grounds(row)[about[f]]
  if (['deleteApp', 'revokeGrant', 'removeKey'].includes(f) && type === 'ok') ends.set(ground, t)
  if (['grant', 'addKey'].includes(f) && type === 'invoke') ends.delete(ground)
  if (f === 'push' && type === 'invoke') {
    const ended = grounds(row).filter((one) => ends.get(one) < t)
    missed.set(
      op,
      ended.map((one) => [one, ends.get(one)]),
    )
  }
  if (f === 'push' && type === 'ok') {
    const isStale = missed.get(op).some(([one, at]) => ends.get(one) === at)
    stale[arm] = (stale[arm] ?? 0) + (isStale ? 1 : 0)
  }
}
console.log(JSON.stringify(stale))
