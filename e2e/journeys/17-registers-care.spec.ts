import { readFile } from 'node:fs/promises'
import type { BatchView, ItemCard, ItemPage } from '@chengyun/contract/registry'
import type { Page } from '@playwright/test'
import { fromCgcs2000 } from '../../packages/server/src/modules/geo/domain/crs.ts'
import { HERE } from '../support/account.ts'
import { expect, test } from '../support/test.ts'

/** Codes of this run. */
const MARK = Date.now().toString(36).toUpperCase()
const [LNG, LAT] = HERE
const east = (m: number): [number, number] => [Number((LNG + m / 90_000).toFixed(7)), LAT]
const csv = (name: string, lines: readonly string[]) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) })

async function openImport(page: Page, type: string): Promise<void> {
  await page.goto(`/registers/batches?type=${type}`)
  await page.getByRole('button', { name: '导入文件' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '下一步' }).click()
  await expect(page.locator('input[type=file]')).toBeAttached()
}

test('隐去的内容：说明理由才显示，记入审计，离开后重新隐去', async ({ journey }) => {
  const data = await journey.as('dataadmin')
  const made = await data.send<ItemCard>('POST', '/registry/items/heat-station', {
    class: 'water',
    name: `换热站 ${MARK}`,
    place: east(30),
    attributes: { contactName: '王建国', contactPhone: '13900001234' },
    note: '台账行程'
  })
  const page = await journey.enter('shiftleader')
  await page.goto(`/registers/list/heat-station/${made.code}`)
  const facts = page.locator('.reg-item')
  await expect(facts).toContainText('139****1234')
  await expect(facts).not.toContainText('王建国')
  await page.getByRole('button', { name: '查看隐去内容' }).click()
  await expect(facts).toContainText('查看会记入审计日志')
  await page.getByLabel('查看的理由').fill('供热抢修联系值班')
  await page.keyboard.press('Enter')
  await expect(facts).toContainText('13900001234')
  await expect(facts).toContainText('王建国')
  await page.reload()
  await expect(facts).toContainText('139****1234')
  const audit = await journey.as('auditadmin')
  await expect
    .poll(async () => JSON.stringify(await audit.send('GET', '/audit?limit=50')), { timeout: 15_000 })
    .toContain('供热抢修联系值班')
})

test('导出：列表按当前条件成文件，五种格式都打得开', async ({ journey }) => {
  const data = await journey.as('dataadmin')
  const listed = await data.send<ItemPage>('GET', '/registry/items?type=public-toilet&class=class1&limit=200')
  expect(listed.items.length).toBeGreaterThan(0)
  const page = await journey.enter('dataadmin')
  await page.goto('/registers/list/public-toilet?class=class1')
  await expect(page.getByRole('option').first()).toBeVisible()
  const magic = { csv: [0xef, 0xbb, 0xbf], xlsx: [0x50, 0x4b], geojson: [0x7b], gpkg: [0x53, 0x51, 0x4c], zip: [0x50, 0x4b] }
  for (const [name, ending] of [
    ['CSV 表格', 'csv'],
    ['Excel 工作簿', 'xlsx'],
    ['GeoJSON', 'geojson'],
    ['GeoPackage', 'gpkg'],
    ['Shapefile（压缩包）', 'zip']
  ] as const)
    await test.step(name, async () => {
      await page.getByRole('button', { name: '导出' }).click()
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()])
      const bytes = await readFile(await download.path())
      expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${ending}$`))
      expect([...bytes.subarray(0, magic[ending].length)]).toEqual(magic[ending])
      if (ending === 'csv') for (const item of listed.items) expect(bytes.toString()).toContain(item.code)
      if (ending === 'geojson')
        expect((JSON.parse(bytes.toString()) as { features: unknown[] }).features).toHaveLength(listed.items.length)
    })
})

test('导入：放下后回来接着做，放弃后台账原样', async ({ journey }) => {
  const data = await journey.as('dataadmin')
  const codes = [1, 2, 3].map((n) => `R${MARK}-${n}`)
  const lines = ['编码,小类,经度,纬度', ...codes.map((code, i) => `${code},above,${east(200 + 9 * i).join(',')}`)]
  const page = await journey.enter('dataadmin')
  await openImport(page, 'hydrant')
  await page.locator('input[type=file]').setInputFiles(csv(`r-${MARK}.csv`, lines))
  await expect(page.locator('.reg-file')).toContainText(`r-${MARK}.csv`)
  const name = (await page.locator('.reg-batch h1').textContent()) ?? ''
  await test.step('离开，再从清单里接着做', async () => {
    await page.getByRole('link', { name: '台账总览' }).click()
    await page.goto('/registers/batches?type=hydrant')
    await page.getByRole('link', { name }).first().click()
    await expect(page.locator('.reg-file')).toContainText(`r-${MARK}.csv`)
    await page.getByRole('button', { name: '开始试算' }).click()
    await expect(page.locator('.reg-numbers')).toContainText('通过3', { timeout: 60_000 })
  })
  await test.step('放弃', async () => {
    await page.getByRole('button', { name: '放弃本批次' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '放弃本批次' }).click()
    await expect(page.locator('.reg-batch-state')).toHaveText('已放弃')
    await expect(page.getByRole('button', { name: '放弃本批次' })).toHaveCount(0)
  })
  const there = await data.send<ItemPage>('GET', `/registry/items?type=hydrant&q=R${MARK}&limit=5`)
  expect(there.items.filter((i) => codes.includes(i.code))).toEqual([])
})

test('坐标存疑：火星坐标按 CGCS2000 申报，试算用数字说出来，改对后通过', async ({ journey }) => {
  const lines = Array.from({ length: 40 }, (_, i) => {
    const at = east(i * 7)
    return { at, shifted: fromCgcs2000(at, 'GCJ-02') }
  })
  const data = await journey.as('dataadmin')
  const grids = await Promise.all(
    lines.map(async ({ at: [lng, lat] }) => {
      return (await data.send<{ gridCode: string }>('GET', `/geo/locate?lng=${lng}&lat=${lat}`)).gridCode
    })
  )
  const page = await journey.enter('dataadmin')
  await openImport(page, 'hydrant')
  const rows = lines.map(({ shifted: [lng, lat] }, i) => `G${MARK}-${i},above,${lng},${lat},${grids[i]}`)
  await page.locator('input[type=file]').setInputFiles(csv(`g-${MARK}.csv`, ['编码,小类,经度,纬度,所在单元网格标识码', ...rows]))
  await expect(page.locator('.reg-file')).toBeVisible()
  await page.getByRole('button', { name: '开始试算' }).click()
  const said = page.getByRole('alert').filter({ hasText: '坐标疑为 GCJ-02' })
  await expect(said).toBeVisible({ timeout: 60_000 })
  await expect(said).toContainText('比对 40 行')
  await said.getByRole('link').click()
  await page.getByLabel('坐标系').click()
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: 'GCJ-02' }).first().click()
  await page.getByRole('button', { name: /^(开始|重新)试算$/ }).click()
  await expect(page.locator('.reg-numbers')).toContainText('通过40', { timeout: 60_000 })
  await expect(said).toHaveCount(0)
  const id = new URL(page.url()).pathname.split('/').at(-1)
  expect((await data.send<BatchView>('GET', `/registry/batches/${id}`)).suspicions).toEqual([])
  await data.send('POST', `/registry/batches/${id}/cancel`)
})

test('申请：提出的人自己撤回，不再等待审核', async ({ journey }) => {
  const data = await journey.as('dataadmin')
  const made = await data.send<ItemCard>('POST', '/registry/items/heat-station', {
    class: 'water',
    place: east(50),
    note: '台账行程'
  })
  const collector = await journey.as('collector')
  await collector.send('POST', '/registry/requests', {
    type: 'heat-station',
    kind: 'remove',
    code: made.code,
    note: `已拆除 ${MARK}`
  })
  const page = await journey.enter('collector')
  await page.goto('/registers/requests')
  await page.getByRole('option').filter({ hasText: made.code }).click()
  await page.getByRole('button', { name: '撤回申请' }).click()
  await page.locator('.ant-popconfirm').getByRole('button', { name: '撤回申请' }).click()
  await expect(page.getByText('申请已撤回')).toBeVisible()
  await expect(page.getByRole('option').filter({ hasText: made.code })).toHaveCount(0)
  await page.goto('/registers/requests?state=withdrawn')
  await expect(page.getByRole('option').filter({ hasText: made.code })).toHaveCount(1)
})
