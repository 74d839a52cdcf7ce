"""The outcomes' colours, as the page has them; they hold on light and on dark ground."""

OUTCOME_COLOURS = {"no_reply": "#8a94a6", "reply": "#3b8fd9", "conversion": "#009e73"}
