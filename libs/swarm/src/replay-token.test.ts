import { expect, test } from 'vitest'
import type { DrawOptions } from './draw-plan.ts'
import { readReplayToken, replayToken } from './replay-token.ts'

test.each<[DrawOptions, string]>([
  [{ system: 'fixed' }, 'swarm-1:17:system=fixed'],
  [
    { system: 'deis-2018', strategies: ['poll', 'key-check'], commitCheck: 'full', replicas: 3 },
    'swarm-1:17:system=deis-2018,strategies=poll+key-check,commitCheck=full,replicas=3',
  ],
  [
    { system: 'fixed', require: 'linearizable', replicas: undefined },
    'swarm-1:17:system=fixed,require=linearizable',
  ],
])('a token says everything that a plan is drawn from: %j', (options, token) => {
  expect(replayToken({ seed: 17, options })).toBe(token)
  const read = readReplayToken(token)
  expect(read.ok && read.value).toEqual({ seed: 17, options: JSON.parse(JSON.stringify(options)) })
})

test.each([
  ['plan', 'no token'],
  ['', 'no token'],
  ['swarm-1:17', 'no token'],
  ['swarm-1:17:system=fixed;rm -rf', 'no token'],
  ['swarm-2:17:system=fixed', 'version 2'],
  ['swarm-1:4294967296:system=fixed', '/seed'],
  ['swarm-1:17:system=deis', '/options/system'],
  ['swarm-1:17:system=fixed,strategies=pol', '/options/strategies/0'],
  ['swarm-1:17:system=fixed,replicas=many', '/options/replicas'],
  ['swarm-1:17:system=fixed,speed=9', '/options'],
  ['swarm-1:17:', '/options'],
])('what no plan can be drawn from is refused, and the place is named: %s', (token, place) => {
  const read = readReplayToken(token)
  expect(read.ok ? '' : read.problem).toContain(place)
})
