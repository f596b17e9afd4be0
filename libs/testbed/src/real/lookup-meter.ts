import {
  type Endpoint,
  type EndpointName,
  type Endpoints,
  endpoints,
  headers,
  type Input,
} from '@keyrace/contracts'
import {
  type ControllerClient,
  ControllerUnavailable,
  createControllerClient,
} from '@keyrace/controller-client'
import type { Call, Transport } from '@keyrace/environment'
import { pathOf, realClock } from '@keyrace/environment/real'
import { type CapacityTarget, measureCapacity } from '@keyrace/load'
import { distribution } from '@keyrace/statistics'
import type { MeasureLookup } from '../world.ts'

export interface LookupMeterOptions {
  /** The controller's: `http://127.0.0.1:8000`. */
  readonly origin: string
  readonly transport: Transport
  /** Of a builder that belongs to no arm, so that none is charged. */
  readonly token: string
}

const serial = { lookups: 20, longestMs: 300 }
/** In a closed loop, each again as soon as it was answered: enough to keep two cores busy. */
const connections = 8
/** Longer where one lookup takes long, so that each connection is answered more than once. */
const driven = { shortestMs: 100, longestMs: 2_000, inLookups: 20 }
const lookupTimeoutMs = 5_000

/** Times lookups one after the other, exactly; then counts how many the controller answers when driven. */
export function createLookupMeter({ origin, transport, token }: LookupMeterOptions): MeasureLookup {
  const client = createControllerClient({ transport, credentials: { builder: token } })
  return async (name, input) => {
    const { serialMs, failures } = await timeSerially(() => isAnswered(client, name, input))
    const typicalMs = distribution(serialMs).p50 ?? 0
    const wantedMs = driven.inLookups * typicalMs
    const durationMs = Math.min(Math.max(wantedMs, driven.shortestMs), driven.longestMs)
    const target = targetOf(endpoints[name], input as Call['input'])
    const capacity = await measureCapacity(target, { connections, durationMs })
    return { serialMs, capacity: { ...capacity, failures: failures + capacity.failures } }
  }

  function targetOf({ method, path }: Endpoint, input: Call['input']): CapacityTarget {
    const json = input.body !== undefined
    return {
      url: `${origin}${pathOf(path, input)}`,
      method,
      headers: {
        [headers.builderToken]: token,
        ...(json && { 'content-type': 'application/json' }),
      },
      body: json ? JSON.stringify(input.body) : null,
    }
  }
}

async function timeSerially(lookUp: () => Promise<boolean>) {
  const serialMs: number[] = []
  const giveUpAt = realClock.now() + serial.longestMs
  let failures = 0
  for (let n = 0; n < serial.lookups && (n === 0 || realClock.now() < giveUpAt); n++) {
    const startedAt = realClock.now()
    if (await lookUp()) serialMs.push(realClock.now() - startedAt)
    else failures++
  }
  return { serialMs, failures }
}

async function isAnswered<N extends EndpointName>(
  client: ControllerClient,
  name: N,
  input: Input<Endpoints[N]>,
): Promise<boolean> {
  try {
    return (await client.call(name, input, { timeoutMs: lookupTimeoutMs })).ok
  } catch (error) {
    if (!(error instanceof ControllerUnavailable)) throw error
    return false
  }
}
