import type { RunRecord } from '../record.ts'
import { bencherMetrics } from './bencher.ts'
import { githubBenchmark } from './github-benchmark.ts'
import { hdrHistograms } from './hdr-histogram.ts'
import { htmlReport } from './html/page.ts'
import { hyperfineResults } from './hyperfine.ts'
import { jepsenHistory } from './jepsen.ts'
import { junitXml } from './junit.ts'
import { k6Summary } from './k6.ts'
import { porcupineEvents } from './porcupine.ts'
import { summaryMarkdown } from './summary-markdown.ts'

export interface ReportFormat {
  /** One line, for people who choose. */
  readonly description: string
  readonly write: (record: RunRecord) => string
}

/** What a record can be turned into, by the name that `keyrace report --format` takes. */
export const formats = {
  html: { description: 'the whole report as one page that needs no network', write: htmlReport },
  md: {
    description: 'a summary in Markdown, for job summaries and pull requests',
    write: ({ run }) => summaryMarkdown(run),
  },
  junit: {
    description: 'claims, invariants, thresholds and comparisons as JUnit test cases',
    write: junitXml,
  },
  'github-benchmark': {
    description: 'customSmallerIsBetter of github-action-benchmark',
    write: githubBenchmark,
  },
  k6: { description: "the data of k6's handleSummary", write: k6Summary },
  bmf: { description: 'the Bencher Metric Format', write: bencherMetrics },
  hyperfine: { description: "hyperfine's JSON, with every response time", write: hyperfineResults },
  hgrm: {
    description: 'percentile spectra of HdrHistogram, one after the other',
    write: hdrHistograms,
  },
  jepsen: {
    description: 'the history as operations of Jepsen, as JSON lines',
    write: jepsenHistory,
  },
  porcupine: {
    description: "the history as Porcupine's events, as JSON lines",
    write: porcupineEvents,
  },
} as const satisfies Record<string, ReportFormat>

export type FormatName = keyof typeof formats
