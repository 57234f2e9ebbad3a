"""How the page looks: on a phone, on a desk, on paper, in light and in the dark."""

STYLE = """
:root { color-scheme: light dark; --ink: #1c1f24; --quiet: #5a616b; --paper: #fbfaf7; --card: #ffffff; --line: #dcd9d2;
  --fault: #b3261e; --question: #8a5300; --note: #1f5f8b; --mark: #d4580a; --wave: #7d8894; --code: #f1efe9; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e6e1; --quiet: #a3a9b1; --paper: #15171a; --card: #1e2125; --line: #353a40;
    --fault: #ff8a80; --question: #f0b34a; --note: #7cc0ee; --mark: #ff9d4d; --wave: #7b8591; --code: #292d32; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: break-word;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
.page { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; z-index: 2; }
a { color: inherit; text-decoration-color: var(--quiet); text-underline-offset: .2em; }
:focus-visible { outline: 3px solid var(--note); outline-offset: 2px; border-radius: 2px; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 0 0 .4rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
p { margin: .35rem 0; }
.quiet { color: var(--quiet); font-size: .92rem; }
.contents { margin: 1.25rem 0 1.75rem; }
.contents ol { list-style: none; margin: .5rem 0 0; padding: 0; columns: 2 20rem; column-gap: 2rem; }
.contents li { break-inside: avoid; padding: .15rem 0; }
.tag { display: inline-block; min-width: 5.2rem; font-size: .8rem; font-weight: 600; letter-spacing: .02em; }
.fault .tag, .tag.fault { color: var(--fault); } .question .tag, .tag.question { color: var(--question); }
.note .tag, .tag.note { color: var(--note); }
.card { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--note); border-radius: 6px;
  padding: 1rem 1.1rem; margin: 0 0 1.25rem; scroll-margin-top: 1rem; }
.card.fault { border-left-color: var(--fault); } .card.question { border-left-color: var(--question); }
.measured { font-variant-numeric: tabular-nums; }
figure { margin: .8rem 0; }
figcaption { color: var(--quiet); font-size: .85rem; margin-top: .25rem; }
.drawn { position: relative; line-height: 0; }
.drawn img { width: 100%; height: 9.5rem; display: block; border-radius: 3px; image-rendering: auto; }
.drawn.waveform { background: var(--code); border-radius: 3px; }
.drawn i { position: absolute; top: 0; bottom: 0; border: 1px dashed #ffffff; border-width: 0 1px; min-width: 3px;
  mix-blend-mode: difference; }
.drawn b { position: absolute; left: 0; right: 0; border: 1px dashed #ffffff; border-width: 1px 0; min-height: 3px;
  opacity: .75; }
.drawn em { position: absolute; left: .3rem; font: 600 .68rem/1 system-ui, sans-serif; color: #ffffff;
  text-shadow: 0 0 3px #000, 0 0 2px #000; transform: translateY(50%); }
.ends { display: flex; justify-content: space-between; color: var(--quiet); font-size: .8rem;
  font-variant-numeric: tabular-nums; }
.strip { display: block; width: 100%; height: 2.5rem; background: var(--code); border-radius: 3px; }
.strip .level { fill: var(--wave); } .strip .mark { fill: var(--mark); fill-opacity: .55; }
.first { color: #2f80c4; } .second { color: #d67820; }
ol.options { padding-left: 1.4rem; margin: .3rem 0; } ol.options li { margin: .45rem 0; }
.trade { display: block; font-size: .92rem; color: var(--quiet); }
code { font: .85rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; background: var(--code); padding: .1rem .35rem;
  border-radius: 3px; overflow-wrap: anywhere; }
details { margin: .5rem 0; } summary { cursor: pointer; }
ul.plain { margin: .4rem 0; padding-left: 1.2rem; }
footer { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: .75rem; }
.session + .session { margin-top: 3rem; border-top: 3px double var(--line); padding-top: 2rem; }
@media (max-width: 30rem) { .page { padding: 1rem .7rem 3rem; } .card { padding: .8rem .8rem; }
  .drawn img { height: 7.5rem; } h1 { font-size: 1.45rem; } h2 .tag { display: block; } }
@media print {
  :root { --ink: #000; --quiet: #444; --paper: #fff; --card: #fff; --line: #bbb; --fault: #8c1d18; --question: #6d4200;
    --note: #174a6c; --mark: #c24e00; --wave: #888; --code: #f2f2f2; }
  html { font-size: 11.5px; } body { font-size: 1rem; line-height: 1.35; } .drawn img { height: 5.2rem; }
  .strip { height: 1.6rem; } .card { padding: .6rem .8rem; } ol.options li { margin: .2rem 0; }
  .page { max-width: none; padding: 0; } .skip, .contents { display: none; }
  .card { break-inside: avoid; border-left-width: 3px; }
  .drawn, .drawn *, .strip, .strip * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
""".strip()
