import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parsePublicKey } from '@keyrace/public-key'
import { type FakeController, startFakeController } from './fake-controller.ts'

/** Real builders, a fake controller, and stock clients, in a folder of their own. */
export interface Rig {
  readonly controller: FakeController
  readonly folder: string
  readonly repositories: string
  readonly hostKey: string
  /** A key pair; its owner, where there is one, may use it at once. */
  addKey(name: string, options?: KeyOptions): Promise<Key>
  startBuilder(args?: readonly string[], options?: BuilderRunOptions): Promise<RunningBuilder>
  /** A working copy with one commit. */
  clone(): Promise<WorkingCopy>
  run(command: string, args: readonly string[], options?: RunOptions): Promise<Finished>
  /** Runs the stock `ssh`. */
  ssh(builder: Listening, key: Key, ...args: string[]): Promise<Finished>
  /** The refs of a repository, by git's own account; none where there is no repository. */
  refs(app: string, generation?: number): Promise<Record<string, string>>
  close(): Promise<void>
}

export interface KeyOptions {
  readonly type?: string
  readonly bits?: number
  readonly owner?: string
}

export interface Key {
  readonly file: string
  readonly fingerprint: string
}

export interface BuilderRunOptions {
  /** Where it finds git. */
  readonly path?: string | undefined
}

export interface RunningBuilder extends Listening {
  readonly process: ChildProcess
  /** What it logged so far. */
  log(): string
  /** Asks it to end; answers its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export interface WorkingCopy {
  commit(): Promise<string>
  /** Pushes with the stock client. */
  push(builder: Listening, key: Key, app: string, ...refs: string[]): Promise<Finished>
  /** The same, until the signal kills the client. */
  pushUntil(signal: AbortSignal, ...push: Parameters<WorkingCopy['push']>): Promise<Finished>
}

export interface Listening {
  readonly port: number
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Kills it, and all that it started. */
  readonly signal?: AbortSignal
}

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const builderMain = fileURLToPath(import.meta.resolve('../main.ts'))
const token = 'builder-secret'

export async function startRig(): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'keyrace-builder-'))
  const repositories = join(folder, 'repositories')
  const controller = await startFakeController()
  const builders: RunningBuilder[] = []
  let copies = 0
  const hostKey = await generateKey('host', {})

  return {
    controller,
    folder,
    repositories,
    hostKey: hostKey.file,
    run,
    ssh: ({ port }, { file }, ...args) =>
      run('ssh', [...sshOptions(file), '-p', String(port), ...args]),
    async refs(app, generation = 1) {
      const cwd = join(repositories, `${app}.${generation}.git`)
      if (!existsSync(cwd)) return {}
      const { stdout } = await git(cwd, 'for-each-ref', '--format=%(refname) %(objectname)')
      return Object.fromEntries(
        stdout
          .split('\n')
          .filter(Boolean)
          .map((line) => line.split(' ')),
      )
    },
    async addKey(name, options = {}) {
      const key = await generateKey(name, options)
      if (options.owner !== undefined) controller.keys.set(key.fingerprint, options.owner)
      return key
    },
    startBuilder,
    async clone() {
      const cwd = join(folder, `copy-${++copies}`)
      await git(folder, 'init', '-q', '-b', 'main', cwd)
      const copy = workingCopy(cwd)
      await copy.commit()
      return copy
    },
    async close() {
      await Promise.all(builders.map((builder) => builder.stop('SIGKILL')))
      await controller.close()
      await rm(folder, { recursive: true, force: true })
    },
  }

  async function generateKey(name: string, { type = 'ed25519', bits }: KeyOptions): Promise<Key> {
    const file = join(folder, name)
    const size = bits === undefined ? [] : ['-b', String(bits)]
    await must(run('ssh-keygen', ['-q', '-t', type, ...size, '-N', '', '-f', file]))
    const key = parsePublicKey(await readFile(`${file}.pub`, 'utf8'))
    return { file, fingerprint: key?.fingerprint ?? '' }
  }

  async function startBuilder(
    args: readonly string[] = [],
    { path = process.env.PATH }: BuilderRunOptions = {},
  ): Promise<RunningBuilder> {
    const all = [
      ...['--listen=127.0.0.1:0', `--controller=${controller.origin}`, '--log-level=info'],
      ...[`--host-key=${hostKey.file}`, `--repositories=${repositories}`, '--exit-with-parent'],
    ]
    const child = spawn(process.execPath, [builderMain, ...all, ...args], {
      env: { PATH: path, KEYRACE_BUILDER_TOKEN: token },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let log = ''
    child.stderr.on('data', (text) => {
      log += text
    })
    const exited = once(child, 'exit').then(([code]) => code as number | null)
    const line = await Promise.race([
      once(createInterface(child.stdout), 'line').then(([first]) => String(first)),
      exited.then((code) => Promise.reject(new Error(`the builder ended with ${code}: ${log}`))),
    ])
    const { port } = JSON.parse(line) as { readonly port: number }
    const builder: RunningBuilder = {
      port,
      process: child,
      log: () => log,
      async stop(signal = 'SIGTERM') {
        if (child.exitCode === null && child.signalCode === null) child.kill(signal)
        return exited
      },
    }
    builders.push(builder)
    return builder
  }

  function workingCopy(cwd: string): WorkingCopy {
    let commits = 0
    const push = (
      [{ port }, { file }, app, ...refs]: Parameters<WorkingCopy['push']>,
      options: RunOptions = {},
    ) =>
      run('git', ['push', `ssh://git@127.0.0.1:${port}/${app}`, ...(refs[0] ? refs : ['main'])], {
        cwd,
        env: { GIT_SSH_COMMAND: ['ssh', ...sshOptions(file)].join(' ') },
        ...options,
      })
    return {
      async commit() {
        await writeFile(join(cwd, 'file'), `${cwd} ${++commits}`)
        await git(cwd, 'add', '.')
        await git(cwd, 'commit', '-q', '-m', `commit ${commits}`)
        return (await git(cwd, 'rev-parse', 'HEAD')).stdout.trim()
      },
      push: (...what) => push(what),
      pushUntil: (signal, ...what) => push(what, { signal }),
    }
  }

  function git(cwd: string, ...args: string[]): Promise<Finished> {
    return must(run('git', args, { cwd }))
  }
}

/** For a stock client that knows one key, and takes any host. */
export function sshOptions(keyFile: string): string[] {
  const settings = [
    ...['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'IdentitiesOnly=yes'],
    ...['LogLevel=ERROR', 'BatchMode=yes', 'ControlMaster=no'],
  ]
  return ['-F', 'none', ...settings.flatMap((setting) => ['-o', setting]), '-i', keyFile]
}

async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      LC_ALL: 'C',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      ...identity('AUTHOR'),
      ...identity('COMMITTER'),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  options.signal?.addEventListener('abort', () => process.kill(-(child.pid as number), 'SIGKILL'))
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    child.stdout.setEncoding('utf8').toArray(),
    child.stderr.setEncoding('utf8').toArray(),
  ])
  return { code, stdout: stdout.join(''), stderr: stderr.join('') }
}

function identity(role: string): Record<string, string> {
  return { [`GIT_${role}_NAME`]: 'test', [`GIT_${role}_EMAIL`]: 'test@localhost' }
}

async function must(finished: Promise<Finished>): Promise<Finished> {
  const { code, stderr } = await finished
  if (code !== 0) throw new Error(`ended with ${code}: ${stderr}`)
  return finished
}
