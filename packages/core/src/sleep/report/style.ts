import { themeVariables } from '../../figure/index.ts'

/** The style sheet of the report: quiet, two colour schemes, a phone's layout, and A4 paper. */
export function reportStyle(): string {
  return [
    `:root{color-scheme:light dark;${themeVariables('light')};${LIGHT_PAGE}}`,
    `@media screen and (prefers-color-scheme:dark){:root{${themeVariables('dark')};${DARK_PAGE}}}`,
    BASE,
    HERO,
    CARDS,
    FIGURES,
    TABLES,
    INSPECTOR,
    shades(),
    PHONE,
    PRINT,
  ].join('\n')
}

const LIGHT_PAGE = '--page:#f3f4fa;--line:#dde0ee;--link:#4338a0;--shadow:0 1px 3px #1b214014'
const DARK_PAGE = '--page:#0a0d1e;--line:#2a3052;--link:#c3baff;--shadow:none'

const BASE = `*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--ink);font:1.0625rem/1.6 system-ui,
  -apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
h1,h2,h3{font-family:ui-serif,"Iowan Old Style",Charter,Georgia,"Noto Serif","DejaVu Serif",
  serif;font-weight:500;line-height:1.2;text-wrap:balance}
h2{font-size:1.6rem;margin:0 0 .8rem}
h3{font-size:1.25rem;margin:0 0 .6rem}
p{margin:0 0 .9rem;max-width:68ch}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-100vw;top:0;background:var(--surface);color:var(--link);
  padding:.6rem 1rem;z-index:2}
.skip:focus{left:.5rem;top:.5rem}
.muted{color:var(--muted)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
  font-size:.88em}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--page);
  border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem;margin:0 0 .9rem}
dd,li,p,figcaption{overflow-wrap:anywhere}
small{display:block;color:var(--muted);font-size:.88em;font-weight:400}`

const HERO = `header{background:#0b0e25;color:#f2f2ff;
  background-image:linear-gradient(178deg,#080a1c 0%,#14163d 55%,#33285f 88%,#5b3a70 100%);
  padding:2rem 1.5rem 4.6rem}
header>div{max-width:1120px;margin:0 auto}
.brand{letter-spacing:.14em;text-transform:uppercase;font-size:.8rem;color:#cfd0f5;
  margin:0 0 2rem;display:flex;gap:.6rem;align-items:center}
.brand svg{width:1.3rem;height:1.3rem}
h1{font-size:clamp(2.1rem,6vw,3.4rem);margin:0 0 .5rem}
.when{font-size:1.1rem;color:#dcdcf8;margin:0 0 1.8rem}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:1rem;margin:0}
.tiles div{border-top:1px solid #ffffff40;padding-top:.7rem}
.tiles dt{color:#cfd0f5;font-size:.92rem}
.tiles dd{margin:0;font-size:1.55rem;font-variant-numeric:tabular-nums}`

const CARDS = `main{max-width:1168px;margin:-3rem auto 0;padding:0 1.5rem 3rem}
.card{background:var(--surface);border:1px solid var(--line);border-radius:16px;
  box-shadow:var(--shadow);padding:1.7rem;margin:0 0 1.4rem}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:1.4rem}
.pair>*{min-width:0}
.caution{border-left:4px solid var(--accent);padding:.2rem 0 .2rem 1rem;margin:0 0 1.2rem}
.part{margin:3.2rem 0 1.2rem;padding:0 .3rem}
.part h2{font-size:2.1rem;margin:0 0 .4rem}
ul{margin:0 0 .9rem;padding-left:1.2rem}
li{margin:0 0 .45rem;max-width:66ch}
.facts{margin:0 0 .9rem;display:grid;gap:.1rem}
.facts div{display:grid;grid-template-columns:11rem 1fr;gap:1rem;padding:.35rem 0;
  border-top:1px solid var(--line)}
.facts dt{color:var(--muted)}
.facts dd{margin:0}
footer{max-width:1168px;margin:0 auto;padding:0 1.8rem 3rem;color:var(--muted);font-size:.92rem}`

const FIGURES = `figure{margin:0 0 .6rem}
.figure{display:block;width:100%;height:auto;overflow:visible}
figcaption{color:var(--muted);font-size:.94rem;margin:.7rem 0 0;max-width:78ch}
.narrow{display:none}
.small{max-width:30rem}
.rose{display:grid;grid-template-columns:minmax(0,16rem) minmax(0,1fr);gap:1.5rem;
  align-items:center}
@media (min-width:761px){#hypnogram figcaption{max-width:none;columns:2;column-gap:2.5rem}}
.key{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.2rem;padding:0;margin:0 0 1rem;
  font-size:.94rem}
.key li{display:flex;align-items:center;gap:.45rem;margin:0}
.key svg{width:1.5rem;height:.75rem;flex:none}`

const TABLES = `.scroll{overflow-x:auto;margin:0 0 1.2rem}
table{border-collapse:collapse;width:100%;font-size:.95rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:0 0 .5rem;caption-side:top}
.stats table{max-width:46rem}
h4{font-size:1rem;margin:1.2rem 0 .5rem}
th,td{text-align:left;padding:.42rem .9rem .42rem 0;border-top:1px solid var(--line);
  vertical-align:top}
thead th{border-top:0;color:var(--muted);font-weight:500;font-size:.88rem}
tbody th{font-weight:500;min-width:7rem}
.grid tbody th{min-width:3rem}
.stats td{white-space:nowrap}
td.n{white-space:nowrap}
.grid table{width:auto}
.grid table{font-size:.9rem}
.grid small{color:inherit}
.grid td.n,.grid thead th:not(:first-child){text-align:right;padding:.42rem .55rem;
  min-width:3.2rem}`

const INSPECTOR = `.inspector{border-top:1px solid var(--line);margin:1rem 0 0;padding:1rem 0 0}
.inspector label{display:block;font-size:.94rem;color:var(--muted)}
.inspector input{width:100%;accent-color:var(--accent);margin:.5rem 0}
.readout{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;align-items:baseline;
  font-variant-numeric:tabular-nums;min-height:3.4rem}
.readout strong{font-size:1.15rem}
.cursor{stroke:var(--ink);stroke-width:1.5;pointer-events:none}
[hidden]{display:none!important}`

const PHONE = `@media screen and (max-width:760px){
body{font-size:1rem}
header{padding:1.4rem 1rem 4rem}
.brand{margin-bottom:1.4rem}
main{padding:0 .5rem 2rem}
.card{padding:1.1rem .75rem;border-radius:12px}
.tiles{grid-template-columns:1fr 1fr}
.tiles dd{font-size:1.3rem}
.pair{grid-template-columns:1fr;gap:0}
.wide{display:none}
caption{max-width:calc(100vw - 3.2rem)}
.narrow{display:block}
.facts div{grid-template-columns:1fr;gap:0}
.grid td.n,.grid thead th:not(:first-child){padding:.42rem .4rem;min-width:2.6rem}
.rose{grid-template-columns:1fr}
}`

const PRINT = `@page{size:A4;margin:14mm}
@media print{
html{font-size:9.5pt}
body{background:#fff;font-size:1rem;line-height:1.45}
.scroll{overflow:visible}
header{background:none;color:#1b2140;padding:0}
.brand,.when,.tiles dt{color:#454b69;margin-bottom:.6rem}
.tiles{gap:.6rem}
.tiles div{border-color:#c9cde0}
main{margin:1rem 0 0;padding:0;max-width:none}
.card{border:0;box-shadow:none;padding:0;margin:0 0 1.2rem}
.part{break-before:page;margin-top:0}
figure,tr,.tiles,.pair{break-inside:avoid}
h2,h3,caption{break-after:avoid}
.skip,.inspector{display:none}
.figure image,.figure path,.figure rect,.key svg,td{print-color-adjust:exact;
  -webkit-print-color-adjust:exact}
}`

function shades(): string {
  const rule = (i: number): string =>
    `.shade-${i}{background:color-mix(in srgb,var(--accent) ${i * 4}%,transparent)}`
  return Array.from({ length: 10 }, (_, i) => rule(i)).join('\n')
}
