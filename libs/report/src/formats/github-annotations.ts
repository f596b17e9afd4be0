import { exitCodes, type Run } from '@keyrace/contracts'
import { furtherReasons, headline, replayCommand } from '../verdict.ts'

/**
 * Lines that a GitHub workflow shows beside the change, when they are printed: one for a scenario that
 * failed, none for one that passed. It keeps ten of a step, so the rest is for the summary to tell.
 */
export function annotations(run: Run): string[] {
  if (run.exitCode === exitCodes.pass) return []
  const { word, sentence } = headline(run)
  const title = property(`keyrace ${run.scenario}: ${word}`)
  const text = [sentence, ...furtherReasons(run), `Run it again: ${replayCommand(run)}`].join('\n')
  return [`::error title=${title}::${data(text)}`]
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
