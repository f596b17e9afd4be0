import { type LaneFigures, laneFigures } from './figures.ts'
import type { Result } from './section.ts'

/** What report.json says of a section. */
export interface ReportedSection {
  readonly name: string
  readonly title: string
  readonly reference: string
  readonly figure: 'latency' | 'rate'
  readonly lanes: readonly LaneFigures[]
}

export function reportedSection(result: Result): ReportedSection {
  const { name, title, reference, figure } = result.section
  return { name, title, reference, figure, lanes: laneFigures(result) }
}
