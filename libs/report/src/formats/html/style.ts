import { markup } from '../markup.ts'

/** Few colours, much room, figures that line up. */
export const style = markup`<style>
:root {
  --paper: #fdfdfc; --ink: #1d1f23; --quiet: #656b76; --rule: #e4e4e0; --field: #f4f4f1;
  --good: #17724a; --bad: #b3261e; --doubtful: #8a5a00; --mark: #3d6fb4;
  --series-1: #2f6db5; --series-2: #c4550d; --series-3: #1b8a6b; --series-4: #8a56a8; --series-5: #a07a00; --series-6: #b0446f;
  --tint-1: #e2e3e0; --tint-2: #d3d5d2; --empty: #f0f0ec; --fault: #f6dfd6; --may: #d5ebdf; --must: #9fd0b7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --ink: #e6e7e9; --quiet: #9aa1ac; --rule: #2c3036; --field: #1d2024;
    --good: #5cc593; --bad: #ff8a80; --doubtful: #e3b341; --mark: #7aa7e6;
    --series-1: #7fb0ea; --series-2: #f0955a; --series-3: #5fc7a5; --series-4: #c79be0; --series-5: #d6b23e; --series-6: #ea8fb2;
    --tint-1: #2d3137; --tint-2: #3a3f46; --empty: #1e2125; --fault: #43261f; --may: #1d3a2d; --must: #2c6349;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; }
main { max-width: 52rem; margin: 0 auto; padding: 3.5rem 1.5rem 5rem; }
header { max-width: 42rem; }
header ul { margin: 0 0 1rem; padding-left: 1.2em; }
.where { margin: 0 0 1.25rem; color: var(--quiet); font-size: .875rem; }
.where span::before { content: '·'; margin: 0 .35em 0 .1em; }
h1 { margin: 0 0 1.5rem; font-size: clamp(1.4rem, 1.1rem + 1.6vw, 2rem); font-weight: 500; line-height: 1.3; letter-spacing: -.01em; text-wrap: balance; }
h1 .word { font-weight: 700; letter-spacing: .02em; margin-right: .25em; }
h1 .bad, h1 .doubtful { color: var(--paper); background: var(--bad); padding: .05em .35em; border-radius: 5px; }
h1 .doubtful { background: var(--doubtful); }
h2, caption { font-size: 1.0625rem; font-weight: 600; text-align: left; line-height: 1.4; }
h2 { margin: 3.5rem 0 1rem; }
p { margin: 0 0 .6rem; text-wrap: pretty; }
.good { color: var(--good); } .bad { color: var(--bad); } .doubtful { color: var(--doubtful); }
.note { color: var(--quiet); font-size: .875rem; margin-top: .6rem; }
.scroll { overflow-x: auto; margin-top: 3.5rem; background: linear-gradient(to left, var(--paper) 40%, transparent) right / 3rem 100% no-repeat local, linear-gradient(to left, var(--tint-2), transparent) right / 1rem 100% no-repeat scroll; }
.scroll:focus-visible, summary:focus-visible, pre:focus-visible, a:focus-visible { outline: 2px solid var(--mark); outline-offset: 4px; }
table { border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums; }
caption { padding-bottom: .9rem; }
th, td { padding: .36rem 0 .36rem 1.5rem; text-align: right; vertical-align: top; font-weight: 400; border-bottom: 1px solid var(--rule); min-width: 9rem; }
thead th { font-weight: 600; white-space: nowrap; }
thead th, thead td { border-bottom-color: var(--quiet); }
tr > :first-child { text-align: left; padding-left: 0; position: sticky; left: 0; background: var(--paper); min-width: 13rem; }
tbody th { color: var(--quiet); }
.group th { color: var(--ink); font-weight: 600; font-size: .875rem; padding-top: 1.5rem; }
.bars { width: 100%; }
.bars th, .bars td { white-space: nowrap; min-width: 0; }
.bars .bar { width: 55%; min-width: 6rem; }
.bar svg { display: block; width: 100%; height: 1.25rem; margin-top: .12rem; }
figure { margin: 0; }
.lead { max-width: 42rem; color: var(--quiet); margin: -.6rem 0 1.2rem; }
.chart svg { --plot-background: var(--paper); display: block; max-width: 100%; height: auto; overflow: visible; color: var(--quiet); font-family: inherit; font-variant-numeric: tabular-nums; }
.narrow { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; list-style: none; margin: 0 0 1rem; padding: 0; font-size: .875rem; }
details { margin-top: .9rem; font-size: .875rem; }
summary { cursor: pointer; color: var(--quiet); width: fit-content; }
details .scroll { margin-top: 1rem; }
details table { font-size: .875rem; } details td, details th { min-width: 0; }
small { display: block; color: var(--quiet); font-size: .8125rem; }
.compared .bar { width: 40%; } .compared tr > :first-child { white-space: normal; width: 30%; }
h2 + .scroll { margin-top: 0; }
.band { fill: var(--tint-1); } .doubts { padding-left: 1.2em; font-size: .9375rem; }
.track { stroke: var(--rule); stroke-width: 1; vector-effect: non-scaling-stroke; }
.within { fill: var(--mark); } .beyond { fill: var(--bad); } .possible { opacity: .35; } .claim { fill: var(--ink); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.witnesses { list-style: none; margin: 0; padding: 0; }
.witnesses li { padding: .8rem 0; border-top: 1px solid var(--rule); }
.witnesses p { margin: 0; max-width: 42rem; } .witnesses .chart { margin-top: .8rem; }
dl { margin: 0; font-size: .9375rem; }
dl div { display: grid; grid-template-columns: 8.5rem 1fr; gap: 1.5rem; padding: .36rem 0; border-bottom: 1px solid var(--rule); }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
.replay code { user-select: all; }
.timeline canvas { display: block; width: 100%; touch-action: pan-y; cursor: grab; }
.timeline canvas:focus-visible, button:focus-visible { outline: 2px solid var(--mark); outline-offset: 4px; }
.controls { margin-top: .6rem; }
button { font: inherit; font-size: .875rem; color: var(--ink); background: var(--field); border: 1px solid var(--rule); border-radius: 6px; padding: .2rem .7rem; cursor: pointer; }
.story { list-style: none; margin: 0; padding: 0; max-width: 44rem; } .story li { padding: .2rem 0; overflow-wrap: anywhere; white-space: pre-wrap; font-variant-numeric: tabular-nums; }
pre { background: var(--field); padding: .9rem 1.1rem; border-radius: 6px; overflow-x: auto; font-size: .875rem; margin: 0; }
a { color: var(--mark); text-underline-offset: .15em; margin-left: .4em; }
@media (max-width: 44rem) {
  .wide { display: none; } .narrow { display: block; } .narrow svg { width: 100%; max-width: 32rem; }
}
@media (max-width: 34rem) {
  main { padding: 2rem 1.1rem 3rem; }
  th, td { padding-left: .9rem; min-width: 5.5rem; }
  tr > :first-child { min-width: 6.5rem; }
  .bars th, .bars td { padding-left: .7rem; }
  .bars tr > :first-child { padding-left: 0; }
  .bars { font-size: .8125rem; }
  .bars .bar { width: auto; min-width: 3rem; }
  .compared thead { display: none; }
  .compared tr { display: grid; grid-template: 'what verdict' 'bar bar' 'ratio difference' / 1fr auto; border-bottom: 1px solid var(--rule); }
  .compared tr > :first-child, .compared tr > td { width: auto; padding: .2rem 0; border: 0; }
  .compared tr > .bar { grid-area: bar; } .compared tr > .ratio { grid-area: ratio; text-align: left; }
  .compared .bar ~ td small { display: inline; margin-left: .5em; }
  .compared .group th { grid-column: 1 / -1; padding-top: 1.2rem; }
  dl div { grid-template-columns: 1fr; gap: 0; }
}
@media print { main { max-width: none; padding: 0; } .scroll { overflow: visible; } }
</style>`
