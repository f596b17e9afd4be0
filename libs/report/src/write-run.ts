import { formats } from './formats/index.ts'
import { type RunRecord, recordFiles, reportFiles } from './record.ts'
import { type Contents, json, ndjson, writeFiles } from './write-files.ts'

/**
 * Writes a run's record and reports into a folder, and resolves to the paths. A `run.json` stands only beside the
 * files of its own run.
 */
export function writeRun(folder: string, record: RunRecord): Promise<string[]> {
  return writeFiles(folder, contentsOf(record))
}

/** `run.json` last, because it vouches for the rest. */
function contentsOf(record: RunRecord): Contents {
  const { run, plan, samples, history } = record
  return {
    [recordFiles.plan]: [json(plan)],
    [recordFiles.samples]: ndjson(samples),
    [recordFiles.history]: ndjson(history),
    [reportFiles.summary]: [formats.md.write(record)],
    [reportFiles.page]: [formats.html.write(record)],
    [reportFiles.junit]: [formats.junit.write(record)],
    [reportFiles.benchmark]: [formats['github-benchmark'].write(record)],
    [recordFiles.run]: [json(run)],
  }
}
