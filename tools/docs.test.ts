import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeRun } from '@keyrace/report'
import { exampleRecord } from '@keyrace/report/testing'
import { scenarios } from '@keyrace/scenarios'
import { createCli } from 'keyrace'
import { fakeDeps } from 'keyrace/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = new URL('..', import.meta.url).pathname
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/architecture.md',
  'docs/performance.md',
  'docs/decisions.md',
]
const readme = read('README.md')
const blocks = pages.flatMap((page) =>
  [...read(page).matchAll(/^```([a-z]*) ?([^\n]*)\n(.*?)^```/gms)].map(
    ([, language = '', file = '', text = '']) => ({ page, language, file, text }),
  ),
)
const commands = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => text.trim().split('\n'))

let out: string
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'keyrace-docs-'))
  for (const name of ['a', 'before', 'after']) await writeRun(join(out, name), exampleRecord())
})
afterAll(() => rm(out, { recursive: true }))

describe('every command of the pages', () => {
  test('is one that this test knows how to check', () => {
    const known =
      /^(npx keyrace |npx vitest run --project unit$|npx nx run bench:push$|npm (start|test|run format)$|node docs\/)/
    expect(commands.length).toBeGreaterThan(0)
    expect(commands.filter((command) => !known.test(command))).toEqual([])
  })

  test.each([...new Set(commands)].filter((command) => command.startsWith('npx keyrace ')))(
    '%s',
    async (line) => {
      const words = line.split(' ').slice(2)
      // A search finds nothing in a world that is not played, and says so.
      const right = words[0] === 'swarm' || words[0] === 'mutants' ? [0, 5] : [0]
      expect(right).toContain(await exitCodeOf(words))
    },
  )

  test('that npm or nx runs is a script of ours', () => {
    const scripts = (path: string) => Object.keys(JSON.parse(read(path)).scripts)
    expect(scripts('package.json')).toEqual(expect.arrayContaining(['start', 'test', 'format']))
    expect(scripts('bench/package.json')).toContain('push')
  })
})

test.each(blocks.filter(({ language }) => language === 'ts'))(
  '$page shows $file as it is, which other tests run',
  ({ file, text }) => {
    expect(text).toBe(read(file))
  },
)

test('no block of code is of a kind that nothing checks', () => {
  const kinds = new Set(blocks.map(({ language }) => language))
  expect([...kinds].toSorted()).toEqual(['', 'sh', 'ts'])
})

test('a flag or a strategy that is not there would be noticed', async () => {
  expect(await exitCodeOf(['run', 'deletion-race', '--rases', '3'])).toBe(1)
  expect(await exitCodeOf(['run', 'deletion-race', '--strategy', 'pol'])).toBe(1)
})

test('the README names every flag of run and swarm, and no other', async () => {
  const offered = new Set([...(await flagsOf('run')), ...(await flagsOf('swarm'))])
  const table = readme.split('\n').filter((line) => /^\| `--/.test(line))
  expect(flagsIn(table.map((row) => row.split(' | ')[0]).join())).toEqual(offered)
})

describe.each(pages)('%s', (page) => {
  const text = read(page)
  const folder = page.startsWith('docs/') ? 'docs' : '.'

  test('links only to what is there', () => {
    const targets = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target)
    expect(targets.filter((target) => !existsSync(join(root, folder, target)))).toEqual([])
  })

  test('names only files and folders that are there', () => {
    const paths = text.match(/\b(?:apps|libs|scenarios|tools|docs)(?:\/[\w.-]*\w)+/g) ?? []
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})

test('the tree of the README has every package', () => {
  const { workspaces } = JSON.parse(read('package.json'))
  expect(workspaces).toEqual(['apps/*', 'libs/*', 'scenarios', 'bench'])
  const packages = Object.keys(JSON.parse(read('package-lock.json')).packages)
  const folders = packages.filter((path) => /^(apps\/|libs\/|scenarios|bench)/.test(path))
  expect(folders.filter((path) => !readme.includes(`| \`${path}\` |`))).toEqual([])
})

/** As the command itself reads them; no scenario is played, and everything goes to a folder of the test. */
async function exitCodeOf(args: readonly string[]): Promise<number> {
  const { deps } = fakeDeps({ scenarios })
  const elsewhere = args.map((word) => word.replace(/^out\//, `${out}/`))
  const isRun = args[0] === 'run' && !args.includes('--out')
  const folder = await mkdtemp(join(out, 'run-'))
  return await createCli(deps)([...elsewhere, ...(isRun ? ['--out', folder] : [])])
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

async function flagsOf(command: string): Promise<Set<string>> {
  const { deps, written } = fakeDeps({ scenarios })
  await createCli(deps)(['help', command])
  const flags = flagsIn(written.stdout.split('Options:')[1]?.split('Examples:')[0] ?? '')
  flags.delete('--help')
  return flags
}

function flagsIn(text: string): Set<string> {
  return new Set(text.match(/--[a-z-]+/g))
}
