import { NamespacesError, type NamespacesFailure } from '@keyrace/environment'
import { ApiException, type V1Status } from '@kubernetes/client-node'

/** What the official client rejects with: an answer that refuses, or no answer at all. */
export function asNamespacesError(error: unknown): NamespacesError {
  if (error instanceof NamespacesError) return error
  if (error instanceof ApiException) return errorOf({ ...statusIn(error.body), code: error.code })
  const { statusCode, message, cause } = error as Error & { statusCode?: number }
  if (statusCode !== undefined) return errorOf({ code: statusCode, message })
  // Of `fetch failed` it is the cause that tells why.
  const reason = cause instanceof Error ? `${message}: ${cause.message}` : message
  return new NamespacesError('unreachable', reason, { cause: error })
}

export function errorOf(status: Pick<V1Status, 'code' | 'reason' | 'message'>): NamespacesError {
  const { code, message = 'no explanation was given' } = status
  return new NamespacesError(failureOf(status), `${code}: ${message}`)
}

function failureOf({ code, reason }: V1Status): NamespacesFailure {
  if (code === 404) return 'not-found'
  if (code === 409) return reason === 'AlreadyExists' ? 'already-exists' : 'conflict'
  return code === 410 ? 'gone' : 'refused'
}

/** The body is a `Status`, or its JSON, or what a proxy wrote. */
function statusIn(body: unknown): Partial<V1Status> {
  if (typeof body !== 'string') return (body ?? {}) as Partial<V1Status>
  try {
    return statusIn(JSON.parse(body))
  } catch {
    return { message: body.slice(0, 200) }
  }
}
