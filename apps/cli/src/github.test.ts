import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stepSummary } from '@keyrace/report'
import { exampleRun } from '@keyrace/report/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tellGithub } from './github.ts'
import { fakeDeps } from './testing/fake-deps.ts'

const failed = exampleRun({ verdict: 'fail', exitCode: 2, reasons: ['poll lied'] })
let page: string
beforeEach(async () => {
  page = join(await mkdtemp(join(tmpdir(), 'keyrace-github-')), 'summary')
  await writeFile(page, 'an earlier step\n')
})
afterEach(() => rm(join(page, '..'), { recursive: true }))

async function tell(env: Record<string, string>, run = failed) {
  const { deps, written } = fakeDeps()
  await tellGithub({ ...deps.process, env }, run)
  return written
}

test('a workflow gets the summary after what is there, and a failure beside the change', async () => {
  const { stdout, stderr } = await tell({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: page })
  expect(await readFile(page, 'utf8')).toBe(`an earlier step\n${stepSummary(failed)}\n`)
  expect(stderr).toMatch(/^::error .*poll lied.*\n$/)
  expect(stdout).toBe('')
})

test('a pass is in the summary alone', async () => {
  const run = exampleRun()
  const { stderr } = await tell({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: page }, run)
  expect(stderr).toBe('')
  expect(await readFile(page, 'utf8')).toContain(stepSummary(run))
})

test('elsewhere nothing is said, whatever the environment holds', async () => {
  expect(await tell({ GITHUB_STEP_SUMMARY: page })).toEqual({ stdout: '', stderr: '' })
  expect(await readFile(page, 'utf8')).toBe('an earlier step\n')
})

test('a page that cannot be written is a warning, and the run stands', async () => {
  const nowhere = join(page, 'below')
  const { stderr } = await tell({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: nowhere })
  expect(stderr).toContain('warning: the step summary could not be written')
})
