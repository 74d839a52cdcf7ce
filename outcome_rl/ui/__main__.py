"""``python -m outcome_rl.ui``."""

import sys

from .serve import main

if __name__ == "__main__":
    sys.exit(main())
