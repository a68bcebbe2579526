import type { CountsView } from '@chengyun/contract/geo'
import type { Locator } from '@playwright/test'
import sharp from 'sharp'
import { drawn, findings, sceneOf } from '../support/map.ts'
import { expect, test } from '../support/test.ts'

const middleOf = async (part: Locator): Promise<{ x: number; y: number }> => {
  const box = await part.boundingBox()
  if (!box) throw new Error('nothing there')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

test.describe.configure({ timeout: 240_000 })

test('一张图：图层、点选、圈查', async ({ journey }) => {
  const { leader, target, at } = await sceneOf(journey.as)
  const page = await journey.enter('shiftleader')
  const { keyboard } = page
  const side = page.locator('.om-side')
  const map = page.locator('.om-ground canvas').first()

  await test.step('图层：数目、开关、顺序、按类别查找', async () => {
    await page.getByRole('link', { name: '一张图' }).click()
    await drawn(page)
    const layers = page.getByRole('region', { name: '图层' })
    await expect(layers.getByRole('checkbox', { name: '案件' })).toBeChecked()
    await expect(layers.getByRole('checkbox', { name: '管理部件' })).toBeChecked()
    await layers.getByRole('checkbox', { name: '案件' }).uncheck()
    await expect(page).toHaveURL(/l=reg-component(&|$)/)
    await layers.getByRole('textbox', { name: '查找图层或类别' }).fill('供水井盖')
    // Cases may be of the class as well.
    await expect(layers.getByRole('region', { name: '部件' }).getByRole('checkbox', { name: '供水井盖' })).toBeVisible()
    await layers.getByRole('textbox', { name: '查找图层或类别' }).fill('')
    await layers.getByText('大类', { exact: true }).click()
    await expect(page).toHaveURL(/by=major/)
    await expect(page.getByRole('region', { name: '图例' })).toContainText('市政公用设施')
    expect(await findings(page)).toEqual([])
  })

  await test.step('点选：卡片、变更记录、在此上报', async () => {
    await page.goto(at(18, '&l=reg-component'))
    await drawn(page)
    const middle = await middleOf(map)
    await page.mouse.click(middle.x, middle.y)
    await expect(side).toContainText(target.code)
    await expect(side).toContainText('供水井盖')
    await expect(side).toContainText('变更记录')
    await expect(page).toHaveURL(new RegExp(`o=reg-component%3A${target.code}`))
    expect(await findings(page)).toEqual([])
    await side.getByRole('link', { name: '在此上报案件' }).click()
    await expect(page).toHaveURL(/\/report\?/)
    await expect(page.locator('.report')).toContainText(target.code)
    // Its class stands in its code: nobody has to choose it.
    await expect(page.locator('.report')).toContainText('01001 供水井盖')
    await expect(page.locator('.report-where')).toContainText('市南区')
  })

  await test.step('多边形：各类数目与接口一致，GeoJSON 里一个不少', async () => {
    await page.goto(at(17, '&l=reg-component'))
    await drawn(page)
    await keyboard.press('p')
    const { x, y } = await middleOf(map)
    for (const [dx, dy] of [
      [-260, -120],
      [260, -120],
      [260, 120],
      [-260, 120]
    ] as const)
      await page.mouse.click(x + dx, y + dy)
    await keyboard.press('Enter')
    await expect(page).toHaveURL(/d=polygon/)
    const text = new URL(page.url()).searchParams.get('d')?.split(':')[2] ?? ''
    const ring = text.split(';').map((p) => p.split(',').map(Number))
    const counts = await leader.send<CountsView>('POST', '/map/counts', {
      layer: 'reg-component',
      area: { type: 'Polygon', coordinates: [[...ring, ring[0]]] }
    })
    expect(counts.total).toBeGreaterThanOrEqual(4)
    await expect(side.locator('.om-results h3 b')).toHaveText(String(counts.total))
    const more = side.getByRole('button', { name: /^全部 \d+ 类$/ })
    if (await more.isVisible()) await more.click()
    for (const c of counts.byClass.filter((k) => k.count > 0)) await expect(side.locator('.om-bars')).toContainText(c.name.zh)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      side.getByRole('button', { name: '下载 GeoJSON' }).click()
    ])
    const stream = await download.createReadStream()
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    const file = JSON.parse(Buffer.concat(chunks).toString()) as { features: { properties: { code: string } }[] }
    expect(file.features).toHaveLength(counts.total)
    await side.getByRole('button', { name: '列出对象' }).click()
    await side.locator('.om-hits button').first().click()
    await expect(side).toContainText('变更记录')
    await keyboard.press('Escape')
    await expect(side.getByRole('heading', { name: '多边形查询' })).toBeVisible()
    await keyboard.press('Escape')
    await expect(side).toHaveCount(0)
  })
})

test('一张图：时间、对比、分享', async ({ journey }) => {
  const { at, report } = await sceneOf(journey.as)
  const page = await journey.enter('shiftleader')
  const { keyboard } = page

  await test.step('实时：新案件一到，瓦片重取', async () => {
    await page.goto(at(15, '&l=cases'))
    await drawn(page)
    const again = page.waitForResponse((r) => /\/tiles\/cases\/.*mvt$/.test(r.url()), { timeout: 30_000 })
    await report('一张图行程 刚刚上报的垃圾')
    expect((await again).status()).toBeLessThan(400)
  })

  await test.step('时间：昨天没有今天的案件，播放走到现在', async () => {
    await page.goto(at(16, '&l=cases&tb=1'))
    await drawn(page)
    const slider = page.getByRole('slider', { name: '时刻' })
    await expect(slider).toHaveAttribute('aria-valuetext', /现在，[1-9]/)
    await slider.focus()
    await keyboard.press('ArrowLeft')
    await expect(page).toHaveURL(/t=20/)
    await expect(slider).toHaveAttribute('aria-valuetext', /00:00，0 个/)
    await page.getByRole('button', { name: '播放' }).click()
    await expect(slider).toHaveAttribute('aria-valuetext', /现在/)
    await expect(page).not.toHaveURL(/[?&]t=/)
    expect(await findings(page)).toEqual([])
  })

  await test.step('对比：两个时刻，键盘移动分界线', async () => {
    await keyboard.press('s')
    await expect(page.locator('.om-ground canvas')).toHaveCount(2)
    await drawn(page)
    await page.getByRole('button', { name: /^右：/ }).click()
    await page.getByRole('slider', { name: '时刻' }).press('ArrowLeft')
    await expect(page).toHaveURL(/s=time%7E0.5%7E20/)
    await page.getByRole('separator', { name: '分界线' }).press('ArrowRight')
    await expect(page).toHaveURL(/s=time%7E0.52%7E20/)
    expect(await findings(page)).toEqual([])
  })

  await test.step('地址：别人打开看到同样的视图', async () => {
    await page.getByText('密', { exact: true }).click()
    await keyboard.press('ArrowRight')
    await drawn(page)
    const address = page.url()
    const other = await journey.enter('leader')
    await other.goto(address)
    await drawn(other)
    await expect(other.locator('.om-ground canvas')).toHaveCount(2)
    await expect(other.getByRole('button', { name: /^右：20/ })).toBeVisible()
    expect(other.url()).toBe(address)
    expect(await other.locator('.om-status').textContent()).toBe(await page.locator('.om-status').textContent())
    await other.context().close()
  })

  await test.step('书签：起名、打开、删除', async () => {
    await keyboard.press('b')
    const panel = page.getByRole('region', { name: '书签与分享' })
    await panel.getByRole('textbox').fill('八大湖对比')
    await panel.getByRole('button', { name: '保存' }).click()
    await page.goto('/map')
    await drawn(page)
    await keyboard.press('b')
    await panel.getByRole('button', { name: '八大湖对比', exact: true }).click()
    await expect(page.locator('.om-ground canvas')).toHaveCount(2)
    await expect(page.locator('.om-status')).toContainText('16.0 级')
  })
})

test('一张图：出图、只用键盘、立体', async ({ journey }, info) => {
  const { target, at } = await sceneOf(journey.as)
  const page = await journey.enter('shiftleader')
  const { keyboard } = page
  const side = page.locator('.om-side')

  await test.step('出图：真的是这么大的 PNG，而且不是一张白纸', async () => {
    await page.goto(at(15, '&l=cases,reg-component&p=export'))
    await drawn(page)
    for (const [sheet, width, height] of [
      [null, 2880, 1800],
      ['A4 横 3508×2480', 3508, 2480]
    ] as const) {
      if (sheet) await page.getByRole('radio', { name: sheet }).check()
      const [download] = await Promise.all([
        page.waitForEvent('download', { timeout: 90_000 }),
        page.getByRole('button', { name: '导出 PNG' }).click()
      ])
      const path = info.outputPath(`${width}.png`)
      await download.saveAs(path)
      const picture = sharp(path)
      expect(await picture.metadata()).toMatchObject({ format: 'png', width, height })
      const { channels } = await picture.stats()
      expect(Math.max(...channels.slice(0, 3).map((c) => c.stdev))).toBeGreaterThan(4)
    }
  })

  await test.step('只用键盘：搜索飞到，画圆查询，看中心，退出', async () => {
    await page.goto('/map?l=reg-component')
    await drawn(page)
    await keyboard.press('/')
    await expect(page.getByRole('combobox', { name: /^搜索地点/ })).toBeFocused()
    await keyboard.insertText(target.code)
    await expect(page.getByRole('option').first()).toContainText(target.code)
    await keyboard.press('Enter')
    await expect(side).toContainText(target.code)
    await expect(page.locator('.om-status')).toContainText('16.5 级')
    await keyboard.press('Escape')
    await expect(side).toHaveCount(0)
    await drawn(page)
    await keyboard.press('c')
    await keyboard.press(' ')
    await keyboard.press('ArrowRight')
    await keyboard.press(' ')
    await expect(page).toHaveURL(/d=circle%3A\d+/)
    await expect(side.locator('.om-results h3 b')).toHaveText(/^[1-9]/)
    await keyboard.press('Escape')
    await expect(side).toHaveCount(0)
    await keyboard.press('ArrowLeft')
    await drawn(page)
    await keyboard.press('Enter')
    await expect(side).toContainText(target.code)
    const before = await page.locator('.om-status').textContent()
    await keyboard.press('-')
    await drawn(page)
    expect(await page.locator('.om-status').textContent()).not.toBe(before)
    await keyboard.press('l')
    await expect(page.getByRole('region', { name: '图层' })).toHaveCount(0)
  })

  await test.step('六角格与立体，深色', async () => {
    const dark = await journey.enter('dataadmin', { colorScheme: 'dark' })
    await dark.goto(at(12, '&l=reg-component~columns'))
    await drawn(dark)
    await expect(dark.getByRole('region', { name: '图例' })).toContainText('10,000 以上')
    await dark.keyboard.press('Shift+ArrowUp')
    await expect(dark).toHaveURL(/c=[^&]+%2C0%2C10(&|$)/)
    expect(await findings(dark)).toEqual([])
    await dark.screenshot({ path: info.outputPath('columns-dark.png') })
  })
})
