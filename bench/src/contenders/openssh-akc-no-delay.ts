import { compileNoDelay } from '../servers/no-delay.ts'
import { sshdMissing, startSshd } from '../servers/sshd.ts'
import type { Contender } from './contender.ts'

/**
 * The same as `openssh-akc` without the two stalls of 40 ms that a login owes to Nagle's algorithm: a preloaded
 * library sets TCP_NODELAY in sshd, and in the stock ssh that pushes to it. No package ships it like this; it
 * shows what is left of the difference when only programs are compared.
 */
export const opensshAkcNoDelay: Contender = {
  name: 'openssh-akc-no-delay',
  description: 'the same with TCP_NODELAY at both ends, by a preloaded library',
  missing: () => sshdMissing('cc'),
  async start(site) {
    const library = await compileNoDelay(site.folder)
    return startSshd('openssh-akc-no-delay', site, { LD_PRELOAD: library })
  },
}
