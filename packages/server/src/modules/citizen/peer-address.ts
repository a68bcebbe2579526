import { BlockList, isIP } from 'node:net'

const PRIVATE = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3]
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['100::', 64],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8]
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv6')

/** An address that does not lie in the open internet: loopback, private, link-local, multicast, and IPv6 that stands for one. */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return PRIVATE.check(mapped, 'ipv4')
  const family = isIP(address)
  return family === 0 || PRIVATE.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** Why this is no address we go to, in words; undefined: it is one, as far as its text shows. */
export function wrongAddress(text: string, allowPrivate: boolean): string | undefined {
  if (!URL.canParse(text)) return '不是网址'
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return '只支持 http 和 https'
  if (url.username !== '' || url.password !== '') return '网址里不能带用户名和密码'
  const host = url.hostname.replace(/^\[|\]$|\.$/g, '')
  if (!allowPrivate && (host === 'localhost' || host.endsWith('.localhost') || (isIP(host) > 0 && isPrivateAddress(host))))
    return '指向内网地址，未获允许'
  return undefined
}
