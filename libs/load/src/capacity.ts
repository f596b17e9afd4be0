import autocannon from 'autocannon'

/** One request, to be made over and over. */
export interface CapacityTarget {
  readonly url: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export interface CapacityOptions {
  /** Each asks again as soon as it was answered. */
  readonly connections: number
  readonly durationMs: number
}

/** What a server answered to as many requests as it had time for. */
export interface Capacity {
  readonly answered: number
  readonly perSecond: number
  /** In whole milliseconds, as autocannon counts them. */
  readonly p99Ms: number
  /** Answers other than 2xx, broken connections and timeouts: with any of them the rest is no figure. */
  readonly failures: number
}

/** How often autocannon looks whether its time is over. */
const sampleMs = 10
const requestTimeoutSeconds = 5

/**
 * Drives an HTTP route in a closed loop. There is no rate to keep, so autocannon has no omission to correct:
 * its correction, which is wrong by a unit, comes only with a rate.
 */
export async function measureCapacity(
  { url, method, headers, body }: CapacityTarget,
  { connections, durationMs }: CapacityOptions,
): Promise<Capacity> {
  const result = await autocannon({
    url,
    method,
    headers,
    ...(body !== null && { body }),
    connections,
    duration: durationMs / 1000,
    sampleInt: sampleMs,
    timeout: requestTimeoutSeconds,
    // A server that is gone would be asked again without a pause.
    bailout: 1,
  })
  const tookMs = result.finish.getTime() - result.start.getTime()
  return {
    answered: result.requests.total,
    perSecond: (result.requests.total / tookMs) * 1000,
    p99Ms: result.latency.p99,
    failures: result.non2xx + result.errors,
  }
}
