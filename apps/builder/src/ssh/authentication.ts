import { publicKeyOf } from '@keyrace/public-key'
import type { Connection } from '@keyrace/push'
import type { AuthContext, PublicKeyAuthContext, Connection as SshConnection } from 'ssh2'
import type { Limits } from './limits.ts'
import { hasValidSignature, isAcceptable } from './signature.ts'

export interface AuthenticationDeps {
  readonly client: SshConnection
  readonly connection: Connection
  readonly limits: Limits
  readonly onFault: (error: unknown) => void
}

/** Public keys only. A key is offered without a signature first, and then with one. */
export function handleAuthentication(deps: AuthenticationDeps): void {
  const { client, connection, limits, onFault } = deps
  let probes = 0
  let failedSignatures = 0

  client.on('authentication', (request) => {
    answer(request).catch((error: unknown) => {
      onFault(error)
      refuse(request)
    })
  })

  async function answer(request: AuthContext): Promise<void> {
    if (request.method === 'publickey' && request.signature !== undefined) {
      return answerSignature(request)
    }
    if (++probes > limits.mostProbes) return hangUp()
    const isWelcome =
      request.method === 'publickey' &&
      isAcceptable(request) &&
      (await connection.probe(publicKeyOf(request.key.data)))
    // Accepting a request without a signature asks for one; it admits nobody.
    if (isWelcome) request.accept()
    else refuse(request)
  }

  async function answerSignature(request: PublicKeyAuthContext): Promise<void> {
    const isOwner =
      hasValidSignature(request) && (await connection.authenticate(publicKeyOf(request.key.data)))
    if (isOwner) return request.accept()
    if (++failedSignatures >= limits.mostFailedSignatures) return hangUp()
    refuse(request)
  }

  function hangUp() {
    client.end()
  }
}

// Without the list some clients never offer a key.
function refuse(request: AuthContext): void {
  request.reject(['publickey'])
}
