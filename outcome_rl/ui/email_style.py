"""Looks of one email: what the checks highlight in it, its hints, and how it grows while it is written."""

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
