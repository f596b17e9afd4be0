import {
  type ErrorCode,
  endpoints,
  errorBody,
  errors,
  headers,
  type KeyOwner,
  type KeysByUser,
  type Snapshot,
} from '@keyrace/contracts'
import type { Answer, Call } from '@keyrace/environment'
import type { OfferedKey } from '../key-lookup.ts'

/** How the controller fails: not at all, by its silence, with 500, or with what no contract foresees. */
export type Fault = 'none' | 'silent' | 'server-error' | 'wrong-body' | 'wrong-status' | 'no-stamp'

/** As much of a controller as a lookup sees, changed by plain calls. Every change is one revision. */
export interface FakeController {
  answer(call: Call): Promise<Answer>
  /** The calls that came in, as `purpose GET /path`. */
  readonly requests: readonly string[]
  fault: Fault
  /** Another one: as if restored from a backup. */
  epoch: string
  addUser(user: string, options?: { isAdministrator: boolean }): void
  addKey(user: string, key: OfferedKey): void
  removeKey(fingerprint: string): void
  /** Makes the next generation of that name. */
  createApp(app: string, owner: string): void
  deleteApp(app: string): void
  grant(app: string, user: string): void
  revokeGrant(app: string, user: string): void
}

interface App {
  readonly generation: number
  readonly owner: string
  readonly users: Set<string>
}

export function createFakeController(): FakeController {
  const administrators = new Map<string, boolean>()
  const keys = new Map<string, { readonly owner: string; readonly line: string }>()
  const apps = new Map<string, App>()
  const generations = new Map<string, number>()
  const requests: string[] = []
  let revision = 0

  const controller: FakeController = {
    requests,
    fault: 'none',
    epoch: 'epoch-1',
    async answer(call) {
      requests.push(
        `${call.headers[headers.purpose]} ${call.endpoint.method} ${call.endpoint.path}`,
      )
      return faulty(controller.fault, () => healthy(call))
    },
    addUser: mutation((user, options = { isAdministrator: false }) => {
      administrators.set(user, options.isAdministrator)
    }),
    addKey: mutation((owner, { fingerprint, blob }) =>
      keys.set(fingerprint, { owner, line: `ssh-ed25519 ${blob}` }),
    ),
    removeKey: mutation((fingerprint) => keys.delete(fingerprint)),
    createApp: mutation((app, owner) => {
      const generation = (generations.get(app) ?? 0) + 1
      generations.set(app, generation)
      apps.set(app, { generation, owner, users: new Set() })
    }),
    deleteApp: mutation((app) => apps.delete(app)),
    grant: mutation((app, user) => apps.get(app)?.users.add(user)),
    revokeGrant: mutation((app, user) => apps.get(app)?.users.delete(user)),
  }
  return controller

  function mutation<A extends unknown[]>(apply: (...args: A) => unknown): (...args: A) => void {
    return (...args) => {
      revision++
      apply(...args)
    }
  }

  function healthy({ endpoint, input }: Call): Answer {
    switch (endpoint) {
      case endpoints.keyOwner:
        return keyOwner(input as { params: { fingerprint: string }; query: { app?: string } })
      case endpoints.userKeys:
        return userKeys(input as { params: { app: string; username: string } })
      case endpoints.snapshot:
        return ok(snapshot())
      default:
        return refusal('route-not-found')
    }
  }

  function keyOwner({
    params,
    query,
  }: {
    params: { fingerprint: string }
    query: { app?: string }
  }) {
    const username = keys.get(params.fingerprint)?.owner
    if (username === undefined) return refusal('key-not-found')
    const body: KeyOwner = {
      username,
      apps: [...apps]
        .filter(([, app]) => mayPush(username, app))
        .map(([name]) => name)
        .sort(),
    }
    return ok(body, apps.get(query.app ?? '')?.generation)
  }

  function userKeys({ params }: { params: { app: string; username: string } }) {
    const { username } = params
    const app = apps.get(params.app)
    if (app === undefined) return refusal('app-not-found')
    const { generation } = app
    if (!administrators.has(username)) return refusal('user-not-found', generation)
    if (!mayPush(username, app)) return refusal('forbidden', generation)
    const own = keysOf(username)
    if (own.length === 0) return refusal('key-not-found', generation)
    const body: KeysByUser = {
      [username]: own.map(([fingerprint, { line }]) => ({ key: line, fingerprint })),
    }
    return ok(body, generation)
  }

  function mayPush(username: string, { owner, users }: App) {
    return owner === username || users.has(username) || administrators.get(username)
  }

  function keysOf(username: string) {
    return [...keys].filter(([, { owner }]) => owner === username)
  }

  function snapshot(): Snapshot {
    return {
      users: [...administrators].map(([username, isAdministrator]) => ({
        username,
        isAdministrator,
        keys: keysOf(username).map(([fingerprint]) => fingerprint),
      })),
      apps: [...apps].map(([app, { generation, owner, users }]) => ({
        app,
        generation,
        owner,
        users: [...users],
      })),
    }
  }

  function ok(body: unknown, generation?: number): Answer {
    return { status: 200, headers: stamp(generation), body }
  }

  function refusal(code: ErrorCode, generation?: number): Answer {
    const { status } = errors[code]
    const sent = { ...stamp(generation), [headers.code]: code }
    return { status, headers: sent, body: errorBody(code) }
  }

  function stamp(generation?: number): Record<string, string> {
    return {
      [headers.epoch]: controller.epoch,
      [headers.revision]: `${revision}`,
      ...(generation !== undefined && { [headers.generation]: `${generation}` }),
    }
  }
}

async function faulty(fault: Fault, answer: () => Answer): Promise<Answer> {
  switch (fault) {
    case 'none':
      return answer()
    case 'silent':
      return new Promise(() => {})
    case 'server-error': {
      const code = { [headers.code]: 'server-error' }
      return { status: 500, headers: code, body: errorBody('server-error') }
    }
    case 'wrong-body':
      return { ...answer(), status: 200, body: { username: 1, apps: 'web', users: {} } }
    case 'wrong-status':
      return { status: 204, headers: {}, body: null }
    case 'no-stamp':
      return { ...answer(), headers: {} }
  }
}
