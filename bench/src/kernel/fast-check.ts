import fc from 'fast-check'
import { push, pushAll } from './push.ts'

/** fast-check's scheduler, which has an order and no time: the same push, and nothing beside it. */
export async function runFastCheck(pushes: number): Promise<number> {
  const [scheduler] = fc.sample(fc.scheduler(), { numRuns: 1, seed: 1 })
  if (scheduler === undefined) throw new Error('fast-check made no scheduler')
  let messages = 0
  const pushing = pushAll(pushes, async () => {
    await push((label) => {
      messages++
      return scheduler.schedule(Promise.resolve(), label)
    })
  })
  await scheduler.waitFor(pushing)
  return messages
}
