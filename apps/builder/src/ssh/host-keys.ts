import ssh2 from 'ssh2'

/** The text of a private host key. */
export interface HostKey {
  readonly type: string
  readonly text: string
}

/** Undefined where the text is not a private key that can be used without a passphrase. */
export function parseHostKey(text: string): HostKey | undefined {
  const parsed = ssh2.utils.parseKey(text)
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (key === undefined || key instanceof Error || !key.isPrivateKey()) return undefined
  return { type: key.type, text }
}

/** Ed25519 first: clients take the first type that they know, and an RSA signature costs 20 times as much. */
export function inOrder(keys: readonly HostKey[]): readonly string[] {
  const isDear = ({ type }: HostKey) => Number(type !== 'ssh-ed25519')
  return keys.toSorted((a, b) => isDear(a) - isDear(b)).map(({ text }) => text)
}
