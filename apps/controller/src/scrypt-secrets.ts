import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Secrets } from './domain/secrets.ts'

const derive = promisify<string, Buffer, number, Buffer>(scrypt)
const keyLength = 32

/** Passwords by scrypt with Node's costs (16 MB, about 50 ms), as `<salt>:<key>` in hex; tokens by SHA-256. */
export const scryptSecrets: Secrets = {
  async hashPassword(password) {
    const salt = randomBytes(16)
    const key = await derive(password, salt, keyLength)
    return `${salt.toString('hex')}:${key.toString('hex')}`
  },
  async verifyPassword(password, hash = `${'0'.repeat(32)}:`) {
    const [salt = '', expected = ''] = hash.split(':')
    const key = await derive(password, Buffer.from(salt, 'hex'), keyLength)
    const wanted = Buffer.from(expected, 'hex')
    return wanted.length === keyLength && timingSafeEqual(key, wanted)
  },
  hashToken: (token) => createHash('sha256').update(token).digest('hex'),
}
