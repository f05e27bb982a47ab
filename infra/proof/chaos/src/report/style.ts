import { Markup } from './markup.ts';

/** The page's whole look, light, dark and on paper. The colours c0 to c8 tell two neighbours apart also for whoever sees no red or green. */
export const style = new Markup(`<style>
:root { color-scheme: light dark; --ink: #12282f; --quiet: #51666e; --paper: #fff; --bank: #eff6f7; --line: #d3e1e4;
  --bad: #b42318; --bad-paper: #fdeceb; --good: #0f766e; --good-paper: #e0f4f0; --fault: #b42318;
  --c0: #0e7490; --c1: #d97706; --c2: #0072b2; --c3: #e69f00; --c4: #009e73; --c5: #cc79a7; --c6: #56b4e9; --c7: #8a5a00; --c8: #777; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6f1f3; --quiet: #9fb6bd; --paper: #11242b; --bank: #0a181d; --line: #2c4650;
  --bad: #ff9d92; --bad-paper: #38191a; --good: #5fd3c1; --good-paper: #0f302d; --fault: #ff9d92;
  --c0: #5cc4d1; --c1: #f0a64c; --c2: #4da3dd; --c3: #f0c04c; --c4: #3cc79f; --c5: #e0a3c5; --c6: #9bd4f5; --c7: #c99a4a; --c8: #aaa; } }
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; padding: 1.25rem clamp(1rem, 4vw, 2.5rem) 3rem; color: var(--ink); background: var(--bank);
  font: 0.95rem/1.5 system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', 'Liberation Sans', sans-serif; }
main { max-width: 76rem; margin-inline: auto; }
h1, h2 { margin: 0 0 0.6rem; line-height: 1.25; letter-spacing: -0.015em; }
h1 { font-size: 1.5rem; }
h2, caption { font-size: 1.1rem; font-weight: 650; text-align: left; color: var(--ink); }
caption { padding-bottom: 0.4rem; }
p { margin: 0; }
.verdict { padding: 1rem 1.2rem; border-radius: 0.7rem; }
.verdict.good { background: var(--good-paper); }
.verdict.bad { background: var(--bad-paper); }
.good h1, span.good { color: var(--good); }
.bad h1, span.bad { color: var(--bad); }
dl { display: flex; flex-wrap: wrap; gap: 0.3rem 2rem; margin: 0 0 0.8rem; }
dt { color: var(--quiet); font-size: 0.85rem; }
dd { margin: 0; font-variant-numeric: tabular-nums; }
dd.figure { font-size: 1.3rem; font-weight: 650; }
code, pre { font-family: ui-monospace, 'SF Mono', 'Liberation Mono', monospace; font-size: 0.85rem; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; margin: 0; }
section, details { margin-top: 1.2rem; padding: 1rem 1.2rem; border: 1px solid var(--line); border-radius: 0.7rem; background: var(--paper); }
summary { cursor: pointer; font-weight: 650; }
details[open] > summary { margin-bottom: 0.6rem; }
.scrolls { overflow-x: auto; }
:focus-visible { outline: 3px solid color-mix(in srgb, var(--c0) 45%, transparent); outline-offset: 1px; }
table { border-collapse: collapse; width: 100%; font-size: 0.88rem; }
th, td { padding: 0.35rem 0.7rem 0.35rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--quiet); font-weight: 500; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
span.good, span.bad { white-space: nowrap; font-weight: 600; }
svg { display: block; width: 100%; min-width: 46rem; height: auto; font-family: inherit; }
svg .title { font-size: 13px; font-weight: 650; fill: var(--ink); }
svg .tick { font-size: 11px; fill: var(--quiet); }
svg .grid { stroke: var(--line); fill: none; }
svg .line { fill: none; stroke: var(--c); stroke-width: 1.8; stroke-linejoin: round; }
svg .line.c1, svg .line.c3, svg .line.c5 { stroke-dasharray: 5 2.5; }
svg .area { fill: var(--c); fill-opacity: 0.75; stroke: var(--paper); stroke-width: 0.5; }
svg .swatch { fill: var(--c); }
svg .fault { fill: var(--fault); }
svg .outage { fill: var(--fault); fill-opacity: 0.1; }
svg .instant { fill: var(--fault); fill-opacity: 0.35; }
${Array.from({ length: 9 }, (_, color) => `svg .c${color} { --c: var(--c${color}); }`).join('\n')}
@media print { body { background: none; padding: 0; } section, details { break-inside: auto; } tr, figure { break-inside: avoid; } svg { min-width: 0; }
  * { print-color-adjust: exact; } }
figure { margin: 0; }
</style>`);
