import type { Key, Snapshot } from '@keyrace/contracts'
import { formatPublicKey, md5Fingerprint, type PublicKey, publicKeyOf } from '@keyrace/public-key'
import type { Secrets } from '../../domain/secrets.ts'
import type { AsOf, Store, Transaction, User } from '../store.ts'

/** Secrets that are quick to make, for tests only. */
export const plainSecrets: Secrets = {
  hashPassword: async (password) => `hash of ${password}`,
  verifyPassword: async (password, hash) => hash === `hash of ${password}`,
  hashToken: (token) => `hash of ${token}`,
}

/** The n-th ed25519 key; nobody has its private half. */
export function publicKey(n: number): PublicKey {
  const blob = Buffer.alloc(51)
  blob.writeUInt32BE(11)
  blob.write('ssh-ed25519', 4)
  blob.writeUInt32BE(32, 15)
  blob.writeUInt32BE(n, 19)
  return publicKeyOf(blob)
}

export function keyOf(owner: string, n: number): Key & { readonly md5: string } {
  const key = publicKey(n)
  return {
    id: `key-${n}`,
    owner,
    public: formatPublicKey(key),
    fingerprint: key.fingerprint,
    md5: md5Fingerprint(key),
  }
}

export function asUser(username: string, isAdministrator = false): User {
  return { username, isAdministrator }
}

/** Carries out what cannot be refused here. */
export async function change(
  store: Store,
  work: (transaction: Transaction) => Promise<unknown>,
): Promise<void> {
  await store.transaction(async (transaction) => {
    await work(transaction)
    return {}
  })
}

export async function addUsers(store: Store, ...names: string[]): Promise<void> {
  await change(store, async (transaction) => {
    for (const username of names) {
      const isAdministrator = username === 'root'
      await transaction.insertUser({ username, isAdministrator, passwordHash: undefined })
    }
  })
}

/** What builders are told, parsed; it comes in no order. */
export async function snapshotOf(store: Store): Promise<AsOf<Snapshot>> {
  const { json, revision } = await store.snapshot()
  const { users, apps }: Snapshot = JSON.parse(json)
  return { users: users.sort((a, b) => (a.username < b.username ? -1 : 1)), apps, revision }
}
