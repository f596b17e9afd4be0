import { headers, type PushEvidence, type Snapshot } from '@keyrace/contracts'
import { ControllerUnavailable } from '@keyrace/controller-client'
import type { Namespaces } from '@keyrace/environment'
import { calm, chased, struckAtEndings, withKnobs } from '../focus.ts'
import type { Mutant } from '../mutant.ts'
import { answering, strategyOver } from '../wiring.ts'

export const neverReplaced: Mutant = {
  sentence: 'what a poll reads is added to what it has read before, and takes nothing away',
  source: 'the thread: poll an API for the keys',
  killedBy: 'stale-admission',
  where: { strategies: ['poll'], commitCheck: 'none' },
  focus: calm,
  plant: () =>
    strategyOver(({ controller }) => {
      let merged: Snapshot = { users: [], apps: [] }
      return {
        controller: answering(controller, {
          async snapshot(ask) {
            const answer = await ask()
            if (!answer.ok) return answer
            merged = merge(merged, answer.body)
            return { ...answer, body: merged }
          },
        }),
      }
    }),
}

function merge(old: Snapshot, { users, apps }: Snapshot): Snapshot {
  const named = new Set(apps.map(({ app }) => app))
  return {
    users: users.map((user) => {
      const before = old.users.find(({ username }) => username === user.username)
      return { ...user, keys: [...new Set([...user.keys, ...(before?.keys ?? [])])] }
    }),
    apps: [
      ...apps.map((app) => {
        const before = old.apps.find((other) => other.app === app.app)
        return { ...app, users: [...new Set([...app.users, ...(before?.users ?? [])])] }
      }),
      ...old.apps.filter(({ app }) => !named.has(app)),
    ],
  }
}

export const neverPruned: Mutant = {
  sentence: 'an authorized_keys file keeps what was taken away',
  source: 'the thread: check the authorized_keys file first',
  killedBy: 'stale-admission',
  where: { strategies: ['file-first'], commitCheck: 'none' },
  focus: calm,
  plant: () =>
    strategyOver(({ controller }) => ({
      controller: answering(controller, {
        changes: async (ask, { query: { epoch, since } }) => {
          await ask()
          return notModified({ epoch, revision: since })
        },
      }),
    })),
}

export const staleList: Mutant = {
  sentence: 'namespaces are listed from a cache of the API server that is three lists behind',
  source: 'kubernetes#59848, elastic/cloud-on-k8s#4956',
  killedBy: 'stale-admission',
  where: { strategies: ['kubernetes'], commitCheck: 'none' },
  focus: withKnobs({ watch: 0, intervalMs: 200, timeoutMs: 100 }),
  plant: () =>
    strategyOver(({ namespaces }) => (namespaces ? { namespaces: behind(namespaces) } : {})),
}

function behind(namespaces: Namespaces): Namespaces {
  const lists: Awaited<ReturnType<Namespaces['list']>>[] = []
  return {
    ...namespaces,
    async list(options) {
      lists.push(await namespaces.list(options))
      return lists.at(-4) ?? (lists[0] as (typeof lists)[0])
    },
  }
}

export const olderThanServed: Mutant = {
  sentence: 'a restarted builder takes up a file that is older than what it had served',
  source: 'OPA: a persisted bundle that a restart begins with',
  killedBy: 'stale-admission',
  where: { strategies: ['file-first'], commitCheck: 'none' },
  focus: (plan) => chased(restarted(plan), { fromMs: -300, toMs: 1_800 }),
  plant() {
    const written = new Map<string, string[]>()
    return {
      builder(deps) {
        const { files, replica } = deps
        const texts = written.get(replica) ?? []
        written.set(replica, texts)
        return {
          ...deps,
          files: {
            read: async () => torn(texts.at(-1), texts.at(-3)),
            replace: (name, text) => {
              texts.push(text)
              return files.replace(name, text)
            },
          },
        }
      },
    }
  },
}

/** The head of one, which says of when it is, and the lines of another. */
function torn(head: string | undefined, lines = head): string | undefined {
  const [note] = head?.split('\n', 1) ?? []
  return lines && [note, ...lines.split('\n').slice(1)].join('\n')
}

const restarted = struckAtEndings('crash', (dice, { replicas, knobs }, endsAtMs) => ({
  fromMs: endsAtMs + (knobs.intervalMs ?? 0) + dice.number('from', 50, 150),
  toMs: endsAtMs + (knobs.intervalMs ?? 0) + dice.number('to', 160, 300),
  node: `builder-${dice.integer('builder', 1, replicas)}`,
}))

export const falseRevision: Mutant = {
  sentence: 'a builder says of each decision that it went by the newest revision it has heard of',
  source: 'openfga#2843: a fresh stamp on what an old copy said',
  killedBy: 'evidence-lies',
  where: { strategies: ['poll'], commitCheck: 'none' },
  focus: (plan) => chased(withKnobs({ intervalMs: 400, timeoutMs: 400 })(plan)),
  plant() {
    let newest = 0
    return {
      answers: (answer) => async (call) => {
        const answered = await answer(call)
        newest = Math.max(newest, Number(answered.headers[headers.revision] ?? 0))
        return answered
      },
      pushes(deps) {
        const emit = (push: PushEvidence) => {
          const { admission } = push
          deps.trace.emit({ ...push, admission: admission && { ...admission, revision: newest } })
        }
        return { ...deps, trace: { emit } }
      },
    }
  },
}

export const givesUp: Mutant = {
  sentence: 'a poll that has failed once is not made again',
  source: 'of our own: an interval that ends with its first error',
  killedBy: 'no-convergence',
  where: { strategies: ['poll'], commitCheck: 'none' },
  plant: () =>
    strategyOver(({ controller }) => {
      let hasFailed = false
      return {
        controller: answering(controller, {
          async snapshot(ask) {
            if (hasFailed) throw new ControllerUnavailable('closed', 'it is not asked any more')
            return ask().catch((error: unknown) => {
              hasFailed = true
              throw error
            })
          },
        }),
      }
    }),
}

function notModified(stamp: { readonly epoch: string; readonly revision: number }) {
  return { ok: false, code: 'not-modified', detail: '', stamp } as const
}
