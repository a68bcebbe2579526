import type { CaseView } from '@chengyun/contract/cases'
import type { Page } from '@playwright/test'
import config from '../playwright.config.ts'
import { HERE } from '../support/account.ts'
import { captchaAfter } from '../support/captcha.ts'
import { beginHere, PHONE, sound, submit, toSend } from '../support/citizen.ts'
import { codeFor } from '../support/gateway.ts'
import { expect, test } from '../support/test.ts'

// A telephone has a microphone; this browser's hums a tone.
test.use({
  launchOptions: {
    ...config.use?.launchOptions,
    args: [...(config.use?.launchOptions?.args ?? []), '--use-fake-device-for-media-stream']
  }
})

/** A place of this run alone, within some 400 m: what others report does not lie beside it. */
function somewhere() {
  const near = (v: number) => Number((v + (Math.random() - 0.5) * 0.006).toFixed(6))
  return { ...PHONE, geolocation: { longitude: near(HERE[0]), latitude: near(HERE[1]), accuracy: 8 } }
}
const newPhone = () => `139${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`
const words = (what: string) => `${what}（第 ${Date.now() % 1_000_000} 次）`

/** Says what it is, and which class where one is named. */
async function say(page: Page, text: string, className?: string): Promise<void> {
  await page.getByLabel('说一句（可以不填）').fill(text)
  if (className) await page.getByText(className, { exact: true }).click()
}

/** Proves a number by the code that came to it. */
async function prove(page: Page, phone: string): Promise<void> {
  await page.getByRole('textbox', { name: '手机号' }).fill(phone)
  await page.getByRole('button', { name: '发验证码' }).click()
  await expect(page.getByText('验证码已发出')).toBeVisible()
  await page.getByRole('textbox', { name: '验证码' }).fill(await codeFor(phone))
  await page.getByRole('button', { name: '确认', exact: true }).click()
}

test('说一段话：录下、提交，受理员听得到', async ({ journey }) => {
  const phone = await journey.openBrowser({ ...somewhere(), permissions: ['geolocation', 'microphone'] })
  await beginHere(phone)
  await phone.getByRole('button', { name: '说一段话' }).click()
  await expect(phone.getByRole('button', { name: /录完了/ })).toBeVisible()
  await sound(phone, 'recording')
  await phone.waitForTimeout(2_500)
  await phone.getByRole('button', { name: /录完了/ }).click()
  await expect(phone.getByLabel('语音说明')).toBeVisible()
  await sound(phone, 'voice')
  await toSend(phone)
  const caseNo = await submit(phone)

  const acceptor = await journey.as('acceptor')
  const view = await acceptor.send<CaseView>('GET', `/cases/${caseNo}`)
  expect(view.evidence).toMatchObject([{ kind: 'audio', phase: 'audio' }])
  const desk = await journey.enter('acceptor')
  await desk.goto(`/cases/${view.id}`)
  const player = desk.locator('audio')
  await expect(player).toBeVisible()
  await player.evaluate((audio: { muted: boolean; play(): Promise<void> }) => {
    audio.muted = true
    return audio.play()
  })
  await expect(async () => {
    expect(await player.evaluate((audio: { currentTime: number }) => audio.currentTime)).toBeGreaterThan(0.3)
  }).toPass()
})

test('多次提交后要验证码：看错了再来，看对了就交', async ({ journey }) => {
  // Without a captcha the sixth is refused, and so is one with a wrong answer.
  journey.expectAnswers(403)
  test.setTimeout(240_000)
  const phone = await journey.openBrowser(somewhere())
  await beginHere(phone)
  await say(phone, words('路灯不亮'))
  await toSend(phone)
  await submit(phone)
  await phone.evaluate(`(${REPEAT})(4)`)

  await beginHere(phone)
  await say(phone, words('路灯还是不亮'))
  await toSend(phone)
  await phone.getByRole('button', { name: '提交', exact: true }).click()
  const picture = phone.locator('img.captcha')
  await expect(picture).toBeVisible()
  await sound(phone, 'captcha')
  await phone.getByRole('textbox', { name: '请输入图中的字符' }).fill('????')
  await phone.getByRole('button', { name: '提交', exact: true }).click()
  await expect(phone.getByRole('alert').filter({ hasText: '验证码' })).toBeVisible()
  const characters = await captchaAfter(phone, () => phone.getByRole('button', { name: '换一张' }).click())
  await phone.getByRole('textbox', { name: '请输入图中的字符' }).fill(characters)
  expect(await submit(phone)).toHaveLength(19)

  // Without reading anything, by keyboard: the device does some seconds of work in the person's place.
  await beginHere(phone)
  await say(phone, words('路灯依旧不亮'))
  await toSend(phone)
  await phone.getByRole('button', { name: '提交', exact: true }).click()
  await expect(picture).toBeVisible()
  await phone.getByRole('button', { name: '看不清？让本机代为验证' }).press('Enter')
  await expect(phone.getByText('已验证，可以继续')).toBeVisible({ timeout: 90_000 })
  expect(await submit(phone)).toHaveLength(19)
})

/** Run in the page: files as many reports more as this telephone would. */
const REPEAT = `async (n) => {
  const at = await new Promise((done) => { const asked = indexedDB.open('chengyun-citizen'); asked.onsuccess = () => done(asked.result) })
  const { value: deviceId } = await new Promise((done) => {
    const asked = at.transaction('settings').objectStore('settings').get('deviceId'); asked.onsuccess = () => done(asked.result) })
  at.close()
  const { privacyVersion } = await (await fetch('/api/public/options')).json()
  for (let i = 0; i < n; i += 1) {
    const answer = await fetch('/api/public/reports', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({
      draftId: 'repeated-' + i + '-' + deviceId, deviceId, location: [${HERE[0] + 0.004}, ${HERE[1]}], text: '路灯不亮', evidenceIds: [],
      visibility: 'private', consent: privacyVersion }) })
    if (answer.status !== 201) throw new Error('repeat ' + i + ': ' + answer.status)
  }
}`

test('用手机号上报，换手机看得到，关注街道和案件有消息，最后清除', async ({ journey }) => {
  test.setTimeout(180_000)
  // After the account is gone its number knows nothing any more.
  journey.expectAnswers(401)
  const number = newPhone()
  const first = await journey.openBrowser(somewhere())
  const text = words('路边一堆垃圾')
  await beginHere(first)
  await say(first, text, '暴露垃圾')
  await toSend(first)
  await first.getByText('留手机号').click()
  await sound(first, 'phone')
  await prove(first, number)
  await expect(first.getByText(`用 ${number.slice(0, 3)}****${number.slice(7)}`)).toBeVisible()
  const caseNo = await submit(first)

  const other = await journey.openBrowser(somewhere())
  const text2 = words('树枝压到电线')
  await beginHere(other)
  await say(other, text2)
  await toSend(other)
  const otherNo = await submit(other)

  const second = await journey.openBrowser(PHONE)
  await test.step('换手机：登录，看到自己的上报', async () => {
    await second.goto('/citizen/mine')
    await sound(second, 'mine-sign')
    await prove(second, number)
    await expect(second.getByRole('link', { name: /暴露垃圾/ })).toBeVisible()
    await second.getByRole('link', { name: /暴露垃圾/ }).click()
    await expect(second.getByText(text)).toBeVisible()
    await expect(second).toHaveURL(new RegExp(caseNo))
  })

  await test.step('关注街道和别人的案件', async () => {
    await second.goto(`/citizen/r/${otherNo}`)
    await second.getByRole('button', { name: '关注这件' }).click()
    await expect(second.getByRole('link', { name: '已关注' })).toBeVisible()
    await sound(second, 'followed')
    await second.getByRole('link', { name: '已关注' }).click()
    await second.getByLabel('关注一个区或街道').selectOption({ label: '香港中路街道' })
    await second.getByRole('button', { name: '关注', exact: true }).click()
    await expect(second.getByRole('heading', { name: /香港中路街道/ })).toBeVisible()
    await expect(second.getByRole('heading', { name: `案件 ${otherNo}` })).toBeVisible()
    await sound(second, 'following')
  })

  await test.step('案件动了，被告知', async () => {
    const acceptor = await journey.as('acceptor')
    await acceptor.act(await acceptor.send<CaseView>('GET', `/cases/${otherNo}`), 'accept')
    await second.goto('/citizen/')
    await expect(second.getByRole('link', { name: /我的.*项有新进展/ })).toBeVisible()
    await sound(second, 'news')
    await second.getByRole('link', { name: /我的.*项有新进展/ }).click()
    const followed = second.locator('.follow').filter({ hasText: otherNo })
    await expect(followed.getByText('有新进展')).toBeVisible()
    await expect(followed.getByText('已受理')).toBeVisible()
    await sound(second, 'news-mine')
  })

  await test.step('清除我的信息', async () => {
    await second.goto('/citizen/help')
    await second.getByRole('button', { name: '清除我的信息' }).click()
    await sound(second, 'forget')
    await second.getByRole('button', { name: '确定清除' }).click()
    await expect(second.getByText('已清除。')).toBeVisible()
    await second.goto('/citizen/mine')
    await expect(second.getByRole('heading', { name: '用手机号查' })).toBeVisible()
    // The first telephone is signed out with it, but still has the tracking code.
    await first.goto('/citizen/mine')
    await expect(first.getByText('这部手机上的登录已结束')).toBeVisible()
    await sound(first, 'ended')
    await first.getByRole('link', { name: text }).click()
    await expect(first.getByText('已提交').first()).toBeVisible()
    // The case is under way, so the desk can still call back.
    const view = await (await journey.as('acceptor')).send<CaseView>('GET', `/cases/${caseNo}`)
    expect(view.reporter?.phone).toBe(`${number.slice(0, 3)}****${number.slice(7)}`)
  })
})

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
