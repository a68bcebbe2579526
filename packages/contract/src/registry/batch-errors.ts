/** What imports, censuses and exports of registers can refuse. */
export const BATCH_ERRORS = {
  BATCH_NOT_FOUND: { status: 404, zh: '没有找到该批次', en: 'No such batch' },
  BATCH_STATE: {
    status: 409,
    zh: '批次处于“{state}”，不能执行此操作',
    en: 'The batch is "{state}"; this cannot be done now'
  },
  BATCH_BUSY: {
    status: 409,
    zh: '台账“{type}”已有一个批次正在进行：{name}',
    en: 'A batch of the register "{type}" is under way already: {name}'
  },
  BATCH_FILE_MISSING: { status: 422, zh: '批次里还没有文件', en: 'The batch has no file yet' },
  BATCH_FILE_NOT_FOUND: { status: 404, zh: '批次里没有第 {no} 个文件', en: 'The batch has no file {no}' },
  BATCH_FILE_UNKNOWN: {
    status: 415,
    zh: '认不出文件“{name}”：支持 CSV、XLSX、GeoJSON、Shapefile（zip）、GeoPackage',
    en: 'The file "{name}" is none of CSV, XLSX, GeoJSON, zipped Shapefile, GeoPackage'
  },
  BATCH_FILE_BROKEN: { status: 422, zh: '文件“{name}”读不下去：{why}', en: 'The file "{name}" cannot be read: {why}' },
  BATCH_FILE_TOO_LARGE: { status: 413, zh: '文件超过 {limit}', en: 'The file is larger than {limit}' },
  BATCH_MAPPING_INCOMPLETE: {
    status: 422,
    zh: '文件“{name}”的列对应关系还不完整：{summary}',
    en: 'The columns of "{name}" are not mapped yet: {summaryEn}'
  },
  BATCH_MAPPING_INVALID: { status: 422, zh: '列对应关系有误：{what}', en: 'The mapping is not valid: {what}' },
  BATCH_REGISTER_CHANGED: {
    status: 409,
    zh: '核对之后台账又有变动，请重新核对再发布',
    en: 'The register changed after the comparison; check the batch again before publishing'
  },
  BATCH_QUALITY: {
    status: 409,
    zh: '质量检查未通过：{summary}；确需发布请写明理由',
    en: 'The quality check was not passed: {summaryEn}; say why to publish all the same'
  },
  BATCH_NOTHING: { status: 422, zh: '没有可发布的记录', en: 'There is nothing to publish' },
  BATCH_TOO_MANY_CHANGES: {
    status: 422,
    zh: '一次最多改动 {limit} 条现有记录，本批有 {count} 条',
    en: 'A batch changes at most {limit} items that are there; this one would change {count}'
  },
  EXPORT_GEOMETRY: {
    status: 422,
    zh: '台账“{type}”没有位置，不能导出为该格式',
    en: 'The register "{type}" has no places and cannot be written in this format'
  }
} as const
export type BatchErrorCode = keyof typeof BATCH_ERRORS

/** What can be wrong with a row of a file besides the faults of an item (ITEM_FAULTS). */
export const ROW_FAULTS = {
  broken: { zh: '这一行有 {cells} 格，表头有 {columns} 列', en: 'the row has {cells} cells, the header {columns} columns' },
  nullGeometry: { zh: '没有坐标', en: 'has no coordinates' },
  zeroZero: { zh: '坐标是 0,0', en: 'is at 0,0' },
  notANumber: { zh: '坐标“{value}”不是数字', en: 'the coordinate "{value}" is no number' },
  coordinateRange: { zh: '坐标 {value} 不在 {crs} 的取值范围内', en: 'the coordinate {value} is out of the range of {crs}' },
  outside: { zh: '位置 {value} 不在本市范围内', en: 'the place {value} lies outside the city' },
  geometry: { zh: '几何类型不对，应为{expected}', en: 'the geometry must be {expected}' },
  codeForm: { zh: '编码“{value}”格式不对', en: 'the code "{value}" has not the right form' },
  codeCounty: { zh: '编码 {value} 的区划代码不属于本市', en: 'the county of the code {value} is none of this city' },
  codeClass: { zh: '编码 {value} 中的小类与“{class}”不符', en: 'the class in the code {value} is not "{class}"' },
  sameCode: {
    zh: '编码 {value} 在文件中重复（先出现在第 {row} 行）',
    en: 'the code {value} stands in the files before (row {row})'
  },
  usedCode: {
    zh: '编码 {value} 属于已移除的记录，不能再用',
    en: 'the code {value} belongs to a removed item and is not given again'
  },
  existing: { zh: '编码 {value} 已在台账中', en: 'the code {value} stands in the register already' },
  unitUnknown: { zh: '机构目录中没有“{value}”', en: 'the directory has no unit "{value}"' },
  scope: { zh: '不在本次普查的范围内', en: 'lies outside the scope of the census' }
} as const
export type RowFaultRule = keyof typeof ROW_FAULTS
