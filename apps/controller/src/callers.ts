import { type Access, headers } from '@keyrace/contracts'
import type { Secrets } from './domain/secrets.ts'
import type { Store, User } from './store/store.ts'

export interface Builder {
  /** The name that its token goes by: one token per arm. */
  readonly arm: string
}

/** Who stands behind a call, by the access that its endpoint asks for. */
export interface Callers {
  readonly anybody: null
  readonly user: User
  readonly builder: Builder
  readonly operator: null
}

export interface CallersDeps {
  readonly store: Store
  readonly secrets: Secrets
  /** May call what the platform's operator calls. */
  readonly operatorToken: string
  /** Arm → token. */
  readonly builderTokens: Readonly<Record<string, string>>
}

export type Identify = <A extends Access>(
  access: A,
  received: Readonly<Record<string, string>>,
) => Promise<Callers[A] | undefined>

/** Answers who calls; undefined where the token that the access asks for is missing or wrong. */
export function createCallers(deps: CallersDeps): Identify {
  const { store, secrets } = deps
  // Compared by their hashes: how long that takes says nothing about the tokens.
  const operator = secrets.hashToken(deps.operatorToken)
  const arms = new Map(
    Object.entries(deps.builderTokens).map(([arm, token]) => [secrets.hashToken(token), { arm }]),
  )
  const identify: { readonly [A in Access]: (received: Received) => Promise<Caller<A>> } = {
    anybody: async () => null,
    user: async (received) => {
      const hash = hashOf(userToken(received))
      return hash === undefined ? undefined : store.userByToken(hash)
    },
    builder: async (received) => arms.get(hashOf(received[headers.builderToken]) ?? ''),
    operator: async (received) => (hashOf(userToken(received)) === operator ? null : undefined),
  }
  return (access, received) => identify[access](received)

  function hashOf(token: string | undefined): string | undefined {
    return token === undefined ? undefined : secrets.hashToken(token)
  }
}

type Received = Readonly<Record<string, string>>
type Caller<A extends Access> = Callers[A] | undefined

/** `token <secret>`, as in Deis. */
function userToken(received: Received): string | undefined {
  return /^token (\S+)$/i.exec(received[headers.userToken] ?? '')?.[1]
}
