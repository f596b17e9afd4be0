import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ImportLine } from '@keyrace/contracts'
import { realIds } from '@keyrace/environment/real'
import { ed25519FromText } from '@keyrace/load'
import { formatPublicKey, parsePublicKey } from '@keyrace/public-key'
import { UsageError } from '../usage-error.ts'

/** Somebody who pushes by hand: a user of the controller with one key and one app. */
export interface Person {
  readonly user: string
  readonly app: string
  /** For the controller. */
  readonly token: string
  /** As authorized_keys has it. */
  readonly publicKey: string
  /** What `ssh -i` takes. */
  readonly identityFile: string
}

/** With a key of their own, or one that is made in the folder. */
export async function createPerson(folder: string, ownKey: string | undefined): Promise<Person> {
  const key = ownKey === undefined ? await makeKey(folder) : await readKey(resolve(ownKey))
  return { user: 'you', app: 'myapp', token: realIds.next('token'), ...key }
}

export function importOf({ user, app, token, publicKey }: Person): ImportLine[] {
  return [
    { kind: 'user', username: user, token },
    { kind: 'key', id: 'by-hand', owner: user, public: publicKey },
    { kind: 'app', app, owner: user },
  ]
}

type Key = Pick<Person, 'publicKey' | 'identityFile'>

async function makeKey(folder: string): Promise<Key> {
  const { blob, privateKey } = ed25519FromText(realIds.next('key'))
  const identityFile = join(folder, 'id_ed25519')
  await writeFile(identityFile, privateKey, { mode: 0o600 })
  return { publicKey: `ssh-ed25519 ${blob.toString('base64')}`, identityFile }
}

async function readKey(path: string): Promise<Key> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw new UsageError(`--key cannot be read: ${error.message}`)
  })
  const publicKey = parsePublicKey(text)
  if (publicKey === undefined) {
    const example = 'such as ~/.ssh/id_ed25519.pub: ed25519, RSA or ECDSA'
    throw new UsageError(`--key takes the file of a public key, ${example}`)
  }
  // Where only an agent holds the private half, ssh finds it by the public one.
  const privateFile = path.replace(/\.pub$/, '')
  const identityFile = existsSync(privateFile) ? privateFile : path
  return { publicKey: formatPublicKey(publicKey), identityFile }
}
