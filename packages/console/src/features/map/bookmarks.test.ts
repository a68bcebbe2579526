import { expect, it } from 'vitest'
import { bookmarksFrom, kept } from './bookmarks.ts'

it('stored bookmarks are read back, and nothing else', () => {
  expect(bookmarksFrom('[{"name":"台东","query":"c=1,2,3"},{"name":""},7]')).toEqual([{ name: '台东', query: 'c=1,2,3' }])
  for (const text of [null, '', '{', '{"a":1}']) expect(bookmarksFrom(text)).toEqual([])
})
it('the newest stands first, a name once', () => {
  const list = kept(kept([], { name: 'a', query: '1' }), { name: 'b', query: '2' })
  expect(kept(list, { name: 'a', query: '3' })).toEqual([
    { name: 'a', query: '3' },
    { name: 'b', query: '2' }
  ])
})
