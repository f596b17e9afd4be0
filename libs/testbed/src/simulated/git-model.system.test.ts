import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RefUpdate, zeroSha } from '@keyrace/contracts'
import { createCommitFactory } from '@keyrace/load'
import { repositoryName } from '@keyrace/push'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createModelSide,
  createRealSide,
  type GitSide,
  type SentCommit,
  type SentPush,
  trashNameOf,
} from '../testing/git-sides.ts'

const apps = [
  { app: 'blue', generation: 1 },
  { app: 'blue', generation: 2 },
]

/** What is wanted of a ref: `main` and `main/x` are in each other's way. */
const command = fc.record({
  ref: fc
    .constantFrom('heads/main', 'heads/main', 'heads/main/x', 'tags/v1')
    .map((name) => `refs/${name}`),
  wish: fc.oneof(
    { weight: 8, arbitrary: fc.constant('grow' as const) },
    ...(['replace', 'rewind', 'stay', 'delete', 'stale', 'unborn', 'absent'] as const).map(
      (wish) => ({
        weight: 1,
        arbitrary: fc.constant(wish),
      }),
    ),
  ),
})
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

const pushing = fc.record({
  kind: fc.constant('push' as const),
  app: fc.constantFrom(...apps),
  commands: fc.uniqueArray(command, { minLength: 1, maxLength: 3, selector: ({ ref }) => ref }),
  isAllowed: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
  meanwhile: fc.oneof(
    { weight: 8, arbitrary: fc.constant('nothing' as const) },
    fc.constantFrom('rename' as const, 'remove' as const, 'kill' as const),
  ),
})
const removing = fc.record({
  kind: fc.constantFrom('rename' as const, 'remove' as const),
  app: fc.constantFrom(...apps),
})
const operation = fc.oneof({ weight: 5, arbitrary: pushing }, removing)
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

test('the model of git does what git does, operation by operation', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      fc.array(operation, { minLength: 2, maxLength: 7, size: 'max' }),
      async (operations) => {
        const folder = await mkdtemp(join(tmpdir(), 'keyrace-git-model-'))
        try {
          await compare(createModelSide(), createRealSide(folder), operations, seen)
        } finally {
          await rm(folder, { recursive: true })
        }
      },
    ),
    { numRuns: 60 },
  )
  // Otherwise it would have compared nothing with nothing.
  expect([...seen].sort()).toEqual(['all moved', 'none moved', 'reported and put back', 'untold'])
})

async function compare(
  model: GitSide,
  real: GitSide,
  operations: readonly Operation[],
  seen: Set<string>,
): Promise<void> {
  const pushes: SentPush[] = []
  const commits = new Map<string, SentCommit>()
  for (const [index, operation] of operations.entries()) {
    const pushId = `push-${index}`
    if (operation.kind === 'push') {
      const push = await sentPush(model, operation, { pushId, commits })
      pushes.push(push)
      const result = await model.push(push)
      expect(await real.push(push)).toEqual(result)
      seen.add(resultName(result))
    } else {
      const name = repositoryName(operation.app)
      if (!(await model.root.has(name))) continue
      const act = ({ root }: GitSide) =>
        operation.kind === 'remove'
          ? root.remove(name)
          : root.rename(name, trashNameOf({ ...operation.app, pushId }))
      await Promise.all([act(model), act(real)])
    }
    const known = new Set(commits.keys())
    expect(await look(real, pushes, known)).toEqual(await look(model, pushes, known))
  }
}

function resultName(result: Awaited<ReturnType<GitSide['push']>>): string {
  if (result === undefined) return 'untold'
  if (result.moved) return 'all moved'
  return result.ok.length === 0 ? 'none moved' : 'reported and put back'
}

async function look(side: GitSide, pushes: readonly SentPush[], known: ReadonlySet<string>) {
  const names = (await side.root.list()).map(({ name }) => name).sort()
  const repositories = names.map(async (name) => ({
    name,
    refs: await side.root.refs(name),
    commits: [...(await side.objects(name))].filter((id) => known.has(id)).sort(),
    quarantines: await side.quarantines(name),
  }))
  const moves = pushes.flatMap((push) => push.updates.map((update) => side.hasMoved(push, update)))
  return { repositories: await Promise.all(repositories), moves: await Promise.all(moves) }
}

async function sentPush(
  side: GitSide,
  { app, commands, isAllowed, meanwhile }: Extract<Operation, { readonly kind: 'push' }>,
  { pushId, commits }: { readonly pushId: string; readonly commits: Map<string, SentCommit> },
): Promise<SentPush> {
  const refs = await side.root.refs(repositoryName(app))
  const sent: SentCommit[] = []
  const updates = commands.map(updateOf)
  for (const commit of sent) commits.set(commit.id, commit)
  const verdict = isAllowed
    ? { allowed: true as const }
    : { allowed: false as const, message: 'no' }
  return { ...app, pushId, updates, commits: sent, verdict, meanwhile }

  function updateOf({ ref, wish }: Command): RefUpdate {
    const old = refs.get(ref) ?? zeroSha
    switch (wish) {
      case 'grow':
        return { ref, old, new: make(ref, old) }
      case 'replace':
        return { ref, old, new: make(ref, zeroSha) }
      case 'rewind':
        return { ref, old, new: commits.get(old)?.parent ?? make(ref, old) }
      case 'stay':
        return { ref, old, new: old === zeroSha ? make(ref, old) : old }
      case 'delete':
        return { ref, old, new: zeroSha }
      case 'stale':
        return {
          ref,
          old: [...commits.keys()].find((id) => id !== old) ?? zeroSha,
          new: make(ref, zeroSha),
        }
      case 'unborn':
        return { ref, old, new: make(ref, 'f'.repeat(40)) }
      case 'absent':
        return { ref, old, new: 'e'.repeat(40) }
    }
  }

  function make(ref: string, parent: string): string {
    const nonce = `${pushId} ${ref}`
    const commit = createCommitFactory().prepare({ app: app.app, ref, nonce }).finish(parent)
    sent.push({ ...commit, parent })
    return commit.id
  }
}
