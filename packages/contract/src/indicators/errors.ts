/** Errors of the `indicators` module. */
export const INDICATOR_ERRORS = {
  INDICATOR_PERIOD_INVALID: { status: 400, zh: '统计周期有误：{reason}', en: 'The period is not valid: {reason}' },
  INDICATOR_AREA_UNKNOWN: {
    status: 404,
    zh: '没有该范围，或不在您的数据范围内：{field}',
    en: 'There is no such area or unit, or it is outside your scope: {field}'
  },
  INDICATOR_UNKNOWN: { status: 404, zh: '没有该指标：{key}', en: 'There is no such indicator: {key}' }
} as const
