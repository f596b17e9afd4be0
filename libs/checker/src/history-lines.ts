import type { HistoryEvent } from '@keyrace/contracts'
import { createHistory, type HistoryColumns } from './history-columns.ts'

/** The rows of history.ndjson.gz, one JSON line each, with their line ends. */
export function* toJsonLines(history: HistoryColumns): Generator<string> {
  for (let index = 0; index < history.length; index++) {
    yield `${JSON.stringify(history.rowAt(index))}\n`
  }
}

/** Reads back what `toJsonLines` wrote, and trusts it to be that. */
export function fromJsonLines(lines: Iterable<string>): HistoryColumns {
  const history = createHistory()
  for (const line of lines) history.append(JSON.parse(line) as HistoryEvent)
  return history
}

export function fromEvents(events: Iterable<HistoryEvent>): HistoryColumns {
  const history = createHistory()
  for (const event of events) history.append(event)
  return history
}
