"""Looks of one email: what the checks highlight in it, its hints, and how it grows while it is written."""

from __future__ import annotations

EMAIL_CSS = """
.orl-body mark { background: none; color: inherit; border-radius: 2px; }
.orl-body mark.orl-question, .orl-key mark.orl-question { border-bottom: 2px dotted #3b8fd9; }
.orl-body mark.orl-ask, .orl-key mark.orl-ask { background: rgba(0,158,115,.22); }
.orl-body mark.orl-placeholder, .orl-key mark.orl-placeholder { outline: 1px dashed #d13f3f; outline-offset: 1px; }
.orl-body mark.orl-pushy, .orl-key mark.orl-pushy {
  text-decoration: underline wavy #e69f00; text-underline-offset: 3px; }
.orl-key { font-size: .82rem; color: var(--body-text-color-subdued); padding: 0 12px 8px; }
.orl-key mark { background: none; color: inherit; border-radius: 2px; padding: 0 2px; margin-right: 8px; }
.orl-growing::after { content: "▍"; color: var(--primary-500); animation: orl-blink 1s steps(2) infinite; }
@keyframes orl-blink { 50% { opacity: 0; } }
@media (prefers-reduced-motion: reduce) { .orl-growing::after { animation: none; } }
.orl-empty { color: var(--body-text-color-subdued); }
.prose ul.orl-hints { list-style: none; padding: 0; margin: 6px 0 0; }
.prose ul.orl-hints li { margin: 0 0 6px; padding: 0 0 0 1.4em; text-indent: -1.4em; color: var(--body-text-color); }
.orl-hints small { display: block; text-indent: 0; color: var(--body-text-color-subdued); }
.orl-hints i { font-style: normal; display: inline-block; width: 1.4em; text-indent: 0; font-weight: 700; }
.orl-hints .orl-yes i { color: #00795a; }
.orl-hints .orl-no i { color: #8a5d00; }
.dark .orl-hints .orl-yes i { color: #009e73; }
.dark .orl-hints .orl-no i { color: #e69f00; }
.orl-model { font-size: .82rem; color: var(--body-text-color-subdued); overflow-wrap: anywhere; }
.orl-gains .orl-email figcaption b.orl-gain { float: right; margin-left: 10px; font-variant-numeric: tabular-nums; }
.orl-two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(280px, 100%), 1fr)); gap: 0 14px; }
.orl-two > div { border-top: 1px solid var(--border-color-primary); }
.orl-two h4 { margin: 8px 12px 0; font-size: .85rem; }
#compare-tabs > .tab-wrapper { margin-top: 4px; }
"""


CSS = (
    """
.gradio-container { width: 100% !important; max-width: 1180px !important; margin: 0 auto !important; }
.orl-head h1 { margin: 0 0 2px; font-size: 1.5rem; }
.orl-head p { margin: 0; color: var(--body-text-color-subdued); }
.orl-note, .orl-progress { padding: 8px 12px; border-radius: 8px; border-left: 4px solid var(--border-color-primary);
  background: var(--background-fill-secondary); margin: 2px 0 6px; white-space: pre-line; overflow-wrap: anywhere; }
.orl-good { border-left-color: #009e73; }
.orl-caution { border-left-color: #e69f00; }
.orl-bad { border-left-color: #d13f3f; }
.orl-progress { border-left-color: var(--primary-500); font-variant-numeric: tabular-nums; }
.orl-progress.orl-good { border-left-color: #009e73; }
.orl-progress.orl-caution { border-left-color: #e69f00; }
.orl-progress.orl-bad { border-left-color: #d13f3f; }
.orl-track { height: 8px; border-radius: 4px; overflow: hidden; background: var(--border-color-primary); }
.orl-track > div { height: 100%; border-radius: 4px; background: var(--primary-500); }
.orl-progress .orl-track { margin-top: 6px; }
.orl-console { max-height: 240px; overflow: auto; padding: 8px 12px; border-radius: 8px; font-size: .8rem;
  background: var(--background-fill-secondary); white-space: pre-wrap; overflow-wrap: anywhere; }
.orl-scroll { overflow-x: auto; }
.html-container { padding: 0 !important; }
.prose .orl-scroll table.orl-table { width: 100%; border: 0; border-collapse: collapse;
  font-variant-numeric: tabular-nums; margin: 4px 0 8px; }
.prose .orl-scroll .orl-table th, .prose .orl-scroll .orl-table td {
  padding: 6px 10px; text-align: right; border: 0; font-size: .92rem;
  border-bottom: 1px solid var(--border-color-primary); }
.prose .orl-scroll .orl-table thead, .prose .orl-scroll .orl-table tbody,
.prose .orl-scroll .orl-table tr { border: 0; }
.prose .orl-scroll .orl-table th { font-weight: 600; }
.prose .orl-scroll .orl-table tbody th { font-weight: 400; }
.prose .orl-scroll .orl-table th:first-child { text-align: left; }
/* gradio hides its timers by opacity, which screen readers do not see */
[data-testid="status-tracker"].hide { display: none !important; }
/* an empty message must not leave a gap */
.block:has(> .html-container > .prose:empty) { display: none; }
.orl-fields .block > label:not(:has(> [type=checkbox])) { height: 100%; display: flex; flex-direction: column; }
.orl-fields .block > label .info-text { flex: 1; }
.orl-fields .block:has(> label > [type=checkbox]) { min-width: min(220px, 100%) !important; }
@media (max-width: 600px) {
  /* three tabs side by side; a name that is too long breaks, or gradio hides the last ones in a menu */
  .tab-container button { font-size: .8rem; padding: 0 6px; max-width: 28vw; white-space: normal; line-height: 1.15; }
}
.orl-shares { display: grid; grid-template-columns: max-content 1fr 3.2em; gap: 6px 10px; align-items: center; }
.orl-shares b { text-align: right; font-variant-numeric: tabular-nums; }
.orl-facts { display: flex; flex-wrap: wrap; gap: 6px 22px; margin: 4px 0 12px; }
.orl-facts span { display: block; font-size: .8rem; color: var(--body-text-color-subdued); }
.orl-email { margin: 0 0 10px; border: 1px solid var(--border-color-primary); border-radius: 8px; overflow: hidden; }
.orl-email figcaption { padding: 8px 12px; background: var(--background-fill-secondary); }
.orl-email figcaption span { display: block; font-size: .85rem; color: var(--body-text-color-subdued); }
.orl-cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(300px, 100%), 1fr)); gap: 0 12px; }
.orl-pairs { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); }
.prose .orl-runs .orl-table th, .prose .orl-runs .orl-table td { text-align: left; vertical-align: top; }
.prose .orl-runs .orl-table td:not(:last-child) { white-space: nowrap; }
.prose .orl-runs .orl-table td:last-child { min-width: 240px; }
.orl-body mark.orl-new { background: rgba(99,102,241,.2); color: inherit; border-radius: 3px; }
.orl-body { padding: 10px 12px; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 32rem; overflow-y: auto; }
.prose .orl-figures .orl-table th, .prose .orl-figures .orl-table td { padding: 6px; font-size: .86rem; }
.prose .orl-figures .orl-table td { white-space: nowrap; }
.prose .orl-figures .orl-table tbody th { min-width: 132px; }
.prose .orl-figures .orl-table tbody tr:first-child > * { font-weight: 700; }
.orl-details { margin: 0 0 10px; font-size: .9rem; color: var(--body-text-color-subdued); }
.orl-details summary { cursor: pointer; }
.orl-effect { border-radius: 3px; padding: 1px 2px; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.orl-email figcaption .orl-effect { display: inline; color: inherit; font-size: inherit; }
.orl-effect sup { font-size: .7em; margin-left: 2px; font-variant-numeric: tabular-nums; }
.orl-link { margin-top: 4px; padding: 2px 0; border: 0; background: none; color: var(--link-text-color);
  text-decoration: underline; cursor: pointer; font: inherit; }
.orl-wrong { margin: 4px 0 0; font-size: .86rem; font-weight: 700; color: var(--error-text-color); }
.orl-waiting { color: var(--body-text-color-subdued); }
.js-plotly-plot .xtick text, .js-plotly-plot .ytick text, .js-plotly-plot .y2tick text, .js-plotly-plot .xtitle,
.js-plotly-plot .ytitle, .js-plotly-plot .gtitle, .js-plotly-plot .heatmap-label text, .js-plotly-plot .bartext,
.js-plotly-plot .legendtext { fill: var(--body-text-color) !important; }
.tab-container button.selected { color: var(--primary-600); }
.dark .tab-container button.selected { color: var(--primary-300); }
"""
    + EMAIL_CSS
)
