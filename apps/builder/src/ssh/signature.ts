import { createPublicKey } from 'node:crypto'
import ssh2, { type ParsedKey, type PublicKeyAuthContext } from 'ssh2'

const shortestRsaBits = 2048

/**
 * Whether a key is one whose signatures are taken: a type that can be verified, as the request names it;
 * RSA with SHA-2 and not too short.
 */
export function isAcceptable(request: PublicKeyAuthContext): boolean {
  return acceptableKey(request) !== undefined
}

/** The only judge of signatures: ssh2 itself verifies none. */
export function hasValidSignature(request: PublicKeyAuthContext): boolean {
  const { signature, blob, hashAlgo } = request
  const key = acceptableKey(request)
  if (key === undefined || signature === undefined || blob === undefined) return false
  // An Error is an answer as well, and it is not true.
  return key.verify(blob, signature, hashAlgo) === true
}

function acceptableKey({ key, hashAlgo }: PublicKeyAuthContext): ParsedKey | undefined {
  try {
    const parsed = ssh2.utils.parseKey(key.data)
    if (parsed instanceof Error || parsed.type !== key.algo) return undefined
    if (parsed.type === 'ssh-rsa' && !isStrongRsa(parsed, hashAlgo)) return undefined
    return parsed
  } catch {
    // Some malformed keys make ssh2 throw. They are the client's fault and not one of ours.
    return undefined
  }
}

function isStrongRsa(key: ParsedKey, hashAlgo: string | undefined): boolean {
  const { modulusLength = 0 } = createPublicKey(key.getPublicPEM()).asymmetricKeyDetails ?? {}
  return (hashAlgo === 'sha256' || hashAlgo === 'sha512') && modulusLength >= shortestRsaBits
}
