/** Where Deis v1 kept public keys: user, fingerprint → line of the key. */
export const usersPath = '/deis/builder/users/'
/** An entry for each app. */
export const servicesPath = '/deis/services/'

export function keysPathOf(user: string): string {
  return `${usersPath}${user}/`
}

/** `fingerprint` in the MD5 form that Deis used. */
export function keyPath(user: string, fingerprint: string): string {
  return `${keysPathOf(user)}${fingerprint}`
}

/** The user whose key is at such a path; undefined where it is another path. */
export function userOfKeyPath(path: string): string | undefined {
  if (!path.startsWith(usersPath)) return undefined
  const [user, fingerprint, ...more] = path.slice(usersPath.length).split('/')
  return user && fingerprint && more.length === 0 ? user : undefined
}

export function servicePath(app: string): string {
  return `${servicesPath}${app}`
}
