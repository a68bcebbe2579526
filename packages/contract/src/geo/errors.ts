/** Everything the `geo` module may refuse, with the texts a person sees. */
export const GEO_ERRORS = {
  GEO_POINT_OUTSIDE_CITY: { status: 422, zh: '位置不在本市管理范围内', en: 'The point lies outside the city' },
  GEO_DIVISION_NOT_FOUND: { status: 404, zh: '没有编码为 {code} 的行政区划', en: 'No division has the code {code}' },
  GEO_GRID_NOT_FOUND: { status: 422, zh: '没有有效的单元网格 {code}', en: 'No valid unit grid has the code {code}' },
  GEO_DUTY_GRID_NOT_FOUND: { status: 404, zh: '没有编码为 {code} 的责任网格', en: 'No duty grid has the code {code}' },
  GEO_DUTY_GRID_OVERLAP: {
    status: 409,
    zh: '单元网格在同一班次（{shift}）只能有一个责任网格：{codes} 已属于 {others}',
    en: 'A unit grid has one duty grid in a shift ({shift}): {codes} already belong to {others}'
  },
  GEO_DUTY_GRID_UNCOVERED: {
    status: 409,
    zh: '街道内还有 {count} 个单元网格没有责任网格：{codes}。确认后可以保存',
    en: '{count} unit grids of the street would have no duty grid: {codes}. Confirm to save'
  },
  GEO_DUTY_GRID_ACROSS_STREETS: {
    status: 422,
    zh: '责任网格只能由同一街道的单元网格组成',
    en: 'A duty grid takes its unit grids from one street'
  },
  GEO_BASE_NOT_FOUND: { status: 404, zh: '没有底图 {id}', en: 'There is no base map {id}' },
  GEO_BBOX_INVALID: { status: 400, zh: '范围应为 西,南,东,北', en: 'bbox must be west,south,east,north' },
  GEO_QUERY_TOO_SHORT: { status: 400, zh: '至少输入两个字', en: 'Type at least two characters' },
  GEO_FILE_UNREADABLE: { status: 422, zh: '文件不是有效的 GeoJSON：{reason}', en: 'The file is not valid GeoJSON: {reason}' },
  GEO_CODE_MISSING: { status: 422, zh: '要素没有编码', en: 'The feature has no code' },
  GEO_CODE_INVALID: { status: 422, zh: '编码 {code} 的位数或格式不对', en: 'The code {code} has the wrong length or form' },
  GEO_CODE_DUPLICATE: { status: 422, zh: '编码 {code} 重复', en: 'The code {code} occurs twice' },
  GEO_CODE_RETIRED: { status: 422, zh: '编码 {code} 已停用，不得重用', en: 'The code {code} is retired and may not be reused' },
  GEO_NAME_MISSING: { status: 422, zh: '要素没有名称', en: 'The feature has no name' },
  GEO_PARENT_UNKNOWN: { status: 422, zh: '上级区划 {code} 不存在', en: 'The parent division {code} does not exist' },
  GEO_GEOMETRY_INVALID: { status: 422, zh: '图形无效：{reason}', en: 'Invalid geometry: {reason}' },
  GEO_OUTSIDE_PARENT: {
    status: 422,
    zh: '图形超出上级区划 {code} 共 {areaM2} 平方米',
    en: 'The geometry leaves its parent {code} by {areaM2} m²'
  },
  GEO_OVERLAP: { status: 422, zh: '与 {code} 重叠 {areaM2} 平方米', en: 'Overlaps {code} by {areaM2} m²' },
  GEO_COVERAGE_LOW: {
    status: 422,
    zh: '网格只覆盖社区 {code} 的 {percent}%',
    en: 'The grids cover only {percent} % of community {code}'
  }
} as const
