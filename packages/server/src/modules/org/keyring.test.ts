import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keyringFrom, openKeyring } from './keyring.ts'

const ring = keyringFrom('a secret of thirty-two characters and more')

test('what is sealed opens only unaltered, in its place, with its key', () => {
  const sealed = ring.encrypt('13812341234', 'phone:1')
  expect(sealed).not.toContain('138')
  expect(ring.encrypt('13812341234', 'phone:1')).not.toBe(sealed)
  expect(ring.decrypt(sealed, 'phone:1')).toBe('13812341234')
  expect(() => ring.decrypt(sealed, 'phone:2')).toThrow()
  expect(() => keyringFrom('another secret of thirty-two characters').decrypt(sealed, 'phone:1')).toThrow()
  const bytes = Buffer.from(sealed.slice(3), 'base64url')
  for (const at of [0, 15, bytes.length - 1]) {
    const flipped = Buffer.from(bytes)
    flipped[at] = flipped[at]! ^ 1
    expect(() => ring.decrypt(`v1.${flipped.toString('base64url')}`, 'phone:1')).toThrow()
  }
})

test('the blind index finds without opening', () => {
  expect(ring.index('13812341234')).toBe(ring.index('13812341234'))
  expect(ring.index('13812341235')).not.toBe(ring.index('13812341234'))
})

test('without a setting a secret is made once in the data directory, readable by its owner only', () => {
  const dir = mkdtempSync(join(tmpdir(), 'keyring-'))
  try {
    const first = openKeyring({ CHENGYUN_DATA: dir })
    const sealed = first.encrypt('x', 'c')
    expect(openKeyring({ CHENGYUN_DATA: dir }).decrypt(sealed, 'c')).toBe('x')
    expect(statSync(join(dir, 'secret.key')).mode & 0o777).toBe(0o600)
  } finally {
    rmSync(dir, { recursive: true })
  }
})
