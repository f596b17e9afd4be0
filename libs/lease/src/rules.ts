/**
 * What makes a lease right. In production all of them hold; the model leaves out one at a time and shows what
 * goes wrong then. Rates: either clock may be wrong by ρ as long as `usableShare` ≤ (1 − ρ) / (1 + ρ).
 */
export interface Rules {
  /** C0: a revocation commits after everybody has forgotten, not before. */
  readonly revokeBeforeCommit: boolean
  /** C1: a lease counts from before its renewal was sent, not from when the answer came. */
  readonly countFromSending: boolean
  /** C1: a holder uses less than the term that the grantor waits: clocks differ in their rates. */
  readonly marginForClockRates: boolean
  /** C1: a lease is over if either clock says so: the monotonic one stands still while the host sleeps. */
  readonly compareBootClock: boolean
  /** C2: what is acknowledged has been dropped. */
  readonly dropBeforeAcknowledging: boolean
  /** C3: an answer that was read before the last invalidation is not remembered. */
  readonly refuseOvertakenAnswers: boolean
  /** C3: the number on an answer is from before its database read. */
  readonly stampBeforeReading: boolean
  /** C3: what a pending revocation touches is not remembered. */
  readonly pendingIsUncacheable: boolean
  /** C3: numbers are compared within the life of one grantor only. */
  readonly numbersBelongToGrantor: boolean
  /** C4: a holder that is behind drops what it missed before it uses the new term. */
  readonly dropWhatWasMissed: boolean
  /** C4: a new session begins with nothing. */
  readonly newSessionStartsEmpty: boolean
  /** C5: acknowledgement and term belong to one session; a late open frees no other one. */
  readonly sessionsStandAlone: boolean
  /** C6: after a restart no revocation commits for the longest term. */
  readonly quietAfterRestart: boolean
  /** C7: expiry is a comparison at use, not a timer that empties the cache. */
  readonly compareAtUse: boolean
  /** C8: no lease is extended while an invalidation is unacknowledged. */
  readonly extendOnlyWhenAcknowledged: boolean
}

export const sound: Rules = {
  revokeBeforeCommit: true,
  countFromSending: true,
  marginForClockRates: true,
  compareBootClock: true,
  dropBeforeAcknowledging: true,
  refuseOvertakenAnswers: true,
  stampBeforeReading: true,
  pendingIsUncacheable: true,
  numbersBelongToGrantor: true,
  dropWhatWasMissed: true,
  newSessionStartsEmpty: true,
  sessionsStandAlone: true,
  quietAfterRestart: true,
  compareAtUse: true,
  extendOnlyWhenAcknowledged: true,
}

/** As much of a term as its holder may use: each clock may be wrong in its rate by a ninth. */
export const usableShare = 0.8
