import { expect, test } from 'vitest'
import type { ItemRecord } from '../queries/items.ts'
import { rewound } from './rewind.ts'

const row = {
  code: 'A1',
  name: '井盖',
  status: 'normal',
  lng: 120,
  lat: 36,
  shape: null,
  owner_id: 'u2',
  attributes: { model: 'C', depth: 3 },
  removed_at: null
} as unknown as ItemRecord

test('changes are taken off, the newest first; attributes that came later are gone', () => {
  const changes = [
    { kind: 'modify', before: { model: 'B', owner: 'u1' } },
    { kind: 'modify', before: { model: 'A', depth: null } },
    { kind: 'move', before: { place: [121, 37], '$rel.pipe': ['P1'] } }
  ]
  expect(rewound(row, changes)).toMatchObject({ lng: 121, lat: 37, owner_id: 'u1', attributes: { model: 'A' } })
  expect(rewound(row, changes)?.attributes).toEqual({ model: 'A' })
  expect(rewound(row, [])).toEqual(row)
})

test('what was removed since was there, what came or came back since was not', () => {
  const gone = { ...row, status: 'abandoned', removed_at: new Date() }
  const removal = { kind: 'remove', before: { status: 'damaged' } }
  expect(rewound(gone, [removal])).toMatchObject({ status: 'damaged', removed_at: null })
  expect(rewound(gone, [])).toBeNull()
  expect(rewound(row, [{ kind: 'restore', before: { status: 'abandoned' } }])).toBeNull()
  expect(rewound(gone, [removal, { kind: 'restore', before: {} }])).toBeNull()
  expect(rewound(row, [{ kind: 'add', before: {} }])).toBeNull()
})
