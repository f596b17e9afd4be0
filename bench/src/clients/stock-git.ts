import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { realClock } from '@keyrace/environment/real'
import type { FixtureApp } from '@keyrace/load'
import type { Client } from './client.ts'
import { git } from './git.ts'

/** As many as anybody pushes to one app in one run. */
const chainLength = 4_000
const filesInTree = 20

/**
 * The `git push` and the `ssh` of this machine. All servers get the same commits in the same order: each has
 * one changed file in a tree of twenty.
 */
export async function createStockGit(folder: string, apps: readonly FixtureApp[]): Promise<Client> {
  await mkdir(folder, { recursive: true })
  const keyFile = ({ app }: FixtureApp) => join(folder, `${app}.key`)
  for (const app of apps) await writeFile(keyFile(app), app.pusher.privateKey, { mode: 0o600 })
  const repository = join(folder, 'chain.git')
  const commits = await createChain(folder, repository)
  const pushed = new Map<string, number>()
  return async (server, app) => {
    const remote = server.remote(app.app)
    const count = pushed.get(remote) ?? 0
    pushed.set(remote, count + 1)
    const commit = commits[count]
    assert(commit !== undefined, 'the chain of commits is too short')
    const environment = {
      GIT_SSH_COMMAND: sshCommand(keyFile(app), server.sshEnvironment),
      GIT_SSH_VARIANT: 'ssh',
    }
    const startedAt = realClock.now()
    await git(repository, ['push', '--quiet', remote, `${commit}:refs/heads/stock`], {
      environment,
    })
    return { ms: realClock.now() - startedAt }
  }
}

/** One key, any host, and the key exchange that all of the servers know. */
function sshCommand(keyFile: string, environment: Readonly<Record<string, string>>): string {
  const settings = [
    ...['BatchMode=yes', 'IdentitiesOnly=yes', 'IdentityAgent=none', 'LogLevel=ERROR'],
    ...['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'],
    ...['KexAlgorithms=curve25519-sha256', `IdentityFile="${keyFile}"`],
  ]
  const variables = Object.entries(environment).map(([name, value]) => `${name}='${value}'`)
  return [...variables, 'ssh -F none', ...settings.map((setting) => `-o '${setting}'`)].join(' ')
}

/** Answers the commits, the oldest first. */
async function createChain(folder: string, repository: string): Promise<readonly string[]> {
  await git(folder, ['init', '--quiet', '--bare', repository])
  const input = Array.from({ length: chainLength }, (_, n) => importedCommit(n)).join('')
  await git(repository, ['fast-import', '--quiet'], { input })
  const listing = await git(repository, ['rev-list', '--reverse', 'main'])
  return listing.trim().split('\n')
}

/** In git's fast-import format. The first commit brings all files, each later one changes one of them. */
function importedCommit(n: number): string {
  const changed =
    n === 0 ? Array.from({ length: filesInTree }, (_, file) => file) : [n % filesInTree]
  const files = changed.map((file) => `M 100644 inline file-${file}\n${data(`commit ${n}\n`)}`)
  const committer = 'committer bench <bench@localhost> 1500000000 +0000\n'
  return `commit refs/heads/main\n${committer}${data(`commit ${n}`)}${files.join('')}`
}

function data(content: string): string {
  return `data ${content.length}\n${content}\n`
}
