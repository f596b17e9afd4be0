import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type ControllerClient, ControllerUnavailable } from '@keyrace/controller-client'
import { SetupError } from '../setup-error.ts'

const startTimeoutMs = 60_000
const answerTimeoutMs = 1_000
const pauseMs = 50

/** Until its database answers too. Rejects with a SetupError. */
export function awaitController(operator: ControllerClient): Promise<void> {
  return until('the controller', () =>
    operator.call('readiness', {}, { timeoutMs: answerTimeoutMs }).then(
      ({ ok }) => ok,
      (error: unknown) => {
        if (error instanceof ControllerUnavailable) return false
        throw error
      },
    ),
  )
}

/** The engine accepts connections before the container does, so it takes a greeting to know. */
export function awaitSsh(
  service: string,
  address: { readonly host: string; readonly port: number },
): Promise<void> {
  return until(service, async () => {
    const socket = connect(address)
    try {
      const [greeting] = await once(socket, 'data', {
        signal: AbortSignal.timeout(answerTimeoutMs),
      })
      return String(greeting).startsWith('SSH-2.0')
    } catch {
      return false
    } finally {
      socket.destroy()
    }
  })
}

async function until(what: string, answers: () => Promise<boolean>): Promise<void> {
  const deadline = AbortSignal.timeout(startTimeoutMs)
  while (!(await answers())) {
    if (deadline.aborted) {
      throw new SetupError(
        'start-timeout',
        `${what} did not answer in ${startTimeoutMs} ms: see containers.log among the logs`,
      )
    }
    await delay(pauseMs)
  }
}
