import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { AppName, PublicKeyLine, Revision, Username } from './identifiers.ts'
import { KeyName } from './keys.ts'
import { oneOf } from './one-of.ts'

/** One line of a bulk import; what a line names must stand in an earlier line or in the database. */
export const ImportLine = Type.Union([
  Type.Object({
    kind: Type.Literal('user'),
    username: Username,
    token: Type.Optional(Type.String({ minLength: 16, maxLength: 128 })),
  }),
  Type.Object({
    kind: Type.Literal('key'),
    id: KeyName,
    owner: Username,
    public: PublicKeyLine,
  }),
  Type.Object({ kind: Type.Literal('app'), app: AppName, owner: Username }),
  Type.Object({ kind: Type.Literal('grant'), app: AppName, username: Username }),
])
export type ImportLine = Static<typeof ImportLine>

export const importBatch = endpoint({
  method: 'POST',
  path: '/v2/admin/import',
  access: 'operator',
  summary:
    'Stream users, keys, apps and grants in as newline-delimited JSON; one revision, all or nothing',
  stream: 'application/x-ndjson',
  line: ImportLine,
  status: 200,
  reply: Type.Object({
    users: Type.Integer(),
    keys: Type.Integer(),
    apps: Type.Integer(),
    grants: Type.Integer(),
    revision: Revision,
  }),
  refusals: [
    'invalid-request',
    'invalid-public-key',
    'key-in-use',
    'key-name-taken',
    'app-name-taken',
    'username-taken',
    'token-in-use',
    'user-not-found',
    'app-not-found',
  ],
})

/** The kinds of mutation that the audit log knows; each gets one revision. */
export const mutationKinds = [
  'import',
  'createUser',
  'deleteUser',
  'addKey',
  'removeKey',
  'createApp',
  'deleteApp',
  'transferApp',
  'grant',
  'revokeGrant',
] as const
export const MutationKind = oneOf(mutationKinds)
export type MutationKind = (typeof mutationKinds)[number]

export const AuditEntry = Type.Object({
  revision: Revision,
  at: Type.String({ format: 'date-time' }),
  kind: MutationKind,
  actor: Type.Union([Type.String(), Type.Null()]),
  subject: Type.Record(Type.String(), Type.Unknown(), {
    description: 'what changed: app, generation, user, fingerprint …',
  }),
})
export type AuditEntry = Static<typeof AuditEntry>

export const auditLog = endpoint({
  method: 'GET',
  path: '/v2/admin/audit',
  access: 'operator',
  summary: 'Mutations in commit order, after a revision',
  query: Type.Object({
    after: Type.Optional(Revision),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  }),
  status: 200,
  reply: Type.Object({ entries: Type.Array(AuditEntry) }),
  refusals: [],
})

const Count = Type.Integer({ minimum: 0 })

/** What one builder token was charged for since the controller started. */
export const Usage = Type.Object({
  requests: Type.Object({
    identify: Count,
    authorize: Count,
    publish: Count,
    background: Count,
  }),
  bytes: Count,
})
export type Usage = Static<typeof Usage>

export const usage = endpoint({
  method: 'GET',
  path: '/v2/admin/usage',
  access: 'operator',
  summary: 'Requests and answered bytes per builder token',
  status: 200,
  reply: Type.Object({ builders: Type.Record(Type.String(), Usage) }),
  refusals: [],
})

/** `expiry`: at least one builder said nothing until its term had run out. */
export const RevocationWait = Type.Object({
  ms: Type.Number({ minimum: 0 }),
  endedBy: oneOf(['acks', 'expiry']),
})
export type RevocationWait = Static<typeof RevocationWait>

export const revocationWaits = endpoint({
  method: 'GET',
  path: '/v2/admin/revocation-waits',
  access: 'operator',
  summary: 'How long revocations waited for the builders of each arm, oldest first',
  status: 200,
  reply: Type.Object({ arms: Type.Record(Type.String(), Type.Array(RevocationWait)) }),
  refusals: [],
})

export const setServiceTime = endpoint({
  method: 'POST',
  path: '/v2/admin/service-time',
  access: 'operator',
  summary: 'Make every answer to a builder take this much longer from now on',
  body: Type.Object({ ms: Type.Number({ minimum: 0, maximum: 60_000 }) }),
  status: 204,
  reply: Type.Null(),
  refusals: [],
})
