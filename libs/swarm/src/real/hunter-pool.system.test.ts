import { expect, test } from 'vitest'
import { hunt } from '../mutants/hunt.ts'
import { startHunterPool } from './hunter-pool.ts'

test('threads hunt as this one does, and one that fails takes no other with it', async () => {
  const pool = startHunterPool(2)
  try {
    const options = { seeds: 20 }
    const [there, unknown] = await Promise.allSettled([
      pool.hunt('M15', options),
      pool.hunt('M0', options),
    ])
    expect(there).toEqual({ status: 'fulfilled', value: await hunt('M15', options) })
    expect(unknown).toMatchObject({ status: 'rejected' })
    expect(await pool.hunt('M1', options)).toMatchObject({ killed: true })
  } finally {
    await pool.close()
  }
}, 60_000)
