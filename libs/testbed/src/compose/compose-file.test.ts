import { describe, expect, test } from 'vitest'
import { armsOf } from '../arms.ts'
import { smallPlan } from '../testing/small-plan.ts'
import { composeFile, serviceOf } from './compose-file.ts'
import { foldersUnder } from './folders.ts'

const small = smallPlan()
const plan = smallPlan({
  target: 'compose',
  arms: [
    { strategy: 'poll', knobs: { intervalMs: 250 } },
    { strategy: 'poll', knobs: { intervalMs: 500 } },
  ],
  replicas: 2,
  latency: { ...small.latency, pairs: 1 },
  commitCheck: 'app',
})

describe('the file that Compose reads on top of ours', () => {
  const arms = armsOf(plan)
  const options = {
    folders: foldersUnder({ temporary: '/t', kept: '/kept$1' }),
    user: { uid: 1000, gid: 1001 },
    tokens: new Map(arms.map(({ name }) => [name, `secret of ${name}`])),
    lookupToken: 'another',
  }
  const { services } = composeFile(plan, arms, options)

  test('has a builder for each replica of each arm, the control included', () => {
    expect(arms.map(({ name }) => name)).toEqual(['poll', 'poll#2', 'poll.control'])
    expect(Object.keys(services)).toEqual([
      'postgres',
      'controller',
      'poll-builder-1',
      'poll-builder-2',
      'poll-2-builder-1',
      'poll-2-builder-2',
      'poll-control-builder-1',
      'poll-control-builder-2',
    ])
  })

  test('tells the controller the token of each arm', () => {
    expect(services.controller).toMatchObject({
      environment: {
        KEYRACE_BUILDER_TOKENS:
          'poll=secret of poll,poll#2=secret of poll#2,poll.control=secret of poll.control,lookups=another',
      },
    })
  })

  test('gives an arm its strategy, its knobs, its token and folders that no other arm has', () => {
    expect(services['poll-2-builder-1']).toMatchObject({
      user: '1000:1001',
      command: expect.arrayContaining([
        '--replica=builder-1',
        '--strategy=poll',
        '--set=intervalMs=500',
        '--commit-check=app',
        '--evidence=/evidence/builder-1.ndjson',
      ]),
      environment: { KEYRACE_BUILDER_TOKEN: 'secret of poll#2' },
      volumes: expect.arrayContaining([
        { type: 'bind', source: '/kept$$1/repositories/poll#2', target: '/repositories' },
        { type: 'bind', source: '/t/evidence/poll#2', target: '/evidence' },
      ]),
    })
  })

  test('has a reaper for each arm where the plan has one', () => {
    const reaper = { source: 'app', intervalMs: 50, graceMs: 0, budget: 7 } as const
    const all = composeFile({ ...plan, reaper }, arms, options).services
    expect(Object.keys(all).filter((name) => !(name in services))).toEqual([
      'poll-reaper-1',
      'poll-2-reaper-1',
      'poll-control-reaper-1',
    ])
    expect(all['poll-2-reaper-1']).toMatchObject({
      command: expect.arrayContaining(['--source=app', '--interval=50ms', '--budget=7']),
      environment: { KEYRACE_BUILDER_TOKEN: 'secret of poll#2' },
    })
  })

  test('publishes nothing', () => {
    expect(Object.values(services).filter((service) => 'ports' in service)).toEqual([])
  })
})

test('a service is named with letters that Compose allows', () => {
  expect(serviceOf({ name: 'poll#2' }, 'builder-1')).toBe('poll-2-builder-1')
})
