import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatPublicKey, md5Fingerprint, parsePublicKey, publicKeyLine } from './public-key.ts'

const line =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPeYw3ZyFVJhWnNBbkDCCUgCfVvDSmwMyKAdO3jHLGEJ alice@laptop'

describe('a public key', () => {
  test.each(['ed25519', 'rsa', 'ecdsa'])(
    'of type %s has the fingerprints that ssh-keygen prints',
    (type) => {
      const folder = mkdtempSync(join(tmpdir(), 'keyrace-'))
      const file = join(folder, 'key')
      execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'a comment', '-f', file])
      const printed = (hash: string) =>
        execFileSync('ssh-keygen', ['-l', '-E', hash, '-f', `${file}.pub`], { encoding: 'utf8' })
      const key = parsePublicKey(readFileSync(`${file}.pub`, 'utf8'))
      expect(printed('sha256')).toContain(` ${key?.fingerprint} `)
      expect(printed('md5')).toContain(` MD5:${key && md5Fingerprint(key)} `)
      rmSync(folder, { recursive: true })
    },
  )

  test('is the same key whatever its comment says', () => {
    const [bare, other] = [line.replace(' alice@laptop', ''), line.replace('alice', 'mallory')]
    expect(parsePublicKey(bare)).toEqual(parsePublicKey(other))
  })

  test('survives being written and read', () => {
    const key = parsePublicKey(line)
    expect(key && parsePublicKey(formatPublicKey(key))).toEqual(key)
  })

  test('is written from its blob alone', () => {
    const key = parsePublicKey(line)
    expect(key && publicKeyLine(key.blob)).toBe(line.replace(' alice@laptop', ''))
    expect(parsePublicKey(publicKeyLine('AAAA'))).toBeUndefined()
  })

  test.each([
    ['options before the key', `command="sh" ${line}`],
    ['two lines', `${line}\n${line}`],
    ['an algorithm that the blob contradicts', line.replace('ssh-ed25519', 'ssh-rsa')],
    ['base64 that is not', line.replace('AAAAC3', 'AAAAC%')],
    ['a blob cut short', 'ssh-ed25519 AAAA'],
    ['nothing', ''],
    ['a megabyte', `ssh-ed25519 ${'A'.repeat(1 << 20)}`],
  ])('is not read from %s', (_, text) => {
    expect(parsePublicKey(text)).toBeUndefined()
  })
})
