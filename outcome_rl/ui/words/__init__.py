"""All that the page says to people who sell, one file for each part of it; the field's own terms are for the folds."""
