import { expect, test } from 'vitest'
import { deletionRace } from '../../deletion-race.ts'
import { planOf } from '../../testing/plan-of.ts'
import { runScenario } from '../run-scenario.ts'

test.each([1, 3, 4, 8])(
  'with %d builders, every timed push finds its builder warm: it has seen its app before',
  async (replicas) => {
    const latency = {
      ...deletionRace.defaults.latency,
      pairs: 2,
      pushesPerBlock: 40,
      warmUpPushes: 8,
    }
    const arms = [{ strategy: 'ttl-cache', knobs: { ttlMs: 600_000 } }]
    const size = { users: 4, keysPerUser: 1, apps: 10, races: 1 }
    const { run, samples } = await runScenario(
      deletionRace,
      planOf(deletionRace, { arms, replicas, latency, ...size }),
      {
        progress: () => {},
        signal: new AbortController().signal,
        folder: 'unused',
        keepRepositories: false,
      },
    )
    expect(samples.filter(({ block }) => block !== null && block > 0)).toHaveLength(80)
    expect(run.arms[0]?.controller.authorizationRequestsPerWarmPush).toBe(0)
  },
)
