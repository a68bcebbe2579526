import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { BASE_COLORS } from '../support/base-maps.ts'
import { drawn, findings } from '../support/map.ts'
import { expect, test } from '../support/test.ts'

test.describe.configure({ timeout: 180_000 })

/** The share of a picture of the map that is painted in a colour. */
async function shareOf(page: Page, color: string): Promise<number> {
  const { data, info } = await sharp(await page.locator('.om-main').screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const wanted = [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16))
  let hits = 0
  for (let i = 0; i < data.length; i += info.channels)
    if (wanted.every((v, c) => Math.abs(v - (data[i + c] as number)) < 10)) hits += 1
  return hits / (info.width * info.height)
}

test('底图切换：XYZ、WMTS、本地 PMTiles 都能垫在下面，取不到时说清楚并回到本市底图', async ({ journey }) => {
  // The one whose key is refused.
  journey.expectAnswers(403)
  const page = await journey.enter('shiftleader')
  await page.goto('/map?c=120.383,36.067,14,0,0&l=-&p=-&lg=0')
  await drawn(page)
  const base = page.getByRole('group', { name: '底图' })
  await test.step('可访问性：列表打开着也没有缺陷', async () => {
    await base.getByRole('button').click()
    await expect(base.getByRole('radio', { name: '街道图' })).toBeVisible()
    expect(await findings(page)).toEqual([])
    await page.keyboard.press('Escape')
    await expect(base.getByRole('radio')).toHaveCount(0)
  })
  const choose = async (name: string) => {
    await base.getByRole('button').click()
    await base.getByRole('radio', { name }).click()
  }
  for (const [name, color] of [
    ['街道图', BASE_COLORS.wmts],
    ['离线影像', BASE_COLORS.pmtiles],
    // Last: the name of the one on the disk holds its own.
    ['影像', BASE_COLORS.xyz]
  ] as const)
    await test.step(name, async () => {
      expect(await shareOf(page, color)).toBeLessThan(0.05)
      await base.getByRole('button').click()
      await base.getByRole('radio', { name, exact: true }).click()
      await expect.poll(() => shareOf(page, color), { timeout: 20_000 }).toBeGreaterThan(0.4)
      await expect(base).toContainText('测绘院')
    })
  await test.step('换页后还是它，键盘也能换回来', async () => {
    await page.reload()
    await drawn(page)
    await expect.poll(() => shareOf(page, BASE_COLORS.xyz), { timeout: 20_000 }).toBeGreaterThan(0.4)
    expect(await findings(page)).toEqual([])
    await base.getByRole('button').focus()
    await page.keyboard.press('Enter')
    await base.getByRole('radio', { name: '本市底图（离线）' }).focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Escape')
    await expect.poll(() => shareOf(page, BASE_COLORS.xyz), { timeout: 20_000 }).toBeLessThan(0.01)
  })
  await test.step('取不到', async () => {
    await choose('断开的底图')
    await expect(base.getByRole('alert')).toContainText('取不到', { timeout: 30_000 })
    await choose('本市底图（离线）')
    await expect(base.getByRole('alert')).toHaveCount(0)
  })
})
