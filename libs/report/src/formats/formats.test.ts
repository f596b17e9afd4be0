import { expect, test } from 'vitest'
import { exampleRun, fingerprintArm, pollArm } from '../testing/example-run.ts'
import { htmlReport } from './html/page.ts'
import { summaryMarkdown } from './summary-markdown.ts'
import { terminalReport } from './terminal.ts'

const hostile = '<script>alert("1")</script> & \'x\' | `y`\n# z \u001b[31m'
const hostileRun = () => {
  const poll = pollArm()
  const [witness] = poll.correctness.witnesses
  if (witness === undefined) throw new Error('the example has no witness')
  const witnesses = [{ ...witness, story: hostile }]
  return exampleRun({
    verdict: 'fail',
    reasons: [hostile, `second ${hostile}`],
    arms: [
      { ...poll, skipped: { reason: hostile }, correctness: { ...poll.correctness, witnesses } },
    ],
  })
}

const plain = { columns: 80, color: false, paths: ['out/a/report.html'] }

test.each([
  ['page', htmlReport],
  ['summary', summaryMarkdown],
])('no text of a run becomes markup of the %s', (_, format) => {
  const text = format(hostileRun())
  expect(text).not.toContain('<script')
  expect(text).toContain('alert(')
})

test('no text of a run becomes a control sequence of the terminal', () => {
  expect(terminalReport(hostileRun(), plain)).not.toContain('\u001b')
})

test('a row of the summary stays one row, whatever it holds', () => {
  const rows = summaryMarkdown(hostileRun())
    .split('\n')
    .filter((line) => line.startsWith('|'))
  const cells = rows.map((row) => row.split('|').length)
  expect(rows).toHaveLength(3)
  expect(new Set(cells).size).toBe(1)
})

test('the page asks nothing of the network', () => {
  const page = htmlReport(exampleRun())
  const links = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, target]) => target)
  expect(links.toSorted()).toEqual([
    'history.ndjson.gz',
    'plan.json',
    'run.json',
    'samples.ndjson.gz',
  ])
  expect(page).not.toMatch(/url\(|@import|<script|<link/)
})

test.each([
  ['page', htmlReport],
  ['summary', summaryMarkdown],
  ['terminal', (run: ReturnType<typeof exampleRun>) => terminalReport(run, plain)],
])('the verdict comes before everything else on the %s', (_, format) => {
  const text = format(exampleRun())
  const verdict = text.indexOf('kept their claims')
  expect(verdict).toBeGreaterThan(0)
  for (const later of ['200/200', '200 of 200', 'embedded database', 'let in nothing stale']) {
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
  ['page', htmlReport],
  ['summary', summaryMarkdown],
  ['terminal', (run: ReturnType<typeof exampleRun>) => terminalReport(run, plain)],
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
    expect(tolerated).toContain('quiet-otter')
    expect(tolerated).not.toContain('late-commit')
    expect(broken).toContain('late-commit')
    expect(broken).not.toContain('quiet-otter')
  },
)

test('further reasons stand in the summary whole', () => {
  const reasons = ['poll held 1 of 20 races', 'fingerprint held 3 of 20 races']
  const summary = summaryMarkdown(exampleRun({ verdict: 'invalid', reasons }))
  for (const reason of reasons) expect(summary).toContain(reason)
})

test('the table has all columns where there is room', () => {
  expect(terminalReport(exampleRun(), { ...plain, columns: 160 })).toContain('upload')
})

test.each([52, 60, 80, 100])('the table gives up columns rather than break at %i', (columns) => {
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
