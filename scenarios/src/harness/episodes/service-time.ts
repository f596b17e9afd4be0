import type { Context } from '../scenario.ts'

const timeoutMs = 10_000

/** What each answer to a builder or a reaper takes longer from now on; by default as in the races. */
export async function setServiceTime(
  { plan, world }: Context,
  ms = plan.serviceTimesMs[0] ?? 0,
): Promise<void> {
  const answer = await world.operator.call('setServiceTime', { body: { ms } }, { timeoutMs })
  if (!answer.ok) throw new Error(`the controller does not take a service time: ${answer.detail}`)
}
