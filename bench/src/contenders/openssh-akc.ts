import { sshdMissing, startSshd } from '../servers/sshd.ts'
import type { Contender } from './contender.ts'

/**
 * What platforms put in front of git before they write a server of their own: Debian's sshd, unchanged, and an
 * AuthorizedKeysCommand that asks the controller by HTTP. As in GitLab (`gitlab-shell-authorized-keys-check`,
 * then `/allowed`) the command answers with a forced command, which asks again once the app is known, and
 * then becomes `git receive-pack`. sshd runs the command twice for each login, so a push is three calls.
 *
 * Where there was a choice it was made for speed: `sh` and `curl` instead of Ruby or Python, no PAM, no
 * housekeeping by git, no release afterwards. Clients are held to curve25519; OpenSSH's own choice
 * (sntrup761) would cost the stock client another 80 ms.
 */
export const opensshAkc: Contender = {
  name: 'openssh-akc',
  description: 'sshd as shipped, AuthorizedKeysCommand with sh and curl',
  missing: () => sshdMissing(),
  start: (site) => startSshd('openssh-akc', site),
}
