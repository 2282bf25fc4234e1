import { createHash } from 'node:crypto';

/** The one style sheet, inline, because a page loads nothing. Text has a contrast of at least 4.5 to its background. */
export const STYLE = `
:root{--ink:#17212b;--muted:#4d5b69;--line:#d5dce3;--ground:#f3f5f7;--paper:#fff;--brand:#0f2a47;--link:#0b4f93;
--good:#0d6638;--good-ground:#e7f4ec;--bad:#9f1820;--bad-ground:#fcebec;--warn:#714600;--warn-ground:#fdf3dc;
--field:#fff;--edge:#7d8b99;--chosen:#eef5fc;--track:#e9edf1;--value:#2a639e;--low:#b8541a;--action:#0d6638}
@media (prefers-color-scheme:dark){:root{--ink:#e4eaf0;--muted:#a9b6c3;--line:#34414e;--ground:#10171e;--paper:#182129;--brand:#0a1b2e;--link:#8ec1f5;
--good:#7fd6a6;--good-ground:#12301f;--bad:#ff9ea3;--bad-ground:#3a171a;--warn:#f0c674;--warn-ground:#362a10;
--field:#10171e;--edge:#7d8b99;--chosen:#16304a;--track:#2b3742;--value:#6aa5e3;--low:#e58a4f;--action:#1a7f4b}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;color-scheme:light dark;scroll-behavior:smooth}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
a{color:var(--link)}
:focus-visible{outline:3px solid #1769c4;outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-999rem}
.skip:focus{left:.5rem;top:.5rem;background:var(--paper);padding:.5rem .75rem;z-index:1}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.bar{background:var(--brand);color:#fff}
.bar>div{max-width:56rem;margin:0 auto;padding:.8rem 1.25rem;display:flex;flex-wrap:wrap;gap:.1rem 1rem;align-items:baseline;justify-content:space-between}
.brand{font-weight:700;font-size:1.125rem;letter-spacing:.04em}
.bar small{color:#d3deea;font-size:.875rem}
main{max-width:56rem;margin:0 auto;padding:1.75rem 1.25rem 3rem}
.wide main,.wide .bar>div,.wide footer{max-width:76rem}
.nav{background:var(--brand);border-top:1px solid #31465e}
.nav ul{display:flex;flex-wrap:wrap;list-style:none;max-width:76rem;margin:0 auto;padding:0 .5rem}
.nav a{display:block;color:#d3deea;padding:.55rem .75rem;text-decoration:none;border-bottom:3px solid transparent}
.nav a:hover{color:#fff}.nav a[aria-current]{color:#fff;border-bottom-color:#8ec1f5;font-weight:600}
.nav :focus-visible{outline-color:#8ec1f5;outline-offset:-3px}
h1{font-size:1.75rem;line-height:1.25;margin:0 0 .4rem;letter-spacing:-.01em}
h1+section{margin-top:1rem}
h2{font-size:1.1875rem;line-height:1.3;margin:0 0 .75rem}
h3{font-size:1rem;margin:1.4rem 0 .3rem}
p{margin:0 0 .8rem}
.lead{font-size:1.0625rem;color:var(--muted);margin-bottom:1.25rem}
section,.panel{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:1.35rem 1.5rem;margin:0 0 1.1rem}
section>:first-child{margin-top:0}section>:last-child{margin-bottom:0}
time{display:inline-block}
dl{margin:0}
dt{color:var(--muted);font-size:.875rem}
dd{margin:0 0 .75rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(14.5rem,1fr));gap:0 1.25rem}
.facts .wide{grid-column:1/-1}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.875em}
.digest{display:block;background:var(--ground);border:1px solid var(--line);border-radius:4px;padding:.35rem .6rem;user-select:all;-webkit-user-select:all;word-break:break-all}
.note{color:var(--muted);font-size:.875rem}
.badge{display:inline-block;margin:.08rem 0;white-space:nowrap;border:1px solid currentColor;border-radius:99px;padding:.05rem .6rem;font-size:.8125rem;font-weight:600;color:var(--muted);background:var(--paper)}
h2 .badge,.facts .badge{white-space:normal}
.badge-good{color:var(--good);background:var(--good-ground)}
.badge-bad{color:var(--bad);background:var(--bad-ground)}
.badge-warn{color:var(--warn);background:var(--warn-ground)}
.checks{list-style:none;margin:0;padding:0}
.checks li{border-top:1px solid var(--line);padding:.7rem 0;display:grid;grid-template-columns:8.5rem 1fr;gap:.1rem 1rem}
.checks p{margin:.15rem 0 0}
.checks .values{display:flex;flex-wrap:wrap;gap:.1rem 1.25rem;font-size:.875rem}
.checks .values b{font-weight:600}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
caption{text-align:left;font-weight:600;padding:.4rem 0}
th,td{text-align:left;vertical-align:top;padding:.45rem .75rem .45rem 0;border-top:1px solid var(--line)}
thead th{color:var(--muted);font-size:.875rem;font-weight:400;border-top:0}
tbody th{font-weight:600}
th,td{overflow-wrap:break-word}td bdi,th bdi,td code,th code{overflow-wrap:anywhere}:where(td,th):has(bdi,code){min-width:7.5rem}
.attention{margin:0 0 .5rem;padding:.6rem .9rem;border-radius:6px;background:var(--warn-ground);color:var(--warn)}
.roles{list-style:none;margin:0;padding:0}
.steps{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem}
.steps>li{border-top:3px solid var(--line);padding:.5rem 0 0}.steps>li[aria-current]{border-top-color:var(--link)}
.steps h3{margin:0 0 .3rem}.steps p{margin:0 0 .4rem}.steps h3 .note{font-weight:400}
.roles li{display:flex;flex-wrap:wrap;gap:.1rem .6rem;padding:.15rem 0}
.number{white-space:nowrap;font-variant-numeric:tabular-nums}
.groups td,.groups th{vertical-align:middle}
.groups{table-layout:fixed;margin-bottom:.9rem}
.groups thead th{width:22%}.groups thead th+th{width:38%}.groups thead th+th+th,.groups thead th+th+th+th{width:20%}
.differences thead th:first-child{width:38%}
.rate{display:block;width:100%;height:1.15rem}
.rate .track{fill:var(--track)}
.rate .value{fill:var(--value)}
.rate .low{fill:var(--low)}
.rate .limit{stroke:var(--ink);stroke-width:2;stroke-dasharray:4 3;vector-effect:non-scaling-stroke}
.notice{border-left:5px solid var(--muted)}
.notice-good{border-left-color:var(--good);background:var(--good-ground)}
.notice-bad{border-left-color:var(--bad);background:var(--bad-ground)}
.notice ul{margin:.25rem 0 .75rem;padding-left:1.2rem}
fieldset{border:0;border-top:1px solid var(--line);margin:0;padding:.9rem 0;min-width:0}
legend{padding:0;font-weight:600;float:left;width:100%;margin-bottom:.45rem}
legend+*{clear:both}
.choices{display:flex;gap:.6rem;clear:both}
.choices label{display:flex;align-items:center;gap:.5rem;min-height:2.75rem;min-width:6rem;padding:.3rem .9rem;border:1px solid var(--edge);border-radius:6px;cursor:pointer}
.choices label:has(:checked){border-color:var(--link);box-shadow:inset 0 0 0 1px var(--link);background:var(--chosen)}
input[type=radio]{width:1.15rem;height:1.15rem;margin:0;accent-color:var(--link)}
.field{padding:.9rem 0;border-top:1px solid var(--line)}
.field label{display:block;font-weight:600}
.field .note{margin:.1rem 0 0}
.field h3{margin-top:0}
.signature+.note{margin-top:-.4rem}
input[type=text],input[type=date],textarea{width:100%;font:inherit;color:inherit;background:var(--field);border:1px solid var(--edge);border-radius:6px;padding:.6rem .75rem;margin-top:.35rem}
input[type=text],input[type=date]{max-width:22rem}
.conditions{flex-basis:100%;margin:.1rem 0 .3rem;padding-left:1.1rem}
.roles .conditions li{display:list-item}
#conditions .field{border:0;padding:.45rem 0}
input[aria-invalid],textarea[aria-invalid]{border:2px solid var(--bad)}
.error{color:var(--bad);font-weight:600;margin:.3rem 0 0}
.signature{background:var(--ground);border:1px solid var(--line);border-radius:6px;padding:1rem 1.1rem .3rem;margin:.4rem 0 1.1rem}
.actions{display:flex;flex-wrap:wrap;gap:.75rem}
button{font:inherit;font-weight:600;min-height:3rem;padding:.6rem 1.5rem;border-radius:6px;border:2px solid var(--action);background:var(--action);color:#fff;cursor:pointer}
button.deny{background:var(--paper);color:var(--bad);border-color:var(--bad)}
button.plain{min-height:2.75rem;padding:.3rem 1rem;background:var(--paper);color:var(--link);border:1px solid var(--edge)}
.asked{list-style:none;margin:0;padding:0}.asked>li{border-top:1px solid var(--line);padding:.6rem 0}.asked>li:first-child{border-top:0}
.filter{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem .7rem;margin:0 0 .8rem}.filter input[type=text]{width:16rem;max-width:100%;margin:0;padding:.4rem .6rem}
p.buttons{margin-top:1rem;display:flex;flex-wrap:wrap;gap:.6rem}.document+dl{margin-top:.8rem}.answer{font-size:.875rem}.answer td,.answer th{padding-right:1rem;max-width:17rem;min-width:0}.answer bdi{overflow-wrap:break-word}.answer td:first-child{white-space:nowrap}
.told{list-style:none;margin:0;padding:0}
.told>li{border-top:1px solid var(--line);padding:.6rem 0;display:grid;grid-template-columns:6.5rem 1fr auto;gap:.1rem 1rem;align-items:baseline}
.told>li:first-child{border-top:0}.told p{margin:.1rem 0 0}
.notice .told{margin:0;padding:0}th .note{font-weight:400}.once{white-space:nowrap}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(24rem,1fr));gap:0 1.1rem;align-items:start}
.crumbs{font-size:.875rem;margin:0 0 .5rem}
td p,td ul.plain,ul.plain{margin:0}ul.plain{list-style:none;padding:0}
.picture-of-time{display:block;width:100%;height:auto}
.picture-of-time text{fill:var(--muted);font-size:12px}.picture-of-time .axis{stroke:var(--line)}.picture-of-time .reigns{fill:var(--action)}.picture-of-time .reigned{fill:var(--value)}.picture-of-time .mark{fill:var(--ink);font-size:14px}
.picture-of-time.narrow{display:none}.scrolls{overflow-x:auto}
.rate .point{fill:var(--ink)}.versions .rate{margin-bottom:.2rem}
pre{overflow-x:auto}
.picture-of-time .name{fill:var(--ink);font-weight:600}
.files{list-style:none;margin:0;padding:0}
.files li{border-top:1px solid var(--line);padding:.7rem 0;display:flex;flex-wrap:wrap;gap:.3rem .75rem;align-items:center}
.files details{order:1;flex-basis:100%;border:0;margin:0;padding:0;font-size:.875rem}
.files .buttons{display:flex;gap:.5rem;margin-left:auto}
.document{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:.875rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
button:hover{filter:brightness(.92)}
.button{display:inline-block;font-weight:600;padding:.55rem 1.25rem;border-radius:6px;border:2px solid var(--link);text-decoration:none}
.glance dd{font-size:1.0625rem}
.said{white-space:pre-line}
details{border-top:1px solid var(--line);padding:.6rem 0 0;margin:.6rem 0 0}
summary{cursor:pointer;font-weight:600;color:var(--link);padding:.2rem 0}
dd ul,td ul{margin:0;padding-left:1.1rem}
.movements thead th:first-child{width:42%}
footer{max-width:56rem;margin:0 auto;padding:0 1.25rem 2.5rem;color:var(--muted);font-size:.8125rem}
@media (max-width:40rem){
main{padding:1.1rem .85rem 2rem}section,.panel{padding:1.05rem 1rem}h1{font-size:1.4375rem}
.checks li{grid-template-columns:1fr}.facts{grid-template-columns:repeat(2,minmax(0,1fr))}
.stack thead{position:absolute;left:-999rem}
.stack tr{display:block;border-top:1px solid var(--line);padding:.55rem 0}
.stack th,.stack td{display:block;border:0;padding:.05rem 0;width:auto}
.stack tbody th:first-child{width:auto}
.stack td[data-label]::before{content:attr(data-label) ": ";color:var(--muted);font-size:.875rem}
.stack .picture{padding:.2rem 0}
.actions button{width:100%}
.told>li{grid-template-columns:1fr}.two{grid-template-columns:1fr}
.nav a{padding:.35rem .45rem;font-size:.9375rem}.picture-of-time.wide{display:none}.picture-of-time.narrow{display:block}.scrolls{overflow:visible}
}
@media print{
:root{--ink:#000;--muted:#333;--line:#999;--ground:#fff;--paper:#fff;--link:#000;--good:#064;--good-ground:#fff;--bad:#700;--bad-ground:#fff;--warn:#530;--warn-ground:#fff;--field:#fff;--track:#ddd;--value:#333;--low:#700}
details::details-content{content-visibility:visible;block-size:auto}
body{background:#fff;font-size:10pt}.bar{background:#fff;color:#000;border-bottom:2px solid #000}.bar small{color:#000}
.skip,.actions,.buttons,.nav,.refreshing{display:none}section,.panel{break-inside:avoid;border-color:#999}main,footer,.bar>div,.wide main,.wide .bar>div,.wide footer{max-width:none;padding-left:0;padding-right:0}
}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
`;

/** Allows exactly this style sheet in the content security policy: browsers apply no other. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
