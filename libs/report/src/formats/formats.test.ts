import type { Run } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import {
  exampleCurves,
  exampleRecord,
  exampleRun,
  fingerprintArm,
  pollArm,
} from '../testing/example-run.ts'
import { htmlReport } from './html/page.ts'
import { timelineScript } from './html/timeline/script.ts'
import { summaryMarkdown } from './summary-markdown.ts'
import { terminalReport } from './terminal.ts'

const hostile = '<script>alert("1")</script> & \'x\' | `y`\n# z \u001b[31m'
const hostileRun = () => {
  const poll = pollArm()
  const [witness] = poll.correctness.witnesses
  if (witness === undefined) throw new Error('the example has no witness')
  const witnesses = [{ ...witness, story: hostile }]
  const [curve] = exampleCurves()
  if (curve === undefined) throw new Error('the example has no curve')
  return exampleRun({
    verdict: 'fail',
    curves: [{ ...curve, name: hostile, series: hostile, x: { label: hostile, unit: '' } }],
    reasons: [hostile, `second ${hostile}`],
    arms: [
      { ...poll, name: hostile, claim: fingerprintArm().claim },
      { ...poll, skipped: { reason: hostile }, correctness: { ...poll.correctness, witnesses } },
    ],
  })
}

const page = (run: Run) => withoutOwnScript(htmlReport({ ...exampleRecord(), run }))

function withoutOwnScript(text: string): string {
  const own = timelineScript().element.toString()
  if (!text.includes(own)) throw new Error('the page has not the script that its policy allows')
  return text.replace(own, '')
}

const plain = { columns: 80, color: false, paths: ['out/a/report.html'] }

test.each([
  ['page', page],
  ['summary', summaryMarkdown],
])('no text of a run becomes markup of the %s', (_, format) => {
  const text = format(hostileRun())
  expect(text).not.toContain('<script>')
  expect(text).toContain('alert(')
})

test('no text of a run becomes a control sequence of the terminal', () => {
  expect(terminalReport(hostileRun(), plain)).not.toContain('\u001b')
})

test('a row of the summary stays one row, whatever it holds', () => {
  const blocks = summaryMarkdown(hostileRun()).split('\n\n')
  const table = blocks.find((block) => block.startsWith('| Strategy')) ?? ''
  const rows = table.split('\n')
  expect(rows).toHaveLength(4)
  expect(new Set(rows.map((row) => row.split('|').length)).size).toBe(1)
})

test('the page asks nothing of the network', () => {
  const text = page(exampleRun({ curves: exampleCurves() }))
  const links = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, target]) => target)
  expect(links.toSorted()).toEqual([
    'history.ndjson.gz',
    'plan.json',
    'run.json',
    'samples.ndjson.gz',
  ])
  expect(text).not.toMatch(
    /url\(|@import|<script>|<script [^>]*src|<link |xlink|<image|<foreignObject/,
  )
})

test.each([
  ['page', page],
  ['summary', summaryMarkdown],
  ['terminal', (run: Run) => terminalReport(run, plain)],
])('the verdict comes before everything else on the %s', (_, format) => {
  const text = format(exampleRun())
  const verdict = text.indexOf('kept their claims')
  expect(verdict).toBeGreaterThan(0)
  for (const later of ['200/200', '200 of 200', 'embedded database', 'let in none of']) {
    const place = text.indexOf(later)
    if (place >= 0) expect(place).toBeGreaterThan(verdict)
  }
})

test('the summary of the largest run fits a comment', () => {
  const poll = pollArm()
  const [witness] = poll.correctness.witnesses
  const witnesses = Array.from({ length: 500 }, () => ({ ...witness, story: 'x'.repeat(5_000) }))
  const arms = Array.from({ length: 14 }, () => ({
    ...poll,
    correctness: { ...poll.correctness, witnesses: witnesses as typeof poll.correctness.witnesses },
  }))
  const reasons = Array.from({ length: 500 }, (_, i) => `${i} ${'y'.repeat(5_000)}`)
  const summary = summaryMarkdown(exampleRun({ verdict: 'invalid', arms, reasons }))
  expect(Buffer.byteLength(summary)).toBeLessThan(60_000)
})

test.each([
  ['page', page],
  ['summary', summaryMarkdown],
  ['terminal', (run: Run) => terminalReport(run, plain)],
])(
  'the %s tells what was broken, else the worst staleness, and nothing that is tolerated',
  (_, format) => {
    const tell = (violations: Record<string, number>) => {
      const poll = pollArm()
      const [stale] = poll.correctness.witnesses
      if (stale === undefined) throw new Error('the example has no witness')
      const late = { ...stale, invariant: 'late-commit', story: 'late', stalenessMs: null }
      const correctness = { ...poll.correctness, violations, witnesses: [late, stale] }
      return format(exampleRun({ arms: [{ ...poll, correctness }] }))
    }
    const [tolerated, broken] = [tell({}), tell({ 'late-commit': 1 })]
    expect(tolerated).toContain('quiet-otter was deleted')
    expect(tolerated).not.toContain('late-commit')
    expect(broken).toContain('late-commit')
    expect(broken).not.toContain('quiet-otter was deleted')
  },
)

test('further reasons stand in the summary whole', () => {
  const reasons = ['poll held 1 of 20 races', 'fingerprint held 3 of 20 races']
  const summary = summaryMarkdown(exampleRun({ verdict: 'invalid', reasons }))
  for (const reason of reasons) expect(summary).toContain(reason)
})

test('the page of the largest run stays small, and that of a run that tells nothing is still a page', () => {
  const names = Array.from({ length: 14 }, (_, index) => `arm-${index}`)
  const arms = names.map((name) => ({ ...pollArm(), name }))
  const { history } = exampleRecord()
  const rows = history.flatMap((row) =>
    names.map((arm) => ({ ...row, arm, op: `${row.op}/${arm}` })),
  )
  const largest = {
    ...exampleRecord(),
    run: exampleRun({ arms, curves: exampleCurves() }),
    history: rows,
  }
  expect(Buffer.byteLength(htmlReport(largest))).toBeLessThan(2_000_000)

  const nothing = exampleRun({ arms: [], comparisons: [], verdict: 'invalid' })
  expect(htmlReport({ ...exampleRecord(), run: nothing, samples: [], history: [] })).toContain(
    'INVALID',
  )
})

test('behind each chart of the page is a table, and each is told to those who cannot see it', () => {
  const text = page(exampleRun({ curves: exampleCurves() }))
  const figures = text.split('<figure>').slice(1)
  expect(figures).toHaveLength(7)
  for (const figure of figures) {
    expect(figure).toMatch(/(<div class="chart wide" role="img"|<canvas .*) aria-label="[^"]+">/)
    expect(figure).toMatch(
      /<details>\n<summary>[^<]+<\/summary>\n<div class="scroll"[^>]*>\n<table>/,
    )
  }
})

test('the page says why a comparison is unproven, and what moved', () => {
  const { comparisons, controls } = exampleRun()
  const doubtful = comparisons.map((one) => {
    return {
      ...one,
      verdict: 'unproven' as const,
      reasons: ['receive, which no strategy touches, differed'],
    }
  })
  const moved = controls.untouchedPhases.map((phase) => ({ ...phase, ok: false }))
  const text = page(
    exampleRun({ comparisons: doubtful, controls: { ...controls, untouchedPhases: moved } }),
  )
  expect(text).toContain('is unproven: receive, which no strategy touches, differed.')
  expect(text.match(/moved/g)).toHaveLength(4)
  expect(text).not.toContain('>better<')
})

test.each([40, 60, 80, 200])(
  'the terminal ends with the answer, and no sentence is wider than %i',
  (columns) => {
    const text = terminalReport(exampleRun(), { ...plain, columns })
    expect(text.replaceAll('\n', ' ').trimEnd()).toMatch(/turned away 2 that had the right\.$/)
    const sentences = text.slice(text.indexOf('At a service time')).split('\n')
    expect(Math.max(...sentences.map((line) => line.length))).toBeLessThanOrEqual(columns)
  },
)

test('the table has all columns where there is room', () => {
  expect(terminalReport(exampleRun(), { ...plain, columns: 160 })).toContain('upload')
})

test.each([40, 60, 80, 100])('the table gives up columns rather than break at %i', (columns) => {
  const lines = terminalReport(exampleRun(), { ...plain, columns }).split('\n')
  const table = lines.filter((line) => /^(strategy|fingerprint {2}|poll {2})/.test(line))
  expect(table).toHaveLength(3)
  expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(columns)
})

test('colour is only where it was asked for', () => {
  const run = exampleRun({ arms: [fingerprintArm()] })
  expect(terminalReport(run, { ...plain, color: true })).toContain('\u001b[')
  expect(terminalReport(run, plain)).not.toContain('\u001b')
})

const unraced = () => {
  const races = { planned: 0, held: 0, perReplica: [], byMutation: [] }
  const arms = [fingerprintArm(), { ...fingerprintArm(), name: 'user-keys' }]
  return exampleRun({
    arms: arms.map((arm) => ({ ...arm, races })),
    comparisons: [],
    curves: exampleCurves(),
  })
}

test('where nothing was raced, no races were held, and nothing is said of how stale anybody was', () => {
  const text = page(unraced())
  expect(text).not.toContain('0 of 0')
  expect(text).not.toMatch(/Worst staleness after|how stale it gets/)
  expect(page(exampleRun())).toContain('Worst staleness after “app deleted”')
  expect(page(exampleRun())).toContain('200 of 200')
  expect(terminalReport(unraced(), plain)).not.toContain('0/0')
})

test('curves that the answer leaves out stand in a table of the terminal, from end to end', () => {
  const text = terminalReport(unraced(), plain)
  expect(text).toMatch(
    /^from 1 to 1,000 keys of the user\n +authorize\n +phase, ms\nfingerprint +1\.02 → 1\.02\nuser-keys +1\.3 → 5\.3$/m,
  )
  expect(text.match(/Push latency/g)).toHaveLength(1)
})

test('the tables of curves give up columns rather than break', () => {
  const curves = Array.from({ length: 9 }, (_, index) => {
    const label = `figure ${index}`
    return exampleCurves().map((curve) => ({ ...curve, name: label, y: { label, unit: 'ms' } }))
  })
  const text = terminalReport(exampleRun({ curves: curves.flat() }), { ...plain, columns: 60 })
  const table = text.split('\n\n').find((section) => section.startsWith('from 1')) ?? ''
  expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60)
  expect(table).toContain('figure')
})

test('where there are several service times, the table says which one its times are of', () => {
  const table = (serviceTimesMs: number[]) => {
    const { topology } = exampleRun()
    return summaryMarkdown(exampleRun({ topology: { ...topology, serviceTimesMs } }))
  }
  expect(table([0.3, 10])).toContain('| Response p50 at 0.3 ms, ms |')
  expect(table([0.3])).toContain('| Response p50, ms |')
})

/** A run of two turns, in which two kinds of mutation were raced, one arm lets writes wait, and one could not run. */
const manyKinds = () => {
  const poll = pollArm()
  const key = { certain: 640, possible: 702 }
  const none = { certain: null, possible: null }
  const byMutation = (['key', 'permission'] as const).map((ground) => {
    return { effect: 'revocation', ground, held: 100 } as const
  })
  const staleness = poll.correctness.measuredStalenessMs
  const byKind = { ...staleness.byKind, key: { revocation: key, grant: none } }
  const unbounded = { formula: 'at commit only', ms: null }
  const arms = [
    {
      ...poll,
      races: { ...poll.races, byMutation },
      claim: { ...poll.claim, revocation: { ...poll.claim.revocation, permission: unbounded } },
      correctness: { ...poll.correctness, measuredStalenessMs: { ...staleness, byKind } },
    },
    {
      ...fingerprintArm(),
      name: 'lease',
      races: { ...poll.races, byMutation },
      claim: { ...fingerprintArm().claim, write: { formula: 'T', ms: 1_000 } },
      consistency: {
        ...fingerprintArm().consistency,
        revocationWaitMs: { p50: 3.1, p99: 12.7, max: 1_004, acks: 211, expiry: 1 },
      },
    },
    { ...fingerprintArm(), name: 'etcd', skipped: { reason: 'there is no etcd' } },
  ]
  return exampleRun({ arms, turns: [['poll'], ['lease']], comparisons: [] })
}

const wide = { ...plain, columns: 200 }
const formats: [string, (run: Run) => string][] = [
  ['terminal', (run) => terminalReport(run, wide)],
  ['summary', summaryMarkdown],
  ['page', page],
]

test.each(formats)('the %s has each kind of mutation beside its own claim', (_, format) => {
  const text = format(manyKinds())
  for (const kind of ['key removed', 'permission revoked']) expect(text).toContain(kind)
  expect(text).not.toContain('app deleted')
  expect(text).toContain('640 ms')
  expect(text).toContain('at commit only')
  expect(format(exampleRun())).not.toMatch(/key removed|permission revoked/)
})

test.each([60, 80])('the table of kinds wraps its claims rather than break at %i', (columns) => {
  const text = terminalReport(manyKinds(), { ...plain, columns })
  const table = text.split('\n\n').find((section) => section.includes('worst lag')) ?? ''
  expect(table).toContain('unbounded')
  expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns)
})

test.each(formats)('the %s tells fresh connections apart, where races had them', (_, format) => {
  const counts = { staleAccepts: 0, staleRejects: 0 }
  const byConnection = [
    { connection: 'waiting' as const, staleAdmissions: 70_001, ...counts },
    { connection: 'fresh' as const, staleAdmissions: 70_002, ...counts },
  ]
  const poll = pollArm()
  const arms = [{ ...poll, correctness: { ...poll.correctness, byConnection } }, fingerprintArm()]
  const text = format(exampleRun({ arms, comparisons: [] }))
  expect(text).toMatch(/on\s+fresh/i)
  expect(text).toContain('70,002')
  expect(format(exampleRun())).not.toMatch(/on\s+fresh/i)
})

test.each(formats.slice(1))('the %s names the quirks of the system', (_, format) => {
  expect(format(exampleRun({ quirks: ['all-apps'] }))).toContain('all-apps')
})

test('the page tells what was done to the system on purpose', () => {
  const fault = {
    kind: 'pause',
    arm: 'lease',
    replica: 'builder-1',
    beganAt: 1,
    endedAt: 2,
  } as const
  const story = 'builder-1 of lease was stopped'
  const faults = [{ ...fault, tookEffect: false, story }]
  expect(page(exampleRun({ faults }))).toContain(`${story}, without effect`)
  expect(page(exampleRun())).not.toContain('<dt>Faults')
})

test.each(formats)('the %s tells how long writes waited, where any did', (_, format) => {
  expect(format(manyKinds())).toMatch(/1 s( of|.*\(of)? ?/)
  expect(format(manyKinds())).toMatch(/write|waited/i)
  expect(format(exampleRun())).not.toMatch(/write clause|write\s+wait|Revocations waited/)
})

test.each(formats)('the %s says that arms took turns, and who was skipped why', (_, format) => {
  const text = format(manyKinds())
  expect(text).toMatch(/turns/i)
  expect(text).toContain('there is no etcd')
  expect(format(exampleRun())).not.toMatch(/turns/i)
})

test('an arm that was skipped has no figures, not even zeros', () => {
  const [row = ''] = terminalReport(manyKinds(), wide)
    .split('\n')
    .filter((line) => line.startsWith('etcd '))
  expect(row).toMatch(/^etcd +skipped( +—)+$/)
})
