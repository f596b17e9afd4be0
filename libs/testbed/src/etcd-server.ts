import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { endGuarded } from './guarded-server.ts'
import { SetupError } from './setup-error.ts'

export interface EtcdServer {
  /** `http://127.0.0.1:41234` */
  readonly url: string
  /** Ends the server and removes its data. */
  stop(): Promise<void>
}

export type EtcdBinary = { readonly path: string } | { readonly missing: string }

const readyTimeoutMs = 20_000
const stopTimeoutMs = 10_000
const pauseMs = 10

/** Where etcd is on this machine, or how to get it. */
export function findEtcd(): EtcdBinary {
  const { error } = spawnSync('etcd', ['--version'], { timeout: 5_000 })
  return error === undefined
    ? { path: 'etcd' }
    : { missing: 'there is no etcd on this machine: apt-get install etcd-server' }
}

/**
 * An etcd of our own, on free ports of the loopback interface and in a new directory under `parent`. It ends
 * with this process, even when that is killed. Rejects with the SetupError `no-etcd` where it is not installed.
 */
export async function startEtcd(parent = quickFolder()): Promise<EtcdServer> {
  const found = findEtcd()
  if ('missing' in found) throw new SetupError('no-etcd', found.missing)
  await using cleanup = new AsyncDisposableStack()
  const folder = await mkdtemp(join(parent, 'keyrace-etcd-'))
  cleanup.defer(() => rm(folder, { recursive: true, force: true }))
  const server = await serve(found.path, folder)
  cleanup.defer(() => endGuarded(server, stopTimeoutMs))
  const url = await becomeReady(folder)
  const running = cleanup.move()
  return { url, stop: () => running.disposeAsync() }
}

/**
 * In memory where there is such a folder: etcd waits for the disk at each write and cannot be told not to, and the disk
 * is busy with what is pushed. As with Postgres, nothing here is to outlive the run.
 */
function quickFolder(): string {
  try {
    accessSync(memoryFolder, constants.W_OK)
    return memoryFolder
  } catch {
    return tmpdir()
  }
}

const memoryFolder = '/dev/shm'

// As for Postgres: the shell is the server's parent, and its input is a pipe that only we hold.
const serveUntilInputEnds =
  '"$@" & server=$!; read -r _; kill -TERM "$server"; wait "$server"; rm -rf "$0"'

async function serve(etcd: string, folder: string): Promise<ChildProcess> {
  const anyPort = 'http://127.0.0.1:0'
  const args = [
    `--data-dir=${join(folder, 'data')}`,
    `--listen-client-urls=${anyPort}`,
    `--advertise-client-urls=${anyPort}`,
    `--listen-peer-urls=${anyPort}`,
    `--initial-advertise-peer-urls=${anyPort}`,
    `--initial-cluster=default=${anyPort}`,
    // Alone it elects itself, and need not wait for others.
    '--heartbeat-interval=10',
    '--election-timeout=100',
    '--enable-grpc-gateway=false',
    '--logger=zap',
  ]
  const log = await open(logOf(folder), 'a')
  try {
    return spawn('/bin/sh', ['-c', serveUntilInputEnds, folder, etcd, ...args], {
      cwd: folder,
      // Every one of its flags could stand in the environment as well.
      env: { PATH: process.env.PATH },
      stdio: ['pipe', 'ignore', log.fd],
      // A group of its own: Ctrl-C is for us, and we stop the server after those who use it.
      detached: true,
    })
  } finally {
    await log.close()
  }
}

/** It writes into its log which port it got, once it serves. */
async function becomeReady(folder: string): Promise<string> {
  for (let waitedMs = 0; waitedMs < readyTimeoutMs; waitedMs += pauseMs) {
    const log = await readFile(logOf(folder), 'utf8')
    const address = /"serving client traffic[^"]*".*"address":"(127\.0\.0\.1:\d+)"/.exec(log)?.[1]
    if (address !== undefined) return `http://${address}`
    await delay(pauseMs)
  }
  const log = await readFile(logOf(folder), 'utf8')
  const lastLine = log.trimEnd().split('\n').at(-1) ?? ''
  throw new SetupError('etcd-failed', `etcd does not start: ${lastLine}`)
}

function logOf(folder: string): string {
  return join(folder, 'log')
}
