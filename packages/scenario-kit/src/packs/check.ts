import type { Rule } from '@chengyun/contract/alarms'
import { checkDeclaration, type RegisterDeclaration } from '@chengyun/contract/registry'
import { checkRule as ruleFaults } from '../rules/index.ts'
import { checkDemo, checkLayers, checkPages, checkPublic } from './check-views.ts'
import type { Count } from './figures.ts'
import type { PackFault } from './form.ts'
import type { Names, Say } from './names.ts'
import type { Pack } from './pack.ts'
import { checkReports } from './reports.ts'
import { meets } from './version.ts'

/** What stands outside the pack: the platform it is installed on. */
export interface Surroundings {
  /** Name of the folder the pack lies in. */
  folder: string
  platform: string
  modules: readonly string[]
  /** Registers that are there without the pack. */
  registers: ReadonlyMap<string, RegisterDeclaration>
  /** Other packs by id, with their versions. */
  packs: ReadonlyMap<string, string>
}

/** What a pack means, file against file: references, versions, that nothing personal becomes public. Empty: sound. */
export function checkMeaning(pack: Pack, around: Surroundings): PackFault[] {
  const faults: PackFault[] = []
  const say: Say = (file, path, zh, en) => void faults.push({ file, path, zh, en })
  const names = namesOf(pack, around)
  checkHead(pack, around, say)
  checkRegisters(pack, around, say)
  checkThings(pack, names, say)
  pack.rules.forEach((rule, i) => {
    checkRule(rule, `/rules/${i}`, pack, names, say)
  })
  pack.indicators.forEach((indicator, i) => {
    const { figure, unit } = indicator
    if (typeof unit === 'string' && /\p{Script=Han}/u.test(unit))
      say(
        'indicators.json',
        `/indicators/${i}/unit`,
        `单位“${unit}”是文字，应写成文本键（@…），中英文各一`,
        `the unit "${unit}" is a word; write a text key (@…) with a text in each language`
      )
    const counts: Count[] = 'share' in figure ? [figure.share, figure.of] : [figure]
    for (const count of counts) checkCount(count, `/indicators/${i}/figure`, names, say)
  })
  checkLayers(pack, names, say)
  checkPages(pack, names, say)
  checkPublic(pack, names, say)
  checkReports(pack.reports ?? [], pack.indexes ?? [], names, say)
  checkDemo(pack, names, say)
  for (const [file, keys] of [
    ['classes.json', pack.classes.map((c) => c.code)],
    ['rules.json', pack.rules.map((r) => r.key)],
    ['flows.json', pack.responses.map((r) => r.key)],
    ['indicators.json', pack.indicators.map((i) => i.key)],
    ['layers.json', pack.layers.map((l) => l.key)],
    ['pages.json', pack.pages.map((p) => p.key)],
    ['reports.json', [...(pack.reports ?? []), ...(pack.indexes ?? [])].map((r) => r.key)],
    ['public.json', pack.public.map((l) => l.key)]
  ] as const)
    keys.forEach((key, i) => {
      if (keys.indexOf(key) !== i) say(file, '', `“${key}”出现两次`, `"${key}" stands there twice`)
    })
  return faults
}

function namesOf(pack: Pack, around: Surroundings): Names {
  const registers = new Map(around.registers)
  for (const declared of pack.registers.declare ?? []) registers.set(declared.id, declared)
  for (const { register, attributes } of pack.registers.extend ?? []) {
    const known = registers.get(register)
    if (known) registers.set(register, { ...known, attributes: [...known.attributes, ...attributes] })
  }
  return {
    registers,
    streams: new Map(pack.things.things.flatMap((t) => t.streams.map((s) => [`${t.register}/${s.key}`, s] as const))),
    rules: new Set(pack.rules.map((r) => r.key)),
    responses: new Set(['default', ...pack.responses.map((r) => r.key)]),
    indicators: new Set(pack.indicators.map((i) => i.key)),
    layers: new Set(pack.layers.map((l) => l.key)),
    actuators: new Set(
      pack.things.things.flatMap((t) =>
        (t.actuators ?? []).flatMap((a) => a.commands.map((c) => `${t.register}/${a.key}/${c.value}`))
      )
    )
  }
}

function checkHead({ scenario, quality }: Pack, around: Surroundings, say: Say): void {
  const file = 'scenario.json'
  if (scenario.id !== around.folder)
    say(
      file,
      '/id',
      `标识“${scenario.id}”与文件夹“${around.folder}”不一致`,
      `the id "${scenario.id}" is not the folder name "${around.folder}"`
    )
  if (!meets(around.platform, scenario.requires.platform))
    say(
      file,
      '/requires/platform',
      `需要平台 ${scenario.requires.platform}，现为 ${around.platform}`,
      `needs platform ${scenario.requires.platform}; this is ${around.platform}`
    )
  for (const module of scenario.requires.modules)
    if (!around.modules.includes(module)) say(file, '/requires/modules', `没有模块“${module}”`, `there is no module "${module}"`)
  for (const [id, range] of Object.entries(scenario.requires.packs ?? {})) {
    const version = around.packs.get(id)
    if (!version) say(file, '/requires/packs', `需要先安装场景包“${id}”`, `needs the pack "${id}", which is not there`)
    else if (!meets(version, range))
      say(
        file,
        '/requires/packs',
        `需要场景包“${id}” ${range}，现为 ${version}`,
        `needs the pack "${id}" ${range}; ${version} is there`
      )
  }
  if (Object.keys(quality.exempt ?? {}).length > 0 && quality.tier === 'gold')
    say('quality.json', '/exempt', '金级不得有豁免', 'gold allows no exemptions')
}

function checkRegisters({ registers }: Pack, around: Surroundings, say: Say): void {
  for (const [i, declared] of (registers.declare ?? []).entries()) {
    for (const f of checkDeclaration(declared)) say('registers.json', `/declare/${i}${f.path}`, f.zh, f.en)
    if (around.registers.has(declared.id))
      say(
        'registers.json',
        `/declare/${i}/id`,
        `台账“${declared.id}”已经有了，请用 extend`,
        `the register "${declared.id}" is there already; use extend`
      )
  }
  for (const [i, { register, attributes }] of (registers.extend ?? []).entries()) {
    const known = around.registers.get(register)
    if (!known) say('registers.json', `/extend/${i}/register`, `没有台账“${register}”`, `there is no register "${register}"`)
    for (const a of attributes)
      if (known?.attributes.some((k) => k.key === a.key))
        say(
          'registers.json',
          `/extend/${i}`,
          `台账“${register}”已有属性“${a.key}”`,
          `"${register}" has an attribute "${a.key}" already`
        )
  }
}

function checkThings({ things }: Pack, names: Names, say: Say): void {
  const file = 'things.json'
  for (const [i, thing] of things.things.entries()) {
    const register = names.registers.get(thing.register)
    if (!register) say(file, `/things/${i}/register`, `没有台账“${thing.register}”`, `there is no register "${thing.register}"`)
    const keys = thing.streams.map((s) => s.key)
    for (const [j, stream] of thing.streams.entries()) {
      const at = `/things/${i}/streams/${j}`
      if (keys.indexOf(stream.key) !== j)
        say(file, at, `感知流“${stream.key}”重复`, `the stream "${stream.key}" stands there twice`)
      if (stream.low !== undefined && stream.high !== undefined && stream.low >= stream.high)
        say(file, at, '量程下限不小于上限', 'its range begins where it ends')
      for (const attribute of Object.keys(stream.where ?? {}))
        if (register && !register.attributes.some((a) => a.key === attribute))
          say(
            file,
            `${at}/where`,
            `“${thing.register}”没有属性“${attribute}”`,
            `"${thing.register}" has no attribute "${attribute}"`
          )
    }
    for (const [j, actuator] of (thing.actuators ?? []).entries()) {
      const { confirms } = actuator
      const at = `/things/${i}/actuators/${j}`
      if (confirms && !keys.includes(confirms.stream))
        say(file, at, `没有感知流“${confirms.stream}”可确认`, `no stream "${confirms.stream}" confirms it`)
      for (const command of actuator.commands)
        if (confirms && !(command.value in confirms.values))
          say(file, at, `没有说明“${command.value}”执行后的读数`, `it is not said what is read after "${command.value}"`)
    }
  }
}

/** The rule by itself, as the city's alarms hold it when the pack is installed. What it names is checked apart, with the files it is looked for in. */
function checkRuleItself(rule: Rule, at: string, pack: Pack, say: Say): void {
  const faults = ruleFaults(rule, {
    hasType: () => true,
    streams: () => undefined,
    attributes: () => undefined,
    relations: () => undefined,
    actuators: () => undefined,
    rule: (key) => pack.rules.find((r) => r.key === key),
    hasResponse: () => true
  })
  for (const f of faults) say('rules.json', `${at}${f.path}`, `规则“${rule.key}”：${f.zh}`, `${rule.key}: ${f.en}`)
}

function checkRule(rule: Rule, at: string, pack: Pack, names: Names, say: Say): void {
  const file = 'rules.json'
  checkRuleItself(rule, at, pack, say)
  const register = names.registers.get(rule.on.type)
  if (!names.streams.has(`${rule.on.type}/${rule.on.stream}`))
    say(
      file,
      `${at}/on`,
      `规则“${rule.key}”看的“${rule.on.type}/${rule.on.stream}”没有定义`,
      `${rule.key} watches "${rule.on.type}/${rule.on.stream}", which no thing has`
    )
  const kind = names.streams.get(`${rule.on.type}/${rule.on.stream}`)?.kind
  if (kind === 'category' || kind === 'complex')
    say(
      file,
      `${at}/on`,
      `规则“${rule.key}”看的“${rule.on.stream}”不是数值，规则读不了；请用 number 或 truth`,
      `${rule.key} watches "${rule.on.stream}", whose readings are words: rules read numbers; make it a number or a truth`
    )
  for (const { attribute } of rule.on.where ?? [])
    if (register && !register.attributes.some((a) => a.key === attribute))
      say(file, `${at}/on/where`, `“${rule.on.type}”没有属性“${attribute}”`, `"${rule.on.type}" has no attribute "${attribute}"`)
  if (rule.response && !names.responses.has(rule.response))
    say(file, `${at}/response`, `没有响应流程“${rule.response}”`, `there is no response "${rule.response}"`)
  for (const act of rule.actuate ?? [])
    if (!names.actuators.has(`${rule.on.type}/${act.actuator}/${act.command}`))
      say(
        file,
        `${at}/actuate`,
        `“${rule.on.type}”没有“${act.actuator}”的指令“${act.command}”`,
        `"${rule.on.type}" has no "${act.actuator}" that understands "${act.command}"`
      )
  if ('ofRule' in rule.condition && !names.rules.has(rule.condition.ofRule))
    say(file, `${at}/condition/ofRule`, `没有规则“${rule.condition.ofRule}”`, `there is no rule "${rule.condition.ofRule}"`)
  const inRange = /^109[3-8]\d$/.test(rule.case?.classCode ?? '')
  if (inRange && !pack.classes.some((c) => c.code === rule.case?.classCode))
    say(
      file,
      `${at}/case/classCode`,
      `classes.json 里没有“${rule.case?.classCode}”`,
      `"${rule.case?.classCode}" is not in classes.json`
    )
  const tests = [...pack.tests.values()].filter((t) => t.rule === rule.key)
  const kinds = new Set(tests.flatMap((t) => t.expect.map((e) => e.kind)))
  for (const kind of ['raise', 'clear'] as const)
    if (!kinds.has(kind))
      say(
        'test',
        `/${rule.key}`,
        `没有测试让规则“${rule.key}”${kind === 'raise' ? '报警' : '解除'}`,
        `no test makes the rule "${rule.key}" ${kind}`
      )
}

function checkCount(count: Count, at: string, names: Names, say: Say): void {
  const file = 'indicators.json'
  const stream = 'things' in count ? count.things : 'value' in count ? count.value : null
  if (stream && !names.streams.has(stream)) say(file, at, `没有感知流“${stream}”`, `there is no stream "${stream}"`)
  if ('items' in count && !names.registers.has(count.items))
    say(file, at, `没有台账“${count.items}”`, `there is no register "${count.items}"`)
  if ('alarms' in count)
    for (const rule of count.rules ?? [])
      if (!names.rules.has(rule)) say(file, at, `没有规则“${rule}”`, `there is no rule "${rule}"`)
  if (
    'things' in count &&
    (count.state === 'within' || count.state === 'outside') &&
    count.low === undefined &&
    count.high === undefined
  )
    say(file, at, '没有说明范围', 'does not say which bounds')
}
