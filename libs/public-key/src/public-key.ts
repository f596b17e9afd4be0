import { createHash } from 'node:crypto'

/** A public key as the wire knows it. Comments and options are dropped when it is parsed. */
export interface PublicKey {
  /** `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256` … as written inside the blob. */
  readonly algorithm: string
  /** The SSH wire blob, base64 with padding. Two keys are the same key when their blobs are equal. */
  readonly blob: string
  /** `SHA256:` and 43 characters, as OpenSSH prints it. */
  readonly fingerprint: string
}

/** Algorithms that can be verified here; certificates and hardware keys (sk-*) cannot. */
const algorithms = new Set([
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
])

/** One `<algorithm> <base64> [comment]` line; undefined where it is anything else. */
export function parsePublicKey(line: string): PublicKey | undefined {
  // Without what follows the comment, so that a long run of blanks is looked at once only.
  const match = /^([a-z0-9@.-]+) +([A-Za-z0-9+/]+={0,2})(?: [^\r\n]*)?$/.exec(line.trimEnd())
  if (match === null) return undefined
  const [, algorithm = '', base64 = ''] = match
  const blob = Buffer.from(base64, 'base64')
  if (blob.toString('base64') !== base64 || algorithmOf(blob) !== algorithm) return undefined
  return algorithms.has(algorithm) ? publicKeyOf(blob) : undefined
}

/** From the blob that an SSH client offers. */
export function publicKeyOf(blob: Buffer): PublicKey {
  return {
    algorithm: algorithmOf(blob) ?? 'unknown',
    blob: blob.toString('base64'),
    fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
  }
}

/** The line that `parsePublicKey` reads, without a comment. */
export function formatPublicKey({ algorithm, blob }: Omit<PublicKey, 'fingerprint'>): string {
  return `${algorithm} ${blob}`
}

/** The same line from the blob alone, in base64. */
export function publicKeyLine(blob: string): string {
  return formatPublicKey({ algorithm: algorithmOf(Buffer.from(blob, 'base64')) ?? 'unknown', blob })
}

/** The form that Deis used: MD5 of the blob, lower-case hex pairs joined by colons. */
export function md5Fingerprint({ blob }: PublicKey): string {
  const digest = createHash('md5').update(Buffer.from(blob, 'base64')).digest('hex')
  return digest.replace(/(..)(?=.)/g, '$1:')
}

// The blob begins with the algorithm's name: a 4-byte length and the text.
function algorithmOf(blob: Buffer): string | undefined {
  if (blob.length < 8) return undefined
  const length = blob.readUInt32BE(0)
  return length > 0 && length <= 64 && blob.length > 4 + length
    ? blob.toString('latin1', 4, 4 + length)
    : undefined
}
