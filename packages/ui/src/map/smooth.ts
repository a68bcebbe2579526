import type { LngLat, Map as MapLibre } from 'maplibre-gl'
import { bareOf, matrixOf, Pace } from './pace.ts'

/** Pixels each way of a picture on a slow machine while the map moves, as a share of those at rest. */
const COARSE = 0.5

/** What was on the screen when the last picture was drawn. */
interface Picture {
  corners: readonly [LngLat, LngLat, LngLat]
  width: number
  height: number
}

/**
 * Keeps a map under the hand of whoever moves it where the machine draws slowly, as without a graphics card: a frame that cannot be drawn
 * in time shows the last picture moved, grown or turned, and a new one is drawn as often as the machine can, with half as many pixels each
 * way, since it is the pixels that cost. Where frames are quick nothing changes; at rest the map is always drawn, and sharply. `ground`
 * is the colour of what comes into view before it has been drawn.
 *
 * MapLibre has no word for this: its drawing is taken by the one method that draws. A version without it draws as it always does.
 */
export function smooth(map: MapLibre, ground: string): void {
  const { painter } = map
  const canvas = map.getCanvas()
  const gl = canvas.getContext('webgl2')
  if (typeof painter?.render !== 'function' || !gl) return
  // The picture moves about in its box, which also takes the pointer where the picture is not.
  Object.assign(map.getCanvasContainer().style, { position: 'absolute', inset: '0', overflow: 'hidden', background: ground })
  canvas.style.transformOrigin = '0 0'
  const paint = painter.render.bind(painter)
  const pace = new Pace()
  let picture: Picture | null = null
  let fence: WebGLSync | null = null
  let coarse = 1

  // The size of the drawing, not that of the map: telling the map would end the movement.
  const draw = (share: number) => {
    coarse = share
    const ratio = map.getPixelRatio() * share
    const { clientWidth: width, clientHeight: height } = canvas
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
    painter.resize(width, height, ratio)
    map.style.resize()
  }
  const look = (now: number) => {
    if (!fence || gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED) return
    gl.deleteSync(fence)
    fence = null
    pace.done(now)
  }
  const moved = (now: number): boolean => {
    if (!picture || !map.isMoving() || map.getPitch() !== 0) return false
    const { width, height } = picture
    const [a, b, c] = picture.corners.map((at) => map.project(at))
    if (!a || !b || !c || !pace.mayRest(now, bareOf([a, b, c], width, height))) return false
    canvas.style.transform = matrixOf([a, b, c], width, height)
    return true
  }
  painter.render = (...args) => {
    const now = performance.now()
    look(now)
    if (moved(now)) {
      // A hand that stops without letting go still gets its picture.
      map.triggerRepaint()
      return
    }
    // Once coarse it stays so until it rests: a coarse picture may be quick although a sharp one is not.
    const share = map.isMoving() && (coarse < 1 || pace.slow) ? COARSE : 1
    if (share !== coarse) draw(share)
    paint(...args)
    canvas.style.transform = ''
    const { clientWidth: width, clientHeight: height } = canvas
    picture =
      map.getPitch() === 0 && width > 0 && height > 0
        ? { corners: [map.unproject([0, 0]), map.unproject([width, 0]), map.unproject([0, height])], width, height }
        : null
    if (fence) gl.deleteSync(fence)
    fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
    pace.painted(now)
  }
  map.on('movestart', () => pace.begin(performance.now()))
  map.on('moveend', () => map.triggerRepaint())
  // A canvas of another size is empty, and sharp.
  map.on('resize', () => {
    picture = null
    coarse = 1
  })
}
