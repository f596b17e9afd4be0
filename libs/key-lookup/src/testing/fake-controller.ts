import {
  type ErrorCode,
  endpoints,
  errorBody,
  errors,
  headers,
  type KeyOwner,
  type Snapshot,
} from '@keyrace/contracts'
import type { Answer, Call } from '@keyrace/environment'

/** How the controller fails: not at all, by its silence, with 500, or with what no contract foresees. */
export type Fault = 'none' | 'silent' | 'server-error' | 'wrong-body' | 'wrong-status' | 'no-stamp'

/** As much of a controller as a lookup sees, changed by plain calls. Every change is one revision. */
export interface FakeController {
  answer(call: Call): Promise<Answer>
  /** The calls that came in, as `purpose GET /path`. */
  readonly requests: readonly string[]
  fault: Fault
  addUser(user: string, options?: { isAdministrator: boolean }): void
  addKey(user: string, fingerprint: string): void
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
  const ownerOf = new Map<string, string>()
  const apps = new Map<string, App>()
  const generations = new Map<string, number>()
  const requests: string[] = []
  let revision = 0

  const controller: FakeController = {
    requests,
    fault: 'none',
    async answer(call) {
      requests.push(
        `${call.headers[headers.purpose]} ${call.endpoint.method} ${call.endpoint.path}`,
      )
      return faulty(controller.fault, () => healthy(call))
    },
    addUser: mutation((user, options = { isAdministrator: false }) => {
      administrators.set(user, options.isAdministrator)
    }),
    addKey: mutation((user, fingerprint) => ownerOf.set(fingerprint, user)),
    removeKey: mutation((fingerprint) => ownerOf.delete(fingerprint)),
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
    const username = ownerOf.get(params.fingerprint)
    if (username === undefined) return refusal('key-not-found')
    const mayPush = ([, { owner, users }]: readonly [string, App]) =>
      owner === username || users.has(username) || administrators.get(username)
    const body: KeyOwner = {
      username,
      apps: [...apps]
        .filter(mayPush)
        .map(([app]) => app)
        .sort(),
    }
    return ok(body, apps.get(query.app ?? '')?.generation)
  }

  function snapshot(): Snapshot {
    return {
      users: [...administrators].map(([username, isAdministrator]) => ({
        username,
        isAdministrator,
        keys: [...ownerOf].filter(([, owner]) => owner === username).map(([key]) => key),
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
    const named = generation === undefined ? {} : { [headers.generation]: `${generation}` }
    return { status: 200, headers: { ...stamp(), ...named }, body }
  }

  function refusal(code: ErrorCode): Answer {
    const { status } = errors[code]
    return { status, headers: { ...stamp(), [headers.code]: code }, body: errorBody(code) }
  }

  function stamp() {
    return { [headers.epoch]: 'epoch-1', [headers.revision]: `${revision}` }
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
