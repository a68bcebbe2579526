/** Where gateways say what happens to them. */
export interface GatewayLog {
  debug(o: object, m: string): void
  info(o: object, m: string): void
  warn(o: object, m: string): void
  error(o: object, m: string): void
}
