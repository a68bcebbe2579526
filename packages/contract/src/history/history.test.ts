import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  canonical,
  genesisHash,
  inclusionProof,
  leafHash,
  merkleLevels,
  merkleRoot,
  nextStep,
  rootOfProof,
  stepHash
} from './index.ts'

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

test('canonical JSON: the example of RFC 8785 §3.2.2, and its order of keys', () => {
  const numbers = [JSON.parse('333333333.33333329') as number, 1e30, 4.5, 2e-3, 0.000000000000000000000000001]
  const value = { numbers, string: '€$\u000f\nA\'B"\\\\"/', literals: [null, true, false] }
  expect(canonical(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
  )
  expect(canonical({ '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 })).toBe(
    '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}'
  )
})

test('canonical JSON refuses what would not come back the same', () => {
  for (const bad of [
    undefined,
    Number.NaN,
    1 / 0,
    1n,
    () => 1,
    new Date(0),
    new Map(),
    '\ud800',
    'a\u0000',
    new Array(2),
    { a: undefined }
  ]) {
    expect(() => canonical(bad)).toThrow(TypeError)
    expect(() => canonical({ deep: [bad] })).toThrow(/\$\.deep\[0\]/)
  }
})

test('canonical JSON depends on the value alone, and says all of it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
      const text = canonical(value)
      expect(canonical(JSON.parse(text))).toBe(text)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
    })
  )
})

test('a step hash equals one computed by another program from the description in docs/operate/verify.md', () => {
  // Python: sha256(json.dumps(step, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()).hexdigest()
  const facts = {
    caseId: '0198a000-0000-7000-8000-000000000001',
    at: '2026-03-05T01:02:03.000Z',
    op: 'report',
    fromStatus: null,
    toStatus: 'reported',
    actorId: 'u1',
    actorName: '张伟',
    unitId: null,
    opinion: '井盖“破损”',
    data: { z: [1, 2.5], a: { 乙: true, 甲: null } }
  }
  const step = nextStep(null, facts, sha256)
  expect(step.seq).toBe(1)
  expect(step.prevHash).toBe(GENESIS)
  expect(step.hash).toBe(STEP)
  expect(stepHash({ ...step, extra: 1 } as never, sha256)).toBe(step.hash)
})

const GENESIS = 'b91d7c3a8a41a6d22df3287b61296eb03594af85b64f0cff82911a35ed7c5e86'
const STEP = 'ebd03f8c2c429f4a7347d1526dd11260778e4f1c1bc67ee68b7ca9b1311804aa'

test('steps follow one another', () => {
  const facts = {
    caseId: 'c',
    at: '2026-03-05T01:02:03.000Z',
    op: 'x',
    fromStatus: null,
    toStatus: 's',
    actorId: 'u',
    actorName: 'n',
    unitId: null,
    opinion: null,
    data: null
  }
  const first = nextStep(null, facts, sha256)
  const second = nextStep(first, facts, sha256)
  expect(first.prevHash).toBe(genesisHash('c', sha256))
  expect([second.seq, second.prevHash]).toEqual([2, first.hash])
  expect(second.hash).not.toBe(first.hash)
})

test('every leaf is proven, no other leaf is, and the root is that of the recursive definition', () => {
  const recursive = (leaves: readonly string[]): string => {
    if (leaves.length === 1) return leaves[0]!
    let k = 1
    while (k * 2 < leaves.length) k *= 2
    return sha256(`node:${recursive(leaves.slice(0, k))}${recursive(leaves.slice(k))}`)
  }
  for (let size = 1; size <= 33; size += 1) {
    const leaves = Array.from({ length: size }, (_, i) =>
      leafHash({ caseId: `c${i}`, seq: i + 1, hash: sha256(String(i)) }, sha256)
    )
    const levels = merkleLevels(leaves, sha256)
    const root = merkleRoot(leaves, sha256)
    expect(root).toBe(recursive(leaves))
    for (const [i, leaf] of leaves.entries()) {
      const path = inclusionProof(levels, i)
      expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)))
      expect(rootOfProof(leaf, path, sha256)).toBe(root)
      expect(rootOfProof(sha256('other'), path, sha256)).not.toBe(root)
    }
    expect(() => inclusionProof(levels, size)).toThrow(RangeError)
  }
  expect(merkleRoot([], sha256)).toBe(sha256('empty'))
})
