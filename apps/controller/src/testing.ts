export { openPostgresStore } from './store/postgres/postgres-store.ts'
export { keyOf, plainSecrets } from './store/testing/fixture.ts'
export { newDatabase } from './store/testing/new-database.ts'
export { describeStore } from './store/testing/suite.ts'
