import { GenericContainer, Wait } from 'testcontainers'
import { postgresImage } from './can-run-containers.ts'

const password = 'secret'

/** Its URL within a network where it is called `postgres`. */
export const postgresUrl = `postgres://postgres:${password}@postgres/postgres`

/** To be started; ready when it lets connections in. */
export function postgresContainer(): GenericContainer {
  return new GenericContainer(postgresImage)
    .withEnvironment({ POSTGRES_PASSWORD: password })
    .withExposedPorts(5432)
    .withWaitStrategy(
      Wait.forSuccessfulCommand('pg_isready --quiet --host=127.0.0.1 --username=postgres'),
    )
}

/** Its URL from outside. */
export function publishedUrl(container: {
  getHost(): string
  getMappedPort(port: number): number
}): string {
  const address = `${container.getHost()}:${container.getMappedPort(5432)}`
  return `postgres://postgres:${password}@${address}/postgres`
}
