// Believable names for the people of the demonstration city. Any likeness is chance.
const SURNAMES =
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹'
const GIVEN_FIRST = '建国志文海晓春秀玉明德永宏立新伟俊振光庆成学思佳雨子浩嘉欣美丽桂兴家世荣广宝忠培'
const GIVEN_SECOND = '华军平强峰波涛斌磊勇辉刚健鹏飞杰敏静丽娟芳燕红霞玲萍颖琳婷莹洁雪梅兰青云山林松涵轩宁远博彬'
const COMPOUND = ['欧阳', '司徒', '诸葛', '上官']

/** A number in [0, 1) from a text: FNV-1a with a final mix. The same text gives the same number on every machine. */
export function fractionOf(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i)
    h = Math.imul(h, 0x01000193)
  }
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  h ^= h >>> 16
  return (h >>> 0) / 2 ** 32
}

const pick = (from: string, key: string): string => from.charAt(Math.floor(fractionOf(key) * from.length))

/** The name of a person, decided by the key alone. Frequent surnames come first in the list and are drawn more often. */
export function nameOf(key: string): string {
  const r = fractionOf(`${key}/surname`)
  const surname =
    r > 0.995
      ? COMPOUND[Math.floor(fractionOf(`${key}/compound`) * COMPOUND.length)]!
      : SURNAMES.charAt(Math.floor(r * r * SURNAMES.length))
  const first = pick(GIVEN_FIRST, `${key}/first`)
  return fractionOf(`${key}/length`) < 0.22
    ? surname + pick(GIVEN_SECOND, `${key}/second`)
    : surname + first + pick(GIVEN_SECOND, `${key}/second`)
}
