import type { ClientName } from '@keyrace/contracts'
import { realClock as clock } from '@keyrace/environment/real'
import { connectOpenSsh } from './openssh/openssh-client.ts'
import type { PushConnection } from './push-client.ts'
import { connectSsh, type SshOptions } from './ssh-push-client.ts'

/** The clock is the host's, which all threads share. */
export type ConnectOptions = Omit<SshOptions, 'clock'>

/** Opens an authenticated connection. Rejects with a ConnectionRefused. */
export type Connect = (options: ConnectOptions) => Promise<PushConnection>

/** The interchangeable clients, in the thread of their caller. */
export const connectWith: Readonly<Record<ClientName, Connect>> = {
  ssh2: (options) => connectSsh({ ...options, clock }),
  openssh: (options) => connectOpenSsh({ ...options, clock }),
}
