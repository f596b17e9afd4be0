import { appNamePattern, longestAppName } from '@keyrace/contracts'

export type GitCommand =
  | { readonly kind: 'receive-pack'; readonly app: string }
  | { readonly kind: 'refused'; readonly code: RefusedCommand; readonly message: string }

export type RefusedCommand = 'not-a-git-command' | 'fetch-not-offered' | 'invalid-app-name'

const appName = new RegExp(appNamePattern)

/** A longer command line names no app of ours, whatever it says. */
const longestCommand = 256

/**
 * Reads an exec request: exactly `git-receive-pack '<app>.git'`, with or without the quotes, a leading
 * slash and the `.git`. Nothing of it is ever given to a shell, an argument list or a file name unparsed.
 */
export function parseGitCommand(command: string): GitCommand {
  const match = /^git[ -](receive-pack|upload-pack) (.*)$/s.exec(command)
  if (match === null) {
    return refused(
      'not-a-git-command',
      'this is a git server: push with git push ssh://git@<host>:<port>/<app>.git',
    )
  }
  const [, verb, argument = ''] = match
  if (verb === 'upload-pack') {
    return refused('fetch-not-offered', 'this builder takes pushes only: fetch is not offered')
  }
  const app = appOf(argument)
  if (command.length > longestCommand || app === undefined) {
    return refused(
      'invalid-app-name',
      'that is not an app name: use lower-case letters, digits and inner hyphens, 63 at most',
    )
  }
  return { kind: 'receive-pack', app }
}

function appOf(argument: string): string | undefined {
  const path = /^'([^']*)'$/.exec(argument)?.[1] ?? argument
  const name = path.replace(/^\//, '').replace(/\.git$/, '')
  return name.length <= longestAppName && appName.test(name) ? name : undefined
}

function refused(code: RefusedCommand, message: string): GitCommand {
  return { kind: 'refused', code, message }
}
