import fc from 'fast-check'
import { keyOf } from './key-of.ts'
import { playHistory, type Wish } from './played-history.ts'

export const users = ['alice', 'bob', 'carol']
export const apps = ['web', 'we', 'shop']
export const keys = ['1', '2', '3', '4'].map((which) => keyOf('somebody', which))

const beginning: Wish[] = [
  ...users.map((user) => ({ kind: 'createUser' as const, user, app: '', fingerprint: '' })),
  ...keys.map(({ fingerprint }, index) => ({
    kind: 'addKey' as const,
    user: users[index % users.length] ?? '',
    app: '',
    fingerprint,
  })),
]

/** So few names that they meet often, with one that begins as another does. */
export const arbitraryHistory = fc
  .array(
    fc.record({
      kind: fc.constantFrom(
        'createUser',
        'deleteUser',
        'addKey',
        'removeKey',
        'createApp',
        'deleteApp',
        'transferApp',
        'grant',
        'revokeGrant',
      ),
      user: fc.constantFrom(...users),
      app: fc.constantFrom(...apps),
      fingerprint: fc.constantFrom(...keys.map(({ fingerprint }) => fingerprint)),
    }),
    { minLength: 40, maxLength: 80 },
  )
  .map((wishes) => playHistory([...beginning, ...wishes]))

/** Every request that the names allow. */
export const everyRequest = users.flatMap((user) =>
  apps.flatMap((app) => keys.map((key) => ({ user, app, key }))),
)
