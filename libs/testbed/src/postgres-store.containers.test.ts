import { describeStore, newDatabase, openPostgresStore } from '@keyrace/controller/testing'
import { realIds } from '@keyrace/environment/real'
import type { StartedTestContainer } from 'testcontainers'
import { afterAll, beforeAll, describe } from 'vitest'
import { canRunContainers } from './testing/can-run-containers.ts'
import { postgresContainer, publishedUrl } from './testing/postgres-container.ts'

describe.runIf(await canRunContainers())('over TCP, with a password', () => {
  let postgres: StartedTestContainer
  let databases = 0
  beforeAll(async () => {
    postgres = await postgresContainer().start()
  })
  afterAll(() => postgres?.stop())

  describeStore('the store in a Postgres container', async () =>
    openPostgresStore({
      url: await newDatabase(publishedUrl(postgres), `test_${databases++}`),
      ids: realIds,
      onIdleFailure: () => {},
    }),
  )
})
