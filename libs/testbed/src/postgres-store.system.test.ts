import { createMemoryStore } from '@keyrace/controller'
import {
  describeStore,
  newDatabase,
  openPostgresStore,
  transcriptOf,
} from '@keyrace/controller/testing'
import { realIds } from '@keyrace/environment/real'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'

let postgres: EmbeddedPostgres
let databases = 0

beforeAll(async () => {
  postgres = await startEmbeddedPostgres()
})

afterAll(() => postgres?.stop())

describeStore('the store in Postgres', openStore)

test.each([1, 2, 3])(
  'the store in memory is its twin: the same answers to all (%i)',
  async (seed) => {
    const inMemory = createMemoryStore({ epoch: 'e', timestamp: () => '2016-03-01T12:00:00Z' })
    const inPostgres = await openStore()
    try {
      const story = { seed, operations: 300 }
      const transcript = await transcriptOf(inPostgres, story)
      expect(await transcriptOf(inMemory, story)).toEqual(transcript)
    } finally {
      await inPostgres.close()
    }
  },
)

async function openStore() {
  return openPostgresStore({
    url: await newDatabase(postgres.url, `test_${databases++}`),
    ids: realIds,
    onIdleFailure: () => {},
  })
}
