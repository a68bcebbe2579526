// Components of the standard: covers, lamps, rails, trees that are broken.
import type { Matter, Subject } from './matter.ts'

const c = (code: string, weight: number, subject: Subject, texts: readonly string[], done: readonly string[]): Matter => ({
  kind: 'component',
  code,
  weight,
  rhythm: 'always',
  subject,
  texts,
  done
})

/** They break at any hour. */
export const COMPONENT_CLASSES: readonly Matter[] = [
  c(
    '01002',
    4,
    'cover',
    ['{place}污水井盖破损，边缘开裂。', '{place}污水井盖移位，行人易踩空。', '{place}污水井盖松动，车过有响声。'],
    ['井盖已更换并加装防响圈。', '井盖已复位固定。']
  ),
  c(
    '01003',
    3,
    'cover',
    ['{place}雨水井盖缺失，已用锥桶围挡。', '{place}雨水井盖下沉约{n}厘米。'],
    ['已更换新井盖，井圈修复。', '井周已修补，高差消除。']
  ),
  c('01001', 2, 'cover', ['{place}供水井盖破损。', '{place}供水井盖与路面不平，有高差。'], ['供水井盖已更换。', '井盖已调平。']),
  c(
    '01037',
    4,
    'lamp',
    ['{place}路灯不亮，夜间很黑，连续{n}盏。', '{place}路灯灯杆倾斜。', '{place}路灯检修门缺失，电线裸露。'],
    ['灯具已更换，试亮正常。', '灯杆已扶正加固，检修门补齐。']
  ),
  c(
    '02017',
    3,
    'rail',
    ['{place}交通护栏被撞变形{n}节。', '{place}护栏移位，伸到车道里。'],
    ['护栏已更换，排列整齐。', '护栏已复位并加固底座。']
  ),
  c(
    '03005',
    3,
    'fullBin',
    ['{place}果皮箱箱体破损，门关不上。', '{place}垃圾箱倾斜，缺内胆。'],
    ['箱体已更换。', '果皮箱已修复扶正。']
  ),
  c(
    '04002',
    3,
    'tree',
    ['{place}行道树倾斜，断枝悬挂。', '{place}行道树枯死，请更换。', '{place}大风后树枝折断，压到便道。'],
    ['断枝已锯除清运，树穴加固。', '树木已扶正支撑。']
  ),
  c('03007', 2, 'billboard', ['{place}店铺牌匾松动，有坠落风险。', '{place}牌匾灯箱破损。'], ['牌匾已加固。', '破损牌匾已拆换。'])
]
