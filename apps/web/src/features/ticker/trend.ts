/** Sparklines, each on a canvas in the colour of its own `color` property. NaN is a break. */

const PADDING = 2;

/** Sizes as the browser reports them: asking an element while cells change would lay the whole page out again each time. */
const sizes = new WeakMap<Element, { readonly width: number; readonly height: number }>();

const observer =
  typeof ResizeObserver === "undefined"
    ? null
    : new ResizeObserver((entries) => {
        for (const { target, contentRect } of entries) {
          if (target instanceof HTMLCanvasElement) fit(target, contentRect.width, contentRect.height);
        }
      });

function fit(canvas: HTMLCanvasElement, width: number, height: number): void {
  sizes.set(canvas, { width, height });
  canvas.width = Math.round(width * window.devicePixelRatio);
  canvas.height = Math.round(height * window.devicePixelRatio);
}

/** Keeps a canvas as sharp as its box; answers what ends it. */
export function keepSharp(canvas: Element): () => void {
  observer?.observe(canvas);
  return () => observer?.unobserve(canvas);
}

export function drawTrend(canvas: HTMLCanvasElement, points: readonly number[]): void {
  const context = canvas.getContext("2d");
  const { width, height } = sizes.get(canvas) ?? { width: 0, height: 0 };
  if (!context || width === 0) return;
  const ratio = window.devicePixelRatio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const finite = points.filter(Number.isFinite);
  if (finite.length < 2) return;
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const x = (index: number) => PADDING + ((width - 2 * PADDING) * index) / (points.length - 1);
  const y = (value: number) => (high === low ? height / 2 : height - PADDING - ((height - 2 * PADDING) * (value - low)) / (high - low));
  context.strokeStyle = lineColour(canvas);
  context.fillStyle = context.strokeStyle;
  context.lineWidth = 1.25;
  context.lineJoin = "round";
  context.beginPath();
  let isDown = false;
  points.forEach((value, index) => {
    if (!Number.isFinite(value)) isDown = false;
    else if (isDown) context.lineTo(x(index), y(value));
    else {
      context.moveTo(x(index), y(value));
      isDown = true;
    }
  });
  context.stroke();
  context.beginPath();
  context.arc(x(points.length - 1), y(points.at(-1) ?? Number.NaN), 1.75, 0, 2 * Math.PI);
  context.fill();
}

const colours = new Map<string, string>();

/** Reading a computed style is dear: once a theme. */
function lineColour(canvas: HTMLCanvasElement): string {
  const theme = document.documentElement.className;
  const known = colours.get(theme);
  if (known) return known;
  const colour = getComputedStyle(canvas).color;
  colours.set(theme, colour);
  return colour;
}
