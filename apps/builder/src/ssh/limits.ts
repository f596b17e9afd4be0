/** What one client may take, before and after it is known. */
export interface Limits {
  /** From the accepted socket to a verified signature. */
  readonly loginGraceMs: number
  readonly mostConnections: number
  /** Requests without a signature on one connection: 24 keys, and the question for methods. */
  readonly mostProbes: number
  /** Refused requests with a signature on one connection. */
  readonly mostFailedSignatures: number
  /** At the same time on one connection. */
  readonly mostSessions: number
  readonly keepaliveIntervalMs: number
  readonly mostMissedKeepalives: number
}

export const defaultLimits: Limits = {
  loginGraceMs: 30_000,
  mostConnections: 4_000,
  mostProbes: 25,
  mostFailedSignatures: 6,
  mostSessions: 10,
  keepaliveIntervalMs: 15_000,
  mostMissedKeepalives: 3,
}
