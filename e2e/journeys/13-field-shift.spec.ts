import type { CaseListView, CaseView } from '@chengyun/contract/cases'
import type { CoverageView, FieldPackage, ProposalView, ShiftView } from '@chengyun/contract/field'
import type { ItemCard } from '@chengyun/contract/registry'
import qrcode from 'qrcode'
import { HERE, photo } from '../support/account.ts'
import { delivered, enterField, open, openCase, openOther, PHONE, shoot, stepsOf, waitingCase } from '../support/field.ts'
import { expect, test } from '../support/test.ts'

const COLLECTOR = 'collector.370202001.1'
/** A spoken note and a film as short as they come: their heads tell what they are. The same bytes twice are one evidence: each has its own end. */
const NOTE = Buffer.concat([Buffer.from('RIFF\x24\x00\x00\x00WAVEfmt ', 'latin1'), Buffer.alloc(40)])
const FILM = Buffer.concat([Buffer.from('\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41', 'latin1'), Buffer.alloc(64)])
const own = (file: Buffer): Buffer => Buffer.concat([file, Buffer.from(String(Date.now()))])

test('采集员：上报，位置只能修正 200 米，录音视频随报，过大的当场说明', async ({ journey }, info) => {
  journey.expectAnswers(401, 404)
  const page = await journey.openBrowser(PHONE)
  await enterField(page, COLLECTOR)
  await page.getByRole('link', { name: '上报' }).click()
  await page.getByRole('button', { name: '提交上报' }).click()
  await expect(page.getByRole('alert')).toContainText('还差近景照片')
  await shoot(page, '拍近景', await photo('n.jpg', 'near'))
  await shoot(page, '拍远景', await photo('f.jpg', 'far'))
  await page.getByRole('button', { name: '选择类别' }).click()
  await page.getByPlaceholder('搜名称或编码').fill('06010')
  await page.locator('.f-sheet').getByText('暴露垃圾').first().click()
  await test.step('位置：超过 200 米，图钉停住并说明', async () => {
    await page.getByRole('button', { name: '修正位置' }).click()
    const map = page.locator('.f-sheet canvas')
    const box = (await map.boundingBox())!
    await page.mouse.move(box.x + 300, box.y + 200)
    await page.mouse.down()
    await page.mouse.move(box.x + 20, box.y + 200, { steps: 8 })
    await page.mouse.up()
    await expect(page.locator('.f-sheet').getByRole('alert')).toContainText('不能再远')
    await page.getByRole('button', { name: '就在这里（修正 199 米）' }).click()
    await expect(page.getByText('已手动修正 199 米')).toBeVisible()
  })
  await test.step('三百兆的视频：没有上传就说明', async () => {
    // The file is told by its size alone: three hundred megabytes of film are not needed to be refused.
    await page.getByLabel('拍一段视频').evaluate((input: { files: unknown; dispatchEvent(e: unknown): void }) => {
      const page = globalThis as unknown as {
        File: new (parts: unknown[], name: string, options: object) => object
        DataTransfer: new () => { items: { add(file: object): void }; files: unknown }
        Event: new (name: string, options: object) => unknown
      }
      const film = new page.File([new Uint8Array(300 * 1024 * 1024)], 'film.mp4', { type: 'video/mp4' })
      const carrier = new page.DataTransfer()
      carrier.items.add(film)
      input.files = carrier.files
      input.dispatchEvent(new page.Event('change', { bubbles: true }))
    })
    await expect(page.getByText('这个文件有 300 MB，最大 100 MB。请拍短一些。')).toBeVisible()
  })
  await page.getByLabel('录一段话').setInputFiles({ name: 'note.wav', mimeType: 'audio/wav', buffer: own(NOTE) })
  await page.getByLabel('拍一段视频').setInputFiles({ name: 'film.mp4', mimeType: 'video/mp4', buffer: own(FILM) })
  await expect(page.locator('.f-extra-one')).toHaveCount(2)
  const words = `采集员上报${info.workerIndex}${Date.now()}`
  await page.locator('textarea').first().fill(words)
  await page.getByRole('button', { name: '提交上报' }).click()
  await delivered(page, '已存在本机，联网后自动送达')
  const acceptor = await journey.as('acceptor')
  const found = await acceptor.send<CaseListView>('GET', `/cases?q=${encodeURIComponent(words)}`)
  const view = await acceptor.send<CaseView>('GET', `/cases/${found.items[0]!.id}`)
  expect(view.evidence.map((e) => e.phase).sort()).toEqual(['audio', 'far', 'near', 'video'])
  expect(view.sourceType).toBe('collector')
})

test('采集员：已自行处置的，处置前后照片，直接办结', async ({ journey }, info) => {
  journey.expectAnswers(401, 404)
  const page = await journey.openBrowser(PHONE)
  await enterField(page, COLLECTOR)
  await open(page, 'report')
  await page.getByText('已自行处置').click()
  await shoot(page, '拍处置前', await photo('b.jpg', 'near'))
  await shoot(page, '拍处置后', await photo('a.jpg', 'after', true))
  await page.getByRole('button', { name: '选择类别' }).click()
  await page.getByPlaceholder('搜名称或编码').fill('暴露')
  await page.locator('.f-sheet').getByText('暴露垃圾').first().click()
  const words = `顺手清理${info.workerIndex}${Date.now()}`
  await page.locator('textarea').first().fill(words)
  await page.getByRole('button', { name: '提交自行处置' }).click()
  await delivered(page, '已存在本机，联网后自动送达')
  const acceptor = await journey.as('acceptor')
  const found = await acceptor.send<CaseListView>('GET', `/cases?q=${encodeURIComponent(words)}`)
  expect(found.items[0]?.status).toBe('closed')
})

test('采集员：部件更正三种，编码扫码得来', async ({ journey }) => {
  journey.expectAnswers(401, 404)
  const page = await journey.openBrowser(PHONE)
  // A component as the keeper of the register enters it.
  const place = [Number((HERE[0] + 0.0003).toFixed(6)), HERE[1]]
  const { code } = await (await journey.as('dataadmin')).send<ItemCard>('POST', '/registry/items/component', {
    class: '01001',
    place
  })
  const plate = await qrcode.toDataURL(`https://example.org/part/${code}`, { width: 480, margin: 4 })
  // A plate before the lens: the camera of this telephone shows it, the reader is the app's own.
  await page.addInitScript(`navigator.mediaDevices.getUserMedia = async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 480, height: 480 })
    const picture = Object.assign(new Image(), { src: ${JSON.stringify(plate)} })
    await picture.decode()
    setInterval(() => canvas.getContext('2d').drawImage(picture, 0, 0), 100)
    return canvas.captureStream(10)
  }`)
  await enterField(page, COLLECTOR)
  const collector = await journey.as(COLLECTOR)
  const before = (await collector.send<{ items: ProposalView[] }>('GET', '/field/proposals/mine?limit=200')).items.length
  await page.getByRole('link', { name: '部件' }).click()
  await page.getByRole('button', { name: '提交更正' }).click()
  await expect(page.getByRole('alert')).toContainText('16 或 17 位部件编码')
  await page.getByRole('button', { name: '扫码' }).click()
  await expect(page.getByLabel('部件编码（16 或 17 位）')).toHaveValue(code, { timeout: 20_000 })
  const submit = async () => {
    await page.locator('.f-extra input[type=file]').setInputFiles(await photo('c.jpg', 'near'))
    await page.getByRole('button', { name: '提交更正' }).click()
    await expect(page.getByText('更正已存在本机')).toBeVisible()
    await delivered(page)
  }
  await submit()
  await page.getByRole('radiogroup').getByText('消失').click()
  await page.getByLabel('部件编码（16 或 17 位）').fill(code)
  await submit()
  await page.getByRole('radiogroup').getByText('新增').click()
  await page.getByRole('button', { name: '选择类别' }).click()
  await page.getByPlaceholder('搜名称或编码').fill('井盖')
  await page.locator('.f-sheet .f-row').first().click()
  await submit()
  const mine = async () => (await collector.send<{ items: ProposalView[] }>('GET', '/field/proposals/mine?limit=200')).items
  await expect.poll(async () => (await mine()).length, { timeout: 30_000 }).toBe(before + 3)
  const after = await mine()
  expect(after.slice(0, 3).map((p) => p.kind)).toEqual(['new', 'gone', 'moved'])
  expect(after.slice(0, 3).every((p) => p.evidence.length === 1)).toBe(true)
})

test('采集员：格内打卡，走过的网格，下班；格外打卡如实标注', async ({ journey }) => {
  journey.expectAnswers(401, 404)
  const who = 'collector.370202001.2'
  const page = await journey.openBrowser(PHONE)
  await enterField(page, who)
  const account = await journey.as(who)
  const shift = () => account.send<ShiftView>('GET', '/field/shift')
  const { map } = await account.send<FieldPackage>('GET', '/field/package')
  const inside = map
    .data!.unitGrids.features.slice(0, 2)
    .map((f) => middleOf(f.geometry.coordinates[0]![0]! as [number, number][]))
  const stand = (at: [number, number]) => page.context().setGeolocation({ longitude: at[0], latitude: at[1], accuracy: 8 })
  await stand(inside[0]!)
  await page.getByRole('link', { name: '轮班' }).click()
  await expect(page.getByText('您在责任网格之外')).toHaveCount(0)
  await page.getByRole('button', { name: '上班打卡' }).click()
  await expect(page.getByText('已打卡上班')).toBeVisible()
  await expect.poll(shift, { timeout: 30_000 }).toMatchObject({ onShift: true, start: { outsideGrid: false } })
  await stand(inside[1]!)
  await expect(page.locator('.f-cover b')).toHaveText('2')
  await page.getByRole('button', { name: '下班打卡' }).click()
  await expect(page.getByText('已打卡下班')).toBeVisible()
  await expect.poll(async () => (await shift()).onShift, { timeout: 30_000 }).toBe(false)
  const coverage = await account.send<CoverageView>('GET', '/field/coverage')
  expect(coverage.visited).toBeGreaterThanOrEqual(2)
  await stand([HERE[0] + 0.2, HERE[1] + 0.05])
  await expect(page.getByText('您在责任网格之外，打卡会如实标注。')).toBeVisible()
  await page.getByRole('button', { name: '上班打卡' }).click()
  await expect.poll(shift, { timeout: 30_000 }).toMatchObject({ onShift: true, start: { outsideGrid: true } })
  await page.getByRole('button', { name: '下班打卡' }).click()
  await expect.poll(async () => (await shift()).onShift, { timeout: 30_000 }).toBe(false)
})

test('处置人员：没有信号时接单并办完；派给同事', async ({ journey }) => {
  journey.expectAnswers(401, 404)
  const [acceptor, shift] = [await journey.as('acceptor'), await journey.as('shiftleader')]
  const mine = await waitingCase('路口堆了装修垃圾', { acceptor, shift })
  const theirs = await waitingCase('花坛里有垃圾', { acceptor, shift }, [HERE[0] + 0.001, HERE[1]])
  const page = await journey.openBrowser(PHONE)
  await enterField(page, 'handler')
  await openCase(page, mine.id)
  await page.context().setOffline(true)
  await page.getByRole('button', { name: '接单', exact: true }).click()
  await page.getByRole('button', { name: '提交：接单' }).click()
  await page.getByRole('button', { name: '处置', exact: true }).click()
  await shoot(page, '拍处置后', await photo('after.jpg', 'after', true))
  await page.getByRole('button', { name: '已清理干净' }).click()
  await page.getByRole('button', { name: '提交：处置' }).click()
  await expect(page.getByText(/^离线，2 件待传/)).toBeVisible()
  await page.context().setOffline(false)
  await delivered(page)
  const view = await acceptor.send<CaseView>('GET', `/cases/${mine.id}`)
  expect(view.status).toBe('handle_finished')
  expect(stepsOf(view).slice(-2)).toEqual(['assign', 'submitHandle'])

  await openCase(page, theirs.id)
  await openOther(page, '派给同事')
  await page.getByRole('button', { name: '提交：派给同事' }).click()
  await expect(page.getByRole('alert')).toContainText('请选择派给谁')
  const first = page.locator('.f-colleagues .f-row').first()
  const name = await first.locator('b').innerText()
  await first.click()
  await page.getByRole('button', { name: '提交：派给同事' }).click()
  await delivered(page, '已存在本机：派给同事')
  const given = () => acceptor.send<CaseView>('GET', `/cases/${theirs.id}`)
  await expect.poll(given).toMatchObject({ status: 'handling', handler: { name } })
})

test('处置人员：申请延期，申请挂账，退回单位', async ({ journey }) => {
  journey.expectAnswers(401, 404)
  const [acceptor, shift, handler] = [await journey.as('acceptor'), await journey.as('shiftleader'), await journey.as('handler')]
  const handlerId = (await handler.send<{ user: { id: string } }>('GET', '/session')).user.id
  const page = await journey.openBrowser(PHONE)
  const received = async (words: string) => handler.act(await waitingCase(words, { acceptor, shift }), 'assign', { handlerId })
  const [late, long, wrong] = [await received('要等配件'), await received('要等许可'), await received('不归我管')]
  await enterField(page, 'handler')
  const now = (view: CaseView) => acceptor.send<CaseView>('GET', `/cases/${view.id}`)

  await openCase(page, late.id)
  await openOther(page, '申请延期')
  await page.getByRole('button', { name: '提交：申请延期' }).click()
  await expect(page.getByRole('alert')).toContainText('请写几个字说明')
  await page.getByRole('button', { name: '配件未到货' }).click()
  await page.getByRole('button', { name: '提交：申请延期' }).click()
  await delivered(page, '已存在本机：申请延期')
  await expect.poll(async () => (await now(late)).request).toMatchObject({ kind: 'extend', opinion: '配件未到货' })
  await openCase(page, late.id)
  await expect(page.getByText('延期申请正在审批')).toBeVisible()

  await openCase(page, long.id)
  await openOther(page, '申请挂账')
  await page.getByRole('button', { name: '待施工许可' }).click()
  await page.getByRole('button', { name: '提交：申请挂账' }).click()
  await expect(page.getByRole('alert')).toContainText('请选择日期')
  await page.getByRole('button', { name: /^15 天后/ }).click()
  await page.getByRole('button', { name: '提交：申请挂账' }).click()
  await delivered(page, '已存在本机：申请挂账')
  await expect.poll(async () => (await now(long)).request).toMatchObject({ kind: 'suspend' })

  await openCase(page, wrong.id)
  await openOther(page, '退回单位')
  await page.getByRole('button', { name: '不属本人负责' }).click()
  await page.getByRole('button', { name: '提交：退回单位' }).click()
  await delivered(page, '已存在本机：退回单位')
  await expect.poll(() => now(wrong)).toMatchObject({ status: 'pending_handle', handler: null })
})

/** A point well inside a ring: the middle of its corners. */
function middleOf(ring: readonly [number, number][]): [number, number] {
  const sum = ring.reduce((s, p) => [s[0] + p[0], s[1] + p[1]] as [number, number], [0, 0] as [number, number])
  return [sum[0] / ring.length, sum[1] / ring.length]
}
