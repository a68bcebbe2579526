import type { CaseView } from '@chengyun/contract/cases'
import { beginHere, say, somewhere, sound, submit, toSend, words } from '../support/citizen.ts'
import { expect, test } from '../support/test.ts'

test('我也遇到：提交前看到同一件，加一声而不多一件', async ({ journey }) => {
  const at = somewhere()
  const first = await journey.openBrowser(at)
  await beginHere(first)
  await say(first, words('路口一堆垃圾'), '暴露垃圾')
  await toSend(first)
  const caseNo = await submit(first)

  const second = await journey.openBrowser(at)
  await beginHere(second)
  const never = words('同一堆垃圾')
  await say(second, never, '暴露垃圾')
  await second.getByRole('button', { name: '下一步' }).click()
  await expect(second.getByRole('heading', { name: /附近有 \d+ 件类似的/ })).toBeVisible()
  await sound(second, 'similar')
  const same = second.locator('.similar').filter({ has: second.locator(`a[href*="${caseNo}"]`) })
  await expect(same.getByText('暴露垃圾')).toBeVisible()
  await same.getByRole('button', { name: '我也遇到' }).click()
  await expect(second.getByText('算上你，已有 1 人遇到这个问题。')).toBeVisible()
  await sound(second, 'joined')
  await second.getByRole('link', { name: '看办到哪一步' }).click()
  await expect(second.getByText('1 人也遇到')).toBeVisible()
  await sound(second, 'public-case')

  await first.reload()
  await expect(first.getByText('1 人也遇到')).toBeVisible()
  const acceptor = await journey.as('acceptor')
  const found = await acceptor.send<{ items: unknown[] }>('GET', `/cases?${new URLSearchParams({ q: never })}`)
  expect(found.items).toEqual([])
})

test('没解决，请再办：办结后说明理由，值班长同意，重新办理', async ({ journey }) => {
  test.setTimeout(180_000)
  const phone = await journey.openBrowser(somewhere())
  await beginHere(phone)
  await say(phone, words('垃圾成堆'), '暴露垃圾')
  await toSend(phone)
  const caseNo = await submit(phone)
  await toClosed(journey, caseNo)

  const reason = words('第二天又堆起来了')
  await phone.goto(`/citizen/r/${caseNo}`)
  await expect(phone.getByText('已办结').first()).toBeVisible()
  await sound(phone, 'closed')
  await phone.getByRole('button', { name: '没解决，请再办' }).click()
  await phone.getByRole('button', { name: '提交', exact: true }).click()
  await expect(phone.getByText('请写一句哪里没解决。')).toBeVisible()
  await phone.getByLabel('哪里没解决').fill(reason)
  await sound(phone, 'reopen')
  await phone.getByRole('button', { name: '提交', exact: true }).click()
  await expect(phone.getByText('已提出再办，正在审核。')).toBeVisible()

  const desk = await journey.enter('shiftleader')
  await desk.locator('.shell-nav').getByRole('link', { name: '公众审核' }).click()
  await desk
    .locator('.review-list')
    .getByText(/^重办申请/)
    .click()
  await desk.locator('.review-list li button').filter({ hasText: '垃圾成堆' }).first().click()
  await expect(desk.getByText(reason)).toBeVisible()
  await desk.getByLabel('答复或说明（市民可见）').fill('今天再去清一次')
  await desk.getByRole('button', { name: '同意重办' }).click()
  await expect(desk.getByText('已同意重办')).toBeVisible()

  await phone.reload()
  await expect(phone.getByText('已同意，重新办理。')).toBeVisible()
  await expect(phone.getByText('今天再去清一次')).toBeVisible()
  await expect(phone.locator('.promise')).toContainText('处置中')
  await sound(phone, 'reopened')
})

type Journeying = Parameters<Parameters<typeof test>[2]>[0]['journey']

/** From reported to closed, by the people whose work it is. */
async function toClosed(journey: Journeying, caseNo: string): Promise<void> {
  const [acceptor, shift, dept, dispatcher, handler, collector] = await Promise.all(
    ['acceptor', 'shiftleader', 'dept', 'dispatcher', 'handler', 'collector'].map((who) => journey.as(who))
  )
  const idOf = async (who: typeof handler) => (await who!.send<{ user: { id: string } }>('GET', '/session')).user.id
  let view = await acceptor!.act(await acceptor!.send<CaseView>('GET', `/cases/${caseNo}`), 'accept')
  view = await shift!.act(view, 'register', { conditionId: await acceptor!.conditionOf(view) })
  view = await dept!.act(view, 'assign', { handlerId: await idOf(handler) })
  view = await handler!.act(view, 'submitHandle', { opinion: '已清理', evidenceIds: [await handler!.upload('after', true)] })
  view = await dept!.act(view, 'deptConfirm')
  view = await dispatcher!.act(view, 'forward')
  view = await acceptor!.act(view, 'sendCheck', { collectorId: await idOf(collector), opinion: '请核查' })
  view = await collector!.act(view, 'submitCheck', { result: 'pass', evidenceIds: [await collector!.upload('check', true)] })
  view = await acceptor!.act(await acceptor!.send<CaseView>('GET', `/cases/${caseNo}`), 'close')
  expect(view.status).toBe('closed')
}

test('不公开的不在公众地图上，涉及隐私的位置只到一带', async ({ journey }) => {
  // To everybody else a private report does not exist.
  journey.expectAnswers(404)
  const at = somewhere()
  const phone = await journey.openBrowser(at)
  await beginHere(phone)
  await say(phone, words('楼上垃圾'), '暴露垃圾')
  await toSend(phone)
  await phone.getByText('只有你和办理的人能看到。').click()
  const hidden = await submit(phone)
  await expect(phone.getByText('不公开', { exact: true })).toBeVisible()
  await beginHere(phone)
  await say(phone, words('半夜广场舞很吵'), '噪声扰民')
  await toSend(phone)
  const noise = await submit(phone)

  const stranger = await journey.openBrowser(at)
  await stranger.goto('/citizen/map')
  await stranger.getByRole('button', { name: '我的位置' }).click()
  const line = stranger.locator(`#near-${noise}`)
  await expect(line).toContainText('位置是大概的')
  await expect(stranger.locator(`#near-${hidden}`)).toHaveCount(0)
  await sound(stranger, 'map')
  await line.getByRole('link').click()
  await expect(stranger.getByText('为保护隐私，位置是大概的')).toBeVisible()
  await expect(stranger.getByText('街道')).toHaveCount(0)
  await sound(stranger, 'rounded')
  await stranger.goto(`/citizen/r/${hidden}`)
  await expect(stranger.getByText('没有找到')).toBeVisible()
  await sound(stranger, 'not-found')
})
