import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { photo } from '../support/account.ts'
import { choose, expect, findRow, type Post, test } from '../support/test.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

test('一件案件走完六个岗位', async ({ journey }, info) => {
  test.setTimeout(180_000)
  const desks = new Map<Post, Page>()
  const deskOf = async (post: Post) => {
    const page = desks.get(post) ?? (await journey.enter(post))
    desks.set(post, page)
    return page
  }
  /** A person opens the case from his queue and takes one act. */
  const act = async (post: Post, queue: string, op: string, fill?: (page: Page) => Promise<void>) => {
    await test.step(`${post}: ${op}`, async () => {
      const page = await deskOf(post)
      await page.locator('.shell-nav').getByRole('link', { name: '案件台' }).click()
      await page.locator('.desk-queues').getByRole('button', { name: queue, exact: true }).first().click()
      await (await findRow(page, words)).click()
      await expect(page.locator('.case-no')).toContainText(caseNo)
      await page
        .locator('.case-acts')
        .getByRole('button', { name: new RegExp(`^${op}`) })
        .click()
      const panel = page.getByRole('region', { name: op, exact: true })
      await expect(panel).toBeVisible()
      if (fill) await fill(page)
      await panel.getByRole('button', { name: `确认${op}` }).click()
      await expect(page.getByText(new RegExp(`^${op}完成，案件已到`)).last()).toBeVisible()
    })
  }
  const words = `云霄路口垃圾堆放 ${info.workerIndex}-${Date.now() % 100_000}`

  const acceptor = await deskOf('acceptor')
  await test.step('acceptor: 登记上报', async () => {
    await acceptor.getByRole('link', { name: '登记上报' }).click()
    await choose(acceptor.getByLabel('问题类别'), '06010', '06010 暴露垃圾')
    await acceptor.getByLabel('问题描述').fill(words)
    await choose(acceptor.getByPlaceholder('搜索地址、道路、社区'), '云霄路社区', '云霄路社区')
    await expect(acceptor.locator('.report-where')).toContainText('香港中路街道')
    await expect(acceptor.getByLabel('事发位置')).not.toHaveValue('')
    await acceptor.getByLabel('上报人').fill('孙文')
    await acceptor.getByLabel('联系电话').fill('13900000000')
    const [near, far] = [acceptor.locator('input[type=file]').first(), acceptor.locator('input[type=file]').last()]
    await near.setInputFiles(await photo('近景.jpg', 'near'))
    await far.setInputFiles(await photo('远景.jpg', 'far'))
    await expect(acceptor.getByText('已上传')).toHaveCount(2)
    await acceptor.getByRole('button', { name: '上报', exact: true }).click()
    await expect(acceptor.locator('.case-status')).toHaveText('待受理')
  })
  const caseNo = ((await acceptor.locator('.case-no span').first().textContent()) ?? '').trim()
  const id = /\/cases\/([0-9a-f-]{36})/.exec(acceptor.url())?.[1]
  expect(caseNo).toMatch(/^\d{6,}/)

  await act('acceptor', '待受理', '受理')
  await act('shiftleader', '待立案', '立案', async (page) => {
    await page.locator('.conditions .ant-radio-wrapper').first().click()
  })
  await test.step('派遣自动完成并写明依据', async () => {
    const page = await deskOf('shiftleader')
    await page.goto(`/cases/${id}`)
    await expect(page.locator('.case-status')).toHaveText('待处置')
    await expect(page.locator('.case-facts')).toContainText('责任规则唯一确定')
    await expect(page.locator('.timeline li').first()).toContainText('派遣')
    await expect(page.locator('.timeline li').first()).toContainText('自动')
  })
  await act('dept', '待签收', '指派', async (page) => {
    await choose(page.locator('.case-panel').getByLabel('处置人员'), '吕秀飞', '吕秀飞')
  })
  await act('handler', '处置中', '处置反馈', async (page) => {
    await page.locator('.case-panel textarea').fill('垃圾已清运，地面已冲洗')
    await page.locator('.case-panel input[type=file]').setInputFiles(await photo('处置后.jpg', 'after', true))
    await expect(page.locator('.case-panel').getByText('已上传')).toBeVisible()
  })
  await act('dept', '待确认', '部门确认')
  await act('dispatcher', '待反馈审核', '批转核查')
  await act('acceptor', '待核查', '下发核查', async (page) => {
    await choose(page.locator('.case-panel').getByLabel('采集员'), '沈建山', '沈建山')
  })
  await act('collector', '我的任务', '核查反馈', async (page) => {
    await page.locator('.case-panel').getByText('通过', { exact: true }).click()
  })
  await act('acceptor', '待结案', '结案')

  await test.step('案件留下全部经过、前后照片与各阶段时限', async () => {
    await acceptor.goto(`/cases/${id}`)
    await expect(acceptor.locator('.case-status')).toHaveText('已结案')
    const steps = acceptor.locator('.timeline li b')
    await expect(steps).toHaveText(
      ['上报', '受理', '立案', '派遣', '指派', '处置反馈', '部门确认', '批转核查', '下发核查', '核查反馈', '结案'].reverse()
    )
    const photos = acceptor.locator('.case-main img')
    await expect.poll(() => photos.count()).toBeGreaterThanOrEqual(2)
    for (const image of await photos.all()) await expect(image).not.toHaveJSProperty('naturalWidth', 0)
    await expect(acceptor.locator('.case-main')).toContainText('近景')
    await expect(acceptor.locator('.case-main')).toContainText('处置后')
    await expect(acceptor.locator('.case-clocks')).not.toContainText('剩')
    await acceptor.screenshot({ path: info.outputPath('closed-case.png') })
  })
  await test.step('打印案卷', async () => {
    await acceptor.getByRole('button', { name: /^打印案卷/ }).click()
    await expect(acceptor.locator('.cy-sheet')).toContainText(caseNo)
    await expect(acceptor).toHaveTitle(new RegExp(caseNo))
    await acceptor.screenshot({ path: info.outputPath('print.png'), fullPage: true })
  })
  await test.step('离线校验包完好', async () => {
    const [download] = await Promise.all([
      acceptor.waitForEvent('download'),
      acceptor.getByRole('link', { name: '校验包' }).click()
    ])
    const bundle = info.outputPath('bundle.json')
    await download.saveAs(bundle)
    const verify = (file: string) =>
      spawnSync(process.execPath, ['packages/server/src/cli/index.ts', 'verify', file, '--no-files'], {
        cwd: ROOT,
        encoding: 'utf8'
      })
    const good = verify(bundle)
    expect(good.stdout + good.stderr).toContain('完好')
    expect(good.status).toBe(0)
    const forged = info.outputPath('forged.json')
    writeFileSync(forged, readFileSync(bundle, 'utf8').replace('垃圾已清运', '垃圾未清运'))
    expect(verify(forged).status).toBe(1)
  })
})
