/** Everything the module `scenarios` can refuse: HTTP status and both texts; `{name}` is filled from the details of the error. */
export const SCENARIOS_ERRORS = {
  SCENARIOS_PACK_NOT_FOUND: { status: 404, zh: '没有场景包“{pack}”', en: 'There is no scenario pack "{pack}"' },
  SCENARIOS_PACK_FAULTY: {
    status: 422,
    zh: '场景包“{pack}”有 {count} 处问题：{summary}',
    en: 'The pack "{pack}" has {count} faults: {summaryEn}'
  },
  SCENARIOS_NOT_INSTALLED: { status: 409, zh: '场景包“{pack}”没有安装', en: 'The pack "{pack}" is not installed' },
  SCENARIOS_OLDER: {
    status: 409,
    zh: '已安装 {installed}，不能退回 {offered}',
    en: 'Version {installed} is installed; {offered} is older'
  },
  SCENARIOS_NEEDED: {
    status: 409,
    zh: '其他场景包依赖它：{packs}',
    en: 'Other packs need it: {packs}'
  },
  SCENARIOS_LACKS: {
    status: 409,
    zh: '请先安装并启用：{packs}',
    en: 'These have to be installed and active first: {packs}'
  },
  SCENARIOS_HOLDS_DATA: {
    status: 409,
    zh: '卸载会丢失数据：{what}。请选择保留数据，或确认一并删除',
    en: 'Removing it would lose data: {whatEn}. Keep the data, or say that it goes too'
  },
  SCENARIOS_CONFIRM: {
    status: 422,
    zh: '删除数据前请写出场景包的标识“{pack}”',
    en: 'Write out the id of the pack, "{pack}", to remove its data'
  },
  SCENARIOS_PLAN_CHANGED: {
    status: 409,
    zh: '情况与预览时不同，请重新预览',
    en: 'Things have changed since the preview; look at it again'
  },
  SCENARIOS_REPORT_NOT_FOUND: { status: 404, zh: '没有这份报告', en: 'There is no such report' },
  SCENARIOS_LAYER_NOT_FOUND: { status: 404, zh: '没有这个图层', en: 'There is no such layer' },
  SCENARIOS_REPORT_NOT_OVER: {
    status: 422,
    zh: '{day} 所在的报告期还没有结束；可先打开当期的临时报告',
    en: 'The period of {day} is not over; until then there is the report so far'
  },
  SCENARIOS_REPORT_MADE: {
    status: 409,
    zh: '这一期的报告都已生成或正在生成',
    en: 'All reports of this period are made or being made'
  },
  SCENARIOS_REPORT_WAITS: { status: 409, zh: '报告还没有生成', en: 'The report is not made yet' },
  SCENARIOS_REPORT_BROKEN: {
    status: 500,
    zh: '报告的内容与留存的校验值不符，不能下载',
    en: 'The report does not match the hash that was kept with it'
  },
  SCENARIOS_LIST_NOT_FOUND: { status: 404, zh: '没有这份便民信息', en: 'There is no such public list' },
  SCENARIOS_PAGE_NOT_FOUND: { status: 404, zh: '没有这个页面', en: 'There is no such page' }
} as const
