import { existsSync } from 'node:fs'
import { access, constants, mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type RunRecord, recordFiles, reportFiles, writeRun } from '@keyrace/report'
import { SetupError } from '@keyrace/testbed'

/** Before a minute is spent on a report that has nowhere to go, or that would replace what is not ours. */
export async function prepareFolder(folder: string): Promise<void> {
  const foreign = await foreignEntries(folder).catch((error) => {
    throw new SetupError('out-folder', `cannot write to ${folder} (${error.message}): ${remedy}`)
  })
  if (foreign.length > 0) {
    const found = `${folder} holds ${foreign.join(', ')}, but no run of keyrace`
    throw new SetupError('out-folder', `${found}, and would lose that: ${remedy}`)
  }
}

/** The verdict of a run that nobody can read again is no result. */
export async function writeReport(folder: string, record: RunRecord): Promise<void> {
  try {
    await writeRun(folder, record)
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    const message = `cannot write the report to ${folder} (${error.message}): make room, or ${remedy}`
    throw new SetupError('out-folder', message, { cause: error })
  }
}

const remedy = 'choose another --out'

/** A run replaces these; everything else in its folder it leaves alone. */
const replaced = [
  ...Object.values(recordFiles),
  ...Object.values(reportFiles),
  'logs',
  'repositories',
]

async function foreignEntries(folder: string): Promise<readonly string[]> {
  await makeFolder(folder)
  await access(folder, constants.W_OK)
  // A run that was stopped early has left its logs and nothing else.
  const ours = [recordFiles.run, join('logs', 'controller.log'), join('logs', 'build.log')]
  if (ours.some((name) => existsSync(join(folder, name)))) return []
  const entries = await readdir(folder)
  return replaced.filter((name) => entries.includes(name))
}

// Level by level: Node's own recursive mkdir tries for ever where a parent takes no folders, as /proc does.
async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) await makeFolder(dirname(folder))
  await mkdir(folder).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
}
