import { describeStore, newDatabase, openPostgresStore } from '@keyrace/controller/testing'
import { realIds } from '@keyrace/environment/real'
import { afterAll, beforeAll } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'

let postgres: EmbeddedPostgres
let databases = 0

beforeAll(async () => {
  postgres = await startEmbeddedPostgres()
})

afterAll(() => postgres?.stop())

describeStore('the store in Postgres', async () =>
  openPostgresStore({
    url: await newDatabase(postgres.url, `test_${databases++}`),
    ids: realIds,
    onIdleFailure: () => {},
  }),
)
