import type { AppGeneration } from '@keyrace/contracts'
import type { OfferedKey } from './key-lookup.ts'

/** What one line of an authorized_keys file says. */
export interface AuthorizedKey {
  readonly user: string
  readonly key: OfferedKey
  /** Where the user may push; none where the file does not say. */
  readonly apps: readonly AppGeneration[]
}

/**
 * A file in the form that sshd reads (sshd(8), AUTHORIZED_KEYS FILE FORMAT): in front of each key a forced
 * command that names the user, the fingerprint and the apps, as Deis v1 had it. What could not be read back
 * is left out: no name brings a quote or a line of its own into the file.
 *
 *     # <note>
 *     restrict,command="keyrace-receive <user> <fingerprint> <app>:<generation> …" <algorithm> <blob>
 */
export function renderAuthorizedKeys(keys: Iterable<AuthorizedKey>, note = ''): string {
  let text = `# ${note}\n`
  for (const key of keys) {
    const line = renderLine(key)
    if (says(line, key)) text += `${line}\n`
  }
  return text
}

/**
 * The note, and the lines that `renderAuthorizedKeys` wrote. Whatever else the file holds is passed over, and so is
 * a last line without its end.
 */
export function parseAuthorizedKeys(text: string): {
  readonly note: string | undefined
  readonly keys: readonly AuthorizedKey[]
} {
  const [first = '', ...lines] = text.split('\n').slice(0, -1)
  return {
    note: first.startsWith('# ') ? first.slice(2) : undefined,
    keys: lines.flatMap((line) => parseLine(line) ?? []),
  }
}

/** Goes through the file from its begin, as sshd does, and parses no line but that of the key. */
export function findAuthorizedKey(text: string, key: OfferedKey): AuthorizedKey | undefined {
  const at = text.indexOf(` ${key.blob}\n`)
  if (at === -1) return undefined
  const begin = text.lastIndexOf('\n', at) + 1
  const found = parseLine(text.slice(begin, text.indexOf('\n', at)))
  return found?.key.fingerprint === key.fingerprint ? found : undefined
}

function renderLine({ user, key, apps }: AuthorizedKey): string {
  const rights = apps.map(({ app, generation }) => ` ${app}:${generation}`).join('')
  const command = `keyrace-receive ${user} ${key.fingerprint}${rights}`
  return `restrict,command="${command}" ${algorithmOf(key.blob)} ${key.blob}`
}

function says(line: string, { user, apps }: AuthorizedKey): boolean {
  const read = parseLine(line)
  return read?.user === user && read.apps.length === apps.length
}

function parseLine(line: string): AuthorizedKey | undefined {
  const [, user, fingerprint, rights = '', algorithm, blob] = linePattern.exec(line) ?? []
  if (user === undefined || fingerprint === undefined || blob === undefined) return undefined
  if (algorithmOf(blob) !== algorithm) return undefined
  const apps = [...rights.matchAll(/ (\S+):(\d+)/g)].map(([, app = '', generation]) => ({
    app,
    generation: Number(generation),
  }))
  return { user, key: { fingerprint, blob }, apps }
}

const linePattern =
  /^restrict,command="keyrace-receive ([^\s"]+) (SHA256:[^\s"]+)((?: [^\s":]+:\d+)*)" (\S+) ([A-Za-z0-9+/]+={0,2})$/

/** The blob begins with it: a length in four bytes, then the name. */
function algorithmOf(blob: string): string | undefined {
  try {
    const bytes = atob(blob.slice(0, 88))
    const name = bytes.slice(4, 4 + bytes.charCodeAt(3))
    return bytes.startsWith('\0\0\0') && /^[a-z][a-z0-9@.-]+$/.test(name) ? name : undefined
  } catch {
    return undefined
  }
}
