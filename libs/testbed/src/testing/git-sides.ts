import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { createGitRepositories, type SshChannel } from '@keyrace/builder'
import { type AppGeneration, type RefUpdate, zeroSha } from '@keyrace/contracts'
import { type Clock, createRandom, type RepositoryRoot } from '@keyrace/environment'
import { createRealRepositoryRoot, realClock } from '@keyrace/environment/real'
import {
  createPacketParser,
  encodePacket,
  type FinishedCommit,
  flushPacket,
  pack,
} from '@keyrace/load'
import {
  type CommitVerdict,
  type Repositories,
  type RepositoryPush,
  repositoryName,
} from '@keyrace/push'
import type { SimulatedChannel } from '../simulated/channel.ts'
import {
  createSimulatedRepositories,
  type RepositoryRoot as SimulatedRoot,
} from '../simulated/repositories.ts'
import { createSimulatedRoot } from '../simulated/repository-root.ts'

export interface SentCommit extends FinishedCommit {
  readonly parent: string
}

/** A push as both sides take it. */
export interface SentPush extends RepositoryPush {
  readonly updates: readonly RefUpdate[]
  readonly commits: readonly SentCommit[]
  readonly verdict: CommitVerdict
  /** What befalls it while its verdict is waited for. */
  readonly meanwhile: 'nothing' | 'rename' | 'remove' | 'kill'
}

/** What came of a push; undefined where nobody was left to tell. */
export type PushResult =
  | { readonly moved: boolean; readonly asked: readonly RefUpdate[]; readonly ok: string[] }
  | undefined

/** Git, or the model of it. */
export interface GitSide {
  readonly root: RepositoryRoot
  push(push: SentPush): Promise<PushResult>
  hasMoved(push: RepositoryPush, update: RefUpdate): Promise<boolean>
  /** Ids of objects that came for good; of these all, or those that are commits. */
  objects(name: string): Promise<ReadonlySet<string>>
  /** So many were left behind. */
  quarantines(name: string): Promise<number>
}

export function createModelSide(): GitSide {
  const repositoriesByName: SimulatedRoot = new Map()
  const clock: Clock = { ...realClock, timer: (_, callback) => realClock.timer(0, callback) }
  const random = createRandom(1)
  const noLatency = { from: 0, to: 0 }
  const root = createSimulatedRoot({
    ...{ root: repositoriesByName, clock, random, latencyMs: noLatency },
  })
  const repositories = createSimulatedRepositories({
    ...{ root: repositoriesByName, nameOf: repositoryName, clock, random },
    latencyMs: { start: noLatency, unpack: noLatency, move: noLatency },
    startGit: () => ({ self: { host: 'model', pid: 1, startedAt: '1' }, end() {} }),
  })
  return {
    root,
    push(push) {
      const { updates, commits } = push
      const ok: string[] = []
      const channel: SimulatedChannel = {
        advertise: async () => ({ updates, commits, bytes: 1 }),
        report(reports) {
          for (const [ref, reason] of reports) if (reason === null) ok.push(ref)
        },
        refuse() {},
        finish() {},
      }
      return new Promise((resolve) => {
        const kill = () => {
          repositories.kill()
          resolve(undefined)
        }
        void receive(repositories, channel, push, { root, kill, ok }).then(resolve)
      })
    },
    hasMoved: repositories.hasMoved,
    objects: async (name) => new Set(repositoriesByName.get(name)?.commits().keys()),
    quarantines: async (name) => repositoriesByName.get(name)?.quarantines() ?? 0,
  }
}

export function createRealSide(folder: string): GitSide {
  const root = createRealRepositoryRoot(folder)
  const repositories = createGitRepositories({
    ...{ clock: realClock, root: folder, nameOf: repositoryName, timeoutMs: 30_000 },
    onComplaint() {},
  })
  return {
    root,
    async push(push) {
      const { channel, ok } = channelOf(push)
      let isKilled = false
      const kill = (worker: string) => {
        isKilled = true
        process.kill(-JSON.parse(worker).pid, 'SIGKILL')
      }
      const result = await receive(repositories, channel, push, { root, kill, ok })
      return isKilled ? undefined : result
    },
    hasMoved: repositories.hasMoved,
    async objects(name) {
      const below = { recursive: true } as const
      const files = await readdir(join(folder, name, 'objects'), below)
      return new Set(
        files.flatMap((file) => (/^..\/.{38}$/.test(file) ? file.replace('/', '') : [])),
      )
    },
    async quarantines(name) {
      const entries = await readdir(join(folder, name, 'objects'))
      return entries.filter((entry) => entry.startsWith('tmp_objdir')).length
    },
  }
}

interface Circumstances {
  readonly root: RepositoryRoot
  readonly kill: (worker: string) => void
  /** The refs that git reports as moved. */
  readonly ok: string[]
}

async function receive<C extends SimulatedChannel | SshChannel>(
  repositories: Repositories<C>,
  channel: C,
  push: SentPush,
  { root, kill, ok }: Circumstances,
): Promise<PushResult> {
  const name = repositoryName(push)
  let worker = ''
  let asked: readonly RefUpdate[] = []
  const receipt = await repositories.receive(push, channel, {
    async attached(process) {
      worker = process
    },
    async decide(updates) {
      asked = updates
      if (push.meanwhile === 'rename') await root.rename(name, trashNameOf(push))
      if (push.meanwhile === 'remove') await root.remove(name)
      if (push.meanwhile === 'kill') kill(worker)
      return push.verdict
    },
  })
  return { moved: receipt.kind === 'received' && receipt.moved, asked, ok }
}

export function trashNameOf(push: AppGeneration & { readonly pushId: string }): string {
  return `.removed.${push.pushId}.${repositoryName(push)}`
}

/** A client that sends this push whatever it is shown, and notes which refs git reports as moved. */
function channelOf({ updates, commits }: SentPush): { channel: SshChannel; ok: string[] } {
  const input = new PassThrough()
  const ok: string[] = []
  const packets = createPacketParser()
  const report = createPacketParser()
  let isAdvertised = false
  const output = new Writable({
    write(chunk, _, done) {
      for (const packet of packets(chunk)) {
        if (isAdvertised) read(packet)
        else if (packet === null) send()
      }
      done()
    },
  })
  const gone = new AbortController().signal
  return { channel: { input, output, gone, gitProtocol: undefined, refuse() {}, finish() {} }, ok }

  function send() {
    isAdvertised = true
    const capabilities = '\0report-status side-band-64k delete-refs object-format=sha1'
    const commands = updates.map(({ ref, old, new: target }, index) =>
      encodePacket(`${old} ${target} ${ref}${index === 0 ? capabilities : ''}`),
    )
    const bringsPack = updates.some(({ new: target }) => target !== zeroSha)
    const objects = new Map(commits.flatMap((sent) => sent.objects.map((one) => [one.id, one])))
    const bytes = bringsPack ? [pack([...objects.values()])] : []
    input.end(Buffer.concat([...commands, flushPacket, ...bytes]))
  }

  function read(packet: Buffer | null) {
    if (packet?.[0] !== 1) return
    for (const line of report(packet.subarray(1))) {
      const [, ref] = /^ok (.*)$/m.exec(line?.toString() ?? '') ?? []
      if (ref !== undefined) ok.push(ref)
    }
  }
}
