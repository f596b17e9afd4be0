import type { ArmResult, Run } from '@keyrace/contracts'
import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import type { RunRecord } from '../record.ts'
import { exampleRecord, exampleRun, fingerprintArm, pollArm } from '../testing/example-run.ts'
import { annotations } from './github-annotations.ts'
import { formats } from './index.ts'

const recordOf = (changes: Partial<Run>): RunRecord => ({
  ...exampleRecord(),
  run: exampleRun(changes),
})

function written(name: keyof typeof formats, changes: Partial<Run> = {}) {
  return JSON.parse(formats[name].write(recordOf(changes)))
}

const broken: ArmResult = {
  ...pollArm(),
  correctness: {
    ...pollArm().correctness,
    violations: { 'stale-accept': 3, 'late-commit': 0 },
    verdict: 'broken',
  },
}
const thresholds = [
  { expression: 'poll:p(95)<45', ok: false, actual: 49.4, limit: 45 },
  { expression: 'poll:staleAccepts<500', ok: true, actual: 384, limit: 500 },
  { expression: 'fingerprint:p(50)<100', ok: true, actual: 38.1, limit: 100 },
]

test.each(Object.keys(formats) as (keyof typeof formats)[])(
  '%s can be written of every record',
  (name) => {
    const nothing = {
      ...recordOf({ arms: [], comparisons: [], thresholds: [] }),
      samples: [],
      history: [],
    }
    for (const record of [exampleRecord(), nothing]) {
      expect(typeof formats[name].write(record)).toBe('string')
    }
  },
)

function junitCases(changes: Partial<Run>) {
  const { document } = parseHTML(
    formats.junit.write(recordOf(changes)).replace(/<(\w+)([^>]*)\/>/g, '<$1$2></$1>'),
  )
  return [...document.querySelectorAll('testcase')].map((one) => {
    const child = one.children[0]
    const name = `${one.getAttribute('classname')} ${one.getAttribute('name')}`
    return [name, child?.tagName.toLowerCase() ?? 'passed', child?.getAttribute('message') ?? '']
  })
}

test.each<[string, Partial<Run>, string, string, string]>([
  ['a kept claim passes', {}, 'deletion-race.poll keeps its claim', 'passed', ''],
  [
    'a broken claim fails',
    { arms: [broken] },
    'deletion-race.poll keeps its claim',
    'failure',
    'beside',
  ],
  [
    'a broken invariant fails with its story',
    { arms: [broken] },
    'deletion-race.poll stale-accept',
    'failure',
    '3 × stale-accept: app quiet-otter',
  ],
  [
    'an invariant beside it passes',
    { arms: [broken] },
    'deletion-race.poll late-commit',
    'passed',
    '',
  ],
  [
    'a vacuous arm is an error',
    {
      arms: [
        {
          ...pollArm(),
          races: { planned: 200, held: 3, perReplica: [], byMutation: [] },
          correctness: { ...pollArm().correctness, verdict: 'vacuous' },
        },
      ],
    },
    'deletion-race.poll keeps its claim',
    'error',
    '3 of 200 races were held',
  ],
  [
    'a skipped arm is skipped, with the reason',
    { arms: [{ ...pollArm(), skipped: { reason: 'no etcd here' } }] },
    'deletion-race.poll stale-accept',
    'skipped',
    'no etcd here',
  ],
  [
    'a threshold that holds passes',
    { thresholds },
    'deletion-race.thresholds poll:staleAccepts<500',
    'passed',
    '',
  ],
  [
    'a broken threshold fails',
    { thresholds },
    'deletion-race.thresholds poll:p(95)<45',
    'failure',
    'it was 49.4',
  ],
  [
    'an invalid run is an error',
    { verdict: 'invalid', reasons: ['too few races'] },
    'deletion-race.run is valid',
    'error',
    'too few races',
  ],
  [
    'an equivalent pair passes',
    {},
    'deletion-race.comparisons poll against fingerprint, response.p50 @ 0.3 ms',
    'passed',
    '',
  ],
  [
    'an unproven pair is skipped',
    {
      comparisons: exampleRun().comparisons.map((one) => ({
        ...one,
        verdict: 'unproven' as const,
        reasons: ['the twin moved'],
      })),
    },
    'deletion-race.comparisons poll against fingerprint, response.p50 @ 10 ms',
    'skipped',
    'unproven: the twin moved',
  ],
  [
    'an undecided pair is skipped',
    {
      comparisons: exampleRun().comparisons.map((one) => ({
        ...one,
        verdict: 'inconclusive' as const,
        morePairs: 9,
      })),
    },
    'deletion-race.comparisons poll against fingerprint, response.p50 @ 10 ms',
    'skipped',
    'needs about 9 more pairs',
  ],
])('junit: %s', (_, changes, name, outcome, message) => {
  expect(junitCases(changes)).toContainEqual([name, outcome, expect.stringContaining(message)])
})

test('junit counts what it holds, and repeats seed and replay', () => {
  const xml = formats.junit.write(recordOf({ arms: [fingerprintArm(), broken], thresholds }))
  const cases = xml.match(/<testcase/g)?.length
  expect(xml).toContain(`tests="${cases}" failures="3" errors="0" skipped="0"`)
  expect(xml).toContain('<property name="seed" value="7"/>')
  expect(xml.match(/npx keyrace run deletion-race/g)).toHaveLength(2)
})

test('junit keeps no character that XML cannot hold, and lets nothing become markup', () => {
  const reasons = ['a\u0000\u001b[31m\uFFFE\uD800 <b> & "c"']
  const xml = formats.junit.write(recordOf({ verdict: 'invalid', reasons }))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\uFFFE\uFFFF]|<b>/)
  expect(xml.isWellFormed()).toBe(true)
})

test('github-benchmark has names that stay, intervals, and only what is better when smaller', () => {
  const benchmarks: { name: string; unit: string; value: number; range?: string; extra: string }[] =
    written('github-benchmark')
  expect(benchmarks).toContainEqual({
    name: 'deletion-race / poll / response p50 @ 10 ms',
    unit: 'ms',
    value: 46.3,
    range: expect.stringMatching(/^\[4\d\.\d+, 4\d\.\d+\]$/),
    extra: 'n = 150\nbetter, ×0.76 of fingerprint',
  })
  expect(benchmarks).toContainEqual(
    expect.objectContaining({ name: 'deletion-race / poll / stale accepts', value: 384 }),
  )
  expect(new Set(benchmarks.map(({ name }) => name)).size).toBe(benchmarks.length)
  expect(benchmarks.map(({ name }) => name).join()).not.toMatch(/rate|accepted|throughput/)
})

test('a quantile of too few pushes is left out rather than told', () => {
  const names = written('github-benchmark').map(({ name }: { name: string }) => name)
  expect(names.join()).toContain('response p95')
  expect(names.join()).not.toContain('response p99')
  expect(Object.keys(written('bmf')['deletion-race / poll @ 0.3 ms'])).toEqual([
    'latency',
    'latency-p95',
  ])
})

test('bmf has latency in nanoseconds within its bounds, and stale accepts as a measure', () => {
  const metrics = written('bmf')
  const { value, lower_value, upper_value } =
    metrics['deletion-race / fingerprint @ 0.3 ms'].latency
  expect(value).toBe(38_100_000)
  expect(lower_value).toBeLessThan(value)
  expect(upper_value).toBeGreaterThan(value)
  expect(metrics['deletion-race / poll']['stale-accepts']).toEqual({ value: 384 })
})

test('hyperfine has a result an arm and service time, in seconds, with every time', () => {
  const { results } = written('hyperfine')
  expect(results).toHaveLength(4)
  const [first] = results
  expect(first).toMatchObject({
    command: 'fingerprint @ 0.3 ms',
    parameters: { service_time_ms: '0.3' },
  })
  expect(first.times).toHaveLength(150)
  expect(first.exit_codes).toHaveLength(150)
  expect(first.min).toBe(Math.min(...first.times))
  expect(first.median).toBeCloseTo(0.0381, 3)
})

test("k6 has trends in ms, and a threshold's ok is true where it holds", () => {
  const { metrics, root_group, state } = written('k6', {
    arms: [fingerprintArm(), broken],
    thresholds,
  })
  expect(metrics['push_response{arm:poll,service_time:0.3}']).toMatchObject({
    type: 'trend',
    contains: 'time',
    values: { med: pollArm().latencyMs.response.p50, 'p(95)': pollArm().latencyMs.response.p95 },
    thresholds: { 'p(95)<45': { ok: false } },
  })
  expect(metrics['push_response{arm:fingerprint,service_time:0.3}'].thresholds).toEqual({
    'p(50)<100': { ok: true },
  })
  expect(metrics['push_response{arm:poll,service_time:10}']).not.toHaveProperty('thresholds')
  expect(metrics['stale_accepts{arm:poll}']).toMatchObject({
    values: { count: 384 },
    thresholds: { 'count<500': { ok: true } },
  })
  expect(
    root_group.checks.map(({ passes, fails }: { passes: number; fails: number }) => [
      passes,
      fails,
    ]),
  ).toEqual([
    [200, 0],
    [200, 3],
  ])
  expect(state.testRunDurationMs).toBe(43_820)
})

test('hgrm has a spectrum of each arm and service time, in ms', () => {
  const spectra = formats.hgrm.write(exampleRecord()).split('#[Response time of ').slice(1)
  expect(spectra.map((one) => one.slice(0, one.indexOf(']')))).toEqual([
    'fingerprint @ 0.3 ms',
    'fingerprint @ 10 ms',
    'poll @ 0.3 ms',
    'poll @ 10 ms',
  ])
  for (const spectrum of spectra) {
    expect(spectrum).toMatch(/Value +Percentile +TotalCount +1\/\(1-Percentile\)/)
    expect(spectrum).toMatch(/#\[Max +=.*Total count += +150\]/)
  }
})

test('a failed scenario is one annotation, on one line; a passed one is none', () => {
  const reasons = ['poll broke its claim: 100% sure\nfor real', 'and more']
  const lines = annotations(
    exampleRun({ scenario: 'a:b,c', verdict: 'fail', exitCode: 2, reasons }),
  )
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(
    /^::error title=keyrace a%3Ab%2Cc%3A FAIL::poll broke its claim: 100%25 sure%0Afor real/,
  )
  expect(lines[0]).not.toContain('\n')
  expect(annotations(exampleRun())).toEqual([])
})
