import { bundleSeal, type CaseBundle, genesisHash, stepHash } from '@chengyun/contract/history'
import fc from 'fast-check'
import { expect, describe as group, test } from 'vitest'
import { exampleBundle } from './example.testing.ts'
import { describe, FINDINGS, sha256, verifyBundle } from './verify.ts'

const codes = async (bundle: unknown, published?: Record<string, string>) => {
  const { findings } = await verifyBundle(bundle, published ? { publishedRoots: published } : {})
  return [...new Set(findings.map((f) => f.code))].sort()
}

/** What somebody with the file but without the published roots would do: change it and seal it again. */
function resealed(change: (bundle: CaseBundle) => void, bundle = exampleBundle()): CaseBundle {
  const copy = structuredClone(bundle)
  change(copy)
  return { ...copy, seal: bundleSeal(copy, sha256) }
}

/** The strongest liar: recomputes the whole chain and the snapshot after the change. */
function rechained(change: (bundle: CaseBundle) => void): CaseBundle {
  return resealed((bundle) => {
    change(bundle)
    let prevHash = genesisHash(bundle.case.id, sha256)
    for (const [i, step] of bundle.steps.entries()) {
      step.seq = i + 1
      step.prevHash = prevHash
      step.hash = stepHash({ caseId: bundle.case.id, ...step }, sha256)
      prevHash = step.hash
    }
    const last = bundle.steps.at(-1)!
    Object.assign(bundle.case, { lastSeq: last.seq, lastHash: last.hash, status: last.toStatus })
  })
}

test('a whole bundle has no findings', async () => {
  for (const neighbours of [0, 1, 2, 6, 12]) {
    const report = await verifyBundle(exampleBundle(neighbours))
    expect(report.findings).toEqual([])
    expect(report).toMatchObject({
      ok: true,
      steps: 6,
      evidence: { listed: 2 },
      days: { listed: neighbours === 0 ? 3 : 4, proven: 3, published: 0, stepsNotYetCovered: 0 }
    })
  }
})

test('it survives being written and read with other key order and white space', async () => {
  const shuffle = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shuffle)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([k, v]) => [k, shuffle(v)])
          )
        : value
  expect(await codes(JSON.parse(JSON.stringify(shuffle(exampleBundle()), null, 3)))).toEqual([])
})

group('each lie has its finding, even when the seal was made anew', () => {
  const lies: [string, (bundle: CaseBundle) => void, string[]][] = [
    [
      'an opinion is changed',
      (b) => {
        b.steps[5]!.opinion = '不同意'
      },
      ['STEP_HASH']
    ],
    [
      'an actor is changed',
      (b) => {
        b.steps[1]!.actorId = 'u2'
      },
      ['STEP_HASH']
    ],
    [
      'a time is changed',
      (b) => {
        b.steps[1]!.at = '2026-03-05T01:05:00.001Z'
      },
      ['STEP_HASH']
    ],
    [
      'a step is dropped',
      (b) => {
        b.steps.splice(2, 1)
      },
      ['FACTS', 'STEP_LINK', 'STEP_SEQ', 'STEP_STATUS']
    ],
    [
      'two steps change places',
      (b) => {
        b.steps.splice(1, 2, b.steps[2]!, b.steps[1]!)
      },
      ['STEP_LINK', 'STEP_SEQ', 'STEP_STATUS', 'STEP_TIME']
    ],
    [
      'the tail is cut',
      (b) => {
        b.steps.pop()
      },
      ['DAY_PROOF', 'STATUS', 'TAIL']
    ],
    [
      'a step is said twice',
      (b) => {
        b.steps.push(b.steps[5]!)
      },
      ['STEP_LINK', 'STEP_SEQ', 'STEP_STATUS']
    ],
    [
      'the status of the snapshot is changed',
      (b) => {
        b.case.status = 'reported'
      },
      ['STATUS']
    ],
    [
      'a field of the snapshot is changed',
      (b) => {
        b.case.facts!.class = '0101'
      },
      ['FACTS']
    ],
    [
      'a field of the snapshot is left out',
      (b) => {
        delete b.case.facts!.unit
      },
      ['FACTS']
    ],
    [
      'a field is added to the snapshot',
      (b) => {
        b.case.facts!.extra = 1
      },
      ['FACTS']
    ],
    [
      'the hash of a photo is changed',
      (b) => {
        b.evidence[0]!.sha256 = sha256('x')
      },
      ['EVIDENCE_CLAIM']
    ],
    [
      'a photo is dropped',
      (b) => {
        b.evidence.pop()
      },
      ['EVIDENCE_MISSING']
    ],
    [
      'a photo is smuggled in',
      (b) => {
        b.evidence.push({ id: 'new', sha256: sha256('x') })
      },
      ['EVIDENCE_UNKNOWN']
    ],
    [
      'a photo stands twice',
      (b) => {
        b.evidence.push(b.evidence[0]!)
      },
      ['EVIDENCE_UNKNOWN']
    ],
    [
      'a day is dropped',
      (b) => {
        b.dailyRoots.splice(1, 1)
      },
      ['DAY_LINK', 'DAY_PROOF_MISSING']
    ],
    [
      'a proof is dropped',
      (b) => {
        delete b.dailyRoots[0]!.proof
      },
      ['DAY_PROOF_MISSING']
    ],
    [
      'a proof is for another step',
      (b) => {
        b.dailyRoots[0]!.proof!.seq = 1
      },
      ['DAY_PROOF']
    ],
    [
      'a proof is cut',
      (b) => {
        b.dailyRoots[0]!.proof!.path.pop()
      },
      ['DAY_PROOF']
    ],
    [
      'the number of cases of a day is changed',
      (b) => {
        b.dailyRoots[3]!.count += 1
      },
      ['DAY_ROOT']
    ],
    [
      'the root of a day is changed',
      (b) => {
        b.dailyRoots[0]!.root = sha256('x')
      },
      ['DAY_LINK', 'DAY_ROOT']
    ],
    [
      'days change places',
      (b) => {
        b.dailyRoots.reverse()
      },
      ['DAY_LINK', 'DAY_ORDER']
    ],
    [
      'it is passed off as another case',
      (b) => {
        b.case.id = 'other'
      },
      ['DAY_PROOF', 'STEP_HASH', 'STEP_LINK']
    ]
  ]
  test.each(lies)('%s', async (_, change, expected) => {
    expect(await codes(resealed(change))).toEqual(expected)
  })
})

test('a chain computed anew from end to end still fails against its day root', async () => {
  expect(
    await codes(
      rechained((b) => {
        b.steps[5]!.opinion = '不同意'
      })
    )
  ).toEqual(['DAY_PROOF'])
  expect(
    await codes(
      rechained((b) => {
        b.steps.pop()
        b.evidence.length = 2
      })
    )
  ).toEqual(['DAY_PROOF'])
})

test('forged or missing day roots fail against the published ones', async () => {
  const published = Object.fromEntries(exampleBundle().dailyRoots.map((day) => [day.day, day.root]))
  const honest = await verifyBundle(exampleBundle(), { publishedRoots: published })
  expect(honest).toMatchObject({ ok: true, days: { published: 4 } })
  const forged = rechained((b) => {
    b.steps[5]!.opinion = '不同意'
    b.dailyRoots = []
  })
  expect(await codes(forged)).toEqual([])
  expect(await codes(forged, published)).toEqual(['DAY_ABSENT'])
  expect(await codes(exampleBundle(3), published)).toEqual(['DAY_UNPUBLISHED'])
})

test('any changed character of the file is found', async () => {
  const text = JSON.stringify(exampleBundle())
  const hex = /[0-9a-f]/
  await fc.assert(
    fc.asyncProperty(fc.nat(text.length - 1), fc.constantFrom(...'0a9{"},:[]x张 -Z1'), async (at, char) => {
      fc.pre(text[at] !== char)
      const damaged = text.slice(0, at) + char + text.slice(at + 1)
      let value: unknown
      try {
        value = JSON.parse(damaged)
      } catch {
        return
      }
      const report = await verifyBundle(value)
      expect(report.ok, `${hex.test(char) ? 'hex' : 'text'} at ${at}: ${damaged.slice(Math.max(0, at - 30), at + 30)}`).toBe(
        false
      )
    }),
    { numRuns: 1500 }
  )
}, 60_000)

test('any value put in the place of another is found and never makes the verifier fail', async () => {
  const paths: (string | number)[][] = []
  const walk = (value: unknown, path: (string | number)[]): void => {
    if (path.length > 0) paths.push(path)
    if (typeof value === 'object' && value !== null) {
      for (const key of Object.keys(value))
        walk((value as Record<string, unknown>)[key], [...path, Array.isArray(value) ? Number(key) : key])
    }
  }
  walk(exampleBundle(), [])
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue(), fc.boolean(), async (path, replacement, remove) => {
      const bundle = exampleBundle()
      let parent: Record<string | number, unknown> = bundle as never
      for (const key of path.slice(0, -1)) parent = parent[key] as never
      const key = path.at(-1)!
      fc.pre(JSON.stringify(parent[key]) !== JSON.stringify(replacement))
      if (!remove) parent[key] = replacement
      else if (Array.isArray(parent)) parent.splice(Number(key), 1)
      else delete parent[key]
      const report = await verifyBundle(JSON.parse(JSON.stringify(bundle)))
      expect(report.ok).toBe(false)
    }),
    { numRuns: 1500 }
  )
}, 60_000)

test('what is no bundle at all is said to be none', async () => {
  for (const value of [null, 1, 'x', [], {}, { format: 'chengyun-case-bundle', version: 2 }, { ...exampleBundle(), steps: [] }]) {
    expect(await codes(value)).toEqual(['FORMAT'])
  }
})

test('every finding can be said in both languages', () => {
  for (const code of Object.keys(FINDINGS) as (keyof typeof FINDINGS)[]) {
    const finding = { code, details: { n: 1, seq: 2, what: 'w', id: 'i', file: 'f', day: 'd', field: 'x' } }
    expect(describe(finding, 'zh')).not.toMatch(/[{}]/)
    expect(describe(finding, 'en')).not.toMatch(/[{}]/)
  }
})
