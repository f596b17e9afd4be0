import { appendFile } from 'node:fs/promises'
import type { Run } from '@keyrace/contracts'
import { annotations, stepSummary } from '@keyrace/report'
import type { Process } from './deps.ts'

/** In a workflow of GitHub Actions: the summary goes to the page of the run, and what failed beside the change. */
export async function tellGithub({ env, stderr }: Process, run: Run): Promise<void> {
  if (env.GITHUB_ACTIONS !== 'true') return
  for (const line of annotations(run)) stderr.write(`${line}\n`)
  const page = env.GITHUB_STEP_SUMMARY ?? ''
  if (page === '') return
  await appendFile(page, `${stepSummary(run)}\n`).catch((error) => {
    stderr.write(`warning: the step summary could not be written: ${error.message}\n`)
  })
}
