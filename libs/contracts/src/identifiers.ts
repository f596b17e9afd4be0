import Type, { type Static } from 'typebox'

/** App names as Deis allowed them: lower case, digits and inner hyphens, at most 63 characters. */
export const appNamePattern = '^[a-z]([a-z0-9-]*[a-z0-9])?$'
export const longestAppName = 63
export const AppName = Type.String({
  pattern: appNamePattern,
  maxLength: longestAppName,
  examples: ['myapp'],
})

export const Username = Type.String({
  pattern: '^[A-Za-z0-9_][A-Za-z0-9_.@+-]*$',
  maxLength: 128,
  examples: ['alice'],
})

/** As OpenSSH prints it: `SHA256:` and 43 characters of unpadded base64. */
export const Sha256Fingerprint = Type.String({ pattern: '^SHA256:[A-Za-z0-9+/]{43}$' })

/** SHA256 form, or the MD5 form that Deis used (16 lower-case hex pairs joined by colons). */
export const AnyFingerprint = Type.String({
  pattern: '^(SHA256:[A-Za-z0-9+/]{43}|[0-9a-f]{2}(:[0-9a-f]{2}){15})$',
})

/** One line of an authorized_keys file: algorithm, base64 body, optional comment. */
export const PublicKeyLine = Type.String({
  minLength: 16,
  maxLength: 16_384,
  examples: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA… alice@laptop'],
})

export const Sha = Type.String({ pattern: '^[0-9a-f]{40}$' })
export const zeroSha = '0'.repeat(40)

export const RefName = Type.String({
  pattern: '^refs/[^\\x00-\\x20~^:?*\\[\\\\]+$',
  maxLength: 255,
})

/** The n-th app of that name; 1 is the first. A dead generation never comes back. */
export const Generation = Type.Integer({ minimum: 1 })

/** Position in the controller's history: commit order, 0 before the first mutation. */
export const Revision = Type.Integer({ minimum: 0 })

/** Chosen by the builder, unique per push. */
export const PushId = Type.String({ pattern: '^[A-Za-z0-9_.:-]{1,100}$' })

/** The stable name of a builder replica. */
export const ReplicaName = Type.String({ pattern: '^[A-Za-z0-9_.-]{1,64}$' })

export const RefUpdate = Type.Object({ ref: RefName, old: Sha, new: Sha })
export type RefUpdate = Static<typeof RefUpdate>

/** An app is a name and a generation; a decision, a repository and a release carry both. */
export interface AppGeneration {
  readonly app: string
  readonly generation: number
}
