import { expect, test } from 'vitest'
import { checkPack, scaffoldPack } from './index.ts'

test.each(['lamp-posts', 'x1', 'a-very-long-name-of-a-pack-indeed-long-1'])('a new pack passes every check: %s', (id) => {
  const { pack, faults } = checkPack(scaffoldPack({ id, platform: '0.1.0' }), {
    folder: id,
    platform: '0.1.0',
    modules: ['registry', 'streams', 'alarms', 'cases'],
    registers: new Map(),
    packs: new Map()
  })
  expect(faults).toEqual([])
  expect(pack?.rules).toHaveLength(2)
})
